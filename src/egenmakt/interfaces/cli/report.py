"""`egenmakt report`: reports as files; verifying the pack of a frozen one, for which no database is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egenmakt.interfaces.cli import report_effect, report_indicators, report_monthly
from egenmakt.interfaces.cli.errors import CommandError, sentence
from egenmakt.interfaces.cli.progress import progress

if TYPE_CHECKING:
    from egenmakt.core.evidence.claims.claim import Claim
    from egenmakt.core.evidence.claims.verify import Pack

_PACK = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


class UnreadablePack(CommandError):
    """The file is no pack at all, which is told apart from one in which something does not agree."""

    exit_code = 2


@click.group()
def command() -> None:
    """Write reports into files, and prove what frozen reports claim."""


command.add_command(report_effect.command)
command.add_command(report_indicators.command)
command.add_command(report_monthly.command)


@command.command("verify", short_help="Work out every claim of a pack again.")
@click.argument("pack", type=_PACK)
@click.option("--seal", help="The seal that was published with the report: the pack must be that very one.")
@_JSON
def verify(pack: Path, seal: str | None, as_json: bool) -> None:
    """Work out every claim of PACK from its facts alone, and compare with what is written.

    It ends with 0 where all agrees, with 1 where something does not, with 2 where the file is no pack. What does not
    agree is named: the file, the table and row, and each claim that breaks.
    """
    # DuckDB takes a second to load, and --help should not wait for it
    from egenmakt.core.evidence.claims.verify import verify_pack

    found = verify_pack(pack, each=_each)
    is_other = seal is not None and not (len(seal) >= 8 and found.seal.startswith(seal.strip().lower()))
    if as_json:
        document = {
            "schema": "egenmakt.verification.1",
            "file": pack.name,
            "agrees": found.agrees and not is_other,
            "seal": found.seal,
            "is_the_sealed_one": None if seal is None else not is_other,
            "data_version": found.data_version,
            "claims": found.claims,
            "broken": list(found.broken),
            "altered": list(found.altered),
            "findings": [finding.as_json() for finding in found.findings],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for finding in found.findings:
            click.echo(f"{pack.name}: {finding}")
        if is_other:
            click.echo(f"{pack.name}: its seal is {found.seal[:16] or 'missing'}, not {seal}: it is another pack.")
        if found.agrees and not is_other:
            click.echo(f"{pack.name}: {found}")
        elif found.broken:
            click.echo(f"{pack.name}: {len(found.broken)} of {found.claims} claims: {', '.join(found.broken)}")
    if any(finding.code == "not_a_pack" for finding in found.findings):
        raise SystemExit(UnreadablePack.exit_code)
    if not found.agrees or is_other:
        raise SystemExit(1)


@command.command("compare", short_help="Which claims differ between two packs.")
@click.argument("old", type=_PACK)
@click.argument("new", type=_PACK)
@_JSON
def compare(old: Path, new: Path, as_json: bool) -> None:
    """Say which claims differ between OLD and NEW, from what to what.

    It ends with 0 where none does and with 1 where some do. Neither pack is verified by it.
    """
    from egenmakt.core.evidence.claims.compare import compare_packs, in_short

    changes = compare_packs(_read(old), _read(new))
    if as_json:
        document = {"schema": "egenmakt.comparison.1", "old": old.name, "new": new.name}
        click.echo(
            json.dumps({**document, "changes": [one.as_json() for one in changes]}, ensure_ascii=False, indent=1)
        )
    else:
        for change in changes:
            click.echo(f"{change.claim}: {_WHAT[change.what]}: {in_short(change.was)} → {in_short(change.now)}")
        click.echo(f"{len(changes)} claims differ" if changes else "no claim differs")
    if changes:
        raise SystemExit(1)


_WHAT = {
    "changed": "changed",
    "asks_otherwise": "asks something else",
    "defined_otherwise": "what it counts is defined in another way",
    "consent": "its consent is another",
    "unanswered": "is answered no more",
    "gone": "is gone",
    "new": "is new",
}


def _read(file: Path) -> Pack:
    from egenmakt.core.evidence.claims.pack import NotAPack
    from egenmakt.core.evidence.claims.verify import read_pack

    try:
        return read_pack(file)
    except NotAPack as error:
        raise UnreadablePack(
            sentence(str(error), file=file.name, remedy="give a pack that was frozen with a report")
        ) from None


def _each(claims: Sequence[Claim]) -> Iterator[Claim]:
    with progress(claims, label="Claims", length=len(claims)) as steps:
        yield from steps
