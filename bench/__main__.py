"""`python -m bench`: fills a database of each size on each engine, measures it through HTTP, prints a table."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import coordination, crowds, measures, plans, post, workshops
from bench.databases import ENGINES, fresh_database, postgres_answers, settings_for
from bench.fill import fill
from bench.measures import QUICK, Bench, Effort
from bench.report import Results, table, write
from bench.server import served
from bench.sizes import SIZES, Size
from cnapp.base.clock import system_clock
from cnapp.base.workdays import day_of

MEASURES: dict[str, Callable[[Bench], Any]] = {
    "memory_before": measures.memory,
    "times_json": measures.times_json,
    "times_page": measures.times_page,
    "choice_of_place": measures.choice_of_place,
    "place_page": measures.place_page,
    "desk_day": measures.desk_day,
    "booking": measures.booking,
    "pages": measures.pages_of_a_booking,
    "one_time": crowds.one_time,
    "many_bookings": crowds.many_bookings,
    "memory_after": measures.memory,
    "board": coordination.board,
    "plans": plans.plans,
    "letters": post.letters,
    "workshop_list": workshops.workshop_list,
    "registrations": workshops.registrations,
}


def main() -> None:
    asked = _arguments()
    effort = QUICK if asked.quick else Effort()
    results: Results = {}
    for engine in _engines(asked.engine):
        for size in [SIZES[asked.size]] if asked.size != "all" else SIZES.values():
            results[f"{engine} {size.name}"] = _run(engine, size, effort, asked.only or _made_for(size))
    print(table(results))
    print(f"\n{write(results, system_clock())}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    parser.add_argument("--size", choices=[*SIZES, "all"], default="all")
    parser.add_argument("--quick", action="store_true", help="few requests: whether it runs, not how fast")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), help="some of the measures")
    return parser.parse_args()


def _engines(asked: str) -> list[str]:
    engines = list(ENGINES) if asked == "both" else [asked]
    if "postgresql" in engines and not postgres_answers():
        print("PostgreSQL does not answer: left out.", file=sys.stderr)
        engines.remove("postgresql")
    return engines


def _made_for(size: Size) -> list[str]:
    return [name for name in size.only or MEASURES if name not in size.without]


def _run(engine: str, size: Size, effort: Effort, names: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cnapp-bench-") as folder, fresh_database(engine, Path(folder)) as url:
        _tell(engine, size, "fill")
        began = time.perf_counter()
        filled: dict[str, Any] = fill(settings_for(url), size)
        filled["seconds"] = round(time.perf_counter() - began, 1)
        with served(url, Path(folder) / "server.log") as server:
            bench = Bench(server, size, day_of(system_clock()), effort)
            return {"filled": filled, **{name: _measured(bench, name, engine) for name in names}}


def _measured(bench: Bench, name: str, engine: str) -> Any:
    _tell(engine, bench.size, name)
    return MEASURES[name](bench)


def _tell(engine: str, size: Size, what: str) -> None:
    print(f"{engine} {size.name}: {what}", file=sys.stderr, flush=True)


main()
