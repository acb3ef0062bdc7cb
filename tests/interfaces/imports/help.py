"""Small tables as bytes, and the way from them to a dry run and into the ledger."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook

from egenmakt.interfaces.imports.bringing_in import DryRun, Outcome, bring_in, dry_run
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.mapping import FileMapping, Mapping, propose
from tests.support.tree import Tree

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


def csv(*rows: str, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    return "\n".join([*rows, ""]).encode(encoding)


def workbook(rows: Sequence[Sequence[Any]], **sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with the rows on its first sheet."""
    book = Workbook()
    for name, content in {"Book": rows, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    del book["Sheet"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mapping(columns: dict[str, str], name: str = "book.csv", **more: Any) -> Mapping:
    """A mapping of one file."""
    part = {key: more.pop(key) for key in ("decimal_sign", "date_order") if key in more}
    return Mapping.from_json(Mapping(files=(FileMapping(name, columns, **part),), currency="KES", **more).to_json())


def try_out(
    tree: Tree, *files: bytes, kind: str = "meetings", by: Any = None, below: Any = None, how: Mapping | None = None,
    name: str = "book.csv",
) -> DryRun:  # fmt: skip
    """A dry run below North, by the administrator, with the proposed mapping unless another is given."""
    names = [name, *(f"{i}-{name}" for i in range(2, len(files) + 1))]
    tables = [read_table(content=content, name=n) for content, n in zip(files, names, strict=True)]
    return dry_run(
        kind=kind,  # type: ignore[arg-type]  # one of the three kinds
        tables=tables,
        mapping=how or propose(tables, currency="KES"),
        below=below or tree.north,
        by=by or tree.administrator,
        at=AT,
    )


def write(tree: Tree, tried: DryRun, by: Any = None, partly: bool = False) -> Outcome:
    """Write a dry run; returns what was written in all."""
    outcome = Outcome()
    for so_far in bring_in(run=tried, by=by or tree.administrator, at=AT, partly=partly):
        outcome = so_far
    return outcome
