"""When, where and by whom a workshop is held, and with which kits: a row for each date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import FieldList, FormField
from wtforms import Form as Line
from wtforms.fields.choices import SelectChoice

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import instant_at, local
from cnapp.domain.kits import Kit
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.workshop_sessions import LONGEST_HOURS, WorkshopSession
from cnapp.services.workshops import Programme
from cnapp.web.coordination.fields import ChangeForm, NearDayField, NumberField
from cnapp.web.fields import HourField
from cnapp.web.public.forms import ChoicesField, ListField

ROWS_AT_MOST = 40
SHORTEST_MINUTES, USUAL_MINUTES = 15, 90
FROM_LIST = lazy_gettext("Choisissez dans la liste.")


@dataclass(frozen=True)
class Offered:
    """Among what the coordination chooses."""

    people: Sequence[Staff]
    places: Sequence[Place]
    kits: Sequence[Kit]


class SessionRow(Line):
    """One date; nothing typed in its day and hour: none."""

    day = NearDayField(lazy_gettext("Jour"))
    starts = HourField(lazy_gettext("Début"))
    minutes = NumberField(lazy_gettext("Durée (minutes)"))

    @property
    def is_left_out(self) -> bool:
        return all(field.data is None and not field.process_errors for field in (self.day, self.starts))

    def judge(self) -> bool:
        """Beside each field what is missing or wrong in it."""
        most = LONGEST_HOURS * 60
        is_long_enough = self.minutes.data is not None and SHORTEST_MINUTES <= self.minutes.data <= most
        minutes = gettext("Écrivez un nombre de %(least)d à %(most)d.", least=SHORTEST_MINUTES, most=most)
        faults: dict[Any, str] = {
            self.day: "" if self.day.data else gettext("Écrivez le jour."),
            self.starts: "" if self.starts.data else gettext("Écrivez l’heure du début."),
            self.minutes: "" if is_long_enough else minutes,
        }
        for field, fault in faults.items():
            if fault and not field.errors:
                field.errors = [fault]
        return not self.errors and self._exists()

    def _exists(self) -> bool:
        try:
            self.span_in(0)
        except Refusal as refusal:
            self.starts.errors = [gettext(refusal.sentence)]
        return not self.starts.errors

    def span_in(self, weeks: int) -> Span:
        """So many weeks later, at the same hour of a clock in Metz. Raises HourDoesNotExist."""
        if self.day.data is None or self.starts.data is None:
            raise ValueError("not validated")
        day = self.day.data.fromordinal(self.day.data.toordinal() + 7 * weeks)
        return Span.lasting(instant_at(day, self.starts.data), self.minutes.data)


class ProgrammeForm(ChangeForm):
    """When, where, by whom a workshop is held, and with which kits."""

    place = ListField(lazy_gettext("Lieu"), lazy_gettext("Choisissez un lieu."))
    rows = FieldList(FormField(SessionRow), max_entries=ROWS_AT_MOST)
    leaders = ChoicesField(lazy_gettext("Qui anime"), FROM_LIST)
    kits = ChoicesField(lazy_gettext("Kits prêtés"), FROM_LIST)

    offered: Offered

    def offer(self, offered: Offered) -> None:
        self.offered = offered
        first = SelectChoice("", gettext("Choisissez"))
        self.place.choices = [first, *(SelectChoice(each.slug, each.name) for each in offered.places)]
        self.leaders.choices = [SelectChoice(each.public_id, each.name) for each in offered.people]
        self.kits.choices = [SelectChoice(each.public_id, each.name) for each in offered.kits]

    def validate_place(self, field: Any) -> None:
        if not field.data and not field.errors:
            field.errors = [gettext("Choisissez un lieu.")]

    def validate_leaders(self, field: Any) -> None:
        if not field.data:
            field.errors = [gettext("Choisissez au moins une personne.")]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        faulty = [row for row in self.kept if not row.judge()]
        self.rows.errors = [entry.errors for entry in self.rows if not entry.form.is_left_out and entry.errors]
        if not self.kept and self.needs_rows:
            self._first_row().day.errors = [gettext("Écrivez au moins une date.")]
            self.rows.errors = [self._first_row().errors]
        return not faulty and not self.errors

    needs_rows = True

    def _first_row(self) -> SessionRow:
        if not self.rows.entries:
            self.add_row()
        row: SessionRow = self.rows.entries[0].form
        return row

    def add_row(self) -> None:
        """Another empty one, as long as the last."""
        if len(self.rows.entries) < ROWS_AT_MOST:
            last = self.rows.entries[-1].form.minutes.data if self.rows.entries else None
            self.rows.append_entry({"minutes": last or USUAL_MINUTES})

    @property
    def kept(self) -> list[SessionRow]:
        return [entry.form for entry in self.rows if not entry.form.is_left_out]

    @property
    def faults(self) -> Iterator[tuple[str, str]]:
        """The id of each field that is wrong, and why."""
        for field in self:
            if field.name != self.rows.name:
                yield from ((field.id, error) for error in field.errors)
                continue
            for line, entry in enumerate(self.rows, 1):
                for cell in entry.form:
                    label = str(cell.label.text).lower()
                    yield from ((cell.id, _of_line(line, label, error)) for error in cell.errors)

    def say(self, refusal: Refusal) -> None:
        """Above the first date, which it is about."""
        row = self._first_row()
        row.day.errors = [*row.day.errors, gettext(refusal.sentence)]
        self.rows.errors = [row.errors]

    @property
    def where(self) -> Place:
        """Once it is valid."""
        return next(each for each in self.offered.places if each.slug == self.place.data)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(row.span_in(0) for row in self.kept)

    @property
    def leader_ids(self) -> list[int]:
        return [each.id for each in self.chosen_people]

    @property
    def chosen_people(self) -> tuple[Staff, ...]:
        return tuple(each for each in self.offered.people if each.public_id in (self.leaders.data or ()))

    @property
    def chosen_kits(self) -> tuple[Kit, ...]:
        return tuple(each for each in self.offered.kits if each.public_id in (self.kits.data or ()))

    @property
    def programme(self) -> Programme:
        return Programme(self.spans, self.chosen_people, self.chosen_kits)


def _of_line(line: int, label: str, error: str) -> str:
    return str(gettext("Séance %(line)d, %(label)s : %(error)s", line=line, label=label, error=error))


class MoveForm(ProgrammeForm):
    """Of a workshop that stands: sessions that have begun stay as they are, and are no rows."""

    def keep_to(self, has_begun: bool) -> None:
        self.needs_rows = not has_begun


def rows_of(sessions: Iterable[WorkshopSession]) -> list[dict[str, Any]]:
    return [_row(each.starts_at, each.span.minutes) for each in sessions]


def _row(starts_at: datetime, minutes: int) -> dict[str, Any]:
    at = local(starts_at)
    return {"day": at.date(), "starts": at.time(), "minutes": minutes}
