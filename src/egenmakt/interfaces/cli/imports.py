"""`egenmakt import`: tables of members and paper books into groups, members and meetings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egenmakt.interfaces.cli import import_figures, import_stories
from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress
from egenmakt.interfaces.cli.user import _node, _user

if TYPE_CHECKING:
    from egenmakt.interfaces.imports.bringing_in import DryRun
    from egenmakt.interfaces.imports.mapping import Mapping
    from egenmakt.interfaces.imports.plan import Kind
    from egenmakt.interfaces.imports.tables import Table

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
MAPPING = click.option(
    "--mapping", "mapping_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which column is which field. Without it the headings are taken as they are understood.",
)  # fmt: skip
BELOW = click.option("--below", required=True, help="Name or id of the partner or organisation, or of one group.")
CURRENCY = click.option("--currency", default="", help="The currency of the books, such as MZN.")
BY = click.option("--by", "email", required=True, help="The address of the user who brings it in.")
SHEET = click.option("--sheet", default="", help="The sheet of a workbook that has several.")


@click.group()
def command() -> None:
    """Bring in members, paper books, stories and others' figures. Nothing is written without --commit."""
    load_django()


@command.command()
@FILES
@CURRENCY
@SHEET
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the mapping there.")
def propose(files: tuple[Path, ...], currency: str, sheet: str, out: Path | None) -> None:
    """Propose a mapping for FILES, to be looked at and completed."""
    from egenmakt.interfaces.imports.mapping import propose as propose_mapping

    tables = _tables(files, None, sheet)
    for table in tables:
        for finding in table.findings:
            click.echo(str(finding), err=True)
    mapping = propose_mapping(tables, currency=currency)
    if out:
        if out.exists():
            fail("The file is there already.", file=out, remedy="give another name")
        out.write_text(mapping.to_text(), encoding="utf-8")
    else:
        click.echo(mapping.to_text(), nl=False)
    for part in mapping.files:
        open_columns = [heading for heading, name in part.columns.items() if not name]
        if open_columns:
            click.echo(f"{part.name}: no field proposed for {', '.join(open_columns)}", err=True)
    if mapping.periods:
        click.echo(f"Write a day for each of the {len(mapping.periods)} periods under “periods”.", err=True)


def _importing(kind: Kind, words: str) -> None:
    """Make the command for one kind of import."""

    @command.command(kind, help=words, short_help=words.split(":")[0] + ".")
    @FILES
    @MAPPING
    @BELOW
    @CURRENCY
    @BY
    @SHEET
    @click.option("--dry-run/--commit", "dry", default=True, show_default=True, help="Try it, or write it.")
    @click.option("--partly", is_flag=True, help="With --commit: leave out groups with errors, and write the others.")
    @click.option(
        "--findings", type=click.Path(dir_okay=False, path_type=Path), help="Write all findings there, as CSV."
    )
    def run(
        files: tuple[Path, ...], mapping_file: Path | None, below: str, currency: str, email: str, sheet: str,
        dry: bool, partly: bool, findings: Path | None,
    ) -> None:  # fmt: skip
        from egenmakt.interfaces.imports.findings import findings_csv
        from egenmakt.interfaces.imports.report import report_lines, with_errors_sentence

        tried = _try(kind, files, mapping_file, below, currency, email, sheet)
        for line in report_lines(tried):
            click.echo(line)
        if findings:
            findings.write_text(findings_csv(tried.findings), encoding="utf-8")
        if tried.errors and (dry or not partly or not tried.may_be_done_in_part):
            fail(f"{len(tried.errors)} errors; nothing was written.", remedy=with_errors_sentence(tried))
        if dry:
            click.echo("\nNothing was written. To write it: --commit")
        else:
            _commit(tried, email, partly)


command.add_command(import_stories.command)
command.add_command(import_figures.monthly)
command.add_command(import_figures.outside)

for _kind, _words in (
    ("members", "Bring in members, and their groups where they are new."),
    ("savings", "Bring in what members saved in each period: one row for each member and period."),
    ("meetings", "Bring in a paper book: one row for each member and meeting."),
):
    _importing(_kind, _words)  # type: ignore[arg-type]  # the three words are the three kinds


