"""One town, filled once for all that is read of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from cnapp.base.contacts import read_email
from cnapp.base.database import db, transaction
from cnapp.base.workdays import day_of, monday_of
from cnapp.domain.accounts import Credential
from cnapp.domain.appointments import Appointment, Booker, Status
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.commitments import Commitment
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.people import Habilitation, Role, Staff, StaffLanguage, StaffPlace
from cnapp.domain.places import OpeningHours, Place, Travel
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services import demo
from cnapp.services.accounts import HASHER
from cnapp.services.demo.hours import read_line
from cnapp.services.demo.metz import EXAMPLES
from cnapp.services.demo.places import travel_minutes
from cnapp.services.presences import extend_roster
from cnapp.web.application import Application
from cnapp.web.history import what
from tests.afterwards import faults_left
from tests.engines import empty
from tests.factories import metz
from tests.services.test_demo import TUESDAY, count, fill, rows_of
from tests.support import FrozenClock


@pytest.fixture(scope="module")
def town(engine_app: Application, session_clock: FrozenClock) -> Iterator[Application]:
    session_clock.set(TUESDAY)
    empty(engine_app)
    with engine_app.app_context():
        fill()
        db.session.remove()
        assert faults_left() == []
    yield engine_app


@pytest.fixture(autouse=True)
def _inside(town: Application) -> Iterator[None]:
    with town.app_context():
        yield
        db.session.remove()


def test_the_team_is_the_one_of_metz() -> None:
    staff = rows_of(Staff)
    assert Counter(each.role for each in staff) == {Role.CONSEILLER: 6, Role.COORDINATOR: 1, Role.DESK: 3}
    assert sum(each.receives for each in staff) == 7
    assert {each.email for each in staff} == {email for email, _ in demo.ACCOUNTS}
    assert {"coordination@exemple.fr", "accueil.borny@exemple.fr", "accueil.verlaine@exemple.fr"} <= {
        each.email for each in staff
    }
    assert len({code.staff_id for code in rows_of(StaffLanguage) if code.code != "fsl"}) >= 3
    today = sum(each.valid_from <= date(2026, 11, 24) <= each.valid_until for each in rows_of(Habilitation))
    assert today >= 2 and count(StaffPlace) == 2


def test_every_account_opens_with_its_own_salt() -> None:
    hashes = [each.password_hash for each in rows_of(Credential)]
    assert len(set(hashes)) == 10
    assert HASHER.verify(hashes[0], demo.PASSWORD)


def test_nothing_unverified_is_shown_as_a_fact() -> None:
    places = rows_of(Place)
    assert all(place.is_demonstration for place in places)
    assert all(place.phone.startswith("+3335301") for place in places)
    assert all(place.latitude is None for place in places)
    assert Counter(place.slug.split("-")[0] for place in places) == {"mairie": 9, "mediatheque": 6}
    phones = [each.phone for each in rows_of(Citizen) if each.phone]
    assert all(phone.startswith(("+3363998", "+3335301")) and len(phone) == 12 for phone in phones)
    assert all(read_email(each.email) for each in rows_of(Citizen) if each.email)


def test_verlaine_keeps_the_hours_that_are_known() -> None:
    verlaine = db.session.scalars(select(Place).where(Place.slug == "mediatheque-verlaine")).one()
    hours = {each.weekday for each in verlaine.opening_hours if each.applies_on(date(2026, 11, 29))}
    assert hours == {6}
    assert not [each for each in verlaine.opening_hours if each.applies_on(date(2026, 7, 5))]
    assert read_line("mar jeu 13:00-18:00") == [
        (day, opens, closes) for day in (1, 3) for _, opens, closes in read_line("lun 13:00-18:00")
    ]


def test_the_subjects_stand_under_the_seven_words() -> None:
    motifs = rows_of(Motif)
    by_word = Counter(motif.word for motif in motifs)
    assert set(by_word) == set(Word)
    assert all(3 <= by_word[word] <= 6 for word in (Word.PHONE, Word.COMPUTER, Word.EMAIL, Word.SCAMS))
    twins = {motif.id: motif for motif in motifs}
    in_place = [motif for motif in motifs if motif.mode is Mode.FOR]
    assert len(in_place) >= 4
    assert all(twins[motif.instead_id].mode is Mode.WITH for motif in in_place)
    assert all(motif.instead_id is None for motif in motifs if motif.mode is not Mode.FOR)


def test_each_conseiller_goes_to_two_to_four_places_a_week() -> None:
    weeks: dict[tuple[int, date], set[int]] = {}
    for presence in rows_of(Presence):
        week = monday_of(day_of(presence.starts_at))
        if week == date(2026, 11, 30):
            weeks.setdefault((presence.conseiller_id, week), set()).add(presence.place_id)
    assert len(weeks) == 7
    assert all(2 <= len(places) <= 4 for places in weeks.values())


def test_every_rule_is_possible_in_a_plain_week_and_none_conflicts_with_another() -> None:
    used = {presence.rule_id for presence in rows_of(Presence)}
    assert used == {rule.id for rule in rows_of(RosterRule)}
    with transaction():
        assert extend_roster(now=metz(TUESDAY), weeks=12) == 0


def test_travel_is_short_within_one_building_and_known_between_all() -> None:
    assert count(Travel) == 15 * 14 // 2
    sablon = [each for each in EXAMPLES if each.building == "sablon"]
    assert travel_minutes(*sablon) == 5
    assert all(10 <= each.minutes <= 45 for each in rows_of(Travel) if each.minutes != 5)


def test_bookings_tell_a_believable_story() -> None:
    appointments = rows_of(Appointment)
    today = date(2026, 11, 24)
    past = [each for each in appointments if day_of(each.starts_at) < today]
    assert {each.status for each in past} == {Status.SEEN, Status.NOSHOW, Status.EXCUSED}
    ahead = [each for each in appointments if each not in past]
    assert {each.status for each in ahead} <= {Status.BOOKED, Status.EXCUSED, Status.REVOKED, Status.DISPLACED}
    weeks = [sum(0 <= (day_of(each.starts_at) - today).days - 7 * week < 7 for each in ahead) for week in range(7)]
    assert all(sooner > later for sooner, later in pairwise(weeks))
    assert {each.booked_by for each in appointments} == set(Booker)
    assert any(each.needs for each in appointments)
    assert all(each.created_at < min(each.starts_at, metz("2026-11-24 00:00")) for each in appointments)
    people = rows_of(Citizen)
    assert any(not person.phone and not person.email for person in people)
    assert any("\u0600" <= person.name[0] <= "\u06ff" for person in people)


def test_the_journal_speaks_in_the_verbs_of_the_services() -> None:
    """Each line can be read on the pages that tell it, those of the past included."""
    told = {what(entry) for entry in rows_of(Entry) if entry.subject is Subject.APPOINTMENT}
    assert {"rendez-vous pris", "arrivée notée", "aide donnée", "absence notée", "annulé par la personne"} <= told


def test_needs_are_booked_only_where_they_are_met() -> None:
    signing = {code.staff_id for code in rows_of(StaffLanguage) if code.code == "fsl"}
    level = {place.id for place in rows_of(Place) if place.step_free}
    places = {presence.id: presence.place_id for presence in rows_of(Presence)}
    appointments = rows_of(Appointment)
    assert all(places[each.presence_id] in level for each in appointments if Need.WHEELCHAIR in each.needs)
    assert all(each.conseiller_id in signing for each in appointments if Need.SIGN_LANGUAGE in each.needs)


def test_no_presence_is_full() -> None:
    taken: Counter[int] = Counter()
    for each in rows_of(Commitment):
        if each.presence_id:
            taken[each.presence_id] += each.span.minutes
    spans = {presence.id: presence.span.minutes for presence in rows_of(Presence)}
    assert all(minutes < spans[presence_id] for presence_id, minutes in taken.items())
    assert all(each.starts_at + timedelta(hours=12) > each.ends_at for each in rows_of(Presence))
    assert count(OpeningHours) > 100
