"""Long subjects arrive as they were written."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cnapp.delivery.letters import folded


@pytest.mark.parametrize(
    "subject",
    [
        "Rappel",
        "Une heure est libre\u00a0: mardi 1er\u00a0décembre à 9\u00a0h",
        "Liste d’attente quittée\u00a0: atelier du lundi 14\u00a0décembre à 8\u00a0h\u00a030",
    ],
)
def test_a_long_subject_keeps_its_spaces(subject: str) -> None:
    message = EmailMessage(policy=SMTP)
    message.set_raw("Subject", folded(subject))
    assert message_from_bytes(message.as_bytes(), policy=SMTP)["Subject"] == subject


def test_a_subject_is_one_header() -> None:
    assert "\n" not in folded("Rappel\nBcc: x@exemple.fr")
