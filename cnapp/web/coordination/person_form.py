"""What the coordination writes of somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField

from cnapp.base.contacts import read_email
from cnapp.domain.people import Role
from cnapp.domain.places import Place
from cnapp.services.accounts import Entrance
from cnapp.services.people import Around, Profile
from cnapp.web.coordination.fields import ChangeForm, NearDayField
from cnapp.web.coordination.setting_words import ROLES, languages
from cnapp.web.fields import Given
from cnapp.web.forms import AtMost, LineField, Required, is_email, is_name
from cnapp.web.public.forms import ChoiceField, ChoicesField, TickField, choices

FORGED = lazy_gettext("Choisissez dans la liste.")


class PersonForm(ChangeForm):
    first_name = LineField(lazy_gettext("Prénom"), [Required(lazy_gettext("Écrivez un prénom.")), is_name])
    last_name = LineField(lazy_gettext("Nom"), [Required(lazy_gettext("Écrivez un nom.")), is_name])
    email = LineField(
        lazy_gettext("Adresse e-mail"),
        [Required(lazy_gettext("Écrivez une adresse e-mail.")), AtMost(254), is_email],
    )
    role = ChoiceField(lazy_gettext("Rôle"), lazy_gettext("Choisissez un rôle."), choices=choices(ROLES))
    receives = TickField(lazy_gettext("Reçoit des personnes en rendez-vous"))
    phone_line = TickField(lazy_gettext("Répond au téléphone pour tous les lieux"))
    places = ChoicesField(lazy_gettext("Lieux de cet accueil"), FORGED)
    languages = ChoicesField(lazy_gettext("Langues parlées, avec le français"), FORGED)
    in_post_from = NearDayField(
        lazy_gettext("Reçoit à partir du"), [Given(lazy_gettext("Écrivez le premier jour, par exemple 31/12/2026."))]
    )
    in_post_until = NearDayField(lazy_gettext("Dernier jour"))
    password = PasswordField(lazy_gettext("Votre mot de passe à vous"), [AtMost(200)])

    proof: Entrance | None = None
    """Set once the password was right."""
    made: str = ""
    """The new account’s name in addresses."""

    def offer(self, places: Iterable[Place], spoken: Iterable[str]) -> None:
        self.places.choices = choices({place.slug: place.name for place in places})
        self.languages.choices = choices(languages(spoken))

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        return all([is_good, self._dates_are_in_order(), self._desk_is_somewhere()])

    @property
    def is_desk(self) -> bool:
        return bool(self.role.data == Role.DESK)

    @property
    def profile(self) -> Profile:
        """A desk receives nobody, and nobody else answers for a desk: these boxes are then left aside."""
        return Profile(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            email=(read_email(self.email.data or "") or "").casefold(),
            role=Role(self.role.data),
            receives=bool(self.receives.data) and not self.is_desk,
            phone_line=bool(self.phone_line.data) and self.is_desk,
            in_post_from=self.in_post_from.data,
            in_post_until=self.in_post_until.data,
        )

    @property
    def around(self) -> Around:
        has_places = self.is_desk and not self.phone_line.data
        return Around(frozenset(self.places.data or ()) if has_places else frozenset(), frozenset(self.languages.data))

    def _dates_are_in_order(self) -> bool:
        first, last = self.in_post_from.data, self.in_post_until.data
        if first and last and last < first:
            self.in_post_until.errors = [gettext("Le dernier jour vient après le premier.")]
            return False
        return True

    def _desk_is_somewhere(self) -> bool:
        if self.is_desk and not (self.phone_line.data or self.places.data):
            self.places.errors = [gettext("Choisissez au moins un lieu, ou la ligne de téléphone.")]
            return False
        return True
