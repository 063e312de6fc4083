"""Every letter is shown to the coordination as people receive it, with an invented appointment that is kept nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.web.coordination.letters import MOMENTS, NAMES, TITLES
from tests.engines import migrated_app, new_database
from tests.factories import give_password, make_staff
from tests.support import FrozenClock, count_queries, sign_in, visit

HOME = "/coordination/lettres"


def test_each_letter_has_its_line_and_its_page(client: FlaskClient, anne: Staff) -> None:
    assert set(NAMES.values()) == set(TITLES) == set(MOMENTS) == set(Letter)
    assert visit(client, "/coordination/sujets").html.select_one(f'main a[href="{HOME}"]')
    page = visit(client, HOME)
    addresses = [link["href"] for link in page.html.select("tbody a")]
    assert addresses == [f"{HOME}/{name}" for name in NAMES]
    for address in addresses:
        assert visit(client, str(address)).status == 200


@pytest.mark.parametrize(
    ("name", "own", "of_another"),
    [
        ("confirmation", "Votre rendez-vous est confirmé.", "Le rendez-vous de Lucienne Exemple est confirmé."),
        ("changement", "Votre rendez-vous a changé.", "Le rendez-vous de Lucienne Exemple a changé."),
        ("annulation", "Votre rendez-vous du lundi 7 décembre", "Le rendez-vous de Lucienne Exemple du lundi"),
        ("annulation-par-le-service", "Nous devons annuler votre", "Nous devons annuler le rendez-vous de Lucienne"),
    ],
)
def test_a_page_shows_both_readers_and_both_forms(
    client: FlaskClient, anne: Staff, name: str, own: str, of_another: str
) -> None:
    page = visit(client, f"{HOME}/{name}")
    letters = [" ".join(letter.get_text().split()) for letter in page.html.select(".letter, .letter-text")]
    assert [letter.startswith("Bonjour Lucienne Exemple,") for letter in letters] == [True, True, False, False]
    assert all(own in letter for letter in letters[:2])
    assert all(of_another in letter for letter in letters[2:])
    assert "lundi 7 décembre à 9 h 45" in page.text


def test_an_offer_is_shown_to_whoever_has_a_time_and_to_whoever_has_none(client: FlaskClient, anne: Staff) -> None:
    page = visit(client, f"{HOME}/heure-libre")
    letters = [" ".join(letter.get_text().split()) for letter in page.html.select(".letter-text")]
    words = ("plus tôt pour votre rendez-vous", "plus tôt pour le rendez-vous de Lucienne Exemple", "libre pour vous")
    assert [each in letter for each, letter in zip(words, letters, strict=True)] == [True, True, True]
    assert all("vendredi 4 décembre à 9 h 45" in letter and "/attente/" in letter for letter in letters)
    assert ["est gardé" in letter for letter in letters] == [True, True, False]


@pytest.mark.parametrize("name", ["confirmation", "changement", "annulation", "annulation-par-le-service"])
def test_each_sms_is_shown_with_what_it_takes(client: FlaskClient, anne: Staff, name: str) -> None:
    page = visit(client, f"{HOME}/{name}")
    texts = [sms.get_text() for sms in page.html.select(".sms")]
    assert len(texts) == 2
    for text in texts:
        assert text.startswith("Aide numérique Metz : ") and "lundi 7 déc. à 9h45, Mairie de quartier" in text
        assert f"1 message, {len(text)} caractères comptés (GSM-7)." in page.text
        assert "Exemple" not in text


def test_looking_at_a_letter_writes_nothing(client: FlaskClient, anne: Staff) -> None:
    with count_queries() as asked:
        visit(client, f"{HOME}/confirmation")
    assert not [statement for statement in asked if statement.startswith(("INSERT", "UPDATE"))]
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 0


def test_an_unknown_letter_is_not_found(client: FlaskClient, anne: Staff) -> None:
    assert visit(client, f"{HOME}/inconnue").status == 404


def test_without_a_mail_server_the_page_says_that_none_leaves(client: FlaskClient, anne: Staff) -> None:
    page = visit(client, HOME).text
    assert "aucun e-mail ne part" in page and "aucun SMS ne part" in page


def test_with_a_mail_server_every_page_says_that_e_mails_leave(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = new_database("sqlite", "letters", tmp_path_factory.mktemp("letters"))
    app = migrated_app(url, FrozenClock(), smtp_url="smtp://127.0.0.1", mail_from="rdv@exemple.fr", sms_url="http://x")
    with app.app_context():
        give_password(make_staff("Anne", email="anne@exemple.fr", role="coordinator", receives=False))
        client = app.test_client()
        assert "nous vous écrivons pour votre rendez-vous" in visit(client, "/donnees-personnelles").text
        sign_in(client, "anne@exemple.fr")
        page = visit(client, HOME).text
        assert "aucun e-mail ne part" not in page and "aucun SMS ne part" not in page
        db.session.remove()
        db.engine.dispose()
