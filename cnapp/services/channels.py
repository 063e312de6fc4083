"""By which channel somebody is told: those that their contacts and the letter allow, the best first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cnapp.config import Settings
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.people import Staff

_WRITTEN = (Channel.EMAIL, Channel.SMS)
_QUICK = (Channel.SMS, Channel.EMAIL, Channel.CALL)
"""Of use only while there is time: an SMS is seen before an e-mail."""
ORDER: Mapping[Letter, tuple[Channel, ...]] = {
    Letter.CONFIRMED: (*_WRITTEN, Channel.PAPER),
    Letter.MOVED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.CANCELLED: _WRITTEN,
    Letter.REVOKED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.REMINDED: _QUICK,
    Letter.REMINDED_TODAY: (Channel.SMS, Channel.EMAIL),
    Letter.MISSED: _WRITTEN,
    Letter.CODES: _WRITTEN,
    Letter.OFFERED: _QUICK,
    Letter.PASSWORD: (Channel.EMAIL,),
    Letter.SCHEDULE: (Channel.EMAIL,),
    Letter.REGISTERED: (*_WRITTEN, Channel.PAPER),
    Letter.WAITLISTED: _WRITTEN,
    Letter.SEAT_OFFERED: _QUICK,
    Letter.UNREGISTERED: _WRITTEN,
    Letter.WORKSHOP_CHANGED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.WORKSHOP_CANCELLED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.SESSION_REMINDED: _QUICK,
    Letter.SESSION_TODAY: (Channel.SMS, Channel.EMAIL),
    Letter.DISPLACED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.REPLACED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.REINSTATED: (*_WRITTEN, Channel.CALL, Channel.PAPER),
    Letter.ABSENT: (Channel.EMAIL,),
    Letter.TOO_FEW: (Channel.EMAIL,),
}
"""Whom nobody can write to is called for what they would come in vain for, and for nothing else."""


def channels_to(reader: Citizen | Staff, letter: Letter) -> list[Channel]:
    """Empty: nobody can tell them."""
    theirs = {Channel.EMAIL} if isinstance(reader, Staff) else _channels_of(reader)
    return [channel for channel in ORDER[letter] if channel in theirs]


def _channels_of(citizen: Citizen) -> set[Channel]:
    has = {
        Channel.EMAIL: citizen.email,
        Channel.SMS: citizen.has_mobile,
        Channel.CALL: citizen.phone and not citizen.no_calls,
        Channel.PAPER: citizen.address,
    }
    return {channel for channel, is_there in has.items() if is_there}


def open_channels(settings: Settings) -> set[Channel]:
    """What may be promised: the desks call whoever nobody can write to."""
    is_open = {Channel.CALL: True, Channel.EMAIL: settings.sends_mail, Channel.SMS: settings.sends_sms}
    return {channel for channel, is_set in is_open.items() if is_set}


def first_open(channels: Collection[Channel], is_open: Collection[Channel]) -> Channel | None:
    return next((channel for channel in channels if channel in is_open), None)
