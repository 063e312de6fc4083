"""Fields for days, hours and whole numbers, with sentences of ours where they are not understood."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from flask_babel import gettext
from wtforms import DateField, Field, IntegerField, TimeField
from wtforms.validators import StopValidation

from cnapp.base.contacts import clean_line

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_FRENCH = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})(?: ?[h:] ?(\d{2})?)?(?::00)?", re.ASCII | re.IGNORECASE)


class DayField(DateField):
    """« 2026-12-03 », as browsers send it, or « 3/12/2026 », as people write it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = read_day(typed)
        if typed and self.data is None:
            raise ValueError(gettext("Ce jour n’existe pas. Écrivez par exemple 03/12/2026."))

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else self.data.isoformat() if self.data else ""


class HourField(TimeField):
    """« 09:00 », as browsers send it, or « 9 h », « 9h30 », as people write it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = read_hour(typed)
        if typed and self.data is None:
            raise ValueError(gettext("Cette heure n’existe pas. Écrivez par exemple 09:00 ou 13:30."))

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else f"{self.data:%H:%M}" if self.data else ""


class CountField(IntegerField):
    """A whole number from 0; nothing typed is 0."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = 0
        typed = clean_line(valuelist[0]) if valuelist else ""
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
            raise ValueError(gettext("Écrivez un nombre entier, par exemple 60."))
        self.data = int(typed)


class Given:
    """Something must be there; what was not understood has its own sentence already."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None:
            raise StopValidation(None if field.process_errors else str(self.sentence))


def read_day(typed: str) -> date | None:
    """None for what is no day."""
    found = _ISO.fullmatch(typed) or _FRENCH.fullmatch(typed)
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        return None


def read_hour(typed: str) -> time | None:
    """None for what is no time of day."""
    found = _HOUR.fullmatch(typed)
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None
