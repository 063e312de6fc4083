"""Changing what the town decides: held still, compared, written; each change leaves its line in the journal."""

from __future__ import annotations

from typing import Any

from cnapp.base.database import Base, lock_keys
from cnapp.services.journal import Thing, refuse_if_changed


def hold(thing: Thing, number: int) -> None:
    """Nobody else changes it until the transaction ends; the first act of one, before any row is read.

    Raises ChangedMeanwhile when somebody did since line `number` of its journal.
    """
    hold_still(thing)
    refuse_if_changed(thing, number)


def hold_still(thing: Thing) -> None:
    kind, its_id = thing
    lock_keys(f"{kind}:{its_id}")


def write(row: Base, values: Any) -> list[str]:
    """Copies these values into the row's columns of the same names; answers which of them differ."""
    changed = [name for name, value in vars(values).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, getattr(values, name))
    return changed
