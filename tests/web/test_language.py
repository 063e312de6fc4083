"""Sentences of templates, and the parts of the frame that only language changes."""

from __future__ import annotations

from flask.testing import FlaskClient
from flask_babel import force_locale
from markupsafe import Markup

from cnapp.web.application import Application
from cnapp.web.language import SENTENCES, translated


def test_what_is_put_into_a_sentence_is_escaped(app: Application) -> None:
    with app.test_request_context():
        assert translated("Ville de %(town)s", town="<b>Metz</b>") == Markup("Ville de &lt;b&gt;Metz&lt;/b&gt;")


def test_a_lone_percent_is_written_twice_as_in_every_template(app: Application) -> None:
    with app.test_request_context():
        assert translated("100 %% gratuit") == "100 % gratuit"


def test_a_forced_language_has_a_catalogue_of_its_own_and_gives_the_readers_back(app: Application) -> None:
    with app.test_request_context():
        readers = SENTENCES.get_translations()
        with force_locale("de"):
            assert SENTENCES.get_translations() is not readers
        assert SENTENCES.get_translations() is readers


def test_the_foot_of_the_page_is_drawn_once_and_the_same_everywhere(app: Application, client: FlaskClient) -> None:
    with app.test_request_context():
        foot = app.jinja_env.globals["frame_part"]("footer")
    assert "Besoin d’aide" in foot
    for address in ("/", "/retrouver", "/connexion"):
        assert str(foot) in client.get(address).text
