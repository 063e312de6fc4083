"""Appointments: booking, moving, cancelling. Callers lock the conseillers concerned, and commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, union

from cnapp.base.database import db, later, read, write
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint, new_public_id
from cnapp.domain.appointments import (
    NOTED,
    AnswersLost,
    Appointment,
    AppointmentUnknown,
    NotUpcoming,
    Status,
    TimeUsed,
    appointment_drafted,
    appointment_linked,
)
from cnapp.domain.commitments import HOLDER, Commitment, Kind, SlotTaken
from cnapp.domain.drafts import Draft
from cnapp.domain.motifs import Motif
from cnapp.domain.outbox import Letter
from cnapp.domain.plan_queries import displacement_overtaken
from cnapp.domain.plans import Standing
from cnapp.domain.slots import Choice, Slot, Wish
from cnapp.services.appointment_letters import announce, due_of, note, write_letters
from cnapp.services.asked import line_awaiting
from cnapp.services.codes import free_code, take_reserved
from cnapp.services.drafts import living
from cnapp.services.holds import claim, held_by, release
from cnapp.services.journal import By
from cnapp.services.parties import Party, keep_citizen, refuse_too_many
from cnapp.services.slots import PEOPLE_AT, whereabouts
from cnapp.services.team_letters import meeting_of


@dataclass(frozen=True, slots=True)
class Taking:
    """The time that a draft takes for good, and the wish that it answers."""

    draft_id: str
    wish: Wish
    choice: Choice
    by: By = field(default_factory=By.citizen)


def people_concerned(taking: Taking) -> list[int]:
    """Whom to lock: those who are there at that time, and whoever's time is held."""
    return sorted(read(_CONCERNED, {**whereabouts(taking.choice), "of_draft": taking.draft_id}).scalars())


_CONCERNED = union(PEOPLE_AT, HOLDER)


def book(taking: Taking, party: Party, *, link_key: str, now: datetime) -> Appointment:
    """One submission, one booking: however often it is sent, the same appointment is returned.

    Raises SlotTaken, TooManyUpcoming, NameMissing, AnswersLost, CodeNotReserved.
    """
    made = booked_with(taking.draft_id)
    if made:
        return made
    draft = _living_draft(taking, now)
    refuse_too_many(party, now=now)
    commitment = _take(draft, taking, now)
    appointment = _new_appointment(taking.wish.motif, party, commitment, now)
    appointment.draft_id = taking.draft_id
    _begin(appointment, link_key=link_key, by=taking.by, now=now)
    db.session.delete(draft)
    return appointment


def book_directly(wish: Wish, choice: Choice, *, party: Party, by: By, link_key: str, now: datetime) -> Appointment:
    """In one go, for a person whom staff have before them. Raises SlotTaken, NameMissing, CodeNotReserved."""
    commitment = _promise(claim(wish, choice, now=now), wish.motif)
    appointment = _new_appointment(wish.motif, party, commitment, now)
    _begin(appointment, link_key=link_key, by=by, now=now)
    return appointment


def move(appointment: Appointment, taking: Taking, *, by: By, now: datetime) -> None:
    """Adopts the time that a draft holds, then frees the old one. Raises NotUpcoming, SlotTaken, AnswersLost."""
    _refuse_unless_upcoming(appointment, now)
    draft = _living_draft(taking, now)
    _adopt(_take(draft, taking, now), appointment, by=by, now=now)
    db.session.delete(draft)


def move_directly(appointment: Appointment, wish: Wish, choice: Choice, *, by: By, now: datetime) -> None:
    """In one go, for a person whom staff have before them. Raises NotUpcoming, SlotTaken."""
    _refuse_unless_upcoming(appointment, now)
    _adopt(_promise(claim(wish, choice, now=now), wish.motif), appointment, by=by, now=now)


def cancel(appointment: Appointment, *, by: By, reason: str | None = None, now: datetime) -> None:
    """The citizen does not come: the time is free at once. Again changes nothing. Raises NotUpcoming."""
    if appointment.status is not Status.EXCUSED:
        _end(appointment, Status.EXCUSED, reason, now)
        announce(appointment, Letter.CANCELLED, by=by, now=now)
        note("cancelled", appointment, by=by, now=now, reason=reason)


def revoke(appointment: Appointment, *, by: By, reason: str | None = None, now: datetime) -> None:
    """The service cannot receive the person. Again changes nothing. Raises NotUpcoming."""
    if appointment.status is not Status.REVOKED:
        _end(appointment, Status.REVOKED, reason, now)
        announce(appointment, Letter.REVOKED, by=by, now=now)
        note("revoked", appointment, by=by, now=now, reason=reason)


def take_back(appointment: Appointment, *, by: By, reason: str, now: datetime) -> None:
    """A time given by mistake to whoever stood there, also once it has begun; one that is gone stays so.

    Raises TimeUsed when something was noted of it.
    """
    if appointment.status is Status.BOOKED:
        _free(appointment, Status.REVOKED, reason, now)
        announce(appointment, Letter.REVOKED, by=by, now=now)
        note("revoked", appointment, by=by, now=now, reason=reason)
    elif appointment.status in NOTED:
        raise TimeUsed


def tell_anew(appointment: Appointment, *, by: By, now: datetime) -> None:
    """Somebody who is told of it has another contact: how it stands is told there."""
    announce(appointment, _letter_on(appointment, now), by=by, now=now)


def _letter_on(appointment: Appointment, now: datetime) -> Letter:
    """It waits for another time, or for a yes, or stands."""
    if appointment.is_displaced:
        return Letter.DISPLACED
    line = line_awaiting(appointment, now=now)
    return Letter.REPLACED if line and line.standing is Standing.PROPOSED else Letter.CONFIRMED


