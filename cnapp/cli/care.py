"""`flask doctor` says what is wrong; `flask daily` extends the roster and removes what is past its time."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from cnapp.base.database import db, transaction
from cnapp.cli.refusals import Stop, numbered, refusals_shown
from cnapp.services import retention
from cnapp.services.calls import settle_overtaken
from cnapp.services.doctor import examination, reasons_to_stay_shut
from cnapp.services.doctor.accounts import known_passwords
from cnapp.services.doctor.post import capped_letters, late_letters, parked_letters
from cnapp.services.doctor.warnings import to_check
from cnapp.services.presences import extend_roster, people_extended
from cnapp.web.application import now, settings


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Nomme chaque faute des réglages, des gardes et des lignes ; ne change rien. Statut 1 s’il y en a."""
    moment = now()
    with refusals_shown():
        faults = [*settings().faults(), *examination.faults(now=moment), *_known_passwords()]
    if faults:
        raise Stop(*numbered(faults))
    for sentence in [*to_check(now=moment), *_letters_to_check(moment)]:
        click.echo(f"À vérifier : {sentence}")
    click.echo("Tout est en ordre.")


def _known_passwords() -> list[str]:
    """In production only: elsewhere that is what the demonstration is for."""
    return [] if settings().is_local else known_passwords()


def _letters_to_check(moment: datetime) -> list[str]:
    """Without a mail server or an SMS gateway letters wait, as they should."""
    return [
        *(late_letters(now=moment) if settings().sends_letters else []),
        *parked_letters(),
        *capped_letters(now=moment),
    ]


@click.command("daily")
@with_appcontext
def daily() -> None:
    """À lancer chaque nuit : prolonge le roulement et supprime ce qui a dépassé sa durée."""
    moment, weeks = now(), settings().roster_weeks
    with refusals_shown(), transaction(*people_extended(now=moment, weeks=weeks)):
        made = extend_roster(now=moment, weeks=weeks)
        _refuse_without_guards()
    click.echo(f"permanences ajoutées : {made}")
    with transaction():
        overtaken = settle_overtaken(now=moment)
    click.echo(f"appels qui n’ont plus lieu d’être : {overtaken}")
    kept = retention.Kept(settings().citizens_kept_months, settings().needs_kept_days)
    for removal in retention.removals(kept, now=moment):
        click.echo(f"{removal.what} : {_remove(removal)}")


def _refuse_without_guards() -> None:
    """What was made meanwhile is not kept."""
    faults = reasons_to_stay_shut()
    if faults:
        raise Stop(*numbered(faults))


def _remove(removal: retention.Removal) -> int:
    gone = 0
    for lot in removal.lots():
        with transaction():
            gone += removal.remove(lot)
    db.session.remove()
    return gone
