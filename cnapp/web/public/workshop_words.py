"""Words of workshops on the citizens' pages: levels, themes, sessions, what is left."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, gettext

from cnapp.domain.registrations import Registration
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Level, Workshop
from cnapp.services.vacancies import Vacancy
from cnapp.web.wording import language_name
from cnapp.wording.dates import NBSP, show_day, show_long_day, show_moment
from cnapp.wording.workshop_words import hours_words


def month_word(month: date) -> str:
    """« Décembre 2026 »."""
    return format_date(month, f"MMMM{NBSP}yyyy", str(get_locale() or "fr")).capitalize()


def vacancy_words(vacancy: Vacancy) -> str:
    """« 3 places », « Complet – liste d’attente », « Inscriptions closes »."""
    if not vacancy.is_open:
        return str(gettext("Inscriptions closes"))
    if vacancy.is_full:
        return str(gettext("Complet – liste d’attente"))
    if vacancy.left == 1:
        return f"1{NBSP}{gettext('place')}"
    return f"{vacancy.left}{NBSP}{gettext('places')}"


def vacancy_tag(vacancy: Vacancy) -> str:
    """The look that goes with the words."""
    if vacancy.has_seat:
        return "free"
    return "full" if vacancy.is_full else "closed"


def session_words(session: WorkshopSession) -> str:
    """« jeudi 10 décembre de 14 h à 15 h 30 »."""
    return _from_to(show_day(session.starts_at), session)


def long_session_words(session: WorkshopSession) -> str:
    """The same with the year."""
    return _from_to(show_long_day(session.starts_at), session)


def _from_to(day: str, session: WorkshopSession) -> str:
    """The hours stay on one line."""
    return f"{day} {hours_words(session.starts_at, session.ends_at).replace(' ', NBSP)}"


def cycle_words(workshop: Workshop) -> str:
    """« 4 séances, venez à toutes »."""
    return str(gettext("%(n)d séances, venez à toutes", n=len(workshop.sessions)).replace(" ", NBSP, 1))


def learnt(workshop: Workshop) -> list[str]:
    return [line.strip() for line in workshop.learn.splitlines() if line.strip()]


def leaders(workshop: Workshop) -> str:
    """First names, once each."""
    names = dict.fromkeys(each.first_name for session in workshop.sessions for each in session.leaders)
    return ", ".join(names)


def prerequisite_words(workshop: Workshop) -> str:
    """Beginners read that nothing is asked of them."""
    if workshop.prerequisite or workshop.level is not Level.BEGINNER:
        return workshop.prerequisite
    return str(gettext("Rien. Vous pouvez commencer ici."))


def language_words(workshop: Workshop) -> str:
    """« L’atelier est en anglais. »; nothing for French."""
    if workshop.language == "fr":
        return ""
    return str(gettext("L’atelier est en %(language)s.", language=language_name(workshop.language)))


def step_free_words(workshop: Workshop) -> str:
    """What nobody has checked is said so."""
    known = workshop.place.step_free
    if known is None:
        return str(gettext("Nous ne savons pas encore si l’entrée est sans marche."))
    return str(gettext("L’entrée est sans marche.") if known else gettext("Il y a des marches à l’entrée."))


def lending_words(workshop: Workshop) -> str:
    """Nothing where no device comes with the workshop."""
    if workshop.can_lend:
        return str(gettext("Nous pouvons prêter un ordinateur."))
    if workshop.lendable:
        return str(gettext("Tous nos ordinateurs sont déjà prêtés : apportez le vôtre."))
    return ""


def device_words(registration: Registration) -> str:
    """What they come with, where something can be lent."""
    if registration.is_lent:
        return str(gettext("Nous vous prêtons un ordinateur."))
    if registration.borrows and registration.is_seated:
        return str(gettext("Tous nos ordinateurs sont déjà prêtés : apportez le vôtre."))
    if registration.borrows:
        return str(gettext("Vous voulez emprunter un ordinateur."))
    return str(gettext("Apportez votre ordinateur.")) if registration.workshop.lendable else ""


def place_in_line(number: int) -> str:
    """« 2e position »."""
    nth = gettext("1re") if number == 1 else f"{number}{gettext('e')}"
    return f"{nth}{NBSP}{gettext('position')}"


def deadline_words(workshop: Workshop) -> str:
    """Until when one registers; nothing where that is until it begins."""
    if not workshop.closes_hours_before:
        return ""
    return str(gettext("Inscrivez-vous avant le %(moment)s.", moment=show_moment(workshop.closes_at)))


def leaderless_sentences(workshop: Workshop, *, is_told: bool = False) -> list[str]:
    """Of sessions that wait for somebody to lead them. `is_told`: whoever reads it surely can be told what follows."""
    told = gettext("Nous cherchons une solution.")
    if is_told:
        told = gettext("Nous cherchons une solution. Nous vous préviendrons.")
    lost = [each for each in workshop.sessions if each.displaced_at]
    return [
        f"{gettext('L’animateur est absent %(moment)s.', moment=show_moment(each.starts_at))} {told}" for each in lost
    ]
