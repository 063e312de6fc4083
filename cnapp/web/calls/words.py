"""Words of the call list: why somebody is called, and what came of it."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Answer, Call, CallAttempt, Ending, Part
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Letter
from cnapp.domain.plans import Displacement
from cnapp.domain.session_reminders import session_of
from cnapp.services.tellings import Telling
from cnapp.wording.dates import show_hour, show_moment
from cnapp.wording.elisions import of
from cnapp.wording.lost_times import said_of_loss, said_of_proposal
from cnapp.wording.registrations import registration_sentence

ANSWERS = {
    Answer.REACHED: lazy_gettext("Jointe"),
    Answer.MESSAGE_LEFT: lazy_gettext("Message laissé"),
    Answer.NO_MESSAGE: lazy_gettext("Répondeur, sans message"),
    Answer.NO_ANSWER: lazy_gettext("Pas de réponse"),
    Answer.ALREADY_KNOWS: lazy_gettext("Déjà prévenue"),
    Answer.WRONG_NUMBER: lazy_gettext("Numéro faux"),
    Answer.CALL_AGAIN: lazy_gettext("À rappeler"),
    Answer.NOT_COMING: lazy_gettext("Ne vient pas"),
    Answer.NO_CALLS: lazy_gettext("Ne plus l’appeler"),
    Answer.TAKEN_BACK: lazy_gettext("Repris"),
}
PARTS = {
    Part.ANY: lazy_gettext("n’importe quand"),
    Part.MORNING: lazy_gettext("le matin"),
    Part.AFTERNOON: lazy_gettext("l’après-midi"),
}


def reason_sentence(call: Call) -> str:
    """Why, in one sentence."""
    if call.registration and call.letter and call.due:
        session = session_of(call.due, call.registration.workshop)
        told = Telling(call.letter, call.citizen, registration=call.registration, session=session)
        return registration_sentence(told)
    if call.letter is None:
        return str(gettext("Demande qu’on l’appelle : %(part)s.", part=PARTS[call.preferred or Part.ANY]))
    if call.appointment is None:
        return str(gettext("Une heure est libre : proposez-la."))
    if call.letter is Letter.OFFERED:
        return str(gettext("Une heure plus tôt est libre : proposez-la."))
    if call.displacement:
        return lost_sentence(call.letter, call.displacement, call.appointment, call.citizen)
    return news_sentence(call.letter, call.appointment, call.citizen)


def news_of(told: Telling) -> str:
    """What a letter would have told."""
    if told.registration:
        return registration_sentence(told)
    if told.appointment is None or not isinstance(told.reader, Citizen):
        return ""
    if told.displacement:
        return lost_sentence(told.letter, told.displacement, told.appointment, told.reader)
    return news_sentence(told.letter, told.appointment, told.reader)


def news_sentence(letter: Letter, appointment: Appointment, reader: Citizen) -> str:
    """What is to be told, of the reader's own appointment or of that of the person they booked for."""
    whose = _whose(appointment, reader)
    at, place = show_moment(appointment.starts_at), appointment.presence.place.name
    sentences = {
        Letter.REVOKED: gettext("%(whose)s du %(at)s est annulé par le service.", whose=whose, at=at),
        Letter.MOVED: gettext(
            "%(whose)s a changé. C’est maintenant %(at)s, %(place)s.", whose=whose, at=at, place=place
        ),
        Letter.CANCELLED: gettext("%(whose)s du %(at)s est annulé.", whose=whose, at=at),
        Letter.CONFIRMED: gettext("%(whose)s du %(at)s, %(place)s, est confirmé.", whose=whose, at=at, place=place),
    }
    reminder = gettext("Rappel : %(whose)s est %(at)s, %(place)s.", whose=_lowered(whose), at=at, place=place)
    return str(sentences.get(letter, reminder))


def lost_sentence(letter: Letter, line: Displacement, appointment: Appointment, reader: Citizen) -> str:
    """Of a time that was lost: what becomes of it, in the order in which it is said on the telephone."""
    whose = _whose(appointment, reader)
    if letter is Letter.REINSTATED:
        at = show_moment(appointment.starts_at)
        return str(gettext("%(whose)s du %(at)s a lieu comme prévu.", whose=whose, at=at))
    if letter is Letter.REPLACED and line.is_unmoved:
        return said_of_proposal(line, appointment)
    seeks = gettext("Nous cherchons une autre heure.")
    return f"{said_of_loss(line, whose)} {said_of_proposal(line, appointment) if letter is Letter.REPLACED else seeks}"


def _whose(appointment: Appointment, reader: Citizen) -> str:
    if reader.id == appointment.person_id:
        return str(gettext("Son rendez-vous"))
    return str(gettext("Le rendez-vous %(of_name)s", of_name=of(appointment.person.name)))


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def attempt_line(attempt: CallAttempt) -> str:
    """« 10 h 12, Accueil Borny (Sonia) : répondeur, sans message »."""
    who = f"{attempt.staff.name} ({attempt.hand})" if attempt.hand else attempt.staff.name
    said = _lowered(str(ANSWERS[attempt.answer]))
    if attempt.again_at:
        said = f"{said}, {show_moment(attempt.again_at)}"
    return str(gettext("%(at)s, %(who)s : %(said)s", at=show_moment(attempt.at), who=who, said=said))


def outcome_words(call: Call) -> str:
    """How it ended, and when."""
    ending = Answer((call.outcome or Ending.REACHED).value)
    at = show_hour(call.settled_at) if call.settled_at else ""
    return str(gettext("%(said)s à %(hour)s", said=_lowered(str(ANSWERS[ending])), hour=at))


FILTERS = {"call_reason": reason_sentence, "call_attempt": attempt_line, "call_outcome": outcome_words}
