"""The answers of a booking under way, read back from its draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnapp.base.tokens import fingerprint
from cnapp.domain.appointments import Booker, Told
from cnapp.domain.citizens import Need
from cnapp.domain.motifs import Word
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice, read_value

ANYWHERE = "partout"
OWN, BORROWED = "own", "borrowed"
"""The device of whoever comes to a workshop."""
OF_WORKSHOPS = ("workshop", "waits", "device")
"""Answers that only a registration has."""
TIME_DEPENDS_ON = ("motif", "place")
"""Answers whose change lets the chosen time go."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been answered so far. The keys are those of the forms."""

    given: Mapping[str, Any]

    def has(self, key: str) -> bool:
        return key in self.given

    def text(self, key: str) -> str:
        return str(self.given.get(key) or "")

    def says(self, key: str) -> bool:
        return bool(self.given.get(key))

    @property
    def seal(self) -> str:
        """Tells these answers from any others: what a page has shown is what its button confirms."""
        return fingerprint(json.dumps(dict(self.given), sort_keys=True))

    @property
    def word(self) -> Word | None:
        return Word(self.given["word"]) if self.has("word") else None

    @property
    def needs(self) -> tuple[Need, ...]:
        return tuple(Need(code) for code in self.given.get("needs", ()))

    @property
    def languages(self) -> tuple[str, ...]:
        """Those who speak them come first."""
        spoken = [self.text("language")] if self.text("language") else []
        return tuple(spoken + (["fsl"] if Need.SIGN_LANGUAGE in self.needs else []))

    @property
    def is_anywhere(self) -> bool:
        return self.text("place") == ANYWHERE

    @property
    def choice(self) -> Choice | None:
        return read_value(self.text("time")) if self.text("time") else None

    @property
    def is_registration(self) -> bool:
        """For a workshop, not for an appointment."""
        return self.has("workshop")

    @property
    def waits(self) -> bool:
        """For a seat of it, in its list."""
        return self.says("waits")

    @property
    def borrows(self) -> bool:
        return self.text("device") == BORROWED

    @property
    def booked_by(self) -> Booker:
        return Booker(self.given.get("booked_by", Booker.SELF))

    @property
    def is_for_another(self) -> bool:
        return self.booked_by is not Booker.SELF

    @property
    def told(self) -> Told:
        return Told(self.given.get("told", Told.PERSON)) if self.is_for_another else Told.PERSON


def suits(place: Place, needs: tuple[Need, ...]) -> bool:
    """Whether a place can receive somebody with these needs, as far as we know."""
    return Need.WHEELCHAIR not in needs or place.step_free is not False


def surely_suits(place: Place, needs: tuple[Need, ...]) -> bool:
    """The same, checked by somebody."""
    return Need.WHEELCHAIR not in needs or place.step_free is True
