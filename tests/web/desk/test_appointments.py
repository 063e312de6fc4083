"""Any desk helps anyone: with code and name any booking of the town, without them those of its own places."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import Attempt, Try
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    make_appointment,
    make_citizen,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit

HOME = "/accueil/rendez-vous"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def sablon(app: Application) -> Place:
    return make_place("Sablon", slug="sablon")


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    return signed_in(client, make_desk(borny))


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(slug="adresse", title="Créer une adresse e-mail")


@pytest.fixture
def ours(borny: Place, motif: Motif) -> Appointment:
    return booked(borny, motif)


@pytest.fixture
def theirs(sablon: Place, motif: Motif) -> Appointment:
    return booked(sablon, motif, code="K4TX9PQM")


def signed_in(client: FlaskClient, staff: Staff) -> Staff:
    give_password(staff)
    sign_in(client, staff.email)
    return staff


def booked(place: Place, motif: Motif, at: str = "2026-12-03 09:00", **columns: object) -> Appointment:
    conseiller = make_staff("Nadia")
    presence = make_presence(f"{at[:10]} 09:00", "12:00", place=place, conseiller=conseiller)
    make_presence("2026-12-10 09:00", "12:00", place=place, conseiller=conseiller)
    return make_appointment(presence, at, motif=motif, **columns)


def page_of(appointment: Appointment, last: str = "") -> str:
    return f"{HOME}/{appointment.public_id}{last}"


def search(client: FlaskClient, typed: str) -> Page:
    return submit(client, visit(client, HOME), {"typed": typed}, "/recherche")


def open_with(client: FlaskClient, code: str, letters: str) -> Page:
    return submit(client, visit(client, HOME), {"code": code, "letters": letters}, "/code")


def names(page: Page) -> list[str]:
    return [link.get_text() for link in page.html.select("tbody th a [translate]")]


def happened(appointment: Appointment) -> list[str]:
    lines = select(Entry.what).where(Entry.subject == Subject.APPOINTMENT, Entry.subject_id == appointment.id)
    return list(db.session.scalars(lines.order_by(Entry.number)))


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
    assert "Nous ne trouvons pas de rendez-vous avec ce code et ces lettres." in page.text
    field = page.html.select_one("input[name=code]")
    assert field and field["value"] == code


def test_guessing_letters_is_counted(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    for _ in range(5):
        assert open_with(client, "K4TX9PQM", "dup").status == 422
    page = open_with(client, "K4TX9PQM", "sch")
    assert page.status == 429
    assert "Trop d’essais." in page.text
    assert happened(theirs) == ["booked"]


def test_everything_of_it_is_on_its_page(client: FlaskClient, desk: Staff, borny: Place, motif: Motif) -> None:
    person = make_citizen("Marie Schmitt", phone="+33612345678", email="marie@exemple.fr", language="tr")
    appointment = booked(borny, motif, person=person, needs=["hearing"])
    page = visit(client, page_of(appointment))
    for words in ("Marie Schmitt", "06 12 34 56 78", "marie@exemple.fr", "boucle magnétique", "turc", "Nadia Benali"):
        assert words in page.text
    for words in (appointment.shown_code, "Borny", "sur le site", "la personne elle-même : rendez-vous pris"):
        assert words in page.text


def test_on_its_day_its_line_in_the_day_is_one_press_away_at_its_place_alone(
    client: FlaskClient, desk: Staff, ours: Appointment, theirs: Appointment, clock: FrozenClock
) -> None:
    line = f"/accueil/#rdv-{ours.public_id}"
    assert not visit(client, page_of(ours)).html.select(f"a[href='{line}']")
    clock.set("2026-12-03 08:00")
    sign_in(client, desk.email)
    assert visit(client, page_of(ours)).html.select(f"a[href='{line}']")
    day = submit(client, visit(client, "/accueil/poste"), action="/poste")
    assert day.html.select(f"#rdv-{ours.public_id}")
    assert "#rdv-" not in open_with(client, "K4TX9PQM", "sch").response.text


def test_its_page_asks_as_much_after_many_changes(
    client: FlaskClient, desk: Staff, ours: Appointment, clock: FrozenClock
) -> None:
    visit(client, page_of(ours))
    db.session.expire_all()
    with count_queries() as before:
        visit(client, page_of(ours))
    for day in ("10", "03", "10", "03"):
        move(client, ours, f"borny@202612{day}T0800Z")
        clock.advance(seconds=10)
    db.session.expire_all()
    with count_queries() as after:
        visit(client, page_of(ours))
    assert len(before) == len(after)


def test_a_search_asks_as_much_for_thirty(client: FlaskClient, desk: Staff, ours: Appointment, motif: Motif) -> None:
    with count_queries() as for_one:
        search(client, "schmitt")
    presence = make_presence("2026-12-04 08:00", "19:00", place=ours.presence.place)
    for number in range(12):
        make_appointment(presence, f"2026-12-04 {8 + number * 45 // 60:02}:{number * 45 % 60:02}", motif=motif)
    with count_queries() as for_thirteen:
        assert len(names(search(client, "schmitt"))) == 13
    assert len(for_one) == len(for_thirteen)


def cancel(client: FlaskClient, appointment: Appointment, why: str, page: Page | None = None) -> Page:
    answer = submit(client, page or visit(client, page_of(appointment, "/annuler")), {"why": why})
    db.session.refresh(appointment)
    return answer


def move(client: FlaskClient, appointment: Appointment, slot: str, page: Page | None = None) -> Page:
    answer = submit(client, page or visit(client, page_of(appointment, "/deplacer")), {"slot": slot})
    db.session.refresh(appointment)
    return answer


@pytest.mark.parametrize(
    ("why", "status", "reason"),
    [
        ("person-helped", Status.EXCUSED, "not_needed"),
        ("person", Status.EXCUSED, None),
        ("place-closed", Status.REVOKED, "place_closed"),
    ],
)
def test_it_is_cancelled_for_the_person_or_by_the_service(
    client: FlaskClient, desk: Staff, ours: Appointment, why: str, status: Status, reason: str | None
) -> None:
    page = cancel(client, ours, why)
    assert page.address == page_of(ours)
    assert (ours.status, ours.reason, ours.commitment_id) == (status, reason, None)
    assert "Le rendez-vous est annulé." in page.text
    assert ("le lieu est fermé" in page.text) == (why == "place-closed")


def test_cancelled_twice_by_accident_it_is_cancelled_once(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    """C17."""
    page = visit(client, page_of(ours, "/annuler"))
    assert cancel(client, ours, "person", page).address == cancel(client, ours, "person", page).address
    assert happened(ours) == ["booked", "cancelled"]


@pytest.mark.parametrize("why", ["", "forged"])
def test_without_a_reason_nothing_is_cancelled(client: FlaskClient, desk: Staff, ours: Appointment, why: str) -> None:
    page = cancel(client, ours, why)
    assert (page.status, ours.status) == (422, Status.BOOKED)
    assert "Choisissez une réponse de la liste." in page.text


def test_the_second_of_two_desks_is_told_what_the_first_did(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, borny: Place, ours: Appointment
) -> None:
    second = signed_in(other_client, make_desk(borny, last_name="Renfort"))
    stale = visit(other_client, page_of(ours, "/annuler"))
    move(client, ours, "borny@20261210T0800Z")
    page = cancel(other_client, ours, "place-closed", stale)
    assert (page.status, ours.status) == (409, Status.BOOKED)
    assert "Quelqu’un d’autre a changé cela entre-temps" in page.text
    assert f"{desk.name} : rendez-vous déplacé" in page.text
    assert "jeudi 10 décembre à 9 h" in page.text
    chosen = page.html.select_one("input[name=why][checked]")
    assert chosen and chosen["value"] == "place-closed"
    assert second
    again = submit(other_client, page)
    db.session.refresh(ours)
    assert (again.status, ours.status) == (200, Status.REVOKED)


def test_somebody_who_only_looked_changed_nothing(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, sablon: Place, theirs: Appointment
) -> None:
    signed_in(other_client, make_desk(sablon))
    open_page = visit(other_client, page_of(theirs, "/annuler"))
    open_with(client, "K4TX9PQM", "sch")
    assert cancel(other_client, theirs, "person", open_page).status == 200
    assert theirs.status is Status.EXCUSED


def test_it_moves_without_least_notice_and_its_paper_is_shown(
    client: FlaskClient, desk: Staff, borny: Place, ours: Appointment
) -> None:
    make_presence("2026-11-30 08:00", "12:00", place=borny)
    page = move(client, ours, "borny@20261130T0700Z")
    assert page.address == page_of(ours, "/papier")
    assert "lundi 30 novembre 2026 à 8 h" in page.text
    assert happened(ours) == ["booked", "moved"]


def test_it_moves_to_another_place_which_this_desk_then_may_still_print(
    client: FlaskClient, desk: Staff, sablon: Place, ours: Appointment
) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=sablon)
    page = visit(client, page_of(ours, "/deplacer?lieux=sablon"))
    assert "mardi 1er décembre" in page.text
    assert move(client, ours, "sablon@20261201T1300Z", page).address == page_of(ours, "/papier")


def test_the_sooner_times_of_other_places_are_shown_beside(
    client: FlaskClient, desk: Staff, sablon: Place, ours: Appointment
) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=sablon)
    page = visit(client, page_of(ours, "/deplacer"))
    assert "Plus tôt, dans un autre lieu 14 h mardi 1er décembre, Sablon" in page.text
    assert "Plus tôt" not in visit(client, page_of(ours, "/deplacer?lieux=partout")).text


def test_moved_twice_by_accident_it_moves_once(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = visit(client, page_of(ours, "/deplacer"))
    slot = "borny@20261210T0800Z"
    assert move(client, ours, slot, page).address == move(client, ours, slot, page).address
    assert happened(ours) == ["booked", "moved"]


@pytest.mark.parametrize(
    "slot",
    ["", "nonsense", "inconnu@20261210T0800Z", "borny@20261210T0300Z", "borny@20261101T0800Z", "borny@20281210T0800Z"],
)
def test_a_time_that_was_never_offered_moves_nothing(
    client: FlaskClient, desk: Staff, ours: Appointment, slot: str
) -> None:
    before = ours.starts_at
    assert move(client, ours, slot).status == 422
    assert ours.starts_at == before


def test_a_time_taken_meanwhile_moves_nothing_and_the_nearest_are_shown(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, ours: Appointment
) -> None:
    afternoon = make_presence("2026-12-03 13:00", "17:00", place=borny)
    page = visit(client, page_of(ours, "/deplacer"))
    make_appointment(afternoon, "2026-12-03 13:00", motif=motif)
    answer = move(client, ours, "borny@20261203T1200Z", page)
    assert answer.status == 409
    assert "Cette heure vient d’être prise." in answer.text
    assert "borny@20261203T1245Z" in [each["value"] for each in answer.html.select("input[name=slot]")]
    assert happened(ours) == ["booked"]


def test_a_wheelchair_is_not_moved_to_steps(client: FlaskClient, desk: Staff, borny: Place, motif: Motif) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=make_place(slug="marches", step_free=False))
    appointment = booked(borny, motif, needs=["wheelchair"])
    page = move(client, appointment, "marches@20261201T1300Z")
    assert page.status == 422
    assert "l’entrée de ce lieu a des marches" in page.text


@pytest.mark.parametrize("query", ["lieux=inconnu", "du=demain", "moment=nuit", "le=9"])
def test_a_forged_address_is_refused(client: FlaskClient, desk: Staff, ours: Appointment, query: str) -> None:
    assert visit(client, page_of(ours, f"/deplacer?{query}")).status in (404, 422)


def test_what_is_over_no_longer_changes(
    client: FlaskClient, desk: Staff, ours: Appointment, clock: FrozenClock
) -> None:
    cancel(client, ours, "person")
    for last in ("/annuler", "/deplacer"):
        assert "il ne peut plus changer" in visit(client, page_of(ours, last)).text
    assert "il n’y a rien à donner à la personne" in visit(client, page_of(ours, "/papier")).text
    page = submit(client, visit(client, page_of(ours)), action="/nouveau")
    name = page.html.select_one("input[name=name]")
    assert name and name["value"] == "Marie Schmitt"
    assert not re.search(r"Schmitt|\?", page.response.request.full_path.rstrip("?"))


def test_the_paper_promises_only_what_is_true(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = visit(client, page_of(ours, "/papier"))
    assert ours.shown_code in page.text
    assert "nous ne pourrons pas vous prévenir" in page.text
    assert "SMS" not in page.text
