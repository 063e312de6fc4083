"""The reader's language in templates: each sentence translated, and the parts of the frame that only language changes.

The catalogue is looked up once a request, and those parts are drawn once a process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from babel.support import NullTranslations
from flask import g, has_request_context
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from cnapp.web.application import Application


def catalogue() -> NullTranslations:
    """Outside a request, as when a letter is written, the language may change from one sentence to the next."""
    if not has_request_context():
        return cast(NullTranslations, get_translations())
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return cast(NullTranslations, g.catalogue)


def translated(sentence: str, /, **values: object) -> Markup:
    """`_("Ville de %(town)s", town=…)`: values are escaped, and a lone percent is written %%."""
    text = Markup(catalogue().gettext(sentence))  # noqa: S704 our own sentences, as templates hold them
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
