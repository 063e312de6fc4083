"""Settings, read once from CNAPP_* environment variables."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cnapp.base.gateways import Shape, read_fields, read_gateway_url, read_key, read_sender
from cnapp.base.mail import read_mailbox, read_server

ROOT = Path(__file__).resolve().parent.parent
POST_FOLDER = ROOT / "instance" / "post"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHORTEST_KEY = 32
LONGEST_ROSTER = 104
ACCESSIBILITY_STATES = ("non conforme", "partiellement conforme", "totalement conforme")
DEFAULT_PASSWORDS = ("", "postgres", "password", "cnapp", "changeme")
_STATES = ", ".join(ACCESSIBILITY_STATES)
_SHAPES = " ou ".join(Shape)


class BadSettings(Exception):
    """The settings cannot be served; each fault is a sentence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """What the town decides. Every field but the keys has a default fit for a first try."""

    database_url: str
    secret_key: str
    link_key: str
    base_url: str
    proxies: int = 0
    town: str = "Metz"
    service_name: str = "Aide numérique"
    phone: str = ""
    phone_hours: str = ""
    contact_email: str = ""
    publisher: str = ""
    host: str = ""
    accessibility_state: str = "non conforme"
    town_site: str = ""
    """Origin of the town's own site, which may show ours in a frame."""
    smtp_url: str = field(default="", repr=False)
    """Where letters are handed over; empty: none leaves."""
    mail_from: str = ""
    """« Name <address> » that letters come from."""
    mail_reply_to: str = ""
    sms_url: str = field(default="", repr=False)
    """Where SMS are handed over; empty: none leaves."""
    sms_shape: str = Shape.JSON
    sms_user: str = ""
    sms_password: str = field(default="", repr=False)
    sms_key: str = field(default="", repr=False)
    sms_sender: str = ""
    """What the telephone shows."""
    sms_fields: str = ""
    """How the gateway calls what it is given."""
    sms_webhook_key: str = field(default="", repr=False)
    """What the gateway signs with when it tells what became of an SMS; empty: it is not listened to."""
    post_folder: Path = POST_FOLDER
    """Where letters are written on a developer's machine."""
    citizens_kept_months: int = 24
    needs_kept_days: int = 30
    roster_weeks: int = 12
    debug: bool = False

    @property
    def is_local(self) -> bool:
        """A developer's machine; anything else is production."""
        return _host(self.base_url) in LOOPBACK

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        host = _host(self.base_url)
        return list(LOOPBACK) if self.is_local else [host]

    @property
    def sends_mail(self) -> bool:
        """Whether an e-mail may be promised."""
        return bool(self.smtp_url)

    @property
    def sends_letters(self) -> bool:
        """Whether somebody must see to it that they do: in a real town calls and paper pass through the post too."""
        return self.sends_mail or self.sends_sms or not self.is_local

    @property
    def sends_sms(self) -> bool:
        """Whether an SMS may be promised."""
        return bool(self.sms_url)

    def faults(self) -> list[str]:
        """Sentences on what must be mended before anyone is served."""
        return [sentence for is_wrong, sentence in self._rules() if is_wrong]

    def _rules(self) -> list[tuple[bool, str]]:
        return [
            *self._always(),
            *self._of_letters(),
            *self._of_sms(),
            *([] if self.is_local else self._in_production()),
        ]

    def _always(self) -> list[tuple[bool, str]]:
        engine = self.database_url.partition("://")[0].partition("+")[0]
        return [
            (
                not _is_origin(self.base_url),
                "CNAPP_BASE_URL n’est pas une adresse http(s) sans chemin (port compris).",
            ),
            (
                engine not in ("sqlite", "postgresql"),
                "CNAPP_DATABASE_URL doit commencer par sqlite:// ou postgresql://.",
            ),
            (len(self.secret_key) < SHORTEST_KEY, f"CNAPP_SECRET_KEY manque ou a moins de {SHORTEST_KEY} caractères."),
            (len(self.link_key) < SHORTEST_KEY, f"CNAPP_LINK_KEY manque ou a moins de {SHORTEST_KEY} caractères."),
            (self.secret_key == self.link_key != "", "CNAPP_SECRET_KEY et CNAPP_LINK_KEY doivent être différentes."),
            (self.citizens_kept_months < 1, "CNAPP_CITIZENS_KEPT_MONTHS doit être 1 ou plus."),
            (not 1 <= self.roster_weeks <= LONGEST_ROSTER, f"CNAPP_ROSTER_WEEKS va de 1 à {LONGEST_ROSTER}."),
            (self.accessibility_state not in ACCESSIBILITY_STATES, f"CNAPP_ACCESSIBILITY_STATE : {_STATES}."),
            (not self._town_site_is_safe(), "CNAPP_TOWN_SITE est une adresse https:// sans chemin."),
        ]

    def _of_letters(self) -> list[tuple[bool, str]]:
        mailbox = "« Nom <adresse@exemple.fr> », une seule adresse."
        return [
            (
                not _is_read_by(read_server, self.smtp_url),
                "CNAPP_SMTP_URL s’écrit smtp://nom:mot-de-passe@serveur:port ou smtps://…, "
                "avec ?starttls=1 pour chiffrer smtp://.",
            ),
            (self.sends_mail and not self.mail_from, "CNAPP_MAIL_FROM manque : les e-mails partent de cette adresse."),
            (not _is_read_by(read_mailbox, self.mail_from), f"CNAPP_MAIL_FROM s’écrit {mailbox}"),
            (not _is_read_by(read_mailbox, self.mail_reply_to), f"CNAPP_MAIL_REPLY_TO s’écrit {mailbox}"),
        ]

    def _of_sms(self) -> list[tuple[bool, str]]:
        asked = self.sends_sms
        is_form, is_json = (asked and self.sms_shape == shape for shape in Shape)
        return [
            (
                not _is_read_by(read_gateway_url, self.sms_url),
                "CNAPP_SMS_URL est une adresse http(s), sans compte ni #.",
            ),
            (self.sms_shape not in list(Shape), f"CNAPP_SMS_SHAPE : {_SHAPES}."),
            (
                (is_form and not (self.sms_user and self.sms_password)) or ":" in self.sms_user,
                "CNAPP_SMS_USER (sans « : ») et CNAPP_SMS_PASSWORD ouvrent la passerelle en forme « form ».",
            ),
            (is_json and not self.sms_key, "CNAPP_SMS_KEY manque : elle ouvre la passerelle en forme « json »."),
            (not _is_read_by(read_key, self.sms_key), "CNAPP_SMS_KEY contient un espace ou un accent."),
            (asked and not self.sms_sender, "CNAPP_SMS_SENDER manque : les SMS partent sous ce nom."),
            (
                not _is_read_by(read_sender, self.sms_sender),
                "CNAPP_SMS_SENDER a 11 lettres ou chiffres au plus, sans espace ni accent, ou est un numéro.",
            ),
            (
                not _is_read_by(read_fields, self.sms_fields),
                "CNAPP_SMS_FIELDS s’écrit to=destinataire,text=message,from=emetteur,ref=reference.",
            ),
            (
                0 < len(self.sms_webhook_key) < SHORTEST_KEY,
                f"CNAPP_SMS_WEBHOOK_KEY a moins de {SHORTEST_KEY} caractères.",
            ),
        ]

    def _in_production(self) -> list[tuple[bool, str]]:
        return [
            (self.debug, "Le mode debug est refusé en production."),
            (not self.is_https, "En production, CNAPP_BASE_URL commence par https://."),
            (self.sms_url.startswith("http://"), "En production, CNAPP_SMS_URL commence par https://."),
            (_has_default_password(self.database_url), "Le mot de passe de la base est celui par défaut."),
        ]

    def _town_site_is_safe(self) -> bool:
        return not self.town_site or (_is_origin(self.town_site) and self.town_site.startswith("https://"))


