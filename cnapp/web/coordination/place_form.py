"""What the coordination writes of a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from cnapp.base.contacts import read_phone, show_phone
from cnapp.domain.places import Place
from cnapp.services.places import Facts
from cnapp.web.coordination.fields import ChangeForm, CoordinateField, LinesField, NearDayField, ParagraphField
from cnapp.web.fields import Given
from cnapp.web.forms import AtMost, LineField, Required, is_phone
from cnapp.web.public.forms import ChoiceField, TickField, choices

POSTCODE = re.compile(r"\d{5}", re.ASCII)
SERVICES_AT_MOST, SERVICE_LENGTH = 20, 120
KNOWN = {"yes": True, "no": False, "unknown": None}
KNOWN_WORDS = {
    "yes": lazy_gettext("Oui"),
    "no": lazy_gettext("Non"),
    "unknown": lazy_gettext("Pas encore vérifié"),
}
CHOOSE = lazy_gettext("Choisissez une réponse.")


def is_postcode(_form: Any, field: Any) -> None:
    if field.data and not POSTCODE.fullmatch(field.data):
        raise ValidationError(gettext("Un code postal a 5 chiffres. Écrivez par exemple 57000."))


def are_services(_form: Any, field: Any) -> None:
    lines = field.data or []
    if len(lines) > SERVICES_AT_MOST or any(len(line) > SERVICE_LENGTH for line in lines):
        raise ValidationError(
            gettext(
                "Écrivez %(lines)d lignes au plus, de %(n)d caractères au plus.",
                lines=SERVICES_AT_MOST,
                n=SERVICE_LENGTH,
            )
        )


def within(most: int) -> Callable[[Any, Any], None]:
    """Degrees, either side of nought."""

    def judge(_form: Any, field: Any) -> None:
        if field.data is not None and abs(field.data) > most:
            raise ValidationError(gettext("Écrivez des degrés de −%(most)d à %(most)d.", most=most))

    return judge


class PlaceForm(ChangeForm):
    name = LineField(lazy_gettext("Nom du lieu"), [Required(lazy_gettext("Écrivez le nom du lieu.")), AtMost(120)])
    phone = LineField(lazy_gettext("Téléphone du lieu"), [AtMost(40), is_phone])
    building = LineField(lazy_gettext("Bâtiment partagé"), [AtMost(80)])
    address = LineField(lazy_gettext("Adresse"), [Required(lazy_gettext("Écrivez l’adresse.")), AtMost(200)])
    postcode = LineField(
        lazy_gettext("Code postal"), [Required(lazy_gettext("Écrivez le code postal, par exemple 57000.")), is_postcode]
    )
    town = LineField(lazy_gettext("Ville"), [Required(lazy_gettext("Écrivez la ville.")), AtMost(80)])
    way_in = ParagraphField(lazy_gettext("Comment venir et entrer"), [AtMost(500)])
    step_free = ChoiceField(lazy_gettext("Sans marche"), CHOOSE, choices=choices(KNOWN_WORDS))
    hearing_loop = ChoiceField(lazy_gettext("Boucle magnétique"), CHOOSE, choices=choices(KNOWN_WORDS))
    services = LinesField(lazy_gettext("Services sur place"), [are_services])
    valid_from = NearDayField(
        lazy_gettext("Ouvre le"), [Given(lazy_gettext("Écrivez le premier jour, par exemple 31/12/2026."))]
    )
    valid_until = NearDayField(lazy_gettext("Dernier jour"))
    latitude = CoordinateField(lazy_gettext("Latitude"), [within(90)])
    longitude = CoordinateField(lazy_gettext("Longitude"), [within(180)])
    is_demonstration = TickField(lazy_gettext("Exemple à vérifier"))

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        return all([is_good, self._dates_are_in_order(), self._position_is_whole()])

    @property
    def facts(self) -> Facts:
        phone = read_phone(self.phone.data or "")
        judged = {
            "phone": phone.number if phone else None,
            "step_free": KNOWN[self.step_free.data],
            "hearing_loop": KNOWN[self.hearing_loop.data],
            "building": self.building.data or None,
        }
        typed = {field.name: self[field.name].data for field in fields(Facts)}
        return Facts(**{**typed, **judged})

    def _dates_are_in_order(self) -> bool:
        first, last = self.valid_from.data, self.valid_until.data
        if first and last and last < first:
            self.valid_until.errors = [gettext("Le dernier jour vient après le premier.")]
            return False
        return True

    def _position_is_whole(self) -> bool:
        fields_of_it: Iterable[Any] = (self.latitude, self.longitude)
        missing = [field for field in fields_of_it if field.data is None and not field.errors]
        if len(missing) == 1:
            missing[0].errors = [gettext("Écrivez les deux, ou aucune.")]
        return len(missing) != 1


def values_of(place: Place) -> dict[str, Any]:
    """As the form shows them."""
    known = {answer: code for code, answer in KNOWN.items()}
    return {
        **{field.name: getattr(place, field.name) for field in fields(Facts)},
        "phone": show_phone(place.phone) if place.phone else "",
        "step_free": known[place.step_free],
        "hearing_loop": known[place.hearing_loop],
    }
