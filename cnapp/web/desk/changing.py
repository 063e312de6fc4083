"""Two desks on one appointment: a form knows how far its page had read, and the second desk is told what changed."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.services.desk_appointments import Press
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.forms import Form
from cnapp.web.history import entry_lines
from cnapp.web.public.forms import TickField

KNOWS = lazy_gettext("La personne le sait déjà : ne pas l’appeler")


class ChangingForm(Form):
    number = HiddenField()
    """The last line of the journal when the page was shown."""
    known = TickField(KNOWS)

    @property
    def press(self) -> Press:
        """A forged number is none: whatever happened is then told."""
        text = self.number.data or ""
        by = replace(by_me(), is_known=bool(self.known.data))
        return Press(by, int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0)

    def read_again(self, appointment: Appointment) -> None:
        """A second press of the page that is shown now goes through knowingly."""
        self.number.data = str(last_number_of((Subject.APPOINTMENT, appointment.id)))


def told(refusal: ChangedMeanwhile) -> list[str]:
    """What changed, in words; nothing of what was under way is kept."""
    lines = entry_lines(refusal.entries)
    db.session.rollback()
    return lines
