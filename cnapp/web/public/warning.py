"""« Comment nous vous prévenons »: the same words, as all the pages of the citizen show them."""

from __future__ import annotations

from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Appointment
from cnapp.domain.registrations import Registration, Standing
from cnapp.services.notices import Notice, notices_for, told_people, warning_for
from cnapp.services.participant_notices import waiting_notices, workshop_notices
from cnapp.services.parties import booker_of, person_of
from cnapp.services.waiting_list import channel_to
from cnapp.services.workshop_answers import channel_for_waiting
from cnapp.web.application import settings
from cnapp.web.public.wording import notice_sentences

SURE = (Notice.WRITE, Notice.TEXT, Notice.WRITE_OR_TEXT, Notice.CALL)


def sentence_for_answers(given: Answers) -> str:
    if given.waits:
        return notice_sentences(waiting_notices(channel_for_waiting(given, settings())))
    people = told_people(given.told, person_of(given), booker_of(given))
    if given.is_registration:
        return notice_sentences(workshop_notices(people, settings()))
    return notice_sentences(notices_for(people, settings()))


def sentence_for(appointment: Appointment) -> str:
    people = told_people(appointment.told, appointment.person, appointment.booker)
    return notice_sentences(notices_for(people, settings()))


def can_be_told(appointment: Appointment) -> bool:
    """Whether any of those who are to be told of changes surely can be in time: written to or called, not by post."""
    people = told_people(appointment.told, appointment.person, appointment.booker)
    return warning_for(people, settings()) in SURE


def participant_can_be_told(registration: Registration) -> bool:
    """The same of a place in a workshop."""
    people = told_people(registration.told, registration.person, registration.booker)
    return warning_for(people, settings()) in SURE


def sentence_for_registration(registration: Registration) -> str:
    if registration.status is Standing.WAITING:
        return notice_sentences(waiting_notices(channel_to(registration, settings())))
    people = told_people(registration.told, registration.person, registration.booker)
    return notice_sentences(workshop_notices(people, settings()))
