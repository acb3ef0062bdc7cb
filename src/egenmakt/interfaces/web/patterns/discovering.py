"""Everything at once: all patterns of a framework, ranked, with false discoveries held over the whole page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from egenmakt.core.patterns.discover import KINDS, LEFT_OUT, Discovery, Pattern, discover
from egenmakt.core.patterns.effects import Effect
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Row, Table
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.describing import few_notice
from egenmakt.interfaces.web.patterns.figures import of_voice, only_all
from egenmakt.interfaces.web.patterns.groups import Group, can_be_compared, column_of
from egenmakt.interfaces.web.patterns.published import PublishedCounts, known
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import SEED, Reading, Selection, read
from egenmakt.interfaces.web.patterns.sentences import EFFECT_WORDS, SIZE_NAMES, level, number, p_text, reason_word
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out
from egenmakt.interfaces.web.reading import badge_cell, link

KIND_WORDS = {
    "choice_choice": gettext_lazy("choice with choice"),
    "scale_choice": gettext_lazy("scale by choice"),
    "scale_scale": gettext_lazy("scale with scale"),
    "triad_choice": gettext_lazy("triad by choice"),
    "triad_scale": gettext_lazy("triad with scale"),
    "triad_triad": gettext_lazy("triad with triad"),
    "choice_scale_scale": gettext_lazy("two scales by choice"),
    "choice_choice_scale": gettext_lazy("scale by two choices"),
}
SHOWN_MOST = 50
"""Patterns in the list; the rest is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Discovered:
    """What was found for each voice."""

    counts: PublishedCounts
    voices: Mapping[str | None, Discovery]


def discover_all(selection: Selection, voices: tuple[str | None, ...]) -> Discovered:
    """Search each voice's stories by themselves."""
    found = {}
    for voice in voices:
        some = of_voice(selection.table, voice)
        found[voice] = discover(table=some, seed=SEED, family=KINDS, voice=TOGETHER, least=max(20, selection.k))
    return Discovered(only_all(selection), found)


