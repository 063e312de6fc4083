"""Every letter as people receive it, with an invented appointment or workshop."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_babel import gettext, lazy_gettext

from cnapp.base.gsm import Size, measure
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.people import Staff
from cnapp.services.channels import ORDER
from cnapp.services.letter_samples import samples
from cnapp.services.tellings import Telling
from cnapp.web.application import now, settings
from cnapp.wording.letters import write, write_on_paper
from cnapp.wording.sms import write_sms

bp = Blueprint("letters", __name__, url_prefix="/lettres")

NAMES = {
    "confirmation": Letter.CONFIRMED,
    "changement": Letter.MOVED,
    "annulation": Letter.CANCELLED,
    "annulation-par-le-service": Letter.REVOKED,
    "heure-perdue": Letter.DISPLACED,
    "nouvelle-heure": Letter.REPLACED,
    "comme-prevu": Letter.REINSTATED,
    "rappel": Letter.REMINDED,
    "rappel-du-jour": Letter.REMINDED_TODAY,
    "absence": Letter.MISSED,
    "code-perdu": Letter.CODES,
    "mot-de-passe": Letter.PASSWORD,
    "journee": Letter.SCHEDULE,
    "heure-libre": Letter.OFFERED,
    "inscription-atelier": Letter.REGISTERED,
    "liste-attente-atelier": Letter.WAITLISTED,
    "place-libre": Letter.SEAT_OFFERED,
    "desinscription-atelier": Letter.UNREGISTERED,
    "changement-atelier": Letter.WORKSHOP_CHANGED,
    "annulation-atelier": Letter.WORKSHOP_CANCELLED,
    "rappel-atelier": Letter.SESSION_REMINDED,
    "rappel-atelier-du-jour": Letter.SESSION_TODAY,
    "atelier-a-decider": Letter.TOO_FEW,
    "absence-notee": Letter.ABSENT,
}
"""How each is called in addresses, in the order of the page."""
TITLES = {
    Letter.CONFIRMED: lazy_gettext("Rendez-vous confirmé"),
    Letter.MOVED: lazy_gettext("Rendez-vous changé"),
    Letter.CANCELLED: lazy_gettext("Rendez-vous annulé par la personne"),
    Letter.REVOKED: lazy_gettext("Rendez-vous annulé par le service"),
    Letter.DISPLACED: lazy_gettext("Rendez-vous qui n’a pas lieu : nous cherchons une autre heure"),
    Letter.REPLACED: lazy_gettext("Nouvelle heure proposée"),
    Letter.REINSTATED: lazy_gettext("Il a lieu comme prévu"),
    Letter.REMINDED: lazy_gettext("Rappel, 2 jours avant"),
    Letter.REMINDED_TODAY: lazy_gettext("Rappel, le matin même"),
    Letter.MISSED: lazy_gettext("Nous ne vous avons pas vu"),
    Letter.CODES: lazy_gettext("Code perdu"),
    Letter.PASSWORD: lazy_gettext("Mot de passe oublié"),
    Letter.SCHEDULE: lazy_gettext("Journée de l’équipe"),
    Letter.OFFERED: lazy_gettext("Heure libre pour qui est sur la liste d’attente"),
    Letter.REGISTERED: lazy_gettext("Atelier : inscription confirmée"),
    Letter.WAITLISTED: lazy_gettext("Atelier : sur la liste d’attente"),
    Letter.SEAT_OFFERED: lazy_gettext("Atelier : une place est libre"),
    Letter.UNREGISTERED: lazy_gettext("Atelier : inscription annulée par la personne"),
    Letter.WORKSHOP_CHANGED: lazy_gettext("Atelier changé"),
    Letter.WORKSHOP_CANCELLED: lazy_gettext("Atelier annulé par le service"),
    Letter.SESSION_REMINDED: lazy_gettext("Atelier : rappel, 2 jours avant"),
    Letter.SESSION_TODAY: lazy_gettext("Atelier : rappel, le matin même"),
    Letter.ABSENT: lazy_gettext("Absence notée : un plan à faire"),
    Letter.TOO_FEW: lazy_gettext("Atelier à décider : trop peu d’inscrits"),
}
MOMENTS = {
    Letter.CONFIRMED: lazy_gettext("dès que le rendez-vous est pris"),
    Letter.MOVED: lazy_gettext("dès que le jour, l’heure ou le lieu change"),
    Letter.CANCELLED: lazy_gettext("dès que la personne annule, ou que quelqu’un le note pour elle"),
    Letter.REVOKED: lazy_gettext("dès que le service annule"),
    Letter.DISPLACED: lazy_gettext("30 minutes après une absence ou une fermeture, tout de suite à moins de 2 heures"),
    Letter.REPLACED: lazy_gettext("5 minutes après l’application d’un plan, tout de suite si cela change aujourd’hui"),
    Letter.REINSTATED: lazy_gettext("dès que l’absence est retirée, si la personne a lu que l’heure changeait"),
    Letter.REMINDED: lazy_gettext("2 jours avant à 9 heures, sauf si la personne n’en veut pas"),
    Letter.REMINDED_TODAY: lazy_gettext("le matin même à 8 heures, sauf si la personne n’en veut pas"),
    Letter.MISSED: lazy_gettext("le lendemain à 9 heures, quand quelqu’un de l’équipe a noté l’absence"),
    Letter.CODES: lazy_gettext("quand quelqu’un demande ses codes, à son adresse seulement"),
    Letter.PASSWORD: lazy_gettext("quand quelqu’un de l’équipe a oublié son mot de passe"),
    Letter.SCHEDULE: lazy_gettext("au conseiller et à l’accueil, pour un changement des prochaines 24 heures"),
    Letter.OFFERED: lazy_gettext("dès qu’une heure est libre, une fois par jour au plus"),
    Letter.REGISTERED: lazy_gettext("dès que la personne est inscrite, ou prend la place proposée"),
    Letter.WAITLISTED: lazy_gettext("dès que la personne est sur la liste d’attente"),
    Letter.SEAT_OFFERED: lazy_gettext("dès qu’une place est libre, à la première personne de la liste"),
    Letter.UNREGISTERED: lazy_gettext("dès que la personne annule, change d’atelier ou quitte la liste d’attente"),
    Letter.WORKSHOP_CHANGED: lazy_gettext("dès que le jour, l’heure ou le lieu change"),
    Letter.WORKSHOP_CANCELLED: lazy_gettext("dès que le service annule l’atelier, ou l’inscription"),
    Letter.SESSION_REMINDED: lazy_gettext("2 jours avant chaque séance à 9 heures, sauf si la personne n’en veut pas"),
    Letter.SESSION_TODAY: lazy_gettext("le matin de chaque séance à 8 heures, sauf si la personne n’en veut pas"),
    Letter.ABSENT: lazy_gettext("à la coordination, dès qu’une absence ou une fermeture est notée"),
    Letter.TOO_FEW: lazy_gettext("à la coordination, 2 jours avant, une seule fois"),
}


@bp.get("")
def index() -> str:
    lines = [{"name": name, "title": TITLES[letter], "moment": MOMENTS[letter]} for name, letter in NAMES.items()]
    return render_template("coordination/letters/index.html", lines=lines)


@bp.get("/<name>")
def show(name: str) -> str:
    letter = NAMES.get(name) or abort(404)
    told = samples(letter, now=now())
    written = [(_reader(each), write(each, settings()), _as_sms(each)) for each in told]
    sheet = write_on_paper(told[0], settings(), now=now()) if Channel.PAPER in ORDER[letter] else None
    return render_template("coordination/letters/show.html", title=TITLES[letter], written=written, sheet=sheet)


def _reader(told: Telling) -> str:
    if isinstance(told.reader, Staff):
        return str(gettext("À quelqu’un de l’équipe"))
    if told.person is None or told.is_to_the_person:
        return str(gettext("À la personne qui vient"))
    return str(gettext("À la personne qui a pris le rendez-vous ou la place pour elle"))


def _as_sms(told: Telling) -> tuple[str, Size] | None:
    """Its text, and what sending it takes; some letters go by e-mail alone."""
    if Channel.SMS not in ORDER[told.letter]:
        return None
    text = write_sms(told, settings())
    return text, measure(text)
