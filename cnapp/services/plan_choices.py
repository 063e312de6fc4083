"""What a form chose of a plan: what is still offered, and what is offered no more since somebody took it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import CALL_VALUE, CANCEL_VALUE, read_value
from cnapp.services.plan_work import LEFT_OPEN, Choices, Row


@dataclass(frozen=True)
class Sifted:
    """`known` by the public id of the line, of open lines alone; `gone`: lines whose choice is offered no more."""

    known: Choices
    gone: list[Displacement]


def sift(rows: Iterable[Row], choices: Choices) -> Sifted:
    """Raises ProposalUnknown for what no form of ours has sent."""
    known: dict[str, str] = {}
    gone: list[Displacement] = []
    for row in rows:
        value = choices.get(row.line.public_id, LEFT_OPEN)
        if not row.line.is_open or value == LEFT_OPEN:
            continue
        if is_offered(row, value):
            known[row.line.public_id] = value
        else:
            gone.append(row.line)
    return Sifted(known, gone)


def is_offered(row: Row, value: str) -> bool:
    """Raises ProposalUnknown."""
    if value in (CALL_VALUE, CANCEL_VALUE):
        return (value == CANCEL_VALUE) == (row.line.session is not None)
    read_value(value)
    return row.proposal is not None and row.proposal.named(value) is not None


def all_proposed(rows: Iterable[Row]) -> dict[str, str]:
    """The best for each: « appliquer tout ce qui est proposé ». No workshop is cancelled by it."""
    proposed = ((row.line, row.proposal) for row in rows if row.line.is_open)
    return {line.public_id: each.value for line, each in proposed if each and (each.option or line.appointment)}
