"""The form of a roster rule: who, where, which day of the week, from when to when, and how people are received."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice

from cnapp.domain.presences import LONGEST_HOURS
from cnapp.domain.roster import RosterRule
from cnapp.web.coordination.presence_form import (
    APPOINTMENTS,
    BOTH,
    NEITHER,
    RECEIVES,
    WALK_INS,
    Choices,
    Where,
    receives_value,
    rooms_of,
    where_value,
)
from cnapp.web.coordination.rule_words import weeks_words
from cnapp.web.fields import CountField, DayField, Given, HourField
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, ListField
from cnapp.web.public.wording import weekday_name

FARTHEST = timedelta(days=3660)
"""Ten years: a day further away is a slip of the keyboard."""
LONGEST_TURN = 12
FROM_LIST = lazy_gettext("Choisissez dans la liste.")
TOO_FAR = lazy_gettext("Ce jour est trop loin : vérifiez l’année.")

TAKES = {APPOINTMENTS: (True, False), WALK_INS: (False, True), BOTH: (True, True), NEITHER: (False, False)}
"""Appointments, walk-ins."""


class RuleForm(Form):
    """Sent by GET to the page that shows what would follow, then by POST from there."""

    conseiller = ListField(lazy_gettext("Conseiller"), lazy_gettext("Choisissez une personne de la liste."))
    where = ListField(lazy_gettext("Lieu et salle"), lazy_gettext("Choisissez un lieu de la liste."))
    weekday = ListField(lazy_gettext("Jour de la semaine"), lazy_gettext("Choisissez un jour de la semaine."))
    starts = HourField(lazy_gettext("Début"), [Given(lazy_gettext("Écrivez l’heure du début."))])
    ends = HourField(lazy_gettext("Fin"), [Given(lazy_gettext("Écrivez l’heure de la fin."))])
    pause_starts = HourField(lazy_gettext("Début de la pause"))
    pause_ends = HourField(lazy_gettext("Fin de la pause"))
    every_weeks = ListField(lazy_gettext("Quelles semaines ?"), FROM_LIST, default="1")
    from_on = DayField(lazy_gettext("Premier jour"), [Given(lazy_gettext("Écrivez le premier jour."))])
    until_on = DayField(lazy_gettext("Dernier jour"))
    receives = ChoiceField(
        lazy_gettext("Qui est reçu ?"),
        lazy_gettext("Choisissez une des réponses."),
        choices=[SelectChoice(value, label) for value, label in RECEIVES.items()],
        default=APPOINTMENTS,
    )
    walk_in_minutes = CountField(lazy_gettext("Minutes gardées à la fin, sans rendez-vous"), default=0)
    number = HiddenField()
    """The last line of its journal when the form was opened."""
    key = HiddenField()
    """One page, one new rule."""
    displaces = HiddenField()
    """Whoever is booked becomes a line of a plan."""
    agreed = HiddenField()
    """The fingerprint of the plan that was shown."""

    today: date
    offered: Choices

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> RuleForm:
        """From an address: nothing is written, so no secret is asked for."""
        return cls(sent, meta={"csrf": False})

    @property
    def sent(self) -> dict[str, str]:
        """All that was filled in, as it was."""
        own = (field for field in self if field.name not in ("csrf_token", "number", "key", "agreed", "displaces"))
        sent = {field.name: field.raw_data[0] if field.raw_data else "" for field in own}
        return {**sent, "displaces": "1"} if self.displaces.data else sent

    def offer(self, choices: Choices, today: date) -> None:
        self.offered, self.today = choices, today
        first = SelectChoice("", gettext("Choisissez"))
        self.conseiller.choices = [first, *(SelectChoice(each.public_id, each.name) for each in choices.people)]
        self.where.choices = [first, *(each for place in choices.places for each in rooms_of(place))]
        self.weekday.choices = [first, *(SelectChoice(str(day), weekday_name(day)) for day in range(7))]
        turns = range(1, LONGEST_TURN + 1)
        self.every_weeks.choices = [SelectChoice(str(each), weeks_words(each)) for each in turns]

    def validate_conseiller(self, field: Field) -> None:
        _refuse_nothing(field, gettext("Choisissez une personne de la liste."))

    def validate_where(self, field: Field) -> None:
        _refuse_nothing(field, gettext("Choisissez un lieu de la liste."))

    def validate_weekday(self, field: Field) -> None:
        _refuse_nothing(field, gettext("Choisissez un jour de la semaine."))

    def validate_ends(self, field: Field) -> None:
        if self.length is None:
            return
        if self.length <= 0:
            field.errors = [gettext("La fin doit venir après le début, le même jour.")]
        elif self.length > LONGEST_HOURS * 60:
            field.errors = [gettext("Une permanence dure 12 heures au plus.")]

    @property
    def length(self) -> int | None:
        """In minutes, once both hours are known."""
        starts, ends = self.starts.data, self.ends.data
        return _minutes(ends) - _minutes(starts) if starts and ends else None

    def validate_pause_ends(self, field: Field) -> None:
        begins, ends = self.pause_starts.data, field.data
        if field.process_errors or self.pause_starts.process_errors:
            return
        if (begins is None) != (ends is None):
            field.errors = [gettext("Écrivez le début et la fin de la pause, ou laissez les deux vides.")]
        elif begins and ends and not self._is_inside(begins, ends):
            field.errors = [gettext("La pause doit commencer et finir pendant la permanence.")]

    def _is_inside(self, begins: time, ends: time) -> bool:
        return bool((self.starts.data or time.min) < begins < ends < (self.ends.data or time.max))

    def validate_from_on(self, field: Field) -> None:
        if field.data and abs(field.data - self.today) > FARTHEST:
            field.errors = [str(TOO_FAR)]

    def validate_until_on(self, field: Field) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            field.errors = [gettext("Le dernier jour ne peut pas venir avant le premier.")]
        elif field.data and abs(field.data - self.today) > FARTHEST:
            field.errors = [str(TOO_FAR)]

    def validate_walk_in_minutes(self, field: Field) -> None:
        _, takes_walk_ins = TAKES.get(self.receives.data, (False, False))
        if field.data and not takes_walk_ins:
            field.errors = [gettext("Des minutes sont gardées seulement si l’on reçoit aussi sans rendez-vous.")]
        elif field.data and self.length and field.data > self.length > 0:
            field.errors = [gettext("Les minutes gardées sont plus longues que la permanence.")]

    def wanted(self, rule: RosterRule | None) -> RosterRule:
        """The rule as it is wished, once the form is valid; in no session."""
        conseiller = next(each for each in self.offered.people if each.public_id == self.conseiller.data)
        place, room = self._where
        takes_appointments, takes_walk_ins = TAKES[self.receives.data]
        names = ("starts", "ends", "pause_starts", "pause_ends", "from_on", "until_on", "walk_in_minutes")
        return RosterRule(
            id=rule.id if rule else None,
            public_id=rule.public_id if rule else None,
            **{"conseiller": conseiller, "conseiller_id": conseiller.id, "place": place, "place_id": place.id},
            **{"room": room, "room_id": room.id if room else None},
            **{name: self[name].data for name in names},
            weekday=int(self.weekday.data),
            every_weeks=int(self.every_weeks.data),
            takes_appointments=takes_appointments,
            takes_walk_ins=takes_walk_ins,
        )

    @property
    def _where(self) -> Where:
        found = self.offered.where(self.where.data)
        if found is None:
            raise ValueError("not validated")
        return found

    @property
    def seen(self) -> int:
        """The number of the last line of the journal that this browser has seen."""
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def values_of(rule: RosterRule) -> dict[str, Any]:
    """A rule as the form shows it."""
    names = ("starts", "ends", "pause_starts", "pause_ends", "from_on", "until_on", "walk_in_minutes")
    return {
        "conseiller": rule.conseiller.public_id,
        "where": where_value(rule.place, rule.room),
        "weekday": str(rule.weekday),
        "every_weeks": str(rule.every_weeks),
        "receives": receives_value(rule),
        **{name: getattr(rule, name) for name in names},
    }


def _refuse_nothing(field: Field, sentence: str) -> None:
    """The first line of a list stands for no choice."""
    if not field.data:
        field.errors = [sentence]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
