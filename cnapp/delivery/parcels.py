"""A letter made ready: written for the channel that reaches its reader, and given to what carries it there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cnapp.config import Settings
from cnapp.delivery.carriers import Carrier
from cnapp.delivery.letters import mail_for
from cnapp.delivery.sms import Sms, SmsCarrier
from cnapp.domain.citizens import Citizen
from cnapp.domain.courtesy import decent_hour
from cnapp.domain.outbox import Channel, Due
from cnapp.services.channels import first_open
from cnapp.services.entrusting import BY_TEAM, channels_for, is_called_first
from cnapp.services.letters import telling
from cnapp.services.tellings import Telling
from cnapp.services.urgency import leaves_at_any_hour
from cnapp.wording.sms import write_sms

Send = Callable[[], None]
"""Hands it over; raises Temporary or Permanent."""


class NoChannelOpen(Exception):
    """Its reader can be reached, but by nothing that is set: it waits."""


class TooEarly(Exception):
    """It would wake its reader: it waits until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Parcel:
    """Ready to go, and by which channel."""

    channel: Channel
    send: Send | None
    """None: somebody of the team calls or posts."""
    is_called_first: bool = False
    """It changes today: the call does not wait for what is written."""


@dataclass(frozen=True)
class Sorting:
    """Makes parcels of letters. Without a carrier for a channel, that channel is closed."""

    settings: Settings
    mail: Carrier | None = None
    sms: SmsCarrier | None = None

    @property
    def open_channels(self) -> Collection[Channel]:
        return {*self._packers(), *BY_TEAM}

    def parcel(self, due: Due, now: datetime) -> Parcel | None:
        """None when there is nothing to say any more, or nobody can be told. Raises NoChannelOpen, TooEarly."""
        told = telling(due, now=now)
        channels = channels_for(told, due, now=now) if told else []
        if told is None or not channels:
            return None
        packers = self._packers()
        channel = first_open(channels, self.open_channels)
        if channel is None:
            raise NoChannelOpen
        pack = packers.get(channel)
        send = pack(due, told, now) if pack else None
        return Parcel(channel, send, is_called_first(told, due, now=now))

    def _packers(self) -> Mapping[Channel, Callable[[Due, Telling, datetime], Send]]:
        """One for each channel that is open."""
        packers = {
            Channel.EMAIL: self.mail and partial(self._as_mail, self.mail),
            Channel.SMS: self.sms and partial(self._as_sms, self.sms),
        }
        return {channel: packer for channel, packer in packers.items() if packer}

    def _as_mail(self, carrier: Carrier, due: Due, told: Telling, now: datetime) -> Send:
        return partial(carrier.send, mail_for(due, told, settings=self.settings, now=now))

    def _as_sms(self, carrier: SmsCarrier, due: Due, told: Telling, now: datetime) -> Send:
        wake_nobody(told, due, now)
        number = told.reader.phone or "" if isinstance(told.reader, Citizen) else ""
        return partial(carrier.send, Sms(number, write_sms(told, self.settings), due.reference))


def wake_nobody(told: Telling, due: Due, now: datetime) -> None:
    """What rings does so between eight and eight, unless it changes something of today. Raises TooEarly."""
    until = now if leaves_at_any_hour(told, due, now=now) else decent_hour(now)
    if until > now:
        raise TooEarly(until)
