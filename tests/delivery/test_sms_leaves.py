"""SMS from the outbox to a real gateway: at decent hours, in order, tried again, once (N01–N03, N06 for SMS)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from cnapp.base.database import db, transaction
from cnapp.base.gateways import Gateway, Shape
from cnapp.config import Settings
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.sms import GatewayCarrier
from cnapp.delivery.worker import PostOffice, work_off, work_once
from cnapp.domain.appointments import Appointment, Booker, Told
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.services import post
from cnapp.web.application import Application
from tests.delivery.gateway import SmsOffice, answering
from tests.delivery.postmen import Postman
from tests.factories import make_appointment, make_citizen, make_due, metz
from tests.support import FrozenClock
from tests.torture.crowd import crowd

PAUL, LEA = "+33639980001", "+33639980002"
NOON, NIGHT, EIGHT = metz("2026-11-30 12:00"), metz("2026-11-30 22:00"), metz("2026-12-01 08:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def gateway() -> Iterator[SmsOffice]:
    with answering(SmsOffice()) as office:
        yield office


@pytest.fixture
def settings(app: Application) -> Settings:
    return replace(app.settings, base_url="https://rdv.metz.fr")


@pytest.fixture
def office(gateway: SmsOffice, settings: Settings) -> PostOffice:
    carrier = GatewayCarrier(Gateway(gateway.url, Shape.JSON, key="k", sender="Metz"), patience=0.3)
    return PostOffice(Sorting(settings, sms=carrier).parcel, chance=lambda: 0.5)


def booked(at: str = "2026-12-03 09:00", **columns: object) -> Appointment:
    return make_appointment(at=at, **{"phone": PAUL, **columns})  # type: ignore[arg-type]


def later(appointment: Appointment, written_at: datetime, **columns: object) -> Due:
    """A letter on a change that is not of that very day: due a minute after it."""
    return make_due(appointment, written_at - MINUTE, **{"due_at": written_at, **columns})  # type: ignore[arg-type]


def known(due: Due) -> Due:
    db.session.rollback()
    return db.session.get_one(Due, due.id, populate_existing=True)


def references(gateway: SmsOffice) -> list[str]:
    return [asked.json["ref"] for asked in gateway.asked]


def test_whoever_has_only_a_mobile_is_sent_an_sms(gateway: SmsOffice, office: PostOffice) -> None:
    due = later(booked(), NOON)
    assert work_once(office, NOON)
    (asked,) = gateway.asked
    assert asked.json["to"] == PAUL and asked.json["ref"] == due.reference
    assert asked.json["text"].startswith("Aide numérique Metz : rendez-vous déplacé au jeudi 3 déc. à 9h, Mairie")
    assert (known(due).outcome, known(due).channel, known(due).delivered_at) == (Outcome.SENT, Channel.SMS, None)


def test_whoever_has_an_address_too_is_written_to_there(gateway: SmsOffice, settings: Settings) -> None:
    """One news, one letter."""
    due, postman = later(booked(email="lea@exemple.fr"), NOON), Postman()
    carrier = GatewayCarrier(Gateway(gateway.url, Shape.JSON, key="k"), patience=0.3)
    assert work_once(PostOffice(Sorting(settings, mail=postman, sms=carrier).parcel), NOON)
    assert known(due).channel is Channel.EMAIL
    assert len(postman.carried) == 1 and gateway.asked == []


def test_without_a_mail_server_it_is_an_sms_all_the_same(gateway: SmsOffice, office: PostOffice) -> None:
    due = later(booked(email="lea@exemple.fr"), NOON)
    work_once(office, NOON)
    assert known(due).channel is Channel.SMS and len(gateway.asked) == 1


def test_the_person_and_whoever_booked_each_get_theirs(gateway: SmsOffice, office: PostOffice) -> None:
    booker = make_citizen("Léa", phone=LEA)
    made = booked(booker_id=booker.id, booked_by=Booker.RELATIVE, told=Told.BOTH)
    first = later(made, NOON)
    second = {"key": f"{first.key}/booker", "appointment_id": made.id, "version": first.version}
    with transaction():
        db.session.add(Due(letter=Letter.MOVED, due_at=NOON, created_at=NOON, **second))
    work_off(office, clock=lambda: NOON)
    assert [asked.json["to"] for asked in gateway.asked] == [PAUL, LEA]
    assert len(set(references(gateway))) == 2


def test_at_night_an_sms_waits_for_the_morning_without_a_fault(gateway: SmsOffice, office: PostOffice) -> None:
    due = later(booked(), NIGHT)
    work_off(office, clock=lambda: NIGHT)
    waiting = known(due)
    assert (waiting.due_at, waiting.tries, waiting.last_error, waiting.claim) == (EIGHT, 0, None, None)
    assert post.lag(NIGHT + timedelta(hours=9)).oldest_due_seconds is None
    assert gateway.asked == []

    assert not work_once(office, EIGHT - timedelta(seconds=1))
    assert work_once(office, EIGHT)
    assert references(gateway) == [due.reference] and known(due).tries == 1


@pytest.mark.parametrize(
    ("at", "until"), [("2026-03-28 22:00", "2026-03-29 08:00"), ("2026-10-25 02:30", "2026-10-25 08:00")]
)
def test_it_is_eight_on_the_clock_also_when_clocks_change(office: PostOffice, at: str, until: str) -> None:
    due = later(booked(f"{until[:10]} 15:00"), metz(at))
    work_once(office, metz(at))
    assert known(due).due_at == metz(until)


@pytest.mark.parametrize("letter", [Letter.MOVED, Letter.REVOKED])
def test_what_changes_the_same_day_leaves_at_once(gateway: SmsOffice, office: PostOffice, letter: Letter) -> None:
    """As it is written by services/appointments.py: due when it is written."""
    early = metz("2026-12-03 06:30")
    due = make_due(booked("2026-12-03 09:00"), early, letter)
    assert work_once(office, early)
    assert references(gateway) == [due.reference]


def test_what_was_urgent_yesterday_wakes_nobody(gateway: SmsOffice, office: PostOffice) -> None:
    """As when the gateway was down until after midnight."""
    due = make_due(booked(), NIGHT)
    assert work_once(office, metz("2026-12-01 00:30"))
    assert known(due).due_at == EIGHT and gateway.asked == []


def test_what_waits_for_the_morning_holds_up_nothing_urgent(gateway: SmsOffice, office: PostOffice) -> None:
    """Booked in the evening, taken back before eight: the news leaves, and what is no more true does not follow it."""
    made = booked("2026-12-01 09:00")
    stale = later(made, NIGHT)
    work_off(office, clock=lambda: NIGHT)
    early = metz("2026-12-01 07:00")
    urgent = make_due(made, early, Letter.REVOKED)
    work_off(office, clock=lambda: early)
    work_off(office, clock=lambda: EIGHT)
    assert references(gateway) == [urgent.reference]
    assert known(stale).outcome is Outcome.UNNEEDED


def test_in_the_morning_the_last_state_is_told_once(gateway: SmsOffice, office: PostOffice) -> None:
    made = booked()
    letters = [later(made, NIGHT + hours * timedelta(hours=1)) for hours in range(3)]
    for hours in range(3):
        work_off(office, clock=lambda hours=hours: NIGHT + hours * timedelta(hours=1))
    work_off(office, clock=lambda: EIGHT)
    assert references(gateway) == [letters[-1].reference]


def test_e_mail_leaves_at_any_hour(settings: Settings) -> None:
    due, postman = later(booked(email="lea@exemple.fr"), NIGHT), Postman()
    work_once(PostOffice(Sorting(settings, mail=postman).parcel), NIGHT)
    assert known(due).outcome is Outcome.SENT and len(postman.carried) == 1


def test_a_gateway_that_fails_is_tried_again_and_then_it_leaves_once(gateway: SmsOffice, office: PostOffice) -> None:
    gateway.status = 503
    due = later(booked(), NOON)
    work_off(office, clock=lambda: NOON)
    assert (known(due).last_error, known(due).put_off_until) == ("sms 503", NOON + MINUTE)
    gateway.status = 202
    work_off(office, clock=lambda: NOON + MINUTE)
    assert known(due).outcome is Outcome.SENT
    assert len(set(references(gateway))) == 1


def test_a_number_refused_for_good_is_given_up(gateway: SmsOffice, office: PostOffice) -> None:
    """N06."""
    gateway.status = 422
    due = later(booked(), NOON)
    work_once(office, NOON)
    row = known(due)
    assert (row.outcome, row.channel, row.last_error) == (Outcome.GIVEN_UP, Channel.SMS, "sms 422")


@pytest.mark.parametrize("phone", ["+33387123456", "+12025550123", "+33612345", "nobody"])
def test_a_number_that_takes_no_sms_waits_for_another_way_and_breaks_nothing(
    gateway: SmsOffice, office: PostOffice, phone: str
) -> None:
    """Whatever a script or an import has written into the row."""
    due = later(booked(phone=phone), NOON)
    work_once(office, NOON)
    assert known(due).outcome is not Outcome.PARKED
    assert gateway.asked == []


def test_who_is_killed_before_the_mark_leaves_an_sms_that_goes_again_by_the_same_name(
    gateway: SmsOffice, office: PostOffice
) -> None:
    """N02."""
    due = later(booked(), NOON)
    with transaction():
        claim = post.claim(NOON)
    assert claim
    parcel = office.parcel(post.letter_in_hand(claim), NOON)
    db.session.rollback()
    assert parcel
    parcel.send()
    with transaction():
        db.session.execute(update(Due).values(claimed_until=NOON - timedelta(days=365)).where(Due.id == due.id))
    work_off(office, clock=lambda: NOON)
    assert references(gateway) == [due.reference] * 2
    assert known(due).outcome is Outcome.SENT


def test_four_workers_send_each_sms_once(
    app: Application, gateway: SmsOffice, office: PostOffice, clock: FrozenClock
) -> None:
    """N03."""
    clock.set("2026-11-30 12:00")
    made = [later(booked(f"2026-12-{day:02} 09:00"), NOON) for day in range(1, 21)]
    expected = sorted(each.reference for each in made)
    db.session.remove()
    crowd(app, 4, lambda _number: work_off(office, clock=clock))
    assert sorted(references(gateway)) == expected


def test_the_log_names_nobody(gateway: SmsOffice, office: PostOffice, caplog: pytest.LogCaptureFixture) -> None:
    """P08: whatever a gateway says of whom."""
    logger = logging.getLogger("cnapp")
    logger.addHandler(caplog.handler)
    try:
        for raw in (b"HTTP/1.1 422 +33639980001\r\n\r\n", b"no number +33639980001\r\n", b""):
            gateway.raw = raw
            later(booked(name="Paul Weber"), NOON)
            work_off(office, clock=lambda: NOON)
    finally:
        logger.removeHandler(caplog.handler)
    assert caplog.records
    assert not [record for record in caplog.records if any(word in str(vars(record)) for word in ("0639", "Weber"))]
