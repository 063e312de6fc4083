"""How a form names what is proposed, and what it may send instead."""

from __future__ import annotations

import pytest

from cnapp.base.spans import Span
from cnapp.domain.proposals import Choice, Option, Proposal, ProposalUnknown, Takeover, Way, read_value
from tests.factories import metz

NINE, TEN = metz("2026-12-03 09:00"), metz("2026-12-03 10:00")
BY_HUGO = Takeover(7, 1, Span(NINE, metz("2026-12-03 12:00")), 3, "Hugo")
WITH_LINA = Option(Way.SAME_DAY, 4, "Lina", 12, 1, "borny", "Borny", TEN, metz("2026-12-03 10:45"))
TAKEN_OVER = Option(Way.TAKEOVER, 3, "Hugo", None, 1, "borny", "Borny", TEN, TEN, takeover=BY_HUGO)


def test_a_value_is_read_as_it_was_written() -> None:
    assert WITH_LINA.value == "p12.4@20261203T0900Z"
    assert read_value(WITH_LINA.value) == Choice(False, 12, 4, TEN)
    assert read_value(TAKEN_OVER.value) == Choice(True, 7, 3, TEN)
    assert read_value(BY_HUGO.value) == Choice(True, 7, 3, NINE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "call",
        "p12.4@20261303T0900Z",
        "p12.4@99991203T0900Z",
        "p12.4@2026",
        "p-1.4@20261203T0900Z",
        "p١٢.4@20261203T0900Z",
        "x12.4@20261203T0900Z",
        "p12.4@20261203T0900Z\n",
        f"p{'9' * 40}.4@20261203T0900Z",
    ],
)
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(ProposalUnknown):
        read_value(text)


def test_a_proposal_knows_its_options_by_their_values() -> None:
    proposal = Proposal(TAKEN_OVER, (WITH_LINA,))
    assert proposal.named(WITH_LINA.value) is WITH_LINA
    assert proposal.named(proposal.value) is TAKEN_OVER
    assert proposal.named("call") is None
    assert (Proposal(None).value, Proposal(None).way) == ("call", Way.CALL)
