"""The post in words: what is set, how letters go and end, and why they do not leave."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.domain.outbox import Channel, Outcome
from cnapp.services.post import Late, lag, why_late
from cnapp.web.application import now, settings
from cnapp.wording.addresses import sender
from cnapp.wording.dates import NBSP, show_minutes

CHANNELS = {
    Channel.EMAIL: lazy_gettext("E-mail"),
    Channel.SMS: lazy_gettext("SMS"),
    Channel.CALL: lazy_gettext("Appel"),
    Channel.PAPER: lazy_gettext("Lettre sur papier"),
    None: lazy_gettext("Aucun envoi"),
}
OUTCOMES = {
    Outcome.SENT: lazy_gettext("Parties"),
    Outcome.ENTRUSTED: lazy_gettext("Confiées à l’équipe"),
    Outcome.OVERTAKEN: lazy_gettext("Remplacées par une autre"),
    Outcome.UNNEEDED: lazy_gettext("Devenues inutiles"),
    Outcome.TOO_LATE: lazy_gettext("Trop vieilles"),
    Outcome.GIVEN_UP: lazy_gettext("Refusées"),
    Outcome.CAPPED: lazy_gettext("Retenues : trop de lettres demandées en un jour"),
    Outcome.PARKED: lazy_gettext("En panne"),
}
LATE = {
    Late.STOPPED: lazy_gettext("Le courrier est arrêté : les lettres ne partent plus depuis %(length)s."),
    Late.NEVER: lazy_gettext("Le courrier n’a jamais été mis en marche : des lettres attendent."),
}


def late_sentence() -> str | None:
    """None when all is well, or when nothing is set by which a letter could leave."""
    how = lag(now())
    late = why_late(how) if settings().sends_letters else None
    return str(LATE[late] % {"length": show_length(how.last_beat_seconds or 0)}) if late else None


def setting_lines() -> list[dict[str, str]]:
    """Each channel, and whether it is set."""
    return [
        {"label": str(CHANNELS[Channel.EMAIL]), "value": _email_line()},
        {"label": str(CHANNELS[Channel.SMS]), "value": _sms_line()},
    ]


def _email_line() -> str:
    if settings().sends_mail:
        return str(gettext("Réglé. Les lettres partent de %(address)s.", address=sender(settings()).email))
    if settings().is_local:
        return str(gettext("Pas réglé. Sur cette machine, les lettres vont dans un dossier."))
    return str(gettext("Pas réglé. Aucun e-mail ne part, et le site n’en promet pas. Les lettres attendent."))


def _sms_line() -> str:
    if settings().sends_sms:
        return str(gettext("Réglé."))
    if settings().is_local:
        return str(gettext("Pas réglé. Sur cette machine, les SMS vont dans un dossier."))
    return str(gettext("Pas réglé. Aucun SMS ne part, et le site n’en promet pas."))


def show_length(seconds: int) -> str:
    """« moins d’une minute », « 12 minutes », « 3 h 05 », « 2 jours »."""
    if seconds < 60:
        return str(gettext("moins d’une minute"))
    if seconds < 60 * 60 * 24:
        return show_minutes(seconds // 60) if seconds >= 120 else str(gettext("1 minute")).replace(" ", NBSP)
    days = seconds // (60 * 60 * 24)
    return str(ngettext("%(num)d jour", "%(num)d jours", days)).replace(" ", NBSP)
