"""Who came, by the reminder that had left: each appointment once, of the days asked, as far as they are over."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from cnapp.domain.appointments import Appointment, Origin, Status
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.domain.people import Staff
from tests.factories import keep, make_appointment, metz
from tests.support import FrozenClock, Page, count_queries, visit

HOME = "/coordination/courrier/absences"
THAT_WEEK = f"{HOME}?du=2026-11-16&au=2026-11-20"
TIMELESS = (Status.NOSHOW, Status.EXCUSED, Status.REVOKED)


def ended(status: Status, at: str = "2026-11-18 10:00", *, version: int = 1, **columns: Any) -> Appointment:
    """An appointment of before, as it ended."""
    columns |= {"commitment_id": None} if status in TIMELESS else {}
    return make_appointment(at=at, status=status, version=version, **columns)


def reminded(
    appointment: Appointment,
    channel: Channel,
    letter: Letter = Letter.REMINDED,
    *,
    version: int = 1,
    outcome: Outcome = Outcome.SENT,
) -> None:
    at = metz("2026-11-16 09:00")
    key = f"{letter}/{appointment.public_id}/{version}/{channel}"
    about = {"key": key, "letter": letter, "appointment_id": appointment.id, "version": version, "channel": channel}
    error = "smtp 550" if outcome is Outcome.GIVEN_UP else None
    keep(Due(**about, due_at=at, created_at=at, settled_at=at, outcome=outcome, last_error=error))


def rows(page: Page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.html.select("main tbody tr")]


@pytest.mark.planted_faults
def test_each_appointment_is_counted_once_by_its_reminder(client: FlaskClient, anne: Staff) -> None:
    for status, channel in (
        (Status.SEEN, Channel.EMAIL),
        (Status.ARRIVED, Channel.EMAIL),
        (Status.NOSHOW, Channel.EMAIL),
        (Status.SEEN, Channel.SMS),
        (Status.NOSHOW, Channel.CALL),
    ):
        outcome = Outcome.ENTRUSTED if channel is Channel.CALL else Outcome.SENT
        reminded(ended(status), channel, outcome=outcome)
    twice = ended(Status.SEEN)
    reminded(twice, Channel.SMS)
    reminded(twice, Channel.EMAIL, Letter.REMINDED_TODAY)
    for status in (Status.NOSHOW, Status.BOOKED):
        ended(status)
    assert rows(visit(client, THAT_WEEK)) == [
        "Par SMS 2 2 (100 %) 0 (0 %) 0 (0 %) 0 (0 %)",
        "Par e-mail 3 2 (67 %) 1 (33 %) 0 (0 %) 0 (0 %)",
        "Par un appel 1 0 (0 %) 1 (100 %) 0 (0 %) 0 (0 %)",
        "Sans rappel 2 0 (0 %) 1 (50 %) 0 (0 %) 1 (50 %)",
        "En tout 8 4 (50 %) 3 (38 %) 0 (0 %) 1 (12 %)",
    ]


@pytest.mark.planted_faults
def test_only_a_reminder_of_the_last_time_that_left_counts(client: FlaskClient, anne: Staff) -> None:
    reminded(ended(Status.EXCUSED, version=2), Channel.EMAIL, version=1)
    reminded(ended(Status.SEEN, version=2), Channel.EMAIL, version=1)
    reminded(ended(Status.SEEN), Channel.EMAIL, outcome=Outcome.UNNEEDED)
    reminded(ended(Status.SEEN), Channel.EMAIL, outcome=Outcome.GIVEN_UP)
    assert rows(visit(client, THAT_WEEK)) == [
        "Par e-mail 1 0 (0 %) 0 (0 %) 1 (100 %) 0 (0 %)",
        "Sans rappel 3 3 (100 %) 0 (0 %) 0 (0 %) 0 (0 %)",
        "En tout 4 3 (75 %) 0 (0 %) 1 (25 %) 0 (0 %)",
    ]


@pytest.mark.planted_faults
def test_other_days_walk_ins_and_what_the_service_cancelled_are_not_counted(client: FlaskClient, anne: Staff) -> None:
    ended(Status.SEEN, "2026-11-13 10:00")
    ended(Status.SEEN, "2026-11-21 10:00")
    ended(Status.REVOKED)
    ended(Status.SEEN, origin=Origin.WALK_IN)
    assert "Aucun rendez-vous ces jours-là." in visit(client, THAT_WEEK).text
    ended(Status.SEEN, "2026-11-16 09:00")
    ended(Status.SEEN, "2026-11-20 16:00")
    assert rows(visit(client, THAT_WEEK))[-1].startswith("En tout 2 ")


def test_today_is_not_over(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    clock.set("2026-11-30 20:00")
    ended(Status.SEEN, "2026-11-30 09:00")
    make_appointment(at="2026-12-01 10:00")
    assert "Aucun rendez-vous" in visit(client, f"{HOME}?du=2026-11-30&au=2026-12-31").text


def test_the_last_thirty_days_are_asked_first(client: FlaskClient, anne: Staff) -> None:
    for at in ("2026-10-30 10:00", "2026-10-31 10:00", "2026-11-29 10:00"):
        ended(Status.SEEN, at)
    page = visit(client, HOME)
    assert rows(page)[-1].startswith("En tout 2 ")
    assert [field["value"] for field in page.html.select("main input")] == ["2026-10-31", "2026-11-29"]
    assert "ne prouvent pas" in page.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("du=2026-11-20&au=2026-11-16", "Le dernier jour vient après le premier."),
        ("du=2026-11-20", "Écrivez le dernier jour."),
        ("du=hier&au=2026-11-16", "Ce jour n’existe pas."),
        ("du=2026-02-30&au=2026-11-16", "Ce jour n’existe pas."),
        ("du=0001-01-01&au=2026-11-16", "Ce jour est trop loin"),
        ("du=2026-11-16&au=9999-12-31", "Ce jour est trop loin"),
        ("du=&au=", "Écrivez le premier jour."),
    ],
)
def test_what_is_not_understood_is_said_and_kept(client: FlaskClient, anne: Staff, query: str, sentence: str) -> None:
    page = visit(client, f"{HOME}?{query}")
    assert page.status == 422 and sentence in page.text and page.title.startswith("Erreur")
    assert not page.html.select("main table")


@pytest.mark.planted_faults
def test_many_appointments_ask_no_more_than_one(client: FlaskClient, anne: Staff) -> None:
    ended(Status.SEEN)
    with count_queries() as for_one:
        visit(client, THAT_WEEK)
    for hour in range(11, 16):
        reminded(ended(Status.SEEN, f"2026-11-18 {hour}:00"), Channel.EMAIL)
    with count_queries() as for_six:
        page = visit(client, THAT_WEEK)
    assert rows(page)[-1].startswith("En tout 6 ") and len(for_one) == len(for_six)
