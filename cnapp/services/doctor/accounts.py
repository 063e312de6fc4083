"""Whether an account opens with a password that everybody knows."""

from __future__ import annotations

from argon2.exceptions import Argon2Error, InvalidHashError

from cnapp.base.database import db
from cnapp.domain.accounts import credentials_of_examples
from cnapp.services.accounts import HASHER
from cnapp.services.demo import PASSWORD


def known_passwords() -> list[str]:
    """Accounts of the demonstration with its password still: only these are tried, since argon2 is slow."""
    found = db.session.scalars(credentials_of_examples())
    return [
        f"Le compte {each.staff_id} a encore le mot de passe de la démonstration."
        for each in found
        if _opens(each.password_hash)
    ]


def _opens(password_hash: str) -> bool:
    try:
        return HASHER.verify(password_hash, PASSWORD)
    except (Argon2Error, InvalidHashError):
        return False