def reissue(appointment: Appointment, *, link_key: str, by: By, now: datetime) -> None:
    """Its address dies, another is born, and whoever is told gets it."""
    appointment.link_version += 1
    appointment.seal(link_key)
    tell_anew(appointment, by=by, now=now)


def booked_with(draft_id: str) -> Appointment | None:
    """What an earlier submission of the same answers made."""
    return db.session.scalar(_DRAFTED, {"draft_id": draft_id})


def by_link(token: str, *, now: datetime) -> Appointment:
    """The citizen's own; raises AppointmentUnknown, also 30 days after it."""
    return _found(db.session.scalar(_LINKED, {"link_hash": fingerprint(token)}), now)


_DRAFTED, _LINKED = appointment_drafted(later("draft_id")), appointment_linked(later("link_hash"))


def _found(appointment: Appointment | None, now: datetime) -> Appointment:
    if appointment is None or not appointment.address_answers(now):
        raise AppointmentUnknown
    return appointment


def _living_draft(taking: Taking, now: datetime) -> Draft:
    draft = living(taking.draft_id, now=now)
    if draft is None:
        raise AnswersLost
    return draft


def _take(draft: Draft, taking: Taking, now: datetime) -> Commitment:
    """The held time turned into a promise; one whose hold was taken away is claimed again."""
    if taking.choice.starts_at <= now:
        raise SlotTaken
    held = held_by(draft.id)
    if held is None or held.choice != taking.choice:
        release(draft)
        return _promise(claim(taking.wish, taking.choice, now=now), taking.wish.motif)
    commitment = held.commitment
    commitment.kind, commitment.draft_id, commitment.expires_at = Kind.APPOINTMENT, None, None
    db.session.flush()
    return commitment


def _promise(slot: Slot, motif: Motif) -> Commitment:
    return promise(slot.conseiller_id, slot.presence_id, Span(slot.starts_at, slot.ends_at), motif)


def promise(conseiller_id: int, presence_id: int, span: Span, motif: Motif) -> Commitment:
    """Time inside a presence that an appointment is to have. Raises SlotTaken, OutsidePresence."""
    commitment = Commitment(
        kind=Kind.APPOINTMENT,
        conseiller_id=conseiller_id,
        presence_id=presence_id,
        starts_at=span.start,
        ends_at=span.end,
        buffer_minutes=motif.buffer_minutes,
    )
    db.session.add(commitment)
    db.session.flush()
    return commitment


def _new_appointment(motif: Motif, party: Party, commitment: Commitment, now: datetime) -> Appointment:
    appointment = Appointment(
        public_id=new_public_id(),
        code=take_reserved(party.code) if party.code else free_code(),
        motif=motif,
        person=keep_citizen(party.person, now=now),
        booked_by=party.booked_by,
        booker=keep_citizen(party.booker, now=now) if party.booker else None,
        told=party.told,
        needs=list(party.needs),
        origin=party.origin,
        link_version=1,
        version=1,
        created_at=now,
        updated_at=now,
    )
    give(appointment, commitment)
    return appointment


def give(appointment: Appointment, commitment: Commitment) -> None:
    """The appointment's time is its commitment's, whole; one that had lost its time stands again."""
    appointment.status = Status.BOOKED
    appointment.commitment_id = commitment.id
    appointment.presence_id = commitment.presence_id or 0
    appointment.conseiller_id = commitment.conseiller_id
    appointment.starts_at = commitment.starts_at
    appointment.ends_at = commitment.ends_at


def _begin(appointment: Appointment, *, link_key: str, by: By, now: datetime) -> None:
    appointment.seal(link_key)
    db.session.add(appointment)
    db.session.flush()
    note("booked", appointment, by=by, now=now, at=appointment.starts_at.isoformat())
    write_letters(appointment, Letter.CONFIRMED, by=by, now=now, due_at=due_of(appointment, None, now))


def _refuse_unless_upcoming(appointment: Appointment, now: datetime) -> None:
    if not appointment.can_be_changed(now):
        raise NotUpcoming


def _adopt(new: Commitment, appointment: Appointment, *, by: By, now: datetime) -> None:
    """The new time becomes the appointment's, then the old one is free."""
    left, old_id, left_id = meeting_of(appointment), appointment.commitment_id, appointment.presence.place_id
    appointment.presence.updated_at = now  # whose calendar loses it must see that something changed
    give(appointment, new)
    settle_displacement(appointment, Standing.SETTLED, now=now)
    announce(appointment, Letter.MOVED, by=by, left_at=left.at, now=now)
    db.session.execute(delete(Commitment).where(Commitment.id == old_id))
    moved = {"was": left.at.isoformat(), "becomes": new.starts_at.isoformat(), "left_place_id": left_id}
    note("moved", appointment, by=by, left=left, now=now, **moved)


def _end(appointment: Appointment, status: Status, reason: str | None, now: datetime) -> None:
    _refuse_unless_upcoming(appointment, now)
    _free(appointment, status, reason, now)


def _free(appointment: Appointment, status: Status, reason: str | None, now: datetime) -> None:
    free(appointment, status)
    appointment.reason = reason
    settle_displacement(appointment, Standing.ENDED, now=now)


def free(appointment: Appointment, status: Status) -> None:
    """Its time is anybody’s."""
    released = appointment.commitment_id
    appointment.status, appointment.commitment_id = status, None
    db.session.flush()
    db.session.execute(delete(Commitment).where(Commitment.id == released))


def settle_displacement(appointment: Appointment, standing: Standing, *, now: datetime) -> None:
    """Somebody decided otherwise than a plan: what it held for them is free."""
    for statement in displacement_overtaken(appointment.id, standing, now):
        write(statement)
