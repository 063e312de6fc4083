"""What the coordination writes of a kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.domain.kits import Kit, State
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services.kits import Contents
from cnapp.web.coordination.fields import Between, ChangeForm, NumberField
from cnapp.web.coordination.workshop_words import KIT_STATES
from cnapp.web.forms import AtMost, LineField, Required
from cnapp.web.public.forms import ChoiceField, ListField, choices

DEVICES_AT_MOST, PROJECTORS_AT_MOST = 50, 10
FROM_LIST = lazy_gettext("Choisissez dans la liste.")


class KitForm(ChangeForm):
    name = LineField(lazy_gettext("Nom du kit"), [Required(lazy_gettext("Écrivez un nom.")), AtMost(80)])
    computers = NumberField(lazy_gettext("Ordinateurs"), [Between(0, DEVICES_AT_MOST)])
    tablets = NumberField(lazy_gettext("Tablettes"), [Between(0, DEVICES_AT_MOST)])
    projectors = NumberField(lazy_gettext("Vidéoprojecteurs"), [Between(0, PROJECTORS_AT_MOST)])
    others = LineField(lazy_gettext("Autre matériel"), [AtMost(200)])
    place = ListField(lazy_gettext("Où il est rangé"), lazy_gettext("Choisissez un lieu."))
    holder = ListField(lazy_gettext("Qui l’a en ce moment"), FROM_LIST)
    state = ChoiceField(lazy_gettext("État"), FROM_LIST, choices=choices(KIT_STATES))
    note = LineField(lazy_gettext("Note"), [AtMost(200)])

    def offer(self, people: Sequence[Staff], places: Sequence[Place], known: Kit | None = None) -> None:
        """Where and with whom it is already stays to choose."""
        here, theirs = [*places], [*people]
        if known and known.place not in here:
            here.insert(0, known.place)
        if known and known.holder and known.holder not in theirs:
            theirs.insert(0, known.holder)
        self.places, self.people = {each.slug: each for each in here}, {each.public_id: each for each in theirs}
        first = SelectChoice("", gettext("Choisissez"))
        self.place.choices = [first, *(SelectChoice(each.slug, each.name) for each in here)]
        nobody = SelectChoice("", gettext("Personne : il est rangé"))
        self.holder.choices = [nobody, *(SelectChoice(each.public_id, each.name) for each in theirs)]

    def validate_place(self, field: Any) -> None:
        if not field.data and not field.errors:
            field.errors = [gettext("Choisissez un lieu.")]

    @property
    def contents(self) -> Contents:
        """Once it is valid."""
        holder = self.people.get(self.holder.data)
        return Contents(
            name=self.name.data or "",
            computers=self.computers.data or 0,
            tablets=self.tablets.data or 0,
            projectors=self.projectors.data or 0,
            others=self.others.data or "",
            state=State(self.state.data),
            note=self.note.data or "",
            place_id=self.places[self.place.data].id,
            holder_id=holder.id if holder else None,
        )


def values_of(kit: Kit) -> dict[str, Any]:
    names = ("name", "computers", "tablets", "projectors", "others", "note")
    where = {"place": kit.place.slug, "holder": kit.holder.public_id if kit.holder else ""}
    return {**{name: getattr(kit, name) for name in names}, **where, "state": kit.state.value}
