"""Secret addresses of calendars: one at a time, known only by their hash; and what a feed shows."""

from datetime import UTC, datetime, timedelta

import pytest

from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import FeedToken, Names
from cnapp.domain.appointments import Appointment
from cnapp.domain.feeds import AddressShownAlready, FeedGone, FeedUnknown
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.services import feeds
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from tests.factories import make_appointment, make_place, make_presence, make_staff, metz
from tests.support import count_queries

pytestmark = pytest.mark.usefixtures("app")
NOW = metz("2026-11-30 08:00")


def new_address(staff, now=NOW):
    with transaction(staff.id):
        return feeds.replace_address(staff, names=Names.NONE, now=now)


def test_only_the_hash_of_an_address_is_kept():
    token = new_address(make_staff())
    kept = db.session.query(FeedToken).one()
    assert kept.token_hash == fingerprint(token)
    assert len(token) >= 43


def test_a_new_address_revokes_the_old_one():
    staff = make_staff()
    old, new = new_address(staff), new_address(staff)
    assert feeds.feed_at(new, now=NOW).staff_id == staff.id
    with pytest.raises(FeedGone):
        feeds.feed_at(old, now=NOW)


def test_an_address_of_somebody_else_stays():
    other = new_address(make_staff("Hugo"))
    new_address(make_staff())
    assert feeds.feed_at(other, now=NOW)


def test_an_address_that_nobody_made_is_unknown():
    with pytest.raises(FeedUnknown):
        feeds.feed_at("inventee", now=NOW)


def test_an_address_dies_with_the_account_and_with_the_post():
    disabled, left = make_staff(), make_staff("Hugo")
    tokens = new_address(disabled), new_address(left)
    with transaction():
        disabled.disabled_at = NOW
    with transaction():
        left.in_post_until = NOW.date() - timedelta(days=1)
    for token in tokens:
        with pytest.raises(FeedGone):
            feeds.feed_at(token, now=NOW)


def test_the_same_form_sent_twice_makes_one_address():
    staff = make_staff()
    for _ in range(2):
        with transaction(staff.id):
            feeds.replace_address_by("clé", staff, names=Names.FULL, now=NOW)
    assert db.session.query(FeedToken).count() == 1


@pytest.mark.parametrize("minutes", [15, 60])
def test_an_old_form_neither_shows_an_address_again_nor_makes_one(minutes):
    staff = make_staff()
    with transaction(staff.id):
        feeds.replace_address_by("clé", staff, names=Names.FULL, now=NOW)
    with pytest.raises(AddressShownAlready):
        feeds.replace_address_by("clé", staff, names=Names.FULL, now=NOW + timedelta(minutes=minutes))


def test_a_form_whose_address_was_replaced_makes_no_third_one():
    staff = make_staff()
    with transaction(staff.id):
        feeds.replace_address_by("clé", staff, names=Names.FULL, now=NOW)
    new_address(staff)
    with pytest.raises(AddressShownAlready):
        feeds.replace_address_by("clé", staff, names=Names.FULL, now=NOW)


def test_thirty_past_days_and_a_year_ahead_are_shown():
    staff, place = make_staff(), make_place()
    days = ["2026-10-30", "2026-10-31", "2027-11-30", "2027-12-01"]
    for day in days:
        make_presence(f"{day} 09:00", conseiller=staff, place=place)
    shown = feeds.events_of(staff, now=NOW).rows
    assert [row.starts_at.date().isoformat() for row in shown] == days[1:3]


def test_what_does_not_stand_is_not_shown():
    staff = make_staff()
    presence = make_presence(conseiller=staff)
    make_appointment(presence, "2026-12-03 09:00")
    drop(make_appointment(presence, "2026-12-03 10:00"))
    make_presence("2026-12-04 09:00", conseiller=staff, withdrawn_at=NOW)
    shown = feeds.events_of(staff, now=NOW).rows
    assert [type(row) for row in shown] == [Presence, Appointment]


def drop(appointment, now=NOW):
    """Cancelled by its citizen."""
    with transaction(appointment.conseiller_id):
        cancel(appointment, by=By.citizen(), now=now)


def test_the_list_changes_when_an_appointment_is_dropped_or_a_presence_withdrawn():
    staff = make_staff()
    presence = make_presence(conseiller=staff)
    appointment = make_appointment(presence)
    midnight = metz("2026-11-30 00:00")
    assert feeds.events_of(staff, now=NOW).changed_at == midnight
    drop(appointment, now=NOW)
    assert feeds.events_of(staff, now=NOW).changed_at == NOW
    later = NOW + timedelta(minutes=5)
    with transaction(staff.id):
        presence.withdrawn_at = presence.updated_at = later
    assert feeds.events_of(staff, now=later).changed_at == later


def test_a_thousand_events_are_shown_and_the_farthest_are_left_out():
    staff, place = make_staff(), make_place()
    first = datetime(2026, 12, 1, 6, tzinfo=UTC)
    rows = [
        Presence(
            public_id=f"{n:032}",
            conseiller_id=staff.id,
            place_id=place.id,
            starts_at=first + timedelta(hours=2 * n),
            ends_at=first + timedelta(hours=2 * n + 1),
            updated_at=first,
        )
        for n in range(1100)
    ]
    with transaction():
        db.session.add_all(rows)
    shown = feeds.events_of(staff, now=NOW).rows
    assert len(shown) == 1000
    assert shown[-1].starts_at == first + timedelta(hours=1998)


def test_no_more_queries_for_more_events():
    staff_id = make_staff().id
    fill(staff_id, "2026-12-01")
    few = queries_for(staff_id)
    for day in range(2, 9):
        fill(staff_id, f"2026-12-{day:02}")
    assert queries_for(staff_id) == few == 5


def fill(staff_id, day):
    presence = make_presence(f"{day} 09:00", "12:00", conseiller=db.session.get_one(Staff, staff_id))
    make_appointment(presence, f"{day} 09:00", name=f"Personne {day}")
    make_appointment(presence, f"{day} 10:00", name=f"Autre {day}")


def queries_for(staff_id):
    db.session.expunge_all()
    found = db.session.get_one(Staff, staff_id)
    with count_queries() as asked:
        for row in feeds.events_of(found, now=NOW).rows:
            _ = row.place.name if isinstance(row, Presence) else (row.person.name, row.presence.place.name)
    return len(asked)
