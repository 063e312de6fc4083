"""Whoever stands at a desk and says a name, a phone or a code: what is found, and why nothing was looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment
from cnapp.domain.desk_day import Line
from cnapp.domain.registrations import Registration


class TooShortToFind(Refusal):
    sentence = "Écrivez au moins 3 lettres du nom ou du prénom, ou un téléphone, ou un code."


class PhoneIncomplete(Refusal):
    sentence = "Ce numéro n’est pas complet. Écrivez par exemple 06 12 34 56 78, ou un nom."


@dataclass(frozen=True)
class Elsewhere:
    """A booking that is not for here today. `is_ours`: at a place of this desk, which may read its name."""

    appointment: Appointment
    is_today: bool
    is_here: bool
    is_ours: bool


@dataclass(frozen=True)
class Enrolled:
    """A registration for a workshop. `is_ours`: at a place of this desk, which may read its name."""

    registration: Registration
    is_ours: bool


@dataclass(frozen=True)
class Found:
    """Today's bookings at this place, and what was found besides."""

    here: Sequence[Line] = ()
    elsewhere: Sequence[Elsewhere] = ()
    enrolled: Sequence[Enrolled] = ()
    """Whoever comes to a workshop today, or has the code of one."""
    first_name: str = ""
    """What a visit without appointment can begin with."""

    @property
    def is_empty(self) -> bool:
        return not (self.here or self.elsewhere or self.enrolled)
