"""Letters on paper: those to print and post, and each of them on its sheet."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.services import paper
from cnapp.services.tellings import Telling
from cnapp.web.account.signed_in import me
from cnapp.web.application import now, settings
from cnapp.web.calls.here import here
from cnapp.web.calls.words import news_of
from cnapp.wording.letters import write_on_paper

bp = Blueprint("call_letters", __name__, url_prefix="/lettres-a-poster")


@bp.get("")
def index() -> str:
    letters = paper.letters_for_post(me(), now=now())
    return render_template("calls/letters.html", letters=letters, name_of=name_of, news=news_of, here=here)


@bp.get("/<name>")
def show(name: str) -> str:
    """The name of a letter is its key, with dots."""
    told = paper.letter_for_post(me(), key_of(name), now=now()) or abort(404)
    sheet = write_on_paper(told, settings(), now=now())
    return render_template("calls/letter.html", told=told, sheet=sheet, name=name, here=here)


def key_of(name: str) -> str:
    return name.replace(".", "/")


def name_of(told: Telling) -> str:
    return str(told.more["key"]).replace("/", ".")
