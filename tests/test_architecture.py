"""The floors of the house: imports only go down, and each thing is done in one place (DESIGN.md §2)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

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
BELOW_WEB = [name for name in NAMES if name.startswith(("cnapp.base", "cnapp.domain", "cnapp.services"))]


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """All of a module, read when a test first asks for it: whoever collects the tests need not."""
    return tuple(ast.walk(ast.parse(NAMES[name].read_text())))


@cache
def imported(name: str) -> set[str]:
    """Modules of ours or others that this one names in an import."""
    found: set[str] = set()
    for node in nodes(name):
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


def test_imports_only_go_down() -> None:
    assert [f"{name} imports {other}" for name in NAMES for other in imported(name) if is_above(other, name)] == []


def is_above(other: str, name: str) -> bool:
    here, there = floor_of(name), floor_of(other)
    return here is not None and there is not None and there > here


JOIN_THEM = ("cnapp", "cnapp.cli.post")


def test_pages_and_letters_are_neighbours_that_do_not_meet() -> None:
    assert {name for name in NAMES if {"web", "delivery"} <= areas_met(name)} <= set(JOIN_THEM)


def areas_met(name: str) -> set[str]:
    return {area_of(name), *(area_of(other) for other in imported(name) if other.startswith("cnapp."))}


def test_no_import_goes_round_in_a_circle() -> None:
    below = {name: {other for other in imported(name) if other in NAMES} for name in NAMES}
    left = dict(below)
    while True:
        leaves = {name for name, others in left.items() if not (others - {name}) & left.keys()}
        if not leaves:
            break
        left = {name: others for name, others in left.items() if name not in leaves}
    assert sorted(left) == []


def test_imports_stand_at_the_top() -> None:
    inner = [
        (name, node.lineno)
        for name in NAMES
        for function in nodes(name)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == []


def test_flask_is_not_heard_of_below_the_pages() -> None:
    kin = ("flask", "werkzeug", "wtforms")
    heard = {(name, other) for name in BELOW_WEB for other in imported(name) if other.split(".")[0].startswith(kin)}
    assert heard <= {("cnapp.base.database", "flask_sqlalchemy")}


def test_nothing_else_commits() -> None:
    others = set(NAMES) - {"cnapp.base.database", "cnapp.migrations.env"}
    assert [(name, line) for name in others for line, call in calls(name) if call.endswith(".commit")] == []


def test_services_do_not_open_transactions() -> None:
    services = [name for name in NAMES if name.startswith("cnapp.services")]
    assert [(name, line) for name in services for line, call in calls(name) if call == "transaction"] == []


CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time", "time.localtime")


def test_the_clock_is_read_in_one_place() -> None:
    others = set(NAMES) - {"cnapp.base.clock"}
    assert [(name, line) for name in others for line, call in calls(name) if call in CLOCKS] == []


def test_the_domain_builds_queries_and_runs_none() -> None:
    domain = [name for name in NAMES if name.startswith("cnapp.domain")]
    assert [name for name in domain if "cnapp.base.database.db" in imported(name)] == []
    assert [(name, line) for name in domain for line, call in calls(name) if runs_a_query(call)] == []


def runs_a_query(call: str) -> bool:
    return call.startswith("db.") or call.endswith(".execute")


@cache
def calls(name: str) -> list[tuple[int, str]]:
    """Every call, as its line and dotted name."""
    return [(node.lineno, ast.unparse(node.func)) for node in nodes(name) if isinstance(node, ast.Call)]
