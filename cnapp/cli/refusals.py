"""How a refusal is shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from cnapp.base.refusals import Refusal

UNREADY = "La base ne répond pas, ou n’est pas à jour : « flask db upgrade », puis « flask doctor »."


class Stop(click.ClickException):
    """Ends a command with sentences on the error output, and status 1."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@contextmanager
def refusals_shown() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise Stop(refusal.sentence) from None
    except (OperationalError, ProgrammingError) as error:
        raise Stop(f"{UNREADY} ({type(error.orig).__name__})") from None


def numbered(sentences: Sequence[str]) -> list[str]:
    return [f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)]
