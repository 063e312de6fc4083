"""Who enters closures in tests, and when."""

from __future__ import annotations

from datetime import date

from cnapp.base.database import transaction
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.services import closures
from cnapp.services.closures import Entered, Reopened, Terms
from cnapp.services.journal import By
from cnapp.services.people import all_who_receive
from cnapp.web.application import Application
from tests.support import FrozenClock

ON = date(2026, 12, 3)


class Town:
    def __init__(self, app: Application, anne: Staff, clock: FrozenClock) -> None:
        self.settings, self.by, self.clock = app.settings, By.staff(anne), clock

    def close(self, place: Place | None, **terms: object) -> Entered:
        whole: dict[str, object] = {"starts_on": ON, "ends_on": ON, **terms}
        with transaction(*all_who_receive()):
            wanted = Terms(place.id if place else None, **whole)  # type: ignore[arg-type]
            return closures.create(wanted, by=self.by, settings=self.settings, now=self.clock())

    def change(self, closure: Closure, **terms: object) -> Entered:
        with transaction(*all_who_receive()):
            wanted = Terms(**{**vars(closures.terms_of(closure)), **terms})
            return closures.change(closure, wanted, by=self.by, settings=self.settings, now=self.clock())

    def reopen(self, closure: Closure) -> Reopened:
        with transaction(*all_who_receive()):
            return closures.remove(closure, by=self.by, settings=self.settings, now=self.clock())
