"""Why a time is proposed, in one sentence for whoever decides."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from cnapp.base.workdays import day_of
from cnapp.domain.proposals import Option, Takeover, Touched, Way
from cnapp.wording.dates import show_hour, show_minutes, show_moment


def reason(option: Option | None, touched: Touched) -> str:
    """« Hugo est libre, avec l’habilitation : même heure, même lieu. »"""
    return _SENTENCES[option.way](option, touched) if option else to_call()


def to_call() -> str:
    return str(gettext("Rien ne convient dans les trois semaines : appelez la personne."))


def price(takeover: Takeover) -> str:
    """What a takeover takes from others, nothing when it is nothing: « 3 heures de rendez-vous libres en moins, … »."""
    parts = []
    if takeover.appointment_minutes:
        parts.append(
            gettext("%(time)s de rendez-vous libres en moins", time=show_minutes(takeover.appointment_minutes))
        )
    if takeover.walk_in_minutes:
        parts.append(gettext("%(time)s sans rendez-vous en moins", time=show_minutes(takeover.walk_in_minutes)))
    travel = takeover.travel_before + takeover.travel_after
    if travel:
        parts.append(gettext("%(time)s de trajet", time=show_minutes(travel)))
    if not takeover.works_that_day and not takeover.is_coordinator:
        parts.append(gettext("rien d’autre n’est prévu pour %(name)s ce jour-là", name=takeover.colleague_name))
    return ", ".join(parts)


def _by_takeover(option: Option, touched: Touched) -> str:
    takeover = option.takeover
    if takeover is None:
        raise ValueError("a takeover without its facts")
    who = _who_takes_over(takeover, touched)
    cost = price(takeover)
    if cost:
        return str(gettext("%(who)s : même heure, même lieu (%(cost)s).", who=who, cost=cost))
    return str(gettext("%(who)s : même heure, même lieu.", who=who))


def _who_takes_over(takeover: Takeover, touched: Touched) -> str:
    name = takeover.colleague_name
    if takeover.gives_up:
        plain = gettext("%(name)s peut se libérer", name=name)
        able = gettext("%(name)s peut se libérer, avec l’habilitation", name=name)
    else:
        plain = gettext("%(name)s est libre", name=name)
        able = gettext("%(name)s est libre, avec l’habilitation", name=name)
    return str(able if touched.perimeter else plain)


def _at_the_same_time(option: Option, _touched: Touched) -> str:
    return str(gettext("%(name)s est déjà là et libre : même heure, même lieu.", name=option.conseiller_name))


def _on_the_same_day(option: Option, touched: Touched) -> str:
    facts = {"name": option.conseiller_name, "hour": show_hour(option.starts_at), "shift": _shift(option, touched)}
    return str(gettext("%(name)s est libre à %(hour)s : même jour, même lieu, %(shift)s.", **facts))


def _near(option: Option, touched: Touched) -> str:
    way = show_minutes(option.travel_minutes or 0)
    facts = {"name": option.conseiller_name, "place": option.place_name, "way": way}
    if option.starts_at == touched.starts_at:
        return str(gettext("%(name)s est libre à %(way)s de là, %(place)s : même jour, même heure.", **facts))
    facts |= {"hour": show_hour(option.starts_at), "shift": _shift(option, touched)}
    return str(gettext("%(name)s est libre à %(hour)s, à %(way)s de là, %(place)s : même jour, %(shift)s.", **facts))


def _later(option: Option, touched: Touched) -> str:
    days = (day_of(option.starts_at) - touched.day).days
    wait = ngettext("%(num)d jour plus tard", "%(num)d jours plus tard", days)
    facts = {"name": option.conseiller_name, "moment": show_moment(option.starts_at), "wait": wait}
    if option.place_id == touched.place_id:
        return str(gettext("%(name)s est libre %(moment)s : même lieu, %(wait)s.", **facts))
    facts |= {"place": option.place_name, "way": show_minutes(option.travel_minutes or 0)}
    return str(gettext("%(name)s est libre %(moment)s, à %(way)s de là, %(place)s : %(wait)s.", **facts))


def _shift(option: Option, touched: Touched) -> str:
    minutes = int((option.starts_at - touched.starts_at).total_seconds()) // 60
    time = show_minutes(abs(minutes))
    return str(gettext("%(time)s plus tard", time=time) if minutes > 0 else gettext("%(time)s plus tôt", time=time))


_SENTENCES = {
    Way.TAKEOVER: _by_takeover,
    Way.SAME_TIME: _at_the_same_time,
    Way.SAME_DAY: _on_the_same_day,
    Way.NEARBY: _near,
    Way.LATER: _later,
}
