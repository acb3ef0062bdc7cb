"""A whole analysis as data: each voice by itself, small numbers hidden, every figure with its n and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from egenmakt.core.disclosure.protecting import protect
from egenmakt.core.disclosure.tables import CountTable, ProtectedTable, Suppressed, safe_value
from egenmakt.core.patterns.axes import Axis, axis_of
from egenmakt.core.patterns.change import series
from egenmakt.core.patterns.comparison import PERMUTATIONS
from egenmakt.core.patterns.describe import summary
from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.discover import KINDS, LEFT_OUT, Discovery, Pattern, discover
from egenmakt.core.patterns.table import (
    ANSWERED,
    STATES,
    ChoiceColumn,
    Column,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StonesColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.triad_tests import against_uniform
from egenmakt.core.patterns.triads import centre, triad_axis
from egenmakt.core.patterns.voices import TOGETHER, heard

SCHEMA = "egenmakt.patterns.1"
NO_ANSWER = STATES[1:]
TABLES_MOST = 12
"""So many tables of two questions at most: those behind the first discoveries."""

Texts = Mapping[str, str]


def analyse(
    *,
    table: StoryTable,
    seed: int,
    k: int = 5,
    alpha: float = 0.05,
    least: int = 20,
    family: Sequence[str] = KINDS,
    texts: Texts | None = None,
    only: str = "",
) -> dict[str, Any]:
    """Describe and search a table, voice by voice, as in spec/patterns.schema.json.

    Args: a seed; k, the least number of stories that is shown (1: hide nothing); the texts of the questions; what the
    stories were chosen by, in words. Nothing is pooled: a page for each voice, and one for stories of no known voice.
    """
    if k < 1:
        raise NotATable("k is 1 (hide nothing) or more.")
    present = table.voices.present()
    voices = {name: heard(table=table, voice=name) for name in present}
    if (table.voices.codes < 0).any():
        voices["not_known"] = table.take(np.asarray(table.voices.codes < 0))
    return {
        "schema": SCHEMA,
        "seed": seed,
        "k": k,
        "alpha": alpha,
        "least": least,
        "permutations": PERMUTATIONS,
        "only": only,
        "left_out": dict(table.left_out),
        "voices": [
            _voice(name, part, seed=seed, k=k, alpha=alpha, least=least, family=family, texts=texts or {}, only=only)
            for name, part in voices.items()
        ],
    }


def _voice(
    name: str,
    table: StoryTable,
    *,
    seed: int,
    k: int,
    alpha: float,
    least: int,
    family: Sequence[str],
    texts: Texts,
    only: str,
) -> dict[str, Any]:
    found = discover(table=table, seed=seed, family=family, alpha=alpha, least=least)
    axes = {code: axis for code, column in table.columns.items() for axis in _axes(code, column)[:1]}
    pairs = _pairs_behind(found, axes)
    where = (("voice", (name,)), *((("only", (only,)),) if only else ()))
    counted = [_count_table((code,), axes, where) for code in axes if axes[code].codes is not None]
    counted += [table for code, axis in axes.items() if axis.chosen is not None for table in _each_option(axis, where)]
    counted += [_count_table(pair, axes, where) for pair in pairs]
    shown = {one.name: one for one in _protected(counted, k)}
    total = next(iter(shown.values())).at(None) if counted else table.size
    return {
        "voice": name,
        "stories": _cell(total),
        "tellers": _cell(safe_value(total, found.tellers, k=k)),
        "facilitators": _cell(safe_value(total, found.facilitators, k=k)),
        "questions": [
            _question(code, table, axes.get(code), shown, texts.get(code, ""), seed=seed, k=k) for code in table.columns
        ],
        "tables": [_two_way(pair, axes, shown) for pair in pairs],
        "rounds": _rounds(table, k),
        "discovery": _discovery(found, table, k),
    }


def _axes(code: str, column: Column) -> list[Axis]:
    """How a question is counted on a page: options, ten bins, or seven zones; stones are told by their middle."""
    if isinstance(column, TriadColumn):
        return [triad_axis(question=code, column=column)]
    if isinstance(column, StonesColumn):
        return []
    return [axis_of(question=code, column=column)]


def _pairs_behind(found: Discovery, axes: Mapping[str, Axis]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for pattern in found.discoveries:
        if len(pattern.questions) == 2 and len(pairs) < TABLES_MOST:
            first, second = pattern.questions
            if all(code in axes and axes[code].codes is not None for code in (first, second)):
                pairs.append((first, second))
    return pairs


def _with_states(axis: Axis) -> tuple[tuple[str, ...], np.ndarray[Any, np.dtype[np.int64]]]:
    """Marks and, behind them, why there is no answer: together they divide all stories."""
    assert axis.codes is not None
    return (*axis.marks, *NO_ANSWER), np.where(axis.answered, axis.codes, len(axis.marks) - 1 + axis.states)


def _count_table(codes: Sequence[str], axes: Mapping[str, Axis], where: Any) -> CountTable:
    divided = [_with_states(axes[code]) for code in codes]
    return _divided("|".join(codes), [(code, *one) for code, one in zip(codes, divided, strict=True)], where)


def _divided(name: str, parts: Sequence[tuple[str, tuple[str, ...], Any]], where: Any) -> CountTable:
    shape = [len(marks) for _, marks, _ in parts]
    key = np.ravel_multi_index([codes for *_, codes in parts], shape)
    counts = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
    return CountTable(
        name=name,
        dimensions=tuple((code, marks) for code, marks, _ in parts),
        counts={
            tuple(marks[i] for (_, marks, _), i in zip(parts, place, strict=True)): int(n)
            for place, n in np.ndenumerate(counts)
            if n
        },
        where=where,
    )


def _each_option(axis: Axis, where: Any) -> list[CountTable]:
    """A question of several answers: each of its options divides all stories by itself."""
    assert axis.chosen is not None
    found = []
    for place, option in enumerate(axis.marks):
        code = np.where(axis.answered, np.where(axis.chosen[:, place], 0, 1), 1 + axis.states)
        name = f"{axis.question}.{option}"
        found.append(_divided(name, [(name, ("yes", "no", *NO_ANSWER), code)], where))
    return found


def _protected(tables: Sequence[CountTable], k: int) -> Sequence[ProtectedTable]:
    if k >= 2:
        return protect(tables, k=k).tables
    return [
        ProtectedTable(name=one.name, dimensions=one.dimensions, where=one.where, values=dict(one.numbers))
        for one in tables
    ]


def _cell(value: float | Suppressed) -> dict[str, Any]:
    if isinstance(value, Suppressed):
        return {"n": None, "hidden": value.name.lower()}
    return {"n": value}


def _question(
    code: str,
    table: StoryTable,
    axis: Axis | None,
    shown: Mapping[str, ProtectedTable],
    text: str,
    *,
    seed: int,
    k: int,
) -> dict[str, Any]:
    column = table.columns[code]
    found: dict[str, Any] = {"code": code, "kind": _kind(column), "text": text}
    if axis is not None and axis.codes is not None:
        one = shown[code]
        found["counts"] = [{"mark": mark, **_cell(one.at(mark))} for mark in axis.marks]
        found["missing"] = {state: _cell(one.at(state)) for state in NO_ANSWER}
        safe = not any(isinstance(one.at(state), Suppressed) for state in (*NO_ANSWER, None))
    elif axis is not None:
        options = [shown[f"{code}.{option}"] for option in axis.marks]
        found["counts"] = [{"mark": m, **_cell(one.at("yes"))} for m, one in zip(axis.marks, options, strict=True)]
        found["missing"] = {state: _cell(options[0].at(state)) for state in NO_ANSWER} if options else {}
        safe = False
    else:
        safe = True
    found.update(_figures(column, table, safe=safe, seed=seed, k=k))
    return found


def _figures(column: Column, table: StoryTable, *, safe: bool, seed: int, k: int) -> dict[str, Any]:
    """Means and centres, only where how many they are of may be known and is at least k."""
    answered = column.states == ANSWERED
    n = int(answered.sum())
    if isinstance(column, (ChoiceColumn, SeveralColumn)):
        return {}
    if not safe or n < max(k, 1):
        return {"figures": None}
    if isinstance(column, ScaleColumn):
        told = summary(values=column.values[answered])
        return {"n": n, "figures": {"mean": told.mean, "deviation": told.deviation}}
    if isinstance(column, StonesColumn):
        laid = np.asarray(~np.isnan(column.points).any(axis=2))
        middles = {
            stone: [float(x) for x in np.nanmean(column.points[laid[:, place], place], axis=0)]
            for place, stone in enumerate(column.stones)
            if laid[:, place].sum() >= max(k, 1)
        }
        return {"n": n, "figures": {"middles": middles}}
    units = design_of(table=table, by_facilitator=False).units[answered]
    rng = np.random.default_rng(seed)
    told_centre = centre(parts=column.parts[answered], units=units, rng=rng)
    assert told_centre is not None
    scattered = against_uniform(parts=column.parts[answered], units=units)
    return {
        "n": n,
        "corners": list(column.corners),
        "figures": {
            "gravity": list(told_centre.gravity),
            "ilr": list(told_centre.ilr),
            "delta": told_centre.delta,
            "band": [{"delta": delta, "ilr": list(point)} for delta, point in told_centre.band],
            "region": [list(point) for point in told_centre.region],
            "ilr_region": [list(point) for point in told_centre.ilr_region],
            "units": told_centre.units,
            "like_chance": None if scattered is None else {"p": scattered.p, "triangles": scattered.divisions**2},
        },
    }


def _kind(column: Column) -> str:
    return type(column).__name__.removesuffix("Column").lower()


def _two_way(pair: tuple[str, str], axes: Mapping[str, Axis], shown: Mapping[str, ProtectedTable]) -> dict[str, Any]:
    one = shown["|".join(pair)]
    rows, columns = (axes[code].marks for code in pair)
    return {
        "questions": list(pair),
        "rows": list(rows),
        "columns": list(columns),
        "counts": [[_cell(one.at(row, column)) for column in columns] for row in rows],
    }


def _rounds(table: StoryTable, k: int) -> list[dict[str, Any]]:
    """Each scale's mean over rounds with its interval, where at least k stories of each round answered."""
    if len(table.rounds.present()) < 2:
        return []
    found = []
    for code, column in table.columns.items():
        if isinstance(column, ScaleColumn):
            figures = series(table=table, what=code, voice=TOGETHER)  # the table is one voice already
            gone = [f.raw.n for f in figures if f.raw.n < k]
            if not gone:
                found.append(
                    {
                        "question": code,
                        "rounds": [
                            {"round": f.round, "mean": f.raw.value, "low": f.raw.low, "high": f.raw.high}
                            for f in figures
                        ],
                    }
                )
    return found


