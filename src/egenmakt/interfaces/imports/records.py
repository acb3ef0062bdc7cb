"""Rows as records: every cell that is mapped is read, or named with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.fields import CHOICES, FIELDS
from egenmakt.interfaces.imports.findings import Finding, Source
from egenmakt.interfaces.imports.mapping import DETECT, FileMapping, Mapping
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.values import (
    DateOrder,
    Evidence,
    NotRead,
    Sign,
    Surplus,
    date_evidence,
    decimal_evidence,
    read_amount,
    read_choice,
    read_date,
    read_key,
    read_whole,
)

NAME_MAX = 200
PHONE_MAX = 20
_C = TypeVar("_C", bound=str)


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was read: its place, and its values by field. What is empty or could not be placed is left out."""

    file: str
    row: int
    values: dict[str, Any]
    group: str
    unplaced: tuple[str, ...] = ()
    """The fields whose cells could not be placed."""

    def source(self, name: str = "", headings: dict[str, str] | None = None) -> Source:
        """The place of one of its fields."""
        return Source(self.file, self.row, (headings or {}).get(name, name))


@dataclass
class Tally:
    """How the cells of one column were placed. Every row is in one of the four counts."""

    file: str
    heading: str
    field: str
    filled: int = 0
    zero: int = 0
    blank: int = 0
    unplaced: int = 0
    total: int = 0
    """The sum of what was read: minor units, or whole shares."""

    @property
    def rows(self) -> int:
        """All rows of the file."""
        return self.filled + self.zero + self.blank + self.unplaced


@dataclass
class Reading:
    """All records of all files, what was found on the way, and how each column was placed."""

    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    headings: dict[tuple[str, str], str] = field(default_factory=dict)
    """File and field -> the heading by which the reader knows it."""

    def source(self, record: Record, name: str = "") -> Source:
        """The place of a field of a record, with the file's own heading."""
        return Source(record.file, record.row, self.headings.get((record.file, name), name))


def read_records(*, tables: Iterable[Table], mapping: Mapping, currency: str) -> Reading:
    """Read all tables by their part of the mapping."""
    reading = Reading()
    for table in tables:
        reading.findings += table.findings
        part = mapping.for_table(table)
        if part is None:
            text = _("The mapping says nothing about this file.")
            names = ", ".join(f.name for f in mapping.files) or "–"
            remedy = _("Add it under “files”; it names: %(names)s.") % {"names": names}
            reading.findings.append(Finding(Source(table.file), text, remedy))
            continue
        _read_table(reading, table, part, mapping, currency)
    return reading


def _read_table(reading: Reading, table: Table, part: FileMapping, mapping: Mapping, currency: str) -> None:
    columns = {heading: name for heading, name in part.columns.items() if name and heading in table.header}
    for heading, name in part.columns.items():
        if name and heading not in table.header:
            text = _("The column “%(heading)s” of the mapping is not in the file.") % {"heading": heading}
            remedy = _("The file has: %(names)s.") % {"names": ", ".join(table.header)}
            reading.findings.append(Finding(Source(table.file, 0, heading), text, remedy))
    unused = [heading for heading in table.header if heading not in columns]
    if unused:
        text = _("%(count)s columns are not used: %(names)s.") % {"count": len(unused), "names": ", ".join(unused)}
        reading.findings.append(Finding(Source(table.file), text, severity="note"))
    reading.headings |= {(table.file, name): heading for heading, name in columns.items()}
    readers = _readers(reading, table, part, columns, mapping, currency)
    tallies = {heading: Tally(table.file, heading, name) for heading, name in columns.items()}
    reading.tallies += tallies.values()
    places = [(table.header.index(heading), heading, name) for heading, name in columns.items()]
    group_index = next((index for index, _heading, name in places if name == "group"), None)
    blanks = {word(text) for text in mapping.blank_words}
    changes: Counter[tuple[str, str, str]] = Counter()
    for row in table.rows:
        group = read_key(row.cells[group_index]) if group_index is not None else ""
        values: dict[str, Any] = {}
        unplaced = []
        for index, heading, name in places:
            cell, tally = row.cells[index], tallies[heading]
            if not cell or word(cell) in blanks:
                tally.blank += 1
                continue
            try:
                value, changed = readers[name](cell)
            except NotRead as error:
                tally.unplaced += 1
                unplaced.append(name)
                source = Source(table.file, row.number, heading)
                reading.findings.append(Finding(source, error.text, error.remedy, cell, group=group))
                continue
            if changed:
                changes[heading, cell, changed] += 1
                if changes[heading, cell, changed] == 1:
                    source = Source(table.file, row.number, heading)
                    reading.findings.append(Finding(source, changed, value=cell, severity="note", group=group))
            values[name] = value
            _count(tally, name, value)
        reading.records.append(Record(table.file, row.number, values, group, tuple(unplaced)))
    _name_repeated(reading, changes)


