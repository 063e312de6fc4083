"""The page of whoever waits, at an unguessable address: a time that is offered, or what they wait for."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.waits import Ending, Wait, WaitUnknown
from cnapp.services import waits
from cnapp.services.desk_times import places_of_town
from cnapp.services.offers import is_to_be_had, offer_to
from cnapp.services.waits import channel_to
from cnapp.web.application import now, settings
from cnapp.web.public.receipt import receipt_address
from cnapp.web.public.wait_form import TermsForm, promise, rows_of, subject_title, terms_agreed, terms_of, values_of

bp = Blueprint("wait", __name__, url_prefix="/attente/<token>")


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    wait = wait_at(token)
    if wait.ending is Ending.SERVED and wait.appointment:
        return redirect(receipt_address(wait.appointment), 303)
    if not wait.is_open or wait.is_past(now()):
        return render_template("public/wait/over.html", wait=wait, has_left=wait.ending is Ending.LEFT, now=now())
    offer = offer_to(wait)
    if offer and is_to_be_had(offer, now=now()):
        return render_template("public/wait/offered.html", offer=offer, token=token, **_facts(wait))
    return render_template("public/wait/show.html", token=token, rows=rows_of(terms_agreed(wait)), **_facts(wait))


@bp.get("/modifier")
def edit(token: str) -> ResponseReturnValue:
    wait = wait_at(token)
    if not wait.is_open:
        return redirect(url_for("public.wait.show", token=token), 303)
    return _page(token, _form(**values_of(wait)))


@bp.post("/modifier")
def update(token: str) -> ResponseReturnValue:
    """Raises WaitOver."""
    wait_at(token)
    form = _form()
    if not form.validate():
        return _page(token, form), 422
    with transaction():
        waits.change(waits.by_link(token, now=now()), terms_of(form.data, places_of_town(now=now())))
    flash(gettext("C’est changé. Vous attendez toujours."))
    return redirect(url_for("public.wait.show", token=token), 303)


def wait_at(token: str) -> Wait:
    """404 for an address that was never given, or a month after the waiting ended."""
    try:
        return waits.by_link(token, now=now())
    except WaitUnknown:
        abort(404)


def _facts(wait: Wait) -> dict[str, object]:
    sentence = promise(channel_to(wait.citizen, settings()))
    return {"wait": wait, "subject": subject_title(wait.motif), "sentence": sentence, "now": now()}


def _form(**values: object) -> TermsForm:
    form = TermsForm(data=values)
    form.offer(places_of_town(now=now()))
    return form


def _page(token: str, form: TermsForm) -> str:
    return render_template("public/wait/edit.html", token=token, form=form)
