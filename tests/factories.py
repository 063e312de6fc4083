"""Makers of rows, valid by default, yours keyword by keyword; each commits what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import text

from cnapp.base.database import Base, db, transaction
from cnapp.base.tokens import fingerprint, new_code, new_public_id, new_token
from cnapp.base.workdays import PARIS
from cnapp.domain.absences import Absence, Cause, by_day
from cnapp.domain.accounts import Credential, SignIn, lasts
from cnapp.domain.appointments import Appointment, Booker, Origin, Status, Told
from cnapp.domain.calls import Call, Part, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.consultations import Consultation, Way
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.domain.kits import Kit
from cnapp.domain.kits import State as KitState
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.outbox import Channel, Due, Letter, Outcome, letter_keys
from cnapp.domain.people import Habilitation, Role, Staff, StaffLanguage, StaffPlace
from cnapp.domain.places import OpeningHours, Place, Travel
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration, Standing, person_key
from cnapp.domain.roster import RosterRule
from cnapp.domain.seats import Seat
from cnapp.domain.visits import State, Visit
from cnapp.domain.waits import Wait, WaitPlace
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Level, Workshop
from cnapp.domain.workshops import Status as Stage
from cnapp.services.displacements import displace
from cnapp.services.journal import By

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LINK_KEY = "link-key-of-the-tests-000000000000000000"
PASSWORD = "metz-demo-2026"

_serial = count(1)


def metz(text: str) -> datetime:
    """« 2026-12-03 09:00 » on a clock of Metz, as an aware UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


Row = TypeVar("Row", bound=Base)


@contextmanager
def unhurried(*conseiller_ids: int) -> Iterator[None]:
    """A transaction that waits for no disk: nothing of the tests must survive a power cut."""
    with transaction(*conseiller_ids):
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET LOCAL synchronous_commit = off"))
        yield


def keep(row: Row) -> Row:
    with unhurried():
        db.session.add(row)
    db.session.refresh(row)
    return row


def make_place(name: str = "", *, open_all_day: bool = True, **columns: Any) -> Place:
    number = next(_serial)
    values: dict[str, Any] = {
        "slug": f"lieu-{number}",
        "name": name or f"Mairie de quartier {number}",
        "address": f"{number} rue des Roses",
        "postcode": "57000",
        "town": "Metz",
        "way_in": "Entrée par la cour.",
        "step_free": True,
        "hearing_loop": False,
        "services": [],
        "valid_from": date(2020, 1, 1),
        "updated_at": LONG_AGO,
    }
    hours = [OpeningHours(weekday=day, opens=time(7), closes=time(20)) for day in range(7)] if open_all_day else []
    return keep(Place(**{**values, "opening_hours": hours, **columns}))


def make_motif(**columns: Any) -> Motif:
    number = next(_serial)
    values: dict[str, Any] = {
        "slug": f"sujet-{number}",
        "word": Word.EMAIL,
        "title": f"Créer une adresse e-mail {number}",
        "bring": "votre téléphone",
        "theme": "email",
        "mode": Mode.LEARN,
        "duration_minutes": 45,
        "least_notice_minutes": 120,
        "horizon_days": 56,
        "updated_at": LONG_AGO,
    }
    return keep(Motif(**{**values, **columns}))


def make_staff(first_name: str = "Nadia", *, languages: tuple[str, ...] = (), **columns: Any) -> Staff:
    number = next(_serial)
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "first_name": first_name,
        "last_name": "Benali",
        "email": f"{first_name.casefold()}.{number}@exemple.fr",
        "role": Role.CONSEILLER,
        "receives": True,
        "in_post_from": date(2021, 6, 1),
        "updated_at": LONG_AGO,
        "languages": [StaffLanguage(code=code) for code in languages],
    }
    return keep(Staff(**{**values, **columns}))


def make_desk(*places: Place, **columns: Any) -> Staff:
    """An account at the desk of these places."""
    desk = make_staff("Accueil", **{"last_name": "Borny", "role": Role.DESK, "receives": False, **columns})
    for place in places:
        keep(StaffPlace(staff_id=desk.id, place_id=place.id))
    return desk


def give_password(staff: Staff, password: str = PASSWORD) -> None:
    """With the cheapest argon2 there is: the tests do not measure it."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    keep(Credential(staff_id=staff.id, password_hash=cheap.hash(password), changed_at=LONG_AGO))


def make_sign_in(staff: Staff, at: datetime, **columns: Any) -> str:
    """The token of a browser where somebody is signed in since then; a desk's may have its `at_place_id` and `hand`."""
    token = new_token()
    times = {"created_at": at, "expires_at": at + lasts(staff, remembered=False)}
    keep(SignIn(staff_id=staff.id, token_hash=fingerprint(token), **{**times, **columns}))
    return token


