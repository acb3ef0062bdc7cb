"""An analysis as one page that needs nothing else: tables, bars and triangles, read by eye, ear or keyboard."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

from egenmakt.core.patterns.discover import LEFT_OUT

STYLE = """
:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto;
padding: 1rem } table { border-collapse: collapse; margin: .5rem 0 } th, td { border-bottom: 1px solid #8888;
padding: .25rem .75rem; text-align: start } td.number { text-align: end; font-variant-numeric: tabular-nums }
.bar { display: inline-block; height: .8rem; background: #2a6f97 } .wide { overflow-x: auto } svg { max-width: 22rem }
caption { text-align: start; font-weight: 600 } .hidden { font-style: italic }
"""
WORDS = {
    "does_not_apply": "does not apply",
    "skipped": "skipped",
    "not_asked": "not asked",
    "primary": "few",
    "complementary": "hidden",
    "withheld": "hidden",
}
PATTERNS_SHOWN = 50


def page(analysis: Mapping[str, Any], *, title: str) -> str:
    """The whole page, escaped; it holds no number that the analysis hides."""
    k = analysis["k"]
    hidden = f"Numbers of fewer than {k} stories are hidden, and those from which they could be found." if k > 1 else ""
    only = f"<p>Only stories where {escape(analysis['only'])}.</p>" if analysis["only"] else ""
    left_out = ", ".join(f"{code} ({why})" for code, why in analysis["left_out"].items())
    gone = f"<p>Not counted: {escape(left_out)}.</p>" if left_out else ""
    voices = "".join(_voice(voice, analysis) for voice in analysis["voices"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{only}<p>{hidden} "
        f"Seed {analysis['seed']}.</p>{gone}{voices}</main></body></html>\n"
    )


def _cell(cell: Mapping[str, Any]) -> str:
    if cell["n"] is None:
        return f'<td class="number hidden">{WORDS[cell["hidden"]]}</td>'
    return f'<td class="number">{cell["n"]}</td>'


def _words(cell: Mapping[str, Any]) -> str:
    return WORDS[cell["hidden"]] if cell["n"] is None else str(cell["n"])


def _voice(voice: Mapping[str, Any], analysis: Mapping[str, Any]) -> str:
    name = escape(voice["voice"].replace("_", " "))
    questions = "".join(_question(question) for question in voice["questions"])
    tables = "".join(_two_way(table) for table in voice["tables"])
    return (
        f"<section><h2>Voice: {name}</h2><p>{_words(voice['stories'])} stories by "
        f"{_words(voice['tellers'])} tellers.</p>"
        f"{_discovery(voice['discovery'], analysis['alpha'])}{tables}{questions}</section>"
    )


def _figure(value: float | None, form: str) -> str:
    """A figure, or a sign where it rests on a number that is hidden: from the figure the number could be worked out."""
    return f'<td class="number">{"∗" if value is None else format(value, form)}</td>'


def _discovery(found: Mapping[str, Any], alpha: float) -> str:
    tested = sum(found["tested"].values())
    gone = " ".join(f"{LEFT_OUT[reason]} ({n})" for reason, n in found["not_tested"].items())
    rows = "".join(
        f"<tr><td>{escape(' × '.join(one['questions']))}</td><td>{escape(one['effect_name'].replace('_', ' '))}</td>"
        f"{_figure(one['effect'], '.2f')}{_figure(one['p'], '.2g')}{_figure(one['q'], '.2g')}"
        f"<td>{'found' if one['found'] else 'not shown'}</td></tr>"
        for one in found["patterns"][:PATTERNS_SHOWN]
    )
    not_tested = f"<p>Not tested: {gone}</p>" if gone else ""
    return (
        f"<h3>Patterns</h3><p>{tested} patterns were tested, {found['found']} are found. Of those found, at most "
        f"{alpha:.0%} are expected to be false.</p>{not_tested}"
        f'<div class="wide"><table><caption>The first {min(tested, PATTERNS_SHOWN)} of {tested}</caption><thead><tr>'
        '<th scope="col">Questions</th><th scope="col">Size of what</th><th scope="col">Size</th><th scope="col">p</th>'
        f'<th scope="col">q</th><th scope="col"></th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _two_way(table: Mapping[str, Any]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table["columns"])
    rows = "".join(
        f'<tr><th scope="row">{escape(row)}</th>{"".join(_cell(cell) for cell in cells)}</tr>'
        for row, cells in zip(table["rows"], table["counts"], strict=True)
    )
    caption = escape(" by ".join(table["questions"]))
    return (
        f'<div class="wide"><table><caption>{caption}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _question(question: Mapping[str, Any]) -> str:
    title = escape(question["text"] or question["code"])
    code = f" <small>({escape(question['code'])})</small>" if question["text"] else ""
    return f"<h3>{title}{code}</h3>{_counts(question)}{_figures(question)}"


def _counts(question: Mapping[str, Any]) -> str:
    if "counts" not in question:
        return ""
    most = max((one["n"] or 0 for one in question["counts"]), default=0) or 1
    rows = "".join(
        f'<tr><th scope="row">{escape(one["mark"])}</th>{_cell(one)}'
        f'<td aria-hidden="true"><span class="bar" style="width:{(one["n"] or 0) / most * 12:.2f}rem"></span></td></tr>'
        for one in question["counts"]
    )
    missing = ", ".join(f"{WORDS[state]} {_words(cell)}" for state, cell in question["missing"].items())
    return (
        '<div class="wide"><table><thead><tr><th scope="col">Answer</th><th scope="col">Stories</th>'
        f"<td></td></tr></thead><tbody>{rows}</tbody></table></div><p>No answer: {missing}.</p>"
    )


def _figures(question: Mapping[str, Any]) -> str:
    figures = question.get("figures")
    if not figures:
        return ""
    if "mean" in figures:
        return f"<p>Mean {figures['mean']:.1f} of {question['n']} answers.</p>"
    if "middles" in figures:
        return "".join(f"<p>{escape(s)}: middle at {x:.2f}, {y:.2f}.</p>" for s, (x, y) in figures["middles"].items())
    a, b, c = (f"{corner} {part:.0%}" for corner, part in zip(question["corners"], figures["gravity"], strict=True))
    chance = figures["like_chance"]
    thrown = "" if chance is None else f" Against dots thrown at random: p = {chance['p']:.2g}."
    low, high = figures["band"][0], figures["band"][-1]
    band = " to ".join(
        f"{', '.join(f'{part:.0%}' for part in one['ilr'])} (a zero taken for {one['delta']:.2%})"
        for one in (low, high)
    )
    return (
        f"<p>Centre of {question['n']} answers: {escape(f'{a}, {b}, {c}')}.{thrown} Centre of log-ratios: {band}.</p>"
        f"{_triangle(question, figures)}"
    )


def _at(point: list[float]) -> tuple[float, float]:
    """A point of the triangle on paper: first corner lower left, second on top, third lower right."""
    return 20 + 200 * (point[2] + point[1] / 2), 20 + 200 * math.sqrt(3) / 2 * (1 - point[1])


def _triangle(question: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    corners = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    frame = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_at, corners))
    ring = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_at, figures["region"]))
    region = f'<polygon points="{ring}" fill="#2a6f9755" stroke="#2a6f97"/>' if ring else ""
    x, y = _at(figures["gravity"])
    code = escape(question["code"], quote=True)
    names = "".join(
        f'<text x="{_at(corner)[0]:.0f}" y="{_at(corner)[1] + move:.0f}" text-anchor="{anchor}" font-size="11" '
        f'fill="currentColor">{escape(name)}</text>'
        for corner, name, move, anchor in zip(
            corners, question["corners"], (14, -6, 14), ("start", "middle", "end"), strict=True
        )
    )
    return (
        f'<svg viewBox="0 0 240 220" role="img" aria-labelledby="t-{code} d-{code}"><title id="t-{code}">'
        f'Centre of {code}</title><desc id="d-{code}">The centre as told above, with its 95 % region.</desc>'
        f'<polygon points="{frame}" fill="none" stroke="currentColor"/>{region}'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#c1121f"/>{names}</svg>'
    )
