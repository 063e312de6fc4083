"""The demonstration fills an empty database on any day, believably, and the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.contacts import read_email
from cnapp.base.database import Base, db, transaction
from cnapp.base.workdays import PARIS, day_of, is_holiday, monday_of
from cnapp.domain.accounts import Credential
from cnapp.domain.appointments import Appointment, Booker, Status
from cnapp.domain.calls import Call, Reason
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.commitments import Commitment
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.kits import Kit, State
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.outbox import Due
from cnapp.domain.people import Habilitation, Role, Staff, StaffLanguage, StaffPlace
from cnapp.domain.places import Closure, OpeningHours, Place, Travel
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.roster import RosterRule
from cnapp.domain.slots import Wish
from cnapp.domain.visits import Visit
from cnapp.domain.workshop_sessions import Attendance
from cnapp.domain.workshops import Workshop
from cnapp.services import calls, demo, post, slots
from cnapp.services.accounts import HASHER
from cnapp.services.demo.hours import read_line
from cnapp.services.demo.metz import EXAMPLES
from cnapp.services.demo.places import travel_minutes
from cnapp.services.presences import extend_roster
from cnapp.web.application import Application
from cnapp.web.history import what
from tests.engines import empty
from tests.factories import LINK_KEY, metz

DAYS = ("2026-11-24 09:30", "2026-12-24 17:00", "2027-03-25 08:00", "2026-08-01 10:00", "2026-11-29 22:00")
"""A Tuesday, Christmas Eve, the eve of Good Friday, a summer Saturday, a Sunday night."""
TUESDAY = DAYS[0]


def fill(at: str = TUESDAY) -> None:
    with transaction():
        demo.fill(now=metz(at), link_key=LINK_KEY)


def rows_of(kind: type[Any]) -> list[Any]:
    return list(db.session.scalars(select(kind)))


def count(kind: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def wish(slug: str) -> Wish:
    motif = db.session.scalars(select(Motif).where(Motif.slug == slug)).one()
    return Wish(motif, tuple(place.id for place in rows_of(Place)))


@pytest.mark.parametrize("at", DAYS)
def test_it_works_on_any_day_and_leaves_free_times_nearly_everywhere(app: Application, at: str) -> None:
    fill(at)
    assert (count(Place), count(Staff), count(Credential)) == (15, 10, 10)
    assert 30 <= count(Motif) <= 40
    assert 190 <= count(Appointment) <= 210
    assert count(Presence) > 350
    found = slots.next_slots(wish("creer-adresse-e-mail"), now=metz(at))
    assert len(found) == 15
    for slug in ("caf-a-votre-place", "impots-a-votre-place", "titre-de-sejour-a-votre-place"):
        assert slots.next_slots(wish(slug), now=metz(at)), slug
    judge_workshops(at)


def judge_workshops(at: str) -> None:
    """Full ones, empty ones, cycles, a series, a freed seat that is offered, one cancelled, one that was held."""
    made = rows_of(Workshop)
    assert len(made) >= 20
    assert max(each.starts_at for each in made) - metz(at) < timedelta(weeks=12)
    assert sum(each.is_cycle for each in made) == 2
    assert len({each.series_id for each in made if each.series_id}) == 1
    standings = Counter(each.status for each in rows_of(Registration))
    assert standings[Standing.OFFERED] == 1 and standings[Standing.WAITING] >= 4
    [offered] = [each for each in rows_of(Registration) if each.status is Standing.OFFERED]
    assert offered.answer_by > metz(at) and offered.workshop.left == 0
    waited_for = {each.workshop.id for each in rows_of(Registration) if each.status is Standing.WAITING}
    assert len(waited_for) >= 2 and all(each.left == 0 for each in made if each.id in waited_for)
    assert any(0 < each.taken < each.at_least for each in made if not each.is_past(metz(at)))
    assert [each.stands for each in made].count(False) == 1
    past = [each for each in made if each.is_past(metz(at))]
    assert [len(each.sessions) for each in past] == [1] and past[0].sessions[0].drop_ins == 2
    assert Counter(each.came for each in rows_of(Attendance)) == {True: 4, False: 1}
    assert Counter(each.state for each in rows_of(Kit)) == {State.READY: 2, State.REPAIR: 1}
    assert any(each.borrowed for each in made)


def normalised() -> tuple[list[Any], ...]:
    """What people see of it, whatever the ids."""
    bookings = select(
        Appointment.public_id, Appointment.code, Appointment.link_hash, Appointment.starts_at, Appointment.status
    ).order_by(Appointment.public_id)
    presences = select(Presence.public_id, Presence.starts_at, Presence.ends_at).order_by(Presence.public_id)
    people = select(Citizen.public_id, Citizen.name, Citizen.phone, Citizen.email).order_by(Citizen.public_id)
    workshops = select(Workshop.public_id, Workshop.title, Workshop.starts_at).order_by(Workshop.public_id)
    registrations = select(Registration.public_id, Registration.code, Registration.link_hash, Registration.status)
    kits = select(Kit.public_id, Kit.name).order_by(Kit.public_id)
    letters = select(Due.key).where(Due.registration_id.is_not(None)).order_by(Due.key)
    queries = bookings, presences, people, workshops, registrations.order_by(Registration.public_id), kits, letters
    return tuple([tuple(row) for row in db.session.execute(query)] for query in queries)


def test_it_is_the_same_each_time_for_a_given_day(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = normalised()
    db.session.remove()
    empty(app)
    fill("2026-11-24 19:00")
    assert normalised() == before


def test_the_desks_have_noted_who_came_up_to_now(app: Application) -> None:
    fill("2026-11-24 10:30")
    visits = rows_of(Visit)
    assert {each.day for each in visits} == {date(2026, 11, 23), date(2026, 11, 24)}
    assert all(each.came_at <= metz("2026-11-24 10:30") for each in visits)
    assert {each.place.slug for each in visits} <= {"mairie-borny", "mediatheque-verlaine"}
    names = sorted(each.public_id for each in visits)
    db.session.remove()
    empty(app)
    fill("2026-11-24 10:30")
    assert sorted(each.public_id for each in rows_of(Visit)) == names


def test_another_day_is_another_town(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = normalised()
    db.session.remove()
    empty(app)
    fill("2026-11-25 08:00")
    assert not {row[1] for row in normalised()[0]} & {row[1] for row in before[0]}


def test_the_team_is_the_one_of_metz(app: Application) -> None:
    fill()
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


def test_every_account_opens_with_its_own_salt(app: Application) -> None:
    fill()
    hashes = [each.password_hash for each in rows_of(Credential)]
    assert len(set(hashes)) == 10
    assert HASHER.verify(hashes[0], demo.PASSWORD)


def test_nothing_unverified_is_shown_as_a_fact(app: Application) -> None:
    fill()
    places = rows_of(Place)
    assert all(place.is_demonstration for place in places)
    assert all(place.phone.startswith("+3335301") for place in places)
    assert all(place.latitude is None for place in places)
    assert Counter(place.slug.split("-")[0] for place in places) == {"mairie": 9, "mediatheque": 6}
    phones = [each.phone for each in rows_of(Citizen) if each.phone]
    assert all(phone.startswith(("+3363998", "+3335301")) and len(phone) == 12 for phone in phones)
    assert all(read_email(each.email) for each in rows_of(Citizen) if each.email)


def test_verlaine_keeps_the_hours_that_are_known(app: Application) -> None:
    fill()
    verlaine = db.session.scalars(select(Place).where(Place.slug == "mediatheque-verlaine")).one()
    hours = {each.weekday for each in verlaine.opening_hours if each.applies_on(date(2026, 11, 29))}
    assert hours == {6}
    assert not [each for each in verlaine.opening_hours if each.applies_on(date(2026, 7, 5))]
    assert read_line("mar jeu 13:00-18:00") == [
        (day, opens, closes) for day in (1, 3) for _, opens, closes in read_line("lun 13:00-18:00")
    ]


def test_the_subjects_stand_under_the_seven_words(app: Application) -> None:
    fill()
    motifs = rows_of(Motif)
    by_word = Counter(motif.word for motif in motifs)
    assert set(by_word) == set(Word)
    assert all(3 <= by_word[word] <= 6 for word in (Word.PHONE, Word.COMPUTER, Word.EMAIL, Word.SCAMS))
    twins = {motif.id: motif for motif in motifs}
    in_place = [motif for motif in motifs if motif.mode is Mode.FOR]
    assert len(in_place) >= 4
    assert all(twins[motif.instead_id].mode is Mode.WITH for motif in in_place)
    assert all(motif.instead_id is None for motif in motifs if motif.mode is not Mode.FOR)


def test_nobody_receives_during_the_meeting_nor_on_holidays_nor_in_a_closed_place(app: Application) -> None:
    fill("2027-03-25 08:00")
    closed = {(each.place_id, each.starts_on) for each in rows_of(Closure)}
    for presence in rows_of(Presence):
        starts = presence.starts_at.astimezone(PARIS)
        assert not is_holiday(starts.date())
        assert not (starts.weekday() == 3 and starts.hour < 13)
        assert (presence.place_id, starts.date()) not in closed
    assert any(each.starts_on == date(2027, 3, 27) for each in rows_of(Closure))


def test_each_conseiller_goes_to_two_to_four_places_a_week(app: Application) -> None:
    fill()
    weeks: dict[tuple[int, date], set[int]] = {}
    for presence in rows_of(Presence):
        week = monday_of(day_of(presence.starts_at))
        if week == date(2026, 11, 30):
            weeks.setdefault((presence.conseiller_id, week), set()).add(presence.place_id)
    assert len(weeks) == 7
    assert all(2 <= len(places) <= 4 for places in weeks.values())


def test_every_rule_is_possible_in_a_plain_week_and_none_conflicts_with_another(app: Application) -> None:
    fill()
    used = {presence.rule_id for presence in rows_of(Presence)}
    assert used == {rule.id for rule in rows_of(RosterRule)}
    with transaction():
        assert extend_roster(now=metz(TUESDAY), weeks=12) == 0


def test_travel_is_short_within_one_building_and_known_between_all(app: Application) -> None:
    fill()
    assert count(Travel) == 15 * 14 // 2
    sablon = [each for each in EXAMPLES if each.building == "sablon"]
    assert travel_minutes(*sablon) == 5
    assert all(10 <= each.minutes <= 45 for each in rows_of(Travel) if each.minutes != 5)


def test_bookings_tell_a_believable_story(app: Application) -> None:
    fill()
    appointments = rows_of(Appointment)
    today = date(2026, 11, 24)
    past = [each for each in appointments if day_of(each.starts_at) < today]
    assert {each.status for each in past} == {Status.SEEN, Status.NOSHOW, Status.EXCUSED}
    ahead = [each for each in appointments if each not in past]
    assert {each.status for each in ahead} <= {Status.BOOKED, Status.EXCUSED, Status.REVOKED}
    weeks = [sum(0 <= (day_of(each.starts_at) - today).days - 7 * week < 7 for each in ahead) for week in range(7)]
    assert all(sooner > later for sooner, later in pairwise(weeks))
    assert {each.booked_by for each in appointments} == set(Booker)
    assert any(each.needs for each in appointments)
    assert all(each.created_at < min(each.starts_at, metz("2026-11-24 00:00")) for each in appointments)
    people = rows_of(Citizen)
    assert any(not person.phone and not person.email for person in people)
    assert any("\u0600" <= person.name[0] <= "\u06ff" for person in people)


def test_the_journal_speaks_in_the_verbs_of_the_services(app: Application) -> None:
    """Each line can be read on the pages that tell it, those of the past included."""
    fill()
    told = {what(entry) for entry in rows_of(Entry) if entry.subject is Subject.APPOINTMENT}
    assert {"rendez-vous pris", "arrivée notée", "aide donnée", "absence notée", "annulé par la personne"} <= told


def test_needs_are_booked_only_where_they_are_met(app: Application) -> None:
    fill()
    signing = {code.staff_id for code in rows_of(StaffLanguage) if code.code == "fsl"}
    level = {place.id for place in rows_of(Place) if place.step_free}
    places = {presence.id: presence.place_id for presence in rows_of(Presence)}
    appointments = rows_of(Appointment)
    assert all(places[each.presence_id] in level for each in appointments if Need.WHEELCHAIR in each.needs)
    assert all(each.conseiller_id in signing for each in appointments if Need.SIGN_LANGUAGE in each.needs)


def test_no_presence_is_full(app: Application) -> None:
    fill()
    taken: Counter[int] = Counter()
    for each in rows_of(Commitment):
        taken[each.presence_id or 0] += each.span.minutes
    spans = {presence.id: presence.span.minutes for presence in rows_of(Presence)}
    assert all(minutes < spans[presence_id] for presence_id, minutes in taken.items())
    assert all(each.starts_at + timedelta(hours=12) > each.ends_at for each in rows_of(Presence))
    assert count(OpeningHours) > 100


@pytest.mark.parametrize("at", DAYS)
def test_there_is_somebody_to_call_and_a_letter_to_post(app: Application, at: str) -> None:
    """Nothing is left for the worker, and the coordinator sees it all."""
    fill(at)
    coordinator = db.session.scalars(select(Staff).where(Staff.role == Role.COORDINATOR)).one()
    lists = calls.lists(coordinator, now=metz(at))
    found = [*lists.due, *lists.later]
    assert Counter(each.reason for each in found) == {Reason.LETTER: 2, Reason.CALLBACK: 1}
    assert (lists.to_post, lists.untold) == (1, [])
    assert post.lag(metz(at)).oldest_due_seconds is None


def test_the_calls_are_the_same_each_time_for_a_given_day(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = [(each.public_id, each.citizen.name) for each in rows_of(Call)]
    db.session.remove()
    empty(app)
    fill("2026-11-24 19:00")
    assert [(each.public_id, each.citizen.name) for each in rows_of(Call)] == before
