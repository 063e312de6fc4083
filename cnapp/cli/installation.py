"""`flask init` makes the first coordinator of a town; `flask demo` fills an empty database with examples."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from cnapp.base.contacts import clean_line, read_email
from cnapp.base.database import transaction
from cnapp.cli.refusals import Stop, refusals_shown
from cnapp.services.accounts import SHORTEST_PASSWORD
from cnapp.services.demo import ACCOUNTS, PASSWORD, fill
from cnapp.services.installation import Newcomer, install, is_empty
from cnapp.web.application import now, settings


@click.command("init")
@click.option("--email", prompt="E-mail")
@click.option("--first-name", prompt="Prénom")
@click.option("--last-name", prompt="Nom")
@click.option("--password", prompt="Mot de passe", hide_input=True, confirmation_prompt="Le même, encore une fois")
@with_appcontext
def init(email: str, first_name: str, last_name: str, password: str) -> None:
    """Crée le premier compte de coordination, sans données d’exemple."""
    _check_password(password)
    with refusals_shown(), transaction():
        staff = install(_newcomer(email, first_name, last_name), password, now=now())
        click.echo(f"Compte créé : {staff.email}. Connexion : {settings().base_url}/connexion")


def _newcomer(email: str, first_name: str, last_name: str) -> Newcomer:
    names = clean_line(first_name)[:80], clean_line(last_name)[:80]
    address = read_email(email)
    if address is None or not all(names):
        raise Stop("Il faut une adresse e-mail, un prénom et un nom.")
    return Newcomer(address, *names)


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Stop(f"Le mot de passe doit avoir {SHORTEST_PASSWORD} caractères ou plus.")
    if password == PASSWORD and not settings().is_local:
        raise Stop("Ce mot de passe est celui de la démonstration, connu de tous. Choisissez-en un autre.")


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Ne rien dire quand la base a déjà des données.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Remplit une base vide avec des exemples (refusé en production)."""
    with refusals_shown():
        fillable = is_empty()
    if if_empty and not fillable:
        return
    if not settings().is_local:
        raise Stop("Les données de démonstration sont refusées en production.")
    if not fillable:
        raise Stop("La base a déjà des données : la démonstration ne remplit qu’une base vide.")
    _fill()


def _fill() -> None:
    with refusals_shown(), transaction():
        fill(now=now(), link_key=settings().link_key)
    click.echo("Comptes de démonstration :")
    for email, who in ACCOUNTS:
        click.echo(f"  {email:32} {who}")
    click.echo(f"Mot de passe de tous : {PASSWORD}")
