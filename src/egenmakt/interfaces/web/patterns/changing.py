"""From round to round: a figure with its interval, raw and for a fixed mix of people; goals, and whether they moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.stories.models import StoryGoal
from egenmakt.apps.stories.queries.patterns import RoundOf, goals_of, rounds_below
from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.change import Estimate, Mix, Movement, RoundFigure, mix_of, movement, series
from egenmakt.core.patterns.regions import Goal, Region, inside
from egenmakt.core.patterns.table import ChoiceColumn, NotATable, ScaleColumn, StoryTable
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns import blocks, goals_form
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.figures import ask_all, of_voice, only_all, question_counts
from egenmakt.interfaces.web.patterns.pictures.base import HIDDEN
from egenmakt.interfaces.web.patterns.pictures.intervals import Interval, IntervalPicture, interval_text
from egenmakt.interfaces.web.patterns.published import PublishedCounts, answered, by_labels, by_option
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, Selection, read, region_of
from egenmakt.interfaces.web.patterns.sentences import number, p_text
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """A figure over rounds, for each voice."""

    counts: PublishedCounts
    figures: Mapping[str | None, tuple[RoundFigure, ...]]
    moved: Mapping[str | None, Movement | None]
    is_share: bool
    low: float
    high: float


def over_rounds(
    selection: Selection,
    what: str | Region,
    *,
    mix: str = "",
    voices: Sequence[str | None] | None = None,
    goal: Goal | None = None,
    rounds: Sequence[str] | None = None,
) -> Changed:
    """A scale's mean, or the share of answers in a region, from round to round, and how it moved in all.

    Args: mix, a choice to whose shares over all rounds each round is held; rounds, in place of all that were chosen.
    """
    table = selection.whole
    code = what.question if isinstance(what, Region) else what
    column = table.column(code)
    voices_told = tuple(voices) if voices is not None else selection.shown_voices
    counts = selection.counts_over_rounds(voices_told)
    ask_all(selection, counts)
    there = answered(code, column)
    by_round = by_labels("round", table.rounds)
    counts.ask("rounds", by_round, given=[there])
    if isinstance(what, Region):
        _, within = inside(table=table, region=what)
        counts.ask("region", by_option(code, "region", within), by_round, given=[there])
    if not selection.is_free:
        counts.after([question_counts(selection, code)])
    published = counts.protect()
    wanted = set(rounds) if rounds is not None else {str(each.id) for each in selection.chosen}
    figures = {voice: _figures(table, published, what, wanted, mix, voice, selection.k) for voice in voices_told}
    low, high = (0.0, 1.0) if isinstance(what, Region) else _ends(table, code)
    return Changed(
        counts=published,
        figures=figures,
        moved={voice: _moved(found, goal) for voice, found in figures.items()},
        is_share=isinstance(what, Region),
        low=low,
        high=high,
    )


def _ends(table: StoryTable, code: str) -> tuple[float, float]:
    column = table.column(code)
    if not isinstance(column, ScaleColumn):
        raise NotATable(f"{code} is not a scale: name a region of its answers.")
    return column.low, column.high


def _figures(
    table: StoryTable,
    counts: PublishedCounts,
    what: str | Region,
    wanted: set[str],
    mix: str,
    voice: str | None,
    k: int,
) -> tuple[RoundFigure, ...]:
    """The rounds' figures that may be told: of k answers at least, and with no small number in or out of the region."""
    some = of_voice(table, voice)
    reference: Mix | None = mix_of(table=some, question=mix) if mix and some.size else None
    found = []
    for figure in series(table=some, what=what, mix=reference, voice=TOGETHER):
        if figure.round not in wanted:
            continue
        n = counts.at("rounds", figure.round, voice)
        parts = (
            [counts.at("region", part, figure.round, voice) for part in ("no", "yes")]
            if isinstance(what, Region)
            else []
        )
        if isinstance(n, Suppressed) or n < k or any(isinstance(part, Suppressed) for part in parts):
            continue
        found.append(figure)
    return tuple(found)


def _moved(figures: tuple[RoundFigure, ...], goal: Goal | None) -> Movement | None:
    if len(figures) < 2:
        return None
    return movement(figures=figures, from_round=figures[0].round, to_round=figures[-1].round, goal=goal)


