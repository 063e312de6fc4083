"""The page of one visit: what is possible now, how it can end, what was noted; shown again by views that refuse."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, render_template
from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from cnapp.domain.journal import Subject
from cnapp.domain.motifs import Motif, motif_to_begin_with, motifs_for
from cnapp.domain.visits import ANOTHER_SERVICE, ENDS, State, Visit
from cnapp.services import walk_ins
from cnapp.services.desk_times import motifs_for_desks
from cnapp.services.journal import history
from cnapp.services.possibilities import possible_now
from cnapp.services.walk_ins import Outcome
from cnapp.web.application import now
from cnapp.web.desk.visit_words import motif_words
from cnapp.web.forms import AtMost, Form, LineField
from cnapp.web.history import entry_lines

SERVICE_LENGTH = 120


class OutcomeForm(Form):
    """How the visit ends; a service that was typed goes before one that was chosen."""

    state = HiddenField()
    service = LineField(lazy_gettext("Vers quel service ?"), [AtMost(SERVICE_LENGTH)])
    other = LineField(lazy_gettext("Ou lequel ?"), [AtMost(SERVICE_LENGTH)])

    @property
    def outcome(self) -> Outcome:
        """Anything that no button of ours has sent is not understood."""
        if self.state.data not in ENDS:
            abort(422)
        state = State(self.state.data)
        return Outcome(state, self._service if state is State.ELSEWHERE else None)

    @property
    def _service(self) -> str:
        return self.other.data or self.service.data or ANOTHER_SERVICE


class MotifForm(Form):
    motif = SelectField(lazy_gettext("Sujet"), validate_choice=False)


def page(visit: Visit, asked: str | None, *, form: OutcomeForm | None = None, refusal: str = "") -> str:
    """`asked`: the slug of the motif; `refusal`: why the last press did nothing."""
    motifs = motifs_for(visit.word, motifs_for_desks())
    motif = _chosen(motifs, asked)
    is_open = visit.can_end(now())
    return render_template(
        "desk/visits/show.html",
        visit=visit,
        motif=motif,
        motif_form=_motif_form(motifs, motif),
        form=form or OutcomeForm(formdata=None),
        possible=possible_now(visit, motif, now=now()) if motif and is_open else None,
        services=walk_ins.services_told(visit.place, now=now()) if is_open else [],
        another_service=ANOTHER_SERVICE,
        refusal=refusal,
        lines=entry_lines(history((Subject.VISIT, visit.id))[0]),
        now=now(),
    )


def _chosen(motifs: Sequence[Motif], asked: str | None) -> Motif | None:
    if not asked:
        return motif_to_begin_with(motifs)
    return next((motif for motif in motifs if motif.slug == asked), None) or abort(404)


def _motif_form(motifs: Sequence[Motif], motif: Motif | None) -> MotifForm:
    form = MotifForm(formdata=None, motif=motif.slug if motif else None)
    form.motif.choices = [SelectChoice(each.slug, motif_words(each)) for each in motifs]
    return form
