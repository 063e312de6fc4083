"""The floors of the house: imports only go down, and each thing is done in one place (DESIGN.md §2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "config": 0,
    "base": 0,
    "domain": 1,
    "services": 2,
    "wording": 3,
    "web": 4,
    "delivery": 4,
    "cli": 4,
    "migrations": 4,
}
FILES = sorted(path for path in (ROOT / "cnapp").rglob("*.py") if "versions" not in path.parts)
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}
TREES = {name: ast.parse(path.read_text()) for name, path in NAMES.items()}
BELOW_WEB = [name for name in NAMES if name.startswith(("cnapp.base", "cnapp.domain", "cnapp.services"))]


def imported(name: str) -> set[str]:
    """Modules of ours or others that this one names in an import."""
    found: set[str] = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in NAMES else str(node.module) for part in parts}
    return found


def floor_of(name: str) -> int | None:
    area = name.split(".")[1] if name.startswith("cnapp.") else None
    return FLOORS.get(area) if area else None


def area_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("name", sorted(NAMES))
def test_imports_only_go_down(name: str) -> None:
    here = floor_of(name)
    for other in imported(name):
        there = floor_of(other)
        if here is not None and there is not None:
            assert there <= here, f"{name} imports {other}, which is above it"


JOIN_THEM = ("cnapp", "cnapp.cli.post")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_pages_and_letters_are_neighbours_that_do_not_meet(name: str) -> None:
    met = {area_of(name), *(area_of(other) for other in imported(name) if other.startswith("cnapp."))}
    assert not {"web", "delivery"} <= met or name in JOIN_THEM


def test_no_import_goes_round_in_a_circle() -> None:
    below = {name: {other for other in imported(name) if other in NAMES} for name in NAMES}
    left = dict(below)
    while True:
        leaves = {name for name, others in left.items() if not (others - {name}) & left.keys()}
        if not leaves:
            break
        left = {name: others for name, others in left.items() if name not in leaves}
    assert sorted(left) == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_imports_stand_at_the_top(name: str) -> None:
    inner = [
        node.lineno
        for function in ast.walk(TREES[name])
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == []


@pytest.mark.parametrize("name", BELOW_WEB)
def test_flask_is_not_heard_of_below_the_pages(name: str) -> None:
    flask = {other for other in imported(name) if other.split(".")[0].startswith(("flask", "werkzeug", "wtforms"))}
    assert flask <= ({"flask_sqlalchemy"} if name == "cnapp.base.database" else set())


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"cnapp.base.database", "cnapp.migrations.env"}))
def test_nothing_else_commits(name: str) -> None:
    assert [line for line, call in calls(name) if call.endswith(".commit")] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("cnapp.services")])
def test_services_do_not_open_transactions(name: str) -> None:
    assert [line for line, call in calls(name) if call == "transaction"] == []


CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time", "time.localtime")


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"cnapp.base.clock"}))
def test_the_clock_is_read_in_one_place(name: str) -> None:
    assert [line for line, call in calls(name) if call in CLOCKS] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("cnapp.domain")])
def test_the_domain_builds_queries_and_runs_none(name: str) -> None:
    assert "cnapp.base.database.db" not in imported(name)
    assert [line for line, call in calls(name) if call.startswith("db.") or call.endswith(".execute")] == []


def calls(name: str) -> Iterator[tuple[int, str]]:
    """Every call, as its line and dotted name."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)
