"""Proposals as a line of a plan keeps them, as plain values; they are read again as they were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from cnapp.base.spans import Span
from cnapp.domain.proposals import Option, Proposal, Takeover, Way

Plain = dict[str, Any]


def kept(proposal: Proposal) -> Plain:
    """As JSON holds it."""
    return {
        "option": _plain(proposal.option) if proposal.option else None,
        "alternatives": [_plain(each) for each in proposal.alternatives],
    }


def read(plain: Mapping[str, Any] | None) -> Proposal | None:
    """None where nobody has looked yet."""
    if plain is None:
        return None
    option = _option(plain["option"]) if plain["option"] else None
    return Proposal(option, tuple(_option(each) for each in plain["alternatives"]))


def preferring(proposal: Proposal, option: Option | None) -> Proposal:
    """The same with another of its options first; none: the person is called."""
    others = [each for each in (proposal.option, *proposal.alternatives) if each and each != option]
    return replace(proposal, option=option, alternatives=tuple(others))


def _plain(option: Option) -> Plain:
    plain = asdict(option)
    plain["starts_at"], plain["ends_at"] = option.starts_at.isoformat(), option.ends_at.isoformat()
    if option.takeover:
        span = option.takeover.span
        plain["takeover"]["span"] = [span.start.isoformat(), span.end.isoformat()]
    return plain


def _option(plain: Mapping[str, Any]) -> Option:
    times = {name: datetime.fromisoformat(plain[name]) for name in ("starts_at", "ends_at")}
    takeover = _takeover(plain["takeover"]) if plain["takeover"] else None
    return Option(**{**plain, **times, "way": Way(plain["way"]), "takeover": takeover})


def _takeover(plain: Mapping[str, Any]) -> Takeover:
    start, end = (datetime.fromisoformat(each) for each in plain["span"])
    return Takeover(**{**plain, "span": Span(start, end), "gives_up": tuple(plain["gives_up"])})
