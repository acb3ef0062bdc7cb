"""`egenmakt iati write`: both files of a publisher, checked and compared before they are there, or nothing at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import CommandError, fail, sentence

if TYPE_CHECKING:
    from egenmakt.interfaces.exports.iati.difference import Difference
    from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused, Row
    from egenmakt.interfaces.exports.iati.publisher.publication import Publication, Written

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("write")
@click.option("--publisher", required=True, type=_FILE, help="The publisher's document (JSON).")
@click.option("--exclusions", type=_FILE, help="What must not be named, in a file of its own (JSON).")
@click.option("--year", required=True, type=click.IntRange(1990, 2200), help="The last year whose results are told.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day that is told, if the year is not over.")
@click.option("--activities", required=True, type=_OUT, help="The file of activities to write.")
@click.option("--organisation", required=True, type=_OUT, help="The organisation's own file to write.")
@click.option("--against", type=_FILE, help="The file of activities that was published last.")
@click.option("--against-organisation", type=_FILE, help="The organisation's own file that was published last.")
@click.option("--allow-removed", is_flag=True, help="Write even if something that was published is gone.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def command(
    publisher: Path,
    exclusions: Path | None,
    year: int,
    until: datetime | None,
    activities: Path,
    organisation: Path,
    against: Path | None,
    against_organisation: Path | None,
    allow_removed: bool,
    as_json: bool,
) -> None:
    """Write a publisher's activities and its own file.

    The files are checked by schema, code lists and ruleset before they are there: with an error nothing is written.
    What they change against the last ones is printed. It ends with 1 when nothing is written.
    """
    _apart(activities, organisation, inputs=(publisher, exclusions))
    load_django()
    require_migrated()
    from egenmakt.interfaces.exports.iati.publisher.document import read_document, read_exclusions

    document = _read(publisher, read_document)
    left_out = _read(exclusions, read_exclusions) if exclusions is not None else None
    if until is not None and until.year != year:
        fail(f"{until.date()} is not in {year}.", field="--until", remedy="give a day of that year")
    last_on = until.date() if until is not None else None
    made = _made(document, left_out, year, last_on, against, against_organisation, publisher)
    problem = _problem(made, allow_removed=allow_removed)
    if as_json:
        click.echo(json.dumps(_as_json(made, written=problem is None), ensure_ascii=False, indent=1))
    else:
        _say(made, activities, organisation)
    if problem is not None:
        raise problem
    _put({activities: made.activities.data, organisation: made.organisation.data})
    if not as_json:
        click.echo(f"Written: {activities}, {organisation}")


def _read(file: Path, read: Any) -> Row:
    from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused

    try:
        found: Row = read(file.read_bytes())
    except DocumentRefused as error:
        _refused(error, file)
    return found


def _refused(error: DocumentRefused, file: Path) -> NoReturn:
    lines = [sentence(one.sentence, file=file, field=one.place or None, remedy=one.remedy) for one in error.faults]
    raise CommandError("\n".join(lines)) from None


def _made(
    document: Row,
    exclusions: Row | None,
    year: int,
    last_on: date | None,
    against: Path | None,
    against_own: Path | None,
    file: Path,
) -> Publication:
    from egenmakt.interfaces.exports.iati.publisher.form import DocumentRefused
    from egenmakt.interfaces.exports.iati.publisher.publication import Last, NameWouldLeak, publication_of
    from egenmakt.interfaces.exports.iati.publisher.registers import Registers
    from egenmakt.interfaces.exports.iati.safe_xml import NotXml, UnsafeXml

    try:
        return publication_of(
            document,
            year=year,
            registers=Registers(document),
            at=datetime.now(UTC),
            last_on=last_on,
            exclusions=exclusions,
            last=Last(against, against_own),
        )
    except DocumentRefused as error:
        _refused(error, file)
    except NameWouldLeak as error:
        fail(str(error), file=file, remedy="nothing was written")
    except (NotXml, UnsafeXml) as error:
        fail(f"A file that was published last cannot be read: {error}", remedy="give the file as it was published")


def _problem(made: Publication, *, allow_removed: bool) -> CommandError | None:
    """Why nothing is written; None where nothing speaks against it."""
    if made.errors:
        what = f"The files have {made.errors} errors, and nothing was written."
        return CommandError(sentence(what, remedy="correct what is named above in the publisher's document"))
    if made.withdrawn and not allow_removed:
        what = f"{', '.join(made.withdrawn)} was published and is gone, and nothing was written."
        remedy = "keep it, with a status that says it ended; or call the command with --allow-removed"
        return CommandError(sentence(what, remedy=remedy))
    return None


def _say(made: Publication, activities: Path, organisation: Path) -> None:
    for file, written in ((activities, made.activities), (organisation, made.organisation)):
        for finding in written.checked.findings:
            click.echo(f"{file}:{finding}")
        if written.against is not None:
            _say_difference(file, written.against)
        counts, checked = written.counts, written.checked
        if counts.activities:
            click.echo(
                f"{file}: {counts.activities} activities, {sum(counts.transactions.values())} transactions, "
                f"{counts.results} results, {counts.indicators} indicators"
            )
        click.echo(f"{file}: {checked.errors} errors, {checked.warnings} warnings")
    if made.activities_left_out:
        click.echo(f"Not named, and together as one activity: {made.activities_left_out}")
    for note in made.notes:
        click.echo(note)


def _say_difference(file: Path, found: Difference) -> None:
    for line in lines_of(found):
        click.echo(f"{file}: {line}")


def lines_of(found: Difference) -> list[str]:
    """A difference line by line: what is doubtful, added, removed and changed, and how much of each."""
    lines = [str(warning) for warning in found.warnings]
    lines += [f"+ {identifier}" for identifier in found.added]
    lines += [f"- {identifier}" for identifier in found.removed]
    lines += [
        f"~ {one.identifier} {one.path}: {one.what}: {one.old or '–'} → {one.new or '–'}" for one in found.changes
    ]
    return [*lines, f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed"]


def _as_json(made: Publication, *, written: bool) -> dict[str, Any]:
    def one(file: Written) -> dict[str, Any]:
        return {
            "check": file.checked.as_json(),
            "counts": file.counts.as_json(),
            "difference": file.against.as_json() if file.against is not None else None,
        }

    return {
        "schema": "egenmakt.iati-written.1",
        "written": written,
        "activities": one(made.activities),
        "organisation": one(made.organisation),
        "activities_left_out": made.activities_left_out,
        "withdrawn": list(made.withdrawn),
        "notes": list(made.notes),
    }


def _apart(*outputs: Path, inputs: Iterable[Path | None]) -> None:
    """Neither output is the other one or an input; a file that was published last may be written over."""
    taken = [file.resolve() for file in inputs if file is not None]
    for file in outputs:
        if file.resolve() in taken:
            fail("It would be written over.", file=file, remedy="give another name to what is written")
        taken.append(file.resolve())


def _put(files: Mapping[Path, bytes]) -> None:
    """Write each beside its place, and change places when all are there: nobody finds half a file, or one of two."""
    beside = {file: file.with_name(f".{file.name}.{os.getpid()}") for file in files}
    for file, data in files.items():
        try:
            beside[file].write_bytes(data)
        except OSError as error:
            for one in beside.values():
                one.unlink(missing_ok=True)
            fail(f"It cannot be written: {error.strerror}", file=file, remedy="give a file in a folder that is there")
    for file, written in beside.items():
        written.replace(file)
