"""What is written of a free time: an e-mail, and an SMS in one part that never names the subject."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from cnapp.domain.outbox import Letter
from cnapp.services.letter_samples import samples
from cnapp.services.tellings import Telling
from cnapp.web.application import Application
from cnapp.wording.letters import write
from cnapp.wording.sms import write_sms
from tests.engines import settings_for
from tests.factories import metz

GSM_7 = re.compile(r"[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\n\r^{}\\\[~\]|€]+")
SETTINGS = settings_for("sqlite://", base_url="https://rdv.metz.fr", link_key="k" * 40)


def told(now: datetime) -> Telling:
    """To somebody without appointment."""
    return samples(Letter.OFFERED, now=now)[-1]


def sms(telling: Telling) -> str:
    return write_sms(telling, SETTINGS)


@pytest.mark.parametrize("place", ["Mairie", "Médiathèque Verlaine", "Mairie de quartier de Metz-Nord et Patrotte"])
def test_an_sms_is_one_part_with_the_link_whole(app: Application, place: str) -> None:
    telling = told(metz("2026-12-29 08:00"))
    assert telling.offer
    telling.offer.place.name = place
    text = sms(telling)
    assert len(text) <= 160 and GSM_7.fullmatch(text), text
    assert re.match(
        r"Aide numérique( Metz)? : heure libre samedi 2 janv. à 9h45, (Mairie|Médiathèque Verlaine)", text
    ), text
    assert text.endswith(f" https://rdv.metz.fr/attente/{telling.offer.wait.link(SETTINGS.link_key)}")
    assert "e-mail" not in text


def test_an_e_mail_says_what_where_until_when_and_how_to_answer(app: Application) -> None:
    written = write(told(metz("2026-11-30 08:00")), SETTINGS)
    assert written.subject == "Une heure est libre\u00a0: vendredi 4\u00a0décembre à 9\u00a0h\u00a045"
    text = " ".join(written.text.split())
    for words in (
        "Une heure est libre pour vous",
        "jusqu’au mardi 1er décembre à 9 h 45",
        "quitter la liste d’attente",
    ):
        assert words in text
    assert "Lucienne" not in written.subject
