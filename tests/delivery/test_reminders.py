"""A reminder on its way reads its appointment again: what it tells is true, or it is not told (RELIABILITY.md N07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from cnapp.base.database import db, transaction
from cnapp.base.mail import Server
from cnapp.delivery.carriers import SmtpCarrier
from cnapp.delivery.errands import enlist_reminders
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice as Office
from cnapp.delivery.worker import work, work_off
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.services.appointments import cancel, move_directly, revoke
from cnapp.services.journal import By
from cnapp.services.slots import conseillers_at
from cnapp.services.visits import miss, undo
from cnapp.web.application import Application
from tests.booking import aim
from tests.delivery.postbox import PostOffice, serving
from tests.delivery.postmen import Postman, packed
from tests.factories import (
    LINK_KEY,
    make_appointment,
    make_citizen,
    make_due,
    make_motif,
    make_place,
    make_presence,
    metz,
)
from tests.support import MORNING, FrozenClock

LEA, PAUL = "lea@exemple.fr", "paul@exemple.fr"
LATER_ON = "2026-11-30 14:00"
TWO_DAYS_BEFORE, THAT_MORNING, NEXT_DAY = "2026-12-01 09:00", "2026-12-03 08:00", "2026-12-04 09:00"
Press = Callable[[Appointment], None]


@pytest.fixture
def received() -> Iterator[PostOffice]:
    with serving(PostOffice()) as office:
        yield office


@pytest.fixture
def office(app: Application, received: PostOffice) -> Office:
    """As `flask post` makes it, with a real mail server on loopback."""
    server = Server("127.0.0.1", received.port)
    settings = replace(app.settings, smtp_url="smtp://127.0.0.1", mail_from="Aide numérique <rdv@exemple.fr>")
    sorting = Sorting(settings, mail=SmtpCarrier(server))
    return Office(sorting.parcel, errands=[partial(enlist_reminders, sorting.open_channels)])


@pytest.fixture
def appointment(app: Application) -> Appointment:
    place = make_place("Médiathèque Verlaine")
    return make_appointment(make_presence(place=place), at="2026-12-03 10:00", name="Léa Ébert", email=LEA)


def work_at(office: Office, *moments: str) -> None:
    for moment in moments:
        work_off(office, clock=partial(metz, moment))


def subjects(received: PostOffice) -> list[str]:
    return [str(letter["Subject"]).replace("\u00a0", " ") for letter in received.received]


def texts(received: PostOffice) -> list[str]:
    """What each letter says as text and as HTML, spaces of every kind as one."""
    parts = [letter.get_body((kind,)) for letter in received.received for kind in ("plain", "html")]
    return [" ".join(BeautifulSoup(part.get_content(), "html.parser").get_text().split()) for part in parts if part]


def lines(letter: EmailMessage) -> list[str]:
    plain = letter.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).splitlines()


def receipt(appointment: Appointment) -> str:
    return f"http://127.0.0.1:5000/r/{appointment.link(LINK_KEY)}"


def endings(letter: Letter) -> list[Outcome | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Due.outcome).where(Due.letter == letter).order_by(Due.id)))


@contextmanager
def changing(appointment: Appointment) -> Iterator[Appointment]:
    with transaction(appointment.conseiller_id):
        yield db.session.get_one(Appointment, appointment.id)


def test_both_reminders_leave_with_one_thing_to_do_first(
    office: Office, received: PostOffice, appointment: Appointment
) -> None:
    work_at(office, MORNING)
    assert received.received == []
    work_at(office, TWO_DAYS_BEFORE, "2026-12-02 09:00", THAT_MORNING, "2026-12-03 09:00")
    assert subjects(received) == ["Rappel : jeudi 3 décembre à 10 h", "Rappel : aujourd’hui à 10 h"]
    for text in texts(received):
        assert "Bonjour Léa Ébert, Nous vous attendons " in text
        assert "Médiathèque Verlaine" in text and appointment.shown_code in text
        assert text.index("Je ne peux pas venir") < text.index("Voir ou déplacer") < text.index("Ne plus recevoir")
    own = receipt(appointment)
    for letter in received.received:
        assert {f"{own}/annuler?v=1", own, f"{own}/rappels"} < set(lines(letter))
        assert not [part for part in letter.walk() if part.get_content_type() == "text/calendar"]


def test_whoever_booked_reads_of_the_person(office: Office, received: PostOffice, app: Application) -> None:
    booker = make_citizen("Paul Ébert", email=PAUL)
    whose = {"booked_by": Booker.RELATIVE, "booker_id": booker.id, "told": Told.BOTH}
    make_appointment(at="2026-12-03 10:00", name="Léa Ébert", email=LEA, **whose)
    work_at(office, MORNING, TWO_DAYS_BEFORE)
    assert {str(letter["To"]) for letter in received.received} == {LEA, PAUL}
    to_booker = texts(received)[2]
    assert "Nous attendons Léa Ébert jeudi 3 décembre à 10 h." in to_booker
    assert "La personne ne peut pas venir" in to_booker


def cancelled(appointment: Appointment) -> None:
    cancel(appointment, by=By.citizen(), now=metz(LATER_ON))


def revoked(appointment: Appointment) -> None:
    revoke(appointment, by=By.clock(), now=metz(LATER_ON))


def refused(appointment: Appointment) -> None:
    appointment.person.no_reminders = True


def without_contact(appointment: Appointment) -> None:
    appointment.person.write_to(None)


@pytest.mark.parametrize("press", [cancelled, revoked, refused, without_contact])
def test_what_is_true_no_more_is_not_told(
    office: Office, received: PostOffice, appointment: Appointment, press: Press
) -> None:
    """N07."""
    work_at(office, MORNING)
    with changing(appointment) as mine:
        press(mine)
    work_at(office, TWO_DAYS_BEFORE, THAT_MORNING)
    assert not [each for each in subjects(received) if "Rappel" in each]
    assert endings(Letter.REMINDED) == endings(Letter.REMINDED_TODAY) == [Outcome.UNNEEDED]


def test_a_moved_appointment_is_reminded_of_its_new_time(
    office: Office, received: PostOffice, app: Application
) -> None:
    """N07."""
    place, motif = make_place(), make_motif()
    make_presence("2026-12-04 09:00", "12:00", place=place)
    appointment = make_appointment(make_presence(place=place), at="2026-12-03 10:00", motif=motif, email=LEA)
    work_at(office, MORNING)
    new = aim(motif, place, "2026-12-04 10:00")
    with transaction(appointment.conseiller_id, *conseillers_at(new.choice)):
        move_directly(appointment, new.wish(), new.choice, by=By.citizen(), now=metz(MORNING))
    work_at(office, TWO_DAYS_BEFORE, "2026-12-02 09:00", THAT_MORNING, "2026-12-04 08:00")
    reminders = [each for each in subjects(received) if "Rappel" in each]
    assert reminders == ["Rappel : vendredi 4 décembre à 10 h", "Rappel : aujourd’hui à 10 h"]
    assert f"{receipt(appointment)}/annuler?v=2" in lines(received.received[-1])


@pytest.mark.parametrize(
    ("back_at", "told"),
    [
        ("2026-12-02 20:00", ["Rappel : jeudi 3 décembre à 10 h"]),
        ("2026-12-03 08:00", ["Rappel : aujourd’hui à 10 h"]),
        ("2026-12-03 09:00", ["Rappel : aujourd’hui à 10 h"]),
        ("2026-12-03 09:01", []),
        ("2026-12-03 10:01", []),
    ],
)
def test_after_a_pause_a_late_reminder_leaves_as_long_as_it_is_of_use(
    office: Office, received: PostOffice, appointment: Appointment, back_at: str, told: list[str]
) -> None:
    work_at(office, MORNING, back_at)
    assert subjects(received) == told


def test_an_absence_is_told_the_morning_after_and_asks_whether_it_is_an_error(
    office: Office, received: PostOffice, appointment: Appointment
) -> None:
    with changing(appointment) as mine:
        miss(mine, by=By.staff(mine.conseiller), now=metz("2026-12-03 10:30"))
    work_at(office, "2026-12-03 10:30", "2026-12-03 20:00")
    assert received.received == []
    work_at(office, NEXT_DAY)
    assert subjects(received) == ["Nous ne vous avons pas vu jeudi 3 décembre"]
    for text in texts(received):
        assert "Nous ne vous avons pas vu jeudi 3 décembre à 10 h." in text
        assert text.index("Prendre un autre rendez-vous") < text.index("C’est une erreur ?")
    assert f"{receipt(appointment)}/absence" in lines(received.received[0])


def test_an_absence_that_was_taken_back_is_not_told(
    office: Office, received: PostOffice, appointment: Appointment
) -> None:
    with changing(appointment) as mine:
        miss(mine, by=By.staff(mine.conseiller), now=metz("2026-12-03 10:30"))
    work_at(office, "2026-12-03 10:30")
    with changing(appointment) as mine:
        undo(mine, Status.NOSHOW, by=By.staff(mine.conseiller), now=metz("2026-12-03 10:31"))
    work_at(office, NEXT_DAY)
    assert received.received == [] and endings(Letter.MISSED) == [Outcome.UNNEEDED]


def test_who_refuses_reminders_is_told_of_an_absence_all_the_same(
    office: Office, received: PostOffice, appointment: Appointment
) -> None:
    with changing(appointment) as mine:
        db.session.execute(update(Citizen).values(no_reminders=True))
        miss(mine, by=By.staff(mine.conseiller), now=metz("2026-12-03 10:30"))
    work_at(office, "2026-12-03 10:30", NEXT_DAY)
    assert len(received.received) == 1


def test_errands_are_run_with_each_beat_and_one_that_fails_holds_up_no_letter(
    app: Application, clock: FrozenClock
) -> None:
    due, postman, run_at = make_due(make_appointment(), clock()), Postman(), []

    def errand(now: datetime) -> None:
        run_at.append(now)
        if len(run_at) == 1:
            raise KeyError("Marie Schmitt")

    def is_over() -> bool:
        clock.advance(seconds=20)
        return len(run_at) == 3

    start = clock()
    work(Office(packed(postman), errands=[errand]), clock=clock, is_over=is_over)
    assert [at - start for at in run_at] == [timedelta(seconds=seconds) for seconds in (20, 60, 100)]
    assert db.session.get_one(Due, due.id).outcome is Outcome.SENT
