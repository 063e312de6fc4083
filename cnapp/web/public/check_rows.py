"""What was answered, line by line, each with the way to change it: shared by appointments and workshops."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape

from cnapp.domain.answers import Answers
from cnapp.web.public import journey
from cnapp.web.public.wording import BENEFICIARIES, NEEDS, TOLD
from cnapp.web.wording import language_name


def row(label: str, value: str, address: str, hidden: str) -> dict[str, Any]:
    return {"label": label, "value": value, "change_url": address, "change_hidden_text": hidden}


def answered(label: str, value: str, step: str, hidden: str) -> dict[str, Any]:
    """It is changed where it was asked."""
    address = next(each.address for each in journey.steps_of(journey.answers()) if each.name == step)
    return row(label, value, address, hidden)


def lines(texts: list[str]) -> Markup:
    return Markup("<br>").join(escape(text) for text in texts if text)


def named(name: str) -> Markup:
    return Markup('<span translate="no">{}</span>').format(name)


def person_rows(given: Answers) -> list[dict[str, Any]]:
    """For whom, with which needs, and how they are reached."""
    rows = [
        answered(gettext("Besoins"), _needs(given), "needs", gettext("les besoins")),
        answered(gettext("Pour qui"), str(BENEFICIARIES[given.booked_by]), "beneficiary", gettext("pour qui")),
        answered(_name_label(given), named(given.text("name")), "name", gettext("le nom")),
    ]
    if given.is_for_another:
        who = lines([named(given.text("booker_name")), given.text("structure")])
        rows.append(answered(gettext("Vous"), who, "name", gettext("votre nom")))
        rows.append(answered(gettext("À prévenir"), str(TOLD[given.told]), "contact", gettext("qui prévenir")))
    rows.append(answered(gettext("Contact"), _contact(given), "contact", gettext("le contact")))
    return rows


def _name_label(given: Answers) -> str:
    return str(gettext("La personne") if given.is_for_another else gettext("Votre nom"))


def _needs(given: Answers) -> Markup:
    language = given.text("language")
    spoken = gettext("Langue : %(language)s", language=language_name(language)) if language else ""
    texts = [*(str(NEEDS[need]) for need in given.needs), spoken]
    return lines(texts) if any(texts) else lines([gettext("aucun")])


def _contact(given: Answers) -> Markup:
    texts = [given.text(name) for name in ("phone", "email", "booker_phone", "booker_email") if given.text(name)]
    texts += given.text("address").splitlines()
    return lines(texts) if texts else lines([gettext("aucun")])
