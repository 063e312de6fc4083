"""Blank appointment cards for the day when the computer is slow: each with a code that is already reserved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.domain.places import Place
from cnapp.services import cards, desks
from cnapp.services.cards import CARDS_AT_MOST
from cnapp.web.account.signed_in import me, my_sign_in
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.forms import ListField

bp = Blueprint("cards", __name__, url_prefix="/cartes")

MADE = "%Y%m%dT%H%M%SZ"
COUNTS = [SelectChoice(str(count), str(count)) for count in range(1, CARDS_AT_MOST + 1)]


class CardsForm(Form):
    count = ListField(
        lazy_gettext("Combien de cartes ?"),
        lazy_gettext("Choisissez un nombre de 1 à %(n)d.", n=CARDS_AT_MOST),
        choices=COUNTS,
        default="8",
    )
    place = ListField(lazy_gettext("Lieu écrit sur les cartes"), lazy_gettext("Choisissez un lieu de la liste."))


@bp.get("")
def index() -> str:
    return _page(_form(desks.places_for(me(), now=now())))


@bp.post("")
def create() -> ResponseReturnValue:
    places = desks.places_for(me(), now=now())
    form = _form(places)
    if not form.validate():
        return _page(form), 422
    place = next(place for place in places if place.slug == form.place.data)
    with transaction():
        made_at = cards.make_cards(place, me(), int(form.count.data), now=now())
    return redirect(url_for("desk.cards.show", made=made_at.strftime(MADE)), 303)


@bp.get("/<made>")
def show(made: str) -> str:
    """However often it is opened, no other code is reserved."""
    shown = cards.cards_made(me(), _instant(made))
    return render_template("desk/cards/show.html", cards=shown or abort(404))


def path_made(instant: datetime) -> str:
    return instant.strftime(MADE)


def _form(places: Sequence[Place]) -> CardsForm:
    here = desks.current_place(my_sign_in(), now=now())
    form = CardsForm(place=here.slug if here else None)
    form.place.choices = [SelectChoice(place.slug, place.name) for place in places]
    return form


def _page(form: CardsForm) -> str:
    made = [(at, path_made(at), count) for at, count in cards.handfuls(me())]
    return render_template("desk/cards/index.html", form=form, made=made)


def _instant(made: str) -> datetime:
    try:
        return datetime.strptime(made, MADE).replace(tzinfo=UTC)
    except ValueError:
        abort(404)
