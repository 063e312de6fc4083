"""SMS handed to a real gateway, which accepts, refuses, fails, hangs, hangs up half-way, or talks nonsense."""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnapp.base.gateways import Gateway, Shape, read_fields
from cnapp.config import POST_FOLDER
from cnapp.delivery.carriers import Permanent, Temporary
from cnapp.delivery.sms import GatewayCarrier, Sms, SmsFolder, gateway_set, sms_carrier_set
from tests.delivery.gateway import SmsOffice, answering
from tests.delivery.postbox import free_port, new_certificate
from tests.engines import settings_for

ON_CI = os.environ.get("CI") == "true"
PAUL = "+33639980001"
TEXT = 'Aide numérique Metz : rendez-vous à 9h45, Salle "A&B" = 50 % + été.'
SMS = Sms(PAUL, TEXT, "confirmed-0123-1")


@pytest.fixture
def office() -> Iterator[SmsOffice]:
    with answering(SmsOffice()) as office:
        yield office


def gateway(office: SmsOffice, shape: Shape = Shape.JSON, fields: str = "") -> Gateway:
    account = {"user": "metz", "password": "p:ss été", "key": "k-81"}
    return Gateway(office.url, shape, **account, sender="AideNumeriq", fields=read_fields(fields))


def carrier(office: SmsOffice, shape: Shape = Shape.JSON) -> GatewayCarrier:
    return GatewayCarrier(gateway(office, shape), patience=0.3)


def test_a_gateway_that_reads_forms_is_sent_one(office: SmsOffice) -> None:
    carrier(office, Shape.FORM).send(SMS)
    (asked,) = office.asked
    assert asked.path == "/v1/messages?account=7"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert asked.headers["Authorization"] == "Basic " + b64encode("metz:p:ss été".encode()).decode()
    assert asked.form == {"to": PAUL, "text": TEXT, "from": "AideNumeriq", "ref": "confirmed-0123-1"}


def test_a_gateway_that_reads_json_is_sent_that(office: SmsOffice) -> None:
    carrier(office).send(SMS)
    (asked,) = office.asked
    assert asked.headers["Content-Type"] == "application/json; charset=utf-8"
    assert asked.headers["Authorization"] == "Bearer k-81"
    assert asked.json == {"to": PAUL, "text": TEXT, "from": "AideNumeriq", "ref": "confirmed-0123-1"}


@pytest.mark.parametrize("shape", Shape)
def test_each_gateway_has_its_own_names(office: SmsOffice, shape: Shape) -> None:
    names = "to=recipient, text=message,from=sender,ref=reference"
    GatewayCarrier(gateway(office, shape, names), patience=0.3).send(SMS)
    (asked,) = office.asked
    said = asked.form if shape is Shape.FORM else asked.json
    assert said == {"recipient": PAUL, "message": TEXT, "sender": "AideNumeriq", "reference": "confirmed-0123-1"}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_whatever_says_yes_has_taken_it(office: SmsOffice, status: int) -> None:
    office.status = status
    carrier(office).send(SMS)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_number_that_is_refused_is_refused_for_good(office: SmsOffice, status: int) -> None:
    """N06."""
    office.status = status
    with pytest.raises(Permanent) as refusal:
        carrier(office).send(SMS)
    assert refusal.value.code == f"sms {status}"


@pytest.mark.parametrize("status", [401, 402, 403, 405, 408, 409, 415, 425, 429, 500, 502, 503, 504, 599])
def test_what_is_wrong_with_our_account_or_the_gateway_will_be_mended(office: SmsOffice, status: int) -> None:
    office.status = status
    with pytest.raises(Temporary) as refusal:
        carrier(office).send(SMS)
    assert refusal.value.code == f"sms {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_elsewhere(office: SmsOffice, status: int) -> None:
    with answering(SmsOffice()) as elsewhere:
        office.status, office.headers = status, {"Location": elsewhere.url}
        with pytest.raises(Temporary) as refusal:
            carrier(office).send(SMS)
    assert refusal.value.code == f"sms {status}"
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"hangs": True}, "timeout error"),
        ({"drops": True}, "remote disconnected"),
        ({"cut_after": 11}, "bad status line"),
        ({"raw": b"\x16\x03\x01 nonsense about +33639980001\r\n\r\n"}, "bad status line"),
        ({"raw": b"HTTP/1.1 200 " + b"x" * 70_000}, "line too long"),
    ],
)
def test_a_gateway_that_says_nothing_sensible_is_tried_again(
    office: SmsOffice, fault: dict[str, object], code: str
) -> None:
    vars(office).update(fault)
    with pytest.raises(Temporary) as refusal:
        carrier(office).send(SMS)
    assert refusal.value.code == code
    assert len(office.asked) == 1


