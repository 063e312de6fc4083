"""Answers kept step by step, and what they amount to: a wish, a party, a booking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cnapp.base.contacts import read_email, read_phone
from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.answers import TIME_DEPENDS_ON, Answers, suits, surely_suits
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.citizens import Need
from cnapp.domain.commitments import Commitment, hold_of
from cnapp.domain.drafts import Draft
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff, StaffLanguage
from cnapp.domain.places import Place, places_open
from cnapp.domain.slots import Choice, Wish
from cnapp.services import attempts, holds
from cnapp.services.catalogue import motif_online
from cnapp.services.parties import Party, Someone
from cnapp.services.slots import next_slots

HOLDS_AN_ADDRESS = 200
"""In 15 minutes."""


def answer(draft: Draft, *, now: datetime, **given: Any) -> None:
    """Keeps answers and renews what is held; a time that no longer fits them is let go."""
    changed = {key for key, value in given.items() if draft.answers.get(key) != value}
    needs_step_free = "needs" in changed and Need.WHEELCHAIR in given["needs"]
    if needs_step_free:
        draft.answers.pop("place", None)
    if draft.has_time and (needs_step_free or changed.intersection(TIME_DEPENDS_ON)):
        forget_time(draft, now=now)
    draft.answer(now=now, **given)
    if draft.has_time:
        holds.renew(draft, now=now)


def choose_time(draft: Draft, wish: Wish, choice: Choice, *, now: datetime) -> None:
    """Holds a time for these answers. Raises SlotTaken, TooManyHolds."""
    holds.hold(draft, wish, choice, now=now)
    draft.answer(now=now, time=choice.value)


def forget_time(draft: Draft, *, now: datetime) -> None:
    """The time that was taken by somebody else; every other answer stays."""
    holds.release(draft)
    draft.answers.pop("time", None)
    draft.answer(now=now)


def holders(draft_id: str) -> Sequence[int]:
    """Whose time a draft holds: they are locked when it is let go or renewed."""
    return db.session.scalars(hold_of(draft_id).with_only_columns(Commitment.conseiller_id)).all()


def motif_of(answers: Answers) -> Motif:
    """Raises MotifUnknown."""
    return motif_online(answers.text("motif"))


def wish_of(answers: Answers, *, now: datetime) -> Wish:
    """What the answers look for. Raises MotifUnknown."""
    places = places_for(answers, now=now)
    return Wish(motif_of(answers), tuple(place.id for place in places), answers.languages)


def places_for(answers: Answers, *, now: datetime) -> Sequence[Place]:
    """The place that was chosen; for « anywhere » all those that surely can receive the person."""
    query = places_open(day_of(now))
    if not answers.is_anywhere:
        return db.session.scalars(query.where(Place.slug == answers.text("place"))).all()
    return anywhere(db.session.scalars(query).all(), answers)


def anywhere(places: Sequence[Place], answers: Answers) -> Sequence[Place]:
    """Where nobody has checked the way in, only when there is nothing better."""
    sure = [place for place in places if surely_suits(place, answers.needs)]
    return sure or [place for place in places if suits(place, answers.needs)]


def party_of(answers: Answers) -> Party:
    """Who comes and who books, from answers that the forms have judged."""
    needs = tuple(need.value for need in answers.needs)
    booker = booker_of(answers)
    told = answers.told
    return Party(person_of(answers), Origin.ONLINE, answers.booked_by, booker=booker, told=told, needs=needs)


def person_of(answers: Answers) -> Someone:
    return Someone(
        answers.text("name"),
        phone=read_phone(answers.text("phone")),
        email=read_email(answers.text("email")),
        language=answers.text("language") or None,
        no_calls=answers.says("no_calls"),
        may_leave_message=answers.says("may_leave_message"),
    )


def booker_of(answers: Answers) -> Someone | None:
    if not answers.is_for_another:
        return None
    phone, email = read_phone(answers.text("booker_phone")), read_email(answers.text("booker_email"))
    return Someone(answers.text("booker_name"), phone, email, structure=answers.text("structure") or None)


def speakers(languages: Sequence[str]) -> set[int]:
    """Who can help in one of these languages."""
    if not languages:
        return set()
    spoken = select(StaffLanguage.staff_id).where(StaffLanguage.code.in_(languages))
    return set(db.session.scalars(spoken))


def languages_spoken(day: datetime) -> list[str]:
    """Codes of the languages, besides French, that somebody in post can help in."""
    today = day_of(day)
    query = select(StaffLanguage.code).join(Staff).where(Staff.receives, Staff.disabled_at.is_(None))
    in_post = query.where(Staff.in_post_from <= today).distinct().order_by(StaffLanguage.code)
    return list(db.session.scalars(in_post))


def instead_of(motif: Motif, *, now: datetime) -> Motif | None:
    """The same done with the person, when nobody habilitated is free within the horizon; else None."""
    if motif.instead_id is None:
        return None
    places = tuple(db.session.scalars(places_open(day_of(now)).with_only_columns(Place.id).order_by(None)))
    if next_slots(Wish(motif, places), now=now):
        return None
    twin = db.session.get_one(Motif, motif.instead_id)
    return twin if twin.is_offered_online else None


def count_hold(address: str, *, now: datetime) -> None:
    """Twenty public computers may stand behind one address; a robot that holds everything may not.

    Raises TooManyTries.
    """
    if attempts.count(Try.HOLD_ADDRESS, address, now=now) >= HOLDS_AN_ADDRESS:
        raise TooManyTries
    attempts.note(Try.HOLD_ADDRESS, address, now=now)


def moving_wish(appointment: Appointment, answers: Answers, *, now: datetime) -> Wish:
    """Another time for the same subject, also one that is no longer offered online."""
    places = places_for(answers, now=now)
    languages = (appointment.person.language,) if appointment.person.language else ()
    return Wish(appointment.motif, tuple(place.id for place in places), languages)
