"""Absences in words: parts of a day, days, years; and how many they touch."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from cnapp.base.spans import Span
from cnapp.web.application import Application
from cnapp.wording.absences import show_absence, show_part_of_day, touched_words
from tests.factories import metz


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("start", "end", "part", "whole"),
    [
        ("2026-12-03 00:00", "2026-12-04 00:00", "toute la journée", "jeudi 3 décembre, toute la journée"),
        ("2026-12-03 00:00", "2026-12-03 13:00", "jusqu’à 13 h", "jeudi 3 décembre, jusqu’à 13 h"),
        ("2026-12-03 13:30", "2026-12-04 00:00", "à partir de 13 h 30", "jeudi 3 décembre, à partir de 13 h 30"),
        ("2026-12-03 09:00", "2026-12-03 09:20", "de 9 h à 9 h 20", "jeudi 3 décembre, de 9 h à 9 h 20"),
        (
            "2026-12-03 09:00",
            "2026-12-07 12:00",
            "à partir de 9 h",
            "du jeudi 3 décembre à 9 h au lundi 7 décembre à 12 h",
        ),
        ("2026-12-03 00:00", "2026-12-05 00:00", "toute la journée", "du jeudi 3 décembre au vendredi 4 décembre"),
        (
            "2026-12-03 00:00",
            "2027-03-02 00:00",
            "toute la journée",
            "du jeudi 3 décembre 2026 au lundi 1er mars 2027",
        ),
        ("2026-10-25 00:00", "2026-10-26 00:00", "toute la journée", "dimanche 25 octobre, toute la journée"),
    ],
)
def test_from_when_to_when(app: Application, start: str, end: str, part: str, whole: str) -> None:
    span = Span(metz(start), metz(end))
    with app.test_request_context(), force_locale("fr"):
        assert plain(show_part_of_day(span)) == part
        assert plain(show_absence(span)) == whole


@pytest.mark.parametrize(
    ("booked", "led", "words"),
    [
        (0, 0, "Aucun rendez-vous ni atelier n’est touché."),
        (1, 0, "1 rendez-vous est touché."),
        (0, 2, "2 ateliers sont touchés."),
        (1, 1, "1 rendez-vous et 1 atelier sont touchés."),
    ],
)
def test_how_many_it_touches(app: Application, booked: int, led: int, words: str) -> None:
    with app.test_request_context(), force_locale("fr"):
        assert plain(touched_words(booked, led)) == words
