"""The reader's language in templates: each sentence translated, and the parts of the frame that only language changes.

The catalogue is looked up once a request, and those parts are drawn once a process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from babel.support import NullTranslations
from flask import g
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from cnapp.web.application import Application


class Sentences(Domain):
    """Keeps the catalogue where Flask-Babel keeps the language, which `force_locale` puts aside with it."""

    def get_translations(self) -> NullTranslations:
        found = getattr(g.get("_flask_babel"), "babel_translations", None)
        if found is None:
            found = g._flask_babel.babel_translations = super().get_translations()
        return cast(NullTranslations, found)


SENTENCES = Sentences()


class Languages(Babel):
    """All that is said comes from our sentences."""

    domain_instance = SENTENCES


def translated(sentence: str, /, **values: object) -> Markup:
    """`_("Ville de %(town)s", town=…)`: values are escaped, and a lone percent is written %%."""
    text = Markup(SENTENCES.get_translations().gettext(sentence))  # noqa: S704 our own sentences, as templates hold them
    return text % values if "%" in text else text


def frame_parts(app: Application) -> Callable[[str], Markup]:
    """`frame_part("footer")` is the macro `footer` of components/footer.html, which asks for nothing of the request."""
    drawn: dict[tuple[str, str], Markup] = {}

    def frame_part(name: str) -> Markup:
        key = name, str(get_locale())
        if key not in drawn:
            drawn[key] = getattr(app.jinja_env.get_template(f"components/{name}.html").module, name)()
        return drawn[key]

    return frame_part


def register(app: Application) -> None:
    app.jinja_env.globals["_"] = translated
    app.jinja_env.globals["frame_part"] = frame_parts(app)
