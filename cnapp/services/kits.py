"""Kits that are lent: what is in each, where it is kept, who has it, what it is promised to. Callers hold the kit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update

from cnapp.base.database import db
from cnapp.base.tokens import new_public_id
from cnapp.domain.journal import Subject
from cnapp.domain.kits import (
    Kit,
    KitEmpty,
    KitPromised,
    KitTooSmall,
    KitUnknown,
    Loan,
    State,
    kit_named,
    kits_in_use,
    kits_retired,
    loans_after,
    loans_ahead,
)
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Workshop, workshops_whole
from cnapp.services.changes import write
from cnapp.services.journal import By, Thing, record_about


@dataclass(frozen=True)
class Contents:
    """What is written of one; the names are those of its columns."""

    name: str
    computers: int
    tablets: int
    projectors: int
    others: str
    state: State
    note: str
    place_id: int
    holder_id: int | None

    @property
    def devices(self) -> int:
        return self.computers + self.tablets


@dataclass(frozen=True)
class Promise:
    """A session that the kit goes to."""

    loan: Loan
    workshop: Workshop


@dataclass(frozen=True)
class Promised:
    """A kit and what it is promised to from now on, in order."""

    kit: Kit
    promises: list[Promise]

    @property
    def is_in_vain(self) -> bool:
        """It is expected somewhere, and cannot be used."""
        return bool(self.promises) and self.kit.state is not State.READY


def about(kit: Kit) -> Thing:
    return Subject.KIT, kit.id


def find(public_id: str) -> Kit:
    """Raises KitUnknown."""
    kit = db.session.scalar(kit_named(public_id))
    if kit is None:
        raise KitUnknown
    return kit


def in_use() -> Sequence[Kit]:
    return db.session.scalars(kits_in_use()).all()


def listed(*, now: datetime) -> list[Promised]:
    """The same number of queries however many there are."""
    promised = _promises(db.session.scalars(loans_ahead(now)).all())
    return [Promised(kit, promised[kit.id]) for kit in in_use()]


def retired() -> Sequence[Kit]:
    return db.session.scalars(kits_retired()).all()


def promised(kit: Kit, *, now: datetime) -> Promised:
    loans = db.session.scalars(loans_after(kit.id, now)).all()
    return Promised(kit, _promises(loans)[kit.id])


def _promises(loans: Sequence[Loan]) -> dict[int, list[Promise]]:
    ids = {loan.workshop_id for loan in loans}
    workshops = {each.id: each for each in db.session.scalars(workshops_whole().where(Workshop.id.in_(ids)))}
    by_kit: dict[int, list[Promise]] = defaultdict(list)
    for loan in loans:
        by_kit[loan.kit_id].append(Promise(loan, workshops[loan.workshop_id]))
    return by_kit


def create(contents: Contents, *, by: By, now: datetime) -> Kit:
    """Raises KitTwice, KitEmpty."""
    _refuse_empty(contents)
    made = Kit(public_id=new_public_id(), updated_at=now, **vars(contents))
    db.session.add(made)
    db.session.flush()
    record_about(about(made), "created", by=by, now=now)
    return made


def change(known: Kit, contents: Contents, *, by: By, now: datetime) -> None:
    """What is promised stays so, also when it is broken. Raises KitTwice, KitEmpty, KitTooSmall."""
    _refuse_empty(contents)
    if contents.devices < known.devices:
        _refuse_too_small(known, contents, now)
        _forget_devices_of_the_past(known, now)
    fields = write(known, contents)
    if fields:
        known.updated_at = now
        db.session.flush()
        record_about(about(known), "changed", by=by, now=now, fields=fields)


def retire(known: Kit, *, by: By, now: datetime) -> None:
    """It is lent no more. Again changes nothing. Raises KitPromised."""
    if known.retired_at is not None:
        return
    if db.session.scalar(loans_after(known.id, now).limit(1)):
        raise KitPromised
    known.retired_at = known.updated_at = now
    record_about(about(known), "retired", by=by, now=now)


def bring_back(known: Kit, *, by: By, now: datetime) -> None:
    if known.retired_at is not None:
        known.retired_at, known.updated_at = None, now
        record_about(about(known), "brought_back", by=by, now=now)


def _refuse_empty(contents: Contents) -> None:
    if not (contents.devices or contents.projectors):
        raise KitEmpty


def _refuse_too_small(kit: Kit, contents: Contents, now: datetime) -> None:
    """What people borrow, and no other kit brings, must stay in it."""
    needed = max((_needed(each, kit) for each in db.session.scalars(_served(kit, now))), default=0)
    if contents.devices < needed:
        raise KitTooSmall(needed)


def _needed(workshop: Workshop, kit: Kit) -> int:
    return workshop.borrowed - max(0, workshop.lendable - kit.devices)


def _served(kit: Kit, now: datetime) -> Select[Workshop]:
    ids = select(Loan.workshop_id).where(Loan.kit_id == kit.id)
    return select(Workshop).where(Workshop.id.in_(ids), Workshop.ends_at > now)


def _forget_devices_of_the_past(kit: Kit, now: datetime) -> None:
    """What is over would else ask the kit for what it had then; registrations still say who borrowed."""
    ids = select(Loan.workshop_id).where(Loan.kit_id == kit.id)
    over = select(Workshop.id).where(Workshop.id.in_(ids), Workshop.ends_at <= now)
    db.session.execute(
        update(Seat).where(Seat.workshop_id.in_(over), Seat.borrows).values(borrows=False),
        execution_options={"synchronize_session": False},
    )
