"""French typography: what stands before « : ; ! ? » and inside quotes never falls to the next line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.web.test_templates import FILES, TEMPLATES

CNAPP = TEMPLATES.parent / "cnapp"
FOR_TERMINALS = {"invariants.py", "workshop_invariants.py"}
SOURCES = sorted(
    path
    for floor in ("domain", "wording", "web", "delivery")
    for path in (CNAPP / floor).rglob("*.py")
    if path.name not in FOR_TERMINALS
)
BREAKS = re.compile(r"(?<=\S) [:;!?»](?=[\s<.,)&\"']|$)|« ")
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)


def sentences(path: Path) -> Iterator[str]:
    """Every text of a module that is no docstring."""
    tree = ast.parse(path.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_sentence_breaks_before_its_punctuation() -> None:
    said = [(path.name, sentence) for path in SOURCES for sentence in sentences(path)]
    assert [(name, sentence) for name, sentence in said if BREAKS.search(sentence)] == []


def test_no_template_breaks_before_its_punctuation() -> None:
    assert [path for path in FILES if BREAKS.search(COMMENT.sub("", path.read_text()))] == []
