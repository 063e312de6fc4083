"""Kits that are lent: what is in each, where it is, what it is promised to."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.kits import Kit, KitEmpty, KitTooSmall, KitTwice, KitUnknown
from cnapp.domain.workshops import NothingToLend
from cnapp.services import kits, planning
from cnapp.services.changes import hold
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination import workshop_words
from cnapp.web.coordination.kit_form import KitForm, values_of

bp = Blueprint("kits", __name__, url_prefix="/kits")


@bp.get("")
def index() -> str:
    promised, retired = kits.listed(now=now()), kits.retired()
    words = {"words": workshop_words, "now": now()}
    return render_template("coordination/kits/index.html", promised=promised, retired=retired, **words)


@bp.get("/nouveau")
def new() -> str:
    form = KitForm(data={"state": "ready", "computers": 0, "tablets": 0, "projectors": 0})
    return _page(_offered(form), None)


@bp.post("")
def create() -> ResponseReturnValue:
    form = _offered(KitForm())
    if not form.validate():
        return _page(form, None), 422
    try:
        with transaction():
            kits.create(form.contents, by=by_me(), now=now())
    except (KitTwice, KitEmpty) as refusal:
        return _refused(form, None, refusal)
    flash(gettext("Le kit est ajouté."))
    return redirect(url_for("coordination.kits.index"), 303)


@bp.get("/<public_id>")
def edit(public_id: str) -> str:
    kit = kit_or_404(public_id)
    return _page(_offered(KitForm(data={**values_of(kit), "number": last_number_of(kits.about(kit))}), kit), kit)


@bp.post("/<public_id>")
def update(public_id: str) -> ResponseReturnValue:
    kit = kit_or_404(public_id)
    form, thing = _offered(KitForm(), kit), kits.about(kit)
    if not form.validate():
        return _page(form, kit), 422
    try:
        with transaction():
            hold(thing, form.seen)
            kits.change(kit_or_404(public_id), form.contents, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        return _page(form, kit, form.catch_up(thing, refusal)), 409
    except (KitTwice, KitEmpty, KitTooSmall, NothingToLend) as refusal:
        return _refused(form, kit, refusal)
    flash(gettext("C’est enregistré."))
    return redirect(url_for("coordination.kits.edit", public_id=public_id), 303)


def kit_or_404(public_id: str) -> Kit:
    try:
        return kits.find(public_id)
    except KitUnknown:
        abort(404)


def _offered(form: KitForm, kit: Kit | None = None) -> KitForm:
    form.offer(*planning.to_choose(now=now()), kit)
    return form


def _refused(form: KitForm, kit: Kit | None, refusal: Refusal) -> ResponseReturnValue:
    field = form.name if isinstance(refusal, KitTwice) else form.computers
    field.errors = [_sentence(refusal)]
    return _page(form, kit), 422 if isinstance(refusal, KitEmpty) else 409


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, KitTooSmall):
        return str(
            gettext(
                "Des personnes empruntent déjà ses appareils : gardez-en %(n)d au moins, ordinateurs et tablettes.",
                n=refusal.needed,
            )
        )
    return str(gettext(refusal.sentence))


def _page(form: KitForm, kit: Kit | None, changes: Sequence[str] = ()) -> str:
    promised = kits.promised(kit, now=now()) if kit else None
    return render_template("coordination/kits/edit.html", form=form, kit=kit, promised=promised, changes=changes)