@pattern_page
def change(request: HttpRequest, framework_id: UUID, code: str) -> HttpResponse:
    """The page of one question over rounds."""
    reading = read(request, framework_id)
    selection, whole = reading.selection, reading.selection.whole
    column = whole.column(code)
    choices = goals_form.region_choices(reading, code)
    mark = request.GET.get("part", "")
    if mark not in dict(choices):
        mark = "" if isinstance(column, ScaleColumn) else (choices[0][0] if choices else "")
    what = region_of(code, mark) if mark else code
    if what is None or (not mark and not isinstance(column, ScaleColumn)):
        raise Http404(code)
    mixes = [name for name, there in whole.columns.items() if isinstance(there, ChoiceColumn) and name != code]
    mix = request.GET.get("mix", "")
    mix = mix if mix in mixes else ""
    found = worked_out(selection.key("change", code, mark, mix), lambda: over_rounds(selection, what, mix=mix))
    shown: list[Block] = []
    for voice in selection.shown_voices:
        shown += change_blocks(reading, found, voice)
    parts = [(_("The mean"), reading.url("pattern_change", code, mix=mix))] if isinstance(column, ScaleColumn) else []
    parts += [(label, reading.url("pattern_change", code, part=name, mix=mix)) for name, label in choices]
    shown.append(blocks.links(parts, title=_("Which figure?")))
    held = [(_("No mix: the raw figure alone"), reading.url("pattern_change", code, part=mark))]
    held += [(reading.words.question(name), reading.url("pattern_change", code, part=mark, mix=name)) for name in mixes]
    shown.append(blocks.links(held, title=_("Held to the same mix of people by")))
    return blocks.show(
        request,
        reading,
        title=_("From round to round: %(question)s") % {"question": reading.words.question(code)},
        lead=dict(choices).get(mark, _("The mean")),
        blocks=shown,
        stories=voice_cells(reading, found.counts),
        hidden=found.counts.hidden,
    )


def change_blocks(reading: Reading, found: Changed, voice: str | None) -> list[Block]:
    """One voice's figure over rounds, and whether it moved from the first to the last."""
    names = {str(each.id): f"{each.name} · {each.partner}" for each in reading.selection.rounds}
    figures = found.figures[voice]
    name = voice_word(voice or TOGETHER)
    if not figures:
        return [blocks.heading(name), blocks.notice(_("No round has enough answers to show a figure."))]
    with_mix = any(figure.standardised is not None for figure in figures)
    titles = [_("As told"), _("Held to one mix of people")] if with_mix else [_("As told")]
    rows = []
    for figure in figures:
        estimates = [figure.raw, figure.standardised] if with_mix else [figure.raw]
        rows.append((names.get(figure.round, "–"), [_interval(found, figure, each) for each in estimates]))
    write = _writer(found)
    shown = [
        blocks.heading(name),
        blocks.picture(
            IntervalPicture(
                title=_("From round to round"),
                description=_("Each round with its 95 % interval; rounds are told by different people."),
                label_heading=_("Round"),
                series=titles,
                rows=rows,
                low=found.low,
                high=found.high,
                ends=(write(found.low), write(found.high)),
            )
        ),
    ]
    if (moved := found.moved[voice]) is not None:
        shown.append(blocks.finding(_movement_words(moved), [_movement_numbers(found, moved, names)]))
    gone = sorted({one for figure in figures for one in figure.left_out})
    if gone:
        shown.append(
            blocks.words(
                _("In some rounds nobody belonged to a part of the mix; its weight went to the others."), soft=True
            )
        )
    return shown


def _writer(found: Changed) -> Callable[[float], str]:
    """How a figure is written: a share in per cent, a mean with one decimal."""
    if found.is_share:
        return lambda value: formats.percent_text(Fraction(round(value * 1000), 1000), places=1)
    return lambda value: number(value, 1)


def _interval(found: Changed, figure: RoundFigure, each: Estimate | None) -> Interval:
    if each is None or not each.n:
        return Interval(None, None, None, HIDDEN)
    text = interval_text(each.value, each.low, each.high, write=_writer(found))
    return Interval(each.value, each.low, each.high, f"{text}, n = {formats.number_text(each.n)}")


