"""What the calendar of a conseiller says: where they are, when they are busy, nothing about anybody."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest
from flask.testing import FlaskClient

from cnapp.domain.accounts import Names
from cnapp.domain.people import Staff
from tests.factories import (
    make_absence,
    make_appointment,
    make_citizen,
    make_place,
    make_presence,
    metz,
)
from tests.support import FrozenClock
from tests.web.feeds.calendars import events, make_address, misread, read, texts


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_presences_are_free_time_and_appointments_are_busy(client: FlaskClient, day: Staff) -> None:
    presence, appointment = events(read(client, make_address(day)))
    assert presence["summary"] == "Permanence – Mairie de quartier de Borny"
    assert presence["transp"] == "TRANSPARENT"
    assert appointment["summary"] == "Rendez-vous individuel"
    assert appointment["transp"] == "OPAQUE"
    assert appointment["location"].startswith("Mairie de quartier de Borny, ")
    assert appointment["location"].endswith(", 57000 Metz")
    assert appointment["url"] == "http://127.0.0.1:5000/agenda/2026-12-03"
    assert appointment["geo"].to_ical() == "49.1;6.2"


def test_by_default_nothing_is_said_of_anybody(client: FlaskClient, day: Staff) -> None:
    body = read(client, make_address(day)).text
    for private in ("Marie", "Schmitt", "612345678", "06 12", "marie@", "Sujet secret", "CLASS", "ATTENDEE", "VALARM"):
        assert private not in body


@pytest.mark.parametrize(
    ("names", "summary"), [(Names.INITIALS, "M.\N{NO-BREAK SPACE}S."), (Names.FULL, "Marie Schmitt")]
)
def test_names_are_shown_as_asked_and_marked_private(
    client: FlaskClient, day: Staff, names: Names, summary: str
) -> None:
    presence, appointment = events(read(client, make_address(day, names)))
    assert appointment["summary"] == f"Rendez-vous – {summary}"
    assert appointment["class"] == "PRIVATE"
    assert "class" not in presence
    assert "Sujet secret" not in str(appointment)


def test_somebody_without_initials_stays_unnamed(client: FlaskClient, lea: Staff) -> None:
    make_appointment(make_presence(conseiller=lea), name="1234")
    assert events(read(client, make_address(lea, Names.INITIALS)))[1]["summary"] == "Rendez-vous individuel"


def test_a_whole_day_of_absence_and_a_part_of_one(client: FlaskClient, lea: Staff) -> None:
    make_absence(lea, "2026-12-07 00:00", "2026-12-08 12:00")
    whole, part = events(read(client, make_address(lea)))
    assert (whole.start, whole.end) == (date(2026, 12, 7), date(2026, 12, 8))
    assert part.end == metz("2026-12-08 12:00")
    for event in (whole, part):
        assert event["summary"] == "Absence"
        assert event["transp"] == "OPAQUE"
        assert event["x-microsoft-cdo-busystatus"] == "OOF"


def test_the_file_says_what_clients_need_and_nothing_that_breaks_them(client: FlaskClient, day: Staff) -> None:
    lines = unfolded(read(client, make_address(day)).data)
    head = lines[: lines.index("BEGIN:VTIMEZONE")]
    for line in ("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "VERSION:2.0"):
        assert line in head
    assert "NAME:Aide numérique – Léa" in head
    assert "X-WR-CALNAME:Aide numérique – Léa" in head
    assert not [line for line in lines if line.startswith(("SOURCE", "RRULE:FREQ=WEEKLY", "ATTACH"))]
    assert not [line for line in head if line.startswith("UID")]
    assert lines.count("BEGIN:DAYLIGHT") == lines.count("BEGIN:STANDARD") == 1
    assert "DTSTART:19700329T020000" in lines
    assert "DTSTART:19701025T030000" in lines


def test_lines_are_short_end_right_and_fold_between_characters(client: FlaskClient, lea: Staff) -> None:
    make_presence(conseiller=lea, place=make_place("Été à la médiathèque 😀 مركز " * 4))
    body = read(client, make_address(lea)).data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_an_empty_calendar_still_has_its_time_zone(client: FlaskClient, lea: Staff) -> None:
    body = read(client, make_address(lea)).text
    assert "BEGIN:VTIMEZONE" in body
    assert "BEGIN:VEVENT" not in body


def test_every_event_has_one_lasting_name_and_its_organiser(client: FlaskClient, day: Staff) -> None:
    found = events(read(client, make_address(day)))
    names = {str(event["uid"]) for event in found}
    assert len(names) == 2
    assert all(name.endswith("@127.0.0.1") for name in names)
    assert all(event["organizer"] == "mailto:aide.numerique@exemple.fr" for event in found)
    again = events(read(client, make_address(day, Names.FULL)))
    assert {str(event["uid"]) for event in again} == names


@pytest.mark.parametrize(
    ("day", "offset"), [("2027-03-26", 1), ("2027-03-29", 2), ("2027-10-29", 2), ("2027-11-02", 1)]
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change_of_hour(
    client: FlaskClient, clock: FrozenClock, lea: Staff, day: str, offset: int
) -> None:
    clock.set("2027-03-01 08:00")
    make_presence(f"{day} 09:00", conseiller=lea)
    event = events(read(client, make_address(lea)))[0]
    assert event.to_ical().decode().count("DTSTART;TZID=Europe/Paris:") == 1
    assert event.start.hour == 9
    assert event.start.utcoffset() == timedelta(hours=offset)


def test_the_doubled_hour_of_october_is_written_in_utc(client: FlaskClient, clock: FrozenClock, lea: Staff) -> None:
    clock.set("2027-10-01 08:00")
    second = metz("2027-10-31 01:30") + timedelta(hours=2)
    make_presence("2027-10-31 00:30", conseiller=lea, ends_at=second)
    event = events(read(client, make_address(lea)))[0]
    assert event.end == second
    assert b"DTEND:20271031T013000Z" in event.to_ical()


NASTY = [
    "a;b,c\\d\\n\\N",
    'Dit « "Marie" »',
    "BEGIN:VEVENT END:VEVENT",
    "END:VCALENDAR",
    "é" * 80,
    "😀" * 20,
    "مريم الزهراء " * 6,
]


@pytest.mark.parametrize("text", NASTY)
def test_every_parser_reads_the_text_that_was_written(client: FlaskClient, lea: Staff, text: str) -> None:
    person = make_citizen(text.strip()[:80])
    place = make_place(text.strip(), address="1; rue, des \\ Roses")
    make_appointment(make_presence(conseiller=lea, place=place), person=person)
    body = read(client, make_address(lea, Names.FULL)).data
    for parser, found in texts(body).items():
        assert len(found) == 2, parser
        if misread(parser, text):
            continue
        assert found[0]["summary"] == f"Permanence – {text.strip()}", parser
        assert found[1]["summary"] == f"Rendez-vous – {text.strip()[:80]}", parser
        assert found[1]["location"] == f"{text.strip()}, 1; rue, des \\ Roses, 57000 Metz", parser


def test_icalendar_finds_the_same_instants(client: FlaskClient, day: Staff) -> None:
    calendar = icalendar.Calendar.from_ical(read(client, make_address(day)).data)
    assert [event.start for event in calendar.events] == [metz("2026-12-03 09:00")] * 2
    assert [event.end for event in calendar.events] == [metz("2026-12-03 12:00"), metz("2026-12-03 09:45")]
