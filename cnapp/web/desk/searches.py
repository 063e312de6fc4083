"""Finding the bookings of the desk's own places by a name or a phone, which stand in no address and no log."""

from __future__ import annotations

import logging

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.services import desk_registrations
from cnapp.services.desk_appointments import TooLittleTyped, count_search, found
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.desk.appointments import SearchForm, search_page
from cnapp.web.logs import request_id

bp = Blueprint("searches", __name__, url_prefix="/rendez-vous/recherche")
log = logging.getLogger("cnapp.searches")


@bp.post("")
def create() -> ResponseReturnValue:
    form = SearchForm()
    if not form.validate():
        return search_page(search=form), 422
    try:
        with transaction():
            count_search(me(), now=now())
        appointments = found(me(), form.typed.data, now=now())
        enrolled = desk_registrations.found(me(), form.typed.data, now=now())
    except TooManyTries:
        form.typed.errors = [gettext("Trop de recherches. Attendez quelques minutes.")]
        return search_page(search=form), 429
    except TooLittleTyped as refusal:
        form.typed.errors = [gettext(refusal.sentence)]
        return search_page(search=form), 422
    fields = {"request": request_id(), "staff": me().public_id, "found": len(appointments) + len(enrolled)}
    log.info("people searched", extra={"fields": fields})
    return search_page(search=form, found=appointments, enrolled=enrolled)
