"""The form of one presence: who, where, when, how people are received; what it means, and where it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, instant_at, local
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, Room
from cnapp.domain.planning import (
    KeptTooLong,
    NotInPost,
    OnHoliday,
    PauseOutside,
    PlaceClosed,
    PlaceNotThere,
    Plan,
    PresenceIsPast,
    PresenceTooFar,
    ReceivesNobody,
)
from cnapp.domain.presences import Presence, PresenceTooLong
from cnapp.domain.roster import RosterRule
from cnapp.web.fields import CountField, DayField, Given, HourField
from cnapp.web.forms import Form, Required

APPOINTMENTS, WALK_INS, BOTH, NEITHER = "rendez-vous", "sans-rendez-vous", "les-deux", "personne"
RECEIVES = {
    APPOINTMENTS: lazy_gettext("Sur rendez-vous"),
    WALK_INS: lazy_gettext("Sans rendez-vous"),
    BOTH: lazy_gettext("Avec et sans rendez-vous"),
    NEITHER: lazy_gettext("Personne n’est reçu (atelier, réunion, préparation)"),
}
STANDS_AT = {
    PresenceTooLong: "ends",
    PauseOutside: "pause_starts",
    KeptTooLong: "walk_in_minutes",
    OnHoliday: "day",
    PresenceIsPast: "day",
    PresenceTooFar: "day",
    PlaceClosed: "where",
    PlaceNotThere: "where",
    NotInPost: "conseiller",
    ReceivesNobody: "conseiller",
}
"""Beside which field a refusal is said; the others, beside the hours."""


Where = tuple[Place, Room | None]


@dataclass(frozen=True)
class Choices:
    """What the form offers: people, and places with their rooms."""

    people: Sequence[Staff]
    places: Sequence[Place]

    def where(self, value: str | None) -> Where | None:
        """The place, and the room of it, that a value stands for."""
        slug, _, name = (value or "").partition("/")
        place = next((each for each in self.places if each.slug == slug), None)
        room = next((each for each in place.rooms if each.name == name), None) if place else None
        return (place, room) if place and (room or not name) else None


class WhoAndWhenForm(Form):
    """What only a new presence is asked, first on its page."""

    conseiller = SelectField(
        lazy_gettext("Conseiller"), [Required(lazy_gettext("Choisissez une personne."))], validate_choice=False
    )
    day = DayField(lazy_gettext("Jour"), [Given(lazy_gettext("Écrivez le jour."))])


class ChangeForm(Form):
    """What can change of a presence that stands; its person and its day stay."""

    where = SelectField(
        lazy_gettext("Lieu et salle"), [Required(lazy_gettext("Choisissez un lieu."))], validate_choice=False
    )
    starts = HourField(lazy_gettext("Début"), [Given(lazy_gettext("Écrivez l’heure du début."))])
    ends = HourField(lazy_gettext("Fin"), [Given(lazy_gettext("Écrivez l’heure de la fin."))])
    pause_starts = HourField(lazy_gettext("Début de la pause"))
    pause_ends = HourField(lazy_gettext("Fin de la pause"))
    receives = RadioField(
        lazy_gettext("Qui est reçu ?"),
        [Required(lazy_gettext("Choisissez une des réponses."))],
        choices=[SelectChoice(value, label) for value, label in RECEIVES.items()],
        default=APPOINTMENTS,
        validate_choice=False,
    )
    walk_in_minutes = CountField(lazy_gettext("Minutes gardées à la fin, sans rendez-vous"), default=0)
    number = HiddenField()
    """The last line of its journal when the page was opened."""
    displaces = HiddenField()
    """Says for which wish somebody pressed « Continuer » : whoever is expected then becomes a line of a plan."""

    choices: Choices

    def offer(self, choices: Choices) -> None:
        self.choices = choices
        first = SelectChoice("", gettext("Choisissez"))
        self.where.choices = [first, *(each for place in choices.places for each in rooms_of(place))]

    def validate_where(self, field: Field) -> None:
        if field.data and not self.choices.where(field.data):
            field.errors = [gettext("Choisissez un lieu de la liste.")]

    def validate_ends(self, field: Field) -> None:
        if field.data and self.starts.data and field.data <= self.starts.data:
            field.errors = [gettext("La fin doit venir après le début, le même jour.")]

    def validate_pause_ends(self, field: Field) -> None:
        begins, ends = self.pause_starts.data, field.data
        known = not (field.process_errors or self.pause_starts.process_errors)
        if known and (begins is None) != (ends is None):
            field.errors = [gettext("Écrivez le début et la fin de la pause, ou laissez les deux vides.")]
        elif begins and ends and ends <= begins:
            field.errors = [gettext("La fin de la pause doit venir après son début.")]

    def validate_receives(self, field: Field) -> None:
        if field.data and field.data not in RECEIVES:
            field.errors = [gettext("Choisissez une des réponses.")]

    def validate_walk_in_minutes(self, field: Field) -> None:
        if field.data and self.receives.data in (APPOINTMENTS, NEITHER):
            field.errors = [gettext("Des minutes sont gardées seulement si l’on reçoit aussi sans rendez-vous.")]

    def plan_for(self, presence: Presence) -> Plan:
        """Raises HourDoesNotExist."""
        return self._plan(presence.conseiller, day_of(presence.starts_at))

    @property
    def place_and_room(self) -> Where:
        """Once it is valid."""
        found = self.choices.where(self.where.data)
        if found is None:
            raise ValueError("not validated")
        return found

    def _plan(self, conseiller: Staff, day: date) -> Plan:
        place, room = self.place_and_room
        return Plan(
            conseiller,
            place,
            room,
            Span(_at(day, self.starts), _at(day, self.ends)),
            self._pause_on(day),
            takes_appointments=self.receives.data in (APPOINTMENTS, BOTH),
            takes_walk_ins=self.receives.data in (WALK_INS, BOTH),
            walk_in_minutes=self.walk_in_minutes.data or 0,
        )

    def _pause_on(self, day: date) -> Span | None:
        if not (self.pause_starts.data and self.pause_ends.data):
            return None
        return Span(_at(day, self.pause_starts), _at(day, self.pause_ends))

    def say(self, refusal: Refusal, sentence: str) -> None:
        """Beside the field that it is about."""
        name = STANDS_AT.get(type(refusal), "starts")
        field = self._fields.get(name) or self.starts
        field.errors = [*field.errors, sentence]


class PresenceForm(ChangeForm, WhoAndWhenForm):
    """A new presence."""

    def offer(self, choices: Choices) -> None:
        super().offer(choices)
        first = SelectChoice("", gettext("Choisissez"))
        self.conseiller.choices = [first, *(SelectChoice(each.public_id, each.name) for each in choices.people)]

    def validate_conseiller(self, field: Field) -> None:
        if field.data and field.data not in {each.public_id for each in self.choices.people}:
            field.errors = [gettext("Choisissez une personne de la liste.")]

    @property
    def person(self) -> Staff:
        """Once it is valid."""
        return next(each for each in self.choices.people if each.public_id == self.conseiller.data)

    def plan(self) -> Plan:
        """Raises HourDoesNotExist."""
        if self.day.data is None:
            raise ValueError("not validated")
        return self._plan(self.person, self.day.data)


def values_of(presence: Presence) -> dict[str, Any]:
    """What stands, as the form shows it."""
    pause = presence.pause
    return {
        "where": where_value(presence.place, presence.room),
        "starts": local(presence.starts_at).time(),
        "ends": local(presence.ends_at).time(),
        "pause_starts": local(pause.start).time() if pause else None,
        "pause_ends": local(pause.end).time() if pause else None,
        "receives": receives_value(presence),
        "walk_in_minutes": presence.walk_in_minutes,
    }


def receives_value(presence: Presence | RosterRule) -> str:
    if presence.takes_walk_ins:
        return BOTH if presence.takes_appointments else WALK_INS
    return APPOINTMENTS if presence.takes_appointments else NEITHER


def where_value(place: Place, room: Room | None) -> str:
    return f"{place.slug}/{room.name}" if room else place.slug


def rooms_of(place: Place) -> list[SelectChoice]:
    """The place alone, then each of its rooms."""
    rooms = [SelectChoice(where_value(place, room), f"{place.name}, {room.name}") for room in place.rooms]
    return [SelectChoice(where_value(place, None), place.name), *rooms]


def _at(day: date, hour: HourField) -> datetime:
    """Raises HourDoesNotExist."""
    if hour.data is None:
        raise ValueError("not validated")
    return instant_at(day, hour.data)
