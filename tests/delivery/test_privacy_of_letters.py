"""Whole stories, their logs read afterwards: no name, contact, code or token; none in subjects or titles (P08, K06)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from cnapp.web.application import Application
from cnapp.web.logs import JsonLine
from tests.delivery.mailing import Mail, links_in, mailing
from tests.factories import LINK_KEY, give_password, make_appointment, make_presence, make_staff
from tests.support import FrozenClock, Page, submit, visit

PERSONAL = ("ébert", "léa", "lea.", "exemple.fr", "639980001", "benali")


class Kept(logging.Handler):
    """Each line as the product writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLine())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Kept]:
    kept = Kept()
    logging.getLogger("cnapp").addHandler(kept)
    yield kept
    logging.getLogger("cnapp").removeHandler(kept)


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


def test_no_log_subject_or_title_tells_of_anybody(client: FlaskClient, mail: Mail, log: Kept) -> None:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    presence = make_presence("2026-11-30 09:00", "17:00", conseiller=staff)
    made = make_appointment(presence, "2026-11-30 14:00", name="Léa Ébert", email="lea.e@exemple.fr")
    secrets = [made.code, made.link(LINK_KEY)]
    pages: list[Page] = [submit(client, visit(client, "/retrouver"), {"contact": "lea.e@exemple.fr"}, "/sans-code")]
    pages += [submit(client, visit(client, "/connexion/mot-de-passe-oublie"), {"email": "nadia@exemple.fr"})]
    pages += [submit(client, visit(client, f"/r/{secrets[1]}/coordonnees"), {"email": "lea.ebert@exemple.fr"})]
    pages += [submit(client, visit(client, f"{pages[-1].address}/annuler"), {"reason": ""})]
    mail.clock.advance(minutes=2)
    mail.office.recipient = "550 <lea.ebert@exemple.fr> unknown"
    assert mail.send() == []
    mail.office.recipient = "250 OK"
    pages += [submit(client, visit(client, "/connexion/mot-de-passe-oublie"), {"email": "nadia@exemple.fr"})]
    (letter,) = mail.send()
    secrets += [link.rpartition("/")[2] for link in links_in(letter)] + [pages[2].address.rpartition("/")[2]]
    pages += [visit(client, links_in(letter)[0])]
    told = [*log.lines, *(page.title for page in pages), *(str(each["Subject"]) for each in mail.office.received)]
    assert len(log.lines) > 12 and any("given up" in line for line in log.lines)
    for line in told:
        assert not [word for word in (*PERSONAL, *secrets) if word.lower() in line.lower()], line
