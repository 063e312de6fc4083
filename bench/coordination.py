"""The coordinator's pages."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle, islice

from bench.clients import Answer, Client, Failed
from bench.fill import COORDINATOR, PASSWORD
from bench.measures import Bench
from bench.statistics import Figures, spread
from cnapp.base.workdays import week_code

SHARE = 5
"""The board is a large page: a fifth of the requests that others get."""


def board(bench: Bench) -> Figures:
    """This week and the three that follow, by place and by person."""
    client = _signed_in(bench)
    weeks = [week_code(bench.today + timedelta(weeks=number)) for number in range(4)]
    by_place = _asked(bench, client, [f"/coordination/semaine/{week}" for week in weeks])
    by_person = _asked(bench, client, [f"/coordination/semaine/{week}?par=personne" for week in weeks])
    return {
        **{f"place_{name}": value for name, value in spread([each.seconds for each in by_place]).items()},
        **{f"person_{name}": value for name, value in spread([each.seconds for each in by_person]).items()},
        "KB": round(sum(len(each.text.encode()) for each in by_place) / len(by_place) / 1000, 1),
    }


def _signed_in(bench: Bench) -> Client:
    client = Client(bench.server.port)
    answer = client.send(client.get("/connexion"), {"email": COORDINATOR, "password": PASSWORD})
    if answer.status != 303:
        raise Failed(f"{answer.status} when signing in")
    return client


def _asked(bench: Bench, client: Client, paths: list[str]) -> list[Answer]:
    warm_up = bench.effort.warm_up // SHARE
    answers = [client.get(path) for path in islice(cycle(paths), bench.effort.requests // SHARE + warm_up)]
    wrong = next((each for each in answers if each.status != 200), None)
    if wrong:
        raise Failed(f"{wrong.status} on {wrong.path}: {wrong.text[:200]}")
    return answers[warm_up:]
