"""Where the page of a recovery plan is."""

from __future__ import annotations

from cnapp.domain.plans import RecoveryPlan


def plan_address(plan: RecoveryPlan) -> str:
    return f"/coordination/plans/{plan.public_id}"


def plans_address() -> str:
    """Of their list."""
    return "/coordination/plans"
