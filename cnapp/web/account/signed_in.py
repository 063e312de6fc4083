"""Who is looking: the cookie holds the token of a sign-in, the database says whose it is and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import session
from flask_login import LoginManager, current_user, login_user
from werkzeug.local import LocalProxy

from cnapp.base.database import transaction
from cnapp.domain.accounts import SignIn, may_be_remembered
from cnapp.domain.people import Staff
from cnapp.services import accounts
from cnapp.services.journal import By
from cnapp.web.application import Application, now


@dataclass
class SignedIn:
    """What Flask-Login keeps of somebody: never more than the request that it serves."""

    token: str
    staff: Staff
    sign_in: SignIn | None = None
    """None while it is being made."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def load(token: str) -> SignedIn | None:
    found = accounts.signed_in(token, now=now())
    if found and found.use_is_due(now()):
        with transaction():
            found = accounts.go_on(token, now=now())
    return SignedIn(token, found.staff, found) if found else None


def staff_or_none() -> Staff | None:
    return cast("Staff | None", getattr(current_user, "staff", None))


def me() -> Staff:
    """Whoever is signed in, on pages behind the guard."""
    return cast(Staff, current_user.staff)


def my_sign_in() -> SignIn:
    """This browser's, on pages behind the guard: the place it works for, and who stands there."""
    return cast(SignIn, current_user.sign_in)


def by_me() -> By:
    """Whose press it is, with the first name that a shared desk was given."""
    return By.staff(me(), my_sign_in().hand)


def begin(token: str, staff: Staff, *, remembered: bool) -> None:
    """A new session: nothing that stood in the cookie before is kept."""
    session.clear()
    session.permanent = remembered and may_be_remembered(staff)
    login_user(SignedIn(token, staff))


def register(app: Application) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(load)
    # A proxy: pages that never ask who is looking, such as errors, do not ask the database either.
    app.jinja_env.globals["current_staff"] = LocalProxy(staff_or_none)
