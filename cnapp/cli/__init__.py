"""Commands, as thin as views: each asks the clock once, opens its transactions, calls one verb and prints."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click
from flask.cli import AppGroup

from cnapp.web.application import Application

COMMANDS = {
    "backup": "backup",
    "daily": "care",
    "db": "migration",
    "demo": "installation",
    "doctor": "care",
    "feed-url": "feeds",
    "init": "installation",
    "post": "post",
    "restore": "backup",
}
"""Each command and the file where it stands."""


class Commands(AppGroup):
    """A command's file is read when it is called: whoever serves pages carries none of what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        file = import_module(f"{__name__}.{COMMANDS[cmd_name]}")
        return cast(click.Command, getattr(file, cmd_name.replace("-", "_")))


def register(app: Application) -> None:
    app.cli = Commands(app.name)