def _discovery(found: Discovery, table: StoryTable, k: int) -> dict[str, Any]:
    reasons = {reason: sum(1 for one in found.not_tested if one.reason == reason) for reason in LEFT_OUT}
    return {
        "rule": found.rule,
        "tested": dict(found.tested),
        "not_tested": {reason: n for reason, n in reasons.items() if n},
        "found": len(found.discoveries),
        "patterns": [_pattern(one, is_hidden=_rests_on_few(one.questions, table, k)) for one in found.patterns],
    }


def _pattern(one: Pattern, *, is_hidden: bool) -> dict[str, Any]:
    """A pattern with its figures, or without: from an exact statistic a hidden number could be worked out."""
    named = {"kind": one.kind, "questions": list(one.questions), "effect_name": one.effect_name, "found": one.found}
    if is_hidden:
        return {**named, "statistic": None, "degrees": None, "p": None, "q": None, "effect": None}
    return {**named, "statistic": one.statistic, "degrees": one.degrees, "p": one.p, "q": one.q, "effect": one.effect}


def _rests_on_few(questions: Sequence[str], table: StoryTable, k: int) -> bool:
    """Whether any number of stories behind a pattern, answered or not, is above zero and below k."""
    key = np.zeros(table.size, dtype=np.int64)
    for name in questions:
        code, _, option = name.partition(".") if name not in table.columns else (name, "", "")
        column = table.columns[code]
        mark = -column.states.astype(np.int64)
        if isinstance(column, ChoiceColumn):
            mark = np.where(column.states == ANSWERED, column.chosen, mark)
        elif isinstance(column, SeveralColumn):
            mark = np.where(column.states == ANSWERED, column.chosen[:, column.options.index(option)], mark)
        _, part = np.unique(mark, return_inverse=True)
        key = key * (int(part.max(initial=0)) + 1) + part
    counts = np.unique(key, return_counts=True)[1]
    return bool(((counts > 0) & (counts < k)).any())
