"""A letter made ready: written for the channel that reaches its reader, and given to what carries it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from cnapp.config import Settings
from cnapp.delivery.carriers import Carrier
from cnapp.delivery.letters import mail_for
from cnapp.domain.outbox import Channel, Due
from cnapp.services.calls import BY_TEAM, channels_for, is_called_first
from cnapp.services.channels import first_open
from cnapp.services.letters import Telling, telling

Send = Callable[[], None]
"""Hands it over; raises Temporary or Permanent."""


class NoChannelOpen(Exception):
    """Its reader can be reached, but by nothing that is set: it waits."""


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

    def parcel(self, due: Due, now: datetime) -> Parcel | None:
        """None when there is nothing to say any more, or nobody can be told. Raises NoChannelOpen."""
        told = telling(due, now=now)
        channels = channels_for(told, due, now=now) if told else []
        if told is None or not channels:
            return None
        packers = self._packers()
        channel = first_open(channels, {*packers, *BY_TEAM})
        if channel is None:
            raise NoChannelOpen
        pack = packers.get(channel)
        send = pack(due, told, now) if pack else None
        return Parcel(channel, send, is_called_first(told, due, now=now))

    def _packers(self) -> Mapping[Channel, Callable[[Due, Telling, datetime], Send]]:
        """One for each channel that is open."""
        return {Channel.EMAIL: partial(self._as_mail, self.mail)} if self.mail else {}

    def _as_mail(self, carrier: Carrier, due: Due, told: Telling, now: datetime) -> Send:
        return partial(carrier.send, mail_for(due, told, settings=self.settings, now=now))
