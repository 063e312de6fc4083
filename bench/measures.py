"""What is measured at one size on one engine: pages, a booking alone, and the memory that they take."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice

from bench.clients import Answer, Client, Failed
from bench.desk import DAY, at_the_desk
from bench.journey import PLACES, TIMES, Walk, walk, wishes
from bench.server import Server
from bench.sizes import Size
from bench.statistics import Figures, spread

SUBJECT = ("telephone", "whatsapp-video")
"""45 minutes, done by any conseiller."""
DAYS = 28


@dataclass(frozen=True)
class Effort:
    """How often each thing is done."""

    requests: int = 300
    warm_up: int = 40
    bookings: int = 40
    warm_bookings: int = 15
    rounds: int = 20
    seconds: int = 20
    letters: int = 1000
    lags: int = 20
    registrations: int = 500


QUICK = Effort(requests=60, warm_up=10, bookings=8, rounds=5, seconds=5, letters=100, lags=3, registrations=60)


@dataclass(frozen=True)
class Bench:
    """One server, and what stands in its database."""

    server: Server
    size: Size
    today: date
    effort: Effort

    @property
    def places(self) -> list[str]:
        return [f"lieu-{number:04}" for number in self.size.measured]

    @property
    def booked_places(self) -> list[str]:
        return [f"lieu-{number:04}" for number in self.size.booked]


def times_json(bench: Bench) -> Figures:
    """Four weeks of one place, for the town's own site."""
    query = f"motif={SUBJECT[1]}&du={bench.today}&au={bench.today + timedelta(days=DAYS - 1)}"
    answers = asked(bench, Client(bench.server.port), [f"/api/creneaux.json?{query}&lieu={p}" for p in bench.places])
    return {**spread(seconds_of(answers)), "times": round(_mean(answers, lambda each: each.text.count('"debut"')), 1)}


def times_page(bench: Bench) -> Figures:
    """Where a time is chosen, by somebody who has answered what comes before."""
    paths = [TIMES]
    clients = [_prepared(bench, place, TIMES) for place in bench.places]
    answers = [answer for client in clients for answer in asked(bench, client, paths, len(clients))]
    return {**spread(seconds_of(answers)), "KB": kilobytes(answers)}


def choice_of_place(bench: Bench) -> Figures:
    """Every place with its next time."""
    return spread(seconds_of(asked(bench, _prepared(bench, bench.places[0], PLACES), [PLACES])))


def place_page(bench: Bench) -> Figures:
    return spread(seconds_of(asked(bench, Client(bench.server.port), [f"/lieux/{place}" for place in bench.places])))


def desk_day(bench: Bench) -> Figures:
    """The first page of a desk with 120 appointments today."""
    answers = asked(bench, at_the_desk(bench.server.port), [DAY])
    return {**spread(seconds_of(answers)), "KB": kilobytes(answers)}


def booking(bench: Bench) -> Figures:
    """Bookings one after the other: what each takes of the workers' processor, and its confirming POST."""
    _warm_every_worker(bench)
    places = cycle(bench.booked_places)
    began = bench.server.cpu_seconds()
    walks = [_book(bench, next(places)) for _ in range(bench.effort.bookings)]
    spent = bench.server.cpu_seconds() - began
    confirming = spread([each.confirmation.seconds for each in walks])
    return {
        "cpu_ms": round(spent * 1000 / len(walks), 1),
        "wall_p50": spread([each.seconds for each in walks])["p50"],
        "requests": round(sum(len(each.answers) for each in walks) / len(walks), 1),
        **{f"confirm_{name}": value for name, value in confirming.items()},
    }


def pages_of_a_booking(bench: Bench) -> Figures:
    """Median milliseconds of each request on the way, to see where a journey spends its time."""
    walks = [_book(bench, place) for place in islice(cycle(bench.booked_places), bench.effort.bookings // 4)]
    found: dict[str, list[float]] = {}
    for answer in (answer for each in walks for answer in each.answers):
        verb = "POST" if answer.location else "GET"
        path = answer.path.partition("?")[0]
        found.setdefault(f"{verb} {'/r/…' if path.startswith('/r/') else path}", []).append(answer.seconds)
    return {name: spread(seconds)["p50"] for name, seconds in found.items()}


def memory(bench: Bench) -> Figures:
    used = bench.server.memory()
    return {"whole_MB": round(used.whole, 1), "largest_worker_MB": round(used.largest_worker, 1)}


def _warm_every_worker(bench: Bench) -> None:
    """A connection stays with one worker: several at once reach them all, whose templates are then compiled."""
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda place: _book(bench, place), bench.booked_places[: bench.effort.warm_bookings]))


def _book(bench: Bench, place: str) -> Walk:
    client = Client(bench.server.port)
    try:
        return walk(client, wishes(SUBJECT, place, name="Marie Schmitt"))
    finally:
        client.close()


def _prepared(bench: Bench, place: str, until: str) -> Client:
    client = Client(bench.server.port)
    walk(client, wishes(SUBJECT, place, name="Marie Schmitt"), until=until)
    return client


def asked(bench: Bench, client: Client, paths: list[str], share: int = 1) -> list[Answer]:
    """Answers to requests one after the other, the first ones left out."""
    count = (bench.effort.requests + bench.effort.warm_up) // share
    answers = [client.get(path) for path in islice(cycle(paths), count)]
    wrong = next((each for each in answers if each.status != 200), None)
    if wrong:
        raise Failed(f"{wrong.status} on {wrong.path}: {wrong.text[:200]}")
    return answers[bench.effort.warm_up // share :]


def seconds_of(answers: list[Answer]) -> list[float]:
    return [each.seconds for each in answers]


def kilobytes(answers: list[Answer]) -> float:
    return round(_mean(answers, lambda each: len(each.text.encode())) / 1000, 1)


def _mean(answers: list[Answer], count: Callable[[Answer], int]) -> float:
    return sum(count(each) for each in answers) / len(answers)
