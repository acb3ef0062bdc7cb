"""`egenmakt monthly check`: a series of published monthly tables against itself, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egenmakt.interfaces.cli.database import load_django
from egenmakt.interfaces.cli.errors import CommandError, sentence

if TYPE_CHECKING:
    from egenmakt.core.evidence.reading import ReadTable
    from egenmakt.interfaces.imports.tables import Table

SCHEMA = "egenmakt.monthly-check.1"


class UnreadableFile(CommandError):
    """The file cannot be read at all, which is told apart from one in which something was found."""

    exit_code = 2


@click.group()
def command() -> None:
    """Check published monthly tables against themselves; nothing is kept, no database is needed."""


@command.command("check", short_help="What does not add up, and what is likely to have happened.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Write JSON as in spec/monthly-check.schema.json.")
@click.option("--part", "parts", multiple=True, help="PART=WHOLE, such as women=members. Women and members are known.")
@click.option("--language", type=click.Choice(["en", "sv"]), default="en", show_default=True, help="Of the sentences.")
def check(file: Path, is_json: bool, parts: tuple[str, ...], language: str) -> None:
    """Check FILE: whether accumulated before and the month make accumulated now, and everything else.

    FILE is CSV in any encoding, with the columns month, region, indicator, flow, accumulated and, if there are any,
    notes. It ends with 0 where all agrees, with 1 where something was found, with 2 where the file cannot be read.
    """
    load_django()
    from django.utils.translation import override

    with override(language):
        sys.exit(_check(file, is_json, dict(_pair(part) for part in parts) or None))


def _pair(text: str) -> tuple[str, str]:
    part, sign, whole = text.partition("=")
    if not sign or not part.strip() or not whole.strip():
        raise click.BadParameter(f"{text!r} is not PART=WHOLE, such as women=members.", param_hint="--part")
    return part.strip(), whole.strip()


def _check(file: Path, is_json: bool, parts: dict[str, str] | None) -> int:
    from egenmakt.core.evidence.findings import is_clean
    from egenmakt.core.evidence.self_check import check
    from egenmakt.interfaces.cli.monthly_words import as_json, lines, summary

    table, read = _read(file, parts)
    findings = [*read.findings, *check(read.table)]
    rows = sum(len(series.points) for series in read.table.series)
    has_errors = any(finding.severity == "error" for finding in table.findings)
    if is_json:
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "file": table.file,
            "sha256": table.fingerprint,
            "read_as": table.how,
            "series": len(read.table.series),
            "rows": rows,
            "part_of": dict(read.table.part_of),
            "file_findings": [
                {
                    "severity": one.severity,
                    "row": one.source.row or None,
                    "field": one.source.field or None,
                    "text": one.text,
                    "remedy": one.remedy or None,
                }
                for one in table.findings
            ],
            "findings": [as_json(finding) for finding in findings],
            "is_clean": is_clean(findings) and not has_errors,
        }
        click.echo(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        for one in table.findings:
            click.echo(str(one))
        for line in lines(findings):
            click.echo(line)
        click.echo(summary(findings, series=len(read.table.series), rows=rows))
    return 0 if is_clean(findings) and not has_errors else 1


def _read(file: Path, parts: dict[str, str] | None) -> tuple[Table, ReadTable]:
    """The file as a table of texts, and as series. Raises: UnreadableFile."""
    from egenmakt.core.evidence.indicator_words import COLUMNS
    from egenmakt.core.evidence.reading import NotATable, UnknownIndicator, read_table
    from egenmakt.interfaces.imports.files import read_table as read_file
    from egenmakt.interfaces.imports.findings import Unreadable

    try:
        table = read_file(content=file.read_bytes(), name=file.name)
    except Unreadable as error:
        raise UnreadableFile(str(error)) from None
    try:
        rows = [(row.number, row.cells) for row in table.rows]
        return table, read_table(header=table.header, rows=rows, part_of=parts)
    except NotATable as error:
        names = "; ".join(f"{column}: {', '.join(COLUMNS[column][:4])}" for column in error.missing)
        what = f"the columns {', '.join(error.missing)} are missing, or no row of them can be read"
        raise UnreadableFile(sentence(what, file=table.file, row=1, remedy=f"name them ({names})")) from None
    except UnknownIndicator as error:
        what = f"{error} is no indicator of the file"
        raise UnreadableFile(sentence(what, file=table.file, field="--part", remedy="write it as there")) from None
