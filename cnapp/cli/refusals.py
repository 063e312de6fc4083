"""How a refusal is shown on a terminal."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from cnapp.base.refusals import Refusal

UNREADY = "La base ne répond pas, ou n’est pas à jour : « flask db upgrade », puis « flask doctor »."

DISK_SENTENCES = {
    errno.ENOENT: "Ce dossier ou ce fichier n’existe pas.",
    errno.ENOTDIR: "Ce dossier n’existe pas.",
    errno.ENOSPC: "Il n’y a plus de place sur le disque.",
    errno.EDQUOT: "Il n’y a plus de place sur le disque pour ce compte.",
    errno.EACCES: "Ce compte n’a pas le droit de lire ou d’écrire là.",
    errno.EPERM: "Ce compte n’a pas le droit de lire ou d’écrire là.",
    errno.EROFS: "Ce disque ne peut être que lu.",
    errno.ENAMETOOLONG: "Ce nom de fichier est trop long.",
}


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
    except OSError as error:
        raise Stop(disk_sentence(error)) from None


def disk_sentence(error: OSError) -> str:
    reason = DISK_SENTENCES.get(error.errno or 0, "Le disque n’a pas pu être lu ou écrit.")
    return f"{reason} ({error.filename})" if error.filename else reason


def numbered(sentences: Sequence[str]) -> list[str]:
    return [f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)]
