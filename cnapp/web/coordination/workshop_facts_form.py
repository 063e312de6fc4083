"""What the coordination writes of a workshop for people to read, and how many can come."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.domain.places import Place
from cnapp.domain.workshops import CAPACITY_AT_MOST, Level, Workshop
from cnapp.services.workshops import Facts
from cnapp.web.coordination.fields import Between, ChangeForm, NumberField
from cnapp.web.coordination.setting_words import LANGUAGES
from cnapp.web.coordination.workshop_words import CLOSES, closes_choices
from cnapp.web.fields import Given
from cnapp.web.forms import AtMost, LineField, LinesField, Required
from cnapp.web.public.forms import ChoiceField, ListField, choices
from cnapp.web.wording import language_name
from cnapp.wording.themes import THEMES
from cnapp.wording.workshop_words import LEVELS

LINES_OF_LEARNING = 3
NUMBER = lazy_gettext("Écrivez un nombre, par exemple 8.")
FROM_LIST = lazy_gettext("Choisissez dans la liste.")


class FactsForm(ChangeForm):
    """What is said of a workshop."""

    title = LineField(lazy_gettext("Titre"), [Required(lazy_gettext("Écrivez un titre.")), AtMost(100)])
    learn = LinesField(
        lazy_gettext("Ce qu’on apprend"), [Required(lazy_gettext("Écrivez ce qu’on apprend.")), AtMost(400)]
    )
    level = ChoiceField(lazy_gettext("Niveau"), lazy_gettext("Choisissez un niveau."), choices=choices(LEVELS))
    prerequisite = LineField(lazy_gettext("Ce qu’il faut savoir avant"), [AtMost(200)])
    bring = LineField(lazy_gettext("À apporter"), [AtMost(200)])
    audience = LineField(lazy_gettext("Pour qui"), [AtMost(120)])
    theme = ListField(
        lazy_gettext("Thème national"),
        lazy_gettext("Choisissez un thème."),
        choices=[SelectChoice("", lazy_gettext("Choisissez")), *choices(THEMES)],
    )
    language = ListField(lazy_gettext("Langue de l’atelier"), FROM_LIST)
    capacity = NumberField(lazy_gettext("Places"), [Given(NUMBER), Between(1, CAPACITY_AT_MOST)])
    at_least = NumberField(lazy_gettext("Personnes au moins"), [Given(NUMBER), Between(1, CAPACITY_AT_MOST)])
    closes = ListField(lazy_gettext("On peut s’inscrire"), FROM_LIST, choices=choices(CLOSES))

    def offer_words(self, known: Workshop | None = None) -> None:
        """Languages by name, French first; a deadline that was set elsewhere stays one of them."""
        others = sorted((SelectChoice(code, language_name(code)) for code in LANGUAGES), key=lambda each: each.label)
        self.language.choices = [SelectChoice("fr", language_name("fr")), *others]
        if known:
            self.closes.choices = closes_choices(known.closes_hours_before)

    def validate_learn(self, field: Any) -> None:
        if len((field.data or "").splitlines()) > LINES_OF_LEARNING:
            field.errors = [gettext("Écrivez 3 lignes au plus.")]

    def validate_theme(self, field: Any) -> None:
        if not field.data and not field.errors:
            field.errors = [gettext("Choisissez un thème.")]

    def validate_at_least(self, field: Any) -> None:
        if field.data and self.capacity.data and field.data > self.capacity.data > 0:
            field.errors = [gettext("C’est plus que le nombre de places.")]

    def facts_at(self, place: Place) -> Facts:
        """Once it is valid."""
        return Facts(
            title=self.title.data or "",
            learn=self.learn.data or "",
            level=Level(self.level.data),
            theme=self.theme.data,
            place=place,
            capacity=self.capacity.data,
            prerequisite=self.prerequisite.data or "",
            bring=self.bring.data or "",
            language=self.language.data,
            audience=self.audience.data or "",
            at_least=self.at_least.data,
            closes_hours_before=int(self.closes.data),
        )


def facts_of(workshop: Workshop) -> dict[str, Any]:
    """As the form shows them."""
    names = ("title", "learn", "prerequisite", "bring", "audience", "theme", "language", "capacity", "at_least")
    known = {name: getattr(workshop, name) for name in names}
    return {**known, "level": workshop.level.value, "closes": str(workshop.closes_hours_before)}
