"""Names, phones and e-mail addresses as people type them, and what is kept of them."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from cnapp.base.refusals import Refusal

NAME_LENGTH = 80
REGIONS = ("FR", "LU", "DE", "BE")
FRENCH = re.compile(r"\+33[1-9]\d{8}")
"""The whole French plan, also the numbers kept for fiction, which libphonenumber does not know."""
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class PhoneNotUnderstood(Refusal):
    sentence = "Ce numéro de téléphone n’est pas complet. Écrivez par exemple 06 12 34 56 78."


class EmailNotUnderstood(Refusal):
    sentence = "Cette adresse e-mail n’est pas complète. Écrivez par exemple nom@exemple.fr."


class ContactNotUnderstood(Refusal):
    sentence = "Écrivez un téléphone, par exemple 06 12 34 56 78, ou un e-mail, par exemple nom@exemple.fr."


def clean_line(typed: str) -> str:
    """One line of text without control, zero-width or direction marks; every script is kept."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in typed)
    visible = "".join(c for c in spaced if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn") and c not in _BIDI)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_lines(typed: str) -> str:
    """The same of several lines: those that hold something, each on its own."""
    return "\n".join(line for line in map(clean_line, typed.splitlines()) if line)


def plain(text: str) -> str:
    """Lower case without accents, for comparing: « Élodie » is « elodie »."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def name_words(name: str) -> list[str]:
    """The words of a name, plain: « Jean-Luc d’Été » gives jean, luc, d, ete."""
    return [word for word in re.split(r"[\W_]+", plain(name)) if word]


def initials(name: str) -> str:
    """« Marie Schmitt » gives « M. S. », « d’Été » « d’É. »."""
    return "\N{NO-BREAK SPACE}".join(f"{_initial(word)}." for word in name.split() if word[0].isalpha())


def _initial(word: str) -> str:
    return word[:3] if word[1:2] in ("'", "’") else word[0]


def short_name(name: str) -> str:
    """« Marie Schmitt » gives « Marie S. »: enough for whoever knows that she comes."""
    first, _, rest = name.partition(" ")
    return "\N{NO-BREAK SPACE}".join(part for part in (first, initials(rest)) if part)


@dataclass(frozen=True)
class Phone:
    """A number that can be dialled from Metz, and what was typed."""

    number: str
    typed: str
    is_mobile: bool


def read_phone(typed: str) -> Phone | None:
    """French, Luxembourgish, German and Belgian numbers (E.164); None when nothing was typed.

    What begins with one 0 is French: other countries are dialled with + or 00. Raises PhoneNotUnderstood.
    """
    text = clean_line(typed)
    if not text:
        return None
    for region in _regions_of(text):
        number = _parse(text, region)
        if number:
            return Phone(number, text, is_mobile(number))
    raise PhoneNotUnderstood


def _regions_of(text: str) -> tuple[str, ...]:
    """None for a text with letters, which a telephone's keypad would read as digits."""
    if any(character.isalpha() for character in text):
        return ()
    is_national = re.match(r"\D*0(?!0)", text) and "+" not in text
    return ("FR",) if is_national else REGIONS


def _parse(text: str, region: str) -> str | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    number = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return number if FRENCH.fullmatch(number) or phonenumbers.is_valid_number(parsed) else None


def is_mobile(number: str) -> bool:
    """Whether an E.164 number of France or of a country beside Metz can receive an SMS."""
    if FRENCH.fullmatch(number):
        return number.startswith(("+336", "+337"))
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    is_near = phonenumbers.region_code_for_number(parsed) in REGIONS
    return is_near and phonenumbers.number_type(parsed) in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)


def show_phone(number: str) -> str:
    """As it is read in France: « 06 12 34 56 78 »; foreign numbers with their country code."""
    parsed = phonenumbers.parse(number, "FR")
    kinds = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, kinds.NATIONAL if parsed.country_code == 33 else kinds.INTERNATIONAL)


def read_email(typed: str) -> str | None:
    """The address, normalised; None when nothing was typed. Raises EmailNotUnderstood."""
    text = clean_line(typed)
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise EmailNotUnderstood from None


def wire_address(email: str) -> str:
    """As mail servers read it, the domain in ASCII. Raises EmailNotUnderstood, also for two addresses in one."""
    if email != clean_line(email):
        raise EmailNotUnderstood
    try:
        read = validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        raise EmailNotUnderstood from None
    return f"{read.local_part}@{read.ascii_domain}"


def mailbox_of(email: str) -> str:
    """The box behind an address, for counting: case and plus-addresses are the same box."""
    local, _, domain = email.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def read_contact(typed: str) -> tuple[Phone | None, str | None]:
    """A phone or an e-mail address, whichever was typed in the one field. Raises ContactNotUnderstood."""
    try:
        return (None, read_email(typed)) if "@" in typed else (read_phone(typed), None)
    except (PhoneNotUnderstood, EmailNotUnderstood):
        raise ContactNotUnderstood from None
