"""The opening hours of a place as a table: one line for each stretch, empty lines to add some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time
from itertools import combinations
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField
from wtforms import Form as Line
from wtforms.fields.choices import SelectChoice

from cnapp.domain.hours import ALL_YEAR
from cnapp.domain.places import HoursLine
from cnapp.web.coordination.fields import ChangeForm, MonthDayField
from cnapp.web.fields import HourField
from cnapp.web.public.wording import weekday_name

EMPTY_LINES = 4
LINES_AT_MOST = 100


class StretchLine(Line):
    """All empty, or ticked to go: no stretch. Without a season it holds all year."""

    weekday = SelectField(lazy_gettext("Jour"), validate_choice=False)
    opens = HourField(lazy_gettext("Ouvre à"))
    closes = HourField(lazy_gettext("Ferme à"))
    season_first = MonthDayField(lazy_gettext("Du"))
    season_last = MonthDayField(lazy_gettext("Au"))
    gone = BooleanField(lazy_gettext("Enlever"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days = [SelectChoice(str(day), weekday_name(day)) for day in range(7)]
        self.weekday.choices = [SelectChoice("", ""), *days]

    @property
    def is_left_out(self) -> bool:
        fields = (self.weekday, self.opens, self.closes, self.season_first, self.season_last)
        return bool(self.gone.data) or all(field.data in (None, "") and not field.errors for field in fields)

    @property
    def stretch(self) -> HoursLine:
        first, last = self.season_first.data, self.season_last.data
        season = (first, last) if first and last else (ALL_YEAR.first, ALL_YEAR.last)
        return HoursLine(int(self.weekday.data), self.opens.data or time.min, self.closes.data or time.max, *season)

    def judge(self) -> bool:
        """Beside each field what is missing or wrong in it."""
        faults = {
            self.weekday: "" if self.weekday.data in set("0123456") else gettext("Choisissez un jour."),
            self.opens: "" if self.opens.data else gettext("Écrivez l’heure d’ouverture."),
            self.closes: self._fault_of_closing(),
            self.season_last: self._fault_of_season(),
        }
        for field, fault in faults.items():
            if fault and not field.errors:
                field.errors = [fault]
        return not self.errors

    def _fault_of_closing(self) -> str:
        if self.closes.data is None:
            return str(gettext("Écrivez l’heure de fermeture."))
        if self.opens.data and self.closes.data <= self.opens.data:
            return str(gettext("La fermeture vient après l’ouverture."))
        return ""

    def _fault_of_season(self) -> str:
        if (self.season_first.data is None) == (self.season_last.data is None) or self.season_first.errors:
            return ""
        return str(gettext("Écrivez les deux jours de la saison, ou aucun."))


class HoursForm(ChangeForm):
    """`agreed`: the presences that were shown as no longer fitting, as a fingerprint."""

    lines = FieldList(FormField(StretchLine))
    agreed = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        kept = self.kept
        faulty = [line for line in kept if not line.judge()]
        is_good = not faulty and self._are_few(kept) and self._are_apart(kept)
        self.lines.errors = [entry.errors for entry in self.lines if not entry.form.is_left_out and entry.errors]
        return is_good and not self.errors

    @property
    def kept(self) -> list[StretchLine]:
        return [entry.form for entry in self.lines if not entry.form.is_left_out]

    @property
    def stretches(self) -> list[HoursLine]:
        return [line.stretch for line in self.kept]

    @property
    def faults(self) -> Iterator[tuple[str, str]]:
        """The id of each field that is wrong, and why."""
        for line in self.kept:
            for field in line:
                for error in field.errors:
                    yield field.id, f"{field.label.text} : {error}"

    def _are_few(self, kept: list[StretchLine]) -> bool:
        if len(kept) > LINES_AT_MOST:
            self.form_errors.append(gettext("Écrivez %(n)d lignes au plus.", n=LINES_AT_MOST))
        return len(kept) <= LINES_AT_MOST

    def _are_apart(self, kept: list[StretchLine]) -> bool:
        for one, other in combinations(kept, 2):
            if one.stretch.overlaps(other.stretch):
                day = weekday_name(other.stretch.weekday)
                other.opens.errors = [gettext("Ces heures se recoupent avec une autre ligne du %(day)s.", day=day)]
                return False
        return True


def values_of(stretches: Iterable[HoursLine]) -> list[dict[str, Any]]:
    """As the lines show them: nothing typed where it holds all year; some empty ones at the end."""
    return [_values(stretch) for stretch in stretches] + [{} for _ in range(EMPTY_LINES)]


def _values(stretch: HoursLine) -> dict[str, Any]:
    values: dict[str, Any] = {"weekday": str(stretch.weekday), "opens": stretch.opens, "closes": stretch.closes}
    if stretch.season != ALL_YEAR:
        values |= {"season_first": stretch.season_first, "season_last": stretch.season_last}
    return values
