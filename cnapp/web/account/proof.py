"""Asking whoever is signed in for their own password again, before something that a stolen session must not do."""

from __future__ import annotations

from flask import request

from cnapp.base.database import transaction
from cnapp.services import accounts
from cnapp.services.accounts import Entrance
from cnapp.web.account.signed_in import me
from cnapp.web.application import now


def prove(password: str, *, remembered: bool = False) -> Entrance:
    """Counts the try for good, then looks. Raises SignInWaits, WrongPassword."""
    entrance = Entrance(me().email, password, request.remote_addr or "", remembered)
    with transaction():
        accounts.knock(entrance, now=now())
    accounts.recognise(entrance, now=now())
    return entrance
