"""What every answer carries (issue 2 §1; RELIABILITY.md A11, K06, K10, K16, K17, P09)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cnapp.web.application import Application
from cnapp.web.headers import content_policy
from tests.engines import migrated_app, settings_for
from tests.support import FrozenClock, Page, values_of, visit

PAGES = (
    "/",
    "/ateliers",
    "/aide",
    "/lieux",
    "/retrouver",
    "/rendez-vous/sujet",
    "/connexion",
    "/accessibilite",
    "/nulle-part",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_strict_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_anything_of_another_host(client: FlaskClient, address: str) -> None:
    html = visit(client, address).html
    loaded = [tag.get("src") or tag.get("href") for tag in html.select("script, img, link, iframe, source")]
    assert all(str(each).startswith(("/", "data:")) for each in loaded)
    assert not html.select("[style], style, script:not([src]), [onclick]")


def test_the_towns_own_site_may_show_us_in_a_frame() -> None:
    settings = settings_for("sqlite://", town_site="https://metz.fr")
    assert "frame-ancestors https://metz.fr" in content_policy(settings)


@pytest.fixture
def served_over_https(tmp_path: Path) -> Application:
    url = f"sqlite:///{tmp_path / 'https.sqlite'}"
    return migrated_app(url, FrozenClock(), base_url="https://rdv.metz.fr", proxies=1)


def test_over_https_cookies_are_secure_and_browsers_remember_it(served_over_https: Application) -> None:
    client = served_over_https.test_client()
    answer = client.get("/connexion", base_url="https://rdv.metz.fr")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize("referer", ["", "https://evil.example/", "http://rdv.metz.fr/retrouver"])
def test_over_https_a_form_sent_from_elsewhere_is_refused(served_over_https: Application, referer: str) -> None:
    """K16: even with a token that is right."""
    client = served_over_https.test_client()
    base = {"base_url": "https://rdv.metz.fr"}
    token = values_of(Page(client.get("/retrouver", **base), "/retrouver").form())["csrf_token"]
    data = {"csrf_token": token, "code": "ABCD2345", "letters": "sch"}
    forged = client.post("/retrouver", data=data, headers={"Referer": referer}, **base)
    ours = client.post("/retrouver", data=data, headers={"Referer": "https://rdv.metz.fr/retrouver"}, **base)
    assert (forged.status_code, ours.status_code) == (400, 422)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"])
def test_a_foreign_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/retrouver", headers={"Host": host})
    assert answer.status_code == 400 and "evil" not in answer.text


def test_forwarded_headers_are_ignored_unless_a_proxy_is_trusted(client: FlaskClient) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"}
    answer = client.get("/", headers=forged)
    assert answer.status_code == 200 and "evil.example" not in answer.text


def test_static_files_are_kept_for_good_under_a_name_of_their_own(client: FlaskClient) -> None:
    sheet = visit(client, "/aide").html.select_one("link[rel=stylesheet]")
    assert sheet and re.fullmatch(r"/static/app\.[0-9a-f]{16}\.css", str(sheet["href"]))
    answer = client.get(str(sheet["href"]))
    assert "immutable" in answer.headers["Cache-Control"] and answer.content_type.startswith("text/css")
    assert client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_a_page_and_its_stylesheet_weigh_less_than_60_kilobytes(client: FlaskClient, address: str) -> None:
    page = visit(client, address)
    linked = page.html.select("link[rel=stylesheet][href], script[src]")
    files = sum(len(client.get(str(tag.get("href") or tag.get("src"))).data) for tag in linked)
    assert len(page.response.data) + files < 60_000
