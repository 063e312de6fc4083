"""The sessions of a plan as its page shows them: what each could become, as radios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import CANCEL_VALUE, Option, Way
from cnapp.services.lost_sessions import SessionLine, session_lines
from cnapp.services.plan_work import LEFT_OPEN, Choices, Row
from cnapp.services.session_decisions import is_told_at_once
from cnapp.web.coordination.plan_rows import Radio, Seen, key_of, waiting
from cnapp.wording.dates import show_moment
from cnapp.wording.proposals import price


@dataclass(frozen=True)
class SessionRow:
    """A session of a workshop that nobody leads any more."""

    told: SessionLine
    best: Radio | None
    others: Sequence[Radio]
    last: Sequence[Radio]
    """To cancel its workshop, or to wait."""
    is_back: bool

    @property
    def line(self) -> Displacement:
        return self.told.line

    @property
    def key(self) -> str:
        return key_of(self.line)

    @property
    def name(self) -> str:
        return f"« {self.told.workshop.title} »"

    @property
    def lost_words(self) -> str:
        return str(gettext("Ce choix n’est plus possible."))

    @property
    def chooses_other(self) -> bool:
        return any(each.is_chosen for each in self.others)


def sessions_to_choose(rows: Sequence[Row], seen: Seen, *, now: datetime) -> list[SessionRow]:
    """Those that are still to handle, by the hour that was lost."""
    lost = [row for row in rows if row.line.session and row.line.is_open]
    told = session_lines([row.line for row in lost], now=now)
    return [_row(row, each, seen) for row, each in zip(lost, told, strict=True)]


def _row(row: Row, told: SessionLine, seen: Seen) -> SessionRow:
    chosen = _chosen(row, seen)
    cancelling = Radio(CANCEL_VALUE, cancelling_words(told), chosen == CANCEL_VALUE)
    options = row.proposal.alternatives if row.proposal else ()
    return SessionRow(
        told=told,
        best=_radio(row.option, chosen) if row.option else None,
        others=[_radio(each, chosen) for each in options],
        last=[*([cancelling] if told.is_last else []), waiting(chosen)],
        is_back=row.line.public_id in seen.back,
    )


def _chosen(row: Row, seen: Seen) -> str:
    """No workshop is cancelled unless somebody says so."""
    if seen.choices is None or row.line.public_id in seen.back:
        return row.option.value if row.option else LEFT_OPEN
    return seen.choices.get(row.line.public_id, LEFT_OPEN)


def _radio(option: Option, chosen: str) -> Radio:
    return Radio(option.value, session_words(option), option.value == chosen)


def session_words(option: Option) -> str:
    """« Hugo anime (2 heures sans rendez-vous en moins). »."""
    facts = {"name": option.conseiller_name, "at": show_moment(option.starts_at)}
    if option.way is Way.LATER:
        return str(gettext("Reporter : %(at)s, avec %(name)s.", **facts))
    cost = price(option.takeover) if option.takeover else gettext("déjà sur place")
    if not cost:
        return str(gettext("%(name)s anime.", **facts))
    return str(gettext("%(name)s anime (%(cost)s).", cost=cost, **facts))


def cancelling_words(told: SessionLine) -> str:
    if not told.registered:
        return str(gettext("Annuler l’atelier : personne n’est inscrit."))
    return str(
        ngettext(
            "Annuler l’atelier et proposer à la personne inscrite le prochain atelier semblable.",
            "Annuler l’atelier et proposer aux %(num)d personnes inscrites le prochain atelier semblable.",
            told.registered,
        )
    )


def session_outlook(rows: Sequence[Row], choices: Choices, *, now: datetime) -> list[str]:
    """What would become of each, in sentences."""
    lost = [row for row in rows if row.line.session and row.line.is_open]
    told = session_lines([row.line for row in lost], now=now)
    return [_outlook(row, each, choices, now) for row, each in zip(lost, told, strict=True)]


def lasting(rows: Sequence[Row], choices: Choices, *, now: datetime) -> list[Row]:
    """Sessions about which nothing can be taken back once it is applied."""
    return [row for row in rows if row.line.session and _is_lasting(row, choices, now)]


def _is_lasting(row: Row, choices: Choices, now: datetime) -> bool:
    value = choices.get(row.line.public_id, LEFT_OPEN)
    option = row.proposal.named(value) if row.proposal else None
    if option:
        return is_told_at_once(option.way, {row.line.starts_at, option.starts_at}, now=now)
    return value == CANCEL_VALUE and is_told_at_once(value, {row.line.starts_at}, now=now)


def _outlook(row: Row, told: SessionLine, choices: Choices, now: datetime) -> str:
    value = choices.get(row.line.public_id, LEFT_OPEN)
    option = row.proposal.named(value) if row.proposal else None
    facts = {"title": told.workshop.title, "was": show_moment(row.line.starts_at)}
    said = str(gettext("« %(title)s », %(was)s : %(fate)s", fate=_fate(value, option, told), **facts))
    return f"{said} {_lasting_words()}" if _is_lasting(row, choices, now) else said


def _lasting_words() -> str:
    return str(gettext("C’est pour aujourd’hui : les messages partent tout de suite, vous ne pourrez pas l’annuler."))


def _fate(value: str, option: Option | None, told: SessionLine) -> str:
    if option:
        if option.way is not Way.LATER:
            return session_words(option)
        facts = {"at": show_moment(option.starts_at), "name": option.conseiller_name, "told": _told(told)}
        return str(gettext("l’atelier est reporté au %(at)s, avec %(name)s. %(told)s", **facts))
    if value == CANCEL_VALUE:
        return str(gettext("l’atelier est annulé. %(told)s", told=_told(told)))
    return str(gettext("reste en attente."))


def _told(told: SessionLine) -> str:
    if not told.registered:
        return str(gettext("Personne n’est inscrit."))
    return str(
        ngettext(
            "%(num)d personne inscrite est prévenue.",
            "%(num)d personnes inscrites sont prévenues.",
            told.registered,
        )
    )
