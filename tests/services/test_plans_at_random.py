"""Whatever happens to a town in any order, nobody is lost: each has a time, waits in a plan, or said no themselves.

A model of a few lines remembers who booked and who cancelled; the product's own invariants (overlaps, travel, letters,
lines of plans) are asked after each sequence.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from random import Random

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.people import Habilitation, Staff
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.slots import Door, Wish
from cnapp.services import absences, plan_applications, plan_undoings, plan_work
from cnapp.services.appointments import book_directly, cancel, move_directly
from cnapp.services.doctor import row_faults
from cnapp.services.journal import By
from cnapp.services.slots import search
from cnapp.web.application import Application
from tests.booking import party
from tests.factories import LINK_KEY, habilitate, make_motif, make_place, make_presence, make_staff, make_travel, metz
from tests.support import MORNING
from tests.torture.crowd import FULL_SIZE

NUMBERS = count(1)
STEPS = (
    *(["book"] * 3),
    *(["absent"] * 3),
    *(["apply"] * 4),
    *("work", "undo", "undo", "back", "move", "move", "cancel", "minutes", "minutes"),
)
"""What happens, each as often as it stands here."""
DAYS = ("2026-12-01", "2026-12-02", "2026-12-03")


class Play:
    """Each step through the services, as pages do it; what is refused changes nothing."""

    def __init__(self, app: Application) -> None:
        self.app, self.now = app, metz(MORNING)
        self.anne = make_staff("Anne")
        self.places = [make_place(name, slug=f"{name}-{next(NUMBERS)}") for name in ("borny", "sablon", "verlaine")]
        for one, other in ((0, 1), (1, 2), (0, 2)):
            make_travel(self.places[one], self.places[other], 25)
        self.people = [self.anne, make_staff("Nadia"), make_staff("Hugo"), make_staff("Elif")]
        habilitate(self.people[1], "famille")
        habilitate(self.people[2], "famille")
        self.motifs = [make_motif(), make_motif(duration_minutes=30, mode=Mode.FOR, perimeter="famille")]
        for number, conseiller in enumerate(self.people[1:]):
            self._walk(conseiller, number)
        self.booked: set[int] = set()
        self.said_no: set[int] = set()

    def _walk(self, conseiller: Staff, number: int) -> None:
        for turn, day in enumerate(DAYS):
            here, there = self.places[(number + turn) % 3], self.places[(number + turn + 1) % 3]
            make_presence(f"{day} 09:00", "12:00", conseiller=conseiller, place=here)
            if (number + turn) % 2:
                walk_ins = {"takes_appointments": False, "takes_walk_ins": True}
                make_presence(f"{day} 13:30", "16:00", conseiller=conseiller, place=there, **walk_ins)

    def take(self, step: str, number: int) -> None:
        try:
            getattr(self, step)(number)
        except Refusal:
            db.session.rollback()

    def minutes(self, number: int) -> None:
        self.now += timedelta(minutes=(1, 4, 20, 300)[number % 4])

    def book(self, number: int) -> None:
        motif: Motif = self.motifs[number % 2]
        wish = Wish(motif, tuple(place.id for place in self.places), door=Door.STAFF)
        found = search(wish, metz(f"{DAYS[0]} 00:00").date(), metz(f"{DAYS[-1]} 00:00").date(), now=self.now)
        if found:
            slot, by = found[number % len(found)], By.staff(self.anne)
            with transaction(slot.conseiller_id):
                made = book_directly(wish, slot.choice, party=party(), by=by, link_key=LINK_KEY, now=self.now)
            self.booked.add(made.id)

    def absent(self, number: int) -> None:
        who, day = self.people[1 + number % 3], DAYS[number // 3 % 3]
        hours = (("08:00", "18:00"), ("09:00", "10:30"), ("10:00", "12:00"), ("13:00", "18:00"))[number // 9 % 4]
        span = Span(metz(f"{day} {hours[0]}"), metz(f"{day} {hours[1]}"))
        with transaction(who.id):
            absences.enter(absences.Wanted([who], span, Cause.LEAVE), by=By.staff(self.anne), now=self.now)

    def back(self, number: int) -> None:
        known = db.session.scalars(select(Absence).where(Absence.withdrawn_at.is_(None)).order_by(Absence.id)).all()
        if known:
            absence = known[number % len(known)]
            with transaction(absence.conseiller_id):
                sooner = absence.starts_at + timedelta(minutes=30 * (number % 3))
                absences.shorten(absence, sooner, by=By.staff(self.anne), now=self.now)

    def _plan(self, number: int) -> RecoveryPlan | None:
        plans = db.session.scalars(select(RecoveryPlan).order_by(RecoveryPlan.id)).all()
        return plans[number % len(plans)] if plans else None

    def work(self, number: int) -> None:
        plan = self._plan(number)
        if plan:
            for look in plan_work.LOOKS:
                found = look(plan, now=self.now)
                with transaction(*found.people):
                    plan_work.hold(plan, found, now=self.now)

    def apply(self, number: int) -> None:
        """What is proposed, or the last alternative of some."""
        self.work(number)
        plan = self._plan(number)
        if plan is None:
            return
        choices = {}
        for turn, row in enumerate(plan_work.rows_of(plan)):
            if row.proposal:
                others = row.proposal.alternatives
                other = others[-1].value if others and (number + turn) % 4 == 0 else row.proposal.value
                choices[row.line.public_id] = other
        with transaction(*plan_work.people_of(plan, choices)):
            by, settings = By.staff(self.anne), self.app.settings
            plan_applications.apply(plan, choices, whole=number % 5 == 0, by=by, settings=settings, now=self.now)

    def undo(self, number: int) -> None:
        plan = self._plan(number)
        if plan:
            with transaction(*plan_undoings.people_applied(plan, now=self.now)):
                plan_undoings.undo(plan, by=By.staff(self.anne), now=self.now)

    def _somebody(self, number: int) -> Appointment | None:
        ids = sorted(self.booked - self.said_no)
        return db.session.get_one(Appointment, ids[number % len(ids)]) if ids else None

    def move(self, number: int) -> None:
        appointment = self._somebody(number)
        if appointment is None:
            return
        wish = Wish(appointment.motif, tuple(place.id for place in self.places), door=Door.STAFF)
        found = search(wish, metz(f"{DAYS[0]} 00:00").date(), metz(f"{DAYS[-1]} 00:00").date(), now=self.now)
        if found:
            slot = found[number % len(found)]
            with transaction(appointment.conseiller_id, slot.conseiller_id):
                move_directly(appointment, wish, slot.choice, by=By.citizen(), now=self.now)

    def cancel(self, number: int) -> None:
        appointment = self._somebody(number)
        if appointment:
            with transaction(appointment.conseiller_id):
                cancel(appointment, by=By.citizen(), now=self.now)
            self.said_no.add(appointment.id)

    def judge(self) -> None:
        db.session.rollback()
        assert row_faults() == []
        for appointment in db.session.scalars(select(Appointment).where(Appointment.id.in_(self.booked))):
            kept = {Status.EXCUSED} if appointment.id in self.said_no else {Status.BOOKED, Status.DISPLACED}
            assert appointment.status in kept
            if appointment.stands and appointment.motif.perimeter:
                assert _may_act(appointment), appointment.id


def _may_act(appointment: Appointment) -> bool:
    theirs = select(Habilitation).where(Habilitation.staff_id == appointment.conseiller_id)
    day = appointment.starts_at.date()
    return any(each.allows(appointment.motif.perimeter or "", day) for each in db.session.scalars(theirs))


@pytest.mark.parametrize("seed", range(6 if not FULL_SIZE else 60))
def test_nobody_is_lost(app: Application, seed: int) -> None:
    chance = Random(seed)
    play = Play(app)
    for _ in range(8):
        play.take("book", chance.randrange(200))
    for step in chance.choices(STEPS, k=30):
        play.take(step, chance.randrange(200))
    play.judge()
