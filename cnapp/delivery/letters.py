"""A letter as it leaves: text, simple HTML, and the appointment for calendars, to one address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cnapp.base.contacts import wire_address
from cnapp.base.ics import Address, Event, invited
from cnapp.base.mail import read_mailbox
from cnapp.config import Settings
from cnapp.domain.outbox import CHANGES, Due
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import domain, sender
from cnapp.wording.events import event_of, events_of_registration
from cnapp.wording.letters import write
from cnapp.wording.registrations import sessions_told


def mail_for(due: Due, told: Telling, *, settings: Settings, now: datetime) -> EmailMessage:
    """Raises EmailNotUnderstood for an address that names nobody, or more than one."""
    message = _addressed(told, settings)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(due, settings)
    _fill(message, told, settings)
    events = _events(told, settings, now)
    if events:
        _add_events(message, events, settings, "atelier.ics" if told.registration else "rendez-vous.ics")
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


def folded(subject: str) -> str:
    """On several lines where it is long: left to itself, the policy loses spaces between two encoded words."""
    return Header(" ".join(subject.splitlines()), header_name="Subject").encode(linesep="\r\n")


def _fill(message: EmailMessage, told: Telling, settings: Settings) -> None:
    """Each part says the same, the richest last."""
    written = write(told, settings)
    message.set_raw("Subject", folded(written.subject))
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")


def _events(told: Telling, settings: Settings, now: datetime) -> list[Event]:
    """What calendars enter, change or take out: of a registration that has ended, what was still to come."""
    if told.appointment and told.letter in CHANGES:
        return [event_of(told.appointment, settings=settings, now=now)]
    if told.registration is None or not told.is_followed:
        return []
    events = events_of_registration(told.registration, settings=settings, now=now)
    if told.registration.is_active:
        return events
    still_to_come = {each.ends_at for each in sessions_told(told)}
    return [each for each in events if each.ends in still_to_come]


def _add_events(message: EmailMessage, events: Sequence[Event], settings: Settings, name: str) -> None:
    """For calendars that read letters, and once more as a file."""
    calendar, method = invited(events, sender(settings), str(message["To"])), events[0].method
    message.add_alternative(calendar.decode(), subtype="calendar", params={"method": method}, cte="base64")
    message.add_attachment(calendar, maintype="application", subtype="ics", filename=name)
