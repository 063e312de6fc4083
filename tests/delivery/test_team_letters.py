"""Letters to the team: whoever a change in the next 24 hours concerns is told of it, and nobody of what they did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.motifs import Motif
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.slots import Choice, Door, Wish
from cnapp.services.appointments import book_directly, cancel, move_directly, revoke
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from cnapp.services.slots import conseillers_at
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import (
    LINK_KEY,
    give_password,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, submit, visit

TODAY, TOMORROW, LATER = "2026-11-30 14:00", "2026-12-01 07:00", "2026-12-04 14:00"


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@dataclass
class Town:
    """Nadia receives at a place that has a desk, all day today and on Friday."""

    mail: Mail
    place: Place
    nadia: Staff
    desk: Staff
    motif: Motif
    presence: Presence

    def book(self, at: str, by: By | None = None) -> Appointment:
        choice = Choice(self.place.slug, metz(at))
        wish = Wish(self.motif, (self.place.id,), door=Door.STAFF)
        party = Party(Someone("Marie Schmitt"), Origin.COUNTER)
        with transaction(*conseillers_at(choice)):
            return book_directly(
                wish, choice, party=party, by=by or By.citizen(), link_key=LINK_KEY, now=self.mail.clock()
            )

    def change(self, verb: Any, appointment: Appointment, by: By | None = None) -> None:
        with transaction(appointment.conseiller_id):
            verb(appointment, by=by or By.citizen(), now=self.mail.clock())

    def move(self, appointment: Appointment, place: Place, at: str, by: By | None = None) -> None:
        choice = Choice(place.slug, metz(at))
        wish = Wish(self.motif, (place.id,), door=Door.STAFF)
        with transaction(appointment.conseiller_id, *conseillers_at(choice)):
            move_directly(appointment, wish, choice, by=by or By.citizen(), now=self.mail.clock())

    def told(self) -> dict[str, str]:
        """What arrives once a minute has passed, by reader."""
        self.mail.clock.advance(minutes=1)
        return {str(letter["To"]): text_of(letter) for letter in self.mail.send()}


@pytest.fixture
def town(mail: Mail) -> Town:
    place, nadia = make_place("Médiathèque Verlaine"), make_staff("Nadia", email="nadia@exemple.fr")
    desk = make_desk(place, email="accueil@exemple.fr")
    make_desk(make_place(), email="ailleurs@exemple.fr")
    make_presence(LATER[:10] + " 09:00", "17:00", conseiller=nadia, place=place)
    presence = make_presence("2026-11-30 09:00", "17:00", conseiller=nadia, place=place)
    return Town(mail, place, nadia, desk, make_motif(), presence)


def team_rows() -> list[Due]:
    return list(db.session.scalars(select(Due).where(Due.letter == Letter.SCHEDULE).order_by(Due.id)))


def test_the_conseiller_and_the_desk_are_told_of_a_new_one(town: Town) -> None:
    town.book(TODAY)
    told = town.told()
    assert set(told) == {"nadia@exemple.fr", "accueil@exemple.fr"}
    for text in told.values():
        for words in ("Un nouveau rendez-vous", "lundi 30 novembre à 14 h", "Médiathèque Verlaine", "Personne : M. S."):
            assert words in text
        for private in ("Marie", "Schmitt", "adresse e-mail"):
            assert private not in text
    for letter in town.mail.office.received:
        assert " ".join(letter["Subject"].split()) == "Votre journée change : lundi 30 novembre"
        assert not [part for part in letter.walk() if part.get_content_type() == "text/calendar"]


def test_its_link_opens_the_day(app: Application, town: Town) -> None:
    for each in (town.nadia, town.desk):
        give_password(each)
    made = town.book(TODAY)
    town.told()
    for letter in town.mail.office.received:
        client = app.test_client()
        sign_in(client, str(letter["To"]))
        day, account = links_in(letter)
        page = visit(client, day)
        assert page.status == 200 and page.address.endswith(("2026-11-30", "/accueil/poste"))
        assert visit(client, account).status == 200
        assert made.public_id not in day


@pytest.mark.parametrize("who", ["nadia", "desk"])
def test_nobody_is_told_of_what_they_did(town: Town, who: str) -> None:
    town.book(TODAY, by=By.staff(getattr(town, who)))
    assert getattr(town, who).email not in town.told()


def test_what_is_later_is_told_to_nobody_and_asks_nothing_more(town: Town) -> None:
    with count_queries() as soon:
        town.book(TODAY)
    with count_queries() as later:
        town.book(LATER)
    assert len(team_rows()) == 2
    assert len(soon) == len(later) + 3, "one question, and a letter for each of two"


def test_a_cancelled_one_is_told(town: Town) -> None:
    made = town.book(TODAY, by=By.staff(town.nadia))
    town.told()
    town.change(cancel, made)
    told = town.told()
    assert set(told) == {"nadia@exemple.fr", "accueil@exemple.fr"}
    assert all("Un rendez-vous de votre journée est annulé." in text for text in told.values())


def test_one_moved_out_of_the_day_is_told_with_the_time_that_it_had(town: Town) -> None:
    made = town.book(TODAY)
    town.told()
    town.move(made, town.place, LATER)
    text = town.told()["nadia@exemple.fr"]
    assert "Un rendez-vous de votre journée a changé." in text
    assert "Quand : vendredi 4 décembre à 14 h" in text and "Avant : lundi 30 novembre à 14 h" in text


def test_one_moved_to_somebody_else_is_told_to_both_and_to_both_desks(town: Town) -> None:
    hugo, place = make_staff("Hugo", email="hugo@exemple.fr"), make_place()
    make_desk(place, email="borny@exemple.fr")
    make_presence("2026-11-30 09:00", "17:00", conseiller=hugo, place=place)
    made = town.book(TODAY)
    town.told()
    town.move(made, place, "2026-11-30 15:00")
    told = town.told()
    assert set(told) == {"nadia@exemple.fr", "accueil@exemple.fr", "hugo@exemple.fr", "borny@exemple.fr"}
    for left in ("nadia@exemple.fr", "accueil@exemple.fr"):
        assert "n’est plus dans votre journée" in told[left] and "lundi 30 novembre à 14 h" in told[left]
        assert "15 h" not in told[left]
    assert "lundi 30 novembre à 15 h" in told["hugo@exemple.fr"]


def test_a_change_of_mind_within_a_minute_is_told_once_as_it_ended(town: Town) -> None:
    made = town.book(TODAY)
    town.change(revoke, made, by=By.staff(town.desk))
    told = town.told()
    assert set(told) == {"nadia@exemple.fr", "accueil@exemple.fr"}
    assert "est annulé" in told["nadia@exemple.fr"]
    outcomes = {(row.staff_id == town.nadia.id, row.version): row.outcome for row in team_rows()}
    assert outcomes[True, 1] is Outcome.OVERTAKEN and outcomes[True, 2] is Outcome.SENT


def test_what_has_begun_is_no_news(town: Town) -> None:
    town.book("2026-11-30 09:00")
    town.mail.clock.advance(hours=3)
    assert town.told() == {}
    assert {row.outcome for row in team_rows()} == {Outcome.UNNEEDED}


def test_whoever_wants_none_gets_none(client: FlaskClient, town: Town) -> None:
    give_password(town.nadia)
    sign_in(client, "nadia@exemple.fr")
    page = visit(client, "/compte")
    assert page.form("/lettres").select_one("input[type=checkbox][checked]")
    saved = submit(client, page, {"schedule_letters": []}, "/lettres")
    assert "Vous ne recevez plus" in saved.text
    assert not saved.form("/lettres").select_one("input[type=checkbox][checked]")
    town.book(TODAY)
    assert set(town.told()) == {"accueil@exemple.fr"}
    submit(client, visit(client, "/compte"), {"schedule_letters": "y"}, "/lettres")
    town.book("2026-11-30 14:45")
    assert "nadia@exemple.fr" in town.told()


def test_a_closed_account_gets_none(town: Town) -> None:
    with transaction():
        db.session.get_one(Staff, town.desk.id).disabled_at = town.mail.clock()
    town.book(TODAY)
    assert set(town.told()) == {"nadia@exemple.fr"}


def test_the_names_of_letters_hold_no_number_of_a_row_and_fit(town: Town) -> None:
    made = make_appointment(town.presence, TODAY, version=9_998)
    town.change(cancel, made)
    keys = [row.key for row in team_rows()]
    assert len(keys) == 2 and max(map(len, keys)) <= 80
    assert {key.split("/")[1] for key in keys} == {made.public_id}
