"""Public holidays of Moselle, with Good Friday and 26 December (code du travail, art. L3133-1 and L3134-13).

The `holidays` package knows them too, and brings those of every country into memory with them; tests compare.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

FIXED = {
    (1, 1): "Jour de l’an",
    (5, 1): "Fête du Travail",
    (5, 8): "Fête de la Victoire",
    (7, 14): "Fête nationale",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "Armistice",
    (12, 25): "Noël",
    (12, 26): "Saint-Étienne",
}
"""By month and day."""
AFTER_EASTER = {-2: "Vendredi saint", 1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
"""By days after Easter Sunday."""


@cache
def holidays_of(year: int) -> dict[date, str]:
    """Their names by day."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days): name for days, name in AFTER_EASTER.items()}
    return {**moving, **{date(year, month, day): name for (month, day), name in FIXED.items()}}
