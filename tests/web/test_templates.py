"""Templates say nothing that cannot be translated, and load nothing from elsewhere (issue 2 §1)."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
FILES = sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])
SPOKEN_FILES = [path for path in FILES if path.name != "gallery.html"]  # for developers only
NAMES = {"HTML", "CSS", "SVG", "axe", "core"}
UNSEEN = re.compile(r"<(style|script|svg)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL)
NOT_PROSE = re.compile(
    r"{%-?\s*trans\b.*?endtrans\s*-?%}|{% block body_class %}.*?{% endblock %}"
    r"|{% macro (?:classes|described)\(.*?endmacro %}|<(address|code|pre)\b.*?</\1>",
    re.DOTALL,
)
READ_OUT = re.compile(r"""\b(?:aria-label|alt|title|placeholder)\s*=\s*"([^"{]*[^\W\d_][^"{]*)\"""")


def spoken(path: Path) -> str:
    """What a template says outside gettext: its text without tags, expressions and trans blocks."""
    source = NOT_PROSE.sub("", path.read_text())
    tokens = Environment(extensions=["jinja2.ext.i18n"]).lex(source)
    text = "".join(value if kind == "data" else "§" for _, kind, value in tokens)
    return UNSEEN.sub(" ", text)


def test_every_word_goes_through_gettext() -> None:
    shown = [(path.name, word) for path in SPOKEN_FILES for word in re.findall(r"[^\W\d_]{2,}", spoken(path))]
    assert [(name, word) for name, word in shown if word not in NAMES] == []
    heard = [(path.name, READ_OUT.findall(NOT_PROSE.sub("", path.read_text()))) for path in SPOKEN_FILES]
    assert [(name, words) for name, words in heard if words] == []


def test_no_template_decides_what_the_object_knows() -> None:
    assert [path for path in FILES if re.search(r"\.status\s*(==|!=|in\b)", path.read_text())] == []
