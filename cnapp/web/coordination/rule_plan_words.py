"""What becomes of each day of a rule, in words: what is left and why, what changes, what is to be looked at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.base.workdays import holiday_name
from cnapp.domain.commitments import Kind
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Obstacle, RosterRule, Row
from cnapp.domain.rule_plan import Bookings, Kept, RulePlan, Step
from cnapp.domain.whereabouts import Clash, Spot
from cnapp.web.coordination.rule_words import receives_words, where_words
from cnapp.web.public.wording import weekday_name
from cnapp.wording.dates import show_day, show_hour, show_minutes

OBSTACLES = {
    Obstacle.NOT_IN_POST: lazy_gettext("Cette personne n’est pas en poste ce jour-là."),
    Obstacle.NO_PLACE: lazy_gettext("Ce lieu n’est pas en service ce jour-là."),
    Obstacle.CLOSED: lazy_gettext("Ce lieu est fermé ce jour-là."),
    Obstacle.OUTSIDE_HOURS: lazy_gettext("Ce lieu n’est pas ouvert pendant toutes ces heures."),
    Obstacle.NO_SUCH_HOUR: lazy_gettext("On change d’heure cette nuit-là : une de ces heures n’existe pas."),
    Obstacle.TOO_LONG: lazy_gettext("On change d’heure cette nuit-là : la permanence durerait plus de 12 heures."),
}
KEPT = {
    Kept.EDITED: lazy_gettext("Elle a été changée à la main."),
    Kept.WITHDRAWN: lazy_gettext("Elle a été retirée à la main."),
    Kept.BEGUN: lazy_gettext("Cette heure est déjà passée."),
}
TIMES = ("starts_at", "ends_at", "pause_starts_at", "pause_ends_at")
RECEIVING = ("takes_appointments", "takes_walk_ins", "walk_in_minutes")


def why_words(step: Step) -> str:
    """Why a day is left as it is, or has no presence any more."""
    if isinstance(step.why, Bookings):
        return str(gettext("Il y a %(promised)s.", promised=promised_words(step.why)))
    if isinstance(step.why, Clash):
        return clash_words(step.why)
    if isinstance(step.why, Kept):
        return str(KEPT[step.why])
    if step.why is Obstacle.HOLIDAY:
        return str(gettext("Jour férié : %(name)s.", name=holiday_name(step.day) or ""))
    return str(OBSTACLES[step.why]) if step.why else ""


def promised_words(bookings: Bookings) -> str:
    """« 2 rendez-vous, 1 atelier »."""
    return ", ".join(_counted(kind, count) for kind, count in sorted(bookings.counts.items()))


def _counted(kind: Kind, count: int) -> str:
    if kind is Kind.APPOINTMENT:
        return str(ngettext("%(num)d rendez-vous", "%(num)d rendez-vous", count))
    if kind is Kind.WORKSHOP:
        return str(ngettext("%(num)d atelier", "%(num)d ateliers", count))
    return str(ngettext("%(num)d réservation en cours", "%(num)d réservations en cours", count))


def clash_words(clash: Clash) -> str:
    """« Il y a déjà une permanence de 9 h à 12 h (Sablon). »."""
    if clash.minutes is None:
        return str(gettext("Il y a déjà une permanence %(spot)s.", spot=_spot_words(clash.others[0])))
    minutes = show_minutes(clash.minutes)
    if len(clash.others) == 1:
        spot = _spot_words(clash.others[0])
        return str(gettext("Il faut %(minutes)s de trajet avec la permanence %(spot)s.", minutes=minutes, spot=spot))
    one, other = (_spot_words(spot) for spot in clash.others)
    return str(
        gettext(
            "Sans elle, le trajet est trop court : il faut %(minutes)s entre la permanence %(one)s et celle %(other)s.",
            minutes=minutes,
            one=one,
            other=other,
        )
    )


def _spot_words(spot: Spot) -> str:
    """« de 9 h à 12 h (Sablon) »."""
    start, end = show_hour(spot.span.start), show_hour(spot.span.end)
    return str(gettext("de %(start)s à %(end)s (%(place)s)", start=start, end=end, place=spot.place.name))


def presence_words(presence: Presence | None) -> str:
    """What stands: « de 9 h à 12 h, Borny »."""
    if presence is None or presence.withdrawn_at:
        return str(gettext("aucune permanence"))
    return f"{_hours_words(_columns(presence, TIMES))}, {_place_words(presence)}"


def changes_words(step: Step, rule: RosterRule) -> str:
    """« de 14 h à 17 h (avant : de 9 h à 12 h) ; Sablon (avant : Borny) »."""
    if step.presence is None or step.becomes is None:
        return ""
    pairs = zip(_aspects_of(step.presence), _aspects_in(step.becomes, rule), strict=True)
    lines = [gettext("%(new)s (avant : %(old)s)", new=new, old=old) for old, new in pairs if old != new]
    return " ; ".join(lines)


def _aspects_of(presence: Presence) -> list[str]:
    hours, receives = _columns(presence, TIMES), _columns(presence, RECEIVING)
    return [presence.conseiller.name, _hours_words(hours), _place_words(presence), receives_words(**receives)]


def _aspects_in(row: Row, rule: RosterRule) -> list[str]:
    place = where_words(rule.place.name, rule.room.name if rule.room else None)
    receives = {name: row[name] for name in RECEIVING}
    return [rule.conseiller.name, _hours_words(row), place, receives_words(**receives)]


def _columns(presence: Presence, names: tuple[str, ...]) -> Row:
    return {name: getattr(presence, name) for name in names}


def _place_words(presence: Presence) -> str:
    return where_words(presence.place.name, presence.room.name if presence.room else None)


def _hours_words(row: Row) -> str:
    """« de 9 h à 12 h (pause de 10 h à 10 h 15) »."""
    hours = {"start": show_hour(row["starts_at"]), "end": show_hour(row["ends_at"])}
    words = str(gettext("de %(start)s à %(end)s", **hours))
    if row["pause_starts_at"] is None:
        return words
    pause = {"start": show_hour(row["pause_starts_at"]), "end": show_hour(row["pause_ends_at"])}
    return str(gettext("%(hours)s (pause de %(start)s à %(end)s)", hours=words, **pause))


@dataclass(frozen=True)
class Table:
    """What the page shows of one fate: a line a day."""

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def tables(plan: RulePlan, rule: RosterRule) -> list[Table]:
    """But for the new ones, of which there is nothing to say but their day."""
    day, there, why = gettext("Jour"), gettext("Permanence prévue"), gettext("Pourquoi")
    withdrawn = [(show_day(each.day), presence_words(each.presence), _why_withdrawn(each)) for each in plan.withdrawn]
    left = [(show_day(each.day), presence_words(each.presence), why_words(each)) for each in plan.left]
    changed = [(show_day(each.day), changes_words(each, rule)) for each in plan.changed]
    all_three = [
        Table(gettext("Permanences changées : %(n)d", n=len(changed)), (day, gettext("Ce qui change")), changed),
        Table(gettext("Permanences retirées : %(n)d", n=len(withdrawn)), (day, there, why), withdrawn),
        Table(gettext("Jours laissés comme ils sont : %(n)d", n=len(left)), (day, there, why), left),
    ]
    return [table for table in all_three if table.rows]


def _why_withdrawn(step: Step) -> str:
    return why_words(step) or str(gettext("Le roulement ne tombe plus ce jour-là."))


def summary_words(plan: RulePlan) -> str:
    """« 11 permanences ajoutées, 2 permanences changées. »; said before, and once it is done."""
    made, changed, withdrawn, left = (len(steps) for steps in (plan.made, plan.changed, plan.withdrawn, plan.left))
    counts = [
        ngettext("%(num)d permanence ajoutée", "%(num)d permanences ajoutées", made) if made else "",
        ngettext("%(num)d permanence changée", "%(num)d permanences changées", changed) if changed else "",
        ngettext("%(num)d permanence retirée", "%(num)d permanences retirées", withdrawn) if withdrawn else "",
        ngettext("%(num)d jour laissé comme il est", "%(num)d jours laissés comme ils sont", left) if left else "",
    ]
    told = ", ".join(str(each) for each in counts if each)
    return f"{told}." if told else str(gettext("Aucune permanence ne change."))


def warnings(plan: RulePlan, rule: RosterRule) -> Iterator[str]:
    """What is allowed, and probably a mistake."""
    if not rule.meets_open_doors:
        place, day = rule.place.name, weekday_name(rule.weekday)
        yield str(gettext("« %(place)s » n’est jamais ouvert le %(day)s.", place=place, day=day))
    if plan.left and not (plan.made or plan.changed or plan.same or plan.withdrawn):
        yield str(gettext("Ce roulement ne donne aucune permanence : voyez pourquoi, jour par jour."))
