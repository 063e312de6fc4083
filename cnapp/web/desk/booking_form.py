"""The form with which a desk books for somebody: four fields, and behind them what few people need."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from cnapp.base.contacts import read_contact
from cnapp.base.tokens import read_code
from cnapp.domain.answers import ANYWHERE
from cnapp.domain.appointments import Booker, Origin, Told
from cnapp.domain.citizens import Need
from cnapp.domain.codes import CodeNotReserved
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.places import Place
from cnapp.services.desk_times import Quest, motif_for_desks, motifs_for_desks, places_of_town
from cnapp.services.parties import Party, Someone
from cnapp.web.application import now
from cnapp.web.desk.visit_words import WORDS
from cnapp.web.forms import (
    ADDRESS_LENGTH,
    NAME_MISSING,
    AtMost,
    Form,
    LineField,
    LinesField,
    Required,
    is_contact,
    is_name,
)
from cnapp.web.public.forms import ChoiceField, ChoicesField, ListField, TickField, choices
from cnapp.web.public.needs import language_choices
from cnapp.web.wording import NEEDS, ORIGINS
from cnapp.wording.dates import show_minutes

BOOKERS = {
    Booker.SELF: lazy_gettext("La personne elle-même"),
    Booker.RELATIVE: lazy_gettext("Un proche"),
    Booker.PROFESSIONAL: lazy_gettext("Un professionnel qui l’accompagne"),
}
TOLD = {
    Told.PERSON: lazy_gettext("La personne qui vient"),
    Told.BOOKER: lazy_gettext("Le proche ou le professionnel"),
    Told.BOTH: lazy_gettext("Les deux"),
}
DOORS = {origin: ORIGINS[origin] for origin in (Origin.COUNTER, Origin.PHONE)}
LIST = lazy_gettext("Choisissez une réponse de la liste.")
BEHIND = ("booked_by", "booker_name", "structure", "booker_contact", "told")
RARE = (*BEHIND, "no_calls", "may_leave_message", "no_reminders", "address", "needs", "language", "code")
"""Fields of the closed part."""


class BookingForm(Form):
    motif = SelectField(lazy_gettext("Sujet"), [Required(lazy_gettext("Choisissez un sujet."))], validate_choice=False)
    place = SelectField(lazy_gettext("Lieu"), validate_choice=False)
    slot = LineField(lazy_gettext("Jour et heure"), [Required(lazy_gettext("Choisissez une heure."))])
    name = LineField(lazy_gettext("Prénom et nom"), [Required(NAME_MISSING), is_name])
    contact = LineField(lazy_gettext("Téléphone ou e-mail"), [AtMost(254), is_contact])
    booked_by = ChoiceField(
        lazy_gettext("Qui prend le rendez-vous ?"), LIST, choices=choices(BOOKERS), default=Booker.SELF
    )
    booker_name = LineField(lazy_gettext("Prénom et nom du proche ou du professionnel"), [is_name])
    structure = LineField(lazy_gettext("Structure du professionnel"), [AtMost(120)])
    booker_contact = LineField(
        lazy_gettext("Téléphone ou e-mail du proche ou du professionnel"), [AtMost(254), is_contact]
    )
    told = ChoiceField(
        lazy_gettext("Qui prévenir si quelque chose change ?"), LIST, choices=choices(TOLD), default=Told.PERSON
    )
    no_calls = TickField(lazy_gettext("Ne pas appeler : la personne est sourde ou entend mal"))
    may_leave_message = TickField(lazy_gettext("On peut laisser un message"))
    no_reminders = TickField(lazy_gettext("Pas de rappel avant le rendez-vous"))
    address = LinesField(lazy_gettext("Adresse postale"), [AtMost(ADDRESS_LENGTH)])
    needs = ChoicesField(lazy_gettext("À préparer"), LIST, choices=choices(NEEDS))
    language = ListField(lazy_gettext("Parle mieux"), LIST)
    code = LineField(lazy_gettext("Code d’une carte remplie à la main"), [AtMost(40)])
    origin = ChoiceField(lazy_gettext("La personne demande"), LIST, choices=choices(DOORS))
    key = HiddenField()
    """One form, one booking."""
    first = HiddenField()
    """Which times are shown, as web/desk/offers names them."""

    places: Sequence[Place] = ()
    """Of the town."""

    def offer(self) -> None:
        """What each list proposes."""
        self.places = places_of_town(now=now())
        anywhere = SelectChoice(ANYWHERE, gettext("Tous les lieux, le plus tôt possible"))
        self.place.choices = [*(SelectChoice(place.slug, place.name) for place in self.places), anywhere]
        subjects = [SelectChoice(each.slug, _words(each), optgroup=str(WORDS[each.word])) for each in _in_order()]
        self.motif.choices = [SelectChoice("", gettext("Choisissez")), *subjects]
        self.language.choices = language_choices()

    @property
    def quest(self) -> Quest:
        """Raises MotifUnknown."""
        motif = motif_for_desks(self.motif.data or "")
        return Quest(motif, self.places, self.place.data or ANYWHERE, self.needs_chosen, self._language or "")

    @property
    def needs_chosen(self) -> tuple[Need, ...]:
        return tuple(Need(code) for code in self.needs.data or () if code in set(Need))

    @property
    def party(self) -> Party:
        """Of a form that was judged."""
        phone, email = read_contact(self.contact.data or "")
        person = Someone(
            self.name.data or "",
            phone,
            email,
            language=self._language,
            no_calls=bool(self.no_calls.data),
            may_leave_message=bool(self.may_leave_message.data),
            no_reminders=bool(self.no_reminders.data),
            address=self.address.data or None,
        )
        needs = tuple(need.value for need in self.needs_chosen)
        code = read_code(self.code.data or "")
        origin, booked_by = Origin(self.origin.data), Booker(self.booked_by.data)
        told = Told(self.told.data) if self._booker else Told.PERSON
        return Party(person, origin, booked_by, self._booker, told, needs, code)

    @property
    def _booker(self) -> Someone | None:
        if self.booked_by.data == Booker.SELF:
            return None
        phone, email = read_contact(self.booker_contact.data or "")
        structure, no_reminders = self.structure.data or None, bool(self.no_reminders.data)
        return Someone(self.booker_name.data or "", phone, email, structure=structure, no_reminders=no_reminders)

    @property
    def _language(self) -> str | None:
        return self.language.data or None

    @property
    def opens_rare(self) -> bool:
        """Whether the closed part holds something to see."""
        answers = (field for field in self if field.name in RARE)
        return any(field.errors or (field.data and field.data != field.default) for field in answers)

    def validate_booked_by(self, field: ChoiceField) -> None:
        if field.data == Booker.SELF and (self.booker_name.data or self.structure.data or self.booker_contact.data):
            raise ValidationError(gettext("Dites si c’est un proche ou un professionnel qui prend le rendez-vous."))

    def validate_booker_name(self, field: LineField) -> None:
        if self.booked_by.data != Booker.SELF and not field.data:
            raise ValidationError(str(NAME_MISSING))

    def validate_structure(self, field: LineField) -> None:
        if self.booked_by.data == Booker.PROFESSIONAL and not field.data:
            raise ValidationError(gettext("Écrivez le nom de la structure du professionnel."))

    def validate_code(self, field: LineField) -> None:
        if field.data and read_code(field.data) is None:
            raise ValidationError(gettext(CodeNotReserved.sentence))


def _in_order() -> list[Motif]:
    """As the seven words are listed for citizens."""
    order = list(Word)
    return sorted(motifs_for_desks(), key=lambda motif: order.index(motif.word))


def _words(motif: Motif) -> str:
    parts = [motif.title]
    if motif.mode is Mode.FOR:
        parts.append(gettext("à sa place"))
    if not motif.online:
        parts.append(gettext("pas sur le site"))
    return f"{', '.join(parts)} ({show_minutes(motif.duration_minutes)})"
