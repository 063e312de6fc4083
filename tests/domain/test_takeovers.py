"""Whole presences to colleagues: the best of a day, and nothing that the guards would refuse in any order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, permutations, product
from random import Random

import pytest

from cnapp.base.spans import Span
from cnapp.domain.gaps import instant_of, midnight_of
from cnapp.domain.proposals import Takeover, Touched
from cnapp.domain.shifts import Colleague, Person, Team
from cnapp.domain.takeovers import ONCE_MORE, Agenda, Bench, Bid, Spot, Uncovered, best_of_day
from cnapp.domain.travels import minutes_between
from tests.scenes import MONDAY, scene

OTHERWISE = dict(enumerate((30, 200, 1500, 5000, 90, 700, 1300, 40, 5000, 250)))


def hours(start: float, end: float) -> Span:
    midnight = instant_of(midnight_of(MONDAY))
    return Span(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def random_day(seed: int) -> tuple[Bench, list[Uncovered]]:
    random = Random(seed)
    team = scene(seed, people=1, colleagues=4).team
    team = Team(team.colleagues, team.places, team.travels, MONDAY)
    agendas = {number: _agenda(random, colleague) for number, colleague in team.colleagues.items() if number > 1}
    lost = [_lost(random, team, number) for number in range(1, random.randint(2, 4))]
    return Bench(team, team.travels, agendas), lost


def _agenda(random: Random, colleague: Colleague) -> Agenda:
    spots = [
        Spot(
            hours(start, start + 2.5),
            random.choice([1, 2, 3]),
            colleague.id * 10 + number,
            random.random() < 0.6,
            90,
            30,
        )
        for number, start in enumerate((8, 11, 14))
        if random.random() < 0.6
    ]
    absences = (hours(9, 10),) if random.random() < 0.15 else ()
    return Agenda(colleague, tuple(spots), absences)


def _any_place(random: Random) -> int:
    return random.choice([1, 2, 3])


def _lost(random: Random, team: Team, number: int) -> Uncovered:
    whole = hours(*random.choice([(9, 12), (9, 11), (13, 16), (14, 17), (12, 14)]))
    people = [_person(random, team, number * 3 + each, whole) for each in range(random.randint(1, 3))]
    stretch = Span(whole.start, whole.start + timedelta(hours=1))
    return Uncovered(number, random.choice([1, 2]), (whole, stretch), tuple(people))


def _person(random: Random, team: Team, number: int, within: Span) -> Person:
    perimeter = random.choice([None, None, "famille"])
    when = within.start, within.start + timedelta(minutes=30)
    return team.person(Touched(number % 10, 1, 30, 0, perimeter, 1, 1, 1, *when))


def worth(bids: list[Bid]) -> int:
    total = sum(sum(OTHERWISE[number] for number in bid.serves) - bid.price for bid in bids)
    people = [bid.takeover.colleague_id for bid in bids]
    repeated = sum(people[:number].count(one) for number, one in enumerate(people))
    return total - ONCE_MORE * repeated


def can_be(bench: Bench, bids: list[Bid]) -> bool:
    """Every part of it in every order, one withdrawal or one new presence at a time."""
    some = [
        [bid for bid, is_in in zip(bids, chosen, strict=True) if is_in]
        for chosen in product((True, False), repeat=len(bids))
    ]
    return all(_is_accepted(bench, order) for part in some for order in permutations(part))


def _is_accepted(bench: Bench, order: tuple[Bid, ...]) -> bool:
    stands = {number: list(agenda.spots) for number, agenda in bench.agendas.items()}
    for bid in order:
        takeover = bid.takeover
        own = stands[takeover.colleague_id]
        for given_up in takeover.gives_up:
            own[:] = [spot for spot in own if spot.presence_id != given_up]
            if not _stands(bench, own):
                return False
        own.append(Spot(takeover.span, takeover.place_id))
        if not _stands(bench, own):
            return False
    return True


def _stands(bench: Bench, spots: list[Spot]) -> bool:
    ordered = sorted(spots)
    for one, other in pairwise(ordered):
        way = timedelta(minutes=minutes_between(one.place_id, other.place_id, travels=bench.travels))
        if other.span.start - one.span.end < way:
            return False
    return True


@pytest.mark.parametrize("seed", range(150))
def test_the_best_of_a_day_is_the_best_of_every_answer(seed: int) -> None:
    bench, lost = random_day(seed)
    chosen = best_of_day(bench, lost, OTHERWISE)
    answers = product(*([None, *bench.bids(each)] for each in lost))
    possible = ([bid for bid in answer if bid] for answer in answers)
    assert can_be(bench, chosen)
    assert worth(chosen) == max(worth(answer) for answer in possible if can_be(bench, answer))


@pytest.mark.parametrize("seed", range(150))
def test_nobody_leaves_what_is_promised_nor_comes_when_absent(seed: int) -> None:
    bench, lost = random_day(seed)
    for bid in (bid for each in lost for bid in bench.bids(each)):
        agenda = bench.agendas[bid.takeover.colleague_id]
        spots = {spot.presence_id: spot for spot in agenda.spots}
        assert all(spots[number].is_free for number in bid.takeover.gives_up)
        assert not any(each.overlaps(bid.takeover.span) for each in agenda.absences)
        people = {person.touched.number: person for each in lost for person in each.people}
        for number in bid.serves:
            perimeter = people[number].touched.perimeter
            assert perimeter is None or agenda.colleague.may_act(perimeter, MONDAY)


def made(presence_id: int, place_id: int, span: Span, gives_up: tuple[int, ...] = ()) -> Takeover:
    return Takeover(presence_id, place_id, span, 2, "C2", gives_up)


def test_two_takeovers_are_refused_when_the_order_of_their_coming_true_matters() -> None:
    """From 1 to 3 takes 50 minutes: what is given up between them is missed for a moment, if it goes last."""
    team = scene(0, people=1, colleagues=1).team
    between = Spot(hours(10.25, 10.75), 2, 21, is_free=True)
    agenda = Agenda(team.colleagues[2], (between, Spot(hours(10.8, 12), 3, 22)))
    bench = Bench(team, {**team.travels, frozenset((2, 3)): 3}, {2: agenda})
    early, middle = made(1, 1, hours(9, 10)), made(2, 2, hours(10.25, 10.75), (21,))
    assert bench.stands_with(early, ())
    assert bench.stands_with(middle, ())
    assert not bench.stands_with(early, [middle])
    assert not bench.stands_with(middle, [early])


def test_a_stretch_is_left_where_another_plan_has_the_rest() -> None:
    team = scene(0, people=1, colleagues=1).team
    other = made(9, 1, hours(14, 17))
    bench = Bench(team, team.travels, {2: Agenda(team.colleagues[2], ())}, (other,))
    lost = team.person(Touched(1, 1, 30, 0, None, 1, 1, 1, hours(9, 9.5).start, hours(9, 9.5).end))
    (bid,) = bench.bids(Uncovered(1, 1, (hours(9, 16), hours(9, 9.5)), (lost,)))
    assert bid.takeover.span == hours(9, 9.5)
