"""Words of the plans: what each is for, how many keep what, who takes over from whom, where a line stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.kits import Kit
from cnapp.domain.outbox import Channel
from cnapp.domain.people import Staff
from cnapp.domain.plans import Displacement, Standing, Trigger
from cnapp.domain.proposals import Way
from cnapp.services.lost_sessions import SessionLine
from cnapp.services.plan_lists import Story
from cnapp.web.coordination.setting_words import days_words, place_words
from cnapp.web.coordination.wording import short_name
from cnapp.wording.dates import show_day, show_hour, show_moment, show_times
from cnapp.wording.elisions import of

NAMED_AT_MOST = 3
CAUSES = {
    Cause.ILLNESS: lazy_gettext("maladie"),
    Cause.LEAVE: lazy_gettext("congé"),
    Cause.TRAINING: lazy_gettext("formation"),
    Cause.MEETING: lazy_gettext("réunion"),
}
BY = {
    Channel.SMS: lazy_gettext("par SMS"),
    Channel.EMAIL: lazy_gettext("par e-mail"),
    Channel.CALL: lazy_gettext("par téléphone"),
    Channel.PAPER: lazy_gettext("par courrier"),
    None: lazy_gettext("aucun moyen de prévenir"),
}
STANDINGS = {
    Standing.OPEN: lazy_gettext("À traiter"),
    Standing.PROPOSED: lazy_gettext("On attend sa réponse"),
    Standing.ACCEPTED: lazy_gettext("A dit oui"),
    Standing.KEPT: lazy_gettext("Sans réponse : l’heure reste la sienne"),
    Standing.TO_CALL: lazy_gettext("Sans réponse : à appeler"),
    Standing.SETTLED: lazy_gettext("Réglé autrement"),
    Standing.ENDED: lazy_gettext("Annulé"),
    Standing.REINSTATED: lazy_gettext("Comme avant"),
}


def title(story: Story) -> str:
    """« Absence de Nadia B., du lundi 7 décembre à 8 h au … »."""
    if story.plan.cause is Trigger.ABSENCE:
        return absence_title(story.absences)
    if story.plan.closure is None:
        return str(gettext("Changement du planning, fait le %(moment)s", moment=show_moment(story.plan.created_at)))
    facts = {"place": place_words(story.place), "days": days_words(story.plan.closure)}
    if story.provisional:
        facts |= {"other": story.provisional.name}
        return str(gettext("Déplacement de « %(place)s » vers « %(other)s », %(days)s", **facts))
    return str(gettext("Fermeture : %(place)s, %(days)s", **facts))


def absence_title(absences: Sequence[Absence]) -> str:
    if not absences:
        return str(gettext("Absence"))
    people = list({each.conseiller_id: each.conseiller for each in absences}.values())
    span = Span(min(each.starts_at for each in absences), max(each.ends_at for each in absences))
    return str(gettext("Absence %(of_whom)s, %(when)s", of_whom=of(_who(people)), when=when_words(span)))


def _who(people: Sequence[Staff]) -> str:
    if len(people) > NAMED_AT_MOST:
        return str(gettext("%(n)d personnes", n=len(people)))
    return enumerated(short_name(each) for each in people)


def enumerated(words: Iterable[str]) -> str:
    """« Nadia B., Hugo L. et Elif K. »."""
    *first, last = words
    return str(gettext("%(first)s et %(last)s", first=", ".join(first), last=last)) if first else last


def when_words(span: Span) -> str:
    """Whole days are said without their hours."""
    first, last = day_of(span.start), day_of(span.end - timedelta(seconds=1))
    is_whole = span == Span(span_of_day(first).start, span_of_day(last).end)
    if first == last:
        return show_day(first) if is_whole else _part_of(span)
    start, end = (show_day(first), show_day(last)) if is_whole else (show_moment(span.start), show_moment(span.end))
    return str(gettext("du %(start)s au %(end)s", start=start, end=end))


def _part_of(span: Span) -> str:
    """To the end of the day, it has no last hour."""
    if span.end < span_of_day(day_of(span.start)).end:
        return show_times(span)
    return str(gettext("%(day)s à partir de %(hour)s", day=show_day(span.start), hour=show_hour(span.start)))


def causes_words(absences: Sequence[Absence]) -> str:
    return ", ".join(dict.fromkeys(str(CAUSES[each.cause]) for each in absences))


def left_words(story: Story) -> str:
    """« 3 à traiter », « rien à traiter », « personne n’était attendu »."""
    if not story.touched:
        return str(gettext("personne n’était attendu"))
    if not story.left:
        return str(gettext("rien à traiter"))
    return str(ngettext("%(num)d à traiter", "%(num)d à traiter", story.left))


def standing_words(line: Displacement) -> str:
    """Nothing is asked of whoever comes at the same hour to the same place."""
    if line.standing in (Standing.PROPOSED, Standing.KEPT) and line.is_unmoved:
        return str(gettext("Garde son heure et son lieu"))
    return str(STANDINGS[line.standing])


def session_standing_words(line: Displacement) -> str:
    """What the plan decided of a session, said as such."""
    if line.standing is Standing.SETTLED and line.way:
        return str(gettext("Reporté") if line.way == Way.LATER else gettext("Une autre personne anime"))
    return str(STANDINGS[line.standing])


def answer_words(line: Displacement) -> str:
    """Until when an answer is awaited."""
    if line.standing is not Standing.PROPOSED or line.is_unmoved or line.answer_until is None:
        return ""
    return str(gettext("Réponse attendue avant %(moment)s.", moment=show_moment(line.answer_until)))


def now_words(line: Displacement) -> str:
    """Where a handled line stands now; nothing for one that has no time."""
    appointment = line.appointment
    if appointment is None or not appointment.stands:
        return ""
    facts = {"at": show_moment(appointment.starts_at), "name": appointment.conseiller.first_name}
    if appointment.presence.place_id != line.place_id:
        facts |= {"place": appointment.presence.place.name}
        return str(gettext("Maintenant : %(at)s, %(place)s, avec %(name)s.", **facts))
    if appointment.starts_at == line.starts_at:
        return str(gettext("Même heure, même lieu, avec %(name)s.", **facts))
    return str(gettext("Maintenant : %(at)s, même lieu, avec %(name)s.", **facts))


def touched_words(appointments: int, sessions: int) -> str:
    """« 14 rendez-vous et 1 séance d’atelier touchés »."""
    of_people = ngettext("%(num)d rendez-vous touché", "%(num)d rendez-vous touchés", appointments)
    of_sessions = ngettext("%(num)d séance d’atelier touchée", "%(num)d séances d’atelier touchées", sessions)
    if not sessions:
        return str(of_people)
    return (
        str(gettext("%(first)s et %(last)s", first=of_people, last=of_sessions)) if appointments else str(of_sessions)
    )


def kit_words(kit: Kit) -> str:
    """Where what has to be brought is."""
    if kit.holder:
        return str(gettext("%(kit)s : c’est %(name)s qui l’a.", kit=kit.name, name=kit.holder.first_name))
    return str(gettext("%(kit)s : à « %(place)s ».", kit=kit.name, place=kit.place.name))


def session_now_words(each: SessionLine) -> str:
    """Where a session stands that was decided about."""
    session = each.line.session
    if session is None or not each.workshop.stands:
        return ""
    names = [leader.first_name for leader in session.leaders]
    if not names:
        return ""
    facts = {"at": show_moment(session.starts_at), "names": enumerated(names)}
    if each.workshop.place_id != each.line.place_id:
        facts |= {"place": each.workshop.place.name}
        return str(gettext("Maintenant : %(at)s, %(place)s, avec %(names)s.", **facts))
    return str(gettext("Maintenant : %(at)s, avec %(names)s.", **facts))
