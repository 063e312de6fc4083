"""Fields of the town's settings: days of the year, numbers, lines; and the form that notices others' changes."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from cnapp.base.contacts import clean_line
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import LEAP_YEAR
from cnapp.services.journal import Thing, last_number_of
from cnapp.web.fields import DayField
from cnapp.web.forms import Form
from cnapp.web.history import entry_lines

FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTH_DAYS = frozenset(day.month * 100 + day.day for day in LEAP_YEAR)
TOO_FAR = lazy_gettext("Ce jour est trop loin : vérifiez l’année.")
NO_MONTH_DAY = lazy_gettext("Ce n’est pas un jour de l’année. Écrivez par exemple 1/9.")
COORDINATE = re.compile(r"-?\d{1,3}(\.\d{1,12})?", re.ASCII)
NO_COORDINATE = lazy_gettext("Ce n’est pas une position. Écrivez par exemple 49,1193.")
NO_NUMBER = lazy_gettext("Écrivez un nombre entier, par exemple 45.")


class ChangeForm(Form):
    """`number`: the last line of the thing's journal when the page was opened."""

    number = HiddenField()

    @property
    def seen(self) -> int:
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def catch_up(self, thing: Thing, refusal: ChangedMeanwhile) -> list[str]:
        """What others did meanwhile, in words; sent a second time, the form goes through knowingly."""
        self.number.data = str(last_number_of(thing))
        return entry_lines(refusal.entries)


class NearDayField(DayField):
    """A day of our century: further away it is a slip of the keyboard."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(str(TOO_FAR))


class NumberField(IntegerField):
    """A whole number, typed as text; nothing typed is None."""

    data: Any
    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(valuelist[0]).replace(" ", "") if valuelist else ""
        if not text:
            return
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10):
            raise ValueError(str(NO_NUMBER))
        self.data = int(text)


class MonthDayField(StringField):
    """« 1/9 »: a day of every year, kept as month × 100 + day."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(valuelist[0]).replace(" ", "") if valuelist else ""
        if text:
            self.data = _read_month_day(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data % 100}/{self.data // 100}" if self.data else ""


class CoordinateField(StringField):
    """« 49,1193 »: degrees, with a comma or a point."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(valuelist[0]).replace(",", ".") if valuelist else ""
        if not text:
            return
        if not COORDINATE.fullmatch(text):
            raise ValueError(str(NO_COORDINATE))
        self.data = float(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data).replace(".", ",")


class LinesField(TextAreaField):
    """Several lines, those that are empty left out."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        lines = [clean_line(line) for line in (valuelist[0] if valuelist else "").splitlines()]
        self.data = [line for line in lines if line]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class ParagraphField(TextAreaField):
    """Some sentences, as one line."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(valuelist[0]) if valuelist else ""


class Between:
    """Both ends included; nothing typed is left to others to judge."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data is not None and not self.least <= field.data <= self.most:
            raise StopValidation(
                gettext("Écrivez un nombre de %(least)d à %(most)d.", least=self.least, most=self.most)
            )


def _read_month_day(text: str) -> int:
    day, _, month = text.partition("/")
    is_plain = day.isdigit() and month.isdigit() and text.isascii() and len(text) <= 5
    code = int(month) * 100 + int(day) if is_plain else 0
    if code not in MONTH_DAYS:
        raise ValueError(str(NO_MONTH_DAY))
    return code
