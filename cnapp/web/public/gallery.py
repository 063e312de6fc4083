"""/gabarits: every component in every state, for those who build the pages; not served in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, render_template
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from cnapp.base.workdays import instant_at
from cnapp.web.forms import Form, LineField, Required, is_phone

bp = Blueprint("gallery", __name__)
DAYS = (date(2026, 12, 3), date(2026, 12, 4))
HOURS = (time(9), time(9, 45), time(14))
SUBJECTS = ("phone", "computer", "mail", "form", "shield", "dots", "question")


def _choices(**words: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class ExampleForm(Form):
    """One field of each kind."""

    name = LineField("Prénom et nom")
    phone = LineField("Votre numéro de téléphone", [is_phone])
    subject = RadioField(
        "Pour quoi voulez-vous de l’aide ?", choices=_choices(**dict(zip(SUBJECTS, SUBJECTS, strict=True)))
    )
    who = RadioField("Pour qui ?", [Required("Choisissez pour qui.")], choices=_choices(me="Moi", other="Un proche"))
    needs = SelectMultipleField("Vos besoins", choices=_choices(wheelchair="Fauteuil roulant", child="Un enfant"))
    language = SelectField("Je parle mieux", choices=_choices(fr="français", ar="العربية"))
    agreed = BooleanField("La personne est d’accord.", [Required("Cochez la case.")])
    slot = StringField("Heure", [Required("Choisissez une heure.")])


@dataclass(frozen=True)
class ExampleSlot:
    """A time to choose."""

    starts_at: datetime
    place_name: str = "Mairie de quartier de Borny"

    @property
    def value(self) -> str:
        return self.starts_at.isoformat()


@dataclass(frozen=True)
class ExampleDay:
    """A day of times."""

    day: date

    @property
    def slots(self) -> list[ExampleSlot]:
        return [ExampleSlot(instant_at(self.day, hour)) for hour in HOURS]


@bp.get("/gabarits")
def show() -> str:
    faulty = ExampleForm(MultiDict({"name": "Marie", "phone": "06 12"}))
    faulty.validate()
    days = [ExampleDay(day) for day in DAYS]
    example = ExampleForm(MultiDict(), prefix="vide-")
    moment = instant_at(DAYS[0], HOURS[0])
    return render_template("components/gallery.html", example=example, form=faulty, days=days, now=moment)
