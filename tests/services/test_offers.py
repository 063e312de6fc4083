"""A free time is offered to one person at a time, the longest waiting first, and held for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.delivery.offering import offer_times
from cnapp.domain.appointments import Appointment, NotUpcoming, Origin
from cnapp.domain.citizens import Citizen, TooManyUpcoming
from cnapp.domain.commitments import Commitment, Kind, SlotTaken
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Entry
from cnapp.domain.motifs import Motif
from cnapp.domain.offers import Answer, Offer, answer_by
from cnapp.domain.outbox import Channel, Due, Letter
from cnapp.domain.places import Place
from cnapp.domain.slots import Wish
from cnapp.domain.waits import Ending, Wait, WaitOver
from cnapp.services import planning
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.services.offers import decline, people_to_lock, take
from cnapp.services.slots import search
from cnapp.services.waits import leave
from cnapp.web.application import Application
from tests.booking import aim, book
from tests.factories import (
    LINK_KEY,
    make_appointment,
    make_citizen,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_wait,
    metz,
)
from tests.support import FrozenClock, count_queries

THURSDAY = "2026-12-03"


@pytest.fixture
def writing(app: Application) -> Settings:
    """Of a town that sends e-mails."""
    return replace(app.settings, smtp_url="smtp://127.0.0.1", mail_from="rdv@exemple.fr")


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(duration_minutes=60)


@pytest.fixture
def verlaine(app: Application) -> Place:
    return make_place("Médiathèque Verlaine")


def an_hour(place: Place, at: str = f"{THURSDAY} 09:00") -> None:
    """One time, and no more."""
    make_presence(at, f"{int(at[11:13]) + 1:02}:00", place=place)


def waiter(motif: Motif, email: str = "lea@exemple.fr", *places: Place, **columns: object) -> Wait:
    return make_wait(motif, make_citizen("Léa Martin", email=email), *places, **columns)


def offers() -> list[Offer]:
    db.session.rollback()
    return list(db.session.scalars(select(Offer).order_by(Offer.id)))


def open_offers() -> list[tuple[int, datetime]]:
    return [(each.wait_id, each.starts_at) for each in offers() if each.is_open]


def holds() -> list[datetime]:
    db.session.rollback()
    return list(db.session.scalars(select(Commitment.starts_at).where(Commitment.kind == Kind.HOLD)))


def accept(offer: Offer, now: datetime, by: By | None = None) -> Appointment:
    with transaction(*people_to_lock(offer)):
        return take(offer, by=by or By.citizen(), link_key=LINK_KEY, now=now)


def after(wait: Wait) -> Wait:
    db.session.rollback()
    return db.session.get_one(Wait, wait.id, populate_existing=True)


def test_a_free_time_is_held_and_told_to_whoever_waits(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    wait = waiter(motif)
    offer_times(writing, clock())
    [offer] = offers()
    assert (offer.wait_id, offer.starts_at, offer.channel) == (wait.id, metz(f"{THURSDAY} 09:00"), Channel.EMAIL)
    assert offer.expires_at == metz("2026-11-30 10:00") and holds() == [offer.starts_at]
    [due] = db.session.scalars(select(Due))
    assert (due.key, due.letter, due.citizen_id) == (f"offered/{offer.public_id}/0", Letter.OFFERED, wait.citizen_id)
    assert after(wait).last_offered_on == day_of(clock())


def test_the_longest_waiting_comes_first_and_the_next_when_nobody_answered(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    second = waiter(motif, "paul@exemple.fr", at="2026-11-29 09:00")
    first = waiter(motif, "lea@exemple.fr", at="2026-11-28 09:00")
    an_hour(verlaine)
    offer_times(writing, clock())
    assert [wait_id for wait_id, _ in open_offers()] == [first.id]
    offer_times(writing, clock() + timedelta(minutes=119))
    assert [wait_id for wait_id, _ in open_offers()] == [first.id]
    offer_times(writing, clock() + timedelta(minutes=120))
    assert [wait_id for wait_id, _ in open_offers()] == [second.id]
    assert [each.outcome for each in offers()] == [Answer.EXPIRED, None]


def test_whoever_declines_waits_on_and_the_next_is_offered(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    first, second = waiter(motif, at="2026-11-28 09:00"), waiter(motif, "paul@exemple.fr")
    an_hour(verlaine)
    offer_times(writing, clock())
    for _ in range(2):
        with transaction():
            decline(offers()[0], now=clock())
    assert holds() == [] and after(first).is_open
    offer_times(writing, clock())
    assert [wait_id for wait_id, _ in open_offers()] == [second.id]


def test_nobody_is_written_to_twice_a_day_nor_offered_the_same_again(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    waiter(motif)
    waiter(make_motif(duration_minutes=60), "Lea+autre@exemple.fr")
    for hour in ("09", "14"):
        an_hour(verlaine, f"{THURSDAY} {hour}:00")
    offer_times(writing, clock())
    with transaction():
        decline(offers()[0], now=clock())
    offer_times(writing, clock() + timedelta(hours=3))
    assert len(offers()) == 1
    clock.set("2026-12-01 08:00")
    offer_times(writing, clock())
    assert [each.starts_at for each in offers()] == [metz(f"{THURSDAY} 09:00"), metz(f"{THURSDAY} 14:00")]


def test_taking_it_books_once_however_often_it_is_pressed(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    wait = waiter(motif, needs=["child"])
    offer_times(writing, clock())
    [offer] = offers()
    booked = accept(offer, clock() + timedelta(minutes=5))
    assert (booked.starts_at, booked.origin, booked.needs) == (offer.starts_at, Origin.ONLINE, ["child"])
    assert accept(offers()[0], clock() + timedelta(hours=3)).id == booked.id
    assert (after(wait).ending, after(wait).appointment_id, after(wait).needs) == (Ending.SERVED, booked.id, [])
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1
    assert holds() == [] and list(db.session.scalars(select(Draft))) == []


def test_whoever_has_a_time_is_offered_an_earlier_one_and_moves(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    person = make_citizen("Léa Martin", email="lea@exemple.fr")
    had = make_appointment(make_presence("2026-12-08 09:00", "10:00"), "2026-12-08 09:00", motif=motif, person=person)
    an_hour(verlaine, "2026-12-09 09:00")
    wait = make_wait(motif, person, appointment_id=had.id)
    offer_times(writing, clock())
    assert offers() == []
    an_hour(verlaine)
    offer_times(writing, clock())
    [offer] = offers()
    moved = accept(offer, clock())
    assert (moved.id, moved.starts_at, moved.version) == (had.id, metz(f"{THURSDAY} 09:00"), 2)
    assert after(wait).ending is Ending.SERVED
    letters = list(db.session.scalars(select(Due.letter).where(Due.appointment_id == had.id)))
    assert letters == [Letter.CONFIRMED, Letter.MOVED]


def test_an_unanswered_time_may_still_be_taken_while_it_is_free(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    waiter(motif)
    offer_times(writing, clock())
    clock.advance(hours=2)
    offer_times(writing, clock())
    [offer] = offers()
    assert offer.outcome is Answer.EXPIRED and holds() == []
    assert accept(offer, clock()).starts_at == offer.starts_at
    assert offers()[0].outcome is Answer.TAKEN


def test_a_time_that_somebody_else_took_is_not_to_be_had(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    wait = waiter(motif)
    offer_times(writing, clock())
    clock.advance(hours=2)
    offer_times(writing, clock())
    book(aim(motif, verlaine, f"{THURSDAY} 09:00"), now=clock())
    with pytest.raises(SlotTaken):
        accept(offers()[0], clock())
    assert after(wait).is_open


def test_whoever_leaves_frees_what_was_held(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    wait = waiter(motif)
    offer_times(writing, clock())
    with transaction():
        leave(after(wait), now=clock())
    assert holds() == [] and [each.outcome for each in offers()] == [Answer.DECLINED]
    with pytest.raises(WaitOver):
        accept(offers()[0], clock())


def test_what_was_cancelled_meanwhile_moves_no_more(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    person = make_citizen("Léa Martin", email="lea@exemple.fr")
    had = make_appointment(make_presence("2026-12-08 09:00", "10:00"), "2026-12-08 09:00", motif=motif, person=person)
    an_hour(verlaine)
    wait = make_wait(motif, person, appointment_id=had.id)
    offer_times(writing, clock())
    with transaction(had.conseiller_id):
        cancel(db.session.get_one(Appointment, had.id), by=By.citizen(), now=clock())
    with pytest.raises(NotUpcoming):
        accept(offers()[0], clock())
    offer_times(writing, clock())
    assert holds() == [] and after(wait).ending is Ending.EXPIRED


def test_places_days_and_notice_are_kept(writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock) -> None:
    elsewhere = make_place()
    for at in ("2026-11-30 14:00", "2026-12-01 09:00", "2026-12-02 14:00", f"{THURSDAY} 09:00"):
        an_hour(verlaine, at)
    an_hour(elsewhere, "2026-12-01 11:00")
    waiter(motif, "a@exemple.fr", elsewhere)
    waiter(motif, "b@exemple.fr", verlaine, weekdays=[3])
    waiter(motif, "c@exemple.fr", verlaine, half="apres-midi", notice_days=1)
    offer_times(writing, clock())
    assert [at for _, at in open_offers()] == [
        metz("2026-12-01 11:00"),
        metz(f"{THURSDAY} 09:00"),
        metz("2026-12-02 14:00"),
    ]


def test_whoever_comes_in_a_wheelchair_is_offered_no_steps(writing: Settings, motif: Motif, clock: FrozenClock) -> None:
    an_hour(make_place(step_free=False))
    an_hour(make_place(), f"{THURSDAY} 14:00")
    waiter(motif, needs=["wheelchair"])
    offer_times(writing, clock())
    assert [at for _, at in open_offers()] == [metz(f"{THURSDAY} 14:00")]


def test_one_time_of_a_presence_is_offered_at_once(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    """B03: the public finds the others."""
    make_presence(f"{THURSDAY} 09:00", "12:00", place=verlaine)
    for name in "abc":
        waiter(motif, f"{name}@exemple.fr")
    offer_times(writing, clock())
    assert len(holds()) == 1
    assert search(Wish(motif, (verlaine.id,)), day_of(metz(THURSDAY)), day_of(metz(THURSDAY)), now=clock())


def test_whoever_can_only_be_called_has_until_the_end_of_the_next_working_day(
    app: Application, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    clock.set("2026-11-28 18:00")
    an_hour(verlaine)
    make_wait(motif, make_citizen(phone="+33387123456"))
    offer_times(app.settings, clock())
    [offer] = offers()
    assert (offer.channel, offer.expires_at) == (Channel.CALL, metz("2026-11-30 20:00"))


def test_nothing_is_held_for_whoever_cannot_be_told(
    app: Application, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    """A town that sends no e-mail any more."""
    an_hour(verlaine)
    waiter(motif)
    waiter(motif, at="2026-11-29 10:00", citizen_id=make_citizen(phone="+33387123456").id)
    offer_times(app.settings, clock())
    assert [each.channel for each in offers()] == [Channel.CALL]


@pytest.mark.parametrize(
    ("channel", "now", "until"),
    [
        (Channel.SMS, "2026-12-03 09:00", "2026-12-03 11:00"),
        (Channel.SMS, "2026-12-03 19:30", "2026-12-04 09:30"),
        (Channel.SMS, "2026-12-03 22:00", "2026-12-04 10:00"),
        (Channel.SMS, "2026-12-03 06:00", "2026-12-03 10:00"),
        (Channel.EMAIL, "2026-12-05 19:00", "2026-12-07 09:00"),
        (Channel.EMAIL, "2026-12-24 19:00", "2026-12-28 09:00"),
        (Channel.CALL, "2026-12-04 09:00", "2026-12-05 20:00"),
        (Channel.CALL, "2026-12-24 09:00", "2026-12-28 20:00"),
    ],
)
def test_the_time_to_answer_passes_while_people_are_awake(channel: Channel, now: str, until: str) -> None:
    assert answer_by(channel, metz(now)) == metz(until)


def test_no_offer_outlasts_its_own_hour(writing: Settings, verlaine: Place, clock: FrozenClock) -> None:
    motif = make_motif(duration_minutes=60, least_notice_minutes=30)
    an_hour(verlaine, "2026-11-30 09:00")
    waiter(motif)
    offer_times(writing, clock())
    assert offers()[0].expires_at == metz("2026-11-30 09:00")


def test_by_telephone_the_desk_takes_it_for_them(
    app: Application, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    an_hour(verlaine)
    make_wait(motif, make_citizen(phone="+33387123456"))
    offer_times(app.settings, clock())
    desk = make_desk(verlaine)
    booked = accept(offers()[0], clock(), By.staff(desk, "Sonia"))
    assert booked.origin is Origin.PHONE
    assert db.session.scalars(select(Entry.staff_id).where(Entry.what == "booked")).one() == desk.id


def test_nobody_has_more_than_three_ahead_with_one_contact(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    """B01."""
    for day in (7, 8, 9):
        make_appointment(at=f"2026-12-{day:02} 09:00", email="lea@exemple.fr")
    an_hour(verlaine)
    waiter(motif)
    offer_times(writing, clock())
    with pytest.raises(TooManyUpcoming):
        accept(offers()[0], clock())


def test_a_presence_is_withdrawn_whatever_is_offered_of_it(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    presence = make_presence(f"{THURSDAY} 09:00", "10:00", place=verlaine)
    waiter(motif)
    offer_times(writing, clock())
    with transaction(presence.conseiller_id):
        planning.withdraw(presence, by=By.staff(make_staff()), now=clock())
    assert holds() == []
    with pytest.raises(SlotTaken):
        accept(offers()[0], clock())


def test_the_queries_of_a_round_do_not_grow_with_those_who_wait(
    writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    make_presence("2026-12-03 09:00", "12:00", place=verlaine)
    queries = []
    for number in range(12):
        waiter(motif, f"p{number}@exemple.fr", verlaine, weekdays=[6])
        if number in (1, 11):
            db.session.expire_all()
            with count_queries() as asked:
                offer_times(writing, clock())
            queries.append(len(asked))
    assert queries[0] == queries[1] <= 15


def test_many_subjects_take_turns(writing: Settings, verlaine: Place, clock: FrozenClock) -> None:
    motifs = [make_motif(duration_minutes=60) for _ in range(10)]
    for number in range(10):
        an_hour(verlaine, f"2026-12-{number + 7:02} 09:00") if (number + 7) % 7 != 6 else an_hour(verlaine)
    for number, motif in enumerate(motifs):
        waiter(motif, f"p{number}@exemple.fr")
    for _ in range(2):
        offer_times(writing, clock())
        clock.advance(seconds=30)
    assert len(open_offers()) == 10


def test_what_is_offered_is_what_search_offers(writing: Settings, verlaine: Place, clock: FrozenClock) -> None:
    motifs = [make_motif(duration_minutes=minutes) for minutes in (30, 45, 60)]
    for day in (1, 2, 3, 4):
        make_presence(f"2026-12-{day:02} 09:00", "12:00", place=verlaine, walk_in_minutes=30 * day, pause="10:15-10:30")
        make_appointment(make_presence(f"2026-12-{day:02} 13:00", "17:00"), f"2026-12-{day:02} 14:15", motif=motifs[1])
    places = tuple(db.session.scalars(select(Place.id)))
    free = {
        motif.id: {
            slot.choice for slot in search(Wish(motif, places), day_of(clock()), metz("2026-12-31").date(), now=clock())
        }
        for motif in motifs
    }
    for number in range(12):
        waiter(motifs[number % 3], f"p{number}@exemple.fr", notice_days=number % 3, half=[None, "matin"][number % 2])
    offer_times(writing, clock())
    made = offers()
    assert len(made) >= 6
    for each in made:
        assert each.choice in free[each.wait.motif_id]


def test_a_citizen_who_waits_is_nobody_else(app: Application) -> None:
    assert Citizen(phone="+33612345678", mailbox=None).keys == ["+33612345678"]
