"""The only place that reads the clock; everything else is handed an instant."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present, as an aware UTC instant to the second (what the database keeps)."""
    return datetime.now(UTC).replace(microsecond=0)
