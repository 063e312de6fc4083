"""Some twenty invented workshops with those who come and who wait, and three kits: all made as the services make them.

Their ids and codes are then drawn anew, so that they are the same each time for a given day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, instant_at
from cnapp.config import Settings
from cnapp.domain.appointments import Origin
from cnapp.domain.citizens import Citizen
from cnapp.domain.kits import Kit, State
from cnapp.domain.outbox import Channel, Due, Outcome
from cnapp.domain.registrations import Registration
from cnapp.domain.workshop_sessions import Attendance, WorkshopSession
from cnapp.domain.workshop_sessions import Outcome as Held
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, workshops
from cnapp.services.channels import channels_to
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.citizens import Crowd
from cnapp.services.demo.free_times import FreeTimes
from cnapp.services.demo.places import Places
from cnapp.services.demo.team import Team
from cnapp.services.demo.workshop_list import CANCELLED, FULL_AND_FREED, PAST, PROGRAMME, VERLAINE, Line
from cnapp.services.journal import By, record_about
from cnapp.services.notices import told_people
from cnapp.services.parties import Party
from cnapp.services.registrations import Application
from cnapp.services.workshops import Facts, Programme

PREPARED, REGISTERED, WAITED = timedelta(days=40), 24, 3
"""Days ago: how long workshops are announced, the first registers, the first waits."""
WRITTEN = (Channel.EMAIL, Channel.SMS)
DROP_INS = 2
SERIES_FILLED = 2
"""Of the workshops that repeat one another, so many have people already."""
DESK = "accueil.verlaine"
COORDINATOR = "coordination"


@dataclass
class Town:
    """What workshops of one day's demonstration are made of."""

    day: date
    now: datetime
    places: Places
    team: Team
    settings: Settings
    chance: Chance
    times: FreeTimes = field(default_factory=FreeTimes)
    kits: list[Kit] = field(default_factory=list)
    lent: dict[tuple[int, date], int] = field(default_factory=dict)
    """The place where a kit is on a day."""

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.chance)
        self.coordinator = By.staff(self.team[COORDINATOR])

    def ago(self, days: int) -> datetime:
        """Some moment of the opening hours, so many days ago."""
        at = time(self.chance.between(8, 17), self.chance.below(60))
        return instant_at(self.day - timedelta(days=days), at)


def make_workshops(day: date, places: Places, team: Team, *, link_key: str, now: datetime) -> None:
    """Once appointments are booked: they take what is left of the presences."""
    settings = Settings("", "", link_key, "", smtp_url="smtp://127.0.0.1", sms_url="http://127.0.0.1")
    town = Town(day, now, places, team, settings, Chance(day, "workshops"))
    town.kits = _kits(town)
    _has_been_held(town)
    for line in PROGRAMME:
        made = _made(line, town)
        for workshop in made[:SERIES_FILLED]:
            _fill(workshop, line, town)
    _settle_letters(now)
    _draw_names(town)


def _kits(town: Town) -> list[Kit]:
    """Two that travel, and one that is being repaired."""
    verlaine, borny = town.places[VERLAINE], town.places["mairie-borny"]
    rows = [
        Kit(name="Kit Verlaine", computers=6, projectors=1, others="6 souris", state=State.READY, place_id=verlaine.id),
        Kit(name="Kit Borny", computers=4, tablets=4, projectors=1, state=State.READY, place_id=borny.id),
        Kit(name="Kit tablettes", tablets=8, state=State.REPAIR, place_id=borny.id, note="2 écrans cassés"),
    ]
    rows[1].holder_id = town.team["ines"].id
    for row in rows:
        row.public_id, row.updated_at = town.chance.hexadecimal(), town.now
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _made(line: Line, town: Town) -> list[Workshop]:
    """Prepared and published; as many as it has sessions where each is a workshop of its own."""
    found = _times(line, town, town.day + timedelta(weeks=line.week))
    if not found:
        return []
    if not line.is_series:
        return [_prepared(line, found, town)]
    series_id = town.chance.hexadecimal()
    return [_prepared(line, [each], town, series_id) for each in found]


def _times(line: Line, town: Town, since: date) -> list[tuple[int, Span]]:
    """At its place; where there is no time left, wherever its leader has some."""
    leader = town.team[line.account].id
    for place_id in (town.places[line.slug].id, None):
        found = list(islice(town.times.weekly(leader, place_id, since, line.minutes), line.sessions))
        if found:
            return found
    return []


def _prepared(line: Line, found: list[tuple[int, Span]], town: Town, series_id: str | None = None) -> Workshop:
    place = next(each for each in town.places.by_slug.values() if each.id == found[0][0])
    facts = Facts(
        title=line.title,
        learn=line.learn,
        level=line.level,
        theme=line.theme,
        place=place,
        capacity=line.capacity,
        prerequisite=line.prerequisite,
        bring=line.bring,
        audience=line.audience,
        at_least=line.at_least,
    )
    spans = tuple(span for _, span in found)
    programme = Programme(spans, (town.team[line.account],), _lent(line, place.id, spans, town))
    at = town.now - PREPARED
    workshop = workshops.prepare(facts, programme, series_id=series_id, by=town.coordinator, now=at)
    workshops.publish(workshop, by=town.coordinator, now=at + timedelta(hours=1))
    return workshop


