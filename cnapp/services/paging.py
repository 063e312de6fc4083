"""Long lists, page by page: one more row is read to know whether another page follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select

from cnapp.base.database import db

LINES_A_PAGE = 50
Line = TypeVar("Line")
Told = TypeVar("Told")


@dataclass(frozen=True)
class Listing(Generic[Line]):
    """One page, newest first."""

    lines: list[Line]
    page: int
    is_last: bool

    @property
    def newer(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def older(self) -> int | None:
        return None if self.is_last else self.page + 1

    def told(self, lines: list[Told]) -> Listing[Told]:
        """The same page, each line with more beside it."""
        return Listing(lines, self.page, self.is_last)


def read_page(query: Select[Line], page: int) -> Listing[Line]:
    read = list(db.session.scalars(query.offset((page - 1) * LINES_A_PAGE).limit(LINES_A_PAGE + 1)))
    return Listing(read[:LINES_A_PAGE], page, len(read) <= LINES_A_PAGE)
