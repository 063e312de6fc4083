"""The team: who is in it, what each may do, until when; and that somebody is always left who coordinates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete

from cnapp.base.database import db, lock_keys
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import (
    LastCoordinator,
    coordinators_entering,
    password_links_ended,
    sign_ins_of,
    with_password,
)
from cnapp.domain.ahead import bookings_of, holds_with, presences_ahead
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Subject
from cnapp.domain.people import (
    Role,
    Staff,
    StaffLanguage,
    StaffUnknown,
    receivers,
    staff_named,
    team_ever,
    team_or_named,
)
from cnapp.domain.places import Place, places_open
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_days import Gathering
from cnapp.services import workshop_days
from cnapp.services.changes import write
from cnapp.services.feeds import revoke_addresses
from cnapp.services.journal import By, Thing, record_about


@dataclass(frozen=True)
class Profile:
    """Columns of somebody's row, as the coordination writes them."""

    first_name: str
    last_name: str
    email: str
    role: Role
    receives: bool
    phone_line: bool
    in_post_from: date
    in_post_until: date | None


@dataclass(frozen=True)
class Around:
    """What is noted beside: slugs of the places of a desk, codes of languages."""

    places: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True)
class Ahead:
    """What somebody is expected for, in order."""

    appointments: Sequence[Appointment]
    presences: Sequence[Presence]
    gatherings: Sequence[Gathering] = ()
    """Sessions of workshops to lead."""

    def outside_post(self, staff: Staff) -> list[Appointment]:
        """Those for which nobody will be there."""
        days = ((each, day_of(each.starts_at)) for each in self.appointments)
        return [each for each, day in days if not (staff.receives and staff.is_in_post(day))]

    def led_outside_post(self, staff: Staff) -> list[Gathering]:
        days = ((each, day_of(each.session.starts_at)) for each in self.gatherings)
        return [each for each, day in days if not (staff.receives and staff.is_in_post(day))]


def everybody() -> Sequence[Staff]:
    return db.session.scalars(team_ever()).all()


def people_with_password() -> set[int]:
    return set(db.session.scalars(with_password()))


def person(public_id: str) -> Staff:
    """Raises StaffUnknown."""
    found = db.session.scalar(staff_named(public_id))
    if found is None:
        raise StaffUnknown
    return found


def who_may_be_absent(named: Collection[str]) -> Sequence[Staff]:
    """Whoever receives; of those named, also who receives no more and is still expected somewhere."""
    return db.session.scalars(team_or_named(named)).all()


def all_who_receive() -> list[int]:
    """Whom to lock before something changes for the whole town."""
    return list(db.session.scalars(receivers()))


def ahead_of(staff: Staff, *, now: datetime) -> Ahead:
    presences = presences_ahead(now).where(Presence.conseiller_id == staff.id)
    return Ahead(
        db.session.scalars(bookings_of(staff.id, now)).all(),
        db.session.scalars(presences).all(),
        workshop_days.ahead_of(staff.id, now=now),
    )


def places_to_choose(*, now: datetime) -> Sequence[Place]:
    return db.session.scalars(places_open(day_of(now))).all()


def create(profile: Profile, around: Around, *, by: By, now: datetime) -> Staff:
    """Without a password: a link lets them choose one. Raises EmailTaken."""
    staff = Staff(public_id=new_public_id(), updated_at=now, **vars(profile))
    db.session.add(staff)
    db.session.flush()
    _write_around(staff, around, now)
    record_about(about(staff), "created", by=by, now=now, role=profile.role.value)
    return staff


def change(staff: Staff, profile: Profile, around: Around, *, by: By, now: datetime) -> None:
    """The caller locks the row. Another role ends every session. Raises EmailTaken, LastCoordinator."""
    was = staff.role
    fields = [*write(staff, profile), *_write_around(staff, around, now)]
    if not fields:
        return
    staff.updated_at = now
    db.session.flush()
    refuse_without_coordinator(now=now)
    let_go(staff)
    if staff.role is not was:
        _begin_role(staff, was, by, now)
    others = [name for name in fields if name != "role"]
    if others:
        record_about(about(staff), "changed", by=by, now=now, fields=others)


def _begin_role(staff: Staff, was: Role, by: By, now: datetime) -> None:
    db.session.execute(sign_ins_of(staff.id))
    if staff.role is Role.DESK:
        revoke_addresses(staff, now=now)
    record_about(about(staff), "role_changed", by=by, now=now, was=was.value, becomes=staff.role.value)


def disable(staff: Staff, *, by: By, now: datetime) -> None:
    """Sessions, feeds and links end at once; what was planned stays. The caller locks the row.

    Raises LastCoordinator. Pressed twice, nothing more happens.
    """
    if staff.disabled_at is not None:
        return
    staff.disabled_at = staff.updated_at = now
    db.session.flush()
    refuse_without_coordinator(now=now)
    let_go(staff)
    db.session.execute(sign_ins_of(staff.id))
    revoke_addresses(staff, now=now)
    db.session.execute(password_links_ended(staff.id))
    record_about(about(staff), "disabled", by=by, now=now)


def enable(staff: Staff, *, by: By, now: datetime) -> None:
    if staff.disabled_at is None:
        return
    staff.disabled_at, staff.updated_at = None, now
    record_about(about(staff), "enabled", by=by, now=now)


def refuse_without_coordinator(*, now: datetime) -> None:
    """Read once what was changed is written, by one transaction at a time. Raises LastCoordinator."""
    lock_keys("coordinators")
    if db.session.scalars(coordinators_entering(day_of(now)).limit(1)).first() is None:
        raise LastCoordinator


def let_go(staff: Staff) -> None:
    """What bookings under way hold of their time: it is looked for again when they are confirmed."""
    db.session.execute(holds_with(staff.id))


def about(staff: Staff) -> Thing:
    return Subject.STAFF, staff.id


def _write_around(staff: Staff, around: Around, now: datetime) -> list[str]:
    return [*_write_places(staff, around.places, now), *_write_languages(staff, around.languages)]


def _write_places(staff: Staff, slugs: frozenset[str], now: datetime) -> list[str]:
    """Of those that exist today: where a place has ended, the account keeps it."""
    open_ones = places_to_choose(now=now)
    kept = [place for place in staff.places if place not in open_ones]
    wanted = [place for place in open_ones if place.slug in slugs]
    if {place.id for place in staff.places} == {place.id for place in (*kept, *wanted)}:
        return []
    staff.places = [*kept, *wanted]
    return ["places"]


def _write_languages(staff: Staff, codes: frozenset[str]) -> list[str]:
    spoken = {each.code for each in staff.languages}
    if spoken == codes:
        return []
    gone = StaffLanguage.staff_id == staff.id, StaffLanguage.code.in_(spoken - codes)
    db.session.execute(delete(StaffLanguage).where(*gone))
    db.session.add_all(StaffLanguage(staff_id=staff.id, code=code) for code in sorted(codes - spoken))
    db.session.flush()
    db.session.expire(staff, ["languages"])
    return ["languages"]
