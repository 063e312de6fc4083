"""« Comment nous vous prévenons » promises what is configured, and nothing more."""

from __future__ import annotations

import pytest

from cnapp.domain.appointments import Told
from cnapp.services.notices import Notice, Reminder, notices_for, reminder_for, told_people, warning_for
from cnapp.services.parties import Someone, read_phone
from tests.engines import settings_for

LEA = Someone("Léa", email="lea@exemple.fr")
PAUL = Someone("Paul", read_phone("06 39 98 00 01"))
ODETTE = Someone("Odette", address="1 rue de l’Exemple")
MUTE = Someone("Aline")


def sentence(*people: Someone, **settings: str) -> Notice:
    return warning_for(people, settings_for("sqlite://", **settings))


@pytest.mark.parametrize("people", [(LEA,), (PAUL, LEA), (LEA, MUTE)])
def test_an_email_is_promised_once_a_mail_server_is_set(people: tuple[Someone, ...]) -> None:
    assert sentence(*people, smtp_url="smtp://post.metz.fr") is Notice.WRITE
    assert sentence(*people) is not Notice.WRITE


@pytest.mark.parametrize("server", ["", "smtp://post.metz.fr"])
def test_without_an_address_nothing_more_is_promised(server: str) -> None:
    assert sentence(MUTE, smtp_url=server) is Notice.CALL_US
    assert sentence(MUTE, smtp_url=server, phone="") is Notice.LOOK_AT_PAGE


@pytest.mark.parametrize("server", ["", "smtp://post.metz.fr"])
def test_who_leaves_a_phone_is_called(server: str) -> None:
    assert sentence(PAUL, smtp_url=server) is sentence(MUTE, PAUL, smtp_url=server) is Notice.CALL


def test_who_leaves_an_address_alone_is_written_to_while_there_is_time() -> None:
    assert sentence(ODETTE) is Notice.POST_OR_CALL_US
    assert sentence(ODETTE, phone="") is Notice.POST_OR_LOOK_AT_PAGE
    assert sentence(ODETTE, PAUL) is Notice.CALL


FIX = Someone("Odile", read_phone("03 87 12 34 56"))
MAIL, SMS = {"smtp_url": "smtp://post.metz.fr"}, {"sms_url": "https://sms.example/"}


@pytest.mark.parametrize(
    ("people", "settings", "said"),
    [
        ((PAUL,), SMS, Notice.TEXT),
        ((PAUL, MUTE), SMS, Notice.TEXT),
        ((PAUL,), {**MAIL, **SMS}, Notice.TEXT),
        ((PAUL,), MAIL, Notice.CALL),
        ((PAUL, LEA), {**MAIL, **SMS}, Notice.WRITE_OR_TEXT),
        ((PAUL, LEA), SMS, Notice.TEXT),
        ((LEA,), SMS, Notice.CALL_US),
        ((FIX,), {**MAIL, **SMS}, Notice.CALL),
        ((Someone("Léa", PAUL.phone, "lea@exemple.fr"),), {**MAIL, **SMS}, Notice.WRITE),
        ((Someone("Paul", PAUL.phone, no_calls=True),), SMS, Notice.TEXT),
    ],
)
def test_an_sms_is_promised_once_a_gateway_is_set_and_a_mobile_given(
    people: tuple[Someone, ...], settings: dict[str, str], said: Notice
) -> None:
    assert sentence(*people, **settings) is said


def test_only_the_address_of_those_who_are_told_counts() -> None:
    told = told_people(Told.PERSON, MUTE, LEA)
    assert told == [MUTE]
    assert sentence(*told, smtp_url="smtp://post.metz.fr") is Notice.CALL_US


def test_who_wants_no_calls_is_not_told_that_we_may_call() -> None:
    assert sentence(Someone("Paul", read_phone("06 39 98 00 01"), no_calls=True), phone="") is Notice.LOOK_AT_PAGE


def test_only_those_who_are_to_be_told_count() -> None:
    assert told_people(Told.PERSON, PAUL, MUTE) == [PAUL]
    assert told_people(Told.BOOKER, PAUL, MUTE) == [MUTE]
    assert told_people(Told.BOTH, PAUL, MUTE) == [PAUL, MUTE]
    assert told_people(Told.BOOKER, PAUL, None) == [PAUL]


@pytest.mark.parametrize(
    ("people", "configured", "reminder"),
    [
        ((LEA,), MAIL, Reminder.WRITE),
        ((MUTE, LEA), MAIL, Reminder.WRITE),
        ((LEA,), {}, None),
        ((MUTE,), MAIL, None),
        ((Someone("Léa", email="lea@exemple.fr", no_reminders=True),), MAIL, None),
        ((Someone("Léa", PAUL.phone, "lea@exemple.fr"),), {**MAIL, **SMS}, Reminder.TEXT),
        ((LEA, PAUL), {**MAIL, **SMS}, Reminder.TEXT),
        ((PAUL,), MAIL, Reminder.CALL),
        ((FIX,), SMS, Reminder.CALL),
        ((Someone("Odile", FIX.phone, no_calls=True),), SMS, None),
    ],
)
def test_a_reminder_is_promised_to_whoever_gets_one(
    people: tuple[Someone, ...], configured: dict[str, str], reminder: Reminder | None
) -> None:
    settings = settings_for("sqlite://", **configured)
    assert reminder_for(people, settings) is reminder
    assert notices_for(people, settings) == [warning_for(people, settings), *([reminder] if reminder else [])]
