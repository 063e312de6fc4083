"""Unguessable addresses and codes that people can copy by hand."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def new_public_id() -> str:
    """128 random bits: how a row is called outside the database."""
    return secrets.token_hex(16)


def fingerprint(token: str) -> str:
    """What is kept of a token: its SHA-256, looked up by index, so that no timing tells anything."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_token(key: str, text: str) -> str:
    """A token of 160 bits that can be written again by whoever has the key."""
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:20]).decode().rstrip("=")


def new_code() -> str:
    """Eight letters and digits, none that are mistaken for one another (0 O 1 I L): 39 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """The code in what somebody typed, whatever the case, spaces and dashes; None where there is none."""
    code = "".join(letter for letter in typed.upper() if letter.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else None


def show_code(code: str) -> str:
    return f"{code[:4]} {code[4:]}"
