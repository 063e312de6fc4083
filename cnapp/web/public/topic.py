"""The subject more precisely: what is done, how long it takes, and who holds the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.domain.motifs import Mode, Motif, MotifUnknown
from cnapp.services.catalogue import motif_online, motifs_under
from cnapp.services.wishes import instead_of
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.wording import WORDS, length_line, mode_line

bp = Blueprint("topic", __name__, url_prefix="/rendez-vous/precision")


class TopicForm(Form):
    motif = ChoiceField(lazy_gettext("Que voulez-vous faire ?"), lazy_gettext("Choisissez ce que vous voulez faire."))


@bp.get("")
def edit() -> ResponseReturnValue:
    """`?indisponible=` names what nobody can do in the person's place for now: the same, done with them, is offered."""
    motifs = _motifs()
    form = TopicForm(motif=request.args.get("motif") or journey.answers().text("motif"))
    form.motif.choices = _choices(motifs)
    return _page(form, motifs, _unavailable())


@bp.post("")
def update() -> ResponseReturnValue:
    motifs = _motifs()
    form = TopicForm()
    form.motif.choices = _choices(motifs)
    if not form.validate():
        return _page(form, motifs, None), 422
    chosen = next(motif for motif in motifs if motif.slug == form.motif.data)
    instead = instead_of(chosen, now=now())
    if instead:
        return redirect(url_for("public.topic.edit", motif=instead.slug, indisponible=chosen.slug), 303)
    journey.keep(motif=chosen.slug)
    return journey.go_on()


def _motifs() -> Sequence[Motif]:
    """Those of the word that was chosen, each with the one done with the person beside it."""
    word = journey.answers_before("topic").word
    return motifs_under(word) if word else []


def _unavailable() -> Motif | None:
    if "indisponible" not in request.args:
        return None
    try:
        motif = motif_online(request.args["indisponible"])
    except MotifUnknown:
        return None
    return motif if motif.mode is Mode.FOR and instead_of(motif, now=now()) else None


def _choices(motifs: Sequence[Motif]) -> list[SelectChoice]:
    return choices({motif.slug: _title(motif) for motif in motifs})


def _title(motif: Motif) -> str:
    return gettext("%(title)s, à votre place", title=motif.title) if motif.mode is Mode.FOR else motif.title


def _page(form: TopicForm, motifs: Sequence[Motif], unavailable: Motif | None) -> str:
    word = journey.answers().word
    context = {"heading": WORDS[word] if word else "", "details": _details(motifs), "unavailable": unavailable}
    return render_template("public/topic/edit.html", form=form, **context)


def _details(motifs: Sequence[Motif]) -> dict[str, Any]:
    return {
        motif.slug: {"lines": [line for line in (length_line(motif.duration_minutes), mode_line(motif.mode)) if line]}
        for motif in motifs
    }
