"""Words of the coordination's workshop pages: seats, what stands in the way of a date, who is told and how."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext, ngettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.workdays import day_of, holiday_name
from cnapp.domain.kits import DevicesPromised, Kit, State
from cnapp.domain.outbox import Channel
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.planning import OnHoliday, OutsideHours, Plan
from cnapp.domain.workshop_shelves import Shelf
from cnapp.domain.workshops import CapacityTooSmall, Status, Workshop
from cnapp.services import planning
from cnapp.services.workshop_audiences import Audience
from cnapp.services.workshop_programmes import Obstacle
from cnapp.services.workshop_shelves import Line
from cnapp.web.coordination.wording import short_name, who_is_in_the_way
from cnapp.wording.dates import show_hour, show_long_day

CLOSES = {
    0: lazy_gettext("jusqu’au début"),
    24: lazy_gettext("jusqu’à la veille, à la même heure"),
    48: lazy_gettext("jusqu’à 2 jours avant"),
    168: lazy_gettext("jusqu’à une semaine avant"),
}
SHELVES = {
    Shelf.COMING: lazy_gettext("À venir"),
    Shelf.DRAFTS: lazy_gettext("Brouillons"),
    Shelf.PAST: lazy_gettext("Passés"),
    Shelf.CANCELLED: lazy_gettext("Annulés"),
}
STATES = {
    Status.DRAFT: lazy_gettext("Brouillon"),
    Status.PUBLISHED: lazy_gettext("Publié"),
    Status.WITHDRAWN: lazy_gettext("Retiré du site"),
    Status.CANCELLED: lazy_gettext("Annulé"),
}
KIT_STATES = {
    State.READY: lazy_gettext("Prêt"),
    State.BROKEN: lazy_gettext("En panne"),
    State.REPAIR: lazy_gettext("En réparation"),
}


def closes_words(hours: int) -> str:
    known = CLOSES.get(hours)
    return str(known) if known else str(gettext("jusqu’à %(n)d heures avant", n=hours))


def closes_choices(hours: int) -> list[SelectChoice]:
    """Also the one that a workshop has already."""
    return [SelectChoice(str(each), closes_words(each)) for each in sorted({*CLOSES, hours})]


def seats_words(line: Line) -> str:
    """« 5 inscrits sur 8 », « 1 place proposée », « 2 en attente »."""
    of = gettext("sur %(n)d", n=line.workshop.capacity)
    some = ngettext("%(num)d inscrit", "%(num)d inscrits", line.registered)
    registered = some if line.registered else gettext("aucun inscrit")
    offered = ngettext("%(num)d place proposée", "%(num)d places proposées", line.offered) if line.offered else ""
    waiting = gettext("%(n)d en attente", n=line.waiting) if line.waiting else ""
    return " · ".join(filter(None, (f"{registered} {of}", offered, waiting)))


def least_words(line: Line) -> str:
    """What is missing for it to be held; nothing once it is reached."""
    if not line.missing or line.workshop.at_least <= 1:
        return ""
    some = ngettext("il manque %(num)d personne", "il manque %(num)d personnes", line.missing)
    return str(gettext("Il faut %(n)d personnes au moins : %(some)s.", n=line.workshop.at_least, some=some))


def leaders_words(workshop: Workshop) -> str:
    leaders = {each.id: short_name(each) for session in workshop.sessions for each in session.leaders}
    return ", ".join(leaders.values()) or str(gettext("personne"))


def kit_words(kit: Kit) -> str:
    """« 6 ordinateurs, 2 tablettes, 1 vidéoprojecteur »."""
    counted = (
        ngettext("%(num)d ordinateur", "%(num)d ordinateurs", kit.computers) if kit.computers else "",
        ngettext("%(num)d tablette", "%(num)d tablettes", kit.tablets) if kit.tablets else "",
        ngettext("%(num)d vidéoprojecteur", "%(num)d vidéoprojecteurs", kit.projectors) if kit.projectors else "",
        kit.others,
    )
    return ", ".join(filter(None, counted))


def kit_choice(kit: Kit) -> list[str]:
    """Under its name: what is in it, and why it cannot be lent."""
    state = [] if kit.state is State.READY else [str(KIT_STATES[kit.state])]
    return [kit_words(kit), *state]


def obstacle_words(obstacle: Obstacle, place: Place) -> str:
    """« Nadia B. : … », « Kit A : … », or the day's own reason."""
    if obstacle.leader:
        return _about(short_name(obstacle.leader), _leader_words(obstacle, obstacle.leader, place))
    if obstacle.kit:
        return _about(obstacle.kit.name, gettext(obstacle.reason.sentence))
    name = holiday_name(day_of(obstacle.span.start)) if isinstance(obstacle.reason, OnHoliday) else None
    sentence = str(gettext(obstacle.reason.sentence))
    return f"{sentence} ({name})" if name else sentence


