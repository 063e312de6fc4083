"""The invented team: seven conseillers, one of whom coordinates, two reception desks and the phone line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.domain.people import Habilitation, Role, Staff, StaffLanguage, StaffPlace
from cnapp.domain.places import Place
from cnapp.services.accounts import set_password
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.places import Places

PASSWORD = "metz-demo-2026"
HIRED = date(2021, 6, 1)


@dataclass(frozen=True)
class Someone:
    """A member of the team. `acts_for`: perimeters of Aidants Connect, from and until so many days from today."""

    first_name: str
    last_name: str
    account: str
    languages: tuple[str, ...] = ()
    acts_for: tuple[str, ...] = ()
    days: tuple[int, int] = (0, 0)
    role: Role = Role.CONSEILLER
    desk: str | None = None
    phone_line: bool = False

    @property
    def email(self) -> str:
        return f"{self.account}@exemple.fr"


TEAM = (
    Someone(
        *("Claire", "Muller", "coordination"),
        acts_for=("papiers", "famille", "social", "argent", "transports", "etranger"),
        days=(-90, 275),
        role=Role.COORDINATOR,
    ),
    Someone(
        *("Nadia", "Benali", "nadia", ("ar",)),
        acts_for=("famille", "social", "logement", "etranger", "transports"),
        days=(-200, 165),
    ),
    Someone(
        *("Thomas", "Weber", "thomas"),
        acts_for=("argent", "travail", "transports", "papiers"),
        days=(-325, 40),
    ),
    Someone("Elif", "Yildiz", "elif", ("tr", "de")),
    Someone("Aminata", "Diallo", "aminata", acts_for=("argent", "famille", "social"), days=(10, 375)),
    Someone("Hugo", "Klein", "hugo", ("fsl",)),
    Someone("Inês", "Carvalho", "ines", ("pt", "en")),
    Someone("Accueil", "Borny", "accueil.borny", role=Role.DESK, desk="mairie-borny"),
    Someone("Accueil", "Verlaine", "accueil.verlaine", role=Role.DESK, desk="mediatheque-verlaine"),
    Someone("Accueil", "Téléphone", "accueil.telephone", role=Role.DESK, phone_line=True),
)


@dataclass
class Team:
    """The rows of those who receive, by account."""

    by_account: dict[str, Staff]

    def __getitem__(self, account: str) -> Staff:
        return self.by_account[account]

    def desks(self, places: Places) -> list[tuple[Place, Staff]]:
        """Each reception desk with the account that works there."""
        return [(places[someone.desk], self[someone.account]) for someone in TEAM if someone.desk]


def make_team(day: date, places: Places, *, now: datetime) -> Team:
    chance = Chance(day, "team")
    rows = {someone.account: _staff(someone, chance, day, now) for someone in TEAM}
    db.session.add_all(rows.values())
    db.session.flush()
    for someone in TEAM:
        set_password(rows[someone.account], PASSWORD, now=now)
        if someone.desk:
            db.session.add(StaffPlace(staff_id=rows[someone.account].id, place_id=places[someone.desk].id))
    db.session.flush()
    return Team(rows)


def _staff(someone: Someone, chance: Chance, day: date, now: datetime) -> Staff:
    return Staff(
        public_id=chance.hexadecimal(),
        first_name=someone.first_name,
        last_name=someone.last_name,
        email=someone.email,
        role=someone.role,
        receives=someone.role is not Role.DESK,
        phone_line=someone.phone_line,
        in_post_from=HIRED,
        updated_at=now,
        languages=[StaffLanguage(code=code) for code in someone.languages],
        habilitations=_habilitations(someone, chance, day),
    )


def _habilitations(someone: Someone, chance: Chance, day: date) -> list[Habilitation]:
    if not someone.acts_for:
        return []
    first, last = (day + timedelta(days=distance) for distance in someone.days)
    perimeters = list(someone.acts_for)
    public_id = chance.hexadecimal()
    return [Habilitation(public_id=public_id, valid_from=first, valid_until=last, perimeters=perimeters)]
