"""Where the post stands: what is set, what waits, what failed, and how the letters of these days ended."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.services.post_state import post_state
from cnapp.web.application import now
from cnapp.web.coordination.letters import TITLES
from cnapp.web.coordination.post_words import CHANNELS, OUTCOMES, late_sentence, setting_lines, show_length

bp = Blueprint("post", __name__, url_prefix="/courrier")


@bp.get("")
def show() -> str:
    words = {"titles": TITLES, "channels": CHANNELS, "outcomes": OUTCOMES, "length": show_length}
    shown = {"state": post_state(now()), "late": late_sentence(), "lines": setting_lines()}
    return render_template("coordination/post/show.html", **shown, **words)
