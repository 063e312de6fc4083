"""What the town sets is read once, and every fault of it is said at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import request

from cnapp import create_app
from cnapp.config import ROOT, BadSettings, Settings, from_environment
from cnapp.web import configuration
from tests.engines import settings_for

PRODUCTION = {
    "CNAPP_BASE_URL": "https://rdv.metz.fr",
    "CNAPP_DATABASE_URL": "postgresql://rdv:Zx81-kappa@db.metz.fr/rdv",
    "CNAPP_SECRET_KEY": "s" * 40,
    "CNAPP_LINK_KEY": "l" * 40,
}


def faults(**changes: str) -> list[str]:
    with pytest.raises(BadSettings) as refusal:
        from_environment({**PRODUCTION, **changes})
    return refusal.value.faults


def test_production_with_all_that_it_needs_is_served() -> None:
    settings = from_environment(PRODUCTION)

    assert not settings.is_local
    assert settings.database_url == "postgresql+psycopg://rdv:Zx81-kappa@db.metz.fr/rdv"
    assert configuration(settings)["SESSION_COOKIE_SECURE"] is True
    assert configuration(settings)["TRUSTED_HOSTS"] == ["rdv.metz.fr"]


def test_a_first_try_needs_no_setting_and_keeps_its_keys() -> None:
    settings = from_environment({})

    assert settings.is_local
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.database_url.startswith("sqlite:///")
    assert len(settings.secret_key) >= 32
    assert settings.secret_key != settings.link_key
    assert from_environment({}) == settings
    assert configuration(settings)["SESSION_COOKIE_SECURE"] is False


def test_port_chooses_the_base_url() -> None:
    assert from_environment({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"


def test_every_fault_is_said_at_once() -> None:
    """O01."""
    said = faults(
        CNAPP_BASE_URL="http://rdv.metz.fr",
        CNAPP_DATABASE_URL="postgresql://postgres:postgres@db.metz.fr/rdv",
        CNAPP_SECRET_KEY="",
        CNAPP_LINK_KEY="short",
        CNAPP_PROXIES="two",
        FLASK_DEBUG="1",
    )

    assert said == [
        "CNAPP_PROXIES doit être un nombre entier.",
        "CNAPP_SECRET_KEY manque ou a moins de 32 caractères.",
        "CNAPP_LINK_KEY manque ou a moins de 32 caractères.",
        "Le mode debug est refusé en production.",
        "En production, CNAPP_BASE_URL commence par https://.",
        "Le mot de passe de la base est celui par défaut.",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CNAPP_BASE_URL", "rdv.metz.fr"),
        ("CNAPP_BASE_URL", "https://"),
        ("CNAPP_BASE_URL", "https://[::1"),
        ("CNAPP_BASE_URL", "https://rdv.metz.fr/rdv"),
        ("CNAPP_BASE_URL", "https://rdv.metz.fr:port"),
        ("CNAPP_BASE_URL", "https://rdv.metz.fr?x=1"),
        ("CNAPP_BASE_URL", "ftp://rdv.metz.fr"),
        ("CNAPP_DATABASE_URL", "mysql://rdv@db/rdv"),
        ("CNAPP_DATABASE_URL", "sqlite:rdv"),
        ("CNAPP_SECRET_KEY", "l" * 40),
        ("CNAPP_PROXIES", "-1"),
        ("CNAPP_PROXIES", "²"),
        ("CNAPP_NEEDS_KEPT_DAYS", "a month"),
        ("CNAPP_CITIZENS_KEPT_MONTHS", "0"),
        ("CNAPP_ROSTER_WEEKS", "0"),
        ("CNAPP_ROSTER_WEEKS", "9999999999999999999"),
        ("CNAPP_TOWN_SITE", "http://metz.fr"),
        ("CNAPP_TOWN_SITE", "https://metz.fr; script-src *"),
        ("CNAPP_ACCESSIBILITY_STATE", "conforme"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    assert any(name in sentence or "CNAPP_SECRET_KEY" in sentence for sentence in faults(**{name: value}))


@pytest.mark.parametrize("password", ["postgres", "password", "cnapp", "changeme", "", "rdv"])
def test_a_database_password_that_anybody_guesses_is_refused_in_production(password: str) -> None:
    said = faults(CNAPP_DATABASE_URL=f"postgresql://rdv:{password}@db.metz.fr/rdv")

    assert said == ["Le mot de passe de la base est celui par défaut."]


def test_a_port_that_is_none_is_refused() -> None:
    for port in ("http", "70000", "0"):
        with pytest.raises(BadSettings):
            from_environment({"PORT": port})


def test_no_fault_repeats_a_secret() -> None:
    said = " ".join(faults(CNAPP_SECRET_KEY="hush", CNAPP_DATABASE_URL="mysql://rdv:hush@db/rdv"))

    assert "hush" not in said


def test_the_dates_that_data_is_kept_are_read() -> None:
    chosen = from_environment(
        {**PRODUCTION, "CNAPP_CITIZENS_KEPT_MONTHS": "12", "CNAPP_NEEDS_KEPT_DAYS": "7", "CNAPP_PROXIES": "1"}
    )

    assert (chosen.citizens_kept_months, chosen.needs_kept_days, chosen.proxies) == (12, 7, 1)
    assert isinstance(chosen, Settings)


def test_with_wrong_settings_the_server_stops_and_says_all_of_them() -> None:
    server = ["-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:0", "app:app"]
    environment = {"PATH": os.environ["PATH"], "CNAPP_BASE_URL": "http://rdv.metz.fr"}

    ended = subprocess.run(
        [sys.executable, *server], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 3
    assert ended.stderr.count("CNAPP_LINK_KEY manque") == 1
    assert "En production, CNAPP_BASE_URL commence par https://." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_forwarded_headers_count_only_behind_the_proxies_that_are_set(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"}
    seen = {}
    for proxies in (0, 1):
        app = create_app(settings_for(f"sqlite:///{tmp_path}/town.sqlite", proxies=proxies))
        app.before_request_funcs.clear()
        app.add_url_rule("/seen", view_func=lambda: [request.remote_addr, request.scheme, request.environ["HTTP_HOST"]])
        answer = app.test_client().get("/seen", headers=forwarded, base_url="http://127.0.0.1:5000")
        seen[proxies] = answer.json

    assert seen[0] == ["127.0.0.1", "http", "127.0.0.1:5000"]
    assert seen[1] == ["203.0.113.9", "https", "localhost"]


LETTERS = {"CNAPP_SMTP_URL": "smtps://rdv:Zx81-kappa@post.metz.fr", "CNAPP_MAIL_FROM": "Aide numérique <rdv@metz.fr>"}


def test_a_mail_server_and_a_sender_let_letters_leave() -> None:
    assert not from_environment(PRODUCTION).sends_mail
    settings = from_environment({**PRODUCTION, **LETTERS})
    assert settings.sends_mail
    assert "kappa" not in repr(settings).replace(settings.database_url, "")


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"CNAPP_SMTP_URL": "post.metz.fr:Zx81-kappa"}, "CNAPP_SMTP_URL s’écrit smtp://"),
        ({"CNAPP_MAIL_FROM": ""}, "CNAPP_MAIL_FROM manque"),
        ({"CNAPP_MAIL_FROM": "a@metz.fr, Zx81-kappa@metz.fr"}, "CNAPP_MAIL_FROM s’écrit"),
        ({"CNAPP_MAIL_REPLY_TO": "Zx81-kappa"}, "CNAPP_MAIL_REPLY_TO s’écrit"),
    ],
)
def test_a_fault_of_the_mail_settings_is_said_without_its_value(changes: dict[str, str], beginning: str) -> None:
    (said,) = faults(**{**LETTERS, **changes})
    assert said.startswith(beginning)
    assert "kappa" not in said


JSON_SMS = {
    "CNAPP_SMS_URL": "https://sms.example/v1/send?account=kappa7",
    "CNAPP_SMS_KEY": "Zx81-kappa",
    "CNAPP_SMS_SENDER": "VilleMetz",
}
FORM_SMS = {
    **JSON_SMS,
    "CNAPP_SMS_SHAPE": "form",
    "CNAPP_SMS_KEY": "",
    "CNAPP_SMS_USER": "metz",
    "CNAPP_SMS_PASSWORD": "Zx81-kappa",
    "CNAPP_SMS_FIELDS": "to=recipient,text=message,from=sender,ref=reference",
    "CNAPP_SMS_WEBHOOK_KEY": "kappa" * 8,
}


@pytest.mark.parametrize("set_so", [JSON_SMS, FORM_SMS])
def test_a_gateway_and_its_account_let_sms_leave(set_so: dict[str, str]) -> None:
    assert not from_environment(PRODUCTION).sends_sms
    settings = from_environment({**PRODUCTION, **set_so})
    assert settings.sends_sms
    assert "kappa" not in repr(settings).replace(settings.database_url, "")


@pytest.mark.parametrize("sender", ["Metz", "AideNumeriq", "3M", "36184", "+33612345678"])
def test_a_sender_is_a_short_name_or_a_number(sender: str) -> None:
    assert from_environment({**PRODUCTION, **JSON_SMS, "CNAPP_SMS_SENDER": sender}).sms_sender == sender


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"CNAPP_SMS_URL": "sms.example/kappa"}, "CNAPP_SMS_URL est"),
        ({"CNAPP_SMS_URL": "https://metz:kappa@sms.example/"}, "CNAPP_SMS_URL est"),
        ({"CNAPP_SMS_URL": "https://sms.example/\r\nX-Kappa: kappa"}, "CNAPP_SMS_URL est"),
        ({"CNAPP_SMS_URL": "https://sms.example:kappa/"}, "CNAPP_SMS_URL est"),
        ({"CNAPP_SMS_URL": "file:///kappa"}, "CNAPP_SMS_URL est"),
        ({"CNAPP_SMS_URL": "http://sms.example/kappa"}, "En production, CNAPP_SMS_URL"),
        ({"CNAPP_SMS_SHAPE": "xml-kappa"}, "CNAPP_SMS_SHAPE : form ou json."),
        ({"CNAPP_SMS_SHAPE": "form"}, "CNAPP_SMS_USER"),
        ({"CNAPP_SMS_SHAPE": "form", "CNAPP_SMS_USER": "a:kappa", "CNAPP_SMS_PASSWORD": "b"}, "CNAPP_SMS_USER"),
        ({"CNAPP_SMS_KEY": ""}, "CNAPP_SMS_KEY manque"),
        ({"CNAPP_SMS_KEY": "kappa\r\nX: y"}, "CNAPP_SMS_KEY contient"),
        ({"CNAPP_SMS_SENDER": ""}, "CNAPP_SMS_SENDER manque"),
        ({"CNAPP_SMS_SENDER": "AideNumerique"}, "CNAPP_SMS_SENDER a"),
        ({"CNAPP_SMS_SENDER": "Métz"}, "CNAPP_SMS_SENDER a"),
        ({"CNAPP_SMS_SENDER": "Metz\r\nX"}, "CNAPP_SMS_SENDER a"),
        ({"CNAPP_SMS_FIELDS": "to"}, "CNAPP_SMS_FIELDS s’écrit"),
        ({"CNAPP_SMS_FIELDS": "to=kappa,text=kappa"}, "CNAPP_SMS_FIELDS s’écrit"),
        ({"CNAPP_SMS_FIELDS": "to=a,to=b"}, "CNAPP_SMS_FIELDS s’écrit"),
        ({"CNAPP_SMS_FIELDS": "to=text"}, "CNAPP_SMS_FIELDS s’écrit"),
        ({"CNAPP_SMS_FIELDS": "cc=kappa"}, "CNAPP_SMS_FIELDS s’écrit"),
        ({"CNAPP_SMS_WEBHOOK_KEY": "kappa"}, "CNAPP_SMS_WEBHOOK_KEY a moins"),
    ],
)
def test_a_fault_of_the_sms_settings_is_said_without_its_value(changes: dict[str, str], beginning: str) -> None:
    (said,) = faults(**{**JSON_SMS, **changes})
    assert said.startswith(beginning)
    assert "kappa" not in said
