"""« Sans rendez-vous »: whoever comes is noted with a word and a first name, and gets a ticket; those of the day."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.base.tokens import new_token, signed_token
from cnapp.domain.motifs import Word
from cnapp.domain.visits import ANOTHER_SERVICE
from cnapp.services import walk_ins
from cnapp.services.walk_ins import Arrival
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now, settings
from cnapp.web.desk import visit_page
from cnapp.web.desk.visit_words import WORDS, day_sentence
from cnapp.web.desk.visits_here import place_here, visit_here
from cnapp.web.forms import Form, LineField, is_name
from cnapp.web.public.forms import ChoiceField, choices

bp = Blueprint("visits", __name__)


class VisitForm(Form):
    first_name = LineField(lazy_gettext("Prénom"), [is_name])
    word = ChoiceField(
        lazy_gettext("Pour quoi la personne vient-elle ?"),
        lazy_gettext("Choisissez un sujet. Si la personne ne sait pas, choisissez « Ne sait pas »."),
        choices=choices(WORDS),
    )
    key = HiddenField()
    """One form, one visit."""

    @property
    def arrival(self) -> Arrival:
        public_id = signed_token(settings().link_key, f"visit:{me().public_id}:{self.key.data}")
        return Arrival(public_id, Word(self.word.data), self.first_name.data or "")


@bp.get("/sans-rendez-vous")
def new() -> str:
    return _page(VisitForm(key=new_token()))


@bp.post("/sans-rendez-vous")
def create() -> ResponseReturnValue:
    """Sent by another page's box, without a key, it is the beginning of a form: nothing is noted yet."""
    form = VisitForm()
    if not form.key.data:
        form.key.data = new_token()
        return _page(form)
    if not form.validate():
        return _page(form), 422
    with transaction():
        visit = walk_ins.welcome(form.arrival, place_here(), by=by_me(), now=now())
        public_id = visit.public_id
    return redirect(url_for("desk.visits.show", public_id=public_id), 303)


@bp.get("/passages/<public_id>")
def show(public_id: str) -> str:
    return visit_page.page(visit_here(public_id), request.args.get("motif"))


def _page(form: VisitForm) -> str:
    place = place_here()
    visits = walk_ins.visits_today(place, now=now())
    return render_template(
        "desk/visits/new.html",
        form=form,
        place=place,
        visits=visits,
        services=walk_ins.services_told(place, now=now()),
        another_service=ANOTHER_SERVICE,
        sentence=day_sentence(visits),
        now=now(),
    )
