"""A new workshop: what is said of it, its dates, and whether they are one cycle or a workshop each."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, RadioField

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.web.coordination.fields import Between, NumberField
from cnapp.web.coordination.workshop_facts_form import FROM_LIST, FactsForm
from cnapp.web.coordination.workshop_programme_form import ProgrammeForm
from cnapp.web.public.forms import OneOf, choices

WEEKS_AT_MOST = 30
CYCLE, ONE_BY_ONE = "cycle", "seances"
SHAPES = {
    CYCLE: lazy_gettext("Un seul atelier : on s’inscrit une fois, pour toutes les séances"),
    ONE_BY_ONE: lazy_gettext("Par séance : un atelier par date, on s’inscrit à chacun"),
}


class WorkshopForm(FactsForm, ProgrammeForm):
    """A new one. `key`: one page, one workshop; `without`: dates that were shown as impossible, to be left out."""

    weeks = NumberField(lazy_gettext("Combien de fois, chaque semaine"), [Between(1, WEEKS_AT_MOST)])
    shape = RadioField(
        lazy_gettext("S’il y a plusieurs dates"), [OneOf(FROM_LIST)], choices=choices(SHAPES), validate_choice=False
    )
    key = HiddenField()
    without = HiddenField()

    @property
    def spans(self) -> tuple[Span, ...]:
        """Each row, again each week; without what was found impossible."""
        left_out = set((self.without.data or "").split())
        spans = (row.span_in(week) for week in range(self.weeks.data or 1) for row in self.kept)
        return tuple(span for span in sorted(spans) if span_value(span) not in left_out)

    def validate_weeks(self, field: Any) -> None:
        """At an hour that is skipped some week, nothing is held."""
        if field.errors or any(row.day.data is None or row.starts.data is None for row in self.kept):
            return
        try:
            _ = [row.span_in(week) for week in range(field.data or 1) for row in self.kept if row.minutes.data]
        except Refusal as refusal:
            field.errors = [gettext(refusal.sentence)]

    @property
    def is_one_by_one(self) -> bool:
        return bool(self.shape.data == ONE_BY_ONE)


def span_value(span: Span) -> str:
    """As a hidden field names a date."""
    return span.start.strftime("%Y%m%dT%H%MZ")
