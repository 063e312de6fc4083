"""Taking back the last change of a presence, or of several that one press changed: what it was, and why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.journal import Entry
from cnapp.domain.planning import Plan
from cnapp.domain.presences import Presence


class NoChangeToUndo(Refusal):
    sentence = "Rien n’a été changé à la main : il n’y a rien à annuler."


class ChangedByRule(Refusal):
    sentence = "La dernière modification vient d’un roulement. Pour revenir en arrière, changez le roulement."


class TooOldToUndo(Refusal):
    sentence = "Cette modification est trop ancienne pour être annulée. Changez la permanence à la main."


class PressUnknown(Refusal):
    sentence = "Cette opération n’existe pas."


class ChangedSince(Refusal):
    sentence = (
        "Une de ces permanences a changé depuis, ou tout est déjà annulé. "
        "Annulez ce qui reste une permanence après l’autre, dans son historique."
    )


class Undo(StrEnum):
    """What taking back does."""

    WITHDRAW = "withdraw"
    CHANGE = "change"
    RESTORE = "restore"


UNDONE_BY = {
    "added": Undo.WITHDRAW,
    "restored": Undo.WITHDRAW,
    "changed": Undo.CHANGE,
    "withdrawn": Undo.RESTORE,
}
"""By the verb of the line that is taken back."""


@dataclass(frozen=True)
class Undoing:
    """The last change of a presence, and what would take it back."""

    presence: Presence
    entry: Entry
    undo: Undo

    @property
    def was(self) -> dict[str, Any]:
        """Of what is changed back, by name."""
        return dict(self.entry.detail.get("was", {}))

    @property
    def becomes(self) -> dict[str, Any]:
        return dict(self.entry.detail.get("becomes", {}))

    @property
    def was_of_the_roster(self) -> bool:
        """Whether the roster looked after it until then; lines of long ago do not say so."""
        return self.entry.detail.get("was_edited") is False


def undoing_of(presence: Presence, last: Entry | None) -> Undoing:
    """Raises NoChangeToUndo, ChangedByRule, TooOldToUndo."""
    if last is None or last.what not in UNDONE_BY:
        raise NoChangeToUndo
    if "rule" in last.detail:
        raise ChangedByRule
    undoing = Undoing(presence, last, UNDONE_BY[last.what])
    if undoing.undo is Undo.CHANGE and any(
        name in undoing.was and f"{name}_id" not in undoing.was for name in ("place", "room")
    ):
        raise TooOldToUndo
    return undoing


def span_before(plan: Plan, was: dict[str, Any]) -> Span:
    """The hours that it had."""
    starts_at, ends_at = was.get("starts_at"), was.get("ends_at")
    return Span(_instant(starts_at) or plan.span.start, _instant(ends_at) or plan.span.end)


def pause_before(plan: Plan, was: dict[str, Any]) -> Span | None:
    if "pause" not in was:
        return plan.pause
    pause = was["pause"]
    return Span(*(datetime.fromisoformat(at) for at in pause)) if pause else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
