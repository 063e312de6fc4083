"""What another machine signs with a key that both have: an instant and a body, so that nothing old is taken for new."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

VALID = timedelta(minutes=5)
SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def signature(key: str, *, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of « timestamp.body », in hexadecimal."""
    return hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(key: str, *, given: str, timestamp: str, body: bytes) -> bool:
    expected = signature(key, timestamp=timestamp, body=body)
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def is_of_now(timestamp: str, now: datetime) -> bool:
    """In seconds since 1970, at most five minutes away, either way."""
    return bool(SECONDS.fullmatch(timestamp)) and abs(now.timestamp() - int(timestamp)) <= VALID.total_seconds()
