"""Plans as their pages show them: somebody ill, who was expected, what is proposed and chosen."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, RecoveryPlan
from cnapp.services import absences, plans
from cnapp.services.journal import By
from tests.factories import make_appointment, make_citizen, make_motif, make_presence, metz
from tests.support import FrozenClock, Page, submit, visit
from tests.web.coordination.claire import reread

TODAY, DAY = "2026-11-30", "2026-12-03"
PLANS = "/coordination/plans"


def absent(staff: Staff, clock: FrozenClock, start: str = f"{DAY} 08:00", end: str = f"{DAY} 18:00") -> RecoveryPlan:
    wanted = absences.Wanted([staff], Span(metz(start), metz(end)), Cause.ILLNESS)
    with transaction(staff.id):
        return absences.enter(wanted, by=By.staff(staff), now=clock())


def book(presence_of: Staff, place: Place, *times: str, day: str = DAY, **contacts: str) -> list[Appointment]:
    presence = make_presence(f"{day} 09:00", "12:00", conseiller=presence_of, place=place)
    motif = make_motif(duration_minutes=30)
    people = [make_citizen(f"Odile Exemple{n}", **(contacts or {"phone": "+33612345678"})) for n in range(len(times))]
    return [
        make_appointment(presence, f"{day} {at}", motif=motif, person=person)
        for at, person in zip(times, people, strict=True)
    ]


def page_of(client: FlaskClient, plan: RecoveryPlan) -> Page:
    return visit(client, f"{PLANS}/{plan.public_id}")


def key(line: Displacement) -> str:
    return f"l{line.id}"


def lines(plan: RecoveryPlan) -> list[Displacement]:
    reread()
    return list(plans.lines_of(db.session.get_one(RecoveryPlan, plan.id)))


def values(page: Page, line: Displacement) -> list[str]:
    """What can be chosen for a line, in the order of the page."""
    return [str(each["value"]) for each in page.html.select(f"input[name='{key(line)}']")]


def chosen(page: Page, line: Displacement) -> str:
    (field,) = page.html.select(f"input[name='{key(line)}'][checked]")
    return str(field["value"])


def apply_all(client: FlaskClient, plan: RecoveryPlan) -> Page:
    check = submit(client, page_of(client, plan), action="/verification")
    return submit(client, check, action="/application")


def _token(page: Page) -> str:
    return str(page.html.select_one("[name=csrf_token]")["value"])  # type: ignore[index]


def press(client: FlaskClient, page: Page, where: str, **sent: str) -> Page:
    """Sends these, with the page’s secret and number, to an address of the plan."""
    number = page.html.select_one("main [name=number]")
    fixed = {"csrf_token": _token(page), "number": str(number["value"]) if number else "0"}
    answer = client.post(where, data={**fixed, **sent}, follow_redirects=True)
    return Page(answer, answer.request.path)