def _about(whom: str, sentence: str) -> str:
    return str(gettext("%(whom)s : %(sentence)s", whom=whom, sentence=sentence))


def _leader_words(obstacle: Obstacle, leader: Staff, place: Place) -> str:
    if isinstance(obstacle.reason, OutsideHours):
        return str(gettext("Le lieu n’est pas ouvert à ces heures, et cette personne n’y a pas de permanence."))
    plan = Plan(leader, place, None, obstacle.span, takes_appointments=False)
    other = planning.in_the_way(obstacle.reason, plan)
    return who_is_in_the_way(other, plan) if other else str(gettext(obstacle.reason.sentence))


def obstacle_lines(obstacles: Iterable[Obstacle], place: Place) -> list[str]:
    """« jeudi 10 décembre 2026, 14 h : … »."""
    return [
        gettext(
            "%(day)s, %(hour)s : %(words)s",
            day=show_long_day(each.span.start),
            hour=show_hour(each.span.start),
            words=obstacle_words(each, place),
        )
        for each in obstacles
    ]


def capacity_words(refusal: CapacityTooSmall) -> str:
    """With the number of those who have a seat."""
    people = ngettext("%(num)d personne est inscrite", "%(num)d personnes sont inscrites", refusal.registered)
    others = refusal.taken - refusal.registered
    if others:
        some = ngettext("%(num)d place est proposée ou réservée", "%(num)d places sont proposées ou réservées", others)
        people = gettext("%(people)s et %(some)s", people=people, some=some)
    return str(gettext("%(people)s : vous ne pouvez pas descendre sous %(n)d.", people=people, n=refusal.taken))


def devices_words(refusal: DevicesPromised) -> str:
    lent = ngettext("%(num)d personne emprunte", "%(num)d personnes empruntent", refusal.lent)
    return str(
        gettext(
            "%(lent)s un appareil : ces kits en apportent %(n)d. Choisissez-en d’autres.", lent=lent, n=refusal.devices
        )
    )


def audience_words(told: Audience) -> list[str]:
    """« 9 personnes sont prévenues. », then how many by each channel."""
    if not told.people:
        return [str(gettext("Personne n’est inscrit : personne n’est à prévenir."))]
    counted = (
        gettext("%(n)d par e-mail", n=told.letters.get(Channel.EMAIL, 0)),
        gettext("%(n)d par SMS", n=told.letters.get(Channel.SMS, 0)),
        gettext("%(n)d à appeler par un accueil", n=told.letters.get(Channel.CALL, 0)),
        gettext("%(n)d par courrier", n=told.letters.get(Channel.PAPER, 0)),
    )
    said = ", ".join(str(words) for words in counted if not str(words).startswith("0"))
    people = ngettext("%(num)d personne concernée", "%(num)d personnes concernées", told.people)
    lines = [str(gettext("%(people)s : %(said)s.", people=people, said=said) if said else f"{people}.")]
    in_vain = told.letters.get(None, 0)
    if in_vain:
        lines.append(
            ngettext(
                "Aucun moyen de joindre %(num)d personne : elle ne sera pas prévenue.",
                "Aucun moyen de joindre %(num)d personnes : elles ne seront pas prévenues.",
                in_vain,
            )
        )
    return lines
