"""The subjects that people can come for: all of them by the seven words, and one page for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.motifs import Motif, MotifUnknown
from cnapp.services import motifs
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.services.motifs import Wording
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.motif_form import MotifForm
from cnapp.web.coordination.setting_words import MODES, PERIMETERS
from cnapp.web.public.wording import WORDS

bp = Blueprint("motifs", __name__, url_prefix="/sujets")


@dataclass(frozen=True)
class Group:
    """The motifs of one of the seven words; `is_dead_end`: none of them can be booked online."""

    title: str
    motifs: list[Motif]

    @property
    def is_dead_end(self) -> bool:
        return not any(motif.is_offered_online for motif in self.motifs)


@bp.get("")
def index() -> str:
    words = {"modes": MODES, "perimeters": PERIMETERS}
    return render_template("coordination/motifs/index.html", groups=_groups(motifs.listed()), **words)


@bp.get("/nouveau")
def new() -> str:
    usual = {"duration_minutes": 45, "buffer_minutes": 0, "least_notice_minutes": 120, "horizon_days": 56}
    return _page(_form("", **usual, mode="learn", online=True, position=1), None)


@bp.post("")
def create() -> ResponseReturnValue:
    form = _form("")
    if not form.validate():
        return _page(form, None), 422
    with transaction():
        motifs.create(form.wording, by=by_me(), now=now())
    flash(gettext("Le sujet est ajouté."))
    return redirect(url_for("coordination.motifs.index"), 303)


@bp.get("/<slug>")
def edit(slug: str) -> str:
    known = subject(slug)
    values = {field.name: getattr(known, field.name) for field in fields(Wording)}
    instead = {"instead_id": motifs.instead_slug(known)}
    number = last_number_of(motifs.about(known))
    return _page(_form(slug, **{**values, **instead}, number=number), known)


@bp.post("/<slug>")
def update(slug: str) -> ResponseReturnValue:
    known, form = subject(slug), _form(slug)
    thing = motifs.about(known)
    if not form.validate():
        return _page(form, known), 422
    try:
        with transaction():
            hold(thing, form.seen)
            motifs.change(subject(slug), form.wording, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, known, form.catch_up(thing, refusal)), 409
    flash(gettext("C’est enregistré."))
    return redirect(url_for("coordination.motifs.index"), 303)


def subject(slug: str) -> Motif:
    try:
        return motifs.motif(slug)
    except MotifUnknown:
        abort(404)


def _groups(listed: Iterable[Motif]) -> list[Group]:
    rows = list(listed)
    return [Group(str(title), [motif for motif in rows if motif.word is word]) for word, title in WORDS.items()]


def _form(own: str, **values: Any) -> MotifForm:
    form = MotifForm(data=values)
    form.offer(motifs.listed(), own)
    return form


def _page(form: MotifForm, known: Motif | None, changes: Sequence[str] = ()) -> str:
    return render_template("coordination/motifs/edit.html", form=form, known=known, changes=changes)
