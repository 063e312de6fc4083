"""The coordination area: who is where each week, and all that the town decides."""

from __future__ import annotations

from cnapp.domain.people import Role
from cnapp.web import calls
from cnapp.web.application import Application
from cnapp.web.coordination import (
    absence_checks,
    absence_returns,
    absence_withdrawals,
    absences,
    closures,
    consultations,
    covers,
    disablings,
    endings,
    freed_times,
    habilitations,
    histories,
    hours,
    kit_retirements,
    kits,
    letters,
    motifs,
    password_links,
    people,
    places,
    plan_calls,
    plan_cancellations,
    plan_checks,
    plan_decisions,
    plan_notices,
    plan_outcomes,
    plan_undoings,
    plans,
    post,
    presences,
    reinforcements,
    releases,
    reminder_figures,
    retirements,
    rooms,
    rule_previews,
    rule_splits,
    rules,
    travel,
    undoings,
    week,
    week_copies,
    withdrawals,
    workshop_cancellations,
    workshop_checks,
    workshop_facts,
    workshop_programmes,
    workshop_publications,
    workshop_rows,
    workshop_upkeeps,
    workshop_withdrawals,
    workshops,
    written,
)
from cnapp.web.staff import area

PLANNING = (
    week,
    week_copies,
    reinforcements,
    undoings,
    presences,
    withdrawals,
    rules,
    rule_previews,
    rule_splits,
    histories,
)
PLANS = (
    *(plans, plan_checks, plan_decisions, plan_undoings),
    *(plan_calls, plan_outcomes, plan_cancellations, plan_notices),
)
ABSENCES = (absences, absence_checks, absence_returns, absence_withdrawals)
TEAM = (people, habilitations, disablings, password_links, consultations)
TOWN = (places, rooms, hours, covers, closures, endings, travel, motifs, retirements)
POST = (letters, written, post, releases, reminder_figures)
WORKSHOPS = (
    *(workshops, workshop_rows, workshop_checks, workshop_facts, workshop_programmes),
    *(workshop_publications, workshop_withdrawals, workshop_cancellations, workshop_upkeeps, freed_times),
    *(kits, kit_retirements),
)


def register(app: Application) -> None:
    parts = (*PLANNING, *PLANS, *ABSENCES, *TEAM, *TOWN, *POST, *WORKSHOPS, *calls.PARTS)
    app.register_blueprint(area("coordination", "/coordination", Role.COORDINATOR, parts=parts))
