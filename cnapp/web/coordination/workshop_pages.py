"""The pages around one workshop: what its forms offer, and how they are shown again when something is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint, new_token
from cnapp.domain.kits import Kit
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.workshop_sessions import (
    NobodyLeads,
    NoSession,
    SessionsOverlap,
    SessionTooLong,
    TooManySessions,
    TooManyWorkshops,
)
from cnapp.domain.workshops import Workshop, WorkshopUnknown
from cnapp.services import kits, planning, workshop_moves, workshops
from cnapp.services.workshop_programmes import Obstacle, ProgrammeRefused
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.web.coordination.workshop_form import WorkshopForm, span_value
from cnapp.web.coordination.workshop_programme_form import Offered, ProgrammeForm
from cnapp.web.coordination.workshop_words import (
    closes_words,
    kit_choice,
    obstacle_words,
)
from cnapp.web.wording import language_name
from cnapp.wording.workshop_words import LEVELS

NONSENSE = (SessionsOverlap, SessionTooLong, TooManySessions, TooManyWorkshops, NoSession, NobodyLeads)
"""What whoever typed it mends."""
CARRIED = frozenset({"csrf_token", "without"})


class Rehearsed(Exception):
    """Nothing stands in the way; what was tried is undone."""


@dataclass(frozen=True)
class Day:
    """One date of the page to check, and what stands in its way, in words."""

    span: Span
    troubles: list[str]


def workshop_or_404(public_id: str) -> Workshop:
    try:
        return workshops.find(public_id)
    except WorkshopUnknown:
        abort(404)


def offer(form: ProgrammeForm, workshop: Workshop | None = None) -> None:
    """What stands already stays to choose: its place out of service, a leader who has left, a broken kit."""
    people, places = planning.to_choose(now=now())
    form.offer(Offered(_people(people, workshop), _places(places, workshop), _kits(workshop)))


def _people(people: Sequence[Staff], workshop: Workshop | None) -> list[Staff]:
    leaders = workshop_moves.leaders_of(workshop_moves.ahead(workshop, now())) if workshop else []
    return [*people, *(each for each in leaders if each not in people)]


def _places(places: Sequence[Place], workshop: Workshop | None) -> list[Place]:
    kept = [workshop.place] if workshop and workshop.place not in places else []
    return [*kept, *places]


def _kits(workshop: Workshop | None) -> list[Kit]:
    known = list(kits.in_use())
    theirs = workshop_moves.kits_of(workshop, now()) if workshop else []
    return [*known, *(each for each in theirs if each not in known)]


def kit_details(form: ProgrammeForm) -> dict[str, dict[str, list[str]]]:
    """Under the name of each kit: what is in it."""
    return {each.public_id: {"lines": kit_choice(each)} for each in form.offered.kits}


def new_page(form: WorkshopForm) -> str:
    form.key.data = form.key.data or new_token()
    return render_template("coordination/workshops/new.html", form=form, kit_details=kit_details(form))


def series_id(form: WorkshopForm) -> str:
    """One page, one workshop or one series, however often it is sent."""
    return fingerprint(f"{me().id}:{form.key.data or new_token()}")[:32]


def prepare(form: WorkshopForm, its_id: str) -> list[Workshop]:
    """Raises ProgrammeRefused, and what NONSENSE names."""
    facts, programme = form.facts_at(form.where), form.programme
    if form.is_one_by_one:
        return workshops.prepare_series(facts, programme, series_id=its_id, by=by_me(), now=now())
    return [workshops.prepare(facts, programme, series_id=its_id, by=by_me(), now=now())]


def rehearse(form: WorkshopForm) -> Sequence[Obstacle]:
    """Tried for real and undone: what stands in the way of each date. Raises what NONSENSE names."""
    try:
        with transaction(*form.leader_ids):
            prepare(form, series_id(form))
            raise Rehearsed
    except Rehearsed:
        return ()
    except ProgrammeRefused as refusal:
        return refusal.obstacles


def check_page(form: WorkshopForm, obstacles: Sequence[Obstacle]) -> str:
    """Each date with what stands in its way; those that are possible may be made without the others."""
    place = form.where
    days = [Day(span, [obstacle_words(each, place) for each in obstacles if each.span == span]) for span in form.spans]
    impossible = [day.span for day in days if day.troubles]
    left_out = [*(form.without.data or "").split(), *(span_value(span) for span in impossible)]
    return render_template(
        "coordination/workshops/check.html",
        form=form,
        place=place,
        days=days,
        impossible=len(impossible),
        possible=len(days) - len(impossible),
        sent=[pair for pair in request.form.items(multi=True) if pair[0] not in CARRIED],
        kept_out=form.without.data or "",
        without=" ".join(left_out),
        made=_made_words(form, len(days)),
        words={"level": LEVELS, "closes": closes_words, "language": language_name},
    )


def _made_words(form: WorkshopForm, dates: int) -> str:
    if dates == 1:
        return str(gettext("Un atelier d’une séance"))
    if form.is_one_by_one:
        return str(ngettext("%(num)d atelier", "%(num)d ateliers, un par date", dates))
    return str(gettext("Un cycle de %(n)d séances", n=dates))


def refused_nonsense(form: WorkshopForm, refusal: Refusal) -> str:
    form.say(refusal)
    return new_page(form)


def programme_page(form: ProgrammeForm, workshop: Workshop, **more: Any) -> str:
    known = {"changes": (), "troubles": (), "begun": [each for each in workshop.sessions if each.starts_at <= now()]}
    return render_template(
        "coordination/workshop_programmes/edit.html",
        form=form,
        workshop=workshop,
        kit_details=kit_details(form),
        **{**known, **more},
    )
