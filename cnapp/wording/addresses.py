"""Addresses that leave the application, always under the base URL of the settings, never the Host header."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from cnapp.base.ics import Address
from cnapp.base.mail import read_mailbox
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.accounts import PasswordLink
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Role, Staff
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.registrations import Registration
from cnapp.domain.waits import Wait
from cnapp.domain.workshops import Workshop


def home_address(settings: Settings) -> str:
    return f"{settings.base_url}/"


def retrieval_address(settings: Settings) -> str:
    """Where a code and a name find the appointment again."""
    return f"{settings.base_url}/retrouver"


def receipt_address(appointment: Appointment, settings: Settings) -> str:
    """The citizen's own page, written again from the key."""
    return f"{settings.base_url}/r/{appointment.link(settings.link_key)}"


def cancellation_address(appointment: Appointment, settings: Settings) -> str:
    """« Je ne peux pas venir », which knows of which state the letter tells."""
    return f"{receipt_address(appointment, settings)}/annuler?v={appointment.version}"


def proposition_address(appointment: Appointment, settings: Settings) -> str:
    """Where the time that a plan gave is answered: yes, another moment, or cancel."""
    return f"{receipt_address(appointment, settings)}/proposition"


def plan_address(plan: RecoveryPlan, settings: Settings) -> str:
    """The coordination's page of a recovery plan."""
    return f"{settings.base_url}/coordination/plans/{plan.public_id}"


def reminders_address(appointment: Appointment, settings: Settings) -> str:
    """Where reminders are refused."""
    return f"{receipt_address(appointment, settings)}/rappels"


def absence_address(appointment: Appointment, settings: Settings) -> str:
    """Where a person says that they came."""
    return f"{receipt_address(appointment, settings)}/absence"


def password_address(link: PasswordLink, settings: Settings) -> str:
    """Where somebody of the team chooses a password, written from the key."""
    return f"{settings.base_url}/connexion/nouveau-mot-de-passe/{link.token(settings.link_key)}"


def day_address(reader: Staff, at: datetime, settings: Settings) -> str:
    """The page of that day, as somebody of the team sees it."""
    area = "accueil" if reader.role is Role.DESK else "agenda"
    return f"{settings.base_url}/{area}/{day_of(at).isoformat()}"


def account_address(settings: Settings) -> str:
    return f"{settings.base_url}/compte"


def wait_address(wait: Wait, settings: Settings) -> str:
    """The page of whoever waits, where they answer."""
    return f"{settings.base_url}/attente/{wait.link(settings.link_key)}"


def registration_address(registration: Registration, settings: Settings) -> str:
    """The citizen's own page of a workshop, written again from the key."""
    return f"{settings.base_url}/i/{registration.link(settings.link_key)}"


def unregistration_address(registration: Registration, settings: Settings) -> str:
    """« Je ne viens pas »."""
    return f"{registration_address(registration, settings)}/annuler"


def session_reminders_address(registration: Registration, settings: Settings) -> str:
    """Where reminders of its sessions are refused."""
    return f"{registration_address(registration, settings)}/rappels"


def workshops_address(settings: Settings) -> str:
    return f"{settings.base_url}/ateliers"


def workshop_address(workshop: Workshop, settings: Settings) -> str:
    """The page of a workshop, where one registers."""
    return f"{settings.base_url}/ateliers/{workshop.public_id}"


def decision_address(workshop: Workshop, settings: Settings) -> str:
    """The coordination's page of a workshop."""
    return f"{settings.base_url}/coordination/ateliers/{workshop.public_id}"


def domain(settings: Settings) -> str:
    """What follows the @ of everything that we name."""
    return urlsplit(settings.base_url).hostname or "localhost"


def uid(kind: str, name: str, settings: Settings) -> str:
    """The name of an event for life."""
    return f"{kind}-{name}@{domain(settings)}"


def sender(settings: Settings) -> Address:
    """Whom letters come from."""
    written = read_mailbox(settings.mail_from) if settings.mail_from else organizer(settings)
    return Address(written.name or settings.service_name, written.email)


def organizer(settings: Settings) -> Address:
    town = f"{settings.service_name} – Ville de {settings.town}"
    return Address(town, settings.contact_email or f"ne-pas-repondre@{domain(settings)}")
