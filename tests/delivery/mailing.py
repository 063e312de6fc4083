"""An application that has a mail server, real and on loopback, and a worker that empties its outbox into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage

from cnapp.base.database import db
from cnapp.config import Settings
from cnapp.delivery.carriers import carrier_set
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice as Worker
from cnapp.delivery.worker import work_off
from cnapp.web.application import Application
from tests.delivery.postbox import PostOffice, serving
from tests.support import FrozenClock


@dataclass
class Mail:
    """What leaves, and where it arrives."""

    app: Application
    office: PostOffice
    clock: FrozenClock

    def send(self) -> list[EmailMessage]:
        """Whatever is due; answers what has arrived since the last time."""
        before = len(self.office.received)
        sorting = Sorting(self.app.settings, mail=carrier_set(self.app.settings))
        work_off(Worker(sorting.parcel), clock=self.clock)
        db.session.rollback()
        return self.office.received[before:]


@contextmanager
def mailing(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    former = app.settings
    with serving(PostOffice()) as office:
        smtp_url = f"smtp://127.0.0.1:{office.port}"
        _set(app, replace(former, smtp_url=smtp_url, mail_from="Aide numérique <rdv@exemple.fr>"))
        try:
            yield Mail(app, office, clock)
        finally:
            _set(app, former)


def _set(app: Application, settings: Settings) -> None:
    """For the views, and for the templates."""
    app.settings = app.jinja_env.globals["settings"] = settings


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def links_in(letter: EmailMessage) -> list[str]:
    """Paths of the addresses in it, in order."""
    return [found.partition("127.0.0.1:5000")[2] for found in re.findall(r"https?://\S+", text_of(letter))]
