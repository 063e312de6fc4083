"""« Je n’ai plus le code »: a letter with the appointments of a contact, to that very contact.

The same statements are made whether there is any or not: neither the answer nor its time tells.
"""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import lock_keys, write
from cnapp.base.tokens import new_public_id
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.asked_letters import codes_letter
from cnapp.domain.outbox import Channel
from cnapp.services import attempts
from cnapp.services.retrieval import TRIES_AN_ADDRESS, TRIES_IN_ALL

MINUTES_BETWEEN = 10
"""Two letters to one contact."""


def ask(channel: Channel, contact: str, *, address: str, now: datetime) -> None:
    """`contact`: an e-mail address, or an E.164 number. Asked again within ten minutes, nothing more is sent.

    Raises TooManyTries for whoever asks too often, from one address or all.
    """
    lock_keys("tries:codes")
    _count_try(address, now)
    who = f"lost {contact.casefold()}"
    is_again = attempts.count(Try.CODE, who, now=now, minutes=MINUTES_BETWEEN)
    if not is_again:
        attempts.note(Try.CODE, who, now=now)
        write(codes_letter(channel, contact, new_public_id(), now=now))


def _count_try(address: str, now: datetime) -> None:
    """Together with the tries of codes, which these are a way round."""
    limits = {address: TRIES_AN_ADDRESS, "all": TRIES_IN_ALL}
    if any(attempts.count(Try.CODE_ADDRESS, who, now=now) >= most for who, most in limits.items()):
        raise TooManyTries
    for who in limits:
        attempts.note(Try.CODE_ADDRESS, who, now=now)
