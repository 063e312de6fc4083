"""A roster rule in words."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, lazy_gettext

from cnapp.domain.roster import RosterRule
from cnapp.web.public.wording import clock_words, weekday_name
from cnapp.wording.dates import show_day, show_long_day, show_minutes

_RECEIVES_IN_A_SENTENCE = {
    (True, False): lazy_gettext("sur rendez-vous"),
    (False, True): lazy_gettext("sans rendez-vous"),
    (True, True): lazy_gettext("avec et sans rendez-vous"),
    (False, False): lazy_gettext("pour des ateliers seulement"),
}
_WEEKS = {
    1: lazy_gettext("chaque semaine"),
    2: lazy_gettext("une semaine sur deux"),
    3: lazy_gettext("une semaine sur trois"),
    4: lazy_gettext("une semaine sur quatre"),
    5: lazy_gettext("une semaine sur cinq"),
    6: lazy_gettext("une semaine sur six"),
    7: lazy_gettext("une semaine sur sept"),
    8: lazy_gettext("une semaine sur huit"),
    9: lazy_gettext("une semaine sur neuf"),
    10: lazy_gettext("une semaine sur dix"),
    11: lazy_gettext("une semaine sur onze"),
    12: lazy_gettext("une semaine sur douze"),
}


def weeks_words(every: int) -> str:
    return str(_WEEKS[every])


def rule_sentence(rule: RosterRule, today: date) -> str:
    """« le mardi de 9 h à 12 h, Borny, salle 2, une semaine sur deux, depuis le mardi 6 janvier 2026, … »."""
    return ", ".join([rule_time(rule), rule_where(rule), rule_terms(rule, today)])


def rule_time(rule: RosterRule) -> str:
    """« le mardi de 9 h à 12 h »."""
    return str(gettext("le %(day)s %(hours)s", day=weekday_name(rule.weekday), hours=rule_hours(rule)))


def rule_where(rule: RosterRule) -> str:
    return where_words(rule.place.name, rule.room.name if rule.room else None)


def rule_terms(rule: RosterRule, today: date) -> str:
    """« une semaine sur deux, depuis le mardi 6 janvier 2026, sur rendez-vous »."""
    parts = [
        _turn_words(rule, today),
        *dates_words(rule, today),
        receives_words(rule.takes_appointments, rule.takes_walk_ins, rule.walk_in_minutes),
    ]
    return ", ".join(parts)


def _turn_words(rule: RosterRule, today: date) -> str:
    """« une semaine sur deux (prochain tour : vendredi 4 décembre) »."""
    words, next_day = weeks_words(rule.every_weeks), rule.next_day(today)
    if rule.every_weeks == 1 or next_day is None:
        return words
    return str(gettext("%(words)s (prochain tour : %(day)s)", words=words, day=show_day(next_day)))


def rule_hours(rule: RosterRule) -> str:
    """« de 9 h à 17 h (pause de 12 h à 13 h) »."""
    hours = str(gettext("de %(start)s à %(end)s", start=clock_words(rule.starts), end=clock_words(rule.ends)))
    if rule.pause_starts is None or rule.pause_ends is None:
        return hours
    start, end = clock_words(rule.pause_starts), clock_words(rule.pause_ends)
    return str(gettext("%(hours)s (pause de %(start)s à %(end)s)", hours=hours, start=start, end=end))


def where_words(place: str, room: str | None) -> str:
    return f"{place}, {room}" if room else place


def dates_words(rule: RosterRule, today: date) -> list[str]:
    since = gettext("depuis le %(day)s") if rule.from_on <= today else gettext("à partir du %(day)s")
    words = [since % {"day": show_long_day(rule.from_on)}]
    if rule.until_on:
        words.append(gettext("jusqu’au %(day)s", day=show_long_day(rule.until_on)))
    return words


def receives_words(takes_appointments: bool, takes_walk_ins: bool, walk_in_minutes: int) -> str:
    words = str(_RECEIVES_IN_A_SENTENCE[takes_appointments, takes_walk_ins])
    if not walk_in_minutes:
        return words
    minutes = show_minutes(walk_in_minutes)
    return str(gettext("%(words)s (à la fin, %(minutes)s sans rendez-vous)", words=words, minutes=minutes))
