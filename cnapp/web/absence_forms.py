"""The form of an absence: the usual ones at one press, or from when to when; why; and where each refusal is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import HourDoesNotExist, day_of, instant_at, local, span_of_day
from cnapp.domain.absences import (
    LONGEST,
    PEOPLE_AT_MOST,
    AbsenceEndsFirst,
    AbsenceIsPast,
    AbsenceTooLong,
    Cause,
    NobodyAbsent,
)
from cnapp.domain.people import Staff
from cnapp.services.absences import Wanted
from cnapp.web.fields import DayField, HourField
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, ChoicesField, choices
from cnapp.wording.absences import CAUSES

REST, TOMORROW, MORNING, DATES = "maintenant", "demain", "ce-matin", "dates"
END_OF_MORNING = time(13)
"""Some presences of the morning last until a quarter past twelve; none of the afternoon begins before one."""
QUICK = {
    REST: lazy_gettext("Maintenant, jusqu’à la fin de la journée"),
    TOMORROW: lazy_gettext("Demain toute la journée"),
    MORNING: lazy_gettext("Ce matin"),
    DATES: lazy_gettext("D’autres dates"),
}
IMPOSSIBLE = (AbsenceEndsFirst, AbsenceIsPast, AbsenceTooLong, HourDoesNotExist, NobodyAbsent)
"""What the form itself is told of, beside its field; AbsentAlready is no fault of what was typed."""


class AbsenceForm(Form):
    """One’s own absence."""

    quick = ChoiceField(lazy_gettext("Quand ?"), lazy_gettext("Choisissez quand."))
    first = DayField(lazy_gettext("Premier jour"))
    from_hour = HourField(lazy_gettext("Heure de début"))
    last = DayField(lazy_gettext("Dernier jour"))
    until_hour = HourField(lazy_gettext("Heure de fin"))
    cause = ChoiceField(
        lazy_gettext("Pourquoi ?"), lazy_gettext("Choisissez une réponse de la liste."), choices=choices(CAUSES)
    )

    def offer(self, now: datetime) -> None:
        """« Ce matin » as long as there is one."""
        is_morning = local(now).time() < END_OF_MORNING
        self.quick.choices = [SelectChoice(*each) for each in QUICK.items() if is_morning or each[0] != MORNING]
        if self.first.data and self.quick.data in (None, ""):
            self.quick.data = DATES

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        if self.quick.data == DATES and self.first.data is None and not self.first.errors:
            self.first.errors = [gettext("Écrivez le premier jour, par exemple 03/12/2026.")]
            return False
        return is_good

    @property
    def wants_dates(self) -> bool:
        """Whether they are shown at once: chosen, or with something typed in them."""
        typed = (self.first, self.from_hour, self.last, self.until_hour)
        return self.quick.data == DATES or any(each.data or each.errors for each in typed)

    def span(self, now: datetime) -> Span:
        """Once it is valid. Raises AbsenceEndsFirst, AbsenceIsPast, AbsenceTooLong, HourDoesNotExist."""
        today = span_of_day(day_of(now))
        if self.quick.data == REST:
            return Span(now.replace(second=0, microsecond=0), today.end)
        if self.quick.data == TOMORROW:
            return span_of_day(day_of(now) + timedelta(days=1))
        if self.quick.data == MORNING:
            return Span(today.start, instant_at(day_of(now), END_OF_MORNING))
        return self._dates(now)

    def _dates(self, now: datetime) -> Span:
        """Without hours, whole days; without a last day, the first one alone."""
        first, today = self.first.data, day_of(now)
        if first is None:
            raise ValueError("not validated")
        last = self.last.data or first
        if last < first:
            raise AbsenceEndsFirst
        if last < today:
            raise AbsenceIsPast
        if not today - LONGEST <= first <= last <= today + 2 * LONGEST:
            raise AbsenceTooLong
        start = instant_at(first, self.from_hour.data) if self.from_hour.data else span_of_day(first).start
        end = instant_at(last, self.until_hour.data) if self.until_hour.data else span_of_day(last).end
        if end <= start:
            raise AbsenceEndsFirst
        return Span(start, end)

    def wanted(self, people: Sequence[Staff], now: datetime) -> Wanted:
        """Raises what `span` does."""
        return Wanted(people, self.span(now), Cause(self.cause.data))

    def refuse(self, refusal: Refusal) -> None:
        """Beside the field that can mend it."""
        field = self.quick if self.quick.data != DATES else self._faulty(refusal)
        field.errors = [gettext(refusal.sentence)]

    def _faulty(self, refusal: Refusal) -> Any:
        if isinstance(refusal, HourDoesNotExist):
            return self.until_hour if self._starts_well() else self.from_hour
        is_same_day = self.last.data in (None, self.first.data)
        return self.until_hour if isinstance(refusal, AbsenceEndsFirst) and is_same_day else self.last

    def _starts_well(self) -> bool:
        """Whether the hour that does not exist is the other one."""
        try:
            return self.first.data is None or bool(instant_at(self.first.data, self.from_hour.data or time()))
        except HourDoesNotExist:
            return False

    @property
    def sent(self) -> list[tuple[str, str]]:
        """As it was typed, to be sent again by the page that asks."""
        typed = {name: field.raw_data or () for name, field in self._fields.items() if name != "csrf_token"}
        return [(name, value) for name, values in typed.items() for value in values]


class TeamAbsenceForm(AbsenceForm):
    """Of one person or of several at once."""

    people = ChoicesField(lazy_gettext("Qui ?"), lazy_gettext("Choisissez des personnes de la liste."))

    def offer_people(self, team: Iterable[Staff]) -> None:
        self.by_name = {each.public_id: each for each in team}
        self.people.choices = [SelectChoice(each.public_id, each.name) for each in self.by_name.values()]

    def validate_people(self, field: ChoicesField) -> None:
        if not field.data:
            field.errors = [gettext(NobodyAbsent.sentence)]
        elif len(field.data) > PEOPLE_AT_MOST:
            field.errors = [gettext("Choisissez %(n)d personnes au plus à la fois.", n=PEOPLE_AT_MOST)]

    @property
    def chosen(self) -> list[Staff]:
        return [each for name, each in self.by_name.items() if name in self.people.data]
