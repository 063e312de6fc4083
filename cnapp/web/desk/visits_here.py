"""Which visits a desk opens, and the way back to those of the day."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from cnapp.domain.visits import Visit
from cnapp.services import walk_ins
from cnapp.web.desk.here import my_places


def visit_here(public_id: str) -> Visit:
    """At one of the account's places; any other is no page."""
    return _ours(walk_ins.visit_called(public_id))


def visit_held(public_id: str) -> Visit:
    """The same, to be changed within a transaction."""
    return _ours(walk_ins.held(public_id))


def _ours(visit: Visit | None) -> Visit:
    if visit is None or visit.place not in my_places():
        abort(404)
    return visit


def back_to_list(visit: Visit) -> ResponseReturnValue:
    """Its line, among those of the day."""
    return redirect(url_for("desk.visits.new", _anchor=f"passage-{visit.ticket}"), 303)
