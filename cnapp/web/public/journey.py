"""The booking under way in this browser: its draft, its questions in order, and where to go next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import abort, g, redirect, session, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import AnswersLost
from cnapp.domain.drafts import Draft
from cnapp.services import drafts
from cnapp.services.answers import answer, holders
from cnapp.services.workshop_answers import channel_for_waiting
from cnapp.web.application import now, settings

KEY = "draft"
MOVE_KEY = "move"
WAIT_KEY = "wait"
"""In the session: the booking under way, the draft that seeks a new time for an appointment, and what to wait for."""


@dataclass(frozen=True, slots=True)
class Step:
    """A question, called as its blueprint is, and how to see that it is answered."""

    name: str
    is_answered: Callable[[Answers], bool]

    @property
    def address(self) -> str:
        return url_for(f"public.{self.name}.edit")


def _is_named(answers: Answers) -> bool:
    return answers.has("name") and (
        not answers.is_for_another or (answers.has("booker_name") and answers.has("agreed"))
    )


def _is_contact_given(answers: Answers) -> bool:
    return answers.has("phone") and (not answers.is_for_another or answers.has("told"))


def _is_reached(answers: Answers) -> bool:
    """Whoever waits for a seat must be told of it."""
    return _is_contact_given(answers) and not (answers.waits and channel_for_waiting(answers, settings()) is None)


NEEDS = Step("needs", lambda answers: answers.has("needs"))
BENEFICIARY = Step("beneficiary", lambda answers: answers.has("booked_by"))
NAME = Step("name", _is_named)
APPOINTMENT = (
    Step("subject", lambda answers: answers.has("word")),
    Step("topic", lambda answers: answers.has("motif")),
    NEEDS,
    Step("place", lambda answers: answers.has("place")),
    Step("time", lambda answers: answers.has("time")),
    BENEFICIARY,
    NAME,
    Step("contact", _is_contact_given),
    Step("check", lambda _answers: False),
)
REGISTRATION = (
    NEEDS,
    BENEFICIARY,
    NAME,
    Step("contact", _is_reached),
    Step("device", lambda answers: answers.has("device")),
    Step("registration_check", lambda _answers: False),
)
"""To a workshop, which is chosen before the first question."""
OF_A_WORKSHOP = ("device", "registration_check")
"""Asked of nobody who books an appointment."""


def steps_of(given: Answers) -> tuple[Step, ...]:
    return REGISTRATION if given.is_registration else APPOINTMENT


def draft_id() -> str:
    """Of the booking under way in this browser; empty when there is none."""
    return str(session.get(KEY, ""))


def is_begun() -> bool:
    """Whether the booking under way is still kept."""
    return _given() is not None


def answers() -> Answers:
    """As this request last read or wrote them."""
    return Answers(_given() or {})


def _given() -> dict[str, Any] | None:
    if "given" not in g:
        g.given = drafts.answers_of(draft_id(), now=now()) if draft_id() else None
    return cast("dict[str, Any] | None", g.given)


def remember(current: Draft) -> None:
    """Later in this request nothing needs to be read again."""
    g.given = dict(current.answers)


def answers_before(step: str) -> Answers:
    """The answers so far; who comes before their turn is sent to the first question without an answer.

    Where a registration has ended or was never begun, as when one goes back after it, that is the list of workshops.
    """
    given = answers()
    if step in OF_A_WORKSHOP and not is_begun():
        abort(redirect(url_for("public.workshops.index"), 303))
    steps, missing = steps_of(given), first_missing(given)
    if step not in [each.name for each in steps[: steps.index(missing) + 1]]:
        abort(redirect(missing.address, 303))
    return given


def first_missing(given: Answers) -> Step:
    return next(step for step in steps_of(given) if not step.is_answered(given))


def address_before(step: str, given: Answers) -> str:
    """Of the question before this one; before the first of a registration there is its workshop."""
    names = [each.name for each in steps_of(given)]
    before = names.index(step) - 1
    if before < 0:
        return url_for("public.workshops.show", public_id=given.text("workshop"))
    return steps_of(given)[before].address


def keep(**given: Any) -> None:
    """In the draft of this browser, which begins with the first answer."""
    with transaction(survives_power_cut=False):
        current = drafts.living(draft_id(), now=now()) or drafts.start(now=now())
        answer(current, now=now(), **given)
        take_up(current)


def take_up(current: Draft) -> None:
    """It is the one of this browser."""
    if session.get(KEY) != current.id:
        session[KEY] = current.id
    remember(current)


def go_on() -> ResponseReturnValue:
    """To the first question without an answer: the next one, or the check page after « Modifier »."""
    return redirect(first_missing(answers()).address, 303)


def draft_in_transaction() -> Draft:
    """Read again after the lock. Raises AnswersLost."""
    return draft_called(draft_id())


def draft_called(key: str) -> Draft:
    """Raises AnswersLost."""
    current = drafts.living(key, now=now())
    if current is None:
        raise AnswersLost
    return current


def forget() -> None:
    session.pop(KEY, None)


def erase() -> None:
    """The draft, what it holds, and whatever this browser remembers of the person."""
    keys = [session[name] for name in (KEY, MOVE_KEY, WAIT_KEY) if name in session]
    with transaction(*(conseiller_id for key in keys for conseiller_id in holders(key))):
        for current in (drafts.living(key, now=now()) for key in keys):
            if current:
                drafts.erase(current)
    session.clear()
