"""The rooms of a place."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.places import Place, Room, RoomTwice, RoomUnknown
from cnapp.services import places, rooms
from cnapp.services.changes import hold_still
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.places import somewhere
from cnapp.web.forms import AtMost, Form, LineField, Required

bp = Blueprint("rooms", __name__, url_prefix="/lieux/<slug>/salles")


class RoomForm(Form):
    """`known`: the name that it has, where one is renamed or removed."""

    name = LineField(lazy_gettext("Nom de la salle"), [Required(lazy_gettext("Écrivez un nom.")), AtMost(80)])
    known = HiddenField()


@bp.get("")
def index(slug: str) -> str:
    return _page(somewhere(slug), RoomForm())


@bp.post("")
def create(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), RoomForm()
    if not form.validate():
        return _page(place, form), 422
    thing = places.about(place)
    try:
        with transaction():
            hold_still(thing)
            rooms.add(somewhere(slug), form.name.data or "", by=by_me(), now=now())
    except RoomTwice as refusal:
        form.name.errors = [gettext(refusal.sentence)]
        return _page(place, form), 422
    return _done(slug, gettext("La salle est ajoutée."))


@bp.post("/renommer")
def update(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), RoomForm()
    _known(place, form)
    if not form.validate():
        return _page(place, form), 422
    thing = places.about(place)
    try:
        with transaction():
            hold_still(thing)
            room = _known(somewhere(slug), form)
            rooms.rename(place, room, form.name.data or "", by=by_me(), now=now())
    except RoomTwice as refusal:
        form.name.errors = [gettext(refusal.sentence)]
        return _page(place, form), 422
    return _done(slug, gettext("La salle a son nouveau nom."))


@bp.post("/enlever")
def destroy(slug: str) -> ResponseReturnValue:
    """Raises RoomInUse."""
    place, form = somewhere(slug), RoomForm()
    thing = places.about(place)
    with transaction():
        hold_still(thing)
        rooms.remove(place, _known(somewhere(slug), form), by=by_me(), now=now())
    return _done(slug, gettext("La salle est enlevée."))


def _known(place: Place, form: RoomForm) -> Room:
    try:
        return rooms.room(place, form.known.data or "")
    except RoomUnknown:
        abort(404)


def _page(place: Place, form: RoomForm) -> str:
    used = rooms.rooms_used(place)
    return render_template("coordination/rooms/index.html", form=form, place=place, used=used)


def _done(slug: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("coordination.rooms.index", slug=slug), 303)