def _is_read_by(read: Callable[[str], object], text: str) -> bool:
    """What is empty is not set."""
    try:
        return not text or bool(read(text))
    except ValueError:
        return False


def _is_origin(address: str) -> bool:
    """Scheme, host and port, and nothing after them: it goes into links and headers."""
    try:
        url = urlsplit(address)
        is_plain = f"{url.scheme}://{url.netloc}" == address and not url.username and url.port != 0
    except ValueError:
        return False
    return is_plain and url.scheme in ("http", "https") and re.fullmatch(r"[\w.:\[\]-]+", url.netloc) is not None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _has_default_password(url: str) -> bool:
    try:
        account = urlsplit(url)
        return account.password is not None and account.password in (*DEFAULT_PASSWORDS, account.username)
    except ValueError:
        return False


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises BadSettings with every fault at once."""
    port = environment.get("PORT", "5000")
    base_url = environment.get("CNAPP_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    is_local = _host(base_url) in LOOPBACK
    faults: list[str] = []
    settings = Settings(
        database_url=_database_url(environment),
        secret_key=environment.get("CNAPP_SECRET_KEY") or (_kept_key("secret.key") if is_local else ""),
        link_key=environment.get("CNAPP_LINK_KEY") or (_kept_key("link.key") if is_local else ""),
        base_url=base_url,
        proxies=_number(environment, "CNAPP_PROXIES", 0, faults),
        citizens_kept_months=_number(environment, "CNAPP_CITIZENS_KEPT_MONTHS", 24, faults),
        needs_kept_days=_number(environment, "CNAPP_NEEDS_KEPT_DAYS", 30, faults),
        roster_weeks=_number(environment, "CNAPP_ROSTER_WEEKS", 12, faults),
        post_folder=POST_FOLDER,
        debug=environment.get("FLASK_DEBUG", "") not in ("", "0", "false"),
        **_texts(environment),
    )
    faults += settings.faults()
    if faults:
        raise BadSettings(faults)
    return settings


def _texts(environment: Mapping[str, str]) -> dict[str, str]:
    names = (
        "town",
        "service_name",
        "phone",
        "phone_hours",
        "contact_email",
        "publisher",
        "host",
        "accessibility_state",
        "town_site",
        "smtp_url",
        "mail_from",
        "mail_reply_to",
        "sms_url",
        "sms_shape",
        "sms_user",
        "sms_password",
        "sms_key",
        "sms_sender",
        "sms_fields",
        "sms_webhook_key",
    )
    return {name: environment[f"CNAPP_{name.upper()}"] for name in names if environment.get(f"CNAPP_{name.upper()}")}


def _database_url(environment: Mapping[str, str]) -> str:
    url = environment.get("CNAPP_DATABASE_URL") or f"sqlite:///{ROOT / 'instance' / 'cnapp.sqlite'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _number(environment: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        faults.append(f"{name} doit être un nombre entier.")
        return default
    return int(text)


def _kept_key(name: str) -> str:
    """A key made once on a developer's machine and kept beside the database."""
    path = ROOT / "instance" / name
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
