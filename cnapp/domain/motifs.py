"""What people want help with, in their own words, and how an appointment for it is booked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import CheckConstraint, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, later, one_of, refers_to
from cnapp.base.refusals import Refusal


class MotifUnknown(Refusal):
    sentence = "Ce sujet n’existe pas ou plus. Choisissez-en un autre."


class Word(StrEnum):
    """The seven words of the first question."""

    PHONE = "telephone"
    COMPUTER = "ordinateur"
    EMAIL = "e-mails"
    PROCEDURE = "demarche"
    SCAMS = "arnaques"
    OTHER = "autre"
    UNSURE = "ne-sais-pas"


class Mode(StrEnum):
    """Who holds the keyboard."""

    LEARN = "learn"
    WITH = "with"
    FOR = "for"
    """In the person's place: only by a conseiller habilitated for the perimeter."""


class Motif(Base):
    """A subject that can be booked."""

    __tablename__ = "motifs"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 5 AND 240", "motif_duration"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 120", "motif_buffer"),
        CheckConstraint("horizon_days BETWEEN 1 AND 365", "motif_horizon"),
        CheckConstraint("least_notice_minutes >= 0", "motif_least_notice"),
        CheckConstraint("(mode = 'for') = (perimeter IS NOT NULL)", "motif_perimeter_when_in_place_of"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    word: Mapped[Word] = one_of(Word, "motif_word")
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(120))
    bring: Mapped[str] = mapped_column(String(300), default="")
    """What the person should bring, in words."""
    theme: Mapped[str] = mapped_column(String(60))
    """National theme code (La Coop de la médiation numérique)."""
    mode: Mapped[Mode] = one_of(Mode, "motif_mode")
    perimeter: Mapped[str | None] = mapped_column(String(20))
    instead_id: Mapped[int | None] = refers_to("motifs.id")
    """What is offered when nobody habilitated is free: the same step, done with the person."""
    duration_minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    least_notice_minutes: Mapped[int] = mapped_column(default=120)
    horizon_days: Mapped[int] = mapped_column(default=56)
    online: Mapped[bool] = mapped_column(default=True)
    retired_at: Mapped[Instant | None]
    """Since then nobody is offered it any more; what was booked keeps it."""
    updated_at: Mapped[Instant]

    @property
    def is_offered_online(self) -> bool:
        return self.online and self.retired_at is None


def motifs_all() -> Select[Motif]:
    """Those that only staff can book too; not the retired ones."""
    return select(Motif).where(Motif.retired_at.is_(None)).order_by(Motif.word, Motif.position, Motif.title)


def motifs_online() -> Select[Motif]:
    return motifs_all().where(Motif.online)


def motifs_ever() -> Select[Motif]:
    """The retired ones too, for whoever keeps the list."""
    return select(Motif).order_by(Motif.word, Motif.position, Motif.title)


def motifs_for(word: Word, motifs: Sequence[Motif]) -> list[Motif]:
    """Those of a word; all of them for a word that has none."""
    return [motif for motif in motifs if motif.word is word] or list(motifs)


def motif_to_begin_with(motifs: Sequence[Motif]) -> Motif | None:
    """For whoever has said one word only: the shortest that citizens book too, and that needs no right to act."""
    plain = [motif for motif in motifs if motif.online and motif.mode is not Mode.FOR]
    return min(plain or motifs, key=lambda motif: motif.duration_minutes, default=None)


def motif_called(slug: str) -> Select[Motif]:
    return select(Motif).where(Motif.slug == slug)


WORDS_ONLINE = motifs_online().with_only_columns(Motif.word).order_by(None).distinct()
ONLINE_UNDER = motifs_online().where(Motif.word == later("word"))
MOTIF_CALLED = motif_called(later("slug"))
"""What each booking asks of the catalogue, ready to be sent."""


def shortest_duration() -> Select[int | None]:
    """Minutes of the shortest motif: a hole shorter than that serves nobody."""
    return select(func.min(Motif.duration_minutes)).where(Motif.retired_at.is_(None))
