"""The team: everybody by role, and one page for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import LastCoordinator, WrongPassword
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.people import EmailTaken, Role, Staff, StaffUnknown
from cnapp.services import accounts, habilitations, password_links, people
from cnapp.services.accounts import SignInWaits
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.services.people import Ahead, Profile
from cnapp.web.account.proof import prove
from cnapp.web.account.sessions import in_words
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.web.coordination.person_form import PersonForm
from cnapp.web.coordination.setting_words import ROLES, languages_words, perimeters_words

bp = Blueprint("people", __name__, url_prefix="/equipe")


@dataclass(frozen=True)
class Group:
    """Those of one role whose account is open, or all whose account is closed."""

    title: str
    people: list[Staff]


@bp.get("")
def index() -> str:
    everybody, today = people.everybody(), day_of(now())
    return render_template(
        "coordination/people/index.html",
        groups=_groups(everybody),
        ending=habilitations.ending_soon(everybody, today),
        today=today,
        with_password=people.people_with_password(),
        waiting=password_links.waiting(now()),
        languages_words=languages_words,
    )


@bp.get("/nouveau")
def new() -> str:
    form = PersonForm(role=Role.CONSEILLER, receives=True, in_post_from=day_of(now()))
    form.offer(people.places_to_choose(now=now()), ())
    return render_template("coordination/people/new.html", form=form)


@bp.post("")
def create() -> ResponseReturnValue:
    form = PersonForm()
    form.offer(people.places_to_choose(now=now()), ())
    status = _judge(form, None) or _create(form)
    if status is not None:
        return render_template("coordination/people/new.html", form=form), status
    flash(gettext("Le compte est créé. Donnez maintenant à la personne un lien pour choisir son mot de passe."))
    return redirect(url_for("coordination.people.edit", public_id=form.made), 303)


@bp.get("/<public_id>")
def edit(public_id: str) -> str:
    staff = somebody(public_id)
    return page(staff, _form(staff, filled=True))


@bp.post("/<public_id>")
def update(public_id: str) -> ResponseReturnValue:
    staff = somebody(public_id)
    form = _form(staff, filled=False)
    status = _judge(form, staff)
    if status:
        return page(staff, form), status
    try:
        status = _change(form, staff)
    except ChangedMeanwhile as refusal:
        changes = form.catch_up(people.about(staff), refusal)
        return page(staff, form, changes), 409
    if status:
        return page(staff, form), status
    flash(gettext("C’est enregistré."))
    return redirect(url_for("coordination.people.edit", public_id=public_id), 303)


def somebody(public_id: str) -> Staff:
    try:
        return people.person(public_id)
    except StaffUnknown:
        abort(404)


def page(staff: Staff, form: PersonForm, changes: Sequence[str] = ()) -> str:
    ahead = people.ahead_of(staff, now=now())
    return render_template(
        "coordination/people/edit.html",
        form=form,
        staff=staff,
        changes=changes,
        stranded=ahead.outside_post(staff),
        led=ahead.led_outside_post(staff),
        away=away_address(staff, ahead),
        habilitations=habilitations.listed(staff),
        perimeters_words=perimeters_words,
        has_password=staff.id in people.people_with_password(),
        link=password_links.last_link_of(staff, now=now()),
        is_me=staff.id == me().id,
        today=day_of(now()),
    )


def away_address(staff: Staff, ahead: Ahead) -> str:
    """The form of an absence that holds all that somebody is still expected for: whoever leaves leaves by it."""
    times = [*(each.starts_at for each in ahead.appointments), *(each.session.starts_at for each in ahead.gatherings)]
    last = day_of(max(times, default=now()))
    days: dict[str, Any] = {"jour": day_of(now()).isoformat(), "jusqu-au": last.isoformat()}
    return url_for("coordination.absences.new", qui=staff.public_id, **days)


def _groups(everybody: Iterable[Staff]) -> list[Group]:
    open_ones = [staff for staff in everybody if staff.disabled_at is None]
    closed = [staff for staff in everybody if staff.disabled_at is not None]
    by_role = [Group(_title(role), [staff for staff in open_ones if staff.role is role]) for role in _ORDER]
    return [group for group in (*by_role, Group(gettext("Comptes fermés"), closed)) if group.people]


_ORDER = (Role.COORDINATOR, Role.CONSEILLER, Role.DESK)


def _title(role: Role) -> str:
    return gettext("Conseillers") if role is Role.CONSEILLER else str(ROLES[role])


def _form(staff: Staff, *, filled: bool) -> PersonForm:
    form = PersonForm(data=_values(staff)) if filled else PersonForm()
    form.offer(people.places_to_choose(now=now()), [each.code for each in staff.languages])
    return form


def _values(staff: Staff) -> dict[str, Any]:
    return {
        **{field.name: getattr(staff, field.name) for field in fields(Profile)},
        "places": [place.slug for place in staff.places],
        "languages": [each.code for each in staff.languages],
        "number": last_number_of(people.about(staff)),
    }


def _judge(form: PersonForm, staff: Staff | None) -> int | None:
    """The status of a refusal; None where nothing is wrong. Giving or changing a role asks for one's own password."""
    if not form.validate():
        return 422
    needs_proof = form.role.data == Role.COORDINATOR if staff is None else form.role.data != staff.role
    return _ask_password(form) if needs_proof else None


def _ask_password(form: PersonForm) -> int | None:
    if not form.password.data:
        form.password.errors = [gettext("Pour donner ou changer un rôle, écrivez votre mot de passe à vous.")]
        return 422
    try:
        form.proof = prove(form.password.data)
    except SignInWaits as refusal:
        wait = in_words(refusal.wait)
        form.password.errors = [gettext("Trop d’essais. Attendez %(wait)s, puis essayez encore.", wait=wait)]
        return 429
    except WrongPassword:
        form.password.errors = [gettext("Ce n’est pas votre mot de passe.")]
        return 422
    return None


def _create(form: PersonForm) -> int | None:
    try:
        with transaction():
            staff = people.create(form.profile, form.around, by=by_me(), now=now())
            _forget(form)
            form.made = staff.public_id
    except EmailTaken as refusal:
        form.email.errors = [gettext(refusal.sentence)]
        return 422
    return None


def _change(form: PersonForm, staff: Staff) -> int | None:
    """Raises ChangedMeanwhile."""
    try:
        with transaction(staff.id):
            refuse_if_changed(people.about(staff), form.seen)
            people.change(staff, form.profile, form.around, by=by_me(), now=now())
            _forget(form)
    except EmailTaken as refusal:
        form.email.errors = [gettext(refusal.sentence)]
        return 422
    except LastCoordinator as refusal:
        form.role.errors = [gettext(refusal.sentence)]
        return 409
    return None


def _forget(form: PersonForm) -> None:
    """The tries that led here."""
    if form.proof:
        accounts.forget_tries(form.proof, now())
