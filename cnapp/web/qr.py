"""An address as a drawing that a telephone reads."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """Drawn here, from our own address: nothing that anybody typed."""
    drawing = segno.make_qr(address, error="m", mask=3).svg_inline(
        svgclass="qr", lineclass="qr-line", omitsize=True, border=2
    )
    return Markup(drawing)  # noqa: S704
