"""Where somebody is to be: what is wished of one presence, and the reasons why it cannot be.

What concerns two presences (two places at once, time to travel) is for the database alone to refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, holiday_name, local
from cnapp.domain.appointments import Appointment, appointments_whole
from cnapp.domain.closed_time import is_shut, service_of
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.openings import Promised, bookable_part, free_stretches
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, Place, Room, hours_on
from cnapp.domain.presences import (
    LONGEST_HOURS,
    Presence,
    PresenceHasBookings,
    PresenceTooLong,
)
from cnapp.domain.roster import Stretch, is_within
from cnapp.domain.workshop_days import Gathering

AHEAD = timedelta(days=731)
"""How far presences are laid out."""


class PresenceUnknown(Refusal):
    sentence = "Cette permanence n’existe pas."


class PresenceIsPast(Refusal):
    sentence = "Cette heure est déjà passée : choisissez un jour et une heure à venir."


class PresenceIsOver(Refusal):
    sentence = "Cette permanence est déjà finie : elle ne change plus."


class PresenceTooFar(Refusal):
    sentence = "Ce jour est trop loin : choisissez un jour dans les deux ans qui viennent."


class PresenceWithdrawn(Refusal):
    sentence = "Cette permanence est retirée : elle ne change plus. Ajoutez-en une autre."


class OnHoliday(Refusal):
    sentence = "Ce jour est férié en Moselle : personne ne reçoit."


class PlaceClosed(Refusal):
    sentence = "Ce lieu est fermé ce jour-là."


class PlaceClosedThen(PlaceClosed):
    """For some hours, or some of what is done there."""

    sentence = "Ce lieu est fermé à ces heures-là : une fermeture est prévue."


class PlaceNotThere(Refusal):
    sentence = "Ce lieu n’est pas en service ce jour-là."


class OutsideHours(Refusal):
    sentence = "Ce lieu n’est pas ouvert pendant toute la permanence. La pause seule peut passer hors des heures."


class NotInPost(Refusal):
    sentence = "Cette personne n’est pas en poste ce jour-là."


class ReceivesNobody(Refusal):
    sentence = "Cette personne ne reçoit pas : son compte ne prend pas de permanence."


class PauseOutside(Refusal):
    sentence = "La pause doit commencer et finir pendant la permanence."


class KeptTooLong(Refusal):
    sentence = "Les minutes gardées sont plus longues que la permanence."


class BookingsInside(PresenceHasBookings):
    """`appointments` are those that stand in the way."""

    def __init__(self, appointments: Sequence[Appointment]) -> None:
        super().__init__()
        self.appointments = appointments


class WorkshopsInside(PresenceHasBookings):
    """`gatherings` are the sessions that stand in the way."""

    sentence = (
        "Un atelier a lieu pendant cette permanence : elle ne peut pas devenir plus courte, changer de lieu "
        "ni être retirée. Déplacez ou annulez d’abord l’atelier."
    )

    def __init__(self, gatherings: Sequence[Gathering]) -> None:
        super().__init__()
        self.gatherings = gatherings


class BookingUnderWay(Refusal):
    sentence = (
        "Une personne est en train de prendre un rendez-vous pendant cette permanence. "
        "Essayez de nouveau dans 15 minutes."
    )


@dataclass(frozen=True)
class Plan:
    """One presence as it is wished."""

    conseiller: Staff
    place: Place
    room: Room | None
    span: Span
    pause: Span | None = None
    takes_appointments: bool = True
    takes_walk_ins: bool = False
    walk_in_minutes: int = 0

    @cached_property
    def day(self) -> date:
        return day_of(self.span.start)

    @property
    def service(self) -> Closed:
        """What must be open for it."""
        return service_of(takes_appointments=self.takes_appointments, takes_walk_ins=self.takes_walk_ins)

    @property
    def work(self) -> list[Stretch]:
        """What is left of it without its pause, in local time."""
        return [
            (local(each.start).time(), local(each.end).time())
            for each in self.span.minus([self.pause] if self.pause else [])
        ]

    @property
    def columns(self) -> dict[str, object]:
        """As the table holds it."""
        return {
            "conseiller_id": self.conseiller.id,
            "place_id": self.place.id,
            "room_id": self.room.id if self.room else None,
            "starts_at": self.span.start,
            "ends_at": self.span.end,
            "pause_starts_at": self.pause.start if self.pause else None,
            "pause_ends_at": self.pause.end if self.pause else None,
            "takes_appointments": self.takes_appointments,
            "takes_walk_ins": self.takes_walk_ins,
            "walk_in_minutes": self.walk_in_minutes,
        }


def plan_of(presence: Presence) -> Plan:
    """As it stands."""
    return Plan(
        presence.conseiller,
        presence.place,
        presence.room,
        presence.span,
        presence.pause,
        presence.takes_appointments,
        presence.takes_walk_ins,
        presence.walk_in_minutes,
    )


def room_left(plan: Plan, taken: Iterable[Promised], shortest: int) -> int:
    """How many more of the shortest appointments fit in, one after the other, before the minutes kept for walk-ins."""
    if not plan.takes_appointments or not shortest:
        return 0
    within = bookable_part(plan.span, plan.walk_in_minutes)
    return sum(stretch.minutes // shortest for stretch in free_stretches(within, plan.pause, taken))


def refuse_impossible(plan: Plan, closures: Collection[Closure], now: datetime) -> None:
    """Raises the first reason why nobody can be there: its own hours, then time, then the day."""
    if plan.span.minutes > LONGEST_HOURS * 60:
        raise PresenceTooLong
    if plan.pause and not (plan.span.start < plan.pause.start < plan.pause.end < plan.span.end):
        raise PauseOutside
    if plan.walk_in_minutes > plan.span.minutes:
        raise KeptTooLong
    if plan.span.end <= now:
        raise PresenceIsPast
    if plan.day > day_of(now) + AHEAD:
        raise PresenceTooFar
    for reason in misfits(plan, closures, hours_on(plan.place.opening_hours, plan.day)):
        raise reason


def misfits(plan: Plan, closures: Collection[Closure], hours: Iterable[Stretch]) -> Iterator[Refusal]:
    """Why somebody cannot be at this place that day, open at these hours: nothing, nearly always."""
    day = plan.day
    if not plan.conseiller.receives:
        yield ReceivesNobody()
    elif not plan.conseiller.is_in_post(day):
        yield NotInPost()
    if holiday_name(day):
        yield OnHoliday()
    if not plan.place.exists_on(day):
        yield PlaceNotThere()
    elif any(closure.holds(plan.place.id, day) for closure in closures):
        yield PlaceClosed()
    elif is_shut(plan.place.id, plan.span, closures, plan.service):
        yield PlaceClosedThen()
    elif not is_within(plan.work, hours):
        yield OutsideHours()


def presence_named(public_id: str) -> Select[Presence]:
    """Withdrawn ones too."""
    return presences_whole(select(Presence).where(Presence.public_id == public_id))


def presences_whole(presences: Select[Presence]) -> Select[Presence]:
    """With what decides whether each fits."""
    place = joinedload(Presence.place)
    return presences.options(
        joinedload(Presence.conseiller), joinedload(Presence.room), place.selectinload(Place.opening_hours)
    )


def commitments_inside(presence_id: int) -> Select[Commitment]:
    return select(Commitment).where(Commitment.presence_id == presence_id).order_by(Commitment.starts_at)


def appointments_inside(presence_id: int) -> Select[Appointment]:
    """Those that stand, in order."""
    promised = commitments_inside(presence_id).where(Commitment.kind == Kind.APPOINTMENT)
    ids = promised.with_only_columns(Commitment.id).order_by(None)
    return appointments_whole().where(Appointment.commitment_id.in_(ids)).order_by(Appointment.starts_at)


def people_to_place(day: date) -> Select[Staff]:
    """Those who receive, by first name; not those who have left before a day."""
    still_there = or_(Staff.in_post_until.is_(None), Staff.in_post_until >= day)
    return (
        select(Staff)
        .where(Staff.receives, Staff.disabled_at.is_(None), still_there)
        .order_by(Staff.first_name, Staff.last_name, Staff.id)
    )


def places_to_choose(day: date) -> Select[Place]:
    """Those that exist on a day or will, by name, with their rooms."""
    still_there = or_(Place.valid_until.is_(None), Place.valid_until >= day)
    return select(Place).where(still_there).options(selectinload(Place.rooms)).order_by(Place.name, Place.id)
