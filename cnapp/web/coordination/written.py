"""What a developer's machine has written instead of sending it; in production there is no such page."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.services.written import written_file, written_files
from cnapp.web.application import settings

bp = Blueprint("written", __name__, url_prefix="/lettres/parties")


@bp.before_request
def only_here() -> None:
    if not settings().is_local:
        abort(404)


@bp.get("")
def index() -> str:
    return render_template("coordination/written/index.html", files=written_files(settings().post_folder))


@bp.get("/<name>")
def show(name: str) -> str:
    file = written_file(settings().post_folder, name) or abort(404)
    return render_template("coordination/written/show.html", file=file)
