"""Where this desk is, which visits it opens, and the ways from a visit to other pages."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.refusals import Refusal
from cnapp.domain.places import Place
from cnapp.domain.visits import Visit
from cnapp.services import desks, walk_ins
from cnapp.web.account.signed_in import me, my_sign_in
from cnapp.web.application import now


class NoPlaceChosen(Refusal):
    sentence = "Dites d’abord à quel lieu vous êtes : un passage se note au lieu où la personne est venue."


def place_here() -> Place:
    """Raises NoPlaceChosen."""
    place = desks.current_place(my_sign_in(), now=now())
    if place is None:
        raise NoPlaceChosen
    return place


def visit_here(public_id: str) -> Visit:
    """At one of the account's places; any other is no page."""
    return _ours(walk_ins.visit_called(public_id))


def visit_held(public_id: str) -> Visit:
    """The same, to be changed within a transaction."""
    return _ours(walk_ins.held(public_id))


def _ours(visit: Visit | None) -> Visit:
    if visit is None or visit.place not in desks.places_for(me(), now=now()):
        abort(404)
    return visit


def back_to_list(visit: Visit) -> ResponseReturnValue:
    """Its line, among those of the day."""
    return redirect(url_for("desk.visits.new", _anchor=f"passage-{visit.ticket}"), 303)


def booking_address() -> str:
    """Where a desk books for another day."""
    return "/accueil/rendez-vous/nouveau"
