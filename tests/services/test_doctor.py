"""The doctor names what is wrong with the rows, the guards and the tables, by id, and nobody by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, event, text

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import Entry
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Letter, Outcome
from cnapp.domain.visits import State
from cnapp.services import doctor
from cnapp.services.doctor import examination
from cnapp.services.doctor.accounts import known_passwords
from cnapp.services.doctor.engine import unsafe
from cnapp.services.doctor.post import late_letters, parked_letters
from cnapp.services.doctor.schema import schema_faults
from cnapp.services.doctor.warnings import to_check
from cnapp.web.application import Application
from tests.afterwards import faults_left
from tests.factories import (
    give_password,
    keep,
    make_appointment,
    make_citizen,
    make_commitment,
    make_due,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    make_visit,
    make_wait,
    metz,
)
from tests.planting import change_guards, guards_dropped, plant
from tests.support import MORNING, FrozenClock, count_queries

planted = pytest.mark.planted_faults


@pytest.fixture
def unguarded(app: Application) -> Iterator[None]:
    with guards_dropped(app):
        yield


def row_faults() -> list[str]:
    """Without the guards that the test itself has dropped; the question asked after every test finds as much."""
    faults = doctor.row_faults()
    assert faults_left() == faults
    return [fault for fault in faults if not fault.startswith("La garde")]


def test_a_sound_database_has_no_fault(app: Application, clock: FrozenClock) -> None:
    make_appointment(make_presence())

    assert examination.faults(now=clock()) == []


def test_looking_at_the_rows_takes_a_fixed_number_of_queries(app: Application) -> None:
    with count_queries() as asked:
        assert doctor.row_faults() == []

    assert len(asked) <= 30


@planted
@pytest.mark.usefixtures("unguarded")
def test_time_promised_twice_is_named() -> None:
    presence = make_presence()
    first = make_commitment(presence, "2026-12-03 09:00")
    second = make_commitment(presence, "2026-12-03 09:30")
    apart = make_commitment(presence, "2026-12-03 10:15")

    faults = row_faults()

    assert faults == [f"Temps promis deux fois : conseiller {presence.conseiller_id}, engagement {second.id}."]
    assert apart.id != first.id


@planted
@pytest.mark.usefixtures("unguarded")
def test_a_long_commitment_is_found_under_one_that_is_not_next_to_it() -> None:
    presence = make_presence("2026-12-03 08:00", "18:00")
    times = [("08:00", 500), ("09:00", 30), ("16:00", 30)]
    _, second, third = [make_commitment(presence, f"2026-12-03 {at}", minutes) for at, minutes in times]

    assert [fault.split()[-1] for fault in row_faults()] == [f"{second.id}.", f"{third.id}."]


@planted
@pytest.mark.usefixtures("unguarded")
def test_two_places_at_once_and_too_short_a_way_are_named(clock: FrozenClock) -> None:
    conseiller, borny, sablon = make_staff(), make_place(), make_place()
    make_travel(borny, sablon, 25)
    rows = [
        make_presence("2026-12-03 09:00", "12:00", conseiller=conseiller, place=borny),
        make_presence("2026-12-03 12:20", "15:00", conseiller=conseiller, place=sablon),
        make_presence("2026-12-03 14:00", "16:00", conseiller=conseiller, place=sablon),
        make_presence("2026-12-03 16:00", "17:00", conseiller=conseiller, place=sablon),
        make_presence("2026-12-03 17:25", "18:00", conseiller=conseiller, place=borny),
    ]

    pairs = [f"{rows[0].id} et {rows[1].id}.", f"{rows[1].id} et {rows[2].id}."]

    assert [fault.partition("permanences ")[2] for fault in row_faults()] == pairs


@planted
@pytest.mark.usefixtures("unguarded")
def test_ways_of_the_past_are_not_judged_by_the_minutes_of_today(app: Application, clock: FrozenClock) -> None:
    conseiller = make_staff()
    make_presence("2026-11-02 09:00", "12:00", conseiller=conseiller)
    make_presence("2026-11-02 12:05", "15:00", conseiller=conseiller)

    assert len(row_faults()) == 1
    assert [fault for fault in doctor.row_faults(since=clock()) if "trajet" in fault] == []


@planted
@pytest.mark.usefixtures("unguarded")
def test_a_commitment_outside_its_presence_is_named() -> None:
    late = make_commitment(make_presence(), "2026-12-03 11:45")
    withdrawn = make_presence(withdrawn_at=late.starts_at)
    lost = make_commitment(withdrawn, "2026-12-03 09:00")

    named = sorted(fault.split(" hors")[0] for fault in row_faults())
    assert named == sorted([f"Engagement {late.id}", f"Engagement {lost.id}"])


@planted
@pytest.mark.usefixtures("unguarded")
def test_an_appointment_and_its_time_are_one_to_one() -> None:
    presence = make_presence()
    appointment = make_appointment(presence, "2026-12-03 09:00")
    alone = make_commitment(presence, "2026-12-03 11:00", kind="appointment")
    plant(f"UPDATE appointments SET starts_at = ends_at - (ends_at - starts_at) / 3 WHERE id = {appointment.id}")

    assert row_faults()[:2] == [
        f"Rendez-vous {appointment.id} (booked) sans le temps qui lui revient.",
        f"Engagement {alone.id} : temps promis à un rendez-vous qui n’existe pas.",
    ]


@planted
@pytest.mark.usefixtures("app")
def test_an_appointment_without_letter_of_its_version_is_named() -> None:
    appointment = make_appointment()
    plant(f"UPDATE appointments SET version = 2 WHERE id = {appointment.id}")

    assert row_faults() == [f"Rendez-vous {appointment.id} : aucune lettre pour sa version 2."]


@planted
@pytest.mark.usefixtures("app")
def test_a_reminder_is_not_the_letter_that_its_version_owes() -> None:
    appointment = make_appointment()
    make_due(appointment, metz(MORNING), Letter.REMINDED)

    assert row_faults() == [f"Rendez-vous {appointment.id} : aucune lettre pour sa version 2."]


@planted
@pytest.mark.usefixtures("app")
def test_a_letter_that_nothing_happened_for_is_named() -> None:
    appointment = make_appointment()
    plant(f"UPDATE outbox SET version = 3 WHERE appointment_id = {appointment.id}")

    assert any("elle annonce ce qui n’est pas arrivé" in fault for fault in row_faults())


@planted
@pytest.mark.usefixtures("app")
def test_rows_that_lead_nowhere_are_counted() -> None:
    make_staff(languages=("ar", "de"))
    plant("DELETE FROM staff")

    [fault] = doctor.row_faults()

    assert fault.startswith("2 ligne(s) de staff_languages ne mènent à rien")


@planted
@pytest.mark.usefixtures("app")
def test_a_visit_with_the_time_of_another_door_is_named() -> None:
    given = make_appointment()
    visit = make_visit(appointment_id=given.id, state=State.DONE, ended_at=metz("2026-11-30 08:10"))
    assert doctor.row_faults() == [
        f"Passage {visit.id} : le rendez-vous {given.id} n’a pas été donné à l’accueil (online)."
    ]


@planted
@pytest.mark.usefixtures("app")
def test_an_offer_to_somebody_who_waits_no_more_is_named(clock: FrozenClock) -> None:
    presence, citizen = make_presence(), make_citizen()
    wait = make_wait(make_motif(), citizen, ended_at=clock(), ending="left")
    made = {
        "public_id": "o" * 32,
        "draft_id": "d" * 43,
        "starts_at": presence.starts_at,
        "created_at": clock(),
        "channel": "call",
    }
    there = {"presence_id": presence.id, "place_id": presence.place_id}
    offer = keep(Offer(wait_id=wait.id, **made, **there, expires_at=presence.starts_at))

    assert row_faults() == [f"Offre {offer.id} : elle attend une réponse, mais l’attente {wait.id} est finie."]


@planted
@pytest.mark.usefixtures("app")
def test_a_gap_in_a_journal_is_named() -> None:
    appointment = make_appointment()
    keep(
        Entry(
            subject="appointment",
            subject_id=appointment.id,
            number=3,
            what="moved",
            actor="clock",
            detail={},
            at=appointment.starts_at,
        )
    )

    assert row_faults() == [f"Journal : la suite est rompue pour appointment {appointment.id}."]


@planted
@pytest.mark.usefixtures("app")
def test_no_fault_names_a_person() -> None:
    appointment = make_appointment(name="Zébulon Introuvable", phone="+33612345678", email="zebulon@exemple.fr")
    plant(f"UPDATE appointments SET version = 2 WHERE id = {appointment.id}", "DELETE FROM citizens")

    told = " ".join(row_faults())

    assert told
    assert not any(secret in told for secret in ("Zébulon", "Introuvable", "612345678", "zebulon"))


@planted
def test_each_guard_that_is_missing_is_named(app: Application) -> None:
    name = "presences_never_overlap" if db.engine.dialect.name == "postgresql" else "presences_never_overlap_insert"
    with guards_dropped(app, name):
        assert doctor.row_faults() == [f"La garde {name} manque dans la base, ou a changé."]
        assert doctor.reasons_to_stay_shut() == doctor.row_faults()
    assert doctor.row_faults() == []


@planted
def test_after_an_overlap_got_in_new_ones_are_still_refused(app: Application) -> None:
    """C23. PostgreSQL cannot have its exclusion back before the overlap is gone."""
    if db.engine.dialect.name == "postgresql":
        pytest.skip("its exclusion constraint does not tolerate what is there")
    presence = make_presence()
    with guards_dropped(app):
        for at in ("09:00", "09:30"):
            make_commitment(presence, f"2026-12-03 {at}")
        change_guards("create")
        assert len(doctor.row_faults()) == 1

        for at in ("08:45", "09:15", "10:00"):
            with pytest.raises(Refusal):
                make_commitment(db.session.merge(presence), f"2026-12-03 {at}")
        make_commitment(db.session.merge(presence), "2026-12-03 10:15")


@planted
def test_tables_that_differ_from_the_models_are_named(app: Application) -> None:
    connection = db.session.connection(execution_options={"writes": True})
    connection.execute(text("DROP INDEX ix_outbox_due"))
    connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    faults = schema_faults(connection)
    db.session.rollback()

    assert faults[0].startswith("La base est à la migration 0000, le logiciel à ")
    assert faults[1] == "Schéma différent du modèle : add_index ix_outbox_due."


def test_a_database_that_could_forget_or_accept_anything_is_unsafe(app: Application) -> None:
    """D04."""
    url = db.engine.url
    if url.drivername.startswith("postgresql"):
        careless = create_engine(url, connect_args={"options": "-c synchronous_commit=off"})
        expected = ["PostgreSQL répond avant d’avoir écrit sur le disque : mettez synchronous_commit à on."]
    else:
        careless = create_engine(url)
        event.listen(careless, "connect", lambda driver, _: driver.execute("PRAGMA synchronous=NORMAL"))
        expected = [
            "SQLite doit écrire sur le disque à chaque réponse (synchronous FULL).",
            "SQLite doit vérifier les clés étrangères (foreign_keys ON).",
        ]
    with careless.connect() as connection:
        assert unsafe(connection) == expected
    careless.dispose()
    assert unsafe(db.session.connection()) == []


def test_the_password_of_the_demonstration_is_recognised(app: Application) -> None:
    known, other = make_staff("Nadia"), make_staff("Thomas")
    give_password(known)
    give_password(other, "une phrase que personne ne connaît")

    assert known_passwords() == [f"Le compte {known.id} a encore le mot de passe de la démonstration."]


def test_presences_where_nobody_can_be_received_are_to_check(app: Application, clock: FrozenClock) -> None:
    closed = make_place(valid_until=date(2026, 12, 2))
    gone = make_staff(in_post_until=date(2026, 12, 2))
    make_presence("2026-12-04 09:00")
    rows = [
        make_presence("2026-12-03 09:00", place=closed),
        make_presence("2026-12-03 09:00", conseiller=gone),
        make_presence("2026-12-26 09:00"),
    ]

    found = to_check(now=clock())

    assert [line.partition(" : ")[0] for line in found] == [
        f"permanence {row.id} du {row.starts_at.date().isoformat()}" for row in rows
    ]


def test_letters_that_do_not_leave_are_to_check(app: Application, clock: FrozenClock) -> None:
    make_due(make_appointment(), clock())
    clock.advance(minutes=14, seconds=59)
    assert late_letters(now=clock()) == []
    clock.advance(seconds=1)
    [late] = late_letters(now=clock())
    assert "depuis 15 minutes" in late


def test_letters_that_could_not_be_written_are_to_check(app: Application, clock: FrozenClock) -> None:
    assert parked_letters() == []
    parked = {"outcome": Outcome.PARKED, "last_error": "KeyError", "settled_at": clock()}
    for day in (3, 4):
        make_due(make_appointment(at=f"2026-12-0{day} 09:00"), clock(), **parked)
    [told] = parked_letters()
    assert told.startswith("2 lettre(s)") and late_letters(now=clock()) == []
