"""How the people of a workshop would be told of a change: by e-mail, by SMS, by somebody of the team, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cnapp.base.database import db
from cnapp.config import Settings
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.registrations import registrations_for
from cnapp.services.channels import channels_to, first_open, open_channels
from cnapp.services.notices import told_people


@dataclass(frozen=True)
class Audience:
    """`people` have a seat or wait for one; `letters` go to whoever is told of them, by channel; None: by none."""

    people: int
    letters: Mapping[Channel | None, int]


def audience(workshop_id: int, letter: Letter, *, settings: Settings) -> Audience:
    registrations = db.session.scalars(registrations_for(workshop_id)).all()
    ways = {*open_channels(settings), Channel.PAPER}
    told = (reader for each in registrations for reader in told_people(each.told, each.person, each.booker))
    return Audience(len(registrations), Counter(first_open(channels_to(each, letter), ways) for each in told))
