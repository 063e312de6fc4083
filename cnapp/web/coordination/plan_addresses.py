"""Where the page of a recovery plan is."""

from __future__ import annotations

from flask import url_for

from cnapp.domain.plans import RecoveryPlan


def plan_address(plan: RecoveryPlan) -> str:
    return url_for("coordination.plans.show", public_id=plan.public_id)


def plans_address() -> str:
    """Of their list."""
    return url_for("coordination.plans.index")