def _lent(line: Line, place_id: int, spans: tuple[Span, ...], town: Town) -> tuple[Kit, ...]:
    """Its kit, unless it is at another place on one of the days."""
    if line.kit is None:
        return ()
    kit, days = town.kits[line.kit], [day_of(span.start) for span in spans]
    if any(town.lent.get((kit.id, day), place_id) != place_id for day in days):
        return ()
    town.lent |= {(kit.id, day): place_id for day in days}
    return (kit,)


def _fill(workshop: Workshop, line: Line, town: Town) -> None:
    seated = [_register(workshop, town, REGISTERED - number) for number in range(line.registered)]
    for number in range(line.waiting):
        _wait(workshop, town, WAITED - number)
    if line.title == FULL_AND_FREED:
        registrations.cancel(seated[0], by=By.citizen(), settings=town.settings, now=town.now)
    if line.title == CANCELLED:
        workshops.cancel(workshop, by=town.coordinator, settings=town.settings, now=town.ago(1))


def _register(workshop: Workshop, town: Town, days_ago: int) -> Registration:
    """Two in three by themselves, the others at the desk."""
    is_online, at = town.chance.is_so(66), town.ago(days_ago)
    by = By.citizen() if is_online else By.staff(town.team[DESK])
    party = Party(_reachable(town, at), Origin.ONLINE if is_online else Origin.COUNTER)
    borrows = workshop.can_lend and town.chance.is_so(50)
    application = Application(party, borrows)
    return registrations.register(workshop.id, application, by=by, settings=town.settings, now=at)


def _wait(workshop: Workshop, town: Town, days_ago: int) -> None:
    at = town.ago(days_ago)
    application = Application(Party(_reachable(town, at), Origin.ONLINE))
    registrations.join_waiting_list(workshop.id, application, by=By.citizen(), settings=town.settings, now=at)


def _reachable(town: Town, at: datetime) -> Citizen:
    """Somebody to whom letters can be written: nobody has to be called before the day has begun."""
    while True:
        person = town.crowd.person(created_at=at)
        if person.email or person.has_mobile:
            return person


def _has_been_held(town: Town) -> None:
    """Last week, with its roll call: one did not come, two came without being registered."""
    found = _times(PAST, town, town.day - timedelta(days=7))
    if not found or found[0][1].end > town.now:
        return
    workshop = _prepared(PAST, found, town)
    came = [_register(workshop, town, REGISTERED - number) for number in range(PAST.registered)]
    session = db.session.scalars(select(WorkshopSession).where(WorkshopSession.workshop_id == workshop.id)).one()
    session.outcome, session.noted_at, session.drop_ins = Held.HELD, session.ends_at, DROP_INS
    rows = [Attendance(session_id=session.id, registration_id=each.id, came=each is not came[0]) for each in came]
    db.session.add_all(rows)
    db.session.flush()
    told = {"day": day_of(session.starts_at).isoformat(), "came": len(came) - 1, "drop_ins": DROP_INS}
    by, outcome = By.staff(town.team[PAST.account]), Held.HELD.value
    record_about(workshops.thing(workshop), "roll_called", by=by, now=session.ends_at, **told, outcome=outcome)


def _settle_letters(now: datetime) -> None:
    """As the worker would have sent them; who has no contact for one is told by nobody."""
    waiting = select(Due, Registration).join(Registration, Registration.id == Due.registration_id)
    for due, registration in db.session.execute(waiting.where(Due.settled_at.is_(None))).all():
        reader = told_people(registration.told, registration.person, registration.booker)[0]
        ways = [channel for channel in channels_to(reader, due.letter) if channel in WRITTEN]
        due.settled_at = min(max(due.due_at, due.created_at), now)
        due.outcome, due.channel = (Outcome.SENT, ways[0]) if ways else (Outcome.UNNEEDED, None)
    db.session.flush()


def _draw_names(town: Town) -> None:
    """In an order that is the same each time; letters are named after their registration."""
    for workshop in db.session.scalars(select(Workshop).order_by(Workshop.id)):
        workshop.public_id = town.chance.hexadecimal()
    for session in db.session.scalars(select(WorkshopSession).order_by(WorkshopSession.id)):
        session.public_id = town.chance.hexadecimal()
    for registration in db.session.scalars(select(Registration).order_by(Registration.id)):
        registration.public_id, registration.code = town.chance.hexadecimal(), town.chance.code()
        registration.seal(town.settings.link_key)
    for due, its in db.session.execute(
        select(Due, Registration).join(Registration, Registration.id == Due.registration_id)
    ):
        due.key = f"{due.letter}/{its.public_id}/{due.version}"
    db.session.flush()
