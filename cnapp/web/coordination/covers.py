"""How many conseillers a place is to have, half-day by half-day: rules listed, added, ended."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.domain.board import Half
from cnapp.domain.cover import LEAST_AT_MOST, CoverEndsFirst, CoverRule, CoverRuleUnknown, CoverTwice
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.places import Place
from cnapp.services import covers, places
from cnapp.services.changes import hold, hold_still
from cnapp.services.covers import Terms
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.fields import ChangeForm, NearDayField
from cnapp.web.coordination.places import somewhere
from cnapp.web.fields import Given
from cnapp.web.forms import Form
from cnapp.web.public.forms import ListField
from cnapp.web.public.wording import weekday_name
from cnapp.wording.dates import show_long_day

bp = Blueprint("covers", __name__, url_prefix="/lieux/<slug>/presence-minimale")

HALVES = {Half.MORNING: lazy_gettext("le matin"), Half.AFTERNOON: lazy_gettext("l’après-midi")}
FROM_LIST = lazy_gettext("Choisissez dans la liste.")


class CoverForm(Form):
    weekday = ListField(lazy_gettext("Jour"), FROM_LIST)
    half = ListField(lazy_gettext("Demi-journée"), FROM_LIST)
    least = ListField(lazy_gettext("Combien de personnes au moins"), FROM_LIST)
    starts_on = NearDayField(lazy_gettext("Premier jour"), [Given(lazy_gettext("Écrivez le premier jour."))])
    ends_on = NearDayField(lazy_gettext("Dernier jour"))

    def offer(self) -> CoverForm:
        self.weekday.choices = [SelectChoice(str(day), weekday_name(day)) for day in range(7)]
        self.half.choices = [SelectChoice(str(half), label) for half, label in HALVES.items()]
        self.least.choices = [SelectChoice(str(least), str(least)) for least in range(1, LEAST_AT_MOST + 1)]
        return self

    def terms(self) -> Terms:
        """Once it is valid."""
        asked = int(self.weekday.data), Half(self.half.data), int(self.least.data)
        return Terms(*asked, self.starts_on.data, self.ends_on.data)


class EndingForm(ChangeForm):
    last = NearDayField(lazy_gettext("Dernier jour"), [Given(lazy_gettext("Écrivez le dernier jour."))])


@bp.get("")
def index(slug: str) -> str:
    return _page(somewhere(slug), CoverForm(formdata=None, starts_on=day_of(now())))


@bp.post("")
def create(slug: str) -> ResponseReturnValue:
    place, form = somewhere(slug), CoverForm().offer()
    if not form.validate():
        return _page(place, form), 422
    thing = places.about(place)
    try:
        with transaction():
            hold_still(thing)
            covers.add(somewhere(slug), form.terms(), by=by_me(), now=now())
    except (CoverTwice, CoverEndsFirst) as refusal:
        _say(form, refusal)
        return _page(somewhere(slug), form), 422
    return _done(slug, gettext("La règle est ajoutée : la semaine dira quand il manque quelqu’un."))


@bp.get("/<public_id>/fin")
def edit(slug: str, public_id: str) -> str:
    place = somewhere(slug)
    rule = _rule(place, public_id)
    last = rule.ends_on or max(day_of(now()), rule.starts_on)
    return _ending_page(rule, EndingForm(formdata=None, last=last, number=last_number_of(covers.about(rule))))


@bp.post("/<public_id>/fin")
def update(slug: str, public_id: str) -> ResponseReturnValue:
    place, form = somewhere(slug), EndingForm()
    rule = _rule(place, public_id)
    if not form.validate():
        return _ending_page(rule, form), 422
    thing = covers.about(rule)
    try:
        with transaction():
            hold(thing, form.seen)
            covers.end(_rule(somewhere(slug), public_id), form.last.data, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        changes = form.catch_up(thing, refusal)
        return _ending_page(_rule(somewhere(slug), public_id), form, changes), 409
    except CoverEndsFirst as refusal:
        form.last.errors = [gettext(refusal.sentence)]
        return _ending_page(_rule(somewhere(slug), public_id), form), 422
    return _done(slug, gettext("La règle vaut jusqu’au %(day)s.", day=show_long_day(form.last.data)))


@bp.post("/<public_id>/enlever")
def destroy(slug: str, public_id: str) -> ResponseReturnValue:
    """Only one that has not begun: what has held stays in the list, with its last day."""
    place = somewhere(slug)
    thing = places.about(place)
    with transaction():
        hold_still(thing)
        rule = _rule(somewhere(slug), public_id)
        if rule.starts_on <= day_of(now()):
            abort(409)
        covers.remove(rule, by=by_me(), now=now())
    return _done(slug, gettext("La règle est enlevée."))


def _rule(place: Place, public_id: str) -> CoverRule:
    try:
        return covers.find(place, public_id)
    except CoverRuleUnknown:
        abort(404)


def _say(form: CoverForm, refusal: Refusal) -> None:
    field = form.ends_on if isinstance(refusal, CoverEndsFirst) else form.weekday
    field.errors = [gettext(refusal.sentence)]


def cover_words(rule: CoverRule) -> str:
    """« le jeudi matin : 1 personne au moins »."""
    half = gettext("matin") if rule.half is Half.MORNING else gettext("après-midi")
    least = ngettext("%(num)d personne au moins", "%(num)d personnes au moins", rule.least)
    return str(gettext("le %(day)s %(half)s : %(least)s", day=weekday_name(rule.weekday), half=half, least=least))


def _page(place: Place, form: CoverForm) -> str:
    listed, today = covers.of_place(place), day_of(now())
    return render_template(
        "coordination/covers/index.html",
        place=place,
        form=form.offer(),
        active=[rule for rule in listed if not rule.is_over(today)],
        over=[rule for rule in listed if rule.is_over(today)],
        today=today,
        cover_words=cover_words,
    )


def _ending_page(rule: CoverRule, form: EndingForm, changes: Sequence[str] = ()) -> str:
    words = {"cover_words": cover_words, "changes": changes}
    return render_template("coordination/covers/edit.html", rule=rule, form=form, **words)


def _done(slug: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("coordination.covers.index", slug=slug), 303)
