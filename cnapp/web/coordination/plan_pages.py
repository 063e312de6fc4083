"""The page of a plan, as it is opened and as it is shown again when something was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import abort, render_template, request
from flask_babel import gettext, ngettext

from cnapp.base.database import db, transaction
from cnapp.base.workdays import day_of
from cnapp.domain.plans import Displacement, PlanUnknown, RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.services import plan_lists, plan_sheets, plan_work, plans
from cnapp.services.journal import last_number_of
from cnapp.services.lost_sessions import SessionLine, session_lines
from cnapp.services.plan_undoings import was_just_applied
from cnapp.services.plan_work import Row
from cnapp.services.session_undoings import was_told_at_once
from cnapp.web.application import now, settings
from cnapp.web.coordination import plan_words
from cnapp.web.coordination.plan_rows import Passing, PlanRow, Seen, key_of, passings, to_choose
from cnapp.web.coordination.plan_session_rows import sessions_to_choose
from cnapp.web.coordination.plan_sums import sum_words
from cnapp.wording.dates import show_hour, show_times
from cnapp.wording.proposals import price


def plan_or_404(public_id: str) -> RecoveryPlan:
    try:
        return plans.find(public_id)
    except PlanUnknown:
        abort(404)


def line_or_404(lines: Iterable[Displacement], key: str) -> Displacement:
    """The one that a form names."""
    return next((line for line in lines if key_of(line) == key), None) or abort(404)


def look_and_hold(public_id: str) -> RecoveryPlan:
    """What is proposed is weighed first, outside any transaction, then held in a short one."""
    for look in plan_work.LOOKS:
        found = look(plan_or_404(public_id), now=now())
        with transaction(*found.people):
            plan_work.hold(plan_or_404(public_id), found, now=now())
    return plan_or_404(public_id)


def choices_sent(lines: Iterable[Displacement]) -> dict[str, str]:
    """By the public id of the line: what the form's radios say."""
    sent = ((line.public_id, request.form.get(key_of(line))) for line in lines)
    return {public_id: value[:60] for public_id, value in sent if value is not None}


def plan_page(public_id: str, seen: Seen | None = None) -> str:
    """Opened, it holds what it proposes."""
    db.session.rollback()
    plan, seen = look_and_hold(public_id), seen or Seen()
    rows = plan_work.rows_of(plan)
    story = plan_lists.story(plan)
    applied = [row.line for row in rows if was_just_applied(row.line, now=now())]
    lasting = [line for line in applied if was_told_at_once(line)]
    choosing = to_choose(rows, seen, settings=settings(), now=now())
    return render_template(
        "coordination/plans/show.html",
        plan=plan,
        story=story,
        seen=seen,
        first=[each for each in choosing if each.is_first],
        others=[each for each in choosing if not each.is_first],
        back=[each for each in choosing if each.is_back],
        passings=passing_lines(rows),
        sessions=sessions_to_choose(rows, seen, now=now()),
        handled=_handled(rows),
        sessions_handled=_sessions_handled(rows),
        undoable=len(applied) > len(lasting),
        lasting=_titles(lasting),
        told_at_once=any(_was_told_at_once(row.line) for row in rows),
        touched=_touched(rows),
        fates=sum_words(each.fate for each in choosing),
        shows_days=_spans_days(choosing),
        number=last_number_of(plans.thing(plan)),
        key_of=key_of,
        words=plan_words,
        now=now(),
    )


def passing_lines(rows: Sequence[Row]) -> list[str]:
    """Each takeover that is proposed, with its price, said once."""
    found = passings(rows)
    given_up = plan_sheets.presences_with({number for each in found for number in each.takeover.gives_up})
    return [_passing_words(each, given_up) for each in found]


def _passing_words(passing: Passing, given_up: Mapping[int, Presence]) -> str:
    takeover = passing.takeover
    facts = {"name": takeover.colleague_name, "place": passing.line.place.name, "when": show_times(takeover.span)}
    said = ngettext(
        "%(name)s reprend la permanence de « %(place)s », %(when)s : %(num)d personne garde son heure.",
        "%(name)s reprend la permanence de « %(place)s », %(when)s : %(num)d personnes gardent leur heure.",
        passing.people,
        **facts,
    )
    elsewhere = [given_up[number] for number in takeover.gives_up if number in given_up]
    left = [_left_words(presence) for presence in elsewhere if presence.place_id != takeover.place_id]
    cost = ", ".join(filter(None, (*left, price(takeover))))
    return str(gettext("%(said)s Ce que cela coûte : %(cost)s.", said=said, cost=cost)) if cost else str(said)


def _left_words(presence: Presence) -> str:
    facts = {"place": presence.place.name, "start": show_hour(presence.starts_at), "end": show_hour(presence.ends_at)}
    return str(gettext("plus personne à « %(place)s » de %(start)s à %(end)s", **facts))


def _handled(rows: Sequence[Row]) -> list[Displacement]:
    return [row.line for row in rows if row.line.appointment and not row.line.is_open]


def _sessions_handled(rows: Sequence[Row]) -> list[SessionLine]:
    return session_lines([row.line for row in rows if row.line.session and not row.line.is_open], now=now())


def _titles(lines: Sequence[Displacement]) -> list[str]:
    return [f"« {each.workshop.title} »" for each in session_lines(lines, now=now())]


def _was_told_at_once(line: Displacement) -> bool:
    """Its message left as the plan was applied."""
    at = [line.starts_at, *([line.appointment.starts_at] if line.appointment else [])]
    return line.standing is Standing.PROPOSED and day_of(now()) in map(day_of, at)


def _touched(rows: Sequence[Row]) -> str:
    sessions = sum(1 for row in rows if row.line.session)
    return plan_words.touched_words(len(rows) - sessions, sessions)


def _spans_days(choosing: Sequence[PlanRow]) -> bool:
    """Whether hours alone would not say when."""
    return len({each.line.starts_at.date() for each in choosing}) > 1
