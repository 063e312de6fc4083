"""What somebody who waits is asked: a subject, places and days, and how to tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from cnapp.base.contacts import EmailNotUnderstood, PhoneNotUnderstood, read_email, read_phone
from cnapp.domain.motifs import Motif
from cnapp.domain.outbox import Channel
from cnapp.domain.places import Place
from cnapp.domain.times import Half
from cnapp.domain.waits import Wait
from cnapp.services.catalogue import motifs_listed
from cnapp.services.desk_times import places_of_town
from cnapp.services.parties import Someone
from cnapp.services.waits import NotReachable, Terms, channel_for
from cnapp.web.application import now, settings
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_email, is_name, is_phone
from cnapp.web.public.forms import ChoiceField, ChoicesField, ListField, TickField, TrapField, choices
from cnapp.web.public.wording import weekday_name

WEEKDAYS = range(6)
"""Nobody receives on Sundays."""
HALVES = {
    "": lazy_gettext("Toute la journée"),
    Half.MORNING.value: lazy_gettext("Le matin"),
    Half.AFTERNOON.value: lazy_gettext("L’après-midi"),
}
NOTICES = {
    0: lazy_gettext("Le jour même"),
    1: lazy_gettext("La veille"),
    2: lazy_gettext("2 jours avant"),
}
USUAL_NOTICE = "1"
PROMISES = {
    Channel.EMAIL: lazy_gettext("Si une heure se libère, nous vous écrivons par e-mail."),
    Channel.SMS: lazy_gettext("Si une heure se libère, nous vous envoyons un SMS."),
    Channel.CALL: lazy_gettext("Si une heure se libère, nous vous appelons."),
    Channel.PAPER: lazy_gettext("Si une heure se libère, nous vous écrivons par courrier."),
}
SUBJECT_MISSING = lazy_gettext("Choisissez un sujet.")
OTHER_LIST = lazy_gettext("Choisissez dans la liste de la page.")


class SubjectForm(Form):
    """What for; defined first, since errors are told in the order of the page."""

    motif = ListField(lazy_gettext("Pour quoi voulez-vous de l’aide ?"), SUBJECT_MISSING)

    def validate_motif(self, field: ListField) -> None:
        if not field.data:
            raise ValidationError(str(SUBJECT_MISSING))


class TermsForm(Form):
    """Where and when."""

    places = ChoicesField(lazy_gettext("Dans quels lieux pouvez-vous venir ?"), OTHER_LIST)
    weekdays = ChoicesField(lazy_gettext("Quels jours ?"), OTHER_LIST)
    half = ChoiceField(lazy_gettext("À quel moment ?"), OTHER_LIST, choices=choices(HALVES), default="")
    notice_days = ChoiceField(
        lazy_gettext("Combien de temps avant devez-vous le savoir ?"),
        OTHER_LIST,
        choices=choices(NOTICES),
        default=USUAL_NOTICE,
    )

    @property
    def has_days(self) -> bool:
        """Whether somebody has chosen some, or must look at them again."""
        fields = self.weekdays, self.half, self.notice_days
        is_chosen = self.weekdays.data or self.half.data or str(self.notice_days.data) != USUAL_NOTICE
        return bool(is_chosen or any(field.errors for field in fields))

    def offer(self, places: Sequence[Place]) -> None:
        self.places.choices = choices({place.slug: place.name for place in places})
        self.weekdays.choices = choices({day: weekday_name(day).capitalize() for day in WEEKDAYS})


class NameForm(Form):
    """Who waits."""

    name = LineField(lazy_gettext("Prénom et nom"), validators=[Required(NAME_MISSING), is_name])


class ReachForm(Form):
    """How to tell them; what robots fill in stays empty."""

    phone = LineField(lazy_gettext("Téléphone"), validators=[AtMost(40), is_phone])
    no_calls = TickField(lazy_gettext("Ne m’appelez pas, je suis sourd ou j’entends mal"))
    may_leave_message = TickField(lazy_gettext("Vous pouvez laisser un message"))
    email = LineField(lazy_gettext("E-mail"), validators=[AtMost(254), is_email])
    website = TrapField(lazy_gettext("Ne remplissez pas ce champ"))

    def validate_website(self, field: TrapField) -> None:
        if field.data:
            raise ValidationError(gettext("Effacez ce qui est écrit ici : ce champ doit rester vide."))

    def validate_phone(self, _field: LineField) -> None:
        """Whoever cannot be told is not let wait in vain."""
        try:
            channel = channel_for(self.somebody(""), settings())
        except (PhoneNotUnderstood, EmailNotUnderstood):
            return
        if channel is None:
            raise ValidationError(self.what_is_missing())

    def what_is_missing(self) -> str:
        if self.phone.data or (self.email.data and settings().sends_mail):
            return str(gettext(NotReachable.sentence))
        asked = lazy_gettext("Écrivez un téléphone ou un e-mail.")
        return str(asked if settings().sends_mail else lazy_gettext("Écrivez un téléphone."))

    def somebody(self, name: str) -> Someone:
        return Someone(
            name,
            phone=read_phone(self.phone.data or ""),
            email=read_email(self.email.data or ""),
            no_calls=bool(self.no_calls.data),
            may_leave_message=bool(self.may_leave_message.data),
        )


class WaitForm(SubjectForm, TermsForm, NameForm, ReachForm):
    """Everything on one page."""

    def offer_all(self) -> None:
        self.offer(places_of_town(now=now()))
        titles = {motif.slug: subject_title(motif) for motif in motifs_listed()}
        self.motif.choices = choices({"": gettext("Choisissez"), **titles})

    @property
    def typed(self) -> dict[str, Any]:
        return {field.name: field.data for field in self if field.name not in ("csrf_token", "website")}


class EarlierForm(TermsForm, ReachForm):
    """For whoever has an appointment: who they are is known."""


def subject_title(motif: Motif) -> str:
    return f"{motif.title}{gettext(', à votre place')}" if motif.perimeter else motif.title


def terms_of(given: Mapping[str, Any], places: Sequence[Place]) -> Terms:
    """From what a form has judged."""
    chosen = given.get("places") or ()
    return Terms(
        tuple(place for place in places if place.slug in chosen),
        tuple(sorted(int(day) for day in given.get("weekdays") or ())),
        Half(given["half"]) if given.get("half") else None,
        int(given.get("notice_days") or 0),
    )


def values_of(wait: Wait) -> dict[str, Any]:
    """What its form shows."""
    return {
        "places": [place.slug for place in wait.places],
        "weekdays": [str(day) for day in wait.weekdays],
        "half": wait.half.value if wait.half else "",
        "notice_days": str(wait.notice_days),
    }


def rows_of(terms: Terms) -> list[dict[str, Any]]:
    """Where and when, in words."""
    places = ", ".join(place.name for place in terms.places) or gettext("tous les lieux")
    days = ", ".join(weekday_name(day) for day in terms.weekdays) or gettext("tous les jours")
    return [
        {"label": gettext("Lieux"), "value": places},
        {"label": gettext("Jours"), "value": days},
        {"label": gettext("Moment"), "value": str(HALVES[terms.half.value if terms.half else ""]).lower()},
        {"label": gettext("Prévenir au plus tard"), "value": str(NOTICES[terms.notice_days]).lower()},
    ]


def terms_agreed(wait: Wait) -> Terms:
    return Terms(tuple(wait.places), tuple(wait.weekdays), wait.half, wait.notice_days)


def promise(channel: Channel | None) -> str:
    """How they are told, as far as it is set; nothing when nothing is."""
    return str(PROMISES[channel]) if channel else ""
