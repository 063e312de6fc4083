/* Small comforts. Every page works without this file. */
(() => {
  "use strict";

  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  /* « Imprimer » replaces the sentence about Ctrl and P. */
  each("[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  each("[data-print-hint]", (hint) => {
    hint.hidden = true;
  });

  /* « Copier » copies the text of the element whose id it names, and says so beside it. */
  const textOf = (element) => ("value" in element ? element.value : element.textContent).trim();

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[role=status]");
    await navigator.clipboard.writeText(textOf(source));
    said.textContent = button.dataset.copied;
  };

  if (navigator.clipboard) {
    each("[data-copy]", (button) => {
      button.hidden = false;
      button.addEventListener("click", () => copy(button));
    });
  }

  /* After a refused form, reading starts at the list of errors. */
  each("[data-focus]", (element) => element.focus());
})();
