"""Which area's list this is, whose press it is, and the last attempt that its page knew."""

from __future__ import annotations

from datetime import datetime

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cnapp.domain.calls import Answer, Call, CallUnknown
from cnapp.services import calls
from cnapp.services.calls import Noted
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now


def area() -> str:
    """The desks', or the coordination's."""
    return (request.blueprint or "desk").partition(".")[0]


def here(endpoint: str, **values: object) -> str:
    """An address of this area: the same pages stand in both."""
    return url_for(f"{area()}.{endpoint}", **values)  # type: ignore[arg-type]


def my_call(public_id: str) -> Call:
    """On this list; any other is no page."""
    try:
        return calls.call_of(me(), public_id, now=now())
    except CallUnknown:
        abort(404)


def noted(answer: Answer, again_at: datetime | None = None) -> Noted:
    return Noted(answer, by_me(), _number(), again_at)


def _number() -> int:
    text = request.form.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        abort(422)
    return int(text)


def back_to_list() -> ResponseReturnValue:
    return redirect(here("calls.index"), 303)
