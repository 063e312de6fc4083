"""What somebody will wait for, once more; confirming enters the list, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import AnswersLost
from cnapp.domain.waits import TooManyWaits, Wait
from cnapp.services import drafts, waits
from cnapp.services.answers import count_hold
from cnapp.services.catalogue import motif_online
from cnapp.services.desk_times import places_of_town
from cnapp.services.parties import person_of
from cnapp.services.waits import NotReachable, Request, Terms, channel_for
from cnapp.web.application import now, settings
from cnapp.web.errors import page
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.wait_form import promise, rows_of, subject_title, terms_of
from cnapp.web.public.waits import answers_kept
from cnapp.web.public.wording import NEEDS

bp = Blueprint("wait_check", __name__, url_prefix="/attente/verifier")


class CheckForm(Form):
    key = HiddenField()
    """The draft's id: the same key makes the same wait."""


@bp.get("")
def edit() -> ResponseReturnValue:
    given = answers_kept()
    if given is None:
        return redirect(url_for("public.waits.new"), 303)
    return _page(CheckForm(key=session[journey.WAIT_KEY]), given)


@bp.post("")
def create() -> ResponseReturnValue:
    """Raises AnswersLost."""
    form, given = CheckForm(), answers_kept()
    key = form.key.data or ""
    if given is None or key != session.get(journey.WAIT_KEY):
        return _entered(_made_before(key))
    try:
        with transaction():
            count_hold(request.remote_addr or "", now=now())
            wait = waits.begin(_request(given, key), settings=settings(), now=now())
            address = wait_page(wait)
            drafts.erase(journey.draft_called(key))
    except (TooManyWaits, NotReachable) as refusal:
        return page(409, gettext("Ce n’est pas possible"), gettext(refusal.sentence))
    except TooManyTries as refusal:
        return page(429, gettext("Trop d’essais"), gettext(refusal.sentence))
    return _entered(address)


def wait_page(wait: Wait) -> str:
    return url_for("public.wait.show", token=wait.link(settings().link_key))


def _made_before(key: str) -> str:
    made = waits.made_with(key)
    if made is None:
        raise AnswersLost
    return wait_page(made)


def _entered(address: str) -> ResponseReturnValue:
    session.pop(journey.WAIT_KEY, None)
    return redirect(address, 303)


def _request(given: Mapping[str, Any], key: str) -> Request:
    answers = Answers(given)
    needs = tuple(need.value for need in answers.needs)
    return Request(motif_online(answers.text("motif")), person_of(answers), _terms(given), needs, draft_id=key)


def _terms(given: Mapping[str, Any]) -> Terms:
    return terms_of(given, places_of_town(now=now()))


def _page(form: CheckForm, given: Mapping[str, Any]) -> str:
    answers = Answers(given)
    return render_template(
        "public/wait_check/edit.html",
        form=form,
        rows=[*_rows(answers, _terms(given))],
        sentence=promise(channel_for(person_of(answers), settings())),
    )


def _rows(answers: Answers, terms: Terms) -> list[dict[str, Any]]:
    contact = [answers.text(name) for name in ("phone", "email") if answers.text(name)]
    needs = [{"label": gettext("Besoins"), "value": ", ".join(str(NEEDS[need]) for need in answers.needs)}]
    return [
        {"label": gettext("Sujet"), "value": subject_title(motif_online(answers.text("motif")))},
        *rows_of(terms),
        *(needs if answers.needs else []),
        {"label": gettext("Votre nom"), "value": Markup('<span translate="no">{}</span>').format(answers.text("name"))},
        {"label": gettext("Contact"), "value": ", ".join(contact)},
    ]
