"""The staff's menu: what each role finds in it, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cnapp.domain.people import Role, Staff
from cnapp.services.calls import how_many_due
from cnapp.services.plan_lists import how_many_to_handle
from cnapp.web.application import Application, now


@dataclass(frozen=True)
class Entry:
    """`endpoint` is where it leads, `pages` how the endpoints of its own pages begin."""

    endpoint: str
    pages: str | tuple[str, ...]
    label: LazyString
    how_many: Callable[[Staff], int] | None = None
    """What waits there: one query."""


def calls_to_make(staff: Staff) -> int:
    return how_many_due(staff, now=now())


def displaced(_staff: Staff) -> int:
    """Without a time, and nobody has decided."""
    return how_many_to_handle()


DESK = (
    Entry("desk.day.today", "desk.day", lazy_gettext("Accueil")),
    Entry("desk.appointments.index", "desk.appointments", lazy_gettext("Rendez-vous")),
    Entry("desk.bookings.new", "desk.bookings", lazy_gettext("Nouveau rendez-vous")),
    Entry("desk.visits.new", "desk.visit", lazy_gettext("Sans rendez-vous")),
    Entry("desk.workshops.index", ("desk.workshop", "desk.registration", "desk.sheets"), lazy_gettext("Ateliers")),
    Entry("desk.calls.index", "desk.call", lazy_gettext("À appeler"), calls_to_make),
    Entry("desk.memo.show", "desk.memo", lazy_gettext("Mémo")),
)
COORDINATION = (
    Entry(
        "coordination.week.current",
        ("coordination.week", "coordination.rule", "coordination.reinforcement"),
        lazy_gettext("La semaine"),
    ),
    Entry(
        "coordination.absences.index",
        ("coordination.absence", "coordination.plan"),
        lazy_gettext("Absences"),
        displaced,
    ),
    Entry("coordination.calls.index", "coordination.call", lazy_gettext("À appeler"), calls_to_make),
    Entry("coordination.workshops.index", ("coordination.workshop", "coordination.kit"), lazy_gettext("Ateliers")),
    Entry("coordination.people.index", "coordination.people", lazy_gettext("Équipe")),
    Entry("coordination.places.index", ("coordination.places", "coordination.travel"), lazy_gettext("Lieux")),
    Entry("coordination.motifs.index", "coordination.motifs", lazy_gettext("Sujets")),
)
AGENDA = (
    Entry("agenda.day.today", "agenda.day", lazy_gettext("Ma journée")),
    Entry("agenda.week.current", "agenda.week", lazy_gettext("Ma semaine")),
    Entry("agenda.subscription.show", "agenda.subscription", lazy_gettext("Mon calendrier")),
)
ACCOUNT = (Entry("account.profile.show", "account.profile", lazy_gettext("Mon compte")),)
OF_ROLE = {Role.DESK: DESK, Role.COORDINATOR: COORDINATION, Role.CONSEILLER: ()}


def menu_of(staff: Staff) -> tuple[Entry, ...]:
    return (*OF_ROLE[staff.role], *(AGENDA if staff.receives else ()), *ACCOUNT)


def register(app: Application) -> None:
    app.jinja_env.globals["menu_of"] = menu_of
