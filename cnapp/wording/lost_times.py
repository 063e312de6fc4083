"""Words on a time that was lost: why it does not take place, and what follows when nobody answers. Never who is ill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from cnapp.base.contacts import clean_line
from cnapp.base.workdays import day_of, local
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.services.asked import Asked
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import plan_address, proposition_address
from cnapp.wording.dates import show_brief_hour, show_brief_moment, show_minutes, show_moment
from cnapp.wording.events import where

BECAUSE = {
    Trigger.ABSENCE: lazy_gettext("Le conseiller est absent."),
    Trigger.CLOSURE: lazy_gettext("Le lieu est fermé."),
    Trigger.MOVE: lazy_gettext("Le lieu est fermé."),
    Trigger.ROSTER: lazy_gettext("Le conseiller est absent."),
}
NOTED = {
    Trigger.ABSENCE: lazy_gettext("Une absence est notée."),
    Trigger.CLOSURE: lazy_gettext("Une fermeture est notée."),
    Trigger.MOVE: lazy_gettext("Un lieu change d’adresse."),
    Trigger.ROSTER: lazy_gettext("Le planning change."),
}
"""What the coordination reads: neither who, nor why."""


def because(line: Displacement | None) -> str:
    """« Le conseiller est absent. »"""
    return str(BECAUSE[line.plan.cause if line else Trigger.ABSENCE])


def no_answer(asked: Asked) -> str:
    """What happens without an answer; nothing once there is one."""
    if asked.is_answered:
        return ""
    if asked.until is None:
        return str(gettext("Nous vous appelons.") if asked.will_call else gettext("Cette heure est la vôtre."))
    until = show_moment(asked.until)
    if asked.will_call:
        return str(gettext("Sans réponse avant %(until)s, nous vous appellerons.", until=until))
    return str(gettext("Sans réponse avant %(until)s, cette heure reste la vôtre.", until=until))


def way_there(asked: Asked, line: Displacement) -> str:
    """« C’est à 15 minutes de Mairie de quartier. » Nothing where nobody knows."""
    if asked.travel_minutes is None:
        return ""
    facts = {"time": show_minutes(asked.travel_minutes), "place": clean_line(line.place.name)}
    return str(gettext("C’est à %(time)s de « %(place)s ».", **facts))


def lost_words(telling: Telling, settings: Settings) -> dict[str, Any]:
    """For a letter on a lost time."""
    line, appointment, asked = telling.displacement, telling.appointment, telling.more.get("asked")
    if line is None or appointment is None:
        return {}
    words = {"line": line, "because": because(line), "was": show_moment(line.starts_at)}
    return {**words, "proposition": proposition_address(appointment, settings), **_asked(asked, line, appointment)}


def _asked(asked: object, line: Displacement, appointment: Appointment) -> dict[str, Any]:
    if not isinstance(asked, Asked):
        return {}
    new_place = None if line.is_at_same_place else clean_line(where(appointment.presence.place))
    return {"no_answer": no_answer(asked), "way_there": way_there(asked, line), "new_place": new_place}


def brief_lost_words(telling: Telling) -> dict[str, Any]:
    """For an SMS: `was` is as short as can be, « 9h » the same day, else « 01/12 »."""
    line, appointment = telling.displacement, telling.appointment
    if line is None or appointment is None:
        return {}
    is_same_day = day_of(line.starts_at) == day_of(appointment.starts_at)
    was = show_brief_hour(line.starts_at) if is_same_day else f"{local(line.starts_at):%d/%m}"
    return {"line": line, "lost": show_brief_moment(line.starts_at), "was": was, "is_same_day": is_same_day}


def plan_words(more: Mapping[str, object], settings: Settings) -> dict[str, Any]:
    """For the coordination."""
    plan = more.get("plan")
    if not isinstance(plan, RecoveryPlan):
        return {}
    return {"plan_page": plan_address(plan, settings), "noted": str(NOTED[plan.cause])}


def said_of_loss(line: Displacement, whose: str) -> str:
    """« Son rendez-vous du mardi 1er décembre à 9 h n’a pas lieu. Le conseiller est absent. »"""
    lost = gettext("%(whose)s du %(at)s n’a pas lieu.", whose=whose, at=show_moment(line.starts_at))
    return f"{lost} {because(line)}"


def said_of_proposal(line: Displacement, appointment: Appointment) -> str:
    """For whoever calls: the new time, beside the old one."""
    at, place = show_moment(appointment.starts_at), appointment.presence.place.name
    if line.is_unmoved:
        name = appointment.conseiller.first_name
        return str(gettext("Le rendez-vous a lieu %(at)s, %(place)s, avec %(name)s.", at=at, place=place, name=name))
    if line.is_at_same_place:
        return str(gettext("Proposez %(at)s, %(place)s.", at=at, place=place))
    place = where(appointment.presence.place)
    return str(gettext("Proposez %(at)s. Le lieu change : %(place)s.", at=at, place=place))
