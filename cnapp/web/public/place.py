"""Where: the soonest anywhere, or one place, each with its next free time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.workdays import day_of
from cnapp.domain.answers import ANYWHERE, Answers, suits
from cnapp.domain.citizens import Need
from cnapp.domain.places import Place
from cnapp.domain.slots import Slot, Wish
from cnapp.services.catalogue import places_listed
from cnapp.services.slots import next_slots
from cnapp.services.wishes import anywhere, motif_of
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.paging import page_asked
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.places import PLACES_A_PAGE
from cnapp.wording.dates import show_day, show_moment

bp = Blueprint("place", __name__, url_prefix="/rendez-vous/lieu")


class PlaceForm(Form):
    place = ChoiceField(lazy_gettext("Où voulez-vous venir ?"), lazy_gettext("Choisissez un lieu."))


@dataclass(frozen=True)
class Offer:
    """One page of places, the soonest time of each, and those that cannot receive the person."""

    answers: Answers
    places: Sequence[Place]
    slots: dict[int, Slot]
    left_out: Sequence[Place]
    has_more: bool
    first_day_without: str
    """The first day beyond what can be booked."""

    @property
    def choices(self) -> list[SelectChoice]:
        return _choices(self.places)

    @property
    def details(self) -> dict[str, Any]:
        lines = {place.slug: {"lines": self._lines(place)} for place in self.places}
        return {**lines, ANYWHERE: {"lines": [self._soonest_line()]}}

    def _lines(self, place: Place) -> list[str]:
        return [self._next_line(place), *access_lines(place, self.answers)]

    def _next_line(self, place: Place) -> str:
        slot = self.slots.get(place.id)
        if slot is None:
            return str(gettext("Pas d’heure libre avant le %(day)s", day=self.first_day_without))
        return str(gettext("Prochaine heure : %(moment)s", moment=show_moment(slot.starts_at)))

    def _soonest_line(self) -> str:
        able = {place.id for place in anywhere(self.places, self.answers)}
        soonest = min((slot for slot in self.slots.values() if slot.place_id in able), key=_start, default=None)
        if soonest is None:
            return str(gettext("Pas d’heure libre avant le %(day)s", day=self.first_day_without))
        words = {"moment": show_moment(soonest.starts_at), "place": soonest.place_name}
        return str(gettext("Prochaine heure : %(moment)s, %(place)s", **words))


@bp.get("")
def edit() -> str:
    offer = _offer(journey.answers_before("place"))
    form = PlaceForm(place=offer.answers.text("place"))
    return _page(form, offer)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("place")
    form = PlaceForm()
    form.place.choices = _choices(_listed(given).places)
    if not form.validate():
        return _page(form, _offer(given)), 422
    journey.keep(place=form.place.data)
    return journey.go_on()


def _page(form: PlaceForm, offer: Offer) -> str:
    form.place.choices = offer.choices
    return render_template("public/place/edit.html", form=form, offer=offer, page=page_asked())


def _choices(places: Sequence[Place]) -> list[SelectChoice]:
    soonest = {ANYWHERE: gettext("Le plus tôt possible, n’importe où")}
    return choices({**soonest, **{place.slug: place.name for place in places}})


class Listed(NamedTuple):
    places: list[Place]
    left_out: list[Place]
    has_more: bool


def _listed(given: Answers) -> Listed:
    listed, has_more = places_listed(day_of(now()), page=page_asked(), size=PLACES_A_PAGE)
    places = [place for place in listed if suits(place, given.needs)]
    return Listed(places, [place for place in listed if place not in places], has_more)


def _offer(given: Answers) -> Offer:
    motif, at = motif_of(given), now()
    places, left_out, has_more = _listed(given)
    slots = next_slots(Wish(motif, tuple(place.id for place in places)), now=at)
    beyond = show_day(day_of(at) + timedelta(days=motif.horizon_days + 1))
    return Offer(given, places, slots, left_out, has_more, beyond)


def access_lines(place: Place, given: Answers) -> list[str]:
    """What those who need it must know of a place, said also where nobody has checked."""
    lines = []
    if Need.WHEELCHAIR in given.needs:
        lines.append(_step_free(place.step_free))
    if Need.HEARING in given.needs:
        lines.append(_hearing_loop(place.hearing_loop))
    return lines


def _step_free(known: bool | None) -> str:
    if known is None:
        return str(gettext("Nous ne savons pas encore si l’entrée est sans marche."))
    return str(gettext("L’entrée est sans marche."))


def _hearing_loop(known: bool | None) -> str:
    if known is None:
        return str(gettext("Nous ne savons pas encore s’il y a une boucle magnétique."))
    return str(gettext("Il y a une boucle magnétique.") if known else gettext("Il n’y a pas de boucle magnétique."))


def _start(slot: Slot) -> Any:
    return slot.starts_at
