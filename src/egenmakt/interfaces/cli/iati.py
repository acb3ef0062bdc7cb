"""`egenmakt iati`: check, compare and count IATI files without a database or a network; write them from one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egenmakt.interfaces.cli.database import load_django
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.iati_write import command as write_command
from egenmakt.interfaces.cli.iati_write import lines_of

if TYPE_CHECKING:
    from egenmakt.interfaces.exports.iati.standard_files import CodeList

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


@click.group()
def command() -> None:
    """Write, check, compare and count files of the International Aid Transparency Initiative (IATI)."""
    load_django()  # for the language of the sentences; only `write` opens the database


command.add_command(write_command)


@command.command("check")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option(
    "--codelists", type=click.Path(exists=True, file_okay=False, path_type=Path), help="More code lists (XML)."
)
@click.option("--registered", multiple=True, help="An organisation's identifier that is registered already.")
@_JSON
def check(files: tuple[Path, ...], codelists: Path | None, registered: tuple[str, ...], as_json: bool) -> None:
    """Check files by schema, code lists and ruleset.

    The rules are those of version 2.03. It ends with 1 when there is an error; warnings alone end with 0.
    """
    from egenmakt.interfaces.exports.iati.rule_kinds import Ground
    from egenmakt.interfaces.exports.iati.validate import validate

    ground = Ground(now=datetime.now(UTC), known_organisations=frozenset(registered))
    lists = _lists(codelists)
    found = {str(file): validate(file, ground=ground, lists=lists) for file in files}
    if as_json:
        click.echo(json.dumps({file: one.as_json() for file, one in found.items()}, ensure_ascii=False, indent=1))
    else:
        for file, one in found.items():
            for finding in one.findings:
                click.echo(f"{file}:{finding}")
            click.echo(f"{file}: {one.errors} errors, {one.warnings} warnings")
            if one.without_list:
                click.echo(f"{file}: not checked, no list at hand: {', '.join(one.without_list)}")
    if any(one.errors for one in found.values()):
        raise SystemExit(1)


def _lists(folder: Path | None) -> Mapping[str, CodeList]:
    from egenmakt.interfaces.exports.iati.safe_xml import NotXml, UnsafeXml
    from egenmakt.interfaces.exports.iati.standard_files import read_codelist

    lists = {}
    for path in sorted(folder.glob("*.xml")) if folder else ():
        try:
            one = read_codelist(path)
        except (NotXml, UnsafeXml) as error:
            fail(str(error), file=path, remedy="give a folder of IATI code lists as XML")
        if not one.codes:
            fail("is not an IATI code list", file=path, remedy="give a folder of IATI code lists as XML")
        lists[one.name] = one
    return lists


@command.command("diff")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@_JSON
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Say what NEW changes against OLD.

    OLD is the file that was published last.

    It ends with 1 when an identifier that was published is gone, which must not happen.
    """
    from egenmakt.interfaces.exports.iati.difference import difference

    found = _read(lambda: difference(old, new), new)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines_of(found):
            click.echo(line)
    if any(warning.severity == "error" for warning in found.warnings):
        raise SystemExit(1)


@command.command("count")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@_JSON
def count(files: tuple[Path, ...], as_json: bool) -> None:
    """Count what is in files of any version.

    Activities, organisations, participants, transactions by type, results and indicators.
    """
    from egenmakt.interfaces.exports.iati import reading

    found = {str(file): _read(lambda file=file: reading.count(file), file) for file in files}
    if as_json:
        click.echo(json.dumps({file: one.as_json() for file, one in found.items()}, ensure_ascii=False, indent=1))
        return
    for file, one in found.items():
        kinds = ", ".join(f"{kind or '?'}: {size}" for kind, size in sorted(one.transactions.items()))
        click.echo(
            f"{file}: version {one.version or '?'}; {one.activities} activities, {one.organisations} organisations, "
            f"{one.participants} participants, {sum(one.transactions.values())} transactions"
            f"{f' ({kinds})' if kinds else ''}, {one.results} results, {one.indicators} indicators"
        )


def _read(work: Any, file: Path) -> Any:
    from egenmakt.interfaces.exports.iati.safe_xml import NotXml, UnsafeXml

    try:
        return work()
    except NotXml as error:
        fail(str(error), file=file, row=error.line or None, remedy="write it with a program that writes XML")
    except UnsafeXml as error:
        fail(str(error), file=file, remedy="take the declaration away")