def habilitate(staff: Staff, *perimeters: str, start: str = "2026-01-01", end: str = "2026-12-31") -> Habilitation:
    days = {"valid_from": date.fromisoformat(start), "valid_until": date.fromisoformat(end)}
    return keep(Habilitation(staff_id=staff.id, perimeters=list(perimeters), **days))


def make_travel(one: Place, other: Place, minutes: int) -> Travel:
    low, high = sorted((one.id, other.id))
    return keep(Travel(from_place_id=low, to_place_id=high, minutes=minutes))


def make_rule(**columns: Any) -> RosterRule:
    """A Tuesday morning each week; `conseiller` and `place` may be given as rows."""
    conseiller = columns.pop("conseiller", None) or make_staff()
    place = columns.pop("place", None) or make_place()
    values: dict[str, Any] = {
        "conseiller_id": conseiller.id,
        "place_id": place.id,
        "weekday": 1,
        "starts": time(9),
        "ends": time(12),
        "from_on": date(2026, 1, 5),
        "updated_at": LONG_AGO,
    }
    return keep(RosterRule(**{**values, **columns}))


def make_presence(at: str = "2026-12-03 09:00", until: str = "12:00", **columns: Any) -> Presence:
    """`conseiller` and `place` may be given as rows; `pause` as « 10:30-10:45 »."""
    conseiller = columns.pop("conseiller", None) or make_staff()
    place = columns.pop("place", None) or make_place()
    pause = columns.pop("pause", None)
    if pause:
        start, _, end = pause.partition("-")
        columns |= {"pause_starts_at": metz(f"{at[:10]} {start}"), "pause_ends_at": metz(f"{at[:10]} {end}")}
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "conseiller_id": conseiller.id,
        "place_id": place.id,
        "starts_at": metz(at),
        "ends_at": metz(f"{at[:10]} {until}"),
        "updated_at": LONG_AGO,
    }
    return keep(Presence(**{**values, **columns}))


def make_citizen(name: str = "Marie Schmitt", *, email: str | None = None, **columns: Any) -> Citizen:
    citizen = Citizen(public_id=new_public_id(), created_at=LONG_AGO, **columns)
    citizen.be_called(name)
    citizen.write_to(email)
    return keep(citizen)


def make_commitment(presence: Presence, at: str, minutes: int = 45, **columns: Any) -> Commitment:
    """Time promised to a workshop, unless told otherwise."""
    starts_at = metz(at)
    values: dict[str, Any] = {
        "kind": Kind.WORKSHOP,
        "conseiller_id": presence.conseiller_id,
        "presence_id": presence.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
    }
    return keep(Commitment(**{**values, **columns}))


def make_absence(staff: Staff, start: str, end: str, **columns: Any) -> Absence:
    """As if nobody had been expected: its time is promised, one row a local day."""
    entered_by = columns.pop("entered_by", None) or staff
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "conseiller_id": staff.id,
        "plan_id": make_plan(made_by=entered_by).id,
        "cause": Cause.ILLNESS,
        "starts_at": metz(start),
        "ends_at": metz(end),
        "entered_by_id": entered_by.id,
        "created_at": LONG_AGO,
    }
    absence = keep(Absence(**{**values, **columns}))
    for each in by_day(absence.span):
        keep(Commitment(kind=Kind.ABSENCE, conseiller_id=staff.id, starts_at=each.start, ends_at=each.end))
    return absence


def make_plan(made_by: Staff | None = None, **columns: Any) -> RecoveryPlan:
    made_by = made_by or make_staff("Anne", role=Role.COORDINATOR)
    values: dict[str, Any] = {"public_id": new_public_id(), "cause": Trigger.ABSENCE, "made_by_id": made_by.id}
    return keep(RecoveryPlan(**{**values, "created_at": LONG_AGO, **columns}))


