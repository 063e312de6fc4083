"""First question: what for. A link from elsewhere may bring a place and a subject with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.refusals import Refusal
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place
from cnapp.services.catalogue import motif_online, place_known, words_offered
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.wording import WORD_DETAILS, WORDS

bp = Blueprint("subject", __name__, url_prefix="/rendez-vous/sujet")
start = Blueprint("start", __name__, url_prefix="/rendez-vous")


class SubjectForm(Form):
    word = ChoiceField(
        lazy_gettext("Pour quoi voulez-vous de l’aide ?"),
        lazy_gettext("Choisissez un sujet. Si vous ne savez pas, choisissez « Je ne sais pas »."),
    )

    def offer(self) -> None:
        """The words under which something can be booked."""
        words = words_offered()
        self.word.choices = choices({word: label for word, label in WORDS.items() if word in words})


@dataclass(frozen=True)
class Brought:
    """What the link had with it, and a sentence on what it had wrong."""

    place: Place | None
    motif: Motif | None
    fault: str


@start.get("")
def show() -> ResponseReturnValue:
    return redirect(url_for("public.subject.edit", lieu=request.args.get("lieu"), motif=request.args.get("motif")), 303)


@bp.get("")
def edit() -> str:
    brought, given = _brought(), journey.answers()
    word = brought.motif.word if brought.motif else given.word
    form = SubjectForm(word=word.value if word else None)
    form.offer()
    return _page(form, brought)


@bp.post("")
def update() -> ResponseReturnValue:
    form, brought = SubjectForm(), _brought()
    form.offer()
    if not form.validate():
        return _page(form, brought), 422
    place = {"place": brought.place.slug} if brought.place else {}
    journey.keep(word=form.word.data, **place)
    return redirect(_topic(form.word.data, brought.motif), 303)


def _topic(word: str, motif: Motif | None) -> str:
    chosen = motif.slug if motif and motif.word == word else None
    return url_for("public.topic.edit", motif=chosen)


def _page(form: SubjectForm, brought: Brought) -> str:
    details = {word.value: detail for word, detail in WORD_DETAILS.items()}
    begun = journey.answers().has("name")
    return render_template("public/subject/edit.html", form=form, details=details, brought=brought, begun=begun)


def _brought() -> Brought:
    place, motif, fault = None, None, ""
    try:
        place = place_known(request.args["lieu"]) if request.args.get("lieu") else None
        motif = motif_online(request.args["motif"]) if request.args.get("motif") else None
    except Refusal as refusal:
        fault = gettext(refusal.sentence)
    return Brought(place, motif, fault)
