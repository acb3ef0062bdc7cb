"""Published monthly tables from a file: whose each row is, what each cell was understood as, and what would be written.

Every cell is kept as it was written, beside what was understood. A row that has no place is named with its row, its
field and what to do about it; the file is not brought in without it unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from babel.numbers import format_decimal
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.queries.monthly_series import first_day
from egenmakt.apps.reports.services.monthly_history import known_history, record_history
from egenmakt.core.evidence.counts import Count
from egenmakt.core.evidence.findings import Finding as CheckFinding
from egenmakt.core.evidence.findings import Place
from egenmakt.core.evidence.indicator_words import columns_of
from egenmakt.core.evidence.monthly_lines import line_called
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.reading import NotATable, ReadTable, read_table
from egenmakt.core.evidence.self_check import check
from egenmakt.core.evidence.wording import Wording
from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.tables import Table

LEFT_OUT: Final = "-"
"""Chosen for a name that belongs to nobody here: its rows are not brought in, and that is no mistake."""
ROWS_MAX: Final = 10_000
"""What one request can write: 80 bodies for two years."""
Outcome = Literal["recorded", "already_recorded", "different", "in_error"]
KEEPS_OUT: Final = frozenset({"no_name", "month_unreadable", "month_two_ways", "duplicate_differs"})
"""What was found while reading, because of which a row has no place."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of a file stand for. Args: bodies, region -> id of a body; lines, indicator -> code of a line."""

    bodies: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file as it was understood."""

    number: int
    code: str
    flow: Count
    accumulated: Count
    note: str


@dataclass(frozen=True, slots=True)
class MonthOfBody:
    """All rows of a body's month, and what would become of them."""

    node: Node
    month: Month
    rows: tuple[Row, ...]
    outcome: Outcome

    @property
    def lines(self) -> dict[str, tuple[Count, Count, str]]:
        """Code -> the month, accumulated, note."""
        return {row.code: (row.flow, row.accumulated, row.note) for row in self.rows}