def make_appointment(presence: Presence | None = None, at: str = "2026-12-03 09:00", **columns: Any) -> Appointment:
    """A booked appointment with its commitment, its journal and its letters; `name`, `phone`, `email` of the person."""
    presence = presence or make_presence(at[:10] + " 09:00", "17:00")
    person = columns.pop("person", None) or make_citizen(
        columns.pop("name", "Marie Schmitt"), phone=columns.pop("phone", None), email=columns.pop("email", None)
    )
    motif = columns.pop("motif", None) or make_motif()
    commitment = make_commitment(presence, at, motif.duration_minutes, kind=Kind.APPOINTMENT)
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "code": new_code(),
        "motif_id": motif.id,
        "person_id": person.id,
        "booked_by": Booker.SELF,
        "told": Told.PERSON,
        "needs": [],
        "presence_id": presence.id,
        "conseiller_id": presence.conseiller_id,
        "commitment_id": commitment.id,
        "starts_at": commitment.starts_at,
        "ends_at": commitment.ends_at,
        "status": Status.BOOKED,
        "origin": Origin.ONLINE,
        "link_version": 1,
        "version": 1,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    appointment = Appointment(**{**values, **columns})
    appointment.seal(LINK_KEY)
    keep(appointment)
    _tell(appointment)
    return appointment


def make_displaced(presence: Presence | None = None, at: str = "2026-12-03 09:00", **columns: Any) -> Displacement:
    """An appointment that has lost its time: the line of its plan, open."""
    plan = columns.pop("plan", None) or make_plan()
    appointment = make_appointment(presence, at, **columns)
    with unhurried(appointment.conseiller_id):
        return displace(db.session.get_one(Appointment, appointment.id), plan, by=By.clock(), now=LONG_AGO)


def _tell(appointment: Appointment) -> None:
    entry = {"subject": Subject.APPOINTMENT, "subject_id": appointment.id, "number": 1, "what": "booked"}
    keep(Entry(**entry, actor=Actor.CITIZEN, detail={}, at=LONG_AGO))
    letter = {"letter": Letter.CONFIRMED, "appointment_id": appointment.id, "version": 1}
    gone = {"settled_at": LONG_AGO, "outcome": Outcome.SENT, "channel": Channel.EMAIL}
    for key in letter_keys(Letter.CONFIRMED, appointment):
        keep(Due(key=key, **letter, **gone, due_at=LONG_AGO, created_at=LONG_AGO))


def make_due(appointment: Appointment, at: datetime, letter: Letter = Letter.MOVED, **columns: Any) -> Due:
    """The letter on one more change of an appointment, written at this instant."""
    with unhurried():
        appointment = db.session.get_one(Appointment, appointment.id)
        appointment.version += 1
        version, public_id = appointment.version, appointment.public_id
    about = {"appointment_id": appointment.id, "version": version, "key": f"{letter}/{public_id}/{version}"}
    return keep(Due(**{**about, "letter": letter, "due_at": at, "created_at": at, **columns}))


def make_call(due: Due, appointment: Appointment, **columns: Any) -> Call:
    """Of the person helped, about this letter."""
    about = {"due_id": due.id, "appointment_id": appointment.id, "citizen_id": appointment.person_id}
    times = {"due_at": due.due_at, "created_at": due.created_at}
    return keep(Call(**{"public_id": new_public_id(), "reason": Reason.LETTER, **about, **times, **columns}))


def make_callback(person: Citizen, at: datetime, **columns: Any) -> Call:
    """Somebody who asked for a call at this instant."""
    asked = {"citizen_id": person.id, "preferred": Part.ANY, "due_at": at, "created_at": at}
    return keep(Call(**{"public_id": new_public_id(), "reason": Reason.CALLBACK, **asked, **columns}))


def make_consultation(
    appointment: Appointment, staff: Staff, at: str = "2026-11-30 08:00", **columns: Any
) -> Consultation:
    """Somebody of the team opened it, at the desk of its place unless told otherwise."""
    who = {"appointment_id": appointment.id, "staff_id": staff.id, "at": metz(at)}
    return keep(Consultation(**{**who, "way": Way.PLACE, **columns}))


def make_visit(place: Place | None = None, at: str = "2026-11-30 08:00", **columns: Any) -> Visit:
    """Somebody who waits at a desk since then; `desk`: the account that noted it."""
    place = place or make_place()
    desk = columns.pop("desk", None) or make_desk(place)
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "place_id": place.id,
        "day": date.fromisoformat(at[:10]),
        "ticket": next(_serial),
        "word": Word.EMAIL,
        "state": State.WAITING,
        "came_at": metz(at),
        "staff_id": desk.id,
        "updated_at": metz(at),
    }
    return keep(Visit(**{**values, **columns}))


