"""Letters on lost times: what each says, to whom, when it leaves, and when there is nothing to say any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.errands import settle_unanswered
from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Call
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.plans import Displacement, Standing, Trigger
from cnapp.domain.presences import Presence
from cnapp.services import appointments, plans
from cnapp.services.calls import lists
from cnapp.services.displacements import displace
from cnapp.services.journal import By
from cnapp.web.application import Application
from cnapp.web.calls.words import reason_sentence
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import (
    keep,
    make_appointment,
    make_citizen,
    make_displaced,
    make_place,
    make_plan,
    make_presence,
    make_staff,
    make_travel,
)
from tests.replacing import bring_back, line_of, lose, propose, withdraw
from tests.support import FrozenClock, count_queries

TODAY, TOMORROW, DAY = "2026-11-30", "2026-12-01", "2026-12-03"
LEA = {"name": "Léa Martin", "email": "lea@exemple.fr"}
LANDLINE = "+33387123456"


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Mairie de Borny")


def booked(place: Place, at: str = f"{DAY} 09:00", **columns: object) -> Appointment:
    nadia = make_staff("Nadia")
    presence = make_presence(at[:10] + " 09:00", "17:00", place=place, conseiller=nadia)
    return make_appointment(presence, at, **{**LEA, **columns})


def hugo_at(place: Place, day: str = "2026-12-04") -> Presence:
    return make_presence(f"{day} 09:00", "17:00", place=place, conseiller=make_staff("Hugo"))


def after(mail: Mail, **amount: float) -> list[EmailMessage]:
    mail.clock.advance(**amount)
    return mail.send()


def subject(letter: EmailMessage) -> str:
    return " ".join(str(letter["Subject"]).split())


def endings() -> list[tuple[Letter, Outcome | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(Due).where(Due.version > 1).order_by(Due.id))
    return [(due.letter, due.outcome) for due in rows]


def calendar(letter: EmailMessage) -> str:
    part = next(each for each in letter.walk() if each.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n ", "")


def test_half_an_hour_later_it_says_that_it_does_not_take_place(mail: Mail, borny: Place) -> None:
    appointment = booked(borny)
    lose(appointment, now=mail.clock())
    assert after(mail, minutes=29) == []
    [letter] = after(mail, minutes=1)
    assert subject(letter) == "Ce rendez-vous n’a pas lieu : jeudi 3 décembre à 9 h"
    text = text_of(letter)
    for words in (
        "Votre rendez-vous n’a pas lieu jeudi 3 décembre à 9 h.",
        "Le conseiller est absent.",
        "Nous cherchons une autre heure",
        "Mairie de Borny",
    ):
        assert words in text
    assert [link.partition("/r/")[1] for link in links_in(letter)] == ["/r/"]
    assert "STATUS:CANCELLED" in calendar(letter)


def test_what_was_rolled_back_is_told_to_nobody(mail: Mail, borny: Place) -> None:
    """N01."""
    appointment, plan = booked(borny), make_plan()
    with pytest.raises(ZeroDivisionError), transaction(appointment.conseiller_id):
        displace(db.session.get_one(Appointment, appointment.id), plan, by=By.clock(), now=mail.clock())
        raise ZeroDivisionError
    assert after(mail, hours=1) == [] and endings() == []
    assert db.session.get_one(Appointment, appointment.id).stands


def test_of_what_begins_within_two_hours_it_leaves_at_once(mail: Mail, borny: Place) -> None:
    lose(booked(borny, f"{TODAY} 09:30"), now=mail.clock())
    assert len(mail.send()) == 1


def test_a_closed_place_is_said_to_be_closed(mail: Mail, borny: Place) -> None:
    closure = keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 3), ends_on=date(2026, 12, 3)))
    lose(booked(borny), now=mail.clock(), cause=Trigger.CLOSURE, closure_id=closure.id)
    [letter] = after(mail, minutes=30)
    assert "Le lieu est fermé." in text_of(letter) and "absent" not in text_of(letter)


def test_whoever_booked_for_somebody_reads_whose_it_is(mail: Mail, borny: Place) -> None:
    paul = make_citizen("Paul Martin", email="paul@exemple.fr")
    lose(booked(borny, booker_id=paul.id, booked_by="relative", told="both"), now=mail.clock())
    texts = {str(letter["To"]): text_of(letter) for letter in after(mail, minutes=30)}
    assert "Votre rendez-vous n’a pas lieu" in texts["lea@exemple.fr"]
    assert "Le rendez-vous de Léa Martin n’a pas lieu" in texts["paul@exemple.fr"]


def test_a_proposal_made_meanwhile_is_the_only_letter(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny), now=mail.clock())
    mail.clock.advance(minutes=20)
    propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    [letter] = after(mail, minutes=5)
    assert after(mail, minutes=30) == []
    assert subject(letter) == "Nouvelle heure pour le rendez-vous : vendredi 4 décembre à 10 h"
    text = text_of(letter)
    for words in (
        "Votre rendez-vous du jeudi 3 décembre à 9 h n’a pas lieu. Le conseiller est absent.",
        "Nous vous proposons une autre heure : vendredi 4 décembre à 10 h.",
        "Avec : Hugo",
        "Sans réponse avant mercredi 2 décembre à 9 h, cette heure reste la vôtre.",
        "Répondre : oui, un autre moment, ou annuler.",
    ):
        assert words in text
    assert "Le lieu change" not in text
    assert [link.endswith("/proposition") for link in links_in(letter)] == [True]
    assert "STATUS:CONFIRMED" in calendar(letter) and "SEQUENCE:2" in calendar(letter)
    assert endings() == [(Letter.DISPLACED, Outcome.UNNEEDED), (Letter.REPLACED, Outcome.SENT)]


def test_another_place_is_said_with_its_address_its_way_and_the_call(mail: Mail, borny: Place) -> None:
    verlaine = make_place("Médiathèque Verlaine", address="1 place Saint-Thiébault")
    make_travel(borny, verlaine, 25)
    line = lose(booked(borny, phone=LANDLINE), now=mail.clock())
    propose(line, hugo_at(verlaine), "2026-12-04 10:00", now=mail.clock())
    [letter] = after(mail, minutes=5)
    text = text_of(letter)
    assert "Le lieu change : Médiathèque Verlaine, 1 place Saint-Thiébault, 57000 Metz." in text
    assert "C’est à 25 minutes de « Mairie de Borny »." in text
    assert "Sans réponse avant mercredi 2 décembre à 9 h, nous vous appellerons." in text


def test_nobody_is_promised_a_call_who_has_no_telephone(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny), now=mail.clock())
    propose(line, hugo_at(make_place("Ailleurs")), "2026-12-04 10:00", now=mail.clock())
    [letter] = after(mail, minutes=5)
    assert "cette heure reste la vôtre" in text_of(letter) and "appellerons" not in text_of(letter)


def test_the_same_hour_with_somebody_else_asks_nothing(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny), now=mail.clock())
    propose(line, hugo_at(borny, DAY), f"{DAY} 09:00", now=mail.clock())
    [letter] = after(mail, minutes=5)
    assert subject(letter) == "Le rendez-vous a lieu : jeudi 3 décembre à 9 h"
    assert "a lieu à la même heure, au même endroit. C’est Hugo qui reçoit." in text_of(letter)
    assert "Sans réponse" not in text_of(letter)


def test_what_was_applied_and_undone_is_told_by_nothing(mail: Mail, borny: Place) -> None:
    """They know that it does not take place: N01."""
    line = lose(booked(borny), now=mail.clock())
    assert len(after(mail, minutes=30)) == 1
    line = propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    mail.clock.advance(minutes=2)
    withdraw(line, now=mail.clock())
    assert after(mail, minutes=60) == []
    assert [outcome for _, outcome in endings()] == [Outcome.SENT, Outcome.UNNEEDED, Outcome.UNNEEDED]


def test_undone_before_anything_was_told_it_is_told_once(mail: Mail, borny: Place) -> None:
    line = propose(lose(booked(borny), now=mail.clock()), hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    withdraw(line, now=mail.clock() + timedelta(minutes=1))
    assert len(after(mail, minutes=60)) == 1
    assert [outcome for _, outcome in endings()] == [Outcome.OVERTAKEN, Outcome.OVERTAKEN, Outcome.SENT]


def test_undone_after_the_proposal_left_it_is_said_again(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny, f"{TODAY} 14:00"), now=mail.clock())
    after(mail, minutes=30)
    line = propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    assert len(mail.send()) == 1
    withdraw(line, now=mail.clock())
    assert [subject(each) for each in after(mail, minutes=30)] == [
        "Ce rendez-vous n’a pas lieu : lundi 30 novembre à 14 h"
    ]


def test_back_as_it_was_is_said_to_whoever_read_otherwise(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny), now=mail.clock())
    after(mail, minutes=30)
    bring_back(line, now=mail.clock())
    [letter] = after(mail, minutes=1)
    assert subject(letter) == "Le rendez-vous a lieu comme prévu : jeudi 3 décembre à 9 h"
    assert "Votre rendez-vous du jeudi 3 décembre à 9 h a lieu comme prévu." in text_of(letter)
    assert "STATUS:CONFIRMED" in calendar(letter)


def test_back_before_anything_was_said_nothing_is(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny, phone=LANDLINE, email=None), now=mail.clock())
    bring_back(line, now=mail.clock() + timedelta(minutes=10))
    assert after(mail, minutes=60) == []
    assert Outcome.SENT not in [outcome for _, outcome in endings()] and not calls_made()


def calls_made() -> list[Call]:
    db.session.rollback()
    return list(db.session.scalars(select(Call).order_by(Call.id)))


def coordination() -> Staff:
    return make_staff("Anne", role=Role.COORDINATOR, email="anne@exemple.fr")


def test_nobody_is_untold_of_what_was_never_news(mail: Mail, borny: Place) -> None:
    """Taken back before anything was said, and the same hour with somebody else."""
    bring_back(lose(booked(borny, email=None), now=mail.clock()), now=mail.clock() + timedelta(minutes=10))
    line = lose(booked(borny, name="Paul", email=None), now=mail.clock())
    propose(line, hugo_at(borny, DAY), f"{DAY} 09:00", now=mail.clock())
    after(mail, minutes=60)
    assert lists(coordination(), now=mail.clock()).untold == []


def test_whoever_nobody_can_tell_is_on_the_list_of_the_untold(mail: Mail, borny: Place) -> None:
    lose(booked(borny, email=None), now=mail.clock())
    after(mail, minutes=30)
    assert [each.letter for each in lists(coordination(), now=mail.clock()).untold] == [Letter.DISPLACED]


def test_what_changes_today_is_called_first_half_an_hour_later_too(mail: Mail, borny: Place) -> None:
    lose(booked(borny, f"{TODAY} 14:00", phone=LANDLINE), now=mail.clock())
    assert len(after(mail, minutes=30)) == 1
    [call] = calls_made()
    assert call.at_once and call.due_at == mail.clock()
    assert reason_sentence(call) == (
        "Son rendez-vous du lundi 30 novembre à 14 h n’a pas lieu. Le conseiller est absent. "
        "Nous cherchons une autre heure."
    ).replace("30 n", "30\u00a0n").replace("14 h", "14\u00a0h")


def test_what_is_of_another_day_is_called_only_where_nothing_is_written(mail: Mail, borny: Place) -> None:
    lose(booked(borny, phone=LANDLINE), now=mail.clock())
    lose(booked(borny, name="Paul", email=None, phone="+33387123457"), now=mail.clock())
    after(mail, minutes=30)
    assert [(call.citizen.name, call.at_once) for call in calls_made()] == [("Paul", False)]


def test_the_call_about_a_loss_goes_when_the_proposal_comes(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny, email=None, phone=LANDLINE), now=mail.clock())
    after(mail, minutes=30)
    propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    after(mail, minutes=5)
    [call] = lists(coordination(), now=mail.clock()).due
    assert call.letter is Letter.REPLACED
    assert "Proposez vendredi" in reason_sentence(call)


def test_a_long_list_of_calls_asks_the_database_no_more(mail: Mail, borny: Place) -> None:
    anne = coordination()

    def asked(how_many: int) -> int:
        for number in range(how_many):
            line = lose(booked(borny, email=None, phone=f"+3338712{number:04}"), now=mail.clock())
            propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
        after(mail, minutes=5)
        db.session.expire_all()
        with count_queries() as queries:
            sentences = [reason_sentence(call) for call in lists(anne, now=mail.clock()).due]
        assert all("Proposez" in each for each in sentences)
        return len(queries)

    assert asked(1) == asked(4)


def test_without_an_answer_the_same_place_stays_theirs(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny, phone=LANDLINE), now=mail.clock())
    line = propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
    mail.clock.set("2026-12-02 08:59")
    settle_unanswered(mail.clock())
    assert line_of(line).standing is Standing.PROPOSED
    mail.clock.set("2026-12-02 09:00")
    settle_unanswered(mail.clock())
    assert line_of(line).standing is Standing.KEPT
    assert calls_made() == []


def test_without_an_answer_another_place_is_called_about_once(mail: Mail, borny: Place) -> None:
    line = lose(booked(borny, phone=LANDLINE), now=mail.clock())
    line = propose(line, hugo_at(make_place("Ailleurs")), "2026-12-04 10:00", now=mail.clock())
    assert len(after(mail, minutes=5)) == 1
    mail.clock.set("2026-12-02 09:00")
    for _ in range(3):
        settle_unanswered(mail.clock())
    assert line_of(line).standing is Standing.TO_CALL
    [call] = calls_made()
    assert (call.due_at, call.letter) == (mail.clock(), Letter.REPLACED)


def test_before_its_letter_may_have_left_nobody_decides_for_them(mail: Mail, borny: Place) -> None:
    """Of what begins within the hour, the time to answer is over at once; undoing goes first."""
    mail.clock.set(f"{TODAY} 09:00")
    line = lose(booked(borny, f"{TODAY} 14:00"), now=mail.clock())
    line = propose(line, hugo_at(borny, TODAY), f"{TODAY} 09:45", now=mail.clock())
    assert line.answer_until and line.answer_until < mail.clock()
    settle_unanswered(mail.clock() + timedelta(minutes=4))
    assert line_of(line).standing is Standing.PROPOSED
    settle_unanswered(mail.clock() + timedelta(minutes=5))
    assert line_of(line).standing is Standing.KEPT


def test_a_new_contact_is_told_how_it_stands(mail: Mail, borny: Place) -> None:
    appointment = booked(borny)
    line = lose(appointment, now=mail.clock())
    assert len(after(mail, minutes=30)) == 1
    for words in ("n’a pas lieu", "Nous vous proposons"):
        with transaction(appointment.conseiller_id):
            appointments.tell_anew(db.session.get_one(Appointment, appointment.id), by=By.clock(), now=mail.clock())
        [letter] = after(mail, minutes=1)
        assert words in text_of(letter)
        if words == "n’a pas lieu":
            propose(line, hugo_at(borny), "2026-12-04 10:00", now=mail.clock())
            after(mail, minutes=5)


def absence_told(mail: Mail, *lines: Displacement, by: Staff) -> None:
    with transaction():
        plans.tell_coordination(plans.find(lines[0].plan.public_id), by=By.staff(by), now=mail.clock())


def test_the_coordination_reads_how_many_and_never_who(mail: Mail, borny: Place) -> None:
    coordination()
    nadia, plan = make_staff("Nadia"), make_plan()
    presence = make_presence(f"{DAY} 09:00", "17:00", place=borny, conseiller=nadia)
    lines = [
        make_displaced(presence, f"{DAY} 09:00", plan=plan, **LEA),
        make_displaced(presence, f"{DAY} 10:00", plan=plan, phone=LANDLINE),
        make_displaced(presence, f"{DAY} 11:00", plan=plan),
    ]
    absence_told(mail, *lines, by=nadia)
    [letter] = [each for each in mail.send() if each["To"] == "anne@exemple.fr"]
    assert subject(letter) == "À replanifier : 3 personnes"
    text = text_of(letter)
    assert "Une absence est notée. 3 personnes sont touchées, dont une à appeler." in text
    assert links_in(letter) == [f"/coordination/plans/{plan.public_id}"]
    for private in ("Nadia", "Léa", "Schmitt", "maladie"):
        assert private not in text


def test_what_was_taken_back_is_told_to_no_coordinator(mail: Mail, borny: Place) -> None:
    coordination()
    line = lose(booked(borny), now=mail.clock())
    absence_told(mail, line, by=make_staff())
    bring_back(line, now=mail.clock())
    assert mail.send() == []
