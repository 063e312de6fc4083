"""The people who are helped, and those who book for them: a name, ways to reach them, and nothing more."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.contacts import initials, is_mobile, mailbox_of, name_words, short_name
from cnapp.base.database import Base, Instant, Key
from cnapp.base.names import KEY_LENGTH, beginnings, find_key
from cnapp.base.refusals import Refusal

LETTERS_OF_NAME = 3
UPCOMING_AT_MOST = 3


class NameMissing(Refusal):
    sentence = "Écrivez un nom ou un prénom."


class TooManyUpcoming(Refusal):
    sentence = (
        "Il y a déjà 3 rendez-vous à venir avec ce contact. "
        "Pour en prendre un autre, demandez à l’accueil d’un de nos lieux."
    )


class Need(StrEnum):
    """What makes a visit possible for somebody; each becomes a line « à préparer »."""

    WHEELCHAIR = "wheelchair"
    LOW_VISION = "low_vision"
    HEARING = "hearing"
    SIGN_LANGUAGE = "sign_language"
    CHILD = "child"
    COMPANION = "companion"
    LARGE_PRINT = "large_print"


class Citizen(Base):
    """One person as one booking knows them. Both contacts may be empty: neither is demanded."""

    __tablename__ = "citizens"

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    """Written by `be_called` alone, with the key below."""
    plain_name: Mapped[str] = mapped_column(String(KEY_LENGTH))
    """What the name is found by: its words, by spelling and by sound."""
    structure: Mapped[str | None] = mapped_column(String(120))
    """Where a professional who books for others works."""
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    """E.164."""
    phone_typed: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    mailbox: Mapped[str | None] = mapped_column(String(254), index=True)
    """The box behind the address: case and plus-addresses are the same box."""
    no_calls: Mapped[bool] = mapped_column(default=False)
    may_leave_message: Mapped[bool] = mapped_column(default=False)
    no_reminders: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str | None] = mapped_column(String(200))
    """Where letters on paper go, in lines; asked only of people without phone or e-mail."""
    language: Mapped[str | None] = mapped_column(String(3))
    """Spoken better than French: ISO 639 code."""
    created_at: Mapped[Instant]

    @property
    def keys(self) -> list[str]:
        """What tells that two rows have the same contact."""
        return [key for key in (self.phone, self.mailbox) if key]

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def short_name(self) -> str:
        return short_name(self.name)

    @property
    def has_mobile(self) -> bool:
        return self.phone is not None and is_mobile(self.phone)

    def answers_to(self, letters: str) -> bool:
        """Whether any word of the name begins with these letters, accents and case aside.

        A name of short words alone is also one word: « Le Bo » answers to « leb ».
        """
        typed = "".join(name_words(letters))[:LETTERS_OF_NAME]
        words = name_words(self.name)
        if all(len(word) < LETTERS_OF_NAME for word in words):
            words.append("".join(words))
        return bool(typed) and any(
            word.startswith(typed) and (len(typed) == LETTERS_OF_NAME or word == typed) for word in words
        )

    def be_called(self, name: str) -> None:
        self.name, self.plain_name = name, find_key(name)

    def write_to(self, email: str | None) -> None:
        self.email = email
        self.mailbox = mailbox_of(email) if email else None


def sounds_like(typed: str) -> ColumnElement[bool] | None:
    """Citizens whose name has a word for each word typed; None when too little was typed to search for."""
    wanted = beginnings(typed)
    if not wanted:
        return None
    contains = Citizen.plain_name.contains
    return and_(*(or_(*(contains(each, autoescape=True) for each in spellings)) for spellings in wanted))
