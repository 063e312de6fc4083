"""« Mot de passe oublié »: a link to choose another, by e-mail, for whoever has an account and may enter.

The same statements are made whether there is such an account or not: neither the answer nor its time tells.
"""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import lock_keys, write
from cnapp.base.tokens import new_public_id
from cnapp.domain.accounts import TooManyTries, Try, password_token
from cnapp.domain.asked_letters import password_letter, password_link
from cnapp.services import attempts

MINUTES = 60
TRIES_AN_ACCOUNT = 3
TRIES_AN_ADDRESS = 30
"""A whole town hall stands behind one."""


def ask(email: str, *, address: str, link_key: str, now: datetime) -> None:
    """The link lives half an hour; its token is kept nowhere. Raises TooManyTries, whoever has the account."""
    _count_try(email.casefold(), address, now)
    public_id = new_public_id()
    write(password_link(email, public_id, password_token(link_key, public_id), now=now))
    write(password_letter(public_id, now=now))


def _count_try(email: str, address: str, now: datetime) -> None:
    limits = {f"forgotten {email}": TRIES_AN_ACCOUNT, f"forgotten from {address}": TRIES_AN_ADDRESS}
    lock_keys(*limits)
    counts = [attempts.count(Try.PASSWORD, who, now=now, minutes=MINUTES) for who in limits]
    if any(count >= most for count, most in zip(counts, limits.values(), strict=True)):
        raise TooManyTries
    for who in limits:
        attempts.note(Try.PASSWORD, who, now=now)
