"""Static files under names that carry their own hash, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass

from flask import Response, abort

from cnapp.config import ROOT
from cnapp.web.application import Application

STATIC = ROOT / "static"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LOOSE = re.compile(r"\s*({)\s*|([};,])\s+|(:)\s+")
STYLESHEETS = {
    "app.css": ("tokens", "base", "layout", "components", "pages", "print"),
    "staff.css": ("staff", "desk", "coordination"),
    "calls.css": ("calls",),
    "plans.css": ("plans",),
    "sessions.css": ("sessions",),
    "workshops.css": ("workshops",),
    "posters.css": ("posters",),
}
"""Layers of each stylesheet, in order; all but the first are for one kind of page alone."""


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    name: str
    body: bytes

    @property
    def address(self) -> str:
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{hashlib.sha256(self.body).hexdigest()[:16]}.{ending}"


def _stylesheet(name: str, layers: tuple[str, ...]) -> Asset:
    files = (STATIC / "css" / f"{layer}.css" for layer in layers)
    return Asset(name, lean("\n".join(file.read_text() for file in files)).encode())


def lean(sheet: str) -> str:
    """Without comments and without the white space that only people read; none of that stands in our quotes."""
    return LOOSE.sub(r"\1\2\3", COMMENT.sub("", sheet)).replace(";}", "}")


def _files() -> list[Asset]:
    return [Asset(path.name, path.read_bytes()) for path in sorted(STATIC.iterdir()) if path.is_file()]


def register(app: Application) -> None:
    assets = [*(_stylesheet(name, layers) for name, layers in STYLESHEETS.items()), *_files()]
    addresses = {asset.name: asset.address for asset in assets}
    served = {asset.address: asset for asset in assets}

    def show(address: str) -> Response:
        asset = served.get(address) or abort(404)
        kind = mimetypes.guess_type(asset.name)[0] or "application/octet-stream"
        response = Response(asset.body, mimetype=kind)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.add_url_rule("/static/<address>", "static", show)
    app.jinja_env.globals["asset"] = lambda name: f"/static/{addresses[name]}"
