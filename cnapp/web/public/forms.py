"""Fields that citizens meet: one choice among several, several at once, a box; their sentences are ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """From words by code, in order."""
    return [SelectChoice(str(code), label) for code, label in labels.items()]


class OneOf:
    """One of the choices, nothing else; the sentence says what to do."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data not in {choice.value for choice in field.choices}:
            raise StopValidation(str(self.sentence))


class ChoiceField(RadioField):
    """Radios; nothing chosen or something forged gives the same sentence."""

    def __init__(self, label: Any, sentence: Any, **options: Any) -> None:
        super().__init__(label, validators=[OneOf(sentence)], validate_choice=False, **options)


class ListField(SelectField):
    """A list to pick one entry from."""

    def __init__(self, label: Any, sentence: Any, **options: Any) -> None:
        super().__init__(label, validators=[OneOf(sentence)], validate_choice=False, **options)


class ChoicesField(SelectMultipleField):
    """Boxes to tick, or none."""

    def __init__(self, label: Any, sentence: Any, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)
        self.sentence = sentence

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or ()) <= {choice.value for choice in self.choices}:
            raise StopValidation(str(self.sentence))


class TickField(BooleanField):
    """One box."""


class TrapField(StringField):
    """A field that people do not see and that robots fill in."""
