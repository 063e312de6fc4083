"""A forgotten password: a link by e-mail, and an answer that tells nobody who has an account (K03, K04, K13)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import Base, db, transaction
from cnapp.domain.accounts import PasswordLink
from cnapp.domain.outbox import Due, Letter, Outcome
from cnapp.domain.people import Role, Staff
from cnapp.services import password_links
from cnapp.services.forgotten_passwords import TRIES_AN_ACCOUNT, TRIES_AN_ADDRESS
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.delivery.mailing import Mail, links_in, mailing, text_of
from tests.factories import PASSWORD, give_password, make_staff, metz
from tests.support import FrozenClock, Page, count_queries, submit, type_password, visit

ASKING = "/connexion/mot-de-passe-oublie"
NEW = "une phrase courte"
ANSWER = "Si ce compte existe, un e-mail arrive dans quelques minutes."


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


@pytest.fixture
def nadia(app: Application) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    return staff


def ask(client: FlaskClient, email: str = "nadia@exemple.fr") -> Page:
    return submit(client, visit(client, ASKING), {"email": email})


def rows(table: type[Base]) -> int:
    return len(db.session.scalars(select(table)).all())


def test_whoever_forgot_it_chooses_another_by_the_letter(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, mail: Mail
) -> None:
    type_password(other_client, "nadia@exemple.fr")
    page = submit(client, visit(client, "/connexion"), {"email": "nadia@exemple.fr", "password": "oublié"})
    assert page.html.select_one(f'a[href="{ASKING}"]')
    assert ANSWER in ask(client, "Nadia@Exemple.fr").text
    (letter,) = mail.send()
    assert letter["To"] == "nadia@exemple.fr"
    assert "Bonjour Nadia Benali," in text_of(letter) and "jusqu’à 8 h 30" in text_of(letter)
    (link,) = links_in(letter)
    landed = submit(client, visit(client, link), {"new": NEW})
    assert "Votre mot de passe est choisi." in landed.text
    assert visit(other_client, "/compte").address == "/connexion", "signed out everywhere"
    assert type_password(client, "nadia@exemple.fr", PASSWORD).status == 422
    assert type_password(client, "nadia@exemple.fr", NEW).address.startswith("/agenda")


def test_its_link_is_kept_nowhere(client: FlaskClient, nadia: Staff, mail: Mail) -> None:
    ask(client)
    kept = [repr(db.session.execute(select(table)).all()) for table in Base.metadata.sorted_tables]
    (letter,) = mail.send()
    token = links_in(letter)[0].rpartition("/")[2]
    assert len(token) >= 22
    assert not [row for row in kept if token in row]
    assert "nadia" not in letter["Subject"].lower() and "nadia" not in letter["Message-ID"]


def test_it_serves_for_half_an_hour(client: FlaskClient, nadia: Staff, mail: Mail, clock: FrozenClock) -> None:
    ask(client)
    (letter,) = mail.send()
    clock.advance(minutes=29)
    assert visit(client, links_in(letter)[0]).status == 200
    clock.advance(minutes=1)
    assert visit(client, links_in(letter)[0]).status == 410


def test_a_letter_that_comes_too_late_to_serve_does_not_leave(
    client: FlaskClient, nadia: Staff, mail: Mail, clock: FrozenClock
) -> None:
    ask(client)
    clock.advance(minutes=31)
    assert mail.send() == []
    assert db.session.scalars(select(Due.outcome)).all() == [Outcome.UNNEEDED]


def test_the_password_once_chosen_every_other_link_ends(
    client: FlaskClient, nadia: Staff, mail: Mail, clock: FrozenClock
) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    with transaction(nadia.id):
        handed = password_links.make(nadia, claire, by=By.staff(claire), now=clock())
    ask(client)
    ask(client)
    one, two = (links_in(letter)[0] for letter in mail.send())
    submit(client, visit(client, two), {"new": NEW})
    ends = [visit(client, link).status for link in (one, two, f"/connexion/nouveau-mot-de-passe/{handed}")]
    assert ends == [404, 410, 404]


def test_a_stranger_who_asks_ends_no_link_of_the_coordination(
    client: FlaskClient, nadia: Staff, mail: Mail, clock: FrozenClock
) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    with transaction(nadia.id):
        handed = password_links.make(nadia, claire, by=By.staff(claire), now=clock())
    ask(client)
    assert visit(client, f"/connexion/nouveau-mot-de-passe/{handed}").status == 200
    assert password_links.waiting(clock()) == {nadia.id}


@pytest.mark.parametrize("columns", [{"disabled_at": metz("2026-11-01 08:00")}, {"in_post_until": "2026-11-29"}])
def test_a_closed_account_reads_the_same_and_gets_no_letter(
    client: FlaskClient, mail: Mail, columns: dict[str, object]
) -> None:
    if "in_post_until" in columns:
        columns = {"in_post_until": metz("2026-11-29 08:00").date()}
    make_staff("Hugo", email="hugo@exemple.fr", **columns)
    assert ask(client, "hugo@exemple.fr").text == ask(client, "personne@exemple.fr").text
    assert mail.send() == [] and rows(PasswordLink) == rows(Due) == 0


def test_known_and_unknown_ask_the_database_the_same(client: FlaskClient, nadia: Staff, mail: Mail) -> None:
    """K03, K04: the same statements, in the same order, and the same page."""
    asked, pages = [], []
    for email in ("nadia@exemple.fr", "personne@exemple.fr"):
        page = visit(client, ASKING)
        with count_queries() as statements:
            pages.append(submit(client, page, {"email": email}))
        asked.append(statements)
    assert asked[0] == asked[1]
    assert (pages[0].status, pages[0].text) == (pages[1].status, pages[1].text)
    assert ANSWER in pages[0].text
    assert db.session.scalars(select(Due.letter)).all() == [Letter.PASSWORD]


def test_signing_in_asks_the_database_the_same_of_known_and_unknown(client: FlaskClient, nadia: Staff) -> None:
    """K03."""
    asked = []
    for email in ("nadia@exemple.fr", "personne@exemple.fr"):
        page = visit(client, "/connexion")
        with count_queries() as statements:
            submit(client, page, {"email": email, "password": "pas le bon"})
        asked.append(statements)
    assert asked[0] == asked[1]


@pytest.mark.parametrize("email", ["nadia@exemple.fr", "personne@exemple.fr"])
def test_one_account_is_asked_for_three_times_an_hour_known_or_not(
    client: FlaskClient, nadia: Staff, mail: Mail, clock: FrozenClock, email: str
) -> None:
    assert [ask(client, email).status for _ in range(TRIES_AN_ACCOUNT + 1)] == [200] * TRIES_AN_ACCOUNT + [429]
    assert len(mail.send()) == (TRIES_AN_ACCOUNT if email.startswith("nadia") else 0)
    clock.advance(minutes=61)
    assert ask(client, email).status == 200


def test_one_address_asks_for_thirty_accounts_an_hour(client: FlaskClient, mail: Mail) -> None:
    statuses = [ask(client, f"qui{number}@exemple.fr").status for number in range(TRIES_AN_ADDRESS + 1)]
    assert statuses == [200] * TRIES_AN_ADDRESS + [429]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Écrivez votre adresse e-mail."),
        ("nadia", "Cette adresse e-mail n’est pas complète."),
        ("nadia@exemple.fr, hugo@exemple.fr", "Cette adresse e-mail n’est pas complète."),
        ("n" * 300 + "@exemple.fr", "C’est trop long."),
    ],
)
def test_what_is_no_address_is_told_and_kept(client: FlaskClient, mail: Mail, email: str, sentence: str) -> None:
    page = ask(client, email)
    assert page.status == 422 and sentence in page.text
    assert page.html.select_one("input[name=email]")["value"] == email  # type: ignore[index]
    assert rows(Due) == 0


def test_without_a_mail_server_the_page_sends_to_the_coordination(client: FlaskClient, nadia: Staff) -> None:
    assert not visit(client, "/connexion").html.select(f'a[href="{ASKING}"]')
    page = visit(client, ASKING)
    assert "Demandez un lien à la coordination" in page.text
    assert not page.html.select("main form")
    token = visit(client, "/connexion").form().select_one("[name=csrf_token]")
    assert token
    sent = client.post(ASKING, data={"csrf_token": token["value"], "email": "nadia@exemple.fr"})
    assert sent.status_code == 409 and rows(Due) == 0
