"""The workshops to come, as a list that one narrows down, and the page of each."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.workdays import day_of
from cnapp.domain.workshops import Level, Workshop, WorkshopUnknown
from cnapp.services import workshops
from cnapp.services.similar_workshops import similar
from cnapp.services.vacancies import vacancies, vacancy
from cnapp.services.workshop_search import Asked, Choices, Found, find
from cnapp.web.application import now
from cnapp.web.paging import page_asked
from cnapp.web.public import journey, workshop_words
from cnapp.web.public.workshop_words import month_word
from cnapp.wording.dates import NBSP
from cnapp.wording.themes import theme_word
from cnapp.wording.workshop_words import LEVEL_SLUGS, level_called, level_word

bp = Blueprint("workshops", __name__, url_prefix="/ateliers")

SIMILAR_SHOWN = 3
ARGUMENTS = ("lieu", "theme", "niveau", "periode")


@bp.get("")
def index() -> str:
    """Filters that name nothing there is are left out."""
    page = page_asked()
    found = find(_asked(), page=page, now=now())
    if not found.workshops and page > 1:
        abort(404)
    chosen = _chosen(found)
    return render_template(
        "public/workshops/index.html",
        found=found,
        months=_by_month(found),
        count=_count(found.how_many),
        filters=_filters(found.choices),
        chosen=chosen,
        kept={name: value for name, value in chosen.items() if value},
        page=page,
        words=workshop_words,
    )


@bp.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """One that is cancelled, or has begun, says so."""
    workshop = workshop_at(public_id)
    if not workshop.stands or workshop.is_past(now()):
        is_ended = workshop.ends_at <= now()
        values = {"workshop": workshop, "is_ended": is_ended, **others_like(workshop)}
        return render_template("public/workshops/over.html", **values)
    shown = {"workshop": workshop, "vacancy": vacancy(workshop, now=now()), "rows": _rows(workshop)}
    begun = journey.answers().has("name")
    return render_template("public/workshops/show.html", begun=begun, words=workshop_words, **shown)


def _asked() -> Asked:
    place, theme, level, month = (request.args.get(name, "") for name in ARGUMENTS)
    return Asked(place, theme, level_called(level), month)


def _rows(workshop: Workshop) -> list[dict[str, str]]:
    """What to know before one registers; lines without an answer are left out."""
    facts = (
        (gettext("Pour qui"), workshop.audience or gettext("Tout le monde")),
        (gettext("Niveau"), level_word(workshop.level)),
        (gettext("Ce qu’il faut savoir"), workshop_words.prerequisite_words(workshop)),
        (gettext("À apporter"), workshop.bring),
        (gettext("Ordinateur"), workshop_words.lending_words(workshop)),
        (gettext("Langue"), workshop_words.language_words(workshop)),
        (gettext("Avec"), workshop_words.leaders(workshop)),
        (gettext("Pour entrer"), " ".join([workshop_words.step_free_words(workshop), workshop.place.way_in]).strip()),
        (gettext("Inscription"), workshop_words.deadline_words(workshop)),
        (gettext("Prix"), gettext("Gratuit")),
    )
    return [{"label": str(label), "value": str(value)} for label, value in facts if value]


def workshop_at(public_id: str) -> Workshop:
    """404 for one that nobody has published, or that is withdrawn."""
    try:
        workshop = workshops.find(public_id)
    except WorkshopUnknown:
        abort(404)
    if not workshop.is_shown:
        abort(404)
    return workshop


def others_like(workshop: Workshop) -> dict[str, object]:
    """What its page offers instead."""
    others = similar(workshop, now=now())[:SIMILAR_SHOWN]
    return {"similar": others, "vacancies": vacancies(others, now=now()), "words": workshop_words}


def _by_month(found: Found) -> dict[date, list[Workshop]]:
    return {month: list(of_month) for month, of_month in groupby(found.workshops, _month)}


def _month(workshop: Workshop) -> date:
    return day_of(workshop.starts_at).replace(day=1)


def _filters(choices: Choices) -> list[tuple[str, str, dict[str, str]]]:
    """Name, label and choices of each, the first of which asks nothing."""
    themes = sorted((theme_word(code), code) for code in choices.themes)
    levels = {LEVEL_SLUGS[level]: level_word(level) for level in choices.levels}
    months = {f"{month:%Y-%m}": month_word(month) for month in choices.months}
    return [
        ("lieu", gettext("Lieu"), {"": gettext("Tous les lieux"), **choices.places}),
        ("theme", gettext("Thème"), {"": gettext("Tous les thèmes"), **{code: word for word, code in themes}}),
        ("niveau", gettext("Niveau"), {"": gettext("Tous les niveaux"), **levels}),
        ("periode", gettext("Période"), {"": gettext("Tous les mois"), **months}),
    ]


def _chosen(found: Found) -> dict[str, str]:
    asked = found.narrowing
    level: Level | None = asked.level
    return {
        "lieu": asked.place or "",
        "theme": asked.theme or "",
        "niveau": LEVEL_SLUGS[level] if level else "",
        "periode": f"{asked.month:%Y-%m}" if asked.month else "",
    }


def _count(how_many: int) -> str:
    if how_many == 0:
        return str(gettext("Aucun atelier"))
    return f"{how_many}{NBSP}{gettext('atelier') if how_many == 1 else gettext('ateliers')}"
