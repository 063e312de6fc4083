"""« Comment nous vous prévenons »: the one sentence, as the pages of the citizen show it."""

from __future__ import annotations

from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Appointment
from cnapp.services.notices import told_people, warning_about, warning_for
from cnapp.services.parties import booker_of, person_of
from cnapp.web.application import settings
from cnapp.web.public.wording import notice_sentence


def sentence_for_answers(given: Answers) -> str:
    people = told_people(given.told, person_of(given), booker_of(given))
    return notice_sentence(warning_for(people, settings()))


def sentence_for(appointment: Appointment) -> str:
    return notice_sentence(warning_about(appointment, settings()))
