"""A real Chromium on the real application, with the town's demonstration; nothing leaves this machine."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from cnapp.base.database import db, transaction
from cnapp.services import demo
from cnapp.web.application import Application
from tests.engines import migrated_app
from tests.factories import LINK_KEY
from tests.support import FrozenClock

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ON_CI = os.environ.get("CI") == "true"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
"""The last keeps it on this machine; routing each request through Python would also forbid it to cache."""
WIDTHS = (320, 390, 1280)
LARGER = "document.documentElement.classList.add('larger')"
SPACED = """const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important }`);
document.adoptedStyleSheets = [sheet];
document.documentElement.classList.remove('larger')"""
Judge = Callable[[str], None]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "experimental", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def live_app(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """A file database: a threaded server needs one."""
    clock = FrozenClock()
    app = migrated_app(f"sqlite:///{tmp_path_factory.mktemp('browser') / 'cnapp.sqlite'}", clock)
    with app.app_context():
        with transaction():
            demo.fill(now=clock(), link_key=LINK_KEY)
        db.session.remove()
    return app


@pytest.fixture(scope="session")
def base_url(live_app: Application) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, live_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not Path(CHROMIUM).exists():
        (pytest.fail if ON_CI else pytest.skip)(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


@pytest.fixture(autouse=True)
def be_patient(context: BrowserContext) -> None:
    context.set_default_timeout(10_000)


@pytest.fixture
def judge(page: Page) -> Judge:
    """What is wrong with the page that is open, at three widths: nothing. Never with JavaScript off: axe would hang."""

    def run(name: str) -> None:
        page.wait_for_load_state()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) <= 0, f"{name} scrolls sideways at {width}"
            assert faults(page) == {}, f"{name} at {width}"
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        for change in (LARGER, SPACED):
            page.evaluate(change)
            assert overflow(page) <= 0, f"{name} scrolls sideways at {WIDTHS[0]} after {change[:60]}"

    return run


def faults(page: Page) -> dict[str, list[str]]:
    """What axe finds: by rule, where. It is brought to a page once and says nothing of what is well."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    violations = page.evaluate("options => axe.run(options).then(report => report.violations)", options)
    return {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in violations}


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth"))


def printed(page: Page) -> bytes:
    """The page on paper, once it has come whole: Chromium prints what stands there, be it nothing yet."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    return page.pdf(prefer_css_page_size=True)