@pytest.mark.parametrize("cut_after", [16, 30, 70])
def test_what_was_accepted_stays_accepted_however_the_rest_is_cut(office: SmsOffice, cut_after: int) -> None:
    office.cut_after = cut_after
    carrier(office).send(SMS)


def test_sent_again_it_has_the_same_reference(office: SmsOffice) -> None:
    """So that a gateway which took it before the line was cut sends it once."""
    office.drops = True
    with pytest.raises(Temporary):
        carrier(office).send(SMS)
    office.drops = False
    carrier(office).send(SMS)
    assert len({asked.json["ref"] for asked in office.asked}) == 1


def test_a_gateway_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(Temporary) as refusal:
        carrier(SmsOffice(port=free_port())).send(SMS)
    assert refusal.value.code == "connection refused error"


def test_an_sms_travels_encrypted_to_a_gateway_that_is_who_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        (pytest.fail if ON_CI else pytest.skip)("no openssl: apt install openssl")
    certificate = new_certificate(tmp_path)
    with answering(SmsOffice(), certificate.context) as office:
        own = Gateway(office.url.replace("http:", "https:"), Shape.JSON, key="k-81")
        with pytest.raises(Temporary) as refusal:
            GatewayCarrier(own, patience=2).send(SMS)
        assert refusal.value.code == "sslcert verification error"
        assert office.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
        GatewayCarrier(own, patience=2).send(SMS)
        assert len(office.asked) == 1


BAD = [
    "+33387123456",  # a landline
    "+33912345678",  # a box at home
    "+12025550123",  # far away
    "+5511961234567",
    "+33612345",
    "+3361234567890",
    "0639980001",
    "+33639980001, +33639980002",
    "+33639980001\r\nBcc: +33639980002",
    "+33 6 39 98 00 01",
    "+٣٣٦٣٩٩٨٠٠٠١",
    "Paul",
    "+",
    "",
]


@pytest.mark.parametrize("to", BAD)
def test_landlines_foreign_and_impossible_numbers_never_reach_the_wire(
    office: SmsOffice, tmp_path: Path, to: str
) -> None:
    for each in (carrier(office), SmsFolder(tmp_path)):
        with pytest.raises(Permanent) as refusal:
            each.send(Sms(to, TEXT, "confirmed-0123-1"))
        assert refusal.value.code == "sms number"
    assert office.asked == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", [PAUL, "+33712345678", "+352621123456", "+4915123456789", "+32470123456"])
def test_mobiles_of_france_and_of_its_neighbours_do(office: SmsOffice, to: str) -> None:
    carrier(office).send(Sms(to, TEXT, "confirmed-0123-1"))
    assert office.asked[0].json["to"] == to


def test_a_folder_keeps_one_file_an_sms_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = SmsFolder(tmp_path / "post")
    for _ in range(2):
        folder.send(SMS)
    (file,) = (tmp_path / "post").iterdir()
    assert file.name == "confirmed-0123-1.sms"
    assert file.read_text() == f"To: {PAUL}\n\n{TEXT}\n"


def test_no_reference_leads_out_of_the_folder(tmp_path: Path) -> None:
    SmsFolder(tmp_path / "post").send(Sms(PAUL, TEXT, "../../secret"))
    assert [each.parent.name for each in tmp_path.rglob("*.sms")] == ["post"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("a file stands there")
    with pytest.raises(Temporary):
        SmsFolder(tmp_path / "post").send(SMS)


def test_the_carrier_is_the_one_that_settings_name() -> None:
    town = {"base_url": "https://rdv.metz.fr"}
    assert sms_carrier_set(settings_for("sqlite://")) == SmsFolder(POST_FOLDER)
    assert sms_carrier_set(settings_for("sqlite://", **town)) is None
    account = {"sms_shape": "form", "sms_user": "metz", "sms_password": "secret", "sms_sender": "Metz"}
    set_so = settings_for("sqlite://", **town, sms_url="https://sms.example/send", **account, sms_fields="to=mobile")
    assert sms_carrier_set(set_so) == GatewayCarrier(gateway_set(set_so))
    assert gateway_set(set_so).fields["to"] == "mobile"
    assert gateway_set(set_so).shape is Shape.FORM


def test_no_secret_of_a_gateway_is_shown(office: SmsOffice) -> None:
    shown = repr(gateway(office))
    assert not [secret for secret in ("p:ss", "k-81", "account=7") if secret in shown]
