"""Why a time is proposed: one sentence, whoever is proposed."""

from __future__ import annotations

from typing import Any

import pytest

from cnapp.base.spans import Span
from cnapp.domain.proposals import Option, Takeover, Touched, Way
from cnapp.web.application import Application
from cnapp.wording.proposals import reason, to_call
from tests.factories import metz

DAY = "2026-12-03"
LOST = Touched(1, 1, 45, 0, None, 7, 2, 1, metz(f"{DAY} 09:00"), metz(f"{DAY} 09:45"))
ACTING = Touched(1, 1, 45, 0, "famille", 7, 2, 1, metz(f"{DAY} 09:00"), metz(f"{DAY} 09:45"))


def said(way: Way, at: str = f"{DAY} 09:00", touched: Touched = LOST, **changes: Any) -> str:
    place = changes.pop("place", (1, "borny", "Borny"))
    option = Option(way, 4, "Lina", 12, *place, metz(at), metz(at), **changes)
    return reason(option, touched).replace("\N{NO-BREAK SPACE}", " ")


def by_hugo(touched: Touched = LOST, **costs: Any) -> str:
    takeover = Takeover(7, 1, Span(LOST.starts_at, LOST.ends_at), 3, "Hugo", **costs)
    return said(Way.TAKEOVER, touched=touched, takeover=takeover)


SABLON = (2, "sablon", "Sablon")


@pytest.mark.usefixtures("app")
def test_each_way_is_one_sentence(app: Application) -> None:
    with app.test_request_context():
        assert by_hugo() == "Hugo est libre : même heure, même lieu."
        assert by_hugo(ACTING) == "Hugo est libre, avec l’habilitation : même heure, même lieu."
        assert by_hugo(gives_up=(1,), appointment_minutes=120, walk_in_minutes=60, travel_after=15) == (
            "Hugo peut se libérer : même heure, même lieu "
            "(2 heures de rendez-vous libres en moins, 1 heure sans rendez-vous en moins, 15 minutes de trajet)."
        )
        assert by_hugo(works_that_day=False).endswith("(rien d’autre n’est prévu pour Hugo ce jour-là).")
        assert said(Way.SAME_TIME) == "Lina est déjà là et libre : même heure, même lieu."
        assert said(Way.SAME_DAY, f"{DAY} 11:00") == "Lina est libre à 11 h : même jour, même lieu, 2 heures plus tard."
        assert said(Way.SAME_DAY, f"{DAY} 08:30").endswith("30 minutes plus tôt.")
        assert said(Way.NEARBY, place=SABLON, travel_minutes=15) == (
            "Lina est libre à 15 minutes de là, Sablon : même jour, même heure."
        )
        assert said(Way.NEARBY, f"{DAY} 10:00", place=SABLON, travel_minutes=15) == (
            "Lina est libre à 10 h, à 15 minutes de là, Sablon : même jour, 1 heure plus tard."
        )
        assert said(Way.LATER, "2026-12-04 09:30") == (
            "Lina est libre vendredi 4 décembre à 9 h 30 : même lieu, 1 jour plus tard."
        )
        assert said(Way.LATER, "2026-12-07 09:00", place=SABLON, travel_minutes=15) == (
            "Lina est libre lundi 7 décembre à 9 h, à 15 minutes de là, Sablon : 4 jours plus tard."
        )
        assert reason(None, LOST) == to_call()
