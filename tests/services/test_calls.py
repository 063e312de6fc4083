"""What the team calls and posts, and how each goes (RELIABILITY.md N06, B04)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.carriers import Permanent
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.appointments import Appointment, Origin, Status
from cnapp.domain.calls import (
    Answer,
    Call,
    CallIsOver,
    CannotBeTakenBack,
    Ending,
    NotedMeanwhile,
    NotWhileCalled,
    Part,
    callback_time,
)
from cnapp.domain.citizens import Citizen
from cnapp.domain.courtesy import decent_hour, late_since
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.services import appointments, calls, entrusting, paper
from cnapp.services.calls import Noted
from cnapp.services.journal import By
from tests.delivery.postmen import Postman
from tests.engines import settings_for
from tests.factories import (
    make_appointment,
    make_citizen,
    make_desk,
    make_due,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import MORNING

pytestmark = pytest.mark.usefixtures("app")
NOW = metz(MORNING)
MINUTE = timedelta(minutes=1)
LANDLINE = "+33387123456"
EMAIL = "lea@exemple.fr"
ADDRESS = "1 rue de l’Exemple\n57000 Metz"


@pytest.fixture
def borny(app: object) -> Place:
    return make_place("Borny")


@pytest.fixture
def desk(borny: Place) -> Staff:
    return make_desk(borny)


def come(place: Place, at: str = "2026-12-10 09:00", **person: object) -> Appointment:
    """Somebody with an appointment there."""
    columns = {"origin": person.pop("origin", Origin.ONLINE)}
    return make_appointment(make_presence(at, "17:00", place=place), at, person=make_citizen(**person), **columns)  # type: ignore[arg-type]


def end(appointment: Appointment, staff: Staff, *, is_known: bool = False, now: datetime = NOW) -> None:
    with transaction(appointment.conseiller_id):
        appointment = db.session.get_one(Appointment, appointment.id)
        appointments.revoke(appointment, by=By(By.staff(staff).actor, staff.id, is_known=is_known), now=now)


def work(postman: Postman | None = None, now: datetime = NOW + MINUTE) -> None:
    office = PostOffice(Sorting(settings_for("sqlite://"), postman).parcel, chance=lambda: 0.5)
    work_off(office, clock=lambda: now)
    db.session.rollback()


def refused() -> Postman:
    def refuse() -> None:
        raise Permanent("smtp 550")

    return Postman(refuse)


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call)).one()


def last_letter() -> Due:
    db.session.rollback()
    return db.session.scalars(select(Due).order_by(Due.id.desc())).first()  # type: ignore[return-value]


def note(
    desk: Staff, answer: Answer, *, number: int = 0, again_at: datetime | None = None, now: datetime = NOW + MINUTE
):  # type: ignore[no-untyped-def]
    conseillers = [each.conseiller_id for each in db.session.scalars(select(Appointment))]
    with transaction(*conseillers):
        call = calls.call_of(desk, the_id(), now=now)
        verb = calls.take_back if answer is Answer.TAKEN_BACK else calls.note
        verb(call, Noted(answer, By.staff(desk), number, again_at), now=now)


def the_id() -> str:
    return db.session.scalars(select(Call.public_id)).one()


def due_names(staff: Staff, now: datetime = NOW + MINUTE) -> list[str]:
    return [each.citizen.name for each in calls.lists(staff, now=now).due]


def test_who_has_only_a_landline_is_called_when_the_service_cancels(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    assert due_names(desk) == []
    work()
    assert (last_letter().outcome, last_letter().channel) == (Outcome.ENTRUSTED, Channel.CALL)
    assert the_call().due_id == last_letter().id and not the_call().at_once
    assert due_names(desk) == ["Marie Schmitt"] and calls.how_many_due(desk, now=NOW + MINUTE) == 1


def test_a_worker_killed_before_the_mark_puts_nobody_twice_on_the_list(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    due = last_letter()
    with transaction():
        entrusting.entrust_what_failed(db.session.get_one(Due, due.id), now=NOW + MINUTE)
    assert the_call().due_id == due.id


def test_an_email_refused_for_good_puts_the_person_on_the_list(borny: Place, desk: Staff) -> None:
    """N06, B04."""
    end(come(borny, phone=LANDLINE, email=EMAIL), desk)
    work(refused())
    assert (last_letter().outcome, last_letter().last_error) == (Outcome.GIVEN_UP, "smtp 550")
    assert due_names(desk) == ["Marie Schmitt"]


def test_who_may_not_be_called_is_written_to_on_paper_or_stays_visible(borny: Place, desk: Staff) -> None:
    hushed = {"phone": LANDLINE, "email": EMAIL, "no_calls": True}
    end(come(borny, name="Aline", address=ADDRESS, **hushed), desk)
    work(refused())
    assert (last_letter().outcome, last_letter().channel) == (Outcome.ENTRUSTED, Channel.PAPER)
    end(come(borny, name="Paul", **hushed), desk)
    work(refused())
    lists = calls.lists(desk, now=NOW + MINUTE)
    assert (lists.due, lists.to_post, [each.reader.name for each in lists.untold]) == ([], 1, ["Paul"])


def test_a_confirmation_that_was_refused_is_no_matter_for_a_call(borny: Place, desk: Staff) -> None:
    make_due(come(borny, phone=LANDLINE, email=EMAIL), NOW, Letter.CONFIRMED)
    work(refused())
    assert last_letter().outcome is Outcome.GIVEN_UP and due_names(desk) == []


def test_nobody_is_called_for_what_they_did_or_were_there_for(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk, is_known=True)
    work()
    lists = calls.lists(desk, now=NOW + MINUTE)
    assert (last_letter().outcome, lists.due, lists.untold) == (Outcome.UNNEEDED, [], [])


def test_what_changes_today_is_called_first_and_written_too(borny: Place, desk: Staff) -> None:
    end(come(borny, name="Zoé", phone=LANDLINE), desk, now=NOW - 2 * MINUTE)
    end(come(borny, "2026-11-30 15:00", name="Marie", phone=LANDLINE, email=EMAIL), desk)
    postman = Postman()
    work(postman)
    assert sum("revoked" in each for each in postman.carried) == 1
    assert due_names(desk) == ["Marie", "Zoé"]


def test_what_changes_today_is_called_even_before_eight(borny: Place, desk: Staff) -> None:
    early = metz("2026-11-30 06:30")
    end(come(borny, "2026-11-30 09:00", phone=LANDLINE), desk, now=early)
    work(now=early)
    assert due_names(desk, early) == ["Marie Schmitt"]


def test_anything_else_waits_for_eight(borny: Place, desk: Staff) -> None:
    late = metz("2026-11-30 21:00")
    end(come(borny, phone=LANDLINE), desk, now=late)
    work(now=late + MINUTE)
    assert due_names(desk, late + MINUTE) == [] and due_names(desk, metz("2026-12-01 08:00")) == ["Marie Schmitt"]


@pytest.mark.parametrize("change", ["moved", "over", "hushed"])
def test_what_is_true_no_more_leaves_the_list_by_itself(borny: Place, desk: Staff, change: str) -> None:
    appointment, now = come(borny, phone=LANDLINE), NOW + MINUTE
    make_due(appointment, NOW)
    work()
    assert due_names(desk) == ["Marie Schmitt"]
    if change == "moved":
        make_due(appointment, NOW + MINUTE)
    if change == "over":
        now = metz("2026-12-10 09:00")
    if change == "hushed":
        with transaction():
            db.session.scalars(select(Citizen)).one().no_calls = True
    assert due_names(desk, now) == []
    with transaction():
        assert calls.settle_overtaken(now=now) == 1
    assert the_call().outcome is Ending.OVERTAKEN
    assert calls.lists(desk, now=now).settled == []


def test_each_list_has_its_owner(borny: Place, desk: Staff) -> None:
    """The desk of the place; the phone line where there is none, or late; the coordination sees all."""
    line, boss = make_desk(phone_line=True), make_staff(role=Role.COORDINATOR)
    elsewhere = make_desk(make_place())
    lonely = make_place("Sans accueil")
    make_desk(lonely, disabled_at=NOW)
    end(come(borny, name="Paul", phone=LANDLINE), desk)
    end(come(lonely, name="Aline", phone=LANDLINE), desk)
    work()
    assert due_names(desk) == ["Paul"] and due_names(elsewhere) == []
    assert due_names(line) == ["Aline"] and sorted(due_names(boss)) == ["Aline", "Paul"]
    assert sorted(due_names(line, NOW + timedelta(hours=2, minutes=2))) == ["Aline", "Paul"]


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (Answer.REACHED, Ending.REACHED),
        (Answer.MESSAGE_LEFT, Ending.MESSAGE_LEFT),
        (Answer.ALREADY_KNOWS, Ending.ALREADY_KNOWS),
        (Answer.WRONG_NUMBER, Ending.WRONG_NUMBER),
        (Answer.NO_CALLS, Ending.NO_CALLS),
        (Answer.NO_ANSWER, None),
        (Answer.NO_MESSAGE, None),
    ],
)
def test_an_answer_ends_the_call_or_not(borny: Place, desk: Staff, answer: Answer, ending: Ending | None) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    note(desk, answer)
    call = the_call()
    assert (call.outcome, [each.answer for each in call.attempts]) == (ending, [answer])
    lists = calls.lists(desk, now=NOW + MINUTE)
    assert (len(lists.due), len(lists.later), len(lists.settled)) == (0, int(ending is None), int(ending is not None))
    assert len(lists.untold) == int(ending in (Ending.WRONG_NUMBER, Ending.NO_CALLS))


def test_a_wrong_number_with_an_address_is_written_to(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE, address=ADDRESS), desk)
    work()
    note(desk, Answer.WRONG_NUMBER)
    lists = calls.lists(desk, now=NOW + MINUTE)
    assert (lists.to_post, lists.untold) == (1, [])


def test_no_calls_holds_for_every_booking_of_the_number(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    other = come(borny, "2026-12-11 09:00", phone=LANDLINE)
    work()
    note(desk, Answer.NO_CALLS)
    end(other, desk)
    work(now=NOW + 2 * MINUTE)
    assert due_names(desk, NOW + 2 * MINUTE) == []


def test_who_does_not_come_frees_the_time_at_once(borny: Place, desk: Staff) -> None:
    appointment = come(borny, phone=LANDLINE)
    make_due(appointment, NOW)
    work()
    note(desk, Answer.NOT_COMING)
    assert db.session.get_one(Appointment, appointment.id).status is Status.EXCUSED
    with pytest.raises(CannotBeTakenBack):
        note(desk, Answer.TAKEN_BACK, number=1)
    work(now=NOW + 3 * MINUTE)
    assert calls.lists(desk, now=NOW + 3 * MINUTE).untold == []


def test_call_again_at_an_hour_and_taking_back(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    at = metz("2026-11-30 15:00")
    note(desk, Answer.CALL_AGAIN, again_at=at)
    assert due_names(desk) == [] and due_names(desk, at) == ["Marie Schmitt"]
    note(desk, Answer.REACHED, number=1, now=at)
    assert due_names(desk, at) == []
    note(desk, Answer.TAKEN_BACK, number=2, now=at)
    assert due_names(desk, at) == ["Marie Schmitt"]


@pytest.mark.parametrize("at", ["2026-11-30 07:59", "2026-11-30 21:00", "2026-11-30 08:00", "2027-02-01 10:00"])
def test_nobody_is_called_at_night_nor_in_the_past(borny: Place, desk: Staff, at: str) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    with pytest.raises(NotWhileCalled):
        note(desk, Answer.CALL_AGAIN, again_at=metz(at))


def test_of_two_who_note_at_once_the_second_is_told(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    other = make_desk(borny)
    note(desk, Answer.NO_ANSWER)
    note(desk, Answer.NO_ANSWER)
    with pytest.raises(NotedMeanwhile):
        note(other, Answer.REACHED)
    assert [each.answer for each in the_call().attempts] == [Answer.NO_ANSWER]


def test_what_was_overtaken_meanwhile_is_not_noted(borny: Place, desk: Staff) -> None:
    appointment = come(borny, phone=LANDLINE)
    make_due(appointment, NOW)
    work()
    make_due(appointment, NOW + MINUTE)
    with pytest.raises(CallIsOver):
        note(desk, Answer.REACHED)


def test_paper_leaves_only_while_there_is_time(borny: Place, desk: Staff) -> None:
    end(come(borny, "2026-12-02 09:00", name="Aline", address=ADDRESS), desk)
    end(come(borny, "2026-12-10 09:00", name="Paul", address=ADDRESS), desk)
    work()
    lists = calls.lists(desk, now=NOW + MINUTE)
    assert (lists.to_post, [each.reader.name for each in lists.untold]) == (1, ["Aline"])
    (told,) = paper.letters_for_post(desk, now=NOW + MINUTE)
    with transaction():
        paper.mark_posted(str(told.more["key"]), by=By.staff(desk), now=NOW + MINUTE)
    assert calls.lists(desk, now=NOW + MINUTE).to_post == 0


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("2026-11-30 07:59", "2026-11-30 08:00"),
        ("2026-11-30 08:00", "2026-11-30 08:00"),
        ("2026-11-30 19:59", "2026-11-30 19:59"),
        ("2026-11-30 20:00", "2026-12-01 08:00"),
    ],
)
def test_calling_hours(at: str, when: str) -> None:
    assert decent_hour(metz(at)) == metz(when)


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-11-30 12:00", "2026-11-30 10:00"),
        ("2026-11-30 09:00", "2026-11-28 19:00"),
        ("2026-11-30 23:00", "2026-11-30 18:00"),
        ("2026-12-25 12:00", "2026-12-24 18:00"),
    ],
)
def test_late_is_counted_in_working_hours(now: str, since: str) -> None:
    assert late_since(metz(now)) == metz(since)


@pytest.mark.parametrize(
    ("part", "now", "when"),
    [
        (Part.ANY, "2026-11-30 10:00", "2026-11-30 10:00"),
        (Part.MORNING, "2026-11-30 12:00", "2026-12-01 08:00"),
        (Part.AFTERNOON, "2026-11-30 10:00", "2026-11-30 13:00"),
        (Part.ANY, "2026-12-05 20:00", "2026-12-07 08:00"),
    ],
)
def test_a_call_back_is_made_when_the_person_likes(part: Part, now: str, when: str) -> None:
    assert callback_time(part, metz(now)) == metz(when)


def test_whoever_was_reached_is_told_even_when_nobody_may_call_any_more(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    note(desk, Answer.REACHED)
    with transaction():
        db.session.scalars(select(Citizen)).one().no_calls = True
    assert calls.lists(desk, now=NOW + 2 * MINUTE).untold == []


def test_whoever_has_no_phone_any_more_does_not_vanish_from_the_page(borny: Place, desk: Staff) -> None:
    end(come(borny, phone=LANDLINE), desk)
    work()
    with transaction():
        person = db.session.scalars(select(Citizen)).one()
        person.phone = person.phone_typed = None
    lists = calls.lists(desk, now=NOW + 2 * MINUTE)
    assert (lists.due, [each.reader.name for each in lists.untold]) == ([], ["Marie Schmitt"])
