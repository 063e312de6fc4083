"""What templates can say: the filters of days and hours, settings, and who is looking."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import get_locale
from jinja2 import StrictUndefined

from cnapp.web import language
from cnapp.web.application import Application, this_app
from cnapp.wording import closures
from cnapp.wording.dates import FILTERS
from cnapp.wording.elisions import of
from cnapp.wording.workshop_words import level_word

TEXT_SIZES = ("large", "larger")

babel = language.Languages()


def _context() -> dict[str, Any]:
    size = request.cookies.get("taille", "") if request else ""
    locale = get_locale()
    return {
        "lang": str(locale or "fr"),
        "dir": locale.text_direction if locale else "ltr",
        "demonstration": this_app().demonstration,
        "text_size": size if size in TEXT_SIZES else "",
    }


def register(app: Application) -> None:
    babel.init_app(app)
    language.register(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS | closures.FILTERS)
    app.jinja_env.filters["level_word"] = level_word
    app.jinja_env.filters["of"] = of
    app.jinja_env.globals["settings"] = app.settings
    app.context_processor(_context)
