"""Where somebody goes once signed in: the page they asked for when it is one of ours, else their own first page."""

from __future__ import annotations

import re

from flask import url_for

from cnapp.domain.people import Role, Staff
from cnapp.web.application import Application

OURS = re.compile(r"/(agenda|accueil|coordination|compte)(/[a-zA-Z0-9_-]+)*/?")
"""Plain paths of the staff's areas: no host, no scheme, no escape, no query."""

FIRST_PAGES = {
    Role.DESK: "desk.day.today",
    Role.COORDINATOR: "coordination.week.current",
    Role.CONSEILLER: "account.profile.show",
}
"""Of those who receive nobody."""


def is_ours(address: str) -> bool:
    return OURS.fullmatch(address) is not None


def destination(address: str, staff: Staff) -> str:
    return address if is_ours(address) else home_of(staff)


def home_of(staff: Staff) -> str:
    if staff.receives:
        return url_for("agenda.day.today")
    return url_for(FIRST_PAGES[staff.role])


def register(app: Application) -> None:
    app.jinja_env.globals["home_of"] = home_of
