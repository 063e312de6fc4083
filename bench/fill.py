"""A database of either size: real subjects, invented places and people, presences and what they have promised.

Promised times are rows of commitments alone, without the appointments that people read: the search needs no more,
and millions of people would only be paper. What the measured journeys book has all its rows, and so has a desk's day.
"""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as local_time

from flask_migrate import upgrade
from sqlalchemy import insert, text

from bench import rounds
from bench.bulk import unguarded
from bench.desk import make_desk
from bench.sizes import Size
from bench.workshops import make_workshops
from cnapp import create_app
from cnapp.base.database import Base, db, transaction
from cnapp.base.workdays import day_of
from cnapp.cli.migration import migrate
from cnapp.config import Settings
from cnapp.domain.people import Habilitation, Staff, StaffLanguage
from cnapp.domain.places import OpeningHours, Place
from cnapp.services.accounts import set_password
from cnapp.services.demo.motifs import make_motifs
from cnapp.services.doctor import reasons_to_stay_shut
from cnapp.web.application import now

PERIMETERS = ["famille", "argent", "transports", "etranger", "social"]
COORDINATOR = "coordination@exemple.fr"
PASSWORD = "metz-mesure-2026"
NAMES = ("Nadia", "Hugo", "Lina", "Paul", "Sarah", "Jean", "Emma")


def fill(settings: Settings, size: Size) -> dict[str, int]:
    """Fills an empty database and returns how many rows it has. Raises when a guard is missing at the end."""
    app = create_app(settings)
    migrate.init_app(app)
    with app.app_context():
        upgrade()
        with transaction():
            make_motifs(now=now())
            _make_town(size, now())
        with unguarded(db.engine) as connection:
            rounds.make_presences(connection, size, now())
            rounds.make_commitments(connection)
        with transaction():
            make_desk(settings.link_key, now=now())
            make_workshops(now())
        faults = reasons_to_stay_shut()
        if faults:
            raise RuntimeError("; ".join(faults))
        return _counts()


def _make_town(size: Size, moment: datetime) -> None:
    since = date(2020, 1, 1)
    people = range(1, size.conseillers + 1)
    _insert(Place, [_place(n, since, moment) for n in range(1, size.places + 1)])
    _insert(OpeningHours, [_hours(n, day) for n in range(1, size.places + 1) for day in range(5)])
    _insert(Staff, [_conseiller(n, since, moment) for n in people])
    _insert(Habilitation, [_habilitation(n, day_of(moment)) for n in people if n % 3 == 0])
    _insert(StaffLanguage, [{"staff_id": n, "code": ("de", "ar", "tr")[n % 3]} for n in people if n % 5 < 2])
    _insert(Staff, [_coordinator(size.conseillers + 1, since, moment)])
    _restart_numbers(Place, Staff)
    set_password(db.session.get_one(Staff, size.conseillers + 1), PASSWORD, now=moment)


def _insert(model: type[Base], rows: list[dict[str, object]]) -> None:
    db.session.execute(insert(model), rows)


def _place(number: int, since: date, moment: datetime) -> dict[str, object]:
    return {
        "id": number,
        "slug": f"lieu-{number:04}",
        "name": f"Lieu {number:04}",
        "address": f"{number} rue de la Mesure",
        "postcode": "57000",
        "town": "Metz",
        "services": ["Docteur numérique"],
        "step_free": True,
        "valid_from": since,
        "updated_at": moment,
    }


def _hours(place: int, weekday: int) -> dict[str, object]:
    return {"place_id": place, "weekday": weekday, "opens": local_time(8, 30), "closes": local_time(18)}


def _conseiller(number: int, since: date, moment: datetime) -> dict[str, object]:
    return {
        "id": number,
        "public_id": f"{number:032x}",
        "first_name": NAMES[number % len(NAMES)],
        "last_name": f"Mesure {number}",
        "email": f"mesure{number}@exemple.fr",
        "role": "conseiller",
        "receives": True,
        "in_post_from": since,
        "updated_at": moment,
    }


def _coordinator(number: int, since: date, moment: datetime) -> dict[str, object]:
    account = {"first_name": "Claire", "email": COORDINATOR, "role": "coordinator", "receives": False}
    return {**_conseiller(number, since, moment), **account}


def _habilitation(staff_id: int, day: date) -> dict[str, object]:
    until = day.replace(year=day.year + 2, day=1)
    return {"staff_id": staff_id, "valid_from": date(2020, 1, 1), "valid_until": until, "perimeters": PERIMETERS}


def _restart_numbers(*models: type[Base]) -> None:
    """PostgreSQL's counters go on after the numbers that were given by hand."""
    if db.engine.dialect.name == "postgresql":
        for model in models:
            name = model.__tablename__
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), MAX(id)) FROM {name}"))


def _counts() -> dict[str, int]:
    names = ("staff", "places", "motifs", "presences", "commitments")
    return {name: db.session.scalar(text(f"SELECT COUNT(*) FROM {name}")) or 0 for name in names}
