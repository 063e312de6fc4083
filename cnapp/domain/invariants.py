"""What must never be false, as queries that find the rows where it is: whole tables, in sets, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    MetaData,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CompoundSelect

from cnapp.domain.absences import Absence
from cnapp.domain.appointments import STANDING, Appointment, Origin, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Entry
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import CHANGES, Due
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES, Travel
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.visits import Visit
from cnapp.domain.waits import Wait
from cnapp.domain.workshop_invariants import OF_WORKSHOPS, Invariant, Rows
from cnapp.domain.workshop_sessions import WorkshopSession


class seconds_between(FunctionElement[float]):
    """From the second instant to the first."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = element.clauses
    return f"({compiler.process(later, **options)} - {compiler.process(earlier, **options)})"


@compiles(seconds_between, "postgresql")
def _on_postgres(element: seconds_between, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXTRACT(EPOCH FROM {_on_sqlite(element, compiler, **options)})"


def invariants(since: datetime | None = None) -> tuple[Invariant, ...]:
    """Travel is judged from `since` on: minutes may have been longer when the past was planned."""
    return (
        Invariant("Temps promis deux fois : conseiller {conseiller_id}, engagement {id}.", promised_twice()),
        Invariant(
            "Deux lieux à la fois, ou trajet trop court : permanences {previous_id} et {id}.",
            at_two_places(since),
        ),
        Invariant("Engagement {id} hors de sa permanence ({presence_id}).", outside_presence()),
        Invariant("Rendez-vous {id} ({status}) sans le temps qui lui revient.", without_its_time()),
        Invariant("Engagement {id} : temps promis à un rendez-vous qui n’existe pas.", promised_to_nothing()),
        Invariant("Rendez-vous {id} : aucune lettre pour sa version {version}.", without_letter()),
        Invariant(
            "Lettre {id} : elle annonce ce qui n’est pas arrivé (rendez-vous {appointment_id}, version {version}).",
            unfounded_letters(),
        ),
        Invariant(
            "Passage {id} : le rendez-vous {appointment_id} n’a pas été donné à l’accueil ({origin}).",
            given_by_another_door(),
        ),
        Invariant("Offre {id} : elle attend une réponse, mais l’attente {wait_id} est finie.", offered_to_nobody()),
        Invariant("Engagement {id} : temps d’une absence inconnue (conseiller {conseiller_id}).", absent_for_nothing()),
        Invariant("Rendez-vous {id} sans heure, et dans aucun plan.", displaced_and_forgotten()),
        Invariant("Séance {id} sans personne, et dans aucun plan.", session_forgotten()),
        Invariant("Ligne de plan {id} : elle attend encore, mais il n’y a plus rien à placer.", open_for_nothing()),
        *OF_WORKSHOPS,
        Invariant("Journal : la suite est rompue pour {subject} {subject_id}.", broken_journals()),
    )


def promised_twice() -> Rows:
    """Each commitment that begins before an earlier one of the same conseiller has ended."""
    taken_until = func.max(Commitment.ends_at).over(
        partition_by=Commitment.conseiller_id, order_by=(Commitment.starts_at, Commitment.id), rows=(None, -1)
    )
    each = select(
        Commitment.id, Commitment.conseiller_id, Commitment.starts_at, taken_until.label("taken_until")
    ).subquery()
    return select(each.c.id, each.c.conseiller_id).where(each.c.taken_until > each.c.starts_at)


def at_two_places(since: datetime | None) -> Rows:
    each = _presences_with_the_one_before()
    gap = seconds_between(each.c.starts_at, each.c.left_at)
    low = case((each.c.place_id < each.c.left_place_id, each.c.place_id), else_=each.c.left_place_id)
    high = case((each.c.place_id < each.c.left_place_id, each.c.left_place_id), else_=each.c.place_id)
    minutes = func.coalesce(Travel.minutes, DEFAULT_TRAVEL_MINUTES)
    too_close = and_(each.c.place_id != each.c.left_place_id, gap < 60 * minutes)
    if since:
        too_close = and_(too_close, each.c.starts_at >= since)
    return (
        select(each.c.id, each.c.previous_id)
        .outerjoin(Travel, and_(Travel.from_place_id == low, Travel.to_place_id == high))
        .where(or_(gap < 0, too_close))
    )


def _presences_with_the_one_before() -> Any:
    order: dict[str, Any] = {"partition_by": Presence.conseiller_id, "order_by": (Presence.starts_at, Presence.id)}
    return (
        select(
            Presence.id,
            Presence.conseiller_id,
            Presence.place_id,
            Presence.starts_at,
            func.lag(Presence.id).over(**order).label("previous_id"),
            func.lag(Presence.place_id).over(**order).label("left_place_id"),
            func.lag(Presence.ends_at).over(**order).label("left_at"),
        )
        .where(Presence.withdrawn_at.is_(None))
        .subquery()
    )


def outside_presence() -> Rows:
    """Absences alone lie in no presence."""
    inside = and_(
        Presence.withdrawn_at.is_(None),
        Presence.conseiller_id == Commitment.conseiller_id,
        Presence.starts_at <= Commitment.starts_at,
        Presence.ends_at >= Commitment.ends_at,
    )
    return (
        select(Commitment.id, Commitment.presence_id)
        .outerjoin(Presence, and_(Presence.id == Commitment.presence_id, inside))
        .where(Commitment.kind != Kind.ABSENCE, Presence.id.is_(None))
    )


def without_its_time() -> Rows:
    """One that stands and has not exactly its own commitment, or one that does not stand and has some."""
    own = and_(
        Commitment.id == Appointment.commitment_id,
        Commitment.kind == Kind.APPOINTMENT,
        Commitment.presence_id == Appointment.presence_id,
        Commitment.conseiller_id == Appointment.conseiller_id,
        Commitment.starts_at == Appointment.starts_at,
        Commitment.ends_at == Appointment.ends_at,
    )
    stands = Appointment.status.in_(STANDING)
    wrong = or_(and_(stands, Commitment.id.is_(None)), and_(~stands, Appointment.commitment_id.is_not(None)))
    return select(Appointment.id, Appointment.status).outerjoin(Commitment, own).where(wrong)


def promised_to_nothing() -> Rows:
    """To no appointment; workshops have a look of their own."""
    return (
        select(Commitment.id)
        .outerjoin(Appointment, Appointment.commitment_id == Commitment.id)
        .where(Commitment.kind == Kind.APPOINTMENT, Appointment.id.is_(None))
    )


def without_letter() -> Rows:
    """A reminder of it is none: nobody would have been told that it was booked or moved."""
    its_own = Due.appointment_id == Appointment.id, Due.version == Appointment.version
    told = exists().where(*its_own, Due.letter.in_(CHANGES))
    return select(Appointment.id, Appointment.version).where(Appointment.status.in_(STANDING), ~told)


def unfounded_letters() -> Rows:
    return (
        select(Due.id, Due.appointment_id, Due.version)
        .outerjoin(Appointment, Appointment.id == Due.appointment_id)
        .where(Due.appointment_id.is_not(None))
        .where(or_(Appointment.id.is_(None), Due.version > Appointment.version))
    )


def given_by_another_door() -> Rows:
    """Whoever stands at a desk is given a time there, or received at once."""
    return (
        select(Visit.id, Visit.appointment_id, Appointment.origin)
        .join(Appointment, Appointment.id == Visit.appointment_id)
        .where(Appointment.origin.not_in((Origin.COUNTER, Origin.WALK_IN)))
    )


def offered_to_nobody() -> Rows:
    over = Wait.ended_at.is_not(None), Offer.outcome.is_(None)
    return select(Offer.id, Offer.wait_id).join(Wait, Wait.id == Offer.wait_id).where(*over)


def broken_journals() -> Rows:
    """Numbered from one without a gap: as many lines as the highest number."""
    lines = func.count(Entry.number.distinct())
    return (
        select(Entry.subject, Entry.subject_id)
        .group_by(Entry.subject, Entry.subject_id)
        .having(or_(func.min(Entry.number) != 1, func.max(Entry.number) != lines, func.count() != lines))
    )


def absent_for_nothing() -> Rows:
    """Each stretch of absence lies in an absence of the same person that was not taken back."""
    within = Absence.starts_at <= Commitment.starts_at, Absence.ends_at >= Commitment.ends_at
    known = exists().where(Absence.conseiller_id == Commitment.conseiller_id, Absence.withdrawn_at.is_(None), *within)
    return select(Commitment.id, Commitment.conseiller_id).where(Commitment.kind == Kind.ABSENCE, ~known)


def displaced_and_forgotten() -> Rows:
    waits = exists().where(Displacement.appointment_id == Appointment.id, Displacement.standing == Standing.OPEN)
    return select(Appointment.id).where(Appointment.status == Status.DISPLACED, ~waits)


def session_forgotten() -> Rows:
    waits = exists().where(Displacement.session_id == WorkshopSession.id, Displacement.standing == Standing.OPEN)
    return select(WorkshopSession.id).where(WorkshopSession.displaced_at.is_not(None), ~waits)


def open_for_nothing() -> Rows:
    displaced = exists().where(Appointment.id == Displacement.appointment_id, Appointment.status == Status.DISPLACED)
    without = exists().where(WorkshopSession.id == Displacement.session_id, WorkshopSession.displaced_at.is_not(None))
    return select(Displacement.id).where(Displacement.standing == Standing.OPEN, ~displaced, ~without)


@cache
def orphans(metadata: MetaData) -> CompoundSelect[*tuple[Any, ...]]:
    """For each foreign key, how many rows point to nothing: (table, key, rows)."""
    return union_all(*(part for table in metadata.sorted_tables for part in _orphans_of(table)))


def _orphans_of(table: Table) -> Iterator[Rows]:
    for key in table.foreign_key_constraints:
        parent = key.referred_table.alias()
        pairs = [element.parent == parent.c[element.column.name] for element in key.elements]
        points: list[ColumnElement[bool]] = [element.parent.is_not(None) for element in key.elements]
        rows = select(literal(table.name), literal(str(key.name)), func.count()).select_from(table)
        yield rows.where(*points, ~exists().select_from(parent).where(*pairs)).having(func.count() > 0)
