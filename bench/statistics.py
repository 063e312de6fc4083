"""Percentiles in milliseconds, as the table shows them."""

from __future__ import annotations

from collections.abc import Sequence

Figures = dict[str, float | int | str]
"""What one measure found."""


def percentile(seconds: Sequence[float], percent: int) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def spread(seconds: Sequence[float]) -> Figures:
    """The median and the slow ends, in milliseconds."""
    return {f"p{percent}": round(percentile(seconds, percent), 2) for percent in (50, 95, 99)}
