"""A letter as it leaves: text, simple HTML, and the appointment for calendars, to one address."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cnapp.base.contacts import wire_address
from cnapp.base.ics import Address, invited
from cnapp.base.mail import read_mailbox
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import CHANGES, Due
from cnapp.services.letters import Telling
from cnapp.wording.addresses import domain, sender
from cnapp.wording.events import event_of
from cnapp.wording.letters import write


def mail_for(due: Due, told: Telling, *, settings: Settings, now: datetime) -> EmailMessage:
    """Raises EmailNotUnderstood for an address that names nobody, or more than one."""
    message = _addressed(told, settings)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(due, settings)
    _fill(message, told, settings)
    if told.appointment and told.letter in CHANGES:
        _add_event(message, told.appointment, settings, now)
    return message


def message_id(due: Due, settings: Settings) -> str:
    """The same however often the letter is sent: mailboxes keep one."""
    return f"<{due.key.replace('/', '.')}@{domain(settings)}>"


def _addressed(told: Telling, settings: Settings) -> EmailMessage:
    """Without a name beside the reader's address: it would be typed by anybody."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(sender(settings))
    message["To"] = _recipient(told)
    if settings.mail_reply_to:
        message["Reply-To"] = _mailbox(read_mailbox(settings.mail_reply_to))
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    return message


def _mailbox(address: Address) -> Mailbox:
    return Mailbox(address.name, addr_spec=address.email)


def _recipient(told: Telling) -> str:
    return wire_address(told.reader.email or "")


def _fill(message: EmailMessage, told: Telling, settings: Settings) -> None:
    """Each part says the same, the richest last."""
    written = write(told, settings)
    message["Subject"] = written.subject
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")


def _add_event(message: EmailMessage, appointment: Appointment, settings: Settings, now: datetime) -> None:
    """For calendars that read letters, and once more as a file."""
    event = event_of(appointment, settings=settings, now=now)
    calendar = invited(event, sender(settings), str(message["To"]))
    message.add_alternative(calendar.decode(), subtype="calendar", params={"method": event.method}, cte="base64")
    message.add_attachment(calendar, maintype="application", subtype="ics", filename="rendez-vous.ics")
