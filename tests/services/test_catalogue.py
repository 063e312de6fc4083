"""What is offered: a retired subject is offered to nobody, and stays on what was booked."""

from __future__ import annotations

import pytest

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import appointment_named
from cnapp.domain.motifs import Mode, Motif, MotifUnknown, motifs_all, motifs_ever, shortest_duration
from cnapp.services import catalogue
from cnapp.services.wishes import instead_of
from tests.factories import make_appointment, make_motif
from tests.support import FrozenClock

pytestmark = pytest.mark.usefixtures("app")


def retire(motif: Motif, clock: FrozenClock) -> None:
    with transaction():
        motif.retired_at = clock()


def test_a_retired_subject_is_offered_to_nobody_and_stays_on_what_was_booked(clock: FrozenClock) -> None:
    old, current = make_motif(duration_minutes=15), make_motif()
    booked = make_appointment(motif=old)
    retire(old, clock)

    assert db.session.scalars(motifs_all()).all() == catalogue.motifs_listed() == [current]
    assert catalogue.shortest_motif() == current
    assert db.session.scalar(shortest_duration()) == 45
    with pytest.raises(MotifUnknown):
        catalogue.motif_online(old.slug)
    assert set(db.session.scalars(motifs_ever())) == {old, current}
    assert db.session.scalars(appointment_named(booked.public_id)).one().motif == old


def test_a_retired_subject_is_not_offered_instead_of_another(clock: FrozenClock) -> None:
    twin = make_motif()
    in_place = make_motif(mode=Mode.FOR, perimeter="famille", instead_id=twin.id)
    assert instead_of(in_place, now=clock()) == twin
    retire(twin, clock)
    assert instead_of(in_place, now=clock()) is None
