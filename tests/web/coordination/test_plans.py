"""The pages of a plan: read, chosen, checked, applied in one go, undone; no coordinator overwrites another’s."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from tests.factories import (
    give_password,
    make_appointment,
    make_motif,
    make_place,
    make_plan,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, submit, visit
from tests.web.coordination.claire import told
from tests.web.coordination.plan_pages import (
    DAY,
    PLANS,
    absent,
    apply_all,
    book,
    chosen,
    key,
    lines,
    page_of,
    press,
    values,
)


@pytest.fixture
def hugo(anne: Staff) -> Staff:
    return make_staff("Hugo", last_name="Leroy")


@pytest.fixture
def plan(nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock) -> RecoveryPlan:
    """Two people of Nadia’s at Borny; Hugo receives there the same morning."""
    book(nadia, borny, "09:00", "10:00")
    make_presence(f"{DAY} 09:00", "12:00", conseiller=hugo, place=borny)
    return absent(nadia, clock)


def test_plans_with_somebody_to_handle_come_first(
    client: FlaskClient, plan: RecoveryPlan, clock: FrozenClock, nadia: Staff
) -> None:
    clock.advance(minutes=5)
    absent(nadia, clock, "2026-12-10 08:00", "2026-12-10 12:00")
    page = visit(client, PLANS)
    assert "Absence de Nadia B., jeudi 3 décembre de 8 h à 18 h" in page.text
    assert "2 à traiter" in page.text and "personne n’était attendu" in page.text
    assert page.text.index("jeudi 3 décembre") < page.text.index("jeudi 10 décembre")
    assert "Noté par Nadia Benali, lundi 30 novembre à 8 h." in page.text


def test_the_menu_counts_who_is_still_to_handle(client: FlaskClient, plan: RecoveryPlan) -> None:
    (count,) = visit(client, "/coordination/absences").html.select(".menu-count")
    assert count.get_text() == "2"
    assert visit(client, "/coordination/absences").html.select("a[href='/coordination/plans']")
    assert apply_all(client, plan).html.select(".menu-count") == []


def test_nobody_waits_is_said(client: FlaskClient, anne: Staff) -> None:
    assert "Personne n’attend une autre heure." in visit(client, PLANS).text


def test_each_is_proposed_the_best_and_it_is_held(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = page_of(client, plan)
    assert "2 rendez-vous touchés. 2 gardent leur heure et leur lieu." in page.text
    assert "Hugo est déjà là et libre : même heure, même lieu." in page.text
    assert "par téléphone" in page.text  # no SMS gateway is configured in the tests
    first, second = lines(plan)
    assert chosen(page, first).startswith("p") and chosen(page, second).startswith("p")
    assert values(page, first)[-2:] == ["call", ""]
    held = db.session.scalars(select(Commitment).where(Commitment.kind == Kind.HOLD)).all()
    assert {each.draft_id for each in held} == {first.hold_key, second.hold_key}


def test_nothing_is_written_before_the_check_page_is_sent(client: FlaskClient, plan: RecoveryPlan) -> None:
    check = submit(client, page_of(client, plan), action="/verification")
    assert "2 gardent leur heure et leur lieu." in check.text
    assert "Rien n’est encore fait." in check.text
    assert "2 personnes ne sont pas prévenues : rien ne change pour elles, sauf le conseiller." in check.text
    assert "Pendant 5 minutes, vous pouvez tout annuler." in check.text
    assert {each.standing for each in lines(plan)} == {Standing.OPEN}
    assert told(Subject.PLAN) == ["begun"]


def test_all_that_is_proposed_is_applied_at_once_and_told_in_five_minutes(
    client: FlaskClient, plan: RecoveryPlan, clock: FrozenClock, hugo: Staff
) -> None:
    page = apply_all(client, plan)
    assert page.address.endswith(plan.public_id)
    assert "C’est appliqué : 2 personnes" in page.text
    assert "Les messages partent à 8 h 05" in page.text
    assert "Garde son heure et son lieu" in page.text and "On attend sa réponse" not in page.text
    assert {each.standing for each in lines(plan)} == {Standing.PROPOSED}
    booked = db.session.scalars(select(Appointment)).all()
    assert {(each.status, each.conseiller_id) for each in booked} == {(Status.BOOKED, hugo.id)}
    letters = db.session.scalars(select(Due).where(Due.letter == Letter.REPLACED)).all()
    assert [(each.due_at - clock()).total_seconds() for each in letters] == [300, 300]


def test_one_press_undoes_it_until_the_letters_leave(
    client: FlaskClient, plan: RecoveryPlan, clock: FrozenClock
) -> None:
    page = apply_all(client, plan)
    page = submit(client, page, action="/retour")
    assert "C’est annulé. De nouveau à traiter : 2 personnes." in page.text
    assert {each.standing for each in lines(plan)} == {Standing.OPEN}
    page = apply_all(client, plan)
    clock.advance(minutes=5)
    page = submit(client, page, action="/retour")
    assert page.status == 409 and "Les messages sont partis" in page.text
    assert {each.standing for each in lines(plan)} == {Standing.PROPOSED}


def test_who_changed_since_is_named_and_left(client: FlaskClient, plan: RecoveryPlan, clock: FrozenClock) -> None:
    page = apply_all(client, plan)
    first, _ = lines(plan)
    with transaction():
        came = db.session.get_one(Appointment, first.appointment_id)
        came.status, came.arrived_at = Status.ARRIVED, clock()
    page = submit(client, page, action="/retour")
    assert "Un changement est arrivé depuis pour Odile E." in page.text
    assert [each.standing for each in lines(plan)] == [Standing.PROPOSED, Standing.OPEN]


def test_each_row_is_chosen_for_itself(client: FlaskClient, plan: RecoveryPlan) -> None:
    first, second = lines(plan)
    page = page_of(client, plan)
    check = press(client, page, f"{PLANS}/{plan.public_id}/verification", **{key(first): "call", key(second): ""})
    assert "1 est à appeler, 1 reste en attente." in check.text
    assert "Les messages" not in check.text


def test_a_time_taken_meanwhile_comes_back_and_the_rest_is_applied(
    client: FlaskClient, plan: RecoveryPlan, hugo: Staff, borny: Place
) -> None:
    page = page_of(client, plan)
    first, second = lines(plan)
    sent = {key(each): chosen(page, each) for each in (first, second)}
    _take(first)
    page = press(client, page, f"{PLANS}/{plan.public_id}/application", taken="rest", **sent)
    assert page.status == 200
    assert "Une heure vient d’être prise" in page.text and "Le reste est appliqué." in page.text
    assert [each.standing for each in lines(plan)] == [Standing.OPEN, Standing.PROPOSED]
    assert page.html.select_one(f".is-back #p-{key(first)}") is not None
    assert chosen(page, first) != sent[key(first)]


def test_or_nothing_is_and_the_choices_are_kept(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = page_of(client, plan)
    first, second = lines(plan)
    sent = {key(first): chosen(page, first), key(second): chosen(page, second)}
    _take(first)
    page = press(client, page, f"{PLANS}/{plan.public_id}/application", taken="nothing", **sent)
    assert page.status == 409 and "rien n’a été appliqué" in page.text
    assert {each.standing for each in lines(plan)} == {Standing.OPEN}
    assert chosen(page, second) == sent[key(second)]


def _take(line: Displacement) -> None:
    """Somebody books the time that is held for a line, once its hold has expired."""
    hold = db.session.scalars(select(Commitment).where(Commitment.draft_id == line.hold_key)).one()
    with transaction(hold.conseiller_id):
        taken = db.session.get_one(Commitment, hold.id)
        taken.draft_id, taken.expires_at = "somebody", metz("2026-12-30 08:00")


def test_the_check_page_notices_too(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = page_of(client, plan)
    first, second = lines(plan)
    gone = chosen(page, first).replace("@20261203T08", "@20261203T06")
    page = press(client, page, f"{PLANS}/{plan.public_id}/verification", **{key(first): gone, key(second): "call"})
    assert page.status == 409 and "Une heure a été prise entre-temps." in page.text
    assert chosen(page, second) == "call"


def test_two_coordinators_never_overwrite_each_other(
    client: FlaskClient, other_client: FlaskClient, plan: RecoveryPlan
) -> None:
    paul = make_staff("Paul", email="paul@exemple.fr", role=Role.COORDINATOR, receives=False)
    give_password(paul)
    sign_in(other_client, "paul@exemple.fr")
    mine, theirs = page_of(client, plan), page_of(other_client, plan)
    first, second = lines(plan)
    where = f"{PLANS}/{plan.public_id}/application"
    press(other_client, theirs, where, **{key(first): chosen(theirs, first)})
    page = press(client, mine, where, **{key(second): "call", key(first): chosen(mine, first)})
    assert page.status == 409
    assert "Paul Benali : plan appliqué" in page.text
    assert chosen(page, second) == "call"
    again = press(client, page, where, **{key(second): "call"})
    assert again.status == 200 and "ces personnes sont à appeler" in again.text


def test_a_double_press_applies_once(client: FlaskClient, plan: RecoveryPlan) -> None:
    check = submit(client, page_of(client, plan), action="/verification")
    for _ in range(2):
        assert submit(client, check, action="/application").status == 200
    assert told(Subject.PLAN) == ["begun", "applied"]


@pytest.mark.parametrize("value", ["p1", "call me", "p1.1@20261399T0900Z", "t" * 70])
def test_nonsense_is_refused(client: FlaskClient, plan: RecoveryPlan, value: str) -> None:
    page = page_of(client, plan)
    first, _ = lines(plan)
    for end in ("verification", "application"):
        refused = press(client, page, f"{PLANS}/{plan.public_id}/{end}", **{key(first): value})
        assert refused.status == 422
    assert {each.standing for each in lines(plan)} == {Standing.OPEN}


def test_choosing_nothing_is_said(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = press(client, page_of(client, plan), f"{PLANS}/{plan.public_id}/verification")
    assert page.status == 422 and "Vous n’avez rien choisi." in page.text


def test_the_page_of_a_plan_that_a_colleague_has_applied_since(client: FlaskClient, plan: RecoveryPlan) -> None:
    opened = page_of(client, plan)
    apply_all(client, plan)
    page = submit(client, opened, action="/verification")
    assert "C’était déjà fait. Voici où en est ce plan." in page.text
    assert "Vous n’avez rien choisi." not in page.text


def test_correcting_keeps_the_choices(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = page_of(client, plan)
    first, second = lines(plan)
    page = press(client, page, f"{PLANS}/{plan.public_id}/choix", **{key(first): "call", key(second): ""})
    assert (chosen(page, first), chosen(page, second)) == ("call", "")


def test_a_whole_presence_taken_over_is_said_once(
    client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock
) -> None:
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 10)
    book(nadia, borny, "09:00", "10:00")
    make_presence(f"{DAY} 09:00", "12:00", conseiller=hugo, place=sablon, takes_appointments=False, takes_walk_ins=True)
    plan = absent(nadia, clock)
    page = page_of(client, plan)
    assert "Hugo reprend la permanence de « Borny », jeudi 3 décembre de 9 h à 12 h : 2 personnes" in page.text
    assert "plus personne à « Sablon » de 9 h à 12 h" in page.text
    assert page.text.count("reprend la permanence") == 1
    assert "Hugo prend la place : même heure, même lieu." in page.text
    check = submit(client, page, action="/verification")
    assert "Qui remplace qui" in check.text
    page = submit(client, check, action="/application")
    assert {each.standing for each in lines(plan)} == {Standing.PROPOSED}
    assert "Vous pouvez" not in page.text or "tout annuler" in page.text


def test_unknown_plans_are_no_pages(client: FlaskClient, anne: Staff) -> None:
    for end in ("", "/appels", "/affiche", "/appels/x/annulation"):
        assert visit(client, f"{PLANS}/{'0' * 32}{end}").status == 404


def test_a_page_of_many_rows_asks_as_much_as_one_of_two(
    client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock
) -> None:
    asked = []
    for day, times in ((DAY, ("09:00", "09:30")), ("2026-12-10", ("09:00", "09:30", "10:00", "10:30", "11:00"))):
        book(nadia, borny, *times, day=day)
        make_presence(f"{day} 09:00", "12:00", conseiller=hugo, place=borny)
        plan = absent(nadia, clock, f"{day} 08:00", f"{day} 18:00")
        page_of(client, plan)
        with count_queries() as queries:
            page_of(client, plan)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_list_asks_as_much_for_one_plan_as_for_six(client: FlaskClient, anne: Staff) -> None:
    asked = []
    for more in (1, 5):
        for _ in range(more):
            make_plan(anne)
        with count_queries() as queries:
            visit(client, PLANS)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_twenty_rows_with_all_that_can_be_chosen_weigh_less_than_60_kilobytes(
    client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock
) -> None:
    """On a telephone in a bus."""
    sablon = make_place("Mairie de quartier du Sablon")
    make_travel(borny, sablon, 20)
    for day in (DAY, "2026-12-04", "2026-12-07"):
        make_presence(f"{day} 09:00", "18:00", conseiller=make_staff("Aminata"), place=sablon)
        make_presence(f"{day} 09:00", "18:00", conseiller=make_staff("Thomas"), place=borny)
    presence = make_presence(f"{DAY} 09:00", "19:00", conseiller=nadia, place=borny)
    motif = make_motif(duration_minutes=30)
    for half in range(20):
        make_appointment(presence, f"{DAY} {9 + half // 2:02}:{half % 2 * 30:02}", motif=motif, name=f"Odile Ex{half}")
    page = page_of(client, absent(nadia, clock, f"{DAY} 08:00", f"{DAY} 20:00"))
    assert len(page.html.select("[role=radiogroup]")) == 20
    assert len(page.html.select("[role=radiogroup] input")) > 20 * 5
    linked = page.html.select("link[rel=stylesheet][href], script[src]")
    files = sum(len(client.get(str(tag.get("href") or tag.get("src"))).data) for tag in linked)
    assert len(page.response.data) + files < 60_000
