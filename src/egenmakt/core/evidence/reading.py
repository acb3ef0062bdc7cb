"""A published monthly table from the rows of a file: every row that cannot be placed is named, with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from egenmakt.core.evidence.counts import decimal_signs, read_count
from egenmakt.core.evidence.findings import Finding, Place
from egenmakt.core.evidence.indicator_words import columns_of, parts_of
from egenmakt.core.evidence.monthly import Key, MonthlyTable, Point, Series
from egenmakt.core.evidence.months import NotAMonth, read_month
from egenmakt.core.numerals import word


class NotATable(ValueError):
    """Columns are missing, or no row can be placed. `missing` names the columns."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class UnknownIndicator(ValueError):
    """A part or a whole was named that is not in the table."""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The table, and what was found while it was read."""

    table: MonthlyTable
    findings: tuple[Finding, ...]


def read_table(
    *, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], part_of: Mapping[str, str] | None = None
) -> ReadTable:
    """Read the rows of a file. Args: rows, each with its number; part_of, which indicator is a part of which.

    Raises: NotATable; UnknownIndicator.
    """
    columns, missing = columns_of(header)
    if missing:
        raise NotATable(missing)
    findings: list[Finding] = []
    lines = list(rows)
    cells = [row[columns[name]] for _number, row in lines for name in ("flow", "accumulated")]
    points = _points(columns, lines, decimal_signs(cells), findings)
    if not points:
        raise NotATable(["month"])
    series = tuple(Series(key, _in_order(key, found, findings)) for key, found in points.items())
    indicators = list(dict.fromkeys(one.key.indicator for one in series))
    return ReadTable(MonthlyTable(series, _parts(part_of, indicators)), tuple(findings))


def _points(
    columns: Mapping[str, int], lines: Sequence[tuple[int, Sequence[str]]], decimals: frozenset[str],
    findings: list[Finding],
) -> dict[Key, list[Point]]:  # fmt: skip
    names = _Names(findings)
    notations: dict[str, str] = {}
    found: dict[Key, list[Point]] = {}
    for number, row in lines:
        given = {name: row[place].strip() for name, place in columns.items()}
        if not any(given.values()):
            continue
        if not given["region"] or not given["indicator"]:
            findings.append(Finding("no_name", "error", (Place(number),)))
            continue
        key = Key(names.of("region", given["region"], number), names.of("indicator", given["indicator"], number))
        try:
            read = read_month(given["month"])
        except NotAMonth as error:
            where = Place(number, "", key.region, key.indicator)
            findings.append(Finding(error.code, "error", (where,), {"written": given["month"]}))
            continue
        if notations and read.notation not in notations:
            where = Place(number, str(read.month), key.region, key.indicator)
            values = {"first": next(iter(notations.values())), "written": given["month"]}
            findings.append(Finding("notations", "note", (where,), values))
        notations.setdefault(read.notation, given["month"])
        flow, accumulated = (read_count(given[name], decimals=decimals) for name in ("flow", "accumulated"))
        found.setdefault(key, []).append(Point(number, read.month, flow, accumulated, given.get("note", "")))
    return found


class _Names:
    """Names as they were written first; another spelling of the same is noted once."""

    def __init__(self, findings: list[Finding]) -> None:
        self._first: dict[tuple[str, str], str] = {}
        self._seen: set[str] = set()
        self._findings = findings

    def of(self, kind: str, written: str, row: int) -> str:
        """The name under which it is kept."""
        first = self._first.setdefault((kind, word(written)), written)
        if written != first and written not in self._seen:
            self._seen.add(written)
            self._findings.append(Finding("spellings", "note", (Place(row),), {"first": first, "written": written}))
        return first


def _in_order(key: Key, points: list[Point], findings: list[Finding]) -> tuple[Point, ...]:
    """Each month once. Of two rows that differ the one is used that fits the month before, or else the first."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: (one.month, one.row)):
        if not kept or kept[-1].month != point.month:
            kept.append(point)
            continue
        first = kept[-1]
        where = Place(point.row, str(point.month), key.region, key.indicator)
        if _figures(first) == _figures(point):
            findings.append(Finding("duplicate_row", "look", (where,), {"other": first.row}))
            continue
        if len(kept) > 1 and not _follows(kept[-2], first) and _follows(kept[-2], point):
            kept[-1] = point
        values = {"other": first.row, "used": kept[-1].row}
        findings.append(Finding("duplicate_differs", "error", (where, replace(where, row=first.row)), values))
    return tuple(kept)


def _figures(point: Point) -> tuple[int | str | None, ...]:
    return tuple(one.value if one.state != "unreadable" else one.written for one in (point.flow, point.accumulated))


def _follows(before: Point, after: Point) -> bool:
    known = (before.accumulated.value, after.flow.value, after.accumulated.value)
    return None not in known and (known[0] or 0) + (known[1] or 0) == known[2]


def _parts(given: Mapping[str, str] | None, indicators: Sequence[str]) -> dict[str, str]:
    if given is None:
        return parts_of(indicators)
    known = {word(name): name for name in indicators}
    for name in (*given.keys(), *given.values()):
        if word(name) not in known:
            raise UnknownIndicator(name)
    return {known[word(part)]: known[word(whole)] for part, whole in given.items()}
