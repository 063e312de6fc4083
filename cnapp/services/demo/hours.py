"""Opening hours of the demonstration, written as people write them: « mar 13:00-18:00 »."""

from __future__ import annotations

from datetime import time

from cnapp.domain.places import OpeningHours

WEEKDAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
ALL_YEAR = (101, 1231)
SUMMER = (701, 831)
FROM_SEPTEMBER_TO_JUNE = (901, 630)

Timetable = dict[tuple[int, int], tuple[str, ...]]
"""By season: lines of a day or more, « lun mar 8:15-12:00 13:30-17:00 »."""

_OFFICE = "8:15-12:00 13:30-17:00"

BORNY: Timetable = {ALL_YEAR: (f"lun mar mer jeu {_OFFICE}", "ven 8:15-12:00")}
TOWN_HALL: Timetable = {ALL_YEAR: (f"lun mar mer jeu ven {_OFFICE}",)}
SMALL_TOWN_HALL: Timetable = {
    FROM_SEPTEMBER_TO_JUNE: ("lun mer ven 8:30-12:00", "mar jeu 8:30-12:00 13:30-17:00"),
    SUMMER: ("lun mar mer jeu ven 8:30-12:00",),
}
VERLAINE: Timetable = {
    FROM_SEPTEMBER_TO_JUNE: ("mar jeu ven 13:00-18:00", "mer sam 10:00-18:00", "dim 14:00-18:00"),
    SUMMER: ("mar ven 13:00-18:00", "mer sam 10:00-17:00"),
}
"""September to June is what the library announces; its summer is an example."""
AGORA: Timetable = {
    FROM_SEPTEMBER_TO_JUNE: ("lun mar mer jeu ven 9:00-19:00", "sam 10:00-16:00"),
    SUMMER: ("lun mar mer jeu ven 9:00-17:00",),
}
LIBRARY: Timetable = {
    FROM_SEPTEMBER_TO_JUNE: ("mar ven 14:00-18:00", "mer 10:00-12:00 14:00-18:00", "sam 10:00-12:00 14:00-17:00"),
    SUMMER: ("mar ven 14:00-18:00", "mer 10:00-12:00 14:00-17:00"),
}


def opening_hours(timetable: Timetable) -> list[OpeningHours]:
    return [
        OpeningHours(weekday=weekday, opens=opens, closes=closes, season_first=first, season_last=last)
        for (first, last), lines in timetable.items()
        for line in lines
        for weekday, opens, closes in read_line(line)
    ]


def read_line(line: str) -> list[tuple[int, time, time]]:
    words = line.split()
    days = [WEEKDAYS.index(word) for word in words if word in WEEKDAYS]
    stretches = [read_stretch(word) for word in words if word not in WEEKDAYS]
    return [(day, opens, closes) for day in days for opens, closes in stretches]


def read_stretch(text: str) -> tuple[time, time]:
    """« 8:15-12:00 »."""
    opens, _, closes = text.partition("-")
    return read_time(opens), read_time(closes)


def read_time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))
