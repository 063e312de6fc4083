"""Nobody makes the service write to somebody else again and again, or tell them what they like (RELIABILITY.md B08)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from cnapp.base.contacts import read_email
from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Booker, Origin, Told
from cnapp.domain.outbox import CAUSED_AT_MOST, Due, Letter, Outcome
from cnapp.services import post
from cnapp.services.appointments import cancel, revoke
from cnapp.services.doctor.post import capped_letters
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from cnapp.web.application import Application
from tests.booking import aim, begin, confirm, hold
from tests.delivery.mailing import Mail, mailing, text_of
from tests.factories import make_motif, make_presence, make_staff
from tests.support import FrozenClock

VICTIM = "lea@exemple.fr"
SOME = [f"2026-12-{day:02} 09:00" for day in range(1, 10) if day not in (5, 6)]


@pytest.fixture
def mail(app: Application, clock: FrozenClock) -> Iterator[Mail]:
    with mailing(app, clock) as mail:
        yield mail


def book(at: str, mail: Mail, email: str = VICTIM, name: str = "Marie Schmitt", **party: object) -> Appointment:
    """As a visitor of the site does."""
    what, draft_id = aim(make_motif(), make_presence(at).place, at), begin(now=mail.clock())
    hold(draft_id, what, now=mail.clock())
    values = {"person": Someone(name, email=read_email(email)), "origin": Origin.ONLINE, **party}
    return confirm(draft_id, what, Party(**values), now=mail.clock())  # type: ignore[arg-type]


def end(appointment: Appointment, verb: object, by: By, mail: Mail) -> None:
    with transaction(appointment.conseiller_id):
        verb(appointment, by=by, now=mail.clock())  # type: ignore[operator]


def send(mail: Mail) -> list[str]:
    """Who is written to once a minute has passed."""
    mail.clock.advance(minutes=2)
    return [str(letter["To"]) for letter in mail.send()]


def outcomes() -> list[Outcome | None]:
    letters = select(Due.outcome).where(Due.letter != Letter.SCHEDULE).order_by(Due.id)
    return list(db.session.scalars(letters))


def test_three_letters_a_day_and_no_more_go_to_one_mailbox(mail: Mail, clock: FrozenClock) -> None:
    """Plus-addresses are the same box; the appointments stand, and their pages are the receipt."""
    sent: list[str] = []
    for at, email in zip(SOME[:3], (VICTIM, "Lea+1@exemple.fr", "lea+2@exemple.fr"), strict=True):
        made = book(at, mail, email)
        sent += send(mail)
        end(made, cancel, By.citizen(), mail)
        sent += send(mail)
    assert len(sent) == CAUSED_AT_MOST
    assert outcomes() == [Outcome.SENT] * 3 + [Outcome.CAPPED] * 3
    (told,) = capped_letters(now=clock())
    assert told.startswith("3 lettre(s)")
    clock.advance(hours=24)
    book(SOME[4], mail)
    assert send(mail) == [VICTIM]
    assert capped_letters(now=clock()) == []


def test_another_mailbox_is_another_matter(mail: Mail) -> None:
    for at in SOME[:3]:
        book(at, mail)
    book(SOME[3], mail, "leo@exemple.fr")
    assert sorted(send(mail)) == [VICTIM] * 3 + ["leo@exemple.fr"]


def test_what_the_service_itself_causes_always_leaves(mail: Mail) -> None:
    made = [book(at, mail) for at in SOME[:3]]
    send(mail)
    desk = By.staff(make_staff())
    for each in made:
        end(each, revoke, desk, mail)
    assert len(send(mail)) == 3


def test_whoever_books_for_somebody_is_counted_apart(mail: Mail) -> None:
    """Each letter counts for whom it is written to alone."""
    helper = Someone("Paul", email="paul@exemple.fr")
    for at in SOME[:3]:
        book(at, mail, booked_by=Booker.PROFESSIONAL, booker=helper, told=Told.BOOKER)
    book(SOME[3], mail)
    assert sorted(send(mail)) == [VICTIM] + ["paul@exemple.fr"] * 3


def test_every_worker_answers_the_same_in_any_order(mail: Mail, clock: FrozenClock) -> None:
    """The order in which they were caused decides: workers that look at once let no fourth go."""
    for at in SOME[:5]:
        book(at, mail, booked_by=Booker.PROFESSIONAL, booker=Someone("Paul"), told=Told.BOTH)
    dues = db.session.scalars(select(Due).where(Due.caused_for.is_not(None)).order_by(Due.id.desc())).all()
    judged = [post.why_unsent(due, now=clock()) for due in dues]
    assert judged == [Outcome.CAPPED] * 2 + [None] * 3
    assert len(send(mail)) == 3


def test_no_row_holds_the_contact_that_it_is_counted_by(mail: Mail) -> None:
    book(SOME[0], mail)
    assert VICTIM not in repr(db.session.execute(select(Due.__table__)).all())


@pytest.mark.parametrize("name", ["Gagnez sur evil.example", "Votre compte est bloqué : appelez le 0899 70 12 34"])
def test_a_letter_tells_nothing_that_a_stranger_typed_as_a_name(mail: Mail, name: str) -> None:
    book(SOME[0], mail, name=name)
    helper = Someone("www.evil.example", email="paul@exemple.fr")
    book(SOME[1], mail, name=name, booked_by=Booker.RELATIVE, booker=helper, told=Told.BOTH)
    assert len(send(mail)) == 3
    for letter in mail.office.received:
        parts = [part.get_content() for part in letter.walk() if not part.is_multipart()]
        assert not [part for part in parts if "evil" in str(part) or "0899" in str(part)]
        assert text_of(letter).startswith("Bonjour, ")
    assert "Le rendez-vous de la personne que vous aidez est confirmé." in text_of(mail.office.received[-1])
