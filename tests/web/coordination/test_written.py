"""On a developer's machine the coordinator reads in the browser what was written into a folder, not sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cnapp.delivery.carriers import carrier_set
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.sms import sms_carrier_set
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.people import Staff
from cnapp.services.written import SHOWN_AT_MOST
from cnapp.web.application import Application
from tests.factories import make_appointment, make_due, metz
from tests.support import visit

HOME = "/coordination/lettres/parties"


@pytest.fixture
def folder(app: Application, tmp_path: Path) -> Iterator[Path]:
    own = app.settings
    app.settings = replace(own, post_folder=tmp_path / "post")
    yield app.settings.post_folder
    app.settings = own


def put(folder: Path, name: str, text: str, at: str = "2026-11-30 07:00") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    os.utime(folder / name, (metz(at).timestamp(),) * 2)


def names(client: FlaskClient) -> list[str]:
    return [str(link["href"]).rpartition("/")[2] for link in visit(client, HOME).html.select("tbody a")]


def test_what_the_worker_wrote_is_read_there(app: Application, client: FlaskClient, anne: Staff, folder: Path) -> None:
    mail = make_due(make_appointment(name="Léa Ébert", email="lea@exemple.fr"), app.clock())
    text = make_due(make_appointment(phone="+33639980001"), app.clock())
    carriers = {"mail": carrier_set(app.settings), "sms": sms_carrier_set(app.settings)}
    work_off(PostOffice(Sorting(app.settings, **carriers).parcel), clock=app.clock)  # type: ignore[arg-type]

    assert set(names(client)) == {f"{mail.key.replace('/', '.')}_127.0.0.1.eml", f"{text.reference}.sms"}
    shown = visit(client, HOME).text
    assert (
        "SMS Aide numérique Metz : rendez-vous déplacé au" in shown and "e-mail Rendez-vous changé : jeudi 3" in shown
    )
    read = visit(client, f"{HOME}/{text.reference}.sms").text
    assert "To: +33639980001 Aide numérique Metz : rendez-vous déplacé" in read
    read = visit(client, f"{HOME}/{mail.key.replace('/', '.')}_127.0.0.1.eml").text
    assert "To: lea@exemple.fr" in read and "Bonjour Léa Ébert," in read


def test_the_newest_stands_first_and_the_oldest_are_left_out(client: FlaskClient, anne: Staff, folder: Path) -> None:
    for number in range(SHOWN_AT_MOST + 5):
        put(folder, f"moved-{number:03}.sms", "x", f"2026-11-{1 + number // 24:02} {number % 24:02}:00")
    shown = names(client)
    assert len(shown) == SHOWN_AT_MOST and shown == sorted(shown, reverse=True)


def test_only_letters_are_listed_and_opened(client: FlaskClient, anne: Staff, folder: Path) -> None:
    """I14."""
    put(folder, "moved-1.sms", "To: +33639980001")
    put(folder, "notes.txt", "mine")
    put(folder.parent, "secret.sms", "hush")
    (folder / "link.sms").symlink_to(folder.parent / "secret.sms")
    (folder / "folder.sms").mkdir()
    assert names(client) == ["moved-1.sms"]
    for name in ("notes.txt", "link.sms", "folder.sms", "..", "../secret.sms", "..%2fsecret.sms", "%2e%2e/secret.sms"):
        page = visit(client, f"{HOME}/{name}")
        assert page.status == 404 or page.address != f"{HOME}/{name}", name
        assert "hush" not in page.text and "mine" not in page.text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"])
@pytest.mark.parametrize("kind", ["eml", "sms"])
def test_a_file_that_is_no_letter_breaks_nothing(
    client: FlaskClient, anne: Staff, folder: Path, content: bytes, kind: str
) -> None:
    put(folder, f"odd.{kind}", "")
    (folder / f"odd.{kind}").write_bytes(content)
    assert visit(client, f"{HOME}/odd.{kind}").status == 200


def test_an_empty_folder_says_how_to_fill_it(client: FlaskClient, anne: Staff, folder: Path) -> None:
    page = visit(client, HOME)
    assert page.status == 200 and "Prenez un rendez-vous" in page.text
    assert visit(client, "/coordination/lettres").html.select_one(f'main a[href="{HOME}"]')


def test_in_production_there_is_no_such_page(app: Application, client: FlaskClient, anne: Staff, folder: Path) -> None:
    put(folder, "moved-1.sms", "To: +33639980001")
    app.settings = replace(app.settings, base_url="https://rdv.metz.fr")
    for address in (HOME, f"{HOME}/moved-1.sms"):
        assert client.get(address).status_code == 404
