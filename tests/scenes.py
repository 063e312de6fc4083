"""Small towns at random, as plain values: who is free where and when, and people who have lost their time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cnapp.domain.citizens import Need
from cnapp.domain.free_time import FreeTime
from cnapp.domain.gaps import Stay, Taken, instant_of, midnight_of
from cnapp.domain.people import Habilitation
from cnapp.domain.places import Place
from cnapp.domain.proposals import Touched
from cnapp.domain.shifts import Colleague, Person, Team

MONDAY = date(2026, 12, 7)
LENGTHS = ((30, 0), (30, 5), (45, 5), (60, 0))


@dataclass(frozen=True)
class Scene:
    """What a plan is made of."""

    team: Team
    stays: list[Stay]
    promises: dict[int, list[Taken]]
    people: list[Person]

    @property
    def fresh(self) -> Callable[[], FreeTime]:
        return lambda: FreeTime(self.team, self.stays, self.promises, {}, 0)


def scene(seed: int, *, people: int, colleagues: int = 3, days: int = 2) -> Scene:
    """Half-days of three hours with a promised time or two; the first conseiller is the one who is not there."""
    random = Random(seed)
    team = _team(random, colleagues)
    stays = [
        stay
        for number in range(2, colleagues + 2)
        for day in range(days)
        for stay in _half_days(random, number, MONDAY + timedelta(days=day))
    ]
    promises = {stay.conseiller_id: list[Taken]() for stay in stays}
    for stay in stays:
        promises[stay.conseiller_id] += _promised(random, stay)
    touched = [_touched(random, number) for number in range(1, people + 1)]
    return Scene(team, stays, promises, [team.person(each) for each in touched])


def _team(random: Random, colleagues: int) -> Team:
    able = Habilitation(valid_from=MONDAY, valid_until=MONDAY + timedelta(days=30), perimeters=["famille"])
    known = {
        number: Colleague(
            number,
            f"C{number}",
            languages=frozenset(random.sample(["ar", "fsl"], random.randint(0, 1))),
            habilitations=(able,) if random.random() < 0.5 else (),
        )
        for number in range(2, colleagues + 2)
    }
    known[1] = Colleague(1, "Absent", languages=frozenset(["ar", "fsl"]), habilitations=(able,))
    places = {
        number: Place(id=number, slug=f"p{number}", name=f"P{number}", step_free=random.choice([True, False, None]))
        for number in (1, 2, 3)
    }
    travels = {frozenset((1, 2)): 15, frozenset((1, 3)): 50, frozenset((2, 3)): 20}
    return Team(known, places, travels, MONDAY)


def _half_days(random: Random, conseiller_id: int, day: date) -> list[Stay]:
    midnight, found = midnight_of(day), list[Stay]()
    for half, opens in enumerate((9 * 60, 14 * 60)):
        if random.random() < 0.7:
            start = midnight + opens + random.choice([0, 0, 15])
            number = conseiller_id * 1000 + day.toordinal() % 100 * 2 + half
            pause = ((start + 75, start + 85),) if random.random() < 0.2 else ()
            end = start + 180
            found.append(
                Stay(number, conseiller_id, random.choice([1, 1, 2, 3]), start, end, pause, end - 30, day, midnight)
            )
    return found


def _promised(random: Random, stay: Stay) -> list[Taken]:
    starts = random.sample([0, 45, 90, 135], random.randint(1, 3))
    found = [Taken(stay.start + start, stay.start + start + 40, random.choice([0, 5])) for start in starts]
    return [each for each in found if not any(each.start < end and start < each.end for start, end in stay.breaks)]


def _touched(random: Random, number: int) -> Touched:
    duration, buffer = random.choice(LENGTHS)
    start = midnight_of(MONDAY) + random.choice([9, 10, 11, 14, 15]) * 60 + random.choice([0, 15, 30])
    needs = random.choice([(), (), (), (Need.WHEELCHAIR,), (Need.SIGN_LANGUAGE,)])
    spoken = random.choice([(), (), ("ar",)])
    return Touched(
        number,
        motif_id=1,
        duration=duration,
        buffer=buffer,
        perimeter=random.choice([None, None, "famille"]),
        presence_id=1,
        conseiller_id=1,
        place_id=1,
        starts_at=instant_of(start),
        ends_at=instant_of(start + duration),
        needs=needs,
        languages=(*spoken, *(("fsl",) if Need.SIGN_LANGUAGE in needs else ())),
    )
