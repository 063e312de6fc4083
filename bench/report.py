"""The table that people read, and the file that a later run is compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
Results = dict[str, dict[str, Any]]
"""Measures by « engine size »."""


@dataclass(frozen=True)
class Line:
    """One figure of the table, and the aim that it has, if any."""

    measure: str
    figure: str
    title: str
    aim: str = ""


LINES = (
    Line("times_json", "p50", "times JSON, 4 weeks of one place: median ms", "< 10 (small), < 1.3 × that (large)"),
    Line("times_json", "p95", "                                  p95 ms"),
    Line("times_json", "p99", "                                  p99 ms"),
    Line("times_json", "times", "                                  times in it"),
    Line("times_page", "p50", "times page: median ms"),
    Line("times_page", "p99", "            p99 ms"),
    Line("times_page", "KB", "            KB"),
    Line("choice_of_place", "p50", "page to choose a place: median ms"),
    Line("place_page", "p50", "page of a place: median ms"),
    Line("place_page", "p99", "                 p99 ms"),
    Line("desk_day", "p50", "a desk's day, 120 appointments: median ms"),
    Line("desk_day", "p95", "                                p95 ms"),
    Line("desk_day", "p99", "                                p99 ms"),
    Line("desk_day", "KB", "                                KB"),
    Line("booking", "confirm_p50", "confirming POST: median ms", "< 20"),
    Line("booking", "confirm_p95", "                 p95 ms"),
    Line("booking", "cpu_ms", "whole journey: server CPU ms", "< 80"),
    Line("booking", "wall_p50", "               wall ms"),
    Line("booking", "requests", "               requests"),
    Line("one_time", "one_winner", "32 on one time: rounds with one winner", "all"),
    Line("one_time", "rounds", "                rounds"),
    Line("one_time", "errors", "                errors", "0"),
    Line("one_time", "p99", "                p99 ms", "< 300"),
    Line("many_bookings", "per_second", "16 clients: bookings a second", ">= 25"),
    Line("many_bookings", "booked", "            booked"),
    Line("many_bookings", "refused", "            times taken by another"),
    Line("many_bookings", "failed", "            failed", "0"),
    Line("many_bookings", "whole_p99", "            whole journey p99 ms"),
    Line("many_bookings", "cpu_ms", "            server CPU ms a booking"),
    Line("many_bookings", "clients_cpu_ms", "            CPU ms of the clients, on the same cores"),
    Line("memory_after", "whole_MB", "memory of master and workers, MB", "< 150"),
    Line("memory_after", "largest_worker_MB", "       of the larger worker (RSS), MB"),
    Line("letters", "per_second", "one worker: letters a second"),
    Line("letters", "lag_p50", "            from due to the mail server: median ms"),
    Line("letters", "lag_p99", "                                         p99 ms"),
    Line("letters", "confirm_alone", "            confirming POST without letters: median ms"),
    Line("letters", "confirm_meanwhile", "                            while letters leave: median ms"),
    Line("board", "place_p50", "week board by place: median ms"),
    Line("board", "place_p95", "                     p95 ms"),
    Line("board", "person_p50", "           by person: median ms"),
    Line("board", "KB", "           KB"),
    Line("plans", "day_people", "plan of one conseiller’s day: people"),
    Line("plans", "day_seconds", "                              seconds", "< 0.5"),
    Line("plans", "day_cpu", "                              of processor, s"),
    Line("plans", "day_same_hour", "                              same hour, same place"),
    Line("plans", "day_same_day", "                              same day"),
    Line("plans", "day_later", "                              another day"),
    Line("plans", "day_to_call", "                              to call"),
    Line("plans", "day_seated", "                              without takeovers: kept"),
    Line("plans", "day_greedy_seated", "                                  one after the other: kept"),
    Line("plans", "day_cost", "                                  cost"),
    Line("plans", "day_greedy_cost", "                                  one after the other: cost"),
    Line("plans", "day_few_cost", "                              five of them: cost"),
    Line("plans", "day_few_greedy_cost", "                                  one after the other: cost"),
    Line("plans", "day_few_optimum", "                                  the least that can be"),
    Line("plans", "place_people", "plan of a place’s week: people"),
    Line("plans", "place_seconds", "                        seconds"),
    Line("plans", "place_cpu", "                        of processor, s"),
    Line("plans", "place_same_hour", "                        same hour, same place"),
    Line("plans", "place_same_day", "                        same day"),
    Line("plans", "place_later", "                        another day"),
    Line("plans", "place_to_call", "                        to call"),
    Line("plans", "place_seated", "                        without takeovers: kept"),
    Line("plans", "place_greedy_seated", "                            one after the other: kept"),
    Line("plans", "place_cost", "                            cost"),
    Line("plans", "place_greedy_cost", "                            one after the other: cost"),
    Line("plans", "place_few_cost", "                        five of them: cost"),
    Line("plans", "place_few_greedy_cost", "                            one after the other: cost"),
    Line("plans", "place_few_optimum", "                            the least that can be"),
    Line("plans", "town_people", "plan of the town’s week: people"),
    Line("plans", "town_seconds", "                         seconds", "< 10"),
    Line("plans", "town_cpu", "                         of processor, s"),
    Line("plans", "town_same_hour", "                         same hour, same place"),
    Line("plans", "town_same_day", "                         same day"),
    Line("plans", "town_later", "                         another day"),
    Line("plans", "town_to_call", "                         to call"),
    Line("plans", "town_seated", "                         without takeovers: kept"),
    Line("plans", "town_greedy_seated", "                             one after the other: kept"),
    Line("plans", "town_cost", "                             cost"),
    Line("plans", "town_greedy_cost", "                             one after the other: cost"),
    Line("plans", "town_few_cost", "                         five of them: cost"),
    Line("plans", "town_few_greedy_cost", "                             one after the other: cost"),
    Line("plans", "town_few_optimum", "                             the least that can be"),
    Line("workshop_list", "p50", "page of 300 workshops: median ms"),
    Line("workshop_list", "p99", "                       p99 ms"),
    Line("workshop_list", "KB", "                       KB"),
    Line("workshop_list", "calendar_p50", "       their calendar: median ms"),
    Line("workshop_list", "json_p50", "       their JSON, a page: median ms"),
    Line("registrations", "registered", "500 people, 12 a workshop: registered", "all"),
    Line("registrations", "failed", "                           failed", "0"),
    Line("registrations", "per_second", "                           a second"),
    Line("registrations", "confirm_p50", "                           confirming POST: median ms"),
    Line("registrations", "confirm_p99", "                                            p99 ms"),
    Line("registrations", "whole_p99", "                           whole journey p99 ms"),
    Line("registrations", "cpu_ms", "                           server CPU ms each"),
    Line("filled", "seconds", "database filled in, s"),
    Line("filled", "commitments", "commitments"),
)


def table(results: Results) -> str:
    widest = max(len(line.title) for line in LINES)
    head = " " * widest + "".join(f"{name:>18}" for name in results) + "  aim"
    return "\n".join([head, *(_row(line, widest, results) for line in LINES)])


def _row(line: Line, widest: int, results: Results) -> str:
    figures = "".join(f"{_shown(found, line):>18}" for found in results.values())
    return f"{line.title:<{widest}}{figures}  {line.aim}".rstrip()


def _shown(found: dict[str, Any], line: Line) -> str:
    figure = found.get(line.measure, {}).get(line.figure, "–")
    return f"{figure:g}" if isinstance(figure, float) else str(figure)


def write(results: Results, now: datetime) -> Path:
    path = FOLDER / f"results-{now:%Y-%m-%d-%H%M}.json"
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    return path
