"""Sign-in sheets (feuilles d'émargement) of a session: one kept by the team, or one strip of paper a person."""

from __future__ import annotations

from flask import abort, render_template, request

from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.roll_calls import people_of
from cnapp.web.application import now

READERS = {"equipe": "sheets/team.html", "bandes": "sheets/strips.html"}


def sheet_page(workshop: Workshop, session: WorkshopSession, back: str) -> str:
    """« ?pour=bandes »: no participant may see another's name."""
    template = READERS.get(request.args.get("pour", "equipe")) or abort(404)
    shown = {"workshop": workshop, "session": session, "people": people_of(workshop)}
    number = workshop.sessions.index(session) + 1
    return render_template(template, **shown, number=number, back=back, now=now())


def session_in(workshop: Workshop, public_id: str) -> WorkshopSession:
    """One of its own; any other is no page."""
    return next((each for each in workshop.sessions if each.public_id == public_id), None) or abort(404)