@dataclass(frozen=True)
class Trial:
    """What a file would bring."""

    table: Table
    months: tuple[MonthOfBody, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What keeps a row out."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def count(self, outcome: Outcome) -> int:
        """How many months would come to this."""
        return sum(month.outcome == outcome for month in self.months)

    @property
    def source(self) -> str:
        """The file as it is kept with each report."""
        return f"{self.table.file} (SHA-256 {self.table.fingerprint})"


def read_series(table: Table) -> ReadTable:
    """A file as series. Raises: Unreadable, with the columns that are missing and how they may be called."""
    if len(table.rows) > ROWS_MAX:
        text = _("The file has more than %(most)s rows.") % {"most": ROWS_MAX}
        raise Unreadable(table.file, text, _("Divide it into several files, by year."))
    try:
        return read_table(header=table.header, rows=[(row.number, row.cells) for row in table.rows])
    except NotATable as error:
        text = _("Columns are missing, or no row of them can be read: %(names)s.") % {"names": ", ".join(error.missing)}
        remedy = _("Name the columns month, region, indicator, flow and accumulated.")
        raise Unreadable(table.file, text, remedy, row=1) from None


def bodies_for(*, by: User, below: Node, is_published: bool) -> QuerySet[Node]:
    """The countries and partners below a body for which somebody may bring reports in."""
    allowed = nodes_where(user=by, deed="report.approve" if is_published else "report.write")
    imported = nodes_where(user=by, deed="import.data")
    return (
        Node.objects.filter(above__ancestor_id=below.id, id__in=allowed.values("id"))
        .filter(id__in=imported.values("id"))
        .exclude(kind=Node.Kind.GROUP)
        .select_related("country")
        .order_by("name", "id")
    )


def propose(*, read: ReadTable, bodies: Iterable[Node]) -> Names:
    """Which body and which line each name of the file is likely to mean, by its name, or by the only body of a land."""
    nodes = list(bodies)
    by_name: dict[str, list[Node]] = {}
    for node in nodes:
        for name in {node.name, *((node.country.name, node.country.code) if node.country else ())}:
            by_name.setdefault(word(name), []).append(node)
    found = {}
    for region in regions_of(read):
        exact = [node for node in nodes if word(node.name) == word(region)]
        fitting = exact or by_name.get(word(region), [])
        found[region] = str(fitting[0].id) if len(fitting) == 1 else ""
    return Names(found, {name: line_called(name) for name in indicators_of(read)})


def regions_of(read: ReadTable) -> list[str]:
    """The regions that a file names, in their order."""
    return list(dict.fromkeys(series.key.region for series in read.table.series))


def indicators_of(read: ReadTable) -> list[str]:
    """The indicators that a file names, in their order."""
    return list(dict.fromkeys(series.key.indicator for series in read.table.series))


def rehearse(*, table: Table, names: Names, below: Node, is_published: bool, by: User, on: date) -> Trial:
    """What would be written, and everything that has no place; nothing is written. Raises: Unreadable."""
    read = read_series(table)
    nodes = {str(node.id): node for node in bodies_for(by=by, below=below, is_published=is_published)}
    words = Wording(gettext, _number)
    findings = [*table.findings]
    findings += [_from_check(one, table, words, is_reading=True) for one in read.findings]
    findings += [_from_check(one, table, words, is_reading=False) for one in check(read.table)]
    findings += _nameless(read, names, nodes, table)
    rows = _rows(read, names, nodes)
    months = []
    for (node_id, month), those in sorted(rows.items(), key=lambda one: (one[0][1], one[0][0])):
        outcome, about = _outcome(nodes[node_id], month, those, on, table)
        findings += about
        months.append(MonthOfBody(nodes[node_id], month, tuple(those), outcome))
    return Trial(table, tuple(months), tuple(findings))


def _rows(read: ReadTable, names: Names, nodes: Mapping[str, Node]) -> dict[tuple[str, Month], list[Row]]:
    found: dict[tuple[str, Month], list[Row]] = {}
    for series in read.table.series:
        body, code = names.bodies.get(series.key.region, ""), names.lines.get(series.key.indicator, "")
        if body not in nodes or not code or code == LEFT_OUT:
            continue
        for point in series.points:
            row = Row(point.row, code, point.flow, point.accumulated, point.note)
            found.setdefault((body, point.month), []).append(row)
    return found


def _outcome(node: Node, month: Month, rows: list[Row], on: date, table: Table) -> tuple[Outcome, list[Finding]]:
    """What becomes of a month, and why."""
    codes = [row.code for row in rows]
    where = Source(table.file, rows[0].number, _heading(table, "month"))
    if first_day(month) > on:
        text = _("The month has not begun yet.")
        return "in_error", [Finding(where, text, _("Look whether the year is right."), str(month), group=node.name)]
    if len(set(codes)) != len(codes):
        text = _("Two rows of the same month are of the same line: two names of the file mean the same.")
        remedy = _("Choose another body or line for one of the names, or leave it out.")
        return "in_error", [Finding(where, text, remedy, str(month), group=node.name)]
    lines = {row.code: (row.flow, row.accumulated, row.note) for row in rows}
    outcome: Outcome = known_history(node_id=node.id, month=month, lines=lines) or "recorded"
    if outcome == "different":
        text = _("The month is here already, with other figures, and is left as it is.")
        remedy = _("Correct it on its own page, where the correction shows.")
        return outcome, [Finding(where, text, remedy, str(month), "note", node.name)]
    return outcome, []


def _nameless(read: ReadTable, names: Names, nodes: Mapping[str, Node], table: Table) -> Iterator[Finding]:
    """Names for which nobody has said what they stand for, each at its first row."""
    for kind, all_names, known in (
        ("region", regions_of(read), names.bodies),
        ("indicator", indicators_of(read), names.lines),
    ):
        for name in all_names:
            chosen = known.get(name, "")
            if chosen == LEFT_OUT or (chosen in nodes if kind == "region" else chosen):
                continue
            row = min(
                point.row
                for series in read.table.series
                if name == (series.key.region if kind == "region" else series.key.indicator)
                for point in series.points
            )
            text = (
                _("Nobody has said which country or partner this is.")
                if kind == "region"
                else _("Nobody has said which line of the report this is.")
            )
            yield Finding(Source(table.file, row, _heading(table, kind)), text, _("Choose it, or leave it out."), name)


def _from_check(one: CheckFinding, table: Table, words: Wording, *, is_reading: bool) -> Finding:
    """What reading or checking found, as a finding of the file: its row, its field, what to do."""
    place = one.places[0]
    text = words.sentence(one)
    if one.causes:
        text += " " + " ".join(words.sentence(cause) for cause in one.causes)
    is_error = is_reading and one.code in KEEPS_OUT
    source = Source(table.file, place.row, _field(place, one.code, table))
    return Finding(
        source, text, _remedy(one.code, is_error=is_error), "", "error" if is_error else "note", place.region
    )


def _field(place: Place, code: str, table: Table) -> str:
    if code in ("month_unreadable", "month_two_ways", "missing_month", "notations"):
        return _heading(table, "month")
    return _heading(table, place.figure) if place.figure else ""


def _heading(table: Table, column: str) -> str:
    """The file's own name of a column."""
    columns, _missing = columns_of(table.header)
    return table.header[columns[column]] if column in columns else column


def _remedy(code: str, *, is_error: bool) -> str:
    """What to do about it."""
    if code in ("month_unreadable", "month_two_ways"):
        return _("Write the month like 2026-03 and send the file again.")
    if code == "no_name":
        return _("Fill in region and indicator, or take the row away.")
    if code == "duplicate_differs":
        return _("Take away the row that is wrong.")
    if code in ("unreadable", "not_whole", "two_ways"):
        return _("Correct the cell, or bring it in as it is: it is kept as it is written, and counts as no figure.")
    return "" if is_error else _("It is brought in as it is; the check of the report shows it again.")


class HasErrors(ValueError):
    """Rows of the file have no place, and nobody has said that the others come without them."""


def write(*, trial: Trial, is_published: bool, by: User, at: datetime, partly: bool = False) -> dict[str, int]:
    """Write what a trial has found to be new, month by month, so that it can be gone on with after a stop.

    Args: partly, whether the months without errors are written although others have some.
    Raises: HasErrors, NotAllowed.
    """
    if trial.errors and not partly:
        raise HasErrors(_("Some rows have no place. Correct them, or bring in the others alone."))
    bad = {finding.source.row for finding in trial.errors}
    done = {"recorded": 0, "already_recorded": 0, "different": 0, "in_error": 0}
    for month in trial.months:
        if month.outcome == "in_error" or bad & {row.number for row in month.rows}:
            done["in_error"] += 1
            continue
        outcome = record_history(
            id=uuid7(), node=month.node, month=month.month, lines=month.lines, source=trial.source,
            is_published=is_published, by=by, at=at,
        )  # fmt: skip
        done[outcome] += 1
    return done


def _number(value: int) -> str:
    return str(format_decimal(value, locale=(get_language() or "en").replace("-", "_")))
