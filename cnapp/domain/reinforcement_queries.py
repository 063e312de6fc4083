"""What the page of a reinforcement reads: each a range of an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from cnapp.base.spans import Span
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.offers import drafts_offered
from cnapp.domain.places import Place, place_called
from cnapp.domain.planning import presences_whole
from cnapp.domain.presences import Presence, touching


def place_in_need(slug: str) -> Select[Place]:
    """With its hours."""
    return place_called(slug).options(selectinload(Place.opening_hours))


def presences_of_everybody(during: Span) -> Select[Presence]:
    """Whole, that stand, in order."""
    return presences_whole(select(Presence).where(*touching(during))).order_by(Presence.starts_at, Presence.id)


def promises_kept(conseiller_ids: Sequence[int], during: Span, now: datetime) -> Select[*tuple[Any, ...]]:
    """Time that is taken, as plain rows: not the holds that nobody renewed, nor what is only offered to who waits."""
    offered = Commitment.draft_id.in_(drafts_offered())
    is_living = or_(Commitment.kind != Kind.HOLD, (Commitment.expires_at > now) & ~offered)
    columns = (Commitment.conseiller_id, Commitment.kind, Commitment.starts_at, Commitment.ends_at)
    taken = commitments_of(conseiller_ids, during).where(is_living)
    return taken.with_only_columns(*columns, Commitment.presence_id, Commitment.buffer_minutes)
