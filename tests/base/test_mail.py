"""A mail server and a mailbox, as they are written in settings."""

from __future__ import annotations

import pytest

from cnapp.base.ics import Address
from cnapp.base.mail import Server, read_mailbox, read_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://post.metz.fr", Server("post.metz.fr", 25)),
        ("smtp://post.metz.fr:587?starttls=1", Server("post.metz.fr", 587, starttls=True)),
        ("smtps://rdv:p%40ss%2Fword@post.metz.fr", Server("post.metz.fr", 465, "rdv", "p@ss/word", tls=True)),
        ("smtp://[::1]:2525/", Server("::1", 2525)),
    ],
)
def test_a_server_is_read(url: str, server: Server) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "post.metz.fr",
        "http://post.metz.fr",
        "smtp://",
        "smtp://post.metz.fr:0",
        "smtp://post.metz.fr:99999",
        "smtp://post.metz.fr:port",
        "smtp://post.metz.fr/box",
        "smtp://post.metz.fr?tls=1",
        "smtp://post.metz.fr?starttls=yes",
        "smtps://post.metz.fr?starttls=1",
        "smtp://rdv@post.metz.fr",
        "smtp://:secret@post.metz.fr",
        "smtp://[post.metz.fr",
    ],
)
def test_what_is_no_server_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z ,]+$") as refusal:
        read_server(url)
    assert "post.metz.fr" not in str(refusal.value)


def test_a_password_is_never_printed() -> None:
    assert "secret" not in repr(read_server("smtps://rdv:secret@post.metz.fr"))


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("rdv@exemple.fr", Address("", "rdv@exemple.fr")),
        ("Aide numérique <rdv@exemple.fr>", Address("Aide numérique", "rdv@exemple.fr")),
        ('"Ville de Metz, aide" <rdv@exemple.fr>', Address("Ville de Metz, aide", "rdv@exemple.fr")),
    ],
)
def test_a_mailbox_is_read(text: str, mailbox: Address) -> None:
    assert read_mailbox(text) == mailbox


@pytest.mark.parametrize(
    "text",
    [
        "Aide numérique",
        "Aide <rdv@exemple.fr>, Autre <autre@exemple.fr>",
        "rdv@exemple.fr\nBcc: autre@exemple.fr",
        "Aide <rdv@>",
        "rdv@",
        "rdv@exemple.fr, autre@exemple.fr",
        "Equipe: a@exemple.fr;",
        "Aide <rdv@exemple.fr",
    ],
)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no mailbox"):
        read_mailbox(text)
