"""Leaving the waiting list: asked first, then nothing is held any more."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.services import waits
from cnapp.services.waits import hold_still, leave
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.wait import wait_at
from cnapp.web.public.wait_form import subject_title

bp = Blueprint("wait_leaving", __name__, url_prefix="/attente/<token>/quitter")


@bp.get("")
def new(token: str) -> ResponseReturnValue:
    wait = wait_at(token)
    if not wait.is_open:
        return _back(token)
    return render_template(
        "public/wait_leaving/new.html", form=Form(), token=token, wait=wait, subject=subject_title(wait.motif)
    )


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent again, it shows the same end."""
    wait_at(token)
    with transaction():
        leave(hold_still(waits.by_link(token, now=now()).id), now=now())
    return _back(token)


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("public.wait.show", token=token), 303)
