"""Addresses of workshops that leave the application, always under the base URL of the settings."""

from __future__ import annotations

from cnapp.config import Settings
from cnapp.domain.places import Place
from cnapp.domain.workshops import Workshop


def workshops_address(settings: Settings, place: Place | None = None) -> str:
    """The page of all that is to come, or of what is to come at one place."""
    here = f"?lieu={place.slug}" if place else ""
    return f"{settings.base_url}/ateliers{here}"


def workshop_address(workshop: Workshop, settings: Settings) -> str:
    """Where one reads of it, and registers."""
    return f"{settings.base_url}/ateliers/{workshop.public_id}"


def calendar_address(settings: Settings, place: Place | None = None) -> str:
    """The calendar of every workshop, or of those at one place, for programs to come back to."""
    return f"{settings.base_url}/lieux/{place.slug}/ateliers.ics" if place else f"{settings.base_url}/ateliers.ics"


def session_file_address(workshop: Workshop, number: int, settings: Settings) -> str:
    """One session as a file for one's own calendar; the first is number 1."""
    return f"{workshop_address(workshop, settings)}/{number}.ics"
