"""The subjects that people can come for: written, put away, offered again; never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db, lock_keys
from cnapp.base.slugs import slugs_of
from cnapp.domain.journal import Subject
from cnapp.domain.motifs import Mode, Motif, MotifUnknown, Word, motif_called, motifs_ever
from cnapp.services.changes import write
from cnapp.services.journal import By, Thing, record_about

NOT_SLUGS = ("nouveau",)
"""Addresses that mean something else."""


@dataclass(frozen=True)
class Wording:
    """Columns of a motif's row, as the coordination writes them."""

    title: str
    word: Word
    position: int
    bring: str
    theme: str
    mode: Mode
    perimeter: str | None
    instead_id: int | None
    duration_minutes: int
    buffer_minutes: int
    least_notice_minutes: int
    horizon_days: int
    online: bool


def about(motif: Motif) -> Thing:
    return Subject.MOTIF, motif.id


def listed() -> Sequence[Motif]:
    """The retired ones too."""
    return db.session.scalars(motifs_ever()).all()


def motif(slug: str) -> Motif:
    """Raises MotifUnknown."""
    found = db.session.scalar(motif_called(slug))
    if found is None:
        raise MotifUnknown
    return found


def instead_slug(known: Motif) -> str:
    """Of what is offered in its place; empty where nothing is."""
    other = db.session.get(Motif, known.instead_id) if known.instead_id else None
    return other.slug if other else ""


def create(wording: Wording, *, by: By, now: datetime) -> Motif:
    lock_keys("slugs:motifs")
    made = Motif(slug=_free_slug(wording.title), updated_at=now, **vars(wording))
    db.session.add(made)
    db.session.flush()
    record_about(about(made), "created", by=by, now=now)
    return made


def change(known: Motif, wording: Wording, *, by: By, now: datetime) -> None:
    """What is booked keeps its length. The caller holds it, here and below."""
    fields = write(known, wording)
    if fields:
        known.updated_at = now
        record_about(about(known), "changed", by=by, now=now, fields=fields)


def retire(known: Motif, *, by: By, now: datetime) -> None:
    """Nobody is offered it any more, online or at a desk; appointments keep it."""
    if known.retired_at is None:
        known.retired_at = known.updated_at = now
        record_about(about(known), "retired", by=by, now=now)


def offer_again(known: Motif, *, by: By, now: datetime) -> None:
    if known.retired_at is not None:
        known.retired_at, known.updated_at = None, now
        record_about(about(known), "offered_again", by=by, now=now)


def _free_slug(title: str) -> str:
    slugs = slugs_of(title, otherwise="sujet")
    return next(slug for slug in slugs if slug not in NOT_SLUGS and db.session.scalar(motif_called(slug)) is None)
