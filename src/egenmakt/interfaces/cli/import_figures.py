"""`egenmakt import monthly` and `egenmakt import outside`: figures that others counted, with a dry run first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import UUID

import click

from egenmakt.interfaces.cli.database import require_migrated
from egenmakt.interfaces.cli.errors import CommandError, fail
from egenmakt.interfaces.cli.user import _node, _user

if TYPE_CHECKING:
    from egenmakt.apps.reports.models import OutsideTable
    from egenmakt.interfaces.imports.findings import Finding
    from egenmakt.interfaces.imports.series.monthly import Trial
    from egenmakt.interfaces.imports.tables import Table

SHOWN = 20
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
SHEET = click.option("--sheet", default="", help="The sheet of a workbook that has several.")
BY = click.option("--by", "email", required=True, help="The address of the user who brings it in.")
DRY = click.option("--dry-run/--commit", "dry", default=True, show_default=True, help="Try it, or write it.")
FINDINGS = click.option(
    "--findings", type=click.Path(dir_okay=False, path_type=Path), help="Write all findings there, as CSV."
)
WORDS = {
    "recorded": "new",
    "already_recorded": "here already",
    "different": "here already with other figures: left as they are",
    "in_error": "left out because of errors",
}


@click.command("monthly", short_help="Bring in months that were published before.")
@FILE
@click.option("--below", required=True, help="Name or id of the body at or below which the regions are looked for.")
@click.option(
    "--region", "regions", multiple=True, help="NAME=BODY, for a region that bears another name here; - none."
)
@click.option("--line", "lines", multiple=True, help="NAME=CODE, for an indicator that bears another name; - none.")
@click.option("--drafts", is_flag=True, help="As drafts that are checked, approved and published here, not as history.")
@SHEET
@BY
@DRY
@click.option("--partly", is_flag=True, help="With --commit: leave out months with errors, and write the others.")
@FINDINGS
def monthly(
    file: Path, below: str, regions: tuple[str, ...], lines: tuple[str, ...], drafts: bool, sheet: str, email: str,
    dry: bool, partly: bool, findings: Path | None,
) -> None:  # fmt: skip
    """Bring in FILE: month, region, indicator, flow, accumulated and, if there are any, notes.

    Nothing is written without --commit. A month that is here is left as it is; doing it again changes nothing.
    """
    require_migrated()
    from egenmakt.apps.access.queries import NotAllowed
    from egenmakt.interfaces.imports.findings import Unreadable
    from egenmakt.interfaces.imports.series.monthly import HasErrors, write

    user, at = _user(email), datetime.now(UTC)
    try:
        trial = _try_monthly(
            _table(file, sheet), below, _pairs(regions, "--region"), _pairs(lines, "--line"), drafts, email
        )
        _show(trial.table, trial.findings, findings)
        click.echo(_counted({name: trial.count(name) for name in WORDS}))  # type: ignore[arg-type]  # the names are the outcomes
        if trial.errors and (dry or not partly):
            _stop(len(trial.errors), "correct the file, say what a name means, or leave months out with --partly")
        if dry:
            click.echo("\nNothing was written. To write it: --commit")
            return
        done = write(trial=trial, is_published=not drafts, by=user, at=at, partly=partly)
    except (Unreadable, NotAllowed, HasErrors) as error:
        fail(str(error))
    click.echo(f"\nWritten: {done['recorded']:,} months.")
    if not done["recorded"]:
        click.echo("Everything was here already, or was left out; nothing was changed.")
    if done["different"] or done["in_error"]:
        raise CommandError(f"Not written: {done['different'] + done['in_error']:,} months.")


def _try_monthly(
    table: Table, below: str, regions: Mapping[str, str], lines: Mapping[str, str], drafts: bool, email: str
) -> Trial:
    from egenmakt.interfaces.imports.series.monthly import (
        LEFT_OUT,
        Names,
        bodies_for,
        indicators_of,
        propose,
        read_series,
        regions_of,
        rehearse,
    )

    user, place = _user(email), _node(below)
    read = read_series(table)
    _known(regions, regions_of(read), "--region")
    _known(lines, indicators_of(read), "--line")
    proposed = propose(read=read, bodies=bodies_for(by=user, below=place, is_published=not drafts))
    bodies = {name: body if body == LEFT_OUT else str(_node(body).id) for name, body in regions.items()}
    names = Names({**proposed.bodies, **bodies}, {**proposed.lines, **lines})
    _known_lines(lines.values(), LEFT_OUT)
    return rehearse(
        table=table, names=names, below=place, is_published=not drafts, by=user, on=datetime.now(UTC).date()
    )


@click.command("outside", short_help="Enter a table of figures that others counted.")
@FILE
@click.option("--below", required=True, help="Name or id of the body for which it was handed in.")
@click.option("--title", required=True, help="What the table is called.")
@click.option("--source", required=True, help="Who counted, and how that is known: a letter, a register, a report.")
@click.option("--received-on", type=click.DateTime(["%Y-%m-%d"]), help="When it was received.  [default: today]")
@click.option("--column", "columns", multiple=True, help="FIELD=HEADING, such as value=Antal. Others by their names.")
@click.option("--replaces", default="", help="Title or id of the table of this body that it replaces.")
@SHEET
@BY
@DRY
@FINDINGS
def outside(
    file: Path, below: str, title: str, source: str, received_on: datetime | None, columns: tuple[str, ...],
    replaces: str, sheet: str, email: str, dry: bool, findings: Path | None,
) -> None:  # fmt: skip
    """Enter FILE: a row for each figure, with indicator, value and period at least.

    Nothing is written without --commit. The table is entered whole, or not at all where a row of it has no place.
    """
    require_migrated()
    from uuid6 import uuid7

    from egenmakt.apps.access.queries import NotAllowed
    from egenmakt.apps.reports.services.indicators import NotAnOutsideTable, enter_outside_table
    from egenmakt.interfaces.imports.findings import Unreadable
    from egenmakt.interfaces.imports.outside.reading import FIELDS, propose, rehearse

    user, place, table, at = _user(email), _node(below), _table(file, sheet), datetime.now(UTC)
    if (same := _entered(place.id, table.fingerprint)) is not None:
        click.echo(f"{same.title} was entered from the same file already; nothing was changed.")
        return
    chosen = _pairs(columns, "--column")
    _known(chosen, FIELDS, "--column")
    _known(chosen.values(), table.header, "--column")
    replaced = _replaced(place.id, replaces) if replaces else None
    try:
        trial = rehearse(table=table, columns={**propose(table), **chosen}, below=place, replaces=replaced)
        _show(table, trial.findings, findings)
        click.echo(f"Figures: {len(trial.rows):,}")
        if trial.errors:
            _stop(len(trial.errors), "correct the file, or name its columns with --column")
        if dry:
            click.echo("\nNothing was written. To write it: --commit")
            return
        made = enter_outside_table(
            id=uuid7(), node=place, title=title, source=source, received_on=(received_on or at).date(),
            figures=trial.figures, by=user, at=at, file_name=table.file, file_sha256=table.fingerprint,
            replaces=replaced,
        )  # fmt: skip
    except (Unreadable, NotAllowed, NotAnOutsideTable) as error:
        fail(str(error))
    click.echo(f"\nWritten: {made.title}, {len(trial.figures):,} figures.")


def _entered(node_id: UUID, fingerprint: str) -> OutsideTable | None:
    """The table that counts and was entered from the same file: a file is not counted twice."""
    from egenmakt.apps.reports.models import OutsideTable

    same = OutsideTable.objects.filter(node_id=node_id, file_sha256=fingerprint, replaced_by__isnull=True)
    return same.order_by("entered_at", "id").first()


def _replaced(node_id: UUID, text: str) -> OutsideTable:
    from egenmakt.apps.reports.models import OutsideTable

    counting = OutsideTable.objects.filter(node_id=node_id, replaced_by__isnull=True).order_by("entered_at", "id")
    found = [table for table in counting if text in (table.title, str(table.id))]
    if len(found) != 1:
        known = "; ".join(table.title for table in counting) or "there is none"
        fail(f"{len(found)} tables are called {text!r}.", field="--replaces", remedy=f"name one of: {known}")
    return found[0]


def _table(file: Path, sheet: str) -> Table:
    from egenmakt.interfaces.imports.files import read_table
    from egenmakt.interfaces.imports.findings import Unreadable

    try:
        return read_table(content=file.read_bytes(), name=file.name, sheet=sheet)
    except Unreadable as error:
        fail(str(error))


def _pairs(given: Iterable[str], option: str) -> dict[str, str]:
    found = {}
    for text in given:
        name, sign, meaning = text.partition("=")
        if not sign or not name.strip() or not meaning.strip():
            raise click.BadParameter(f"{text!r} is not NAME=MEANING.", param_hint=option)
        found[name.strip()] = meaning.strip()
    return found


def _known(given: Iterable[str], known: Iterable[str], option: str) -> None:
    names = list(known)
    for one in given:
        if one not in names:
            fail(f"{one!r} is not among them.", field=option, remedy=f"write one of: {', '.join(names[:30])}")


def _known_lines(codes: Iterable[str], left_out: str) -> None:
    from egenmakt.core.evidence.monthly_lines import report_lines

    _known(codes, [*(line.code for line in report_lines()), left_out], "--line")


def _show(table: Table, found: Iterable[Finding], file: Path | None) -> None:
    """How the file was read, and what was found in it; all of it into a file where one is named."""
    from egenmakt.interfaces.imports.findings import findings_csv

    every = sorted(found, key=lambda one: one.severity)
    click.echo(f"{table.file}: {len(table.rows):,} rows, {len(table.header)} columns ({table.how})")
    for one in every[:SHOWN]:
        click.echo(f"  {one}")
    if len(every) > SHOWN:
        click.echo(f"  … {len(every) - SHOWN:,} more; all of them: --findings FILE")
    if file:
        file.write_text("\ufeff" + findings_csv(every), encoding="utf-8")


def _counted(counts: Mapping[str, int]) -> str:
    return "Months: " + (", ".join(f"{count:,} {WORDS[name]}" for name, count in counts.items() if count) or "none")


def _stop(errors: int, remedy: str) -> NoReturn:
    fail(f"{errors:,} values have no place; nothing was written.", remedy=remedy)
