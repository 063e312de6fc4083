"""The times that a desk can give: at one place or anywhere in town, without the citizens' least notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.domain.answers import ANYWHERE, Answers, suits
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Need
from cnapp.domain.motifs import Motif, MotifUnknown, motif_called, motifs_all
from cnapp.domain.places import Place, PlaceUnknown, places_open
from cnapp.domain.slots import Choice, Door, Slot, SlotUnknown, Wish
from cnapp.domain.times import Filter
from cnapp.services.times import refuse_never_offered, times_from
from cnapp.services.wishes import anywhere

SOONER_AT_MOST = 3


class NotStepFree(Refusal):
    sentence = "La personne vient en fauteuil roulant, et l’entrée de ce lieu a des marches. Choisissez un autre lieu."


@dataclass(frozen=True)
class Quest:
    """What a desk looks for: a subject, at one place of the town or anywhere, for somebody with these needs."""

    motif: Motif
    places: Sequence[Place]
    """All of the town."""
    slug: str = ANYWHERE
    needs: tuple[Need, ...] = ()
    language: str = ""

    @property
    def is_anywhere(self) -> bool:
        return self.slug == ANYWHERE

    @property
    def here(self) -> Wish:
        """At the place that was chosen, or anywhere. Raises PlaceUnknown."""
        if self.is_anywhere:
            return self._wish(self._able_places())
        place = self._place(self.slug)
        if place is None:
            raise PlaceUnknown
        return self._wish([place])

    @property
    def elsewhere(self) -> Wish:
        return self._wish([place for place in self._able_places() if place.slug != self.slug])

    def at(self, choice: Choice, *, now: datetime) -> Wish:
        """For one time of one place. Raises SlotUnknown for what no form of ours has offered, NotStepFree."""
        place = self._place(choice.slug)
        if place is None:
            raise SlotUnknown
        wish = self._wish([place])
        refuse_never_offered(choice, wish, now=now)
        if not suits(place, self.needs):
            raise NotStepFree
        return wish

    def _wish(self, places: Sequence[Place]) -> Wish:
        return Wish(self.motif, tuple(place.id for place in places), self._given.languages, Door.STAFF)

    def _able_places(self) -> Sequence[Place]:
        return anywhere(self.places, self._given)

    def _place(self, slug: str) -> Place | None:
        return next((place for place in self.places if place.slug == slug), None)

    @property
    def _given(self) -> Answers:
        return Answers({"needs": self.needs, "language": self.language})


def quest_of(appointment: Appointment, slug: str, *, now: datetime) -> Quest:
    """Another time for the same person and subject."""
    needs = tuple(Need(code) for code in appointment.needs)
    return Quest(appointment.motif, places_of_town(now=now), slug, needs, appointment.person.language or "")


def sooner(quest: Quest, before: datetime | None, *, now: datetime) -> list[Slot]:
    """The first times of other places, when they come before the first one here."""
    if quest.is_anywhere:
        return []
    times = times_from(day_of(now), quest.elsewhere, Filter(), now=now)
    by_place: dict[int, Slot] = {}
    for slot in (slot for day in times.days for slot in day.slots):
        if before is None or slot.starts_at < before:
            by_place.setdefault(slot.place_id, slot)
    return list(by_place.values())[:SOONER_AT_MOST]


def places_of_town(*, now: datetime) -> Sequence[Place]:
    """By name, those that exist today."""
    return db.session.scalars(places_open(day_of(now))).all()


def motifs_for_desks() -> Sequence[Motif]:
    """All that can be booked, also what is not offered online."""
    return db.session.scalars(motifs_all()).all()


def motif_for_desks(slug: str) -> Motif:
    """Raises MotifUnknown, also for a retired one."""
    motif = db.session.scalar(motif_called(slug))
    if motif is None or motif.retired_at is not None:
        raise MotifUnknown
    return motif
