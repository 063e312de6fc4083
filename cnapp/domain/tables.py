"""Every table, imported once, so that the schema is whole wherever it is asked for."""

from cnapp.base.database import Base
from cnapp.domain import (
    accounts,
    appointments,
    calls,
    citizens,
    codes,
    commitments,
    consultations,
    desks,
    drafts,
    journal,
    motifs,
    offers,
    outbox,
    people,
    places,
    presences,
    roster,
    visits,
    waits,
)

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "accounts",
    "appointments",
    "calls",
    "citizens",
    "codes",
    "commitments",
    "consultations",
    "desks",
    "drafts",
    "journal",
    "motifs",
    "offers",
    "outbox",
    "people",
    "places",
    "presences",
    "roster",
    "visits",
    "waits",
]
