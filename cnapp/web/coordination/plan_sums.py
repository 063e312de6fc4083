"""What becomes of everybody in a plan, counted, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from flask_babel import ngettext

from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import Option, Way
from cnapp.services.plan_audience import NOBODY_MOVES


class Fate(StrEnum):
    """What somebody keeps, the most first."""

    SAME = "same"
    SAME_DAY = "same_day"
    ELSEWHERE = "elsewhere"
    """At another place, the same day or not."""
    LATER = "later"
    CALLED = "called"
    WAITS = "waits"


def fate_of(line: Displacement, option: Option) -> Fate:
    if option.way in NOBODY_MOVES:
        return Fate.SAME
    if option.place_id != line.place_id:
        return Fate.ELSEWHERE
    return Fate.SAME_DAY if option.way is Way.SAME_DAY else Fate.LATER


def sum_words(fates: Iterable[Fate]) -> str:
    """« 9 gardent leur heure et leur lieu, 2 sont à appeler. »; nothing for nobody."""
    counted = Counter(fates)
    parts = [_part(fate, counted[fate]) for fate in Fate if counted[fate]]
    return f"{', '.join(parts)}." if parts else ""


def _part(fate: Fate, number: int) -> str:
    said = {
        Fate.SAME: ngettext("%(num)d garde son heure et son lieu", "%(num)d gardent leur heure et leur lieu", number),
        Fate.SAME_DAY: ngettext("%(num)d vient le même jour", "%(num)d viennent le même jour", number),
        Fate.ELSEWHERE: ngettext("%(num)d change de lieu", "%(num)d changent de lieu", number),
        Fate.LATER: ngettext("%(num)d vient un autre jour", "%(num)d viennent un autre jour", number),
        Fate.CALLED: ngettext("%(num)d est à appeler", "%(num)d sont à appeler", number),
        Fate.WAITS: ngettext("%(num)d reste en attente", "%(num)d restent en attente", number),
    }
    return str(said[fate])
