"""How numbers are written beside a chart: as its table writes them, and for the axis in the same unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_percent

from egenmakt.core.evidence.blocks import Chart, Series
from egenmakt.core.money import decimals
from egenmakt.interfaces.exports.pdf.labels import Words

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes whole numbers in the chart's unit: a count, parts of ten thousand, or minor units of a currency."""

    unit: str
    words: Words

    def axis(self, value: int) -> str:
        """Short, for the axis: the currency is named once, and decimals stand only where they are not zero."""
        if self.unit == "%":
            places = "" if value % 100 == 0 else ".0" if value % 10 == 0 else ".00"
            pattern = self.words.locale.percent_formats[None].pattern.replace("#,##0", f"#,##0{places}")
            return str(format_percent(Decimal(value) / 10_000, format=pattern, locale=self.words.locale))
        if self.unit:
            unit = 10 ** decimals(self.unit)
            return self.words.amount(value, self.unit) if value % unit else self.words.number(value // unit)
        return self.words.number(value)

    def full(self, value: int) -> str:
        """With its currency, where it stands alone."""
        return self.words.money(value, self.unit) if self.is_money else self.axis(value)

    @property
    def is_money(self) -> bool:
        return self.unit not in ("", "%")


def texts_of(chart: Chart, series: Series, write: Writer) -> list[str]:
    """What stands at each value of a series: the words of the chart's table, so that the two never differ."""
    columns = chart.table.columns
    named = [i for i, column in enumerate(columns) if i and column.label == series.name]
    if not named and len(columns) == 1 + len(chart.series):
        named = [1 + next(i for i, other in enumerate(chart.series) if other is series)]
    if named:
        return [row[named[0]].text or NOTHING for row in chart.table.rows]
    return [NOTHING if value is None else write.full(value) for value in series.values]


def names_of(chart: Chart) -> list[str]:
    """The categories as their table names them."""
    return [row[0].text for row in chart.table.rows]


def known_values(chart: Chart) -> list[int]:
    """Every number that has a place in the drawing, with the bounds of intervals."""
    return [
        value
        for series in chart.series
        for values in (series.values, series.low, series.high)
        for value in values
        if value is not None
    ]


def ticks_of(values: list[int]) -> range:
    """Round numbers for an axis with zero on it: at most six, a step of 1, 2 or 5 times a power of ten.

    Zero is always there, so that a small change never looks like a large one.
    """
    low, high = min([0, *values]), max([0, *values])
    steps = (factor * 10**power for power in range(40) for factor in (1, 2, 5))
    step = next(step for step in steps if -(-high // step) - low // step <= 5)
    bottom = low // step * step
    return range(bottom, max(-(-high // step) * step, bottom + step) + 1, step)
