"""By which channel each is told."""

from __future__ import annotations

import pytest

from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.people import Staff
from cnapp.services.channels import ORDER, channels_to

MOBILE, LANDLINE = "+33612345678", "+33387123456"
EMAIL, SMS, CALL, PAPER = Channel


def test_each_letter_has_its_channels() -> None:
    assert set(ORDER) == set(Letter)


@pytest.mark.parametrize(
    ("letter", "contacts", "channels"),
    [
        (Letter.REVOKED, {"email": "lea@exemple.fr", "phone": MOBILE}, [EMAIL, SMS, CALL]),
        (Letter.REMINDED, {"email": "lea@exemple.fr", "phone": MOBILE}, [SMS, EMAIL, CALL]),
        (Letter.REVOKED, {"phone": LANDLINE}, [CALL]),
        (Letter.REVOKED, {"phone": LANDLINE, "no_calls": True}, []),
        (Letter.REVOKED, {"phone": MOBILE, "no_calls": True}, [SMS]),
        (Letter.REVOKED, {"phone": "+352621123456"}, [SMS, CALL]),
        (Letter.REVOKED, {"address": "1 rue de l’Exemple\n57000 Metz"}, [PAPER]),
        (Letter.REVOKED, {}, []),
        (Letter.CONFIRMED, {"phone": LANDLINE}, []),
        (Letter.MISSED, {"phone": LANDLINE}, []),
    ],
)
def test_the_best_that_contacts_allow(letter: Letter, contacts: dict[str, object], channels: list[Channel]) -> None:
    assert channels_to(Citizen(name="Léa", **contacts), letter) == channels


def test_the_team_is_written_to() -> None:
    assert channels_to(Staff(email="nadia@exemple.fr"), Letter.SCHEDULE) == [EMAIL]