@pattern_page
def discoveries(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """The page of all patterns."""
    reading = read(request, framework_id)
    selection = reading.selection
    voices = selection.shown_voices
    found = worked_out(selection.key("discover"), lambda: discover_all(selection, voices))
    shown: list[Block] = [*few_notice(reading, found.counts)]
    for voice in voices:
        if len(voices) > 1:
            shown.append(blocks.heading(voice_word(voice or TOGETHER)))
        shown += _voice(reading, found, voice)
    return blocks.show(
        request,
        reading,
        title=_("All patterns, ranked"),
        lead=_(
            "Everything that was asked is laid against everything else. Of what is called found "
            "here, at most one in twenty is chance."
        ),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def _voice(reading: Reading, found: Discovered, voice: str | None) -> list[Block]:
    n = known(found.counts.at("all", voice))
    discovery = found.voices[voice]
    if n is None or n < 2 * discovery.least:
        return [
            blocks.notice(
                _("Too few stories to search for patterns: at least %(least)s are needed.")
                % {"least": formats.number_text(2 * discovery.least)}
            )
        ]
    many = len(discovery.discoveries)
    headline = (
        ngettext("%(count)s pattern is found.", "%(count)s patterns are found.", many)
        % {"count": formats.number_text(many)}
        if many
        else _(
            "No pattern is found. That is an answer, too: with so many things tried, what looked "
            "like one could be chance."
        )
    )
    shown = [blocks.finding(headline, _tested(discovery))]
    listed = discovery.patterns[: max(SHOWN_MOST, 10)]
    shown.append(blocks.table(_list(reading, listed[: max(many, 10)], voice)))
    if reading.selection.is_free:
        shown.append(Block("inside_table", _exact(reading, listed)))
    return shown


def _tested(found: Discovery) -> list[str]:
    """What was tested, what was left out and why, and by which rule, in words."""
    tested = ", ".join(f"{formats.number_text(n)} {KIND_WORDS[kind]}" for kind, n in found.tested.items() if n)
    told = [
        _("Tested: %(tested)s; %(all)s in all.")
        % {"tested": tested or "–", "all": formats.number_text(len(found.patterns))}
    ]
    reasons = {reason: sum(1 for one in found.not_tested if one.reason == reason) for reason in LEFT_OUT}
    told += [
        _("Left out %(count)s: %(reason)s") % {"count": formats.number_text(n), "reason": reason_word(reason)}
        for reason, n in reasons.items()
        if n
    ]
    told.append(
        _(
            "The share of false discoveries is held at %(alpha)s over all of them (%(rule)s); "
            "patterns of two and of three questions share it by halves. Tellers are counted, not "
            "stories, and each facilitator's stories are compared among themselves. Options with "
            "fewer than %(least)s stories are not compared. Seed %(seed)s."
        )
        % {
            "alpha": number(found.alpha, 2),
            "rule": _("Benjamini–Hochberg") if found.rule == "bh" else _("Benjamini–Yekutieli"),
            "least": formats.number_text(found.least),
            "seed": str(found.seed),
        }
    )
    return told


def _list(reading: Reading, patterns: tuple[Pattern, ...], voice: str | None) -> Table:
    columns = [Column(_("Pattern")), Column(_("Kind")), Column(_("Size")), Column(_("Found"))]
    rows = [
        Row(
            [
                _pattern_link(reading, pattern, voice),
                str(KIND_WORDS[pattern.kind]),
                str(SIZE_NAMES[level(_effect(pattern))]),
                badge_cell(_("found"), "success") if pattern.found else badge_cell(_("not shown"), "neutral"),
            ]
        )
        for pattern in patterns
    ]
    return Table(caption=_("Patterns, the clearest first"), columns=columns, rows=rows)


def _exact(reading: Reading, patterns: tuple[Pattern, ...]) -> Table:
    """The numbers of each test, for readers who may read the stories."""
    columns = [
        Column(_("Pattern")),
        Column("n", is_numeric=True),
        Column(_("Effect")),
        Column("p", is_numeric=True),
        Column("q", is_numeric=True),
    ]
    rows = [
        Row(
            [
                _pattern_words(reading, pattern),
                formats.number_text(pattern.n),
                f"{EFFECT_WORDS.get(pattern.effect_name, pattern.effect_name)} {number(pattern.effect)}",
                p_text(pattern.p),
                number(pattern.q, 3),
            ]
        )
        for pattern in patterns
    ]
    return Table(caption=_("The tests' own numbers"), columns=columns, rows=rows, narrow="scroll")


def _effect(pattern: Pattern) -> Effect:
    nan = float("nan")
    return Effect(pattern.effect_name, pattern.effect, nan, nan)


def _pattern_words(reading: Reading, pattern: Pattern) -> str:
    return " × ".join(reading.words.question(name) for name in pattern.questions)


def _pattern_link(reading: Reading, pattern: Pattern, voice: str | None) -> object:
    return link(pattern_url(reading, pattern.questions, voice), _pattern_words(reading, pattern))


def pattern_url(reading: Reading, questions: tuple[str, ...], voice: str | None) -> str:
    """The page that shows a pattern's stories side by side."""
    whole, groups = reading.selection.whole, [Group.of(name) for name in questions]
    query = {"voice": voice or TOGETHER}
    if len(groups) == 2 and can_be_compared(*(column_of(whole, group) for group in groups)):
        return reading.url("pattern_compare", *questions, **query)
    kinds = [type(column_of(whole, group)).__name__ for group in groups]
    if len(groups) == 3 and kinds.count("ChoiceColumn") == 2 and kinds.count("ScaleColumn") == 1:
        choices = [name for name, kind in zip(questions, kinds, strict=True) if kind == "ChoiceColumn"]
        scale = questions[kinds.index("ScaleColumn")]
        return reading.url("pattern_three", *choices, scale, **query)
    return reading.url("pattern_question", groups[-1].code, **query)


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/discover/", discoveries, name="pattern_discover"),
]
