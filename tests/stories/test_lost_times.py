"""A time is lost, another proposed: the citizen reads it, opens the link, and answers, without any account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.delivery.carriers import carrier_set
from cnapp.delivery.errands import enlist_reminders, settle_unanswered
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.calls import Call
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, Standing
from cnapp.services import absences
from cnapp.services.journal import By, history
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import (
    LINK_KEY,
    give_password,
    make_appointment,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.replacing import bring_back, line_of, lose, propose, withdraw
from tests.support import FrozenClock, Page, sign_in, submit, visit

TUESDAY, THURSDAY = "2026-12-01", "2026-12-03"
GONE = "Cette heure ne vous est plus proposée. Voici où en est votre rendez-vous."


@dataclass
class Town:
    """Léa was to come on Tuesday at nine; Nadia is ill."""

    mail: Mail
    client: FlaskClient
    borny: Place
    appointment: Appointment
    line: Displacement

    @property
    def address(self) -> str:
        return f"/r/{self.appointment.link(LINK_KEY)}"

    def receipt(self) -> Page:
        return visit(self.client, self.address)

    def propose(self, place: Place | None = None, at: str = f"{THURSDAY} 10:00") -> str:
        """The path that the letter leads to."""
        hugo = make_staff("Hugo")
        presence = make_presence(f"{at[:10]} 09:00", "17:00", place=place or self.borny, conseiller=hugo)
        self.line = propose(line_of(self.line), presence, at, now=self.mail.clock())
        self.mail.clock.advance(minutes=5)
        [letter] = self.post()
        return links_in(letter)[0]

    def post(self) -> list[EmailMessage]:
        """With the errands of `flask post`."""
        before, settings = len(self.mail.office.received), self.mail.app.settings
        sorting = Sorting(settings, mail=carrier_set(settings))
        errands = [partial(enlist_reminders, sorting.open_channels), settle_unanswered]
        work_off(PostOffice(sorting.parcel, errands=errands), clock=self.mail.clock)
        db.session.rollback()
        return self.mail.office.received[before:]

    @property
    def standing(self) -> Standing:
        return line_of(self.line).standing

    def verbs(self) -> list[str]:
        db.session.rollback()
        return [entry.what for entry in history((Subject.APPOINTMENT, self.appointment.id))[0]]


@pytest.fixture
def town(app: Application, client: FlaskClient, clock: FrozenClock) -> Iterator[Town]:
    with mailing(app, clock) as mail:
        borny, nadia = make_place("Mairie de Borny"), make_staff("Nadia")
        presence = make_presence(f"{TUESDAY} 09:00", "17:00", place=borny, conseiller=nadia)
        contacts = {"email": "lea@exemple.fr", "phone": "+33387123456"}
        lea = make_appointment(presence, f"{TUESDAY} 09:00", name="Léa Martin", **contacts)
        yield Town(mail, client, borny, lea, lose(lea, now=clock()))


def heading(page: Page) -> str:
    return " ".join(page.html.h1.get_text().split()) if page.html.h1 else ""


def test_the_receipt_says_that_it_does_not_take_place_also_days_later(town: Town) -> None:
    for day in ("2026-11-30 08:01", "2026-12-01 09:30", "2026-12-05 12:00"):
        town.mail.clock.set(day)
        page = town.receipt()
        assert heading(page) == "Ce rendez-vous n’a pas lieu mardi 1er décembre à 9 h."
        assert "Le conseiller est absent. Nous cherchons une autre heure." in page.text
        assert "Nous vous prévenons dès que nous l’avons." in page.text
        for wrong in ("passé", "annulé par le service", "Rendez-vous confirmé", "Léa"):
            assert wrong not in page.text


def test_whoever_nobody_can_reach_is_not_promised_anything(town: Town) -> None:
    with transaction():
        person = db.session.get_one(Appointment, town.appointment.id).person
        person.write_to(None)
        person.phone = None
    page = town.receipt()
    assert (
        "Nous ne sommes pas sûrs de pouvoir vous prévenir" in page.text and "Vous n’avez rien à faire" not in page.text
    )


def test_its_calendar_takes_it_out(town: Town) -> None:
    file = town.client.get(f"{town.address}/rendez-vous.ics").text
    assert "STATUS:CANCELLED" in file


def test_its_code_finds_it(town: Town) -> None:
    code = town.appointment.code
    page = submit(town.client, visit(town.client, "/retrouver"), {"code": code, "letters": "Mar"})
    assert page.address == town.address and "n’a pas lieu" in page.text


def test_whoever_lost_its_code_is_told_it(town: Town) -> None:
    found = submit(town.client, visit(town.client, "/retrouver"), {"contact": "lea@exemple.fr"}, action="/sans-code")
    assert found.status == 200
    [letter] = town.post()
    assert "mardi 1er décembre à 9 h : n’a pas lieu, nous cherchons une autre heure Où : Mairie" in text_of(letter)
    assert town.address in links_in(letter)


def test_one_chooses_another_time_oneself_even_the_same_hour(town: Town) -> None:
    make_presence(f"{TUESDAY} 09:00", "12:00", place=town.borny, conseiller=make_staff("Hugo"))
    page = visit(town.client, f"{town.address}/deplacer")
    assert "N’a pas lieu : mardi 1er décembre à 9 h" in page.text and "Elle reste à vous" not in page.text
    slot = page.html.select_one("main [name=slot]")
    assert slot and str(slot["value"]).endswith("T0800Z")
    check = submit(town.client, page, {"slot": slot["value"]})
    assert "j’attends votre proposition" in check.text and "libre pour quelqu’un" not in check.text
    done = submit(town.client, check)
    assert "Le rendez-vous est déplacé" in done.text and "Rendez-vous confirmé" in done.text
    assert town.standing is Standing.SETTLED
    town.mail.clock.advance(minutes=1)
    [letter] = town.post()
    assert "Votre rendez-vous a changé" in text_of(letter) and "avec Hugo" not in text_of(letter)


def test_pages_that_an_old_tab_still_leads_to_promise_nothing_that_was_lost(town: Town) -> None:
    assert visit(town.client, f"{town.address}/plus-tot").html.h1 == town.receipt().html.h1
    assert "reste réservé" not in visit(town.client, f"{town.address}/rappels").text


def test_whoever_cannot_be_told_leaves_a_number_from_the_receipt(town: Town) -> None:
    assert town.receipt().html.select_one(f'a[href="{town.address}/coordonnees"]')
    page = visit(town.client, f"{town.address}/coordonnees")
    done = submit(town.client, page, {"phone": "03 87 65 43 21"})
    assert "Vos coordonnées sont changées" in done.text and "n’a pas lieu" in done.text


def test_one_cancels_and_nobody_looks_any_more(town: Town) -> None:
    page = visit(town.client, f"{town.address}/annuler")
    assert "Non, j’attends une autre heure" in page.text
    done = submit(town.client, page)
    assert "C’est annulé" in done.text and "Nous ne cherchons plus d’autre heure" in done.text
    assert "libre pour quelqu’un" not in done.text + visit(town.client, f"{town.address}/annuler").text
    assert town.standing is Standing.ENDED


def test_one_cancels_what_was_proposed_and_that_time_is_free_for_others(town: Town) -> None:
    town.propose()
    done = submit(town.client, visit(town.client, f"{town.address}/annuler"))
    assert "l’heure est libre pour quelqu’un d’autre" in done.text


def test_opening_the_link_changes_nothing_and_its_button_says_yes(town: Town) -> None:
    link = town.propose()
    assert link == f"{town.address}/proposition"
    page = visit(town.client, link)
    assert heading(page) == "Nous vous proposons une autre heure"
    for words in (
        "jeudi 3 décembre à 10 h",
        "au lieu du mardi 1er décembre à 9 h. Le conseiller est absent.",
        "Au même endroit : Mairie de Borny",
        "Sans réponse avant mardi 1er décembre à 18 h, cette heure reste la vôtre.",
    ):
        assert words in page.text
    assert town.standing is Standing.PROPOSED
    done = submit(town.client, page, action="/proposition")
    assert done.address == town.address and "vous venez à cette heure" in done.text
    assert "Rendez-vous confirmé" in done.text and "Nous vous proposons" not in done.text
    assert town.standing is Standing.ACCEPTED
    assert town.verbs().count("accepted") == 1


def test_yes_twice_shows_the_same_end(town: Town) -> None:
    page = visit(town.client, town.propose())
    for _ in range(2):
        assert submit(town.client, page, action="/proposition").address == town.address
    assert town.verbs().count("accepted") == 1


def test_the_receipt_asks_too_and_another_place_is_said_with_its_way(town: Town) -> None:
    town.propose(make_place("Médiathèque Verlaine", address="1 place Saint-Thiébault"))
    page = town.receipt()
    assert len(page.html.select("h1")) == 1
    assert "Le lieu change" in page.text and "1 place Saint-Thiébault" in page.text
    assert "nous vous appellerons" in page.text
    links = {link.get_text(): link["href"] for link in page.html.select("main section a")}
    assert links == {"Un autre moment": f"{town.address}/deplacer", "Annuler": f"{town.address}/annuler"}
    assert "Rendez-vous confirmé" in submit(town.client, page, action="/proposition").text


def test_yes_to_a_proposal_that_was_withdrawn_says_how_things_stand(town: Town) -> None:
    page = visit(town.client, town.propose())
    withdraw(town.line, now=town.mail.clock())
    answer = submit(town.client, page, action="/proposition")
    assert answer.status == 409
    assert GONE in answer.text and "Ce rendez-vous n’a pas lieu mardi" in answer.text
    assert town.standing is Standing.OPEN


def test_yes_to_a_proposal_that_was_replaced_shows_the_new_one(town: Town) -> None:
    page = visit(town.client, town.propose())
    town.line = withdraw(town.line, now=town.mail.clock())
    town.propose(at="2026-12-04 14:00")
    answer = submit(town.client, page, action="/proposition")
    assert answer.status == 409
    assert GONE in answer.text and "vendredi 4 décembre à 14 h" in answer.text
    assert town.standing is Standing.PROPOSED


def test_yes_to_what_was_cancelled_says_so(town: Town) -> None:
    page = visit(town.client, town.propose())
    submit(town.client, visit(town.client, f"{town.address}/annuler"))
    answer = submit(town.client, page, action="/proposition")
    assert answer.status == 409 and GONE in answer.text and "C’est annulé" in answer.text
    assert town.standing is Standing.ENDED


def test_another_moment_settles_it(town: Town) -> None:
    town.propose()
    make_presence("2026-12-07 09:00", "17:00", place=town.borny, conseiller=make_staff("Inès"))
    page = visit(town.client, f"{town.address}/deplacer?du=2026-12-07")
    slot = page.html.select_one("main [name=slot]")
    assert slot
    submit(town.client, submit(town.client, page, {"slot": slot["value"]}))
    assert town.standing is Standing.SETTLED
    assert "Rendez-vous confirmé" in town.receipt().text


def test_a_yes_still_counts_after_its_time_and_ends_the_call(town: Town) -> None:
    town.propose(make_place("Ailleurs"))
    town.mail.clock.set(f"{TUESDAY} 18:00")
    town.post()
    assert town.standing is Standing.TO_CALL
    page = town.receipt()
    assert "Nous vous appelons." in page.text
    submit(town.client, page, action="/proposition")
    assert town.standing is Standing.ACCEPTED
    assert [call.settled_at for call in db.session.scalars(select(Call))] == [town.mail.clock()]


def test_what_is_displaced_is_not_reminded(town: Town) -> None:
    town.mail.clock.set(f"{TUESDAY} 08:00")
    town.post()
    reminders = select(Due).where(Due.letter.in_((Letter.REMINDED, Letter.REMINDED_TODAY)))
    assert db.session.scalars(reminders).all() == []


def test_taken_back_it_takes_place(town: Town) -> None:
    bring_back(line_of(town.line), now=town.mail.clock())
    assert "Rendez-vous confirmé" in town.receipt().text
    assert town.client.get(f"{town.address}/proposition").status_code == 303


@pytest.fixture
def anne(town: Town) -> FlaskClient:
    """The coordination, in a browser of its own."""
    give_password(make_staff("Anne", role=Role.COORDINATOR, email="anne@exemple.fr"))
    client = town.mail.app.test_client()
    sign_in(client, "anne@exemple.fr")
    return client


def to_call(town: Town, anne: FlaskClient) -> Page:
    """At another place, nobody answered: the list of calls."""
    town.propose(make_place("Ailleurs"))
    town.mail.clock.set(f"{TUESDAY} 18:00")
    town.post()
    sign_in(anne, "anne@exemple.fr")
    return visit(anne, "/coordination/appels")


def test_whoever_is_reached_says_yes_and_the_press_can_be_taken_back(town: Town, anne: FlaskClient) -> None:
    page = to_call(town, anne)
    assert "Proposez jeudi 3 décembre à 10 h. Le lieu change : Ailleurs," in page.text
    page = submit(anne, page, {"answer": "reached"}, action="/essais")
    assert town.standing is Standing.ACCEPTED
    assert "accepted" in town.verbs()
    submit(anne, page, action="/revenir")
    assert town.standing is Standing.PROPOSED


def test_whoever_does_not_come_is_cancelled(town: Town, anne: FlaskClient) -> None:
    page = to_call(town, anne)
    link = page.html.select_one('a[href$="/fin/ne-vient-pas"]')
    assert link
    submit(anne, visit(anne, str(link["href"])))
    assert town.standing is Standing.ENDED
    assert db.session.get_one(Appointment, town.appointment.id).status is Status.EXCUSED


def test_a_message_left_is_no_answer(town: Town, anne: FlaskClient) -> None:
    page = to_call(town, anne)
    submit(anne, page, {"answer": "message_left"}, action="/essais")
    assert town.standing is Standing.TO_CALL


def leave(leader: Staff, town: Town) -> None:
    wanted = absences.Wanted([leader], Span(metz(f"{THURSDAY} 08:00"), metz(f"{THURSDAY} 18:00")), Cause.ILLNESS)
    with transaction(leader.id):
        absences.enter(wanted, by=By.staff(leader), now=town.mail.clock())


def test_a_session_without_its_leader_says_so(town: Town) -> None:
    workshop = make_workshop(f"{THURSDAY} 14:00", place=town.borny)
    registration = make_registration(workshop, email="lea@exemple.fr")
    told = "L’animateur est absent jeudi 3 décembre à 14 h. Nous cherchons une solution."
    addresses = [f"/i/{registration.link(LINK_KEY)}", f"/ateliers/{workshop.public_id}"]
    for address in addresses:
        assert told not in visit(town.client, address).text
    leave(workshop.sessions[0].leaders[0], town)
    for address in addresses:
        assert told in visit(town.client, address).text
    assert f"{told} Nous vous préviendrons." in visit(town.client, addresses[0]).text
    unreached = make_registration(workshop)
    for address in (addresses[1], f"/i/{unreached.link(LINK_KEY)}"):
        assert "Nous vous préviendrons" not in visit(town.client, address).text
    for reminder in ("2026-12-01 09:00", f"{THURSDAY} 08:00"):
        town.mail.clock.set(reminder)
        theirs = [text_of(each) for each in town.post() if each["To"] == "lea@exemple.fr"]
        assert not [text for text in theirs if workshop.title in text]
