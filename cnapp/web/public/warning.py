"""« Comment nous vous prévenons »: the same words, as all the pages of the citizen show them."""

from __future__ import annotations

from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Appointment
from cnapp.services.notices import notices_for, told_people
from cnapp.services.parties import booker_of, person_of
from cnapp.web.application import settings
from cnapp.web.public.wording import notice_sentences


def sentence_for_answers(given: Answers) -> str:
    people = told_people(given.told, person_of(given), booker_of(given))
    return notice_sentences(notices_for(people, settings()))


def sentence_for(appointment: Appointment) -> str:
    people = told_people(appointment.told, appointment.person, appointment.booker)
    return notice_sentences(notices_for(people, settings()))
