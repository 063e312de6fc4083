"""The coordinator's workshop pages: prepared, checked, published, changed, cancelled; everyone concerned is told."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.kits import Kit, State
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Status, Workshop
from cnapp.web.application import Application
from tests.factories import (
    make_appointment,
    make_kit,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import MORNING, Page, count_queries, submit, values_of, visit
from tests.web.coordination.claire import reread, told, typed

WORKSHOPS = "/coordination/ateliers"
GIVEN = {
    "title": "Je range mes photos",
    "learn": "Les trier\nLes envoyer",
    "level": "beginner",
    "theme": "gere_ses_contenus_numeriques",
    "capacity": "8",
    "at_least": "3",
    "place": "borny",
}


def date(day: str, starts: str = "14:00", minutes: str = "90", row: int = 0) -> dict[str, str]:
    return {f"rows-{row}-day": day, f"rows-{row}-starts": starts, f"rows-{row}-minutes": minutes}


def check(client: FlaskClient, nadia: Staff, **values: Any) -> Page:
    filled = {**GIVEN, "leaders": nadia.public_id, **values}
    return submit(client, visit(client, f"{WORKSHOPS}/nouveau"), filled, "/verification")


def workshops() -> list[Workshop]:
    reread()
    return list(db.session.scalars(select(Workshop).order_by(Workshop.starts_at)))


def save(client: FlaskClient, page: Page) -> Page:
    """Presses the button that writes, below the dates; several values of one name are sent as they are."""
    return submit(client, page, action=WORKSHOPS)


def test_a_cycle_is_checked_prepared_and_published(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    kit = make_kit(borny, computers=4)
    rows = {**date("2026-12-10"), **date("2026-12-17", row=1)}
    page = check(client, nadia, kits=kit.public_id, **rows)
    assert "Rien n’est encore enregistré. Toutes les dates sont possibles." in page.text
    assert "Un cycle de 2 séances" in page.text
    assert workshops() == []

    page = save(client, page)
    (workshop,) = workshops()
    assert (workshop.status, len(workshop.sessions), workshop.lendable) == (Status.DRAFT, 2, 4)
    assert "C’est un brouillon" in page.text

    page = submit(client, visit(client, f"{WORKSHOPS}/{workshop.public_id}/publication"))
    assert "L’atelier est publié" in page.text
    assert told(Subject.WORKSHOP) == ["prepared", "published"]
    history = visit(client, f"/coordination/historique/atelier/{workshop.public_id}")
    assert "atelier publié" in history.text


def test_the_same_page_sent_twice_makes_one(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    """C13."""
    page = check(client, nadia, **date("2026-12-10"))

    for _ in range(2):
        assert save(client, page).status == 200

    assert len(workshops()) == 1


def test_impossible_dates_are_named_and_can_be_left_out(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    """26 December is a holiday in Moselle; Nadia has an appointment on the 12th."""
    make_appointment(make_presence("2026-12-12 14:00", "18:00", conseiller=nadia, place=borny), "2026-12-12 15:00")
    hugo = make_staff("Hugo")
    make_presence("2027-01-09 14:00", "18:00", conseiller=hugo, place=make_place("Sablon"))
    both = {"leaders": [nadia.public_id, hugo.public_id]}
    page = check(client, nadia, weeks="5", shape="seances", **both, **date("2026-12-12"))
    assert "3 dates ne sont pas possibles" in page.text
    assert "Hugo a déjà une permanence ce jour-là, de 14 h à 18 h : Sablon." in page.text
    assert "Nadia" in page.text and "déjà un rendez-vous, un atelier ou une absence" in page.text
    assert "férié en Moselle" in page.text
    assert workshops() == []

    again = submit(client, page, action="/ateliers/nouveau")
    assert (typed(again, "title"), typed(again, "rows-0-day"), typed(again, "weeks")) == (
        GIVEN["title"],
        "2026-12-12",
        "5",
    )
    page = save(client, page)

    assert "2 ateliers sont préparés" in page.text
    made = workshops()
    assert [str(each.starts_at.date()) for each in made] == ["2026-12-19", "2027-01-02"]
    assert made[0].series_id == made[1].series_id


NONSENSE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"capacity": "0"}, "Écrivez un nombre de 1 à 100."),
    ({"capacity": "-1"}, "Écrivez un nombre de 1 à 100."),
    ({"capacity": "10 000"}, "Écrivez un nombre de 1 à 100."),
    ({"at_least": "9"}, "C’est plus que le nombre de places."),
    ({"learn": "1\n2\n3\n4"}, "Écrivez 3 lignes au plus."),
    ({"theme": ""}, "Choisissez un thème."),
    ({"leaders": []}, "Choisissez au moins une personne."),
    ({"place": ""}, "Choisissez un lieu."),
    ({"rows-0-day": "", "rows-0-starts": ""}, "Écrivez au moins une date."),
    ({"rows-0-minutes": "5000"}, "Séance 1, durée (minutes) : Écrivez un nombre de 15 à 480."),
    ({"rows-0-day": "2026-02-30"}, "Séance 1, jour : Ce jour n’existe pas."),
    ({"weeks": "500"}, "Écrivez un nombre de 1 à 30."),
    ({"weeks": "16"}, "Un cycle a 15 séances au plus."),
    (date("2026-12-10", "14:30", row=1), "Deux séances ont lieu en même temps."),
)


def test_nonsense_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, borny: Place, nadia: Staff
) -> None:
    for values, sentence in NONSENSE:
        page = check(client, nadia, **{**date("2026-12-10"), **values})

        assert page.status == 422, values
        assert sentence in page.text
        assert page.title.startswith("Erreur")
        assert typed(page, "title") == GIVEN["title"]
    assert workshops() == []


def test_one_more_date_and_what_was_typed_stays(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    page = visit(client, f"{WORKSHOPS}/nouveau")
    values = {**values_of(page.form("/verification")), "title": "À moitié", **date("2026-12-10", minutes="120")}

    answer = Page(client.post(f"{WORKSHOPS}/nouveau/seances", data=values), "")

    assert (typed(answer, "title"), typed(answer, "rows-0-day")) == ("À moitié", "2026-12-10")
    assert (typed(answer, "rows-1-day"), typed(answer, "rows-1-minutes")) == ("", "120")


def test_a_series_is_published_at_once(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    save(client, check(client, nadia, weeks="3", shape="seances", **date("2026-12-10", "09:00")))
    first, second, third = (each.public_id for each in workshops())
    submit(client, visit(client, f"{WORKSHOPS}/{second}/publication"))
    asked = visit(client, f"{WORKSHOPS}/{first}/publication")
    assert "Publier les 2 dates de la série" in asked.text

    page = submit(client, asked, {"which": "series"})

    assert "2 ateliers de la série sont publiés" in page.text
    assert {each.status for each in workshops()} == {Status.PUBLISHED}
    assert told(Subject.WORKSHOP)[-3:] == ["published"] * 3
    assert visit(client, f"/ateliers/{third}").status == 200


def test_a_copy_has_everything_but_the_dates(client: FlaskClient, borny: Place, nadia: Staff) -> None:
    first = make_workshop(place=borny, leader=nadia, title="Mes e-mails", bring="vos lunettes", capacity=5)

    page = visit(client, f"{WORKSHOPS}/nouveau?copie={first.public_id}")

    assert [typed(page, name) for name in ("title", "bring", "capacity", "rows-0-day", "rows-0-minutes")] == [
        "Mes e-mails",
        "vos lunettes",
        "5",
        "",
        "90",
    ]
    assert page.html.select_one(f"input[name=leaders][value='{nadia.public_id}']").has_attr("checked")  # type: ignore[union-attr]


def test_the_capacity_stays_above_the_registered(client: FlaskClient, anne: Staff) -> None:
    workshop = make_workshop(capacity=3)
    for number in range(3):
        make_registration(workshop, f"Personne {number}")
    address = f"{WORKSHOPS}/{workshop.public_id}/modifier"

    page = submit(client, visit(client, address), {"capacity": "2", "title": "Un autre titre"})

    assert page.status == 409
    assert "3 personnes sont inscrites : vous ne pouvez pas descendre sous 3." in page.text
    assert typed(page, "title") == "Un autre titre"
    page = submit(client, page, {"capacity": "12"})
    assert "C’est enregistré." in page.text
    assert "3 inscrits sur 12" in page.text


def test_another_time_is_told_and_what_others_did_is_shown_first(client: FlaskClient, anne: Staff) -> None:
    workshop = make_workshop()
    registration = make_registration(workshop, email="marie@exemple.fr")
    address = f"{WORKSHOPS}/{workshop.public_id}/dates"
    page, other = visit(client, address), visit(client, address)
    assert "1 personne concernée" in page.text

    page = submit(client, page, {"rows-0-starts": "15:00"})
    assert "Les messages partent : 1 personne est concernée." in page.text
    assert Letter.WORKSHOP_CHANGED in letters(registration)

    late = submit(client, other, {"rows-0-starts": "16:00"})
    assert late.status == 409
    assert "atelier changé (dates)" in late.text
    assert typed(late, "rows-0-starts") == "16:00"
    late = submit(client, late, {"rows-0-day": "2026-12-26"})
    assert late.status == 409
    assert "férié" in late.text
    assert typed(late, "rows-0-starts") == "16:00"


def letters(registration: Registration) -> list[Letter]:
    return list(db.session.scalars(select(Due.letter).where(Due.registration_id == registration.id)))


def test_cancelling_says_how_many_are_told_and_how(client: FlaskClient, anne: Staff) -> None:
    workshop = make_workshop()
    make_registration(workshop, phone="+33387000001")
    make_registration(workshop, "Sans Contact")
    waiting = make_registration(workshop, "Paul Klein", phone="+33387000002", status=Standing.WAITING)
    address = f"{WORKSHOPS}/{workshop.public_id}/annulation"

    page = visit(client, address)
    assert "3 personnes concernées : 2 à appeler par un accueil." in page.text
    assert "Aucun moyen de joindre 1 personne" in page.text
    for _ in range(2):
        done = submit(client, page)
        assert done.status == 200

    db.session.refresh(waiting)
    assert waiting.status is Standing.REVOKED
    assert told(Subject.WORKSHOP) == ["cancelled"]
    history = visit(client, f"/coordination/historique/atelier/{workshop.public_id}")
    assert "inscription annulée par le service" in history.text
    assert "Paul Klein" not in history.text
    for rest in ("modifier", "dates", "publication", "retrait", "annulation"):
        assert visit(client, f"{WORKSHOPS}/{workshop.public_id}/{rest}").status == 409


def test_what_is_withdrawn_can_come_back(client: FlaskClient, anne: Staff) -> None:
    workshop = make_workshop()
    for page in ("retrait", "publication"):
        submit(client, visit(client, f"{WORKSHOPS}/{workshop.public_id}/{page}"))
    assert told(Subject.WORKSHOP) == ["withdrawn", "published"]


def test_two_days_before_too_few_people_are_decided_upon(client: FlaskClient, anne: Staff) -> None:
    workshop = make_workshop("2026-12-02 14:00", at_least=3)
    make_registration(workshop)
    listed = visit(client, WORKSHOPS)
    assert "À décider" in listed.text
    assert "Il faut 3 personnes au moins : il manque 2 personnes." in listed.text
    page = visit(client, f"{WORKSHOPS}/{workshop.public_id}")
    assert "Annuler l’atelier" in page.text

    page = submit(client, page, action="/maintien")

    assert "C’est décidé : l’atelier a lieu." in page.text
    assert "À décider" not in visit(client, WORKSHOPS).text


def test_the_list_asks_as_much_for_many_as_for_few(app: Application, client: FlaskClient, anne: Staff) -> None:
    make_workshop("2026-11-20 10:00", title="Passé")
    make_workshop(status=Status.DRAFT, title="Brouillon")
    counted = []
    for _ in range(2):
        for _ in range(4):
            make_registration(make_workshop(title="À venir"))
        with count_queries() as asked:
            page = visit(client, WORKSHOPS)
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert "À venir (8) Brouillons (1) Passés (1) Annulés (0)" in page.text
    assert "Passé" in visit(client, f"{WORKSHOPS}?etat=passes").html.select_one("main table").get_text()  # type: ignore[union-attr]
    assert visit(client, f"{WORKSHOPS}?etat=ailleurs").status == 404


def test_a_published_one_leads_to_its_page_and_its_papers(client: FlaskClient, anne: Staff, borny: Place) -> None:
    shown, draft = make_workshop("2026-12-10 14:00", place=borny), make_workshop(status=Status.DRAFT)

    page = visit(client, f"{WORKSHOPS}/{shown.public_id}")

    public = f"/ateliers/{shown.public_id}"
    for path in (public, f"{public}/affiche", "/lieux/borny/programme?mois=2026-12"):
        assert page.html.select_one(f"main a[href='{path}']"), path
        assert visit(client, path).status == 200
    assert "affiche" not in visit(client, f"{WORKSHOPS}/{draft.public_id}").text


def test_nobody_is_missing_once_it_is_over_or_cancelled(client: FlaskClient, anne: Staff) -> None:
    make_workshop("2026-11-20 10:00", at_least=3)
    make_workshop(status=Status.CANCELLED, cancelled_at=metz(MORNING), at_least=3)
    for shelf in ("passes", "annules"):
        listed = visit(client, f"{WORKSHOPS}?etat={shelf}").text
        assert "aucun inscrit sur" in listed and "il manque" not in listed, shelf


def test_what_is_unknown_is_not_found(client: FlaskClient, anne: Staff) -> None:
    for address in ("ateliers/x", "ateliers/x/dates", "ateliers/nouveau?copie=x", "kits/x", "historique/kit/x"):
        assert visit(client, f"/coordination/{address}").status == 404


KITS = "/coordination/kits"


def test_a_kit_is_added_broken_shown_where_it_is_missed_and_retired(client: FlaskClient, borny: Place) -> None:
    page = submit(client, visit(client, f"{KITS}/nouveau"), {"name": "Kit A", "place": "borny"})
    assert (page.status, "Écrivez au moins un appareil" in page.text) == (422, True)
    page = submit(client, page, {"computers": "6", "others": "clé 4G"})
    assert "6 ordinateurs, clé 4G" in page.text
    twice = submit(client, visit(client, f"{KITS}/nouveau"), {"name": "Kit A", "place": "borny", "tablets": "1"})
    assert (twice.status, "Un autre kit a déjà ce nom." in twice.text) == (409, True)

    kit = db.session.scalars(select(Kit)).one()
    address, leader = f"{KITS}/{kit.public_id}", make_staff()
    workshop = make_workshop(place=borny, leader=leader, title="Mes photos")
    submit(client, visit(client, f"{WORKSHOPS}/{workshop.public_id}/dates"), {"kits": kit.public_id})
    make_registration(workshop, borrows=True)
    page = submit(client, visit(client, address), {"computers": "0", "tablets": "0", "projectors": "1"})
    assert (page.status, "gardez-en 1 au moins" in page.text) == (409, True)
    page = submit(client, visit(client, address), {"state": "broken", "note": "écran cassé"})
    assert "Ce kit est promis, et ne peut pas servir" in page.text
    assert "Mes photos" in visit(client, KITS).text
    refused = client.post(f"{address}/retirer", data={"csrf_token": typed(page, "csrf_token")})
    assert refused.status_code == 409

    submit(client, visit(client, f"{WORKSHOPS}/{workshop.public_id}/annulation"))
    page = submit(client, visit(client, address), action="/retirer")
    assert "Kits retirés" in page.text
    submit(client, visit(client, address), action="/reprendre")
    assert told(Subject.KIT) == ["created", "changed", "retired", "brought_back"]
    reread()
    assert db.session.get_one(Kit, kit.id).state is State.BROKEN
    assert "kit changé (état, note)" in visit(client, f"/coordination/historique/kit/{kit.public_id}").text


def test_the_fourth_promise_of_a_kit_is_counted_alone(client: FlaskClient, borny: Place) -> None:
    kit = make_kit(borny)
    days = ("2026-12-10", "2026-12-11", "2026-12-14", "2026-12-15")
    workshop = make_workshop(*(f"{day} 14:00" for day in days), place=borny)
    submit(client, visit(client, f"{WORKSHOPS}/{workshop.public_id}/dates"), {"kits": kit.public_id})
    assert "et une autre fois" in visit(client, KITS).text
