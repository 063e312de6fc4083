"""Who could go where somebody is lacking, and why others cannot, in words."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import local
from cnapp.domain.reinforcements import GivenUp, Here, Hindered, Need, Way
from cnapp.domain.rule_plan import Bookings
from cnapp.domain.whereabouts import Clash
from cnapp.web.coordination.rule_plan_words import clash_words, promised_words
from cnapp.web.coordination.rule_words import receives_words
from cnapp.web.coordination.wording import absence_words, clock_value
from cnapp.wording.dates import show_hour, show_minutes


def hours_words(span: Span) -> str:
    """« de 9 h à 12 h »."""
    return str(gettext("de %(start)s à %(end)s", start=show_hour(span.start), end=show_hour(span.end)))


def clock_values(need: Need) -> tuple[str, str]:
    """As an address says the hours."""
    return clock_value(local(need.span.start).time()), clock_value(local(need.span.end).time())


def reception_words(need: Need) -> str:
    """« avec et sans rendez-vous »."""
    given = need.reception
    return receives_words(given.takes_appointments, given.takes_walk_ins, given.walk_in_minutes)


def cost_lines(way: Way) -> Iterator[str]:
    """What it costs, in sentences; what is nothing is said too."""
    if not way.given_up:
        yield str(gettext("Ne renonce à rien : aucune permanence à ce moment-là."))
    for each in way.given_up:
        yield from _given_up_lines(each)
    yield _travel_words(way)


def _given_up_lines(given_up: GivenUp) -> Iterator[str]:
    presence = given_up.presence
    place, hours = presence.place.name, hours_words(presence.span)
    if given_up.kept:
        kept = hours_words(given_up.kept.span)
        yield str(gettext("%(place)s : la permanence %(hours)s devient %(kept)s.", place=place, hours=hours, kept=kept))
    else:
        yield str(gettext("%(place)s : la permanence %(hours)s est retirée.", place=place, hours=hours))
    if given_up.minutes:
        minutes = show_minutes(given_up.minutes)
        yield str(gettext("Rendez-vous qui ne sont plus proposés : %(minutes)s.", minutes=minutes))
    if presence.takes_walk_ins:
        yield str(gettext("Sans rendez-vous, plus personne n’y est reçu pendant ce temps."))
    if given_up.leaves_nobody:
        yield str(gettext("Attention : il n’y aurait plus personne dans ce lieu."))


def _travel_words(way: Way) -> str:
    if way.before and way.after:
        before, after = show_minutes(way.before.minutes), show_minutes(way.after.minutes)
        return str(
            gettext(
                "Trajet : %(before)s avant, depuis %(there)s ; %(after)s après, vers %(then)s.",
                before=before,
                there=way.before.place.name,
                after=after,
                then=way.after.place.name,
            )
        )
    if way.before:
        minutes = show_minutes(way.before.minutes)
        return str(
            gettext("Trajet : %(minutes)s avant, depuis %(place)s.", minutes=minutes, place=way.before.place.name)
        )
    if way.after:
        minutes = show_minutes(way.after.minutes)
        return str(gettext("Trajet : %(minutes)s après, vers %(place)s.", minutes=minutes, place=way.after.place.name))
    return str(gettext("Aucun trajet entre deux lieux ce jour-là."))


def why_words(hindered: Hindered) -> str:
    """Why somebody cannot go."""
    why = hindered.why
    if isinstance(why, Bookings):
        return str(gettext("A déjà, à ce moment-là : %(promised)s.", promised=promised_words(why)))
    if isinstance(why, Clash):
        return clash_words(why)
    if isinstance(why, Span):
        return absence_words(why)
    if isinstance(why, Here):
        return str(gettext("Est déjà dans ce lieu, %(hours)s.", hours=hours_words(why.presence.span)))
    return _refusal_words(why)


def _refusal_words(refusal: Refusal) -> str:
    return str(gettext(refusal.sentence))
