"""How a rule says no: one class per reason, with the sentence that the person reads."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A rule said no. Nothing was changed; `sentence` is French and translated when shown."""

    sentence: ClassVar[str] = "Ce n’est pas possible."
    guards: ClassVar[tuple[str, ...]] = ()
    """Names of the database constraints that say the same no."""

    _by_guard: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls) -> None:
        for guard in cls.__dict__.get("guards", ()):
            Refusal._by_guard[guard] = cls

    def __str__(self) -> str:
        return self.sentence

    @staticmethod
    def of_guard(name: str) -> Refusal | None:
        """The refusal that a database constraint stands for."""
        kind = Refusal._by_guard.get(name)
        return kind() if kind else None
