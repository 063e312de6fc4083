"""A letter made ready: written for the channel that reaches its reader, and given to what carries it there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cnapp.config import Settings
from cnapp.delivery.carriers import Carrier
from cnapp.delivery.letters import mail_for
from cnapp.domain.outbox import Channel, Due
from cnapp.services.channels import channels_to, first_open
from cnapp.services.letters import Telling, telling

Send = Callable[[], None]
"""Hands it over; raises Temporary or Permanent."""


class NoChannelOpen(Exception):
    """Its reader can be reached, but by nothing that is set: it waits."""


@dataclass(frozen=True)
class Parcel:
    """Ready to go, and by which channel."""

    channel: Channel
    send: Send


@dataclass(frozen=True)
class Sorting:
    """Makes parcels of letters. Without a carrier for a channel, that channel is closed."""

    settings: Settings
    mail: Carrier | None = None

    @property
    def open_channels(self) -> Collection[Channel]:
        return self._packers().keys()

    def parcel(self, due: Due, now: datetime) -> Parcel | None:
        """None when there is nothing to say any more, or nobody can be told. Raises NoChannelOpen."""
        told = telling(due, now=now)
        channels = _channels(due, told) if told else []
        if told is None or not channels:
            return None
        packers = self._packers()
        channel = first_open(channels, packers)
        if channel is None:
            raise NoChannelOpen
        return Parcel(channel, packers[channel](due, told, now))

    def _packers(self) -> Mapping[Channel, Callable[[Due, Telling, datetime], Send]]:
        """One for each channel that is open."""
        return {Channel.EMAIL: partial(self._as_mail, self.mail)} if self.mail else {}

    def _as_mail(self, carrier: Carrier, due: Due, told: Telling, now: datetime) -> Send:
        return partial(carrier.send, mail_for(due, told, settings=self.settings, now=now))


def _channels(due: Due, told: Telling) -> list[Channel]:
    """The one that was asked for, where one was."""
    return [each for each in channels_to(told.reader, told.letter) if due.channel in (None, each)]
