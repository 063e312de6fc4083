"""Posters and programmes on real paper: one sheet, large letters, a QR code that a telephone reads."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from cnapp.base.database import db
from cnapp.domain.workshops import Workshop
from tests.browser.conftest import Judge, printed
from tests.engines import migrated_app
from tests.factories import make_place, make_workshop
from tests.support import FrozenClock

LONGEST = "Je crée ma boîte aux lettres électronique, je l’utilise tous les jours et je reconnais les messages."
TITLES = ("Éviter les arnaques", LONGEST, "W" * 100)
POINTS = "(selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) * .75"
MILLIMETRES = "document.querySelector('.poster-qr svg').getBoundingClientRect().width / 96 * 25.4"
FITS = "(selector) => { const e = document.querySelector(selector); return e.scrollHeight <= e.clientHeight }"


@pytest.fixture(scope="module")
def posters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Addresses in a town of their own: three titles, the second of ten sessions, then the programme of their place."""
    app = migrated_app(f"sqlite:///{tmp_path_factory.mktemp('posters') / 'cnapp.sqlite'}", FrozenClock())
    with app.app_context():
        place = make_place("Mairie de quartier de La Patrotte / Metz-Nord", slug="patrotte")
        days = [("2026-12-10 14:00",), tuple(f"2027-01-{day:02} 14:00" for day in range(4, 14)), ("2026-12-11 09:45",)]
        made = [make_workshop(*at, place=place, title=title) for at, title in zip(days, TITLES, strict=True)]
        addresses = [f"/ateliers/{each.public_id}/affiche" for each in made]
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    yield [home + address for address in (*addresses, "/lieux/patrotte/programme?mois=2027-01")]
    server.shutdown()


def test_a_poster_is_one_sheet_and_is_read_at_two_metres(page: Page, posters: list[str]) -> None:
    for address, title in zip(posters, TITLES, strict=False):
        page.goto(address)
        assert len(re.findall(rb"/Type\s*/Page\b", printed(page))) == 1, title
        page.set_viewport_size({"width": 718, "height": 1047})
        page.emulate_media(media="print")
        assert page.evaluate(POINTS, ".poster-title") >= 60 - 0.01
        assert min(page.evaluate(POINTS, each) for each in (".poster-when", ".poster-where")) >= 28 - 0.01
        assert page.evaluate(MILLIMETRES) >= 30
        assert page.evaluate(FITS, ".poster-title") or title == TITLES[2], title
        page.emulate_media(media="null")


def test_no_line_of_a_programme_is_cut(page: Page, posters: list[str]) -> None:
    page.goto(posters[-1])
    page.emulate_media(media="print")
    breaks = page.locator(".programme-line").evaluate_all(
        "lines => lines.map(each => getComputedStyle(each).breakInside)"
    )
    assert set(breaks) == {"avoid"} and len(breaks) == 10
    assert len(re.findall(rb"/Type\s*/Page\b", printed(page))) >= 2


def test_both_are_for_everybody(page: Page, posters: list[str], judge: Judge) -> None:
    for address in (posters[1], posters[-1]):
        page.goto(address)
        judge(address)


def test_the_titles_are_as_long_as_titles_may_be() -> None:
    assert len(LONGEST) == Workshop.title.type.length == 100  # type: ignore[attr-defined]
