"""Whatever a text holds, the file stays one calendar of one event, and the same text comes back (I04)."""

import icalendar
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from cnapp.base.ics import Address, Event, Subscription, published, subscribed
from tests.factories import metz
from tests.web.feeds.calendars import misread, texts

ORGANIZER = Address('Aide "numérique"; Metz, Borny', "aide@exemple.fr")
PIECES = [
    "\r\n",
    "\n",
    "\r",
    ";",
    ",",
    "\\",
    "\\n",
    "\\N",
    '"',
    "END:VEVENT",
    "BEGIN:VEVENT",
    "END:VCALENDAR",
    ":",
    " ",
    "\t",
]
PIECES += ["é", "😀", "👩‍🦽", "مريم", "e\u0301", "\u200f", "\u202e", "a" * 74, "Ω" * 37]
EVENT_LINES = [b"BEGIN:VEVENT", b"UID:rdv-1@exemple.fr"]
nasty = st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=12).map("".join)


def event(summary: str, description: str = "", location: str = "") -> Event:
    return Event(
        uid="rdv-1@exemple.fr",
        summary=summary,
        description=description,
        location=location,
        starts=metz("2026-12-03 09:00"),
        ends=metz("2026-12-03 09:45"),
        changed_at=metz("2026-11-30 08:00"),
    )


def kept(text: str) -> str:
    """What of a text can be written at all: line feeds, no other control character, no lone surrogate."""
    one_feed = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    gone = {*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, *range(0xD800, 0xE000)} - {0x0A}
    return "".join(character for character in one_feed if ord(character) not in gone)


@settings(deadline=None)
@given(nasty, nasty, nasty)
def test_the_same_text_comes_back(summary: str, description: str, location: str) -> None:
    data = published([event(f"x{summary}", description, location)], ORGANIZER)
    calendar = icalendar.Calendar.from_ical(data)
    assert len(calendar.walk("VEVENT")) == 1
    found = calendar.events[0]
    assert found["summary"] == kept(f"x{summary}")
    assert found.get("description", "") == kept(description)
    assert found.get("location", "") == kept(location)


@settings(deadline=None)
@given(nasty)
def test_independent_parsers_read_one_event_and_the_same_text(text: str) -> None:
    wanted = f"x{kept(text)}x"
    for parser, found in texts(published([event(f"x{text}x")], ORGANIZER)).items():
        assert len(found) == 1
        assert misread(parser, wanted) or found[0]["summary"] == wanted, parser


@settings(deadline=None)
@given(nasty)
def test_lines_are_at_most_75_octets_and_fold_between_characters(text: str) -> None:
    data = published([event(text, text, text)], Address(text, "aide@exemple.fr"))
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


@settings(deadline=None)
@given(nasty)
def test_the_names_of_a_calendar_and_its_organiser_break_nothing(text: str) -> None:
    data = subscribed(Subscription(text, "https://exemple.fr/"), [event("x")], Address(text, "aide@exemple.fr"))
    calendar = icalendar.Calendar.from_ical(data)
    assert len(calendar.events) == 1
    assert [line for line in data.split(b"\r\n") if line.startswith((b"BEGIN:VEVENT", b"UID"))] == EVENT_LINES
    assert len(vobject.readOne(data.decode()).contents["vevent"]) == 1


def test_the_same_event_gives_the_same_bytes() -> None:
    assert published([event("x")], ORGANIZER) == published([event("x")], ORGANIZER)
