"""The form with which a desk registers somebody for a workshop: two fields."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField

from cnapp.base.contacts import read_contact
from cnapp.base.tokens import new_token
from cnapp.domain.appointments import Origin
from cnapp.services.parties import Party, Someone
from cnapp.services.registrations import Application
from cnapp.web.account.signed_in import me
from cnapp.web.desk.booking_form import DOORS, LIST
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_contact, is_name
from cnapp.web.public.forms import ChoiceField, TickField, choices


class RegistrationForm(Form):
    name = LineField(lazy_gettext("Prénom et nom"), [Required(NAME_MISSING), is_name])
    contact = LineField(lazy_gettext("Téléphone ou e-mail"), [AtMost(254), is_contact])
    borrows = TickField(lazy_gettext("Emprunte un ordinateur"))
    origin = ChoiceField(lazy_gettext("La personne demande"), LIST, choices=choices(DOORS))
    key = HiddenField()
    """One form, one registration."""

    @property
    def application(self) -> Application:
        """Of a form that was judged."""
        phone, email = read_contact(self.contact.data or "")
        party = Party(Someone(self.name.data or "", phone, email), Origin(self.origin.data))
        return Application(party, bool(self.borrows.data))


def empty_form() -> RegistrationForm:
    """As its page first shows it."""
    origin = Origin.PHONE if me().phone_line else Origin.COUNTER
    return RegistrationForm(formdata=None, origin=origin.value, key=new_token())
