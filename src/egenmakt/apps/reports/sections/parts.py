"""Pieces that several sections put on a page: claims of an indicator, rows of numbers, tables with their charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Final

from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words, said
from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import (
    Block,
    Cell,
    Chart,
    ChartKind,
    Column,
    KeyFigure,
    KeyFigures,
    Note,
    Series,
    Table,
    Text,
)
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.queries import TableQuery, asked_in
from egenmakt.core.evidence.claims.values import Cell as ValueCell
from egenmakt.core.evidence.claims.values import FigureValue, FloorValue, TableValue
from egenmakt.core.evidence.indicators import Indicator

PARTS_OF_ONE: Final = 10_000
HIDDEN_SIGN: Final = "…"
LEGEND: Final[Words] = {
    "en": "… stands where a number is not shown, because it is about few people or would give such a number away.",
    "sv": "… står där ett tal inte visas, eftersom det gäller få personer eller skulle avslöja ett sådant tal.",
}
NUMBER: Final[Words] = {"en": "Number", "sv": "Antal"}
DESCRIBED: Final[Words] = {
    "en": "{title}. The most: {most}, {value}. All numbers stand in the table below.",
    "sv": "{title}. Mest: {most}, {value}. Alla tal står i tabellen nedanför.",
}
NONE_SHOWN: Final[Words] = {
    "en": "{title}. No number is large enough to be shown.",
    "sv": "{title}. Inget tal är stort nog att visas.",
}


def ask(
    setting: Setting,
    code: str,
    indicator: str,
    *,
    kind: str = "number",
    statement: Words | None = None,
    **cell: JsonValue,
) -> Ask:
    """A claim of one figure of an indicator, with its definition as method; it is called as the indicator is."""
    return _asked(setting, code, kind, indicator, {"figure": setting.figure(indicator, **cell)}, statement)


def ask_at_least(setting: Setting, code: str, indicator: str, *, step: int) -> Ask:
    """A claim that a figure is at least a round number."""
    return _asked(setting, code, "at_least", indicator, {"figure": setting.figure(indicator), "step": step})


def ask_table(setting: Setting, code: str, indicator: str, *by: str, **cell: JsonValue) -> Ask:
    """A claim of a figure for each value of one or two columns."""
    query: dict[str, JsonValue] = {"figure": setting.figure(indicator, **cell), "by": list(by)}
    return _asked(setting, code, "table", indicator, query)


def _asked(
    setting: Setting,
    code: str,
    kind: str,
    indicator: str,
    query: dict[str, JsonValue],
    statement: Words | None = None,
) -> Ask:
    found = setting.catalogue.indicator(indicator)
    version = found.version_on(setting.until_on) or found.versions[-1]
    method = {"en": version.method} | {language: version.said("method", language) for language in version.words}
    return Ask(code, kind, statement or names_of(found), query, method)


def names_of(indicator: Indicator) -> Words:
    """What an indicator is called, in each language that it is said in."""
    return {"en": indicator.name} | {language: indicator.said("name", language) for language in indicator.words}


def key_figures(drawn: Drawn, codes: Sequence[str]) -> list[Block]:
    """Numbers that are shown large: those of the claims that could be answered."""
    figures = [_key_figure(drawn, drawn.claims[code]) for code in codes if drawn.has(code)]
    return [KeyFigures(tuple(figures))] if figures else []


def _key_figure(drawn: Drawn, claim: Claim) -> KeyFigure:
    return KeyFigure(
        label=said(claim.statement, drawn.language),
        value=value_of(drawn, claim),
        n=drawn.writer.number(claim.n),
        as_of=when(drawn, claim),
        claim=claim.code,
    )


def when(drawn: Drawn, claim: Claim) -> str:
    """The period that a claim is about; of what is a state, such as members, the last day."""
    indicators = {asked.indicator for asked in asked_in(claim.query)}
    if indicators and indicators <= drawn.states:
        return drawn.writer.day(claim.period[1] - timedelta(days=1))
    return drawn.writer.period(*claim.period)


def value_of(drawn: Drawn, claim: Claim) -> str:
    """The number of a claim as it is written: a share in per cent, money with its currency."""
    match claim.value:
        case FigureValue(value=value, of=int(of)):
            return drawn.writer.share(value, of) if of else HIDDEN_SIGN
        case FigureValue(value=value) | FloorValue(value=value):
            return drawn.writer.money(value, claim.currency) if claim.currency else drawn.writer.number(value)
        case _:
            raise ValueError(f"{claim.code} is no single number.")


def table_with_chart(
    drawn: Drawn, code: str, *, caption: Words, column: str, first: Words, kind: ChartKind = "bars", currency: str = ""
) -> list[Block]:
    """A table by one column, drawn as a chart or a map above it. Nothing where the claim was not answered."""
    if not drawn.has(code):
        return []
    cells = _cells(drawn, code)
    title = said(caption, drawn.language)
    keys = tuple(str(cell.key[0]) if cell.key[0] is not None else "" for cell in cells)
    labels = [drawn.label(column, cell.key[0]) for cell in cells]
    written = [_written(drawn, cell, currency) for cell in cells]
    table = Table(
        caption=title,
        columns=(Column(said(first, drawn.language)), Column(said(NUMBER, drawn.language), is_number=True)),
        # the chart's title says which claim all of them are; said at each number it would only be in the way
        rows=tuple((Cell(label), Cell(text)) for label, text in zip(labels, written, strict=True)),
        note=said(LEGEND, drawn.language) if any(cell.value is None for cell in cells) else "",
    )
    values = tuple(_drawable(cell) for cell in cells)
    shown = [(value, place) for place, value in enumerate(values) if value is not None]
    if not shown:
        rows = tuple((label, Cell(text.text, code)) for label, text in table.rows)
        return [replace(table, rows=rows)]
    _most, place = max(shown, key=lambda pair: (pair[0], -pair[1]))
    description = said(DESCRIBED, drawn.language).format(title=title, most=labels[place], value=written[place])
    chart = Chart(
        kind=kind,
        title=title,
        description=description,
        keys=keys,
        series=(Series(said(NUMBER, drawn.language), values),),
        table=table,
        unit=currency or ("%" if any(cell.of is not None for cell in cells) else ""),
        claims=(code,),
    )
    return [chart]


def cross_table(drawn: Drawn, code: str, *, caption: Words, columns: tuple[str, str], first: Words) -> list[Block]:
    """A table by two columns: the first down, the second across. Nothing where the claim was not answered."""
    if not drawn.has(code):
        return []
    cells = {cell.key: cell for cell in _cells(drawn, code)}
    down = list(dict.fromkeys(key[0] for key in cells))
    across = list(dict.fromkeys(key[1] for key in cells))
    down.sort(key=lambda value: (value is None, str(value)))
    across.sort(key=lambda value: (value is None, str(value)))
    zero = drawn.writer.number(0)
    rows = tuple(
        (
            Cell(drawn.label(columns[0], one)),
            *(
                Cell(_written(drawn, cells[one, other]), code) if (one, other) in cells else Cell(zero, code)
                for other in across
            ),
        )
        for one in down
    )
    heads = (Column(said(first, drawn.language)), *(Column(drawn.label(columns[1], one), True) for one in across))
    hidden = any(cell.value is None for cell in cells.values())
    return [Table(said(caption, drawn.language), heads, rows, said(LEGEND, drawn.language) if hidden else "")]


def _cells(drawn: Drawn, code: str) -> list[ValueCell]:
    value = drawn.claims[code].value
    if not isinstance(value, TableValue):
        raise ValueError(f"{code} is no table.")
    return list(value.cells)


def _written(drawn: Drawn, cell: ValueCell, currency: str = "") -> str:
    if cell.value is None:
        return HIDDEN_SIGN
    if cell.of is not None:
        return drawn.writer.share(cell.value, cell.of) if cell.of else HIDDEN_SIGN
    return drawn.writer.money(cell.value, currency) if currency else drawn.writer.number(cell.value)


def _drawable(cell: ValueCell) -> int | None:
    if cell.value is None or cell.of is None:
        return cell.value
    return round(Fraction(cell.value * PARTS_OF_ONE, cell.of)) if cell.of else None


def empty(drawn: Drawn, words: Words) -> list[Block]:
    """Said where nothing is registered yet, so that a reader does not take silence for nought."""
    return [Note("empty", (Text(said(words, drawn.language)),))]


ROWS: Final[Words] = {"en": "Which", "sv": "Vilka"}


def any_table(drawn: Drawn, code: str) -> list[Block]:
    """A table that an author asked for, by one column or two, under the words of its claim."""
    claim = drawn.claims[code]
    assert isinstance(claim.query, TableQuery)
    if len(claim.query.by) == 1:
        column = claim.query.by[0]
        kind: ChartKind = "map" if column == "country" else "bars"
        return table_with_chart(
            drawn, code, caption=claim.statement, column=column, first=ROWS, kind=kind, currency=claim.currency
        )
    first, second = claim.query.by
    return cross_table(drawn, code, caption=claim.statement, columns=(first, second), first=ROWS)