@command.command(short_help="Hold files against the ledger after they were brought in.")
@FILES
@MAPPING
@BELOW
@CURRENCY
@BY
@SHEET
def check(
    files: tuple[Path, ...], mapping_file: Path | None, below: str, currency: str, email: str, sheet: str
) -> None:
    """Hold FILES against the ledger after they were brought in: every meeting, figure and total."""
    from egenmakt.interfaces.imports.report import report_lines

    tried = _try("savings", files, mapping_file, below, currency, email, sheet)
    for line in report_lines(tried):
        click.echo(line)
    missing = sum(len(group.documents) for group in tried.groups)
    different = sum(len(group.differences) for group in tried.groups)
    if tried.errors or missing or different:
        fail(f"{len(tried.errors)} errors, {missing} meetings that are not here, {different} figures that differ.")
    click.echo("\nThe ledger holds just what the files hold.")


def _try(
    kind: Kind, files: tuple[Path, ...], mapping_file: Path | None, below: str, currency: str, email: str, sheet: str
) -> DryRun:
    require_migrated()
    from egenmakt.apps.access.queries import NotAllowed
    from egenmakt.interfaces.imports.bringing_in import dry_run

    user, place = _user(email), _node(below)
    mapping = _mapping(mapping_file, files, currency, sheet)
    tables = _tables(files, mapping, sheet)

    def steps(groups: Any) -> Any:
        with progress(list(groups), label="Working out") as shown:
            yield from shown

    try:
        return dry_run(
            kind=kind, tables=tables, mapping=mapping, below=place, by=user, at=datetime.now(UTC), steps=steps
        )
    except NotAllowed as error:
        fail(str(error), field="by")


def _mapping(file: Path | None, files: tuple[Path, ...], currency: str, sheet: str) -> Mapping:
    from dataclasses import replace

    from egenmakt.interfaces.imports.mapping import InvalidMapping, Mapping
    from egenmakt.interfaces.imports.mapping import propose as propose_mapping

    if file is None:
        return propose_mapping(_tables(files, None, sheet), currency=currency)
    try:
        mapping = Mapping.from_text(file.read_bytes())
        return replace(mapping, currency=currency or mapping.currency)
    except InvalidMapping as error:
        fail(" ".join(error.problems), file=file)


def _tables(files: tuple[Path, ...], mapping: Mapping | None, sheet: str) -> list[Table]:
    from fnmatch import fnmatchcase

    from egenmakt.interfaces.imports.files import read_table
    from egenmakt.interfaces.imports.findings import Unreadable
    from egenmakt.interfaces.imports.tables import BYTES_MAX

    tables = []
    for file in files:
        named = [part.sheet for part in mapping.files if fnmatchcase(file.name, part.name)] if mapping else []
        try:
            with file.open("rb") as opened:
                content = opened.read(BYTES_MAX + 1)
            tables.append(read_table(content=content, name=file.name, sheet=sheet or next(iter(named), "")))
        except Unreadable as error:
            fail(str(error))
        except OSError as error:
            fail(str(error), file=file)
    return tables


def _commit(tried: DryRun, email: str, partly: bool) -> None:
    from egenmakt.interfaces.imports.bringing_in import NotBroughtIn, Outcome, bring_in, note_import

    outcome = Outcome()
    steps = bring_in(run=tried, by=_user(email), at=datetime.now(UTC), partly=partly)
    try:
        with progress(steps, label="Writing", length=len(tried.groups)) as shown:
            for so_far in shown:
                outcome = so_far
    except NotBroughtIn as error:
        fail(str(error), remedy="what is written stays; correct the file and do the same again")
    click.echo(
        f"\nWritten: {outcome.groups:,} groups, {outcome.members:,} members, {outcome.goals:,} goals, "
        f"{outcome.meetings:,} meetings, {outcome.transfers:,} transfers."
    )
    if outcome.is_empty:
        click.echo("Everything was here already; nothing was changed.")
    else:
        note_import(run=tried, outcome=outcome, by=_user(email), at=datetime.now(UTC))
    if outcome.left_out:
        fail(f"Left out because of errors: {', '.join(outcome.left_out)}.")
