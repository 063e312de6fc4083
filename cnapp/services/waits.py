"""The waiting list: entering it, changing one's mind, leaving it. Callers commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from cnapp.base.database import db, lock_keys, write
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.commitments import LET_GO
from cnapp.domain.motifs import Motif
from cnapp.domain.offers import Answer, holds_for, offers_withdrawn, open_offer
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.places import Place
from cnapp.domain.times import Half
from cnapp.domain.waits import (
    WAITS_AT_MOST,
    Ending,
    TooManyWaits,
    Wait,
    WaitOver,
    WaitsAlready,
    WaitUnknown,
    how_many_open,
    wait_about,
    wait_drafted,
    wait_linked,
    wait_named,
    wait_numbered,
    waits_at,
    waits_counted,
    waits_past,
)
from cnapp.services.channels import channels_to, first_open, open_channels
from cnapp.services.notices import told_people
from cnapp.services.parties import Someone, keep_citizen


class NotReachable(Refusal):
    sentence = (
        "Nous ne pouvons pas vous prévenir ainsi. Écrivez un autre téléphone, ou venez à l’accueil d’un de nos lieux."
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """Where and when somebody would come. No place, no weekday: all of them suit."""

    places: tuple[Place, ...] = ()
    weekdays: tuple[int, ...] = ()
    half: Half | None = None
    notice_days: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks to wait for. `appointment`: the one that they would have earlier."""

    motif: Motif
    who: Someone | Citizen
    terms: Terms
    needs: tuple[str, ...] = ()
    appointment: Appointment | None = None
    draft_id: str | None = None


def begin(request: Request, *, settings: Settings, now: datetime) -> Wait:
    """One form, one wait, however often it is sent. Raises NotReachable, TooManyWaits, WaitsAlready, NameMissing."""
    made = made_with(request.draft_id)
    if made:
        return made
    citizen = keep_citizen(request.who, now=now)
    _refuse_impossible(request, citizen, settings)
    wait = Wait(
        public_id=new_public_id(),
        link_version=1,
        draft_id=request.draft_id,
        citizen=citizen,
        appointment=request.appointment,
        motif=request.motif,
        needs=list(request.needs),
        created_at=now,
    )
    _agree(wait, request.terms)
    wait.seal(settings.link_key)
    db.session.add(wait)
    db.session.flush()
    return wait


def made_with(draft_id: str | None) -> Wait | None:
    """What an earlier submission of the same form made."""
    return db.session.scalar(wait_drafted(draft_id)) if draft_id else None


def _refuse_impossible(request: Request, citizen: Citizen, settings: Settings) -> None:
    if channel_to(citizen, settings) is None:
        raise NotReachable
    lock_keys(*(f"contact:{key}" for key in citizen.keys))
    db.session.flush()
    if (db.session.scalar(how_many_open(citizen.keys)) or 0) >= WAITS_AT_MOST:
        raise TooManyWaits
    if request.appointment and waiting_about(request.appointment):
        raise WaitsAlready


def _agree(wait: Wait, terms: Terms) -> None:
    wait.places, wait.weekdays = list(terms.places), list(terms.weekdays)
    wait.half, wait.notice_days = terms.half, terms.notice_days


def change(wait: Wait, terms: Terms) -> None:
    """Other places or days; what is offered already stays so. Raises WaitOver."""
    refuse_over(wait)
    _agree(wait, terms)


def leave(wait: Wait, *, now: datetime) -> None:
    """A time that was held for them is free at once. Again changes nothing."""
    if wait.is_open:
        end(wait, Ending.LEFT, now=now)


def end(wait: Wait, ending: Ending, *, now: datetime) -> None:
    """Nothing is offered to them any more, and nothing held."""
    offer = db.session.scalar(open_offer(wait.id))
    if offer:
        offer.settle(Answer.DECLINED, now=now)
        write(LET_GO, {"of_draft": offer.draft_id})
    wait.end(ending, now=now)
    db.session.flush()


def refuse_over(wait: Wait) -> None:
    """Raises WaitOver."""
    if not wait.is_open:
        raise WaitOver


def hold_still(wait_id: int) -> Wait:
    """Nobody else answers for it until the transaction ends; as it is now."""
    lock_keys(f"wait:{wait_id}")
    return db.session.scalars(wait_numbered(wait_id)).one()


def by_link(token: str, *, now: datetime) -> Wait:
    """Their own; raises WaitUnknown, also 30 days after it ended."""
    wait = db.session.scalar(wait_linked(token))
    if wait is None or not wait.address_answers(now):
        raise WaitUnknown
    return wait


def for_desk(public_id: str, place_ids: Collection[int]) -> Wait:
    """One to whom a place of this desk suits. Raises WaitUnknown."""
    wait = db.session.scalar(wait_named(public_id))
    if wait is None or (wait.places and not any(place.id in place_ids for place in wait.places)):
        raise WaitUnknown
    return wait


def listed(place_ids: Sequence[int], *, now: datetime) -> Sequence[Wait]:
    return db.session.scalars(waits_at(place_ids, now)).all()


def waiting_about(appointment: Appointment) -> Wait | None:
    return db.session.scalar(wait_about(appointment.id))


def counted(*, now: datetime) -> Sequence[tuple[str | None, str, int]]:
    """(place, subject, how many); no place: all of them suit."""
    return [(place, subject, count) for place, subject, count in db.session.execute(waits_counted(now))]


def channel_to(citizen: Citizen, settings: Settings) -> Channel | None:
    """How they are told that a time is free; None when nothing that is set reaches them."""
    return first_open(channels_to(citizen, Letter.OFFERED), open_channels(settings))


def channel_for(someone: Someone, settings: Settings) -> Channel | None:
    """The same before anything is kept of them."""
    number = someone.phone.number if someone.phone else None
    return channel_to(Citizen(phone=number, email=someone.email, no_calls=someone.no_calls), settings)


def told_about(appointment: Appointment, settings: Settings) -> Citizen | None:
    """Who of those told of its changes is told of an earlier time: the first that can be reached."""
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return next((each for each in told if channel_to(each, settings)), None)


def past(*, now: datetime) -> Sequence[int]:
    """Those who have waited too long, or whose appointment is today, past or cancelled."""
    return db.session.scalars(waits_past(now)).all()


def end_past(wait_ids: Sequence[int], *, now: datetime) -> int:
    """The waiting of these ends by itself, unless it has ended meanwhile."""
    lock_keys(*(f"wait:{wait_id}" for wait_id in wait_ids))
    write(holds_for(wait_ids))
    write(offers_withdrawn(wait_ids, now))
    over = update(Wait).where(Wait.id.in_(wait_ids), Wait.ended_at.is_(None))
    return write(over.values(ended_at=now, ending=Ending.EXPIRED, needs=[]))
