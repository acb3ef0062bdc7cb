"""How the collecting went: what differs between those who collect, shown so that they can learn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.queries.patterns import collected_in
from egenmakt.core.patterns.collectors import (
    SENTENCES,
    CollectorFinding,
    CollectorInput,
    CollectorReport,
    compare_collectors,
)
from egenmakt.core.patterns.table import ChoiceColumn, ScaleColumn, SeveralColumn, StoryTable
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.published import Divided, PageCounts, PublishedCounts
from egenmakt.interfaces.web.patterns.requests import pattern_page
from egenmakt.interfaces.web.patterns.selection import SEED, Reading, read
from egenmakt.interfaces.web.patterns.working import worked_out

Collected = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Collecting:
    """What was found, and how many stories each collected, as far as it may be shown."""

    report: CollectorReport
    counts: PublishedCounts
    facilitators: tuple[str, ...]


def input_of(rows: Collected, table: StoryTable) -> CollectorInput:
    """A round's stories as the comparison takes them."""
    place = {id: row for row, id in enumerate(table.ids)}
    kept = [row for row in rows if str(row["id"]) in place]
    some = table.take(np.array([place[str(row["id"])] for row in kept], dtype=np.int64))
    answers, scales = [], []
    for column in some.columns.values():
        if isinstance(column, ChoiceColumn):
            answers.append(column.chosen)
        elif isinstance(column, SeveralColumn):
            answers += [np.where(column.states == 0, column.chosen[:, at], -1) for at in range(len(column.options))]
        elif isinstance(column, ScaleColumn):
            scales.append((column.values - column.low) / (column.high - column.low))
    return CollectorInput(
        ids=[str(row["id"]) for row in kept],
        facilitators=[str(row["facilitator"]) for row in kept],
        started=np.array([_seconds(row["started_at"]) for row in kept], dtype=np.int64),
        finished=np.array([_seconds(row["finished_at"]) for row in kept], dtype=np.int64),
        texts=[f"{row['title']} {row['text']}".strip() for row in kept],
        answers=np.column_stack(answers).astype(np.int64) if answers else np.zeros((len(kept), 0), dtype=np.int64),
        scales=np.column_stack(scales) if scales else np.zeros((len(kept), 0)),
    )


def _seconds(at: datetime | None) -> int:
    return -1 if at is None else int(at.timestamp())


def look_at(rows: Collected, table: StoryTable, k: int) -> Collecting:
    """Compare the collectors of a round; count what each brought, protected like every other number."""
    data = input_of(rows, table)
    report = compare_collectors(data, rng=np.random.default_rng(SEED))
    names = tuple(sorted(set(data.facilitators)))
    counts = PageCounts(k=k, size=len(data.ids), parts={None: ()})
    codes = np.array([names.index(each) for each in data.facilitators], dtype=np.int64)
    counts.ask("by", Divided("facilitator", names or ("–",), codes))
    return Collecting(report, counts.protect(), names)


@pattern_page
def collectors(request: HttpRequest, framework_id: UUID, round_id: UUID) -> HttpResponse:
    """The page of one round's collecting, for who runs the round and may read its stories."""
    reading = read(request, framework_id)
    rows = collected_in(user=request.user, round_id=round_id)
    table, k = reading.selection.data.table, reading.selection.k
    found = worked_out(
        (reading.selection.data.version, "collectors", str(round_id), k), lambda: look_at(rows, table, k)
    )
    names = dict(User.objects.filter(id__in=found.facilitators).values_list("id", "name"))
    named = {
        each: formats.isolated_text(names.get(UUID(each), "")) or _("somebody else") for each in found.facilitators
    }
    round = next(each for each in reading.selection.rounds if each.id == round_id)
    shown: list[Block] = [
        blocks.notice(
            _(
                "What stands here is a reason to ask how the work went, never a charge. A shared "
                "prompt, a village where everybody lived through the same, or a form that invites "
                "the same answer explains it as well."
            )
        ),
        *_findings(reading, found, named),
        blocks.table(_counts(found, named)),
    ]
    return blocks.show(
        request,
        reading,
        title=_("How the collecting went: %(round)s") % {"round": formats.isolated_text(round.name)},
        lead=_("Only for those who run the round: it leaves the organisation nowhere."),
        blocks=shown,
        stories=[(_("Stories by facilitators"), Cell(found.counts.at("by", None, None)))],
        hidden=found.counts.hidden,
        is_filtered=False,
    )


def _findings(reading: Reading, found: Collecting, named: dict[str, str]) -> list[Block]:
    report = found.report
    rate = _(
        "Where nobody differs, a page like this shows a finding in at most %(rate)s of cases "
        "(Benjamini–Hochberg over %(count)s comparisons)."
    ) % {
        "rate": formats.percent_text(Fraction(round(report.level * 1000), 1000)),
        "count": formats.number_text(report.compared),
    }
    if not report.compared:
        return [
            blocks.notice(_("Nobody is compared: a comparison needs two facilitators with at least ten stories each."))
        ]
    if not report.findings:
        return [blocks.finding(_("Nothing stands out."), [rate])]
    shown = [
        blocks.finding(
            ngettext("%(count)s thing to ask about.", "%(count)s things to ask about.", len(report.findings))
            % {"count": formats.number_text(len(report.findings))},
            [rate],
        )
    ]
    for each in report.findings:
        shown.append(blocks.words(sentence(each, named)))
        items = [
            (_("Story %(number)s") % {"number": formats.number_text(place + 1)}, reading.url("pattern_story", id))
            for place, id in enumerate(each.stories[:20])
        ]
        shown.append(blocks.links(items))
    return shown


def sentence(found: CollectorFinding, named: dict[str, str]) -> str:
    """What is said of a finding, with the facilitator's name."""
    values = {
        name: formats.number_text(value) if isinstance(value, int) else value for name, value in found.values.items()
    }
    return _(SENTENCES[found.kind]).format(**{**values, "facilitator": named.get(found.facilitator, "–")})


def _counts(found: Collecting, named: dict[str, str]) -> Table:
    columns = [Column(_("Facilitator")), Column(_("Stories"), is_numeric=True), Column(_("Compared"))]
    rows = [
        Row(
            [
                named[each],
                Cell(found.counts.at("by", each, None)).in_table(),
                _("no, too few") if each in found.report.too_few else _("yes"),
            ]
        )
        for each in found.facilitators
    ]
    return Table(caption=_("Who was compared"), columns=columns, rows=rows)


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/collectors/<uuid:round_id>/", collectors, name="pattern_collectors"),
]