def _movement_words(moved: Movement) -> str:
    if moved.answer is not None:
        return {
            "towards": _("It moved the way that was wanted."),
            "away": _("It moved away from what was wanted."),
            "not_shown": _("No movement is shown. That is not proof that nothing moved."),
        }[moved.answer]
    return {
        "up": _("It went up from the first round to the last."),
        "down": _("It went down from the first round to the last."),
        "not_shown": _("No movement is shown. That is not proof that nothing moved."),
    }[moved.moved]


def _movement_numbers(found: Changed, moved: Movement, names: Mapping[str, str]) -> str:
    return _("From %(first)s to %(last)s: %(difference)s; %(p)s.") % {
        "first": names.get(moved.from_round, "–"),
        "last": names.get(moved.to_round, "–"),
        "difference": interval_text(moved.difference, moved.low, moved.high, write=_writer(found)),
        "p": p_text(moved.p),
    }


@pattern_page
def goals(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """The goals that are followed: from the last round before each was set to the latest."""
    reading = read(request, framework_id)
    selection = reading.selection
    rows = list(goals_of(user=request.user, framework_id=framework_id)[:20])
    may_end = set(nodes_where(user=request.user, deed="goal.change").values_list("id", flat=True)) if rows else set()
    shown: list[Block] = []
    counts = worked_out(selection.key("all"), lambda: only_all(selection))
    hidden = counts.hidden
    for goal in rows:
        found, some = _follow(reading, goal)
        hidden += found.counts.hidden if found else 0
        shown += some
        if goal.node_id in may_end:
            url = reverse("pattern_goal_end", args=[framework_id, goal.id])
            shown.append(blocks.form(None, url=url, deed=_("Follow it no longer"), title=""))
    if not rows:
        shown.append(
            Block(
                "empty",
                _(
                    "A goal says of which stories you want to hear more, or fewer. Set one on the page "
                    "of a question; the next rounds then show whether it moved."
                ),
                title=_("No goals yet"),
            )
        )
    return blocks.show(
        request,
        reading,
        title=_("More like these, fewer like those"),
        blocks=shown,
        stories=voice_cells(reading, counts),
        hidden=hidden,
    )


def _follow(reading: Reading, goal: StoryGoal) -> tuple[Changed | None, list[Block]]:
    region = Region.from_json(goal.region)
    selection = reading.selection
    below = {str(each.id): each for each in rounds_below(node_id=goal.node_id, rounds=selection.rounds)}
    since = _since(below, goal.set_at)
    aim = Goal(region, "more" if goal.wanted == "more" else "fewer")
    if goal.voice not in selection.by_voice.categories:
        return None, [*_about_goal(reading, goal), blocks.notice(_("No story of this voice has been told yet."))]
    found = worked_out(
        selection.key("goal", str(goal.id), tuple(since)),
        lambda: over_rounds(selection, region, voices=[goal.voice], goal=aim, rounds=since),
    )
    shown = _about_goal(reading, goal)
    if len(found.figures[goal.voice]) < 2:
        shown.append(blocks.notice(_("No round has ended since then that could be laid beside the one before.")))
    return found, [*shown, *change_blocks(reading, found, goal.voice)]


def _about_goal(reading: Reading, goal: StoryGoal) -> list[Block]:
    """What is wanted, by whom and since when."""
    wanted = _("More stories like these") if goal.wanted == "more" else _("Fewer stories like these")
    about = _("%(wanted)s: %(region)s") % {"wanted": wanted, "region": goals_form.region_words(reading, goal)}
    set_by = _("Set by %(who)s at %(where)s on %(day)s.") % {
        "who": formats.isolated_text(goal.set_by_name),
        "where": formats.isolated_text(goal.node.name),
        "day": formats.date_text(goal.set_at.date()),
    }
    return [blocks.heading(about), blocks.words(f"{set_by} {goal.words}".strip())]


def _since(below: Mapping[str, RoundOf], set_at: datetime) -> list[str]:
    """The last round that began before a goal was set, and all that began after it, in the order of their beginning."""
    before = [id for id, each in below.items() if each.starts_on <= set_at.date()]
    return [*before[-1:], *(id for id in below if id not in before)]


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/change/<slug:code>/", change, name="pattern_change"),
    path("patterns/<uuid:framework_id>/goals/", goals, name="pattern_goals"),
]
