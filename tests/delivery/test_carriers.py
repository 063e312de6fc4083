"""Letters handed to a real mail server, which accepts, refuses, hangs, or drops the line half-way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from cnapp.base.mail import Server, read_server
from cnapp.config import POST_FOLDER
from cnapp.delivery.carriers import FolderCarrier, Permanent, SmtpCarrier, Temporary, carrier_set
from tests.delivery.postbox import Certificate, PostOffice, free_port, new_certificate, only, serving
from tests.engines import settings_for

ON_CI = os.environ.get("CI") == "true"
LEA = "lea@exemple.fr"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with serving(PostOffice()) as office:
        yield office


def letter(to: str = LEA) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Aide numérique <rdv@exemple.fr>"
    message["To"] = to
    message["Subject"] = "Rendez-vous confirmé"
    message["Message-ID"] = "<confirmed.abc.1@127.0.0.1>"
    message.set_content("Bonjour Léa,\n.\nVotre rendez-vous est confirmé.\n")
    return message


def carrier(office: PostOffice, **account: str) -> SmtpCarrier:
    return SmtpCarrier(Server("127.0.0.1", office.port, **account), patience=0.3)  # type: ignore[arg-type]


def test_a_letter_arrives_whole(office: PostOffice) -> None:
    carrier(office).send(letter())
    (received,) = office.received
    assert office.envelopes == [("rdv@exemple.fr", [LEA])]
    assert received["Message-ID"] == "<confirmed.abc.1@127.0.0.1>"
    assert received.get_content().splitlines() == ["Bonjour Léa,", ".", "Votre rendez-vous est confirmé."]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"recipient": "450 4.2.0 lea@exemple.fr greylisted"}, "smtp 450"),
        ({"recipient": "421 4.3.0 closing"}, "smtp 421"),
        ({"data": "451 4.3.0 disk full"}, "smtp 451"),
        ({"mail": "451 4.3.0 later"}, "smtp 451 sender"),
        ({"mail": "550 5.7.1 sender refused"}, "smtp 550 sender"),
    ],
)
def test_what_may_be_accepted_later_is_temporary(office: PostOffice, answers: dict[str, str], code: str) -> None:
    vars(office).update(answers)
    with pytest.raises(Temporary) as refusal:
        carrier(office).send(letter())
    assert refusal.value.code == code
    assert office.received == []


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"recipient": "550 5.1.1 lea@exemple.fr unknown"}, "smtp 550"),
        ({"recipient": "552 5.2.2 mailbox full"}, "smtp 552"),
        ({"data": "554 5.6.0 refused"}, "smtp 554"),
    ],
)
def test_what_will_never_be_accepted_is_permanent(office: PostOffice, answers: dict[str, str], code: str) -> None:
    vars(office).update(answers)
    with pytest.raises(Permanent) as refusal:
        carrier(office).send(letter())
    assert refusal.value.code == code
    assert office.received == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", ["hangs", "drops"])
def test_a_server_that_hangs_or_drops_the_line_is_tried_again(office: PostOffice, fault: str, command: str) -> None:
    setattr(office, fault, command)
    with pytest.raises(Temporary) as refusal:
        carrier(office).send(letter())
    assert "exemple" not in refusal.value.code


@pytest.mark.parametrize("fault", ["hangs", "drops"])
def test_what_was_accepted_stays_accepted_without_a_goodbye(office: PostOffice, fault: str) -> None:
    setattr(office, fault, "QUIT")
    carrier(office).send(letter())
    assert len(office.received) == 1


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(Temporary) as refusal:
        SmtpCarrier(Server("127.0.0.1", free_port()), patience=0.3).send(letter())
    assert refusal.value.code == "connection refused error"


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_a_server_that_does_not_encrypt_is_given_nothing(office: PostOffice, mode: str) -> None:
    server = Server("127.0.0.1", office.port, tls=mode == "tls", starttls=mode == "starttls")
    with pytest.raises(Temporary):
        SmtpCarrier(server, patience=0.3).send(letter())
    assert office.received == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    if shutil.which("openssl") is None:
        (pytest.fail if ON_CI else pytest.skip)("no openssl: apt install openssl")
    return new_certificate(tmp_path_factory.mktemp("certificate"))


@contextmanager
def encrypting(mode: str, certificate: Certificate) -> Iterator[PostOffice]:
    """A server that speaks TLS from the first word, or once it is asked and not before."""
    option = "ssl_context" if mode == "tls" else "tls_context"
    with serving(PostOffice(), **{option: certificate.context}, require_starttls=mode == "starttls") as office:
        yield office


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_a_letter_travels_encrypted_to_a_server_that_is_who_it_says(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    with encrypting(mode, certificate) as office:
        server = Server("127.0.0.1", office.port, tls=mode == "tls", starttls=mode == "starttls")
        with pytest.raises(Temporary) as refusal:
            SmtpCarrier(server, patience=2).send(letter())
        assert refusal.value.code == "sslcert verification error"
        assert office.envelopes == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        SmtpCarrier(server, patience=2).send(letter())
        assert office.envelopes == [("rdv@exemple.fr", [LEA])]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_server_that_asks_for_it_is_told_user_and_password() -> None:
    with serving(PostOffice(), **only("rdv", "p@ss/word")) as office:
        server = read_server(f"smtp://rdv:p%40ss%2Fword@127.0.0.1:{office.port}")
        SmtpCarrier(server, patience=1).send(letter())
        assert len(office.received) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_mended_by_the_town_so_letters_wait() -> None:
    with serving(PostOffice(), **only("rdv", "right")) as office, pytest.raises(Temporary) as refusal:
        carrier(office, user="rdv", password="wrong").send(letter())
    assert refusal.value.code == "smtp 535"


BAD = [
    "lea@exemple.fr, paul@exemple.fr",
    "equipe: lea@exemple.fr, paul@exemple.fr;",
    "lea@exemple.fr;paul@exemple.fr",
    "Léa <lea@exemple.fr>",
    "lea",
    '"lea paul"@exemple.fr',
    "l" * 300 + "@exemple.fr",
    "",
]


@pytest.mark.parametrize("to", BAD)
def test_only_one_sound_address_ever_reaches_the_wire(office: PostOffice, tmp_path: Path, to: str) -> None:
    for each in (carrier(office), FolderCarrier(tmp_path)):
        with pytest.raises(Permanent) as refusal:
            each.send(letter(to))
        assert "exemple" not in refusal.value.code
    assert office.envelopes == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("header", ["Cc", "Bcc"])
def test_nobody_is_copied(office: PostOffice, header: str) -> None:
    copied = letter()
    copied[header] = "paul@exemple.fr"
    with pytest.raises(Permanent):
        carrier(office).send(copied)
    assert office.envelopes == []


def test_an_address_with_accents_needs_a_server_that_knows_them() -> None:
    with serving(PostOffice(), enable_SMTPUTF8=False) as office, pytest.raises(Permanent) as refusal:
        carrier(office).send(letter("léa@exemple.fr"))
    assert refusal.value.code == "smtputf8"
    with serving(PostOffice(), enable_SMTPUTF8=True) as office:
        carrier(office).send(letter("léa@exemple.fr"))
        assert office.envelopes == [("rdv@exemple.fr", ["léa@exemple.fr"])]


def test_a_folder_keeps_one_file_a_letter_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = FolderCarrier(tmp_path / "post")
    for _ in range(2):
        folder.send(letter())
    (file,) = (tmp_path / "post").iterdir()
    assert file.name == "confirmed.abc.1_127.0.0.1.eml"
    assert b"To: lea@exemple.fr" in file.read_bytes()


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("a file stands there")
    with pytest.raises(Temporary):
        FolderCarrier(tmp_path / "post").send(letter())


def test_the_carrier_is_the_one_that_settings_name() -> None:
    def chosen(**settings: str) -> object:
        return carrier_set(settings_for("sqlite://", **settings))

    assert chosen() == FolderCarrier(POST_FOLDER)
    assert chosen(smtp_url="smtp://post.metz.fr") == SmtpCarrier(Server("post.metz.fr", 25))
    assert chosen(base_url="https://rdv.metz.fr") is None
