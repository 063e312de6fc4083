"""What is offered, and that what is offered is what can be booked (issue 2 §4; T01, T09)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.commitments import Commitment, Kind, SlotTaken
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.places import Closure, Place
from cnapp.domain.slots import Choice, Door, SlotUnknown, Wish, read_value
from cnapp.services.slots import next_slots, search
from cnapp.web.application import Application
from tests.booking import aim, begin, book, hold
from tests.factories import (
    habilitate,
    keep,
    make_commitment,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock, count_queries

pytestmark = pytest.mark.usefixtures("app")
THURSDAY = date(2026, 12, 3)


def hours(motif: Motif, *places: Place, day: date = THURSDAY, **wish: Any) -> list[str]:
    """The starts offered that day, as « 09:00 »."""
    now = wish.pop("now", metz("2026-11-30 08:00"))
    found = search(Wish(motif, tuple(place.id for place in places), **wish), day, day, now=now)
    return [f"{slot.starts_at + timedelta(hours=1):%H:%M}" for slot in found]


def test_a_free_morning_is_offered(clock: FrozenClock) -> None:
    presence, motif = make_presence(), make_motif(duration_minutes=60)
    make_commitment(presence, "2026-12-03 10:00", 60)
    assert hours(motif, presence.place, now=clock()) == ["09:00", "11:00"]


def test_the_rest_after_an_appointment_is_respected() -> None:
    presence, motif = make_presence(), make_motif(duration_minutes=60, buffer_minutes=15)
    make_commitment(presence, "2026-12-03 09:00", 60, buffer_minutes=15)
    assert hours(motif, presence.place) == ["10:15"]


def test_the_pause_is_respected() -> None:
    presence, motif = make_presence(pause="10:00-10:30"), make_motif(duration_minutes=60)
    assert hours(motif, presence.place) == ["09:00", "10:30"]


def test_the_last_minutes_are_for_those_who_come_without_appointment() -> None:
    presence, motif = make_presence(walk_in_minutes=60), make_motif(duration_minutes=60)
    assert hours(motif, presence.place) == ["09:00", "10:00"]
    assert hours(motif, presence.place, door=Door.STAFF) == ["09:00", "10:00", "11:00"]


def test_a_presence_without_appointments_offers_none() -> None:
    presence = make_presence(takes_appointments=False, takes_walk_ins=True)
    assert hours(make_motif(), presence.place) == []


def test_a_withdrawn_presence_offers_none(clock: FrozenClock) -> None:
    assert hours(make_motif(), make_presence(withdrawn_at=clock()).place) == []


def test_a_holiday_and_a_closure_offer_none() -> None:
    motif, place = make_motif(duration_minutes=60), make_place()
    for day in ("2026-12-25", "2026-12-26", "2026-12-03"):
        make_presence(at=f"{day} 09:00", until="11:00", place=place)
    keep(Closure(place_id=place.id, starts_on=THURSDAY, ends_on=THURSDAY, reason="Travaux"))
    found = search(Wish(motif, (place.id,)), THURSDAY, date(2026, 12, 31), now=metz("2026-11-30 08:00"))
    assert found == []


def test_a_closure_of_another_place_does_not_matter() -> None:
    presence = make_presence(until="10:00")
    keep(Closure(place_id=make_place().id, starts_on=THURSDAY, ends_on=THURSDAY))
    assert hours(make_motif(), presence.place) == ["09:00"]


def test_a_place_that_does_not_exist_yet_offers_none() -> None:
    place = make_place(valid_from=date(2026, 12, 4))
    assert hours(make_motif(), make_presence(place=place).place) == []


@pytest.mark.parametrize("columns", [{"in_post_from": date(2026, 12, 4)}, {"in_post_until": date(2026, 12, 2)}])
def test_somebody_in_training_or_gone_is_not_offered(columns: dict[str, Any]) -> None:
    presence = make_presence(conseiller=make_staff(**columns))
    assert hours(make_motif(), presence.place) == []


def test_a_disabled_account_is_not_offered(clock: FrozenClock) -> None:
    presence = make_presence(conseiller=make_staff(disabled_at=clock()))
    assert hours(make_motif(), presence.place) == []


def test_what_is_done_in_the_persons_place_needs_a_habilitation_of_that_day() -> None:
    motif = make_motif(duration_minutes=60, mode=Mode.FOR, perimeter="argent")
    place, nadia, hugo = make_place(), make_staff(), make_staff("Hugo")
    make_presence(until="10:00", place=place, conseiller=nadia)
    make_presence(at="2026-12-03 11:00", place=place, conseiller=hugo)
    assert hours(motif, place) == []
    habilitate(nadia, "logement")
    habilitate(hugo, "argent", end="2026-12-02")
    assert hours(motif, place) == []
    habilitate(nadia, "argent", "papiers", start="2026-12-03")
    assert hours(motif, place) == ["09:00"]


def test_least_notice_is_to_the_second(clock: FrozenClock) -> None:
    presence, motif = make_presence(until="10:00"), make_motif(duration_minutes=60, least_notice_minutes=120)
    clock.set("2026-12-03 07:00")
    assert hours(motif, presence.place, now=clock()) == ["09:00"]
    clock.advance(seconds=1)
    assert hours(motif, presence.place, now=clock()) == []
    assert hours(motif, presence.place, now=clock(), door=Door.STAFF) == ["09:00"]


def test_the_horizon_is_a_number_of_days() -> None:
    presence = make_presence(at="2026-12-30 09:00", until="09:45")
    day = date(2026, 12, 30)
    assert hours(make_motif(horizon_days=30), presence.place, day=day) == ["09:00"]
    assert hours(make_motif(horizon_days=29), presence.place, day=day) == []


def test_those_who_speak_the_language_come_first_then_those_with_least_that_day() -> None:
    place, motif = make_place(), make_motif(duration_minutes=60)
    nadia, hugo = make_staff("Nadia", languages=("ar",)), make_staff("Hugo")
    busy = make_presence(place=place, conseiller=nadia)
    make_presence(place=place, conseiller=hugo)
    make_commitment(busy, "2026-12-03 11:00", 60)
    now, places = metz("2026-11-30 08:00"), (place.id,)
    assert search(Wish(motif, places), THURSDAY, THURSDAY, now=now)[0].conseiller_name == "Hugo"
    arabic = Wish(motif, places, languages=("ar",))
    assert search(arabic, THURSDAY, THURSDAY, now=now)[0].conseiller_name == "Nadia"


def test_each_place_has_its_next_time(clock: FrozenClock) -> None:
    motif = make_motif()
    near, far, never = make_place(), make_place(), make_place()
    make_presence(at="2026-12-04 09:00", place=near)
    make_presence(at="2026-12-02 14:00", until="17:00", place=near)
    make_presence(at="2027-01-12 09:00", place=far)
    found = next_slots(Wish(motif, (near.id, far.id, never.id)), now=clock())
    assert {place_id: slot.starts_at for place_id, slot in found.items()} == {
        near.id: metz("2026-12-02 14:00"),
        far.id: metz("2027-01-12 09:00"),
    }


def test_a_hold_hides_a_time_until_it_expires(clock: FrozenClock) -> None:
    presence, motif = make_presence(until="10:00"), make_motif(duration_minutes=60)
    hold(begin(now=clock()), aim(motif, presence.place, "2026-12-03 09:00"), now=clock())
    assert hours(motif, presence.place, now=clock()) == []
    clock.advance(minutes=15)
    assert hours(motif, presence.place, now=clock()) == ["09:00"]
    book(aim(motif, presence.place, "2026-12-03 09:00"), now=clock())


def test_a_weekly_hour_stays_the_same_across_the_change_of_hour() -> None:
    place, motif = make_place(), make_motif(duration_minutes=60, horizon_days=365)
    for day in ("2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"):
        make_presence(at=f"{day} 09:00", until="10:00", place=place)
    now = metz("2027-03-01 08:00")
    found = search(Wish(motif, (place.id,)), date(2027, 3, 1), date(2027, 11, 30), now=now)
    assert [f"{slot.starts_at:%m-%d %H}" for slot in found] == ["03-27 08", "03-28 07", "10-30 07", "10-31 08"]


def test_what_is_offered_is_accepted_and_what_is_not_is_refused(clock: FrozenClock) -> None:
    """Every quarter of an hour of a busy day, tried against the database itself."""
    dice = random.Random(7)
    presence, motif = make_presence(at="2026-12-03 08:00", until="18:00", pause="12:00-13:00"), make_motif()
    for start in (9 * 60, 10 * 60 + 20, 14 * 60, 16 * 60 + 35):
        make_commitment(presence, f"2026-12-03 {start // 60:02}:{start % 60:02}", dice.choice([20, 30, 45]))
    offered = {slot.starts_at for slot in search(Wish(motif, (presence.place_id,)), THURSDAY, THURSDAY, now=clock())}
    for start in (metz("2026-12-03 07:00") + timedelta(minutes=5 * number) for number in range(12 * 12)):
        assert can_be_written(presence.id, presence.conseiller_id, Span.lasting(start, 45)) or start not in offered
        what = aim(motif, presence.place, "2026-12-03 08:00")
        draft_id = begin(now=clock())
        try:
            hold(draft_id, type(what)(what.motif_id, what.place_id, what.slug, start), now=clock())
            is_held = True
        except SlotTaken:
            is_held = False
        with transaction():
            db.session.execute(Commitment.__table__.delete().where(Commitment.draft_id == draft_id))
        assert is_held == (start in offered)


class TriedOnly(Exception):
    """It could be written, and is not."""


def can_be_written(presence_id: int, conseiller_id: int, span: Span) -> bool:
    """Whether the guards alone would let it through."""
    values = {"presence_id": presence_id, "conseiller_id": conseiller_id, "kind": Kind.WORKSHOP, "buffer_minutes": 0}
    try:
        with transaction():
            db.session.execute(insert(Commitment).values(**values, starts_at=span.start, ends_at=span.end))
            raise TriedOnly
    except TriedOnly:
        return True
    except Refusal:
        return False


def test_a_search_asks_as_many_queries_for_a_year_as_for_a_day(app: Application) -> None:
    motif, places = make_motif(horizon_days=365), [make_place() for _ in range(3)]
    for number in range(30):
        make_presence(at=f"2026-12-{1 + number % 28:02} 09:00", until="11:00", place=places[number % 3])
    now = metz("2026-11-30 08:00")
    counts = []
    for last, some in ((THURSDAY, places[2:]), (date(2027, 11, 1), places)):
        wish = Wish(motif, tuple(place.id for place in some))
        assert wish.motif.title
        with count_queries() as asked:
            search(wish, THURSDAY, last, now=now)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4 and app


@pytest.mark.parametrize("text", ["", "borny", "borny@", "borny@2026", "borny@20269999T0845Z", "a@b@c", "x" * 5000])
def test_a_time_that_no_form_of_ours_has_sent_is_refused(text: str) -> None:
    with pytest.raises(SlotUnknown):
        read_value(text)


def test_a_choice_names_itself_and_is_read_again() -> None:
    choice = Choice("borny", metz("2026-12-03 09:45"))
    assert choice.value == "borny@20261203T0845Z"
    assert read_value(choice.value) == choice
