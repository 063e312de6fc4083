"""Three hundred workshops of the next month: the page that lists them, and five hundred people who register.

They have leaders and places of their own, who take no appointments: nothing else that is measured meets them.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as local_time
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from bench.clients import Client, Failed
from bench.crowds import BOOKERS, Harvest, letters_of
from bench.desk import kept, staff_member
from bench.journey import walk
from bench.measures import Bench, asked, kilobytes, seconds_of
from bench.statistics import Figures, spread
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Level, Status, Workshop

LIST, CALENDAR, JSON = "/ateliers", "/ateliers.ics", "/api/ateliers.json"
RECEIPT = "/i/"
LEADERS, DAYS = 10, 30
SEATS = 12


@dataclass(frozen=True)
class Leader:
    """Somebody who leads a workshop each day at a place of their own."""

    row: Staff
    place: Place
    now: datetime


def make_workshops(now: datetime) -> None:
    """Within the caller's transaction."""
    for number in range(LEADERS):
        leader = _leader(number, now)
        for ahead in range(1, DAYS + 1):
            _hold(leader, day_of(now) + timedelta(days=ahead))


def _leader(number: int, now: datetime) -> Leader:
    row = staff_member(f"Anime {number}", f"anime{number}@exemple.fr", Role.CONSEILLER, now)
    where = {"address": "1 rue de la Mesure", "postcode": "57000", "town": "Metz", "updated_at": now}
    here = {"valid_from": day_of(now), "valid_until": day_of(now) + timedelta(days=DAYS + 1)}
    return Leader(row, kept(Place(slug=f"salle-{number}", name=f"Salle {number}", **where, **here)), now)


def _hold(leader: Leader, day: date) -> None:
    times = {"starts_at": instant_at(day, local_time(9)), "ends_at": instant_at(day, local_time(10, 30))}
    whose: dict[str, Any] = {"conseiller_id": leader.row.id, **times}
    here = {"place_id": leader.place.id, "updated_at": leader.now}
    workshop = kept(Workshop(**_facts(), **times, **here, created_at=leader.now, status=Status.PUBLISHED))
    session = kept(WorkshopSession(public_id=new_public_id(), workshop_id=workshop.id, drop_ins=0, **times))
    presence = kept(Presence(public_id=new_public_id(), takes_appointments=False, **here, **whose))
    commitment = kept(Commitment(kind=Kind.WORKSHOP, presence_id=presence.id, **whose))
    kept(Leading(session_id=session.id, presence_id=presence.id, commitment_id=commitment.id, **whose))


def _facts() -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "title": "Je crée ma boîte mail et j’apprends à l’utiliser",
        "learn": "Créer une adresse e-mail.\nÉcrire et lire un message.\nJoindre une photo.",
        "level": Level.BEGINNER,
        "theme": "email",
        "bring": "votre téléphone",
        "capacity": SEATS,
        "at_least": 3,
    }


def workshop_list(bench: Bench) -> Figures:
    """The page of all that is to come, the calendar and the JSON of the same."""
    client = Client(bench.server.port)
    pages = asked(bench, client, [LIST])
    others = {"calendar": asked(bench, client, [CALENDAR], 5), "json": asked(bench, client, [JSON], 5)}
    return {
        **spread(seconds_of(pages)),
        "KB": kilobytes(pages),
        **{f"{name}_p50": spread(seconds_of(answers))["p50"] for name, answers in others.items()},
    }


def registrations(bench: Bench) -> Figures:
    """Sixteen at once, each time another person with another name, twelve to a workshop."""
    harvest, numbers = Harvest(), itertools.count()
    pages = _pages(bench)
    began, cpu = time.perf_counter(), bench.server.cpu_seconds()
    with ThreadPoolExecutor(BOOKERS) as people:
        list(people.map(lambda _: _register_some(bench, pages, numbers, harvest), range(BOOKERS)))
    took, spent = time.perf_counter() - began, bench.server.cpu_seconds() - cpu
    done = harvest.walks
    confirming = [each.answers[-2].seconds for each in done] or [0.0]
    return {
        "registered": len(done),
        "failed": len(harvest.failures),
        "first_failure": harvest.failures[0] if harvest.failures else "",
        "per_second": round(len(done) / took, 1),
        "cpu_ms": round(spent * 1000 / max(1, len(done)), 1),
        **{f"confirm_{name}": value for name, value in spread(confirming).items()},
        **{f"whole_{name}": value for name, value in spread([each.seconds for each in done] or [0.0]).items()},
    }


def _pages(bench: Bench) -> list[str]:
    """Of as many workshops as there are seats needed."""
    answer = Client(bench.server.port).get(JSON)
    if answer.status != 200:
        raise Failed(f"{answer.status} on {JSON}")
    found = [urlsplit(each["page"]).path for each in json.loads(answer.text)["ateliers"]]
    return found[: -(-bench.effort.registrations // SEATS)]


def _register_some(bench: Bench, pages: list[str], numbers: Iterator[int], harvest: Harvest) -> None:
    while (number := next(numbers)) < bench.effort.registrations:
        client = Client(bench.server.port)
        typed = {"booked_by": "self", "name": f"Inscrite {letters_of(number)}"}
        try:
            harvest.keep(walk(client, typed, first=pages[number // SEATS], until=RECEIPT))
        except (Failed, OSError, HTTPException) as error:
            harvest.fail(error)
        finally:
            client.close()
