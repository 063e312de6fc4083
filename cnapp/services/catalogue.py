"""What is offered online, as the town's own site lists it: subjects and places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cnapp.base.database import db
from cnapp.domain.feeds import shortest_motif_online
from cnapp.domain.motifs import Motif, MotifUnknown, Word, motif_called, motifs_online
from cnapp.domain.places import Place, PlaceUnknown, place_called, places_open


def motifs_listed() -> Sequence[Motif]:
    return db.session.scalars(motifs_online()).all()


def words_offered() -> set[Word]:
    """Those under which something can be booked."""
    return set(db.session.scalars(motifs_online().with_only_columns(Motif.word).order_by(None).distinct()))


def motifs_under(word: Word) -> Sequence[Motif]:
    return db.session.scalars(motifs_online().where(Motif.word == word)).all()


def motif_online(slug: str) -> Motif:
    """Raises MotifUnknown, also for one that only the desk books or that is retired."""
    motif = db.session.scalar(motif_called(slug))
    if motif is None or not motif.is_offered_online:
        raise MotifUnknown
    return motif


def shortest_motif() -> Motif | None:
    """Of those booked online; None where there is none."""
    return db.session.scalar(shortest_motif_online())


def place_known(slug: str) -> Place:
    """Raises PlaceUnknown."""
    place = db.session.scalar(place_called(slug))
    if place is None:
        raise PlaceUnknown
    return place


def places_listed(day: date, *, page: int, size: int) -> tuple[Sequence[Place], bool]:
    """One page of the places of a day, by name, and whether another follows: one more row is read to know."""
    query = places_open(day).order_by(Place.id).offset((page - 1) * size).limit(size + 1)
    read = db.session.scalars(query).all()
    return read[:size], len(read) > size
