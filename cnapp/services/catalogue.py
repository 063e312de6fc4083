"""What is offered online, as the town's own site lists it: subjects and places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cnapp.base.database import db, later, read
from cnapp.domain.feeds import shortest_motif_online
from cnapp.domain.motifs import MOTIF_CALLED, ONLINE_UNDER, WORDS_ONLINE, Motif, MotifUnknown, Word, motifs_online
from cnapp.domain.places import PLACE_CALLED, Place, PlaceUnknown, places_open


def motifs_listed() -> Sequence[Motif]:
    return db.session.scalars(motifs_online()).all()


def words_offered() -> set[Word]:
    """Those under which something can be booked."""
    return set(read(WORDS_ONLINE).scalars())


def motifs_under(word: Word) -> Sequence[Motif]:
    return db.session.scalars(ONLINE_UNDER, {"word": word}).all()


def motif_online(slug: str) -> Motif:
    """Raises MotifUnknown, also for one that only the desk books or that is retired."""
    motif = db.session.scalar(MOTIF_CALLED, {"slug": slug})
    if motif is None or not motif.is_offered_online:
        raise MotifUnknown
    return motif


def shortest_motif() -> Motif | None:
    """Of those booked online; None where there is none."""
    return db.session.scalar(shortest_motif_online())


def place_known(slug: str) -> Place:
    """Raises PlaceUnknown."""
    place = db.session.scalar(PLACE_CALLED, {"slug": slug})
    if place is None:
        raise PlaceUnknown
    return place


def places_listed(day: date, *, page: int, size: int) -> tuple[Sequence[Place], bool]:
    """One page of the places of a day, by name, and whether another follows: one more row is read to know."""
    found = db.session.scalars(_PAGE, {"day": day, "before": (page - 1) * size, "read": size + 1}).all()
    return found[:size], len(found) > size


_PAGE = places_open(later("day")).order_by(Place.id).offset(later("before")).limit(later("read"))
