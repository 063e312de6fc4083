"""`flask post` sends the letters that are due, one after another, for as long as it is let."""

from __future__ import annotations

import signal
from functools import partial

import click
from flask.cli import with_appcontext

from cnapp.cli.refusals import refusals_shown
from cnapp.delivery.carriers import carrier_set
from cnapp.delivery.errands import Errand, ask_for_decisions, enlist_reminders, settle_unanswered
from cnapp.delivery.offering import offer_seats, offer_times
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.sms import sms_carrier_set
from cnapp.delivery.worker import PostOffice, work, work_off
from cnapp.web.application import settings, this_app

NO_SERVER = (
    "Ni serveur de courrier ni passerelle de SMS (CNAPP_SMTP_URL, CNAPP_SMS_URL) : "
    "seuls les appels et les lettres sur papier sont préparés."
)


@click.command("post")
@click.option("--once", is_flag=True, help="Envoyer ce qui attend, puis finir (pour cron).")
@with_appcontext
def post(once: bool) -> None:
    """Envoie les lettres qui attendent, jusqu’à SIGTERM ou Ctrl+C ; celle en main est d’abord menée à bien."""
    office, clock = _office(), this_app().clock
    if once:
        with refusals_shown():
            work_off(office, clock=clock)
    else:
        work(office, clock=clock, is_over=Ending())


def _office() -> PostOffice:
    mail, sms = carrier_set(settings()), sms_carrier_set(settings())
    if mail is None and sms is None:
        click.echo(NO_SERVER, err=True)
    sorting = Sorting(settings(), mail=mail, sms=sms)
    errands: list[Errand] = [
        partial(offer_seats, settings()),
        partial(enlist_reminders, sorting.open_channels),
        ask_for_decisions,
        settle_unanswered,
        partial(offer_times, settings()),
    ]
    return PostOffice(sorting.parcel, errands=errands)


class Ending:
    """Says whether somebody has asked for the end, by SIGTERM or Ctrl+C."""

    def __init__(self) -> None:
        self.asked = False
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._ask)

    def _ask(self, _signal: int, _frame: object) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked
