"""What applying a choice would do, in sentences: who keeps what, who is called, which messages leave and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from cnapp.config import Settings
from cnapp.domain.outbox import Channel
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import CALL_VALUE, Option
from cnapp.services.plan_audience import WRITTEN, channel_of, touches_today
from cnapp.services.plan_work import LEFT_OPEN, Choices, Row
from cnapp.web.coordination.plan_sums import Fate, fate_of, sum_words
from cnapp.web.coordination.plan_words import enumerated
from cnapp.wording.dates import show_moment

NAMED = (Fate.SAME_DAY, Fate.ELSEWHERE, Fate.LATER, Fate.CALLED, Fate.WAITS)


@dataclass(frozen=True)
class Outlook:
    """Of people. `groups`: what is said of each kind of change, and of whom; `messages`: what leaves, when."""

    total: str
    groups: Sequence[tuple[str, Sequence[str]]]
    messages: Sequence[str]


@dataclass(frozen=True)
class _Future:
    """What is chosen for one line."""

    line: Displacement
    option: Option | None
    fate: Fate
    channel: Channel | None


def outlook(rows: Sequence[Row], choices: Choices, *, settings: Settings, now: datetime) -> Outlook:
    futures = [_future(row, choices, settings, now) for row in rows if row.line.appointment]
    given = [each for each in futures if each.option]
    groups = [(_heading(fate), [_line_words(each) for each in futures if each.fate is fate]) for fate in NAMED]
    return Outlook(
        total=sum_words(each.fate for each in futures),
        groups=[(heading, lines) for heading, lines in groups if lines],
        messages=_messages(given, now),
    )


def _future(row: Row, choices: Choices, settings: Settings, now: datetime) -> _Future:
    value = choices.get(row.line.public_id, LEFT_OPEN)
    option = row.proposal.named(value) if row.proposal else None
    channel = channel_of(row.line.appointment, settings=settings, now=now) if row.line.appointment else None
    if option:
        return _Future(row.line, option, fate_of(row.line, option), channel)
    return _Future(row.line, None, Fate.CALLED if value == CALL_VALUE else Fate.WAITS, channel)


def _heading(fate: Fate) -> str:
    said = {
        Fate.SAME_DAY: gettext("Le même jour, à une autre heure"),
        Fate.ELSEWHERE: gettext("Dans un autre lieu"),
        Fate.LATER: gettext("Un autre jour"),
        Fate.CALLED: gettext("À appeler"),
        Fate.WAITS: gettext("En attente"),
    }
    return str(said[fate])


def _line_words(future: _Future) -> str:
    """« Mme Schmitt : jeudi 3 décembre à 10 h, « Sablon », avec Hugo. Avant : jeudi 3 décembre à 9 h. »."""
    person = future.line.appointment.person.short_name if future.line.appointment else ""
    was = show_moment(future.line.starts_at)
    option = future.option
    if option is None:
        return str(gettext("%(person)s, %(was)s", person=person, was=was))
    facts = {"person": person, "was": was, "at": show_moment(option.starts_at), "name": option.conseiller_name}
    if option.place_id != future.line.place_id:
        facts |= {"place": option.place_name}
        return str(gettext("%(person)s : %(at)s, « %(place)s », avec %(name)s (avant : %(was)s)", **facts))
    return str(gettext("%(person)s : %(at)s, avec %(name)s (avant : %(was)s)", **facts))


def _messages(given: Sequence[_Future], now: datetime) -> list[str]:
    told = [each for each in given if each.channel in WRITTEN or each.fate is not Fate.SAME]
    unaware = len(given) - len(told)
    written = [each for each in told if each.channel in WRITTEN]
    at_once = sum(1 for each in written if each.option and touches_today(each.line, each.option, now))
    lines = [_by_channel(told)] if told else []
    if unaware:
        lines.append(_unaware_words(unaware))
    if at_once:
        lines.append(
            ngettext(
                "%(num)d message part tout de suite : c’est pour aujourd’hui.",
                "%(num)d messages partent tout de suite : c’est pour aujourd’hui.",
                at_once,
            )
        )
    if len(written) > at_once:
        later = (
            gettext("Les autres messages partent dans 5 minutes.")
            if at_once
            else gettext("Les messages partent dans 5 minutes.")
        )
        lines.append(later)
    return [str(each) for each in lines]


def _unaware_words(number: int) -> str:
    """Whom no message reaches, and who need none."""
    return str(
        ngettext(
            "%(num)d personne n’est pas prévenue : rien ne change pour elle, sauf le conseiller.",
            "%(num)d personnes ne sont pas prévenues : rien ne change pour elles, sauf le conseiller.",
            number,
        )
    )


def _by_channel(given: Sequence[_Future]) -> str:
    """« 8 SMS, 3 e-mails et 1 lettre à poster. 2 personnes à appeler : … »."""
    counted = Counter(each.channel for each in given)
    said = {
        Channel.SMS: ngettext("%(num)d SMS", "%(num)d SMS", counted[Channel.SMS]),
        Channel.EMAIL: ngettext("%(num)d e-mail", "%(num)d e-mails", counted[Channel.EMAIL]),
        Channel.PAPER: ngettext("%(num)d lettre à poster", "%(num)d lettres à poster", counted[Channel.PAPER]),
        Channel.CALL: ngettext("%(num)d appel à faire", "%(num)d appels à faire", counted[Channel.CALL]),
        None: ngettext(
            "%(num)d personne que rien ne peut prévenir", "%(num)d personnes que rien ne peut prévenir", counted[None]
        ),
    }
    return str(
        gettext("Pour prévenir : %(what)s.", what=enumerated(words for way, words in said.items() if counted[way]))
    )
