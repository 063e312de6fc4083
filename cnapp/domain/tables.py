"""Every table, imported once, so that the schema is whole wherever it is asked for."""

from cnapp.domain import (
    accounts,
    appointments,
    citizens,
    commitments,
    drafts,
    journal,
    motifs,
    outbox,
    people,
    places,
    presences,
    roster,
)

__all__ = [
    "accounts",
    "appointments",
    "citizens",
    "commitments",
    "drafts",
    "journal",
    "motifs",
    "outbox",
    "people",
    "places",
    "presences",
    "roster",
]
