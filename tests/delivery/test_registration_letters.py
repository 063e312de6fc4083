"""What people read of their workshops, by a real mail server: once for each change, true when it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import icalendar
import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Booker, Origin, Told
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.people import Role
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, waiting_list, workshops
from cnapp.services.journal import By, record_about
from cnapp.services.parties import Party, Someone
from cnapp.services.registrations import Application
from cnapp.web.application import Application as Site
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.delivery.workshop_post import MINUTE, change, outcomes, read_again, send, subjects
from tests.factories import (
    make_citizen,
    make_place,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import MORNING, FrozenClock

LEA, PAUL, ZOE = "lea@exemple.fr", "paul@exemple.fr", "zoe@exemple.fr"
NOW = metz(MORNING)


@pytest.fixture
def mail(app: Site, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


def register(mail: Mail, workshop: Workshop, email: str, **details: object) -> Registration:
    values = {"origin": Origin.ONLINE, "booked_by": Booker.SELF, "told": Told.PERSON, **details}
    party = Party(Someone("Léa Ébert", email=email), **values)  # type: ignore[arg-type]
    with transaction():
        return registrations.register(
            workshop.id, Application(party), by=By.citizen(), settings=mail.app.settings, now=mail.clock()
        )


def cancel(mail: Mail, registration: Registration) -> None:
    with transaction():
        registration = db.session.get_one(Registration, registration.id)
        registrations.cancel(registration, by=By.citizen(), settings=mail.app.settings, now=mail.clock())


def events(letter: EmailMessage) -> list[icalendar.Event]:
    (part,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    return list(icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT"))


def method(letter: EmailMessage) -> str:
    (part,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    return str(part.get_param("method"))


def has_calendar(letter: EmailMessage) -> bool:
    return any(each.get_content_type() == "text/calendar" for each in letter.walk())


def test_a_registration_to_a_cycle_says_all_that_one_needs_and_enters_each_session(mail: Mail) -> None:
    place = make_place("Médiathèque Verlaine", way_in="Entrée par la cour.")
    cycle = make_workshop(
        "2026-12-10 14:00", "2026-12-17 14:00", place=place, leader=make_staff("Nadia"), bring="vos lunettes"
    )
    registration = register(mail, cycle, LEA)
    mail.clock.advance(minutes=1)
    (letter,) = send(mail)
    text = text_of(letter)
    assert subjects([letter]) == ["Inscription à l’atelier : jeudi 10 décembre à 14 h"] and letter["To"] == LEA
    for words in (
        "Votre inscription à l’atelier est confirmée.",
        f"Atelier : {cycle.title}",
        "2 séances, venez à toutes",
        "Séance 1 : jeudi 10 décembre de 14 h à 15 h 30",
        "Séance 2 : jeudi 17 décembre de 14 h à 15 h 30",
        "Médiathèque Verlaine",
        "Pour entrer : Entrée par la cour.",
        "Avec : Nadia",
        "À apporter : vos lunettes",
        f"Code : {registration.shown_code.replace(chr(160), ' ')}",
    ):
        assert words in text, text
    page = f"/i/{registration.link(mail.app.settings.link_key)}"
    assert links_in(letter) == [f"{page}/annuler", page]
    entered = events(letter)
    assert method(letter) == "REQUEST" and len({str(each["uid"]) for each in entered}) == len(entered) == 2
    cancel(mail, registration)
    mail.clock.advance(minutes=1)
    (ended,) = send(mail)
    assert subjects([ended]) == ["Inscription annulée : atelier du jeudi 10 décembre à 14 h"]
    assert method(ended) == "CANCEL"
    assert {str(each["uid"]) for each in events(ended)} == {str(each["uid"]) for each in entered}
    assert {int(each["sequence"]) for each in events(ended)} == {1}


def test_both_are_told_each_in_their_own_words(mail: Mail) -> None:
    booker = Someone("Paul Ébert", email=PAUL)
    details = {"booked_by": Booker.RELATIVE, "booker": booker, "told": Told.BOTH}
    register(mail, make_workshop(), LEA, **details)
    mail.clock.advance(minutes=1)
    letters = {str(each["To"]): text_of(each) for each in send(mail)}
    assert letters.keys() == {LEA, PAUL}
    assert "Votre inscription à l’atelier" in letters[LEA]
    assert "L’inscription de Léa Ébert à l’atelier est confirmée." in letters[PAUL]


def test_what_is_taken_back_is_never_told(mail: Mail) -> None:
    """RELIABILITY.md N01."""
    workshop, party = make_workshop(), Party(Someone("Léa", email=LEA), Origin.ONLINE, Booker.SELF, told=Told.PERSON)
    with pytest.raises(ZeroDivisionError), transaction():
        registrations.register(
            workshop.id, Application(party), by=By.citizen(), settings=mail.app.settings, now=mail.clock()
        )
        _ = 1 // 0
    mail.clock.advance(minutes=2)
    assert send(mail) == []


def test_two_changes_within_a_minute_are_announced_once(mail: Mail) -> None:
    workshop, borny = make_workshop(), make_place("Borny")
    make_registration(workshop, email=LEA)
    change(workshop, "2026-12-11 14:00", now=mail.clock())
    mail.clock.advance(seconds=30)
    change(workshop, "2026-12-11 16:00", now=mail.clock(), place=borny)
    mail.clock.advance(minutes=2)
    (letter,) = send(mail)
    assert subjects([letter]) == ["L’atelier a changé : vendredi 11 décembre à 16 h"]
    assert "Quand : vendredi 11 décembre de 16 h à 17 h 30" in text_of(letter) and "Borny" in text_of(letter)
    assert "Vous ne pouvez plus venir ? Annulez ici" in text_of(letter)
    assert method(letter) == "REQUEST" and len(events(letter)) == 1
    assert outcomes(Letter.WORKSHOP_CHANGED) == [
        (Letter.WORKSHOP_CHANGED, Outcome.OVERTAKEN),
        (Letter.WORKSHOP_CHANGED, Outcome.SENT),
    ]


def test_who_moves_twice_within_a_minute_reads_where_they_were_and_where_they_go(mail: Mail) -> None:
    first, second, third = make_workshop(), make_workshop("2026-12-11 14:00"), make_workshop("2026-12-12 14:00")
    registration = make_registration(first, email=LEA)
    for workshop in (second, third):
        with transaction():
            row = db.session.get_one(Registration, registration.id)
            registration = registrations.move(
                row, workshop.id, by=By.citizen(), settings=mail.app.settings, now=mail.clock()
            )
        mail.clock.advance(seconds=20)
    mail.clock.advance(minutes=1)
    assert sorted(subjects(send(mail))) == [
        "Inscription annulée : atelier du jeudi 10 décembre à 14 h",
        "Inscription à l’atelier : samedi 12 décembre à 14 h",
    ]


def test_a_free_seat_is_offered_in_order_accepted_once_and_goes_on_when_nobody_answers(mail: Mail) -> None:
    workshop = make_workshop(capacity=1)
    seated = make_registration(workshop, email=LEA)
    waits = [
        make_registration(workshop, "Paul", email=PAUL, status=Standing.WAITING, waiting_since=NOW - 2 * MINUTE),
        make_registration(workshop, "Zoé", email=ZOE, status=Standing.WAITING, waiting_since=NOW - MINUTE),
    ]
    cancel(mail, seated)
    (offer,) = send(mail)
    assert (offer["To"], subjects([offer])) == (PAUL, ["Une place est libre à l’atelier : jeudi 10 décembre à 14 h"])
    assert "Nous gardons cette place jusqu’au mercredi 2 décembre à 8 h." in text_of(offer)
    assert links_in(offer) == [f"/i/{waits[0].link(mail.app.settings.link_key)}"] and not has_calendar(offer)
    mail.clock.advance(hours=48)
    letters = {str(each["To"]): each for each in send(mail)}
    assert read_again(waits[0]).status is Standing.EXPIRED
    assert letters.keys() == {LEA, ZOE} and "Une place est libre pour vous" in text_of(letters[ZOE])
    with transaction():
        waiting_list.accept(read_again(waits[1]), by=By.citizen(), settings=mail.app.settings, now=mail.clock())
    mail.clock.advance(minutes=1)
    (confirmed,) = send(mail)
    assert confirmed["To"] == ZOE and "est confirmée" in text_of(confirmed) and has_calendar(confirmed)


def test_an_offer_that_was_answered_before_it_left_is_not_told(mail: Mail) -> None:
    workshop = make_workshop(capacity=1)
    seated = make_registration(workshop, email=LEA)
    paul = make_registration(workshop, "Paul", email=PAUL, status=Standing.WAITING)
    cancel(mail, seated)
    with transaction():
        waiting_list.decline(read_again(paul), by=By.citizen(), settings=mail.app.settings, now=mail.clock())
    assert send(mail) == []
    assert outcomes(Letter.SEAT_OFFERED) == [(Letter.SEAT_OFFERED, Outcome.UNNEEDED)]


def test_a_cancelled_workshop_tells_everybody_and_names_the_next_one_alike(mail: Mail) -> None:
    workshop = make_workshop(title="Cliquer", capacity=1)
    make_workshop("2026-12-08 10:00", title="Autre", theme="navigation_sur_internet")
    full = make_workshop("2026-12-12 10:00", title="Cliquer", capacity=1)
    make_registration(full)
    alike = make_workshop("2026-12-15 10:00", title="Cliquer")
    make_registration(workshop, email=LEA)
    make_registration(workshop, "Paul", email=PAUL, status=Standing.WAITING)
    with transaction():
        row = db.session.get_one(Workshop, workshop.id)
        workshops.cancel(row, by=By.staff(make_staff()), settings=mail.app.settings, now=mail.clock())
    mail.clock.advance(minutes=1)
    letters = {str(each["To"]): each for each in send(mail)}
    assert letters.keys() == {LEA, PAUL}
    text = text_of(letters[LEA])
    assert "Nous devons annuler l’atelier du jeudi 10 décembre à 14 h. Ne venez pas." in text
    assert "Quand : mardi 15 décembre de 10 h à 11 h 30" in text
    assert links_in(letters[LEA]) == [f"/ateliers/{alike.public_id}", "/ateliers"]
    assert method(letters[LEA]) == "CANCEL" and not has_calendar(letters[PAUL])


def test_who_was_told_nothing_of_a_seat_gets_nothing_for_their_calendar(mail: Mail) -> None:
    """Registered and cancelled within a minute: one letter, of the end."""
    registration = register(mail, make_workshop(), LEA)
    cancel(mail, registration)
    mail.clock.advance(minutes=1)
    (letter,) = send(mail)
    assert "Votre inscription à l’atelier est annulée." in text_of(letter) and not has_calendar(letter)


def test_no_subject_names_anybody(mail: Mail) -> None:
    workshop = make_workshop(capacity=2)
    make_registration(workshop, "Léa Ébert", email=LEA)
    change(workshop, "2026-12-11 14:00", now=mail.clock())
    mail.clock.advance(minutes=1)
    assert all("Ébert" not in each and "Léa" not in each for each in subjects(send(mail)))


REMINDERS = (Letter.SESSION_REMINDED, Letter.SESSION_TODAY)


def test_each_session_of_a_cycle_is_recalled_two_days_before_and_that_morning(mail: Mail) -> None:
    cycle = make_workshop("2026-12-03 14:00", "2026-12-08 14:00", capacity=2)
    make_registration(cycle, email=LEA)
    make_registration(cycle, "Paul", email=PAUL, status=Standing.WAITING)
    zoe = make_citizen("Zoé", email=ZOE, no_reminders=True)
    make_registration(cycle, person=zoe)
    assert send(mail) == []
    told: dict[str, list[str]] = {}
    for at in ("2026-12-01 09:00", "2026-12-03 08:00", "2026-12-06 09:00", "2026-12-08 08:00", "2026-12-08 12:00"):
        mail.clock.set(at)
        letters = send(mail)
        assert {str(each["To"]) for each in letters} <= {LEA}
        told[at] = subjects(letters)
    assert told == {
        "2026-12-01 09:00": ["Rappel : atelier jeudi 3 décembre à 14 h"],
        "2026-12-03 08:00": ["Rappel : atelier aujourd’hui à 14 h"],
        "2026-12-06 09:00": ["Rappel : atelier mardi 8 décembre à 14 h"],
        "2026-12-08 08:00": ["Rappel : atelier aujourd’hui à 14 h"],
        "2026-12-08 12:00": [],
    }
    keys = db.session.scalars(select(Due.key).where(Due.letter.in_(REMINDERS))).all()
    assert len(keys) == len(set(keys)) == 4 and max(len(key) for key in keys) <= 73


def test_what_was_registered_less_than_a_day_before_is_not_recalled(mail: Mail) -> None:
    register(mail, make_workshop("2026-12-01 07:30"), LEA)
    mail.clock.set("2026-12-01 06:00")
    send(mail)
    assert outcomes(*REMINDERS) == []


def test_a_reminder_of_what_is_cancelled_or_moved_is_dropped_and_the_new_time_is_recalled(mail: Mail) -> None:
    """RELIABILITY.md N07."""
    gone, moved = make_workshop("2026-12-03 10:00"), make_workshop("2026-12-03 14:00")
    mine, paul = make_registration(gone, email=LEA), make_registration(moved, "Paul", email=PAUL)
    send(mail)
    assert len(outcomes(*REMINDERS)) == 4
    mail.clock.advance(hours=1)
    cancel(mail, mine)
    change(moved, "2026-12-04 14:00", now=mail.clock())
    mail.clock.advance(minutes=1)
    assert len(send(mail)) == 2
    mail.clock.set("2026-12-01 09:00")
    assert send(mail) == []
    mail.clock.set("2026-12-02 09:00")
    assert subjects(send(mail)) == ["Rappel : atelier vendredi 4 décembre à 14 h"]
    mail.clock.set("2026-12-04 08:00")
    assert [str(each["To"]) for each in send(mail)] == [PAUL]
    assert [outcome for _, outcome in outcomes(*REMINDERS)] == [*[Outcome.UNNEEDED] * 4, Outcome.SENT, Outcome.SENT]
    assert read_again(paul).version == 2


def test_two_days_before_each_coordinator_is_asked_once_to_decide(mail: Mail) -> None:
    anne = make_staff("Anne", role=Role.COORDINATOR, receives=False, email="anne@exemple.fr")
    make_staff("Gone", role=Role.COORDINATOR, receives=False, disabled_at=NOW - timedelta(days=3))
    workshop = make_workshop("2026-12-04 14:00", at_least=2)
    enough = make_workshop("2026-12-04 10:00", at_least=1)
    make_registration(workshop, email=LEA)
    make_registration(enough, email=PAUL)
    mail.clock.set("2026-12-02 08:59")
    send(mail)
    assert outcomes(Letter.TOO_FEW) == []
    mail.clock.set("2026-12-02 09:00")
    (letter,) = [each for each in send(mail) if each["To"] == anne.email]
    assert subjects([letter]) == ["Atelier du vendredi 4 décembre à 14 h : à décider"]
    assert "Une personne est inscrite. Il en faut 2." in text_of(letter)
    assert links_in(letter) == [f"/coordination/ateliers/{workshop.public_id}"]
    mail.clock.advance(hours=1)
    assert [each for each in send(mail) if each["To"] == anne.email] == []


def test_nobody_is_asked_again_about_what_is_held_with_few_people(mail: Mail) -> None:
    make_staff("Anne", role=Role.COORDINATOR, receives=False, email="anne@exemple.fr")
    workshop = make_workshop("2026-12-02 14:00", at_least=2)
    with transaction():
        record_about((Subject.WORKSHOP, workshop.id), "kept", by=By.staff(make_staff()), now=mail.clock())
    mail.clock.advance(hours=2)
    send(mail)
    assert outcomes(Letter.TOO_FEW) == []


def test_a_letter_about_no_workshop_is_not_overtaken_by_one(mail: Mail) -> None:
    """Lost codes: they are about no appointment and no registration."""
    workshop = make_workshop()
    registration = make_registration(workshop, email=LEA)
    lea = read_again(registration).person
    with transaction():
        row = {"key": "codes/1", "letter": Letter.CODES, "citizen_id": lea.id, "due_at": NOW, "created_at": NOW}
        db.session.add(Due(**row))
    send(mail)
    assert outcomes(Letter.CODES) == [(Letter.CODES, Outcome.SENT)]
