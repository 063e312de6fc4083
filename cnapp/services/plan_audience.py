"""How those whom a plan touches would be told of their new time, and who is called before anything is written."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import Option, Way
from cnapp.services.channels import channels_to, first_open, open_channels
from cnapp.services.entrusting import POST_TAKES
from cnapp.services.notices import told_people

WRITTEN = (Channel.SMS, Channel.EMAIL)
NOBODY_MOVES = (Way.TAKEOVER, Way.SAME_TIME)


def reader_of(appointment: Appointment) -> Citizen:
    """Who is told first: the person, or whoever booked for them."""
    return told_people(appointment.told, appointment.person, appointment.booker)[0]


def channel_of(appointment: Appointment, *, settings: Settings, now: datetime) -> Channel | None:
    """None: nobody can tell them."""
    ways = set(open_channels(settings))
    if appointment.starts_at - now >= POST_TAKES:
        ways.add(Channel.PAPER)
    return first_open(channels_to(reader_of(appointment), Letter.REPLACED), ways)


def is_called_first(line: Displacement, option: Option | None, channel: Channel | None, now: datetime) -> bool:
    """Nothing suits them; or they must know of a change, and no message reaches them or it is today."""
    if option is None:
        return True
    return option.way not in NOBODY_MOVES and (channel not in WRITTEN or touches_today(line, option, now))


def touches_today(line: Displacement, option: Option, now: datetime) -> bool:
    """Its message leaves at once."""
    return day_of(now) in (day_of(line.starts_at), day_of(option.starts_at))
