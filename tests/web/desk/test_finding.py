"""Any desk helps anyone: with code and name any booking of the town, without them those of its own places."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import Attempt, Try
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import (
    make_appointment,
    make_desk,
    make_motif,
    make_presence,
)
from tests.support import FrozenClock, count_queries, sign_in, submit, visit
from tests.web.desk.appointments import (
    HOME,
    booked,
    happened,
    names,
    open_with,
    page_of,
    search,
    signed_in,
)


def test_three_letters_find_people_of_this_place_alone(
    client: FlaskClient, desk: Staff, ours: Appointment, theirs: Appointment
) -> None:
    page = search(client, "sch")
    assert [row["href"] for row in page.html.select("tbody a")] == [page_of(ours)]


@pytest.mark.parametrize("typed", ["Schmidt", "schmitt marie", "SCHM", "06 12 34 56 78", "+33612345678", "0612345678"])
def test_spelling_variants_and_either_form_of_the_phone_find(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, typed: str
) -> None:
    booked(borny, motif, phone="+33612345678")
    assert names(search(client, typed)) == ["Marie Schmitt"]


def test_homonyms_are_told_apart_by_day_hour_and_subject(client: FlaskClient, desk: Staff, borny: Place) -> None:
    booked(borny, make_motif(title="Créer une adresse e-mail"))
    booked(borny, make_motif(title="Déclarer ses impôts"), "2026-12-04 10:30")
    rows = [" ".join(row.get_text(" ").split()) for row in search(client, "schmitt").html.select("tbody tr")]
    assert [("3 décembre" in row, "adresse" in row) for row in rows] == [(True, True), (False, False)]
    assert "vendredi 4 décembre à 10 h 30" in rows[1]
    assert "impôts" in rows[1]


def test_those_to_come_are_first_and_the_last_thirty_days_follow(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif
) -> None:
    for at, name in (
        ("2026-12-03 09:00", "Marie Schmitt à venir"),
        ("2026-11-05 09:00", "Marie Schmitt passée"),
        ("2026-10-20 09:00", "Marie Schmitt oubliée"),
    ):
        booked(borny, motif, at, name=name)
    assert names(search(client, "schmitt")) == ["Marie Schmitt à venir", "Marie Schmitt passée"]


def test_the_telephone_line_searches_all_places(
    client: FlaskClient, ours: Appointment, theirs: Appointment, app: Application
) -> None:
    signed_in(client, make_desk(phone_line=True))
    assert len(names(search(client, "schmitt"))) == 2
    assert visit(client, page_of(theirs)).status == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Écrivez un nom ou un numéro de téléphone."),
        ("sc", "Écrivez au moins 3 lettres"),
        ("06 12", "Écrivez au moins 3 lettres"),
        ("🙂", "Écrivez au moins 3 lettres"),
        ("x" * 200, "C’est trop long."),
    ],
)
def test_too_little_or_too_much_is_said_beside_the_field(
    client: FlaskClient, desk: Staff, typed: str, sentence: str
) -> None:
    page = search(client, typed)
    assert page.status == 422
    assert sentence in page.text
    field = page.html.select_one("input[name=typed]")
    assert field and field["value"] == typed


@pytest.mark.parametrize("typed", ["%%%", "___", "'; DROP TABLE citizens; --", "<script>alert(1)</script>"])
def test_what_looks_like_code_is_only_text(client: FlaskClient, desk: Staff, ours: Appointment, typed: str) -> None:
    page = search(client, typed)
    assert page.status in (200, 422)
    assert names(page) == []
    assert "<script>alert" not in page.response.text


def test_a_search_stands_in_no_address(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = search(client, "schmitt")
    assert page.response.request.query_string == b""
    assert page.response.headers["Cache-Control"] == "no-store, private"


def test_searches_are_counted(client: FlaskClient, desk: Staff, ours: Appointment, clock: FrozenClock) -> None:
    """A09."""
    who = fingerprint(desk.public_id)
    with transaction():
        db.session.add_all(Attempt(what=Try.SEARCH, who=who, at=clock()) for _ in range(119))
    assert search(client, "schmitt").status == 200
    page = search(client, "schmitt")
    assert (page.status, names(page)) == (429, [])
    clock.advance(minutes=16)
    assert search(client, "schmitt").status == 200


def test_another_places_booking_without_code_is_no_page(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    """A02, A09."""
    for last in ("", "/annuler", "/deplacer", "/papier"):
        assert visit(client, page_of(theirs, last)).status == 404
    assert visit(client, f"{HOME}/{'0' * 32}").status == 404
    assert visit(client, f"{HOME}/{theirs.id}").status == 404
    assert happened(theirs) == ["booked"]


def test_code_and_name_open_any_booking_of_the_town(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    page = open_with(client, "k4tx 9pqm", "sch")
    assert page.address == page_of(theirs)
    assert "Marie Schmitt" in page.text
    assert happened(theirs) == ["booked"]
    assert visit(client, page_of(theirs, "/papier")).status == 200


def test_what_was_opened_is_open_to_this_browser_alone(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, theirs: Appointment
) -> None:
    open_with(client, "K4TX9PQM", "sch")
    sign_in(other_client, desk.email)
    assert visit(other_client, page_of(theirs)).status == 404


def test_half_an_hour_without_use_closes_it_and_use_keeps_it_open(
    client: FlaskClient, desk: Staff, theirs: Appointment, clock: FrozenClock
) -> None:
    open_with(client, "K4TX9PQM", "sch")
    for _ in range(3):
        clock.advance(minutes=29)
        assert visit(client, page_of(theirs)).status == 200
    clock.advance(minutes=30)
    assert visit(client, page_of(theirs)).status == 404


def test_signing_out_closes_it(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    open_with(client, "K4TX9PQM", "sch")
    submit(client, visit(client, HOME), action="/deconnexion")
    sign_in(client, desk.email)
    assert visit(client, page_of(theirs)).status == 404


@pytest.mark.parametrize(("code", "letters"), [("K4TX9PQN", "sch"), ("K4TX9PQM", "dup"), ("K4TX", "sch"), ("🙂", "é")])
def test_a_wrong_code_and_a_wrong_name_get_one_sentence(
    client: FlaskClient, desk: Staff, theirs: Appointment, code: str, letters: str
) -> None:
    page = open_with(client, code, letters)
    assert page.status == 422
    assert "Nous ne trouvons rien avec ce code et ces lettres." in page.text
    field = page.html.select_one("input[name=code]")
    assert field and field["value"] == code


def test_guessing_letters_is_counted(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    for _ in range(5):
        assert open_with(client, "K4TX9PQM", "dup").status == 422
    page = open_with(client, "K4TX9PQM", "sch")
    assert page.status == 429
    assert "Trop d’essais." in page.text
    assert happened(theirs) == ["booked"]


def test_a_search_asks_as_much_for_thirty(client: FlaskClient, desk: Staff, ours: Appointment, motif: Motif) -> None:
    with count_queries() as for_one:
        search(client, "schmitt")
    presence = make_presence("2026-12-04 08:00", "19:00", place=ours.presence.place)
    for number in range(12):
        make_appointment(presence, f"2026-12-04 {8 + number * 45 // 60:02}:{number * 45 % 60:02}", motif=motif)
    with count_queries() as for_thirteen:
        assert len(names(search(client, "schmitt"))) == 13
    assert len(for_one) == len(for_thirteen)
