"""`flask feed-url` makes a new calendar address for somebody, and shows it once."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from cnapp.base.database import db, transaction
from cnapp.cli.refusals import refusals_shown
from cnapp.domain.accounts import Names
from cnapp.domain.people import Staff, StaffUnknown, staff_with_email
from cnapp.services import feeds
from cnapp.web.application import now
from cnapp.web.feeds.addresses import feed_address


@click.command("feed-url")
@click.argument("email")
@click.option("--names", type=click.Choice([each.value for each in Names]), help="Comment les personnes sont nommées.")
@with_appcontext
def feed_url(email: str, names: str | None) -> None:
    """Donne une nouvelle adresse de calendrier à EMAIL ; l’ancienne ne répond plus."""
    with refusals_shown():
        staff_id = _staff(email).id
        with transaction(staff_id):
            staff = db.session.get_one(Staff, staff_id)
            token = feeds.replace_address(staff, names=_names(staff, names), now=now())
            click.echo(feed_address(staff, token))


def _staff(email: str) -> Staff:
    staff = db.session.scalar(staff_with_email(email))
    if staff is None:
        raise StaffUnknown
    return staff


def _names(staff: Staff, asked: str | None) -> Names:
    """As asked, else as before, else initials."""
    current = feeds.current_feed(staff)
    return Names(asked) if asked else current.names if current else Names.INITIALS
