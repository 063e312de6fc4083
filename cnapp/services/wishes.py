"""What is looked for: the subject and the places of the answers, or those of an appointment that moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.answers import Answers, suits, surely_suits
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.places import PLACE_OPEN, Place, places_open
from cnapp.domain.slots import Wish
from cnapp.services.catalogue import motif_online
from cnapp.services.slots import next_slots


def wish_of(answers: Answers, *, now: datetime) -> Wish:
    """What the answers look for. Raises MotifUnknown."""
    places = places_for(answers, now=now)
    return Wish(motif_of(answers), tuple(place.id for place in places), answers.languages)


def moving_wish(appointment: Appointment, answers: Answers, *, now: datetime) -> Wish:
    """Another time for the same subject, also one that is no longer offered online."""
    places = places_for(answers, now=now)
    languages = (appointment.person.language,) if appointment.person.language else ()
    return Wish(appointment.motif, tuple(place.id for place in places), languages)


def motif_of(answers: Answers) -> Motif:
    """Raises MotifUnknown."""
    return motif_online(answers.text("motif"))


def places_for(answers: Answers, *, now: datetime) -> Sequence[Place]:
    """The place that was chosen; for « anywhere » all those that surely can receive the person."""
    today = day_of(now)
    if not answers.is_anywhere:
        return db.session.scalars(PLACE_OPEN, {"day": today, "slug": answers.text("place")}).all()
    return anywhere(db.session.scalars(places_open(today)).all(), answers)


def anywhere(places: Sequence[Place], answers: Answers) -> Sequence[Place]:
    """Where nobody has checked the way in, only when there is nothing better."""
    sure = [place for place in places if surely_suits(place, answers.needs)]
    return sure or [place for place in places if suits(place, answers.needs)]


def instead_of(motif: Motif, *, now: datetime) -> Motif | None:
    """The same done with the person, when nobody habilitated is free within the horizon; else None."""
    if motif.instead_id is None:
        return None
    places = tuple(db.session.scalars(places_open(day_of(now)).with_only_columns(Place.id).order_by(None)))
    if next_slots(Wish(motif, places), now=now):
        return None
    twin = db.session.get_one(Motif, motif.instead_id)
    return twin if twin.is_offered_online else None
