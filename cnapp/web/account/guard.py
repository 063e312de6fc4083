"""The door of each staff area: closed to visitors, and to roles that it is not for."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cnapp.domain.people import Role
from cnapp.web.account.destinations import is_ours
from cnapp.web.account.signed_in import staff_or_none


def only(bp: Blueprint, *roles: Role) -> None:
    """Guards a blueprint and all that is nested in it."""
    bp.before_request(lambda: _turn_away(roles))


def _turn_away(roles: tuple[Role, ...]) -> ResponseReturnValue | None:
    staff = staff_or_none()
    if staff is None:
        return redirect(url_for("account.sessions.new", next=_wanted()), 303)
    if staff.role not in roles:
        abort(403)
    return None


def _wanted() -> str | None:
    """The page to come back to; what was being sent cannot be sent again by a link."""
    return request.path if request.method == "GET" and is_ours(request.path) else None
