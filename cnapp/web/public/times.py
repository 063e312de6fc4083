"""The page of times as its address asks for it: from a day on, or one day whole; mornings, a weekday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_gettext

from cnapp.base.workdays import day_of, read_day, span_of_day
from cnapp.domain.slots import Choice, Slot, SlotUnknown, Wish, read_value
from cnapp.domain.times import Day, Filter, Half, Times
from cnapp.services.languages import speakers
from cnapp.services.times import refuse_never_offered, times_after, times_from, times_on
from cnapp.web.application import now
from cnapp.web.errors import NotUnderstood
from cnapp.web.forms import Form, LineField, Required
from cnapp.web.public.wording import weekday_name
from cnapp.web.wording import language_name
from cnapp.wording.dates import show_day, show_long_day

MINUTE = "%Y%m%dT%H%MZ"


class TimeForm(Form):
    slot = LineField(lazy_gettext("Heure"), validators=[Required(lazy_gettext("Choisissez une heure."))])


@dataclass(frozen=True)
class Reach:
    """The days that can be booked."""

    first: date
    last: date

    @classmethod
    def of(cls, horizon_days: int) -> Reach:
        return cls(day_of(now()), day_of(now()) + timedelta(days=horizon_days))

    def nearest(self, day: date) -> date:
        return max(self.first, min(day, self.last))

    def note(self, day: date) -> str:
        if day < self.first:
            return str(gettext("Le jour demandé est passé."))
        if day > self.last:
            day_words = show_long_day(self.last)
            return str(gettext("Le jour demandé est trop loin : on peut réserver jusqu’au %(day)s.", day=day_words))
        return ""


@dataclass(frozen=True)
class Asked:
    """What the address says, brought back to the days that can be booked. Raises NotUnderstood for what is no date."""

    first: date | None
    whole_day: date | None
    after: datetime | None
    preferred: Filter
    note: str = ""
    """That another day was asked than the one shown."""

    @classmethod
    def of_request(cls, wish: Wish) -> Asked:
        asked = cls(_day("du"), _day("jour"), _instant("apres"), Filter(_half(), _weekday()))
        return asked.within(Reach.of(wish.horizon_days))

    def within(self, reach: Reach) -> Asked:
        """The same, brought back to the days that can be booked."""
        day = self.first or self.whole_day or (self.after.date() if self.after else reach.first)
        return replace(
            self,
            first=self.first and reach.nearest(self.first),
            whole_day=self.whole_day and reach.nearest(self.whole_day),
            after=self.after and max(now(), min(self.after, span_of_day(reach.last).end)),
            note=reach.note(day),
        )

    def times(self, wish: Wish) -> Times:
        if self.after:
            return times_after(self.after, wish, self.preferred, now=now())
        if self.whole_day:
            return times_on(self.whole_day, wish, self.preferred, now=now())
        return times_from(self.first or day_of(now()), wish, self.preferred, now=now())

    @property
    def is_later(self) -> bool:
        return bool(self.first or self.whole_day or self.after)

    @property
    def heading(self) -> str:
        """Later pages say which they are."""
        day = self.whole_day or (day_of(self.after) if self.after else None)
        if day:
            return str(gettext("Choisissez l’heure, le %(day)s", day=show_day(day)))
        if self.first:
            return str(gettext("Choisissez le jour et l’heure, à partir du %(day)s", day=show_day(self.first)))
        return str(gettext("Choisissez le jour et l’heure"))

    def link(self, **changes: Any) -> str:
        """The same page with another day, and the same preferences."""
        kept: dict[str, Any] = {name: request.args.get(name) for name in ("moment", "le", "lieux")}
        return url_for(
            str(request.endpoint).rpartition(".")[0] + ".edit", **(request.view_args or {}), **kept, **changes
        )


@dataclass(frozen=True)
class Shown:
    """One time as the page shows it; `note` says who speaks the person's language."""

    value: str
    starts_at: datetime
    place_name: str
    note: str


def shown_days(days: Iterable[Day], wish: Wish) -> list[dict[str, Any]]:
    who = speakers(wish.languages)
    return [
        {"day": each.day, "slots": [_shown(slot, wish, who) for slot in each.slots], "has_more": each.has_more}
        for each in days
    ]


def days_of(slots: Iterable[Slot], wish: Wish) -> list[dict[str, Any]]:
    """A handful of times, by day."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(day_of(slot.starts_at), []).append(slot)
    return shown_days((Day(day, tuple(of_day)) for day, of_day in days.items()), wish)


def _shown(slot: Slot, wish: Wish, who: set[int]) -> Shown:
    note = ""
    if slot.conseiller_id in who:
        language = language_name(wish.languages[0]) if len(wish.languages) == 1 else gettext("votre langue")
        note = gettext("%(name)s parle %(language)s", name=slot.conseiller_name, language=language)
    return Shown(slot.value, slot.starts_at, slot.place_name, note)


def choice_of(form: TimeForm, wish: Wish) -> Choice | None:
    """The time chosen; None, with the sentence beside the field, for one that we have never offered."""
    if not form.validate():
        return None
    try:
        choice = read_value(form.slot.data or "")
        refuse_never_offered(choice, wish, now=now())
    except SlotUnknown as refusal:
        form.slot.errors = [gettext(refusal.sentence)]
        return None
    return choice


def context(asked: Asked, wish: Wish) -> dict[str, Any]:
    """What the template of the times needs."""
    times = asked.times(wish)
    halves = {Half.MORNING.value: gettext("Le matin"), Half.AFTERNOON.value: gettext("L’après-midi")}
    return {
        "asked": asked,
        "days": shown_days(times.days, wish),
        "next_day": times.next_day,
        "next_start": times.next_start.strftime(MINUTE) if times.next_start else None,
        "halves": halves,
        "weekdays": [(str(day), weekday_name(day)) for day in range(7)],
        "motif": wish.motif,
        "show_places": len(wish.place_ids) > 1,
    }


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return read_day(text) if text else None
    except ValueError:
        example = day_of(now()).isoformat()
        words = gettext("Dans l’adresse, un jour s’écrit avec l’année, le mois et le jour : %(day)s.", day=example)
        raise _not_understood(words) from None


def _instant(name: str) -> datetime | None:
    text = request.args.get(name, "")
    try:
        return read_value(f"@{text}").starts_at if text else None
    except SlotUnknown:
        raise _not_understood(gettext("L’adresse de cette page a été changée ou coupée.")) from None


def _half() -> Half | None:
    text = request.args.get("moment", "")
    if text and text not in list(Half):
        raise _not_understood(gettext("Choisissez le matin ou l’après-midi dans la liste de la page."))
    return Half(text) if text else None


def _weekday() -> int | None:
    text = request.args.get("le", "")
    if text and text not in tuple("0123456"):
        raise _not_understood(gettext("Choisissez un jour de la semaine dans la liste de la page."))
    return int(text) if text else None


def _not_understood(sentence: str) -> NotUnderstood:
    return NotUnderstood(str(sentence), way=(request.path, gettext("Voir les premières heures")))
