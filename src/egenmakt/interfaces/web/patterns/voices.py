"""The voices side by side: rights-holders, partners and staff, question by question; and how all scales go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.core.patterns.compare import compare
from egenmakt.core.patterns.comparison import Comparison, holm
from egenmakt.core.patterns.describe import CorrelationMap, correlation_map
from egenmakt.core.patterns.table import ChoiceColumn, NotATable, StonesColumn, StoryTable
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.describing import few_notice
from egenmakt.interfaces.web.patterns.figures import ask_all, of_voice, state_counts
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.published import PublishedCounts, by_state, known
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import SEED, Reading, Selection, read
from egenmakt.interfaces.web.patterns.sentences import SIZE_NAMES, level, number
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out
from egenmakt.interfaces.web.reading import badge_cell, link

OWN = "voice"
STORIES_MOST = 20_000
"""Beyond so many stories a random part of them is compared: chance by re-ordering would take minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """How each question differs by voice; probabilities are corrected for the number of questions (Holm)."""

    counts: PublishedCounts
    tests: Mapping[str, Comparison]


def compare_voices(selection: Selection) -> Voices:
    """Lay the voices beside each other, question by question."""
    counts = selection.counts()
    ask_all(selection, counts)
    for code, column in selection.whole.columns.items():
        counts.ask(f"state/{code}", by_state(code, column))
    if not selection.is_free:
        counts.after([state_counts(selection, code) for code in selection.whole.columns])
    table = _part(selection.table)
    voices = table.voices
    states = np.where(voices.codes < 0, 2, 0).astype(np.int8)
    own = ChoiceColumn(states, voices.names, voices.codes)
    table = replace(table, columns={**table.columns, OWN: own})
    tests: dict[str, Comparison] = {}
    for code, column in selection.whole.columns.items():
        if isinstance(column, StonesColumn):
            continue
        try:
            found = compare(table=table, first=OWN, second=code, seed=SEED, voice=TOGETHER, by_facilitator=False)
        except NotATable:
            continue
        # a question with several answers differs as much as the option that differs most
        tests[code] = min(found, key=lambda one: one.p)
    p = holm(p=[test.p for test in tests.values()])
    corrected = {code: replace(test, p=value) for (code, test), value in zip(tests.items(), p, strict=True)}
    return Voices(counts.protect(), corrected)


def _part(table: StoryTable) -> StoryTable:
    if table.size <= STORIES_MOST:
        return table
    chosen = np.random.default_rng(SEED).choice(table.size, STORIES_MOST, replace=False)
    return table.take(np.sort(chosen))


