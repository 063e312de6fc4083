"""A free time offered to one person who waits, and what they answer. Callers lock the conseillers, and commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from cnapp.base.database import db, lock_keys, write
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment, AppointmentUnknown, Origin
from cnapp.domain.commitments import LET_GO, Commitment
from cnapp.domain.drafts import KEPT, Draft
from cnapp.domain.journal import Actor
from cnapp.domain.offers import (
    Answer,
    Offer,
    OfferUnknown,
    answer_by,
    last_offer,
    last_offers,
    offer_named,
    offer_numbered,
    offers_past,
    waits_offered,
)
from cnapp.domain.outbox import Channel, Due, Letter
from cnapp.domain.presences import Presence
from cnapp.domain.slots import Choice, Wish
from cnapp.domain.waits import Ending, Wait
from cnapp.services import drafts, holds
from cnapp.services.appointments import Taking, book, move, people_concerned
from cnapp.services.catalogue import place_known
from cnapp.services.journal import By
from cnapp.services.matches import Match, contacts_written_to
from cnapp.services.parties import Party
from cnapp.services.slots import slot_at
from cnapp.services.waits import channel_to, end, hold_still, refuse_over

EXPIRED_A_ROUND = 50


def offer(match: Match, *, settings: Settings, now: datetime) -> Offer | None:
    """Holds the time and writes the letter; None for whoever is offered one already, or was written to today.

    Raises SlotTaken, TooManyHolds, OfferedAlready.
    """
    wait = hold_still(match.wait_id)
    lock_keys(*(f"contact:{key}" for key in wait.citizen.keys))
    channel = channel_to(wait.citizen, settings)
    if channel is None or not _is_to_be_offered(wait, now):
        return None
    draft = drafts.start(now=now, moves=wait.appointment)
    held = holds.hold(draft, _wish(wait, match.choice), match.choice, now=now)
    made = _new_offer(wait, held, channel, now)
    held.expires_at, draft.expires_at = made.expires_at, made.expires_at + KEPT
    wait.last_offered_on = day_of(now)
    db.session.add(made)
    _write(made, wait, now)
    return made


def _is_to_be_offered(wait: Wait, now: datetime) -> bool:
    is_waiting = wait.is_open and not wait.is_past(now)
    is_quiet = not contacts_written_to(now).intersection(wait.citizen.keys)
    return is_waiting and is_quiet and wait.id not in set(db.session.scalars(waits_offered()))


def _wish(wait: Wait, choice: Choice) -> Wish:
    return Wish(wait.motif, (place_known(choice.slug).id,), wait.languages)


def _new_offer(wait: Wait, held: Commitment, channel: Channel, now: datetime) -> Offer:
    return Offer(
        public_id=new_public_id(),
        wait_id=wait.id,
        draft_id=held.draft_id or "",
        presence_id=held.presence_id or 0,
        place_id=db.session.get_one(Presence, held.presence_id).place_id,
        starts_at=held.starts_at,
        channel=channel,
        created_at=now,
        expires_at=min(answer_by(channel, now), held.starts_at),
    )


def _write(made: Offer, wait: Wait, now: datetime) -> None:
    letter = {"key": made.letter_key, "letter": Letter.OFFERED, "citizen_id": wait.citizen_id}
    write(insert(Due), {**letter, "due_at": now, "created_at": now})


def overdue(*, now: datetime) -> Sequence[int]:
    """Offers that nobody answered in time."""
    return db.session.scalars(offers_past(now, EXPIRED_A_ROUND)).all()


def expire(offer_id: int, *, now: datetime) -> None:
    """The time is free, unless somebody answered meanwhile. Its draft stays a day: it may still be taken if free."""
    made = _held_still(offer_id)
    if made.is_open and not made.is_held(now):
        made.settle(Answer.EXPIRED, now=now)
        write(LET_GO, {"of_draft": made.draft_id})


def _held_still(offer_id: int) -> Offer:
    known = db.session.get_one(Offer, offer_id)
    hold_still(known.wait_id)
    return db.session.scalars(offer_numbered(offer_id)).one()


def taking_of(made: Offer, *, by: By) -> Taking:
    return Taking(made.draft_id, _wish(made.wait, made.choice), made.choice, by)


def people_to_lock(made: Offer) -> list[int]:
    """Whose time is taken, or given back by whoever has another."""
    has = made.wait.appointment
    return [*people_concerned(taking_of(made, by=By.citizen())), *([has.conseiller_id] if has else [])]


def take(made: Offer, *, by: By, link_key: str, now: datetime) -> Appointment:
    """Books it, or moves the appointment that they have to it; the waiting is over. Again answers the same.

    Whoever answers too late, or had said no, takes it if it is still free. Raises WaitOver, SlotTaken, NotUpcoming,
    TooManyUpcoming.
    """
    made = _held_still(made.id)
    if made.outcome is Answer.TAKEN:
        return _taken(made)
    refuse_over(made.wait)
    appointment = _take(made, by, link_key, now)
    made.settle(Answer.TAKEN, now=now)
    db.session.flush()
    made.wait.appointment = appointment
    end(made.wait, Ending.SERVED, now=now)
    return appointment


def _taken(made: Offer) -> Appointment:
    if made.wait.appointment is None:
        raise AppointmentUnknown
    return made.wait.appointment


def _take(made: Offer, by: By, link_key: str, now: datetime) -> Appointment:
    taking, has = taking_of(made, by=by), made.wait.appointment
    _prolong(taking.draft_id, now)
    if has is None:
        return book(taking, party_of(made.wait, by), link_key=link_key, now=now)
    move(has, taking, by=by, now=now)
    return has


def _prolong(draft_id: str, now: datetime) -> None:
    """However late the answer is."""
    draft = db.session.get(Draft, draft_id)
    if draft is None:
        db.session.add(Draft(id=draft_id, answers={}, created_at=now, expires_at=now + KEPT))
        db.session.flush()
    else:
        draft.expires_at = max(draft.expires_at, now + KEPT)


def party_of(wait: Wait, by: By) -> Party:
    """By telephone the desks take as many as people need."""
    origin = Origin.ONLINE if by.actor is Actor.CITIZEN else Origin.PHONE
    return Party(wait.citizen, origin, needs=tuple(wait.needs))


def decline(made: Offer, *, now: datetime) -> None:
    """They wait on; the time is free at once. Again changes nothing. Raises WaitOver."""
    made = _held_still(made.id)
    refuse_over(made.wait)
    if made.outcome is not Answer.DECLINED:
        made.settle(Answer.DECLINED, now=now)
        write(LET_GO, {"of_draft": made.draft_id})


def offer_to(wait: Wait) -> Offer | None:
    """The last one."""
    return db.session.scalar(last_offer(wait.id))


def offers_to(waiting: Sequence[Wait]) -> dict[int, Offer]:
    """The last one of each, by wait."""
    return {made.wait_id: made for made in db.session.scalars(last_offers([wait.id for wait in waiting]))}


def offer_called(public_id: str, wait: Wait) -> Offer:
    """Only theirs. Raises OfferUnknown."""
    found = db.session.scalar(offer_named(public_id))
    if found is None or found.wait_id != wait.id:
        raise OfferUnknown
    return found


def is_to_be_had(made: Offer, *, now: datetime) -> bool:
    """Held for them, or nobody answered in time and it is still free."""
    if not made.was_missed(now):
        return made.is_held(now)
    return slot_at(_wish(made.wait, made.choice), made.choice, now=now) is not None