def _name_repeated(reading: Reading, changes: Counter[tuple[str, str, str]]) -> None:
    """A change that occurs often is written once, with how often."""
    for index, finding in enumerate(reading.findings):
        times = changes[finding.source.field, finding.value, finding.text]
        if finding.severity == "note" and times > 1:
            text = _("%(text)s (%(times)s times)") % {"text": finding.text, "times": times}
            reading.findings[index] = Finding(
                finding.source, text, finding.remedy, finding.value, finding.severity, finding.group
            )


def _count(tally: Tally, name: str, value: object) -> None:
    if FIELDS[name].reading in ("amount", "whole") and isinstance(value, int):
        tally.total += value
        if value == 0:
            tally.zero += 1
            return
    tally.filled += 1


_Reader = Callable[[str], tuple[Any, str]]


def _readers(
    reading: Reading, table: Table, part: FileMapping, columns: dict[str, str], mapping: Mapping, currency: str
) -> dict[str, _Reader]:
    """How each field of a file is read, once it is known how it writes decimals and dates."""
    sign = _choose(reading, table, columns, part.decimal_sign, ("amount",), decimal_evidence, "decimal_sign")
    order = _choose(reading, table, columns, part.date_order, ("date",), date_evidence, "date_order")
    return {
        name: partial(
            _read_cell,
            name,
            cast("Sign | None", sign),
            cast("DateOrder | None", order),
            cast("Surplus", mapping.surplus_decimals),
            currency,
            {**CHOICES.get(name, {}), **mapping.values.get(name, {})},
        )
        for name in columns.values()
    }


def _choose(
    reading: Reading,
    table: Table,
    columns: dict[str, str],
    chosen: str,
    kinds: tuple[str, ...],
    look: Callable[[Iterable[tuple[int, str]]], Evidence],
    setting: str,
) -> str | None:
    """What the mapping chose, or what the values prove; a contradiction is an error."""
    if chosen != DETECT:
        return chosen
    fitting = [heading for heading, name in columns.items() if FIELDS[name].reading in kinds]
    evidence = look(cell for heading in fitting for cell in table.column(heading))
    if len(evidence.proofs) > 1:
        first, second = evidence.proofs[:2]
        text = _("“%(one)s” (row %(one_row)s) and “%(other)s” (row %(other_row)s) are written in two ways.")
        numbers = {"one": first.value, "one_row": first.row, "other": second.value, "other_row": second.row}
        remedy = _("Say under “%(setting)s” which one holds: %(one)s or %(other)s.")
        choices = {"setting": setting, "one": first.choice, "other": second.choice}
        reading.findings.append(Finding(Source(table.file, second.row), text % numbers, remedy % choices))
        return first.choice
    if evidence.proofs:
        proof = evidence.proofs[0]
        text = _("%(setting)s: %(choice)s, as “%(value)s” in row %(row)s proves.")
        numbers = {"setting": setting, "choice": proof.choice, "value": proof.value, "row": proof.row}
        reading.findings.append(Finding(Source(table.file), text % numbers, severity="note"))
    return evidence.choice or None


def _read_cell(
    name: str,
    sign: Sign | None,
    order: DateOrder | None,
    surplus: Surplus,
    currency: str,
    words: dict[str, str],
    cell: str,
) -> tuple[Any, str]:
    match FIELDS[name].reading:
        case "amount":
            amount = read_amount(cell, currency=currency, sign=sign, surplus=surplus)
            if amount.minor < 0:
                remedy = _("Write money that is taken out as a positive amount in the column for withdrawals.")
                raise NotRead(_("An amount cannot be below zero here."), remedy)
            return amount.minor, amount.changed
        case "whole":
            return read_whole(cell, most=100_000), ""
        case "year":
            return read_whole(cell, least=1900, most=2100), ""
        case "date":
            return read_date(cell, order=order), ""
        case "choice":
            return read_choice(cell, words=words), ""
        case "yes_no":
            return read_choice(cell, words=words) == "yes", ""
        case "key" | "period":
            return _short(read_key(cell), NAME_MAX), ""
        case _:
            return _short(" ".join(cell.split()), PHONE_MAX if name == "phone" else NAME_MAX), ""


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise NotRead(_("This has more than %(most)s characters.") % {"most": most}, _("Write it shorter."))
    return text
