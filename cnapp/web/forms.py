"""Forms: what is typed is cleaned, judged, and shown again as it was."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import StopValidation

from cnapp.base.contacts import NAME_LENGTH, clean_line, clean_lines, name_words, read_contact, read_email, read_phone
from cnapp.base.refusals import Refusal


class Form(FlaskForm):
    """A form of ours. That it comes from one of our pages was judged before: CSRFProtect asks it of every POST."""

    class Meta(FlaskForm.Meta):
        csrf = False


class LineField(StringField):
    """One line of text, without control, zero-width or direction marks."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(valuelist[0]) if valuelist else ""


class LinesField(TextAreaField):
    """A few lines, cleaned each as one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_lines(valuelist[0]) if valuelist else ""


class Required:
    """Something must be there; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(self.sentence))


class AtMost:
    """So many characters."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, _form: Any, field: Field) -> None:
        if len(field.data or "") > self.length:
            raise StopValidation(gettext("C’est trop long. Écrivez %(n)d caractères au plus.", n=self.length))


def is_name(_form: Any, field: Field) -> None:
    """At least one letter of some script, and no longer than a name is."""
    if len(field.data or "") > NAME_LENGTH:
        raise ValidationError(gettext("Ce nom est trop long. Écrivez %(n)d caractères au plus.", n=NAME_LENGTH))
    if field.data and not any(character.isalpha() for word in name_words(field.data) for character in word):
        raise ValidationError(gettext("Écrivez un nom avec des lettres, par exemple Marie Schmitt."))


def is_phone(_form: Any, field: Field) -> None:
    _judge(read_phone, field)


def is_email(_form: Any, field: Field) -> None:
    _judge(read_email, field)


def is_contact(_form: Any, field: Field) -> None:
    _judge(read_contact, field)


def _judge(read: Any, field: Field) -> None:
    try:
        read(field.data or "")
    except Refusal as refusal:
        sentence = gettext(refusal.sentence)
        or_nothing = "" if field.flags.required else f" {gettext('Ou laissez vide.')}"
        raise ValidationError(f"{sentence}{or_nothing}") from None


ADDRESS_LENGTH = 200
NAME_MISSING = lazy_gettext("Écrivez un nom ou un prénom.")