@pattern_page
def voices(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """The page of the voices side by side."""
    reading = read(request, framework_id)
    selection = reading.selection
    found = worked_out(selection.key("voices"), lambda: compare_voices(selection))
    if len(selection.voices) < 2:
        shown: list[Block] = [
            blocks.notice(_("There is only one voice among these stories: there is nothing to lay beside it."))
        ]
    else:
        shown = [
            *few_notice(reading, found.counts),
            blocks.table(_answered(reading, found)),
            blocks.table(_differences(reading, found)),
            blocks.words(
                _(
                    "Corrected for the number of questions (Holm). A difference between voices is a "
                    "reason to listen to each, not to say who is right."
                ),
                soft=True,
            ),
        ]
    return blocks.show(
        request,
        reading,
        title=_("Voices side by side"),
        lead=_("Rights-holders, partners and staff are never counted as one."),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def _answered(reading: Reading, found: Voices) -> Table:
    columns = [Column(_("Question"))]
    columns += [Column(voice_word(voice or TOGETHER), is_numeric=True) for voice in reading.selection.shown_voices]
    rows = []
    for code in reading.selection.whole.columns:
        cells = [
            Cell(found.counts.at(f"state/{code}", "answered", voice), found.counts.at("all", voice)).in_table()
            for voice in reading.selection.shown_voices
        ]
        rows.append(Row([link(reading.url("pattern_question", code), reading.words.question(code)), *cells]))
    return Table(caption=_("How many answered, of each voice"), columns=columns, rows=rows)


def _differences(reading: Reading, found: Voices) -> Table:
    free = reading.selection.is_free
    columns = [Column(_("Question")), Column(_("Difference between the voices")), Column(_("Shown"))]
    rows = []
    for code, test in sorted(found.tests.items(), key=lambda item: item[1].p):
        small = "too_few" in test.notes or test.effect is None
        size = _("too few stories") if small or test.effect is None else str(SIZE_NAMES[level(test.effect)])
        badge = (
            badge_cell(_("shown"), "success") if test.p <= 0.05 and not small else badge_cell(_("not shown"), "neutral")
        )
        rows.append(Row([link(reading.url("pattern_question", code), reading.words.question(code)), size, badge]))
    note = _("The tests' own numbers stand on the pages of the questions.") if free else ""
    return Table(caption=_("Where the voices differ, the clearest first"), columns=columns, rows=rows, note=note)


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """How the scales go together, for each voice."""

    counts: PublishedCounts
    maps: Mapping[str | None, CorrelationMap]


def correlate(selection: Selection) -> Correlations:
    """Spearman's rho for every two scales."""
    counts = selection.counts()
    ask_all(selection, counts)
    some = {voice: of_voice(selection.table, voice) for voice in selection.shown_voices}
    maps = {voice: correlation_map(table=table, voice=TOGETHER) for voice, table in some.items()}
    return Correlations(counts.protect(), maps)


@pattern_page
def correlations(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """The page of all scales against each other."""
    reading = read(request, framework_id)
    selection = reading.selection
    found = worked_out(selection.key("scales"), lambda: correlate(selection))
    shown: list[Block] = [*few_notice(reading, found.counts)]
    for voice in selection.shown_voices:
        shown.append(_map(reading, found, voice))
    return blocks.show(
        request,
        reading,
        title=_("How the scales go together"),
        lead=_("From −100, one always high where the other is low, to 100, both always high together."),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def _map(reading: Reading, found: Correlations, voice: str | None) -> Block:
    name = voice_word(voice or TOGETHER)
    n, mapped = known(found.counts.at("all", voice)), found.maps[voice]
    least = 4 * reading.selection.k
    if n is None or n < least or len(mapped.questions) < 2:
        return blocks.notice(_("%(voice)s: too few stories, or fewer than two scales.") % {"voice": name})
    names = [reading.words.question(code) for code in mapped.questions]
    rows = []
    for i, label in enumerate(names):
        line = []
        for j in range(len(names)):
            rho, both = float(mapped.rho[i, j]), int(mapped.n[i, j])
            told = both >= least and np.isfinite(rho) and i != j
            line.append(RhoTile(round(rho * 100) if told else None))
        rows.append((label, line))
    return Block("rho", {"title": name, "columns": names, "rows": rows})


@dataclass(frozen=True, slots=True)
class RhoTile:
    """A correlation in hundredths, or None on the diagonal and where there are too few."""

    hundredths: int | None

    @property
    def kind(self) -> str:
        """The name of how it looks."""
        if self.hundredths is None or abs(self.hundredths) < 10:
            return ""
        far = "far-" if abs(self.hundredths) >= 50 else ""
        return far + ("more" if self.hundredths > 0 else "fewer")

    @property
    def sign(self) -> str:
        """What is told by shape."""
        return {"more": "▲", "far-more": "▲▲", "fewer": "▼", "far-fewer": "▼▼", "": ""}[self.kind]

    @property
    def text(self) -> str:
        """The number as it is read."""
        return "–" if self.hundredths is None else number(self.hundredths, 0)


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/voices/", voices, name="pattern_voices"),
    path("patterns/<uuid:framework_id>/scales/", correlations, name="pattern_scales"),
]
