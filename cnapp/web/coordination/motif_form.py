"""What the coordination writes of a motif."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.services.motifs import Wording
from cnapp.web.coordination.fields import Between, ChangeForm, NumberField
from cnapp.web.coordination.setting_words import MODES, PERIMETERS
from cnapp.web.fields import Given
from cnapp.web.forms import AtMost, LineField, Required
from cnapp.web.public.forms import ChoiceField, ListField, TickField, choices
from cnapp.web.public.wording import WORDS
from cnapp.wording.themes import THEMES

LONGEST_NOTICE = 30 * 24 * 60
NUMBER = lazy_gettext("Écrivez un nombre, par exemple 45.")
FORGED = lazy_gettext("Choisissez dans la liste.")
NONE = SelectChoice("", lazy_gettext("Aucun"))


class MotifForm(ChangeForm):
    title = LineField(lazy_gettext("Titre"), [Required(lazy_gettext("Écrivez un titre.")), AtMost(120)])
    word = ListField(
        lazy_gettext("Question où il est proposé"),
        lazy_gettext("Choisissez une question."),
        choices=[SelectChoice("", lazy_gettext("Choisissez")), *choices(WORDS)],
    )
    position = NumberField(lazy_gettext("Place dans la liste"), [Given(NUMBER), Between(0, 999)])
    bring = LineField(lazy_gettext("À apporter"), [AtMost(300)])
    theme = ListField(
        lazy_gettext("Thème national"),
        lazy_gettext("Choisissez un thème."),
        choices=[SelectChoice("", lazy_gettext("Choisissez")), *choices(THEMES)],
    )
    mode = ChoiceField(lazy_gettext("Qui tient le clavier"), lazy_gettext("Choisissez."), choices=choices(MODES))
    perimeter = ListField(lazy_gettext("Domaine de l’habilitation"), FORGED, choices=[NONE, *choices(PERIMETERS)])
    instead_id = ListField(lazy_gettext("Sinon, proposer avec la personne"), FORGED)
    duration_minutes = NumberField(lazy_gettext("Durée, en minutes"), [Given(NUMBER), Between(5, 240)])
    buffer_minutes = NumberField(lazy_gettext("Battement après, en minutes"), [Given(NUMBER), Between(0, 120)])
    least_notice_minutes = NumberField(
        lazy_gettext("Délai avant le rendez-vous, en minutes"), [Given(NUMBER), Between(0, LONGEST_NOTICE)]
    )
    horizon_days = NumberField(lazy_gettext("Jours à l’avance, au plus"), [Given(NUMBER), Between(1, 365)])
    online = TickField(lazy_gettext("Proposé sur le site"))

    def offer(self, known: Iterable[Motif], own: str) -> None:
        """What can be offered instead: done with the person, not retired; named by its slug."""
        others = [motif for motif in known if motif.mode is Mode.WITH and motif.slug != own]
        self.ids = {motif.slug: motif.id for motif in others}
        listed = [motif for motif in others if motif.retired_at is None or motif.slug == self.instead_id.data]
        self.instead_id.choices = [NONE, *(SelectChoice(motif.slug, motif.title) for motif in listed)]

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        return all([is_good, self._perimeter_fits(), self._instead_fits(), self._notice_fits()])

    @property
    def is_in_place(self) -> bool:
        return bool(self.mode.data == Mode.FOR)

    @property
    def wording(self) -> Wording:
        return Wording(
            title=self.title.data or "",
            word=Word(self.word.data),
            position=self.position.data,
            bring=self.bring.data or "",
            theme=self.theme.data,
            mode=Mode(self.mode.data),
            perimeter=self.perimeter.data or None,
            instead_id=self.ids.get(self.instead_id.data),
            duration_minutes=self.duration_minutes.data,
            buffer_minutes=self.buffer_minutes.data,
            least_notice_minutes=self.least_notice_minutes.data,
            horizon_days=self.horizon_days.data,
            online=bool(self.online.data),
        )

    def _perimeter_fits(self) -> bool:
        if self.is_in_place and not self.perimeter.data:
            self.perimeter.errors = [gettext("Pour agir à la place de la personne, il faut un domaine.")]
        elif self.perimeter.data and not self.is_in_place:
            self.perimeter.errors = [gettext("Un domaine va seulement avec « À la place de la personne ».")]
        return not self.perimeter.errors

    def _instead_fits(self) -> bool:
        if self.instead_id.data and not self.is_in_place:
            self.instead_id.errors = [gettext("Un remplacement va seulement avec « À la place de la personne ».")]
        return not self.instead_id.errors

    def _notice_fits(self) -> bool:
        notice, days = self.least_notice_minutes.data, self.horizon_days.data
        if notice is not None and days is not None and notice >= days * 24 * 60:
            self.least_notice_minutes.errors = [gettext("Ce délai est plus long que les jours à l’avance.")]
            return False
        return True
