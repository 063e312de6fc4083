"""What changed about a presence, a person, a place, a workshop, a kit or an absence: when, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext

from cnapp.domain.absences import AbsenceUnknown
from cnapp.domain.journal import Subject
from cnapp.domain.kits import KitUnknown
from cnapp.domain.people import StaffUnknown
from cnapp.domain.places import PlaceUnknown
from cnapp.domain.planning import PresenceUnknown
from cnapp.domain.workshops import WorkshopUnknown
from cnapp.services import absences, histories, kits, planning, undoings, workshops
from cnapp.services.histories import History
from cnapp.web.agenda.addresses import monday_in
from cnapp.web.coordination.presence_pages import undo_address
from cnapp.web.history import what, who
from cnapp.web.paging import page_asked
from cnapp.wording.dates import show_day
from cnapp.wording.elisions import of

bp = Blueprint("histories", __name__)


@dataclass(frozen=True)
class Titled:
    """The history of one thing, what it is called, and its own page where there is one."""

    title: str
    history: History
    back: str | None = None
    undo: str | None = None
    """Where its last change is taken back, if it can be."""
    undos: Mapping[int, str] = field(default_factory=dict)
    """The same for what was done to several at once, by the id of its line."""


@bp.get("/historique/<kind>/<called>")
def show(kind: str, called: str) -> str:
    of = KINDS.get(kind) or abort(404)
    try:
        titled = of(called, page_asked())
    except (PresenceUnknown, StaffUnknown, PlaceUnknown, WorkshopUnknown, KitUnknown, AbsenceUnknown):
        abort(404)
    words = {"who": who, "what": what}
    return render_template("coordination/histories/show.html", titled=titled, kind=kind, called=called, **words)


def _of_presence(public_id: str, page: int) -> Titled:
    presence = planning.find(public_id)
    title = gettext("Historique d’une permanence %(of_name)s", of_name=of(presence.conseiller.name))
    back = url_for("coordination.presences.show", public_id=public_id)
    return Titled(title, histories.of_presence(presence, page=page), back, undo_address(presence))


def _of_person(public_id: str, page: int) -> Titled:
    staff = histories.person(public_id)
    back = url_for("coordination.people.edit", public_id=public_id)
    return Titled(
        gettext("Historique %(of_name)s", of_name=of(staff.name)), histories.of_person(staff, page=page), back
    )


def _of_place(slug: str, page: int) -> Titled:
    place = histories.place(slug)
    title = gettext("Historique du lieu : %(name)s", name=place.name)
    back = url_for("coordination.places.edit", slug=slug)
    return Titled(title, histories.of_place(place, page=page), back)


def _of_week(week: str, page: int) -> Titled:
    monday = monday_in(week)
    title = gettext("Historique de la semaine du %(day)s", day=show_day(monday))
    history = histories.of_week(monday, page=page)
    back = url_for("coordination.week.show", week=week)
    undos = {
        line.entry.id: url_for("coordination.undoings.several", week=week, number=line.entry.number)
        for line in undoings.not_undone([line for line in history.lines if line.entry.subject is Subject.SERVICE])
    }
    return Titled(title, history, back, undos=undos)


def _of_workshop(public_id: str, page: int) -> Titled:
    workshop = workshops.find(public_id)
    title = gettext("Historique de l’atelier : %(title)s", title=workshop.title)
    back = url_for("coordination.workshops.show", public_id=public_id)
    return Titled(title, histories.of_workshop(workshop, page=page), back)


def _of_kit(public_id: str, page: int) -> Titled:
    kit = kits.find(public_id)
    title = gettext("Historique du kit : %(name)s", name=kit.name)
    return Titled(title, histories.of_kit(kit, page=page), url_for("coordination.kits.edit", public_id=public_id))


def _of_absence(public_id: str, page: int) -> Titled:
    absence = absences.find(public_id)
    title = gettext("Historique d’une absence %(of_name)s", of_name=of(absence.conseiller.name))
    back = url_for("coordination.absences.show", public_id=public_id)
    return Titled(title, histories.of_absence(absence, page=page), back)


KINDS: dict[str, Callable[[str, int], Titled]] = {
    "permanence": _of_presence,
    "personne": _of_person,
    "lieu": _of_place,
    "semaine": _of_week,
    "atelier": _of_workshop,
    "kit": _of_kit,
    "absence": _of_absence,
}
