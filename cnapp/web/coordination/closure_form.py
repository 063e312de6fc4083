"""The form of a closure: where, which days and hours, what is closed, and where people are received meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from cnapp.base.tokens import fingerprint
from cnapp.domain.places import Closed, Place
from cnapp.services.closures import Terms
from cnapp.web.coordination.fields import ChangeForm, NearDayField
from cnapp.web.fields import Given, HourField
from cnapp.web.forms import AtMost, LineField, Required
from cnapp.web.public.forms import ListField

EVERYWHERE = "partout"
"""No place has this slug."""
LONGEST = timedelta(days=731)
CLOSES = {
    "tout": (Closed.EVERYTHING, lazy_gettext("Tout")),
    "aide": (Closed.APPOINTMENTS, lazy_gettext("Seulement l’aide individuelle, avec ou sans rendez-vous")),
    "ateliers": (Closed.WORKSHOPS, lazy_gettext("Seulement les ateliers")),
}


class ClosureForm(ChangeForm):
    place = ListField(lazy_gettext("Lieu"), lazy_gettext("Choisissez un lieu, ou tous."))
    starts_on = NearDayField(
        lazy_gettext("Premier jour"), [Given(lazy_gettext("Écrivez le premier jour, par exemple 31/12/2026."))]
    )
    ends_on = NearDayField(
        lazy_gettext("Dernier jour"), [Given(lazy_gettext("Écrivez le dernier jour, par exemple 31/12/2026."))]
    )
    from_time = HourField(lazy_gettext("De"))
    until_time = HourField(lazy_gettext("À"))
    closes = RadioField(
        lazy_gettext("Qu’est-ce qui est fermé ?"),
        [Required(lazy_gettext("Choisissez une des réponses."))],
        choices=[SelectChoice(value, words) for value, (_, words) in CLOSES.items()],
        default="tout",
        validate_choice=False,
    )
    provisional = SelectField(lazy_gettext("Où reçoit-on pendant ce temps ?"), validate_choice=False, default="")
    reason = LineField(lazy_gettext("Raison"), [AtMost(120)])
    checked = HiddenField()
    """Says which terms somebody pressed « Continuer » for."""
    earliest: date | None = None
    """A new one ends no sooner; one that is known may have ended."""

    def offer(self, known: Sequence[Place]) -> None:
        self.by_slug = {place.slug: place.id for place in known}
        everywhere = SelectChoice(EVERYWHERE, gettext("Tous les lieux"))
        places = [SelectChoice(place.slug, place.name) for place in known]
        self.place.choices = [everywhere, *places]
        self.provisional.choices = [SelectChoice("", gettext("Nulle part")), *places]

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        faults: list[tuple[Field, str]] = [
            (self.ends_on, self._fault_of_days()),
            (self.until_time, self._fault_of_hours()),
            (self.closes, self._fault_of_closes()),
            (self.provisional, self._fault_of_move()),
        ]
        for field, fault in faults:
            if fault:
                field.errors = [fault]
        return is_good and not any(fault for _, fault in faults)

    @property
    def terms(self) -> Terms:
        return Terms(
            place_id=self.by_slug.get(self.place.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            reason=self.reason.data or "",
            from_time=self.from_time.data,
            until_time=self.until_time.data,
            closes=CLOSES[self.closes.data][0],
            provisional_place_id=self.by_slug.get(self.provisional.data or ""),
        )

    @property
    def is_checked(self) -> bool:
        return bool(self.checked.data == self._seal)

    def ask(self) -> None:
        """Sent again as it is, it goes through."""
        self.checked.data = self._seal

    @property
    def _seal(self) -> str:
        return fingerprint(repr(self.terms))[:32]

    def _fault_of_days(self) -> str:
        first, last = self.starts_on.data, self.ends_on.data
        if first is None or last is None:
            return ""
        if last < first:
            return str(gettext("Le dernier jour vient après le premier."))
        if self.earliest and last < self.earliest:
            return str(gettext("Ces jours sont déjà passés : écrivez un dernier jour à venir."))
        if last - first > LONGEST:
            return str(gettext("Une fermeture dure 2 ans au plus. Pour fermer un lieu, donnez-lui un dernier jour."))
        return ""

    def _fault_of_hours(self) -> str:
        start, end = self.from_time.data, self.until_time.data
        if self.from_time.process_errors or self.until_time.process_errors:
            return ""
        if (start is None) != (end is None):
            return str(gettext("Écrivez les deux heures, ou laissez les deux vides pour toute la journée."))
        is_wrong = start is not None and end is not None and start >= end
        return str(gettext("La fin doit venir après le début, le même jour.")) if is_wrong else ""

    def _fault_of_closes(self) -> str:
        is_known = not self.closes.data or self.closes.data in CLOSES
        return "" if is_known else str(gettext("Choisissez une des réponses."))

    def _fault_of_move(self) -> str:
        slug = self.provisional.data or ""
        if not slug:
            return ""
        if slug not in self.by_slug:
            return str(gettext("Choisissez un lieu de la liste."))
        if self.place.data in (slug, EVERYWHERE):
            return str(gettext("Choisissez un autre lieu que celui qui est fermé, pour un seul lieu à la fois."))
        if self.from_time.data or self.closes.data != "tout":
            return str(gettext("On reçoit ailleurs seulement des jours entiers, et quand tout est fermé."))
        return ""


def values_of(terms: Terms, slugs: dict[int, str]) -> dict[str, Any]:
    """What stands, as the form shows it."""
    closes = next(value for value, (what, _) in CLOSES.items() if what is terms.closes)
    return {
        **vars(terms),
        "place": slugs.get(terms.place_id or 0, EVERYWHERE),
        "provisional": slugs.get(terms.provisional_place_id or 0, ""),
        "closes": closes,
    }
