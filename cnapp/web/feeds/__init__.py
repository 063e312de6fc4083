"""The feeds area."""

from __future__ import annotations

from cnapp.web.application import Application


def register(app: Application) -> None:
    pass