def make_wait(motif: Motif, citizen: Citizen, *places: Place, at: str = "2026-11-29 08:00", **columns: Any) -> Wait:
    """Somebody who waits since then for any place, unless told otherwise, and who can come the same day."""
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "citizen_id": citizen.id,
        "motif_id": motif.id,
        "link_version": 1,
        "notice_days": 0,
        "created_at": metz(at),
    }
    wait = Wait(**{**values, **columns})
    wait.seal(LINK_KEY)
    keep(wait)
    for place in places:
        keep(WaitPlace(wait_id=wait.id, place_id=place.id))
    return wait


def make_workshop(*times: str, minutes: int = 90, **columns: Any) -> Workshop:
    """Published, with one session at each of these times (Metz), led by `leader` at `place`, both given as rows."""
    times = times or ("2026-12-10 14:00",)
    place, leader = columns.pop("place", None) or make_place(), columns.pop("leader", None) or make_staff()
    starts = [metz(at) for at in times]
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "title": f"Je navigue sur Internet {next(_serial)}",
        "learn": "Ouvrir un site\nChercher une adresse\nFermer une publicité",
        "level": Level.BEGINNER,
        "theme": "navigation_sur_internet",
        "place_id": place.id,
        "capacity": 8,
        "starts_at": starts[0],
        "ends_at": starts[-1] + timedelta(minutes=minutes),
        "status": Stage.PUBLISHED,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    workshop = keep(Workshop(**{**values, **columns}))
    for start in starts:
        _hold_session(workshop, place, leader, start, start + timedelta(minutes=minutes))
    db.session.refresh(workshop)
    return workshop


def _hold_session(workshop: Workshop, place: Place, leader: Staff, start: datetime, end: datetime) -> None:
    times = {"starts_at": start, "ends_at": end}
    session = keep(WorkshopSession(public_id=new_public_id(), workshop_id=workshop.id, drop_ins=0, **times))
    whose = {"conseiller_id": leader.id, **times}
    presence = keep(
        Presence(public_id=new_public_id(), place_id=place.id, takes_appointments=False, updated_at=LONG_AGO, **whose)
    )
    commitment = keep(Commitment(kind=Kind.WORKSHOP, presence_id=presence.id, **whose))
    keep(Leading(session_id=session.id, presence_id=presence.id, commitment_id=commitment.id, **whose))


def make_registration(workshop: Workshop, name: str = "Marie Schmitt", **columns: Any) -> Registration:
    """Registered with a seat, or `status=Standing.WAITING`; `phone`, `email` of the person."""
    person = columns.pop("person", None) or make_citizen(
        name, phone=columns.pop("phone", None), email=columns.pop("email", None)
    )
    status = columns.get("status", Standing.REGISTERED)
    is_seated = status in (Standing.REGISTERED, Standing.OFFERED)
    seat = keep(Seat(workshop_id=workshop.id, borrows=columns.get("borrows", False))) if is_seated else None
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "code": new_code(),
        "link_version": 1,
        "workshop_id": workshop.id,
        "person_id": person.id,
        "person_key": person_key(person),
        "booked_by": Booker.SELF,
        "told": Told.PERSON,
        "needs": [],
        "origin": Origin.ONLINE,
        "status": status,
        "seat_id": seat.id if seat else None,
        "waiting_since": None if is_seated else LONG_AGO,
        "version": 1,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    registration = Registration(**{**values, **columns})
    registration.seal(LINK_KEY)
    keep(registration)
    _tell_registration(registration)
    db.session.refresh(workshop)
    return registration


def _tell_registration(registration: Registration) -> None:
    entry = {"subject": Subject.REGISTRATION, "subject_id": registration.id, "number": 1, "what": "registered"}
    keep(Entry(**entry, actor=Actor.CITIZEN, detail={}, at=LONG_AGO))
    named = Letter.WAITLISTED if registration.status is Standing.WAITING else Letter.REGISTERED
    letter = {"letter": named, "registration_id": registration.id, "version": registration.version}
    gone = {"settled_at": LONG_AGO, "outcome": Outcome.SENT, "channel": Channel.EMAIL}
    for key in letter_keys(named, registration):
        keep(Due(key=key, **letter, **gone, due_at=LONG_AGO, created_at=LONG_AGO))


def make_kit(place: Place | None = None, **columns: Any) -> Kit:
    """Eight computers, ready."""
    values: dict[str, Any] = {
        "public_id": new_public_id(),
        "name": f"Kit {next(_serial)}",
        "computers": 8,
        "state": KitState.READY,
        "place_id": (place or make_place()).id,
        "updated_at": LONG_AGO,
    }
    return keep(Kit(**{**values, **columns}))
