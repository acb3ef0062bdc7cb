"""`egenmakt report effect`: the effect report of a period, drawn up, frozen and written into files."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress
from egenmakt.interfaces.cli.user import _node

if TYPE_CHECKING:
    from egenmakt.apps.people.models import Node
    from egenmakt.apps.reports.models import Edition, EffectReport
    from egenmakt.apps.reports.services.effect_file import Texts

DAY = click.DateTime(["%Y-%m-%d"])
PACK = "report.pack.zip"


@click.command("effect", short_help="The effect report of a year: HTML, PDF, DOCX, XLSX and its pack.")
@click.option("--node", required=True, help="Name or id of the organisation or partner.")
@click.option("--year", type=click.IntRange(1990, 2200), help="A calendar year; or give --from and --until.")
@click.option("--from", "from_on", type=DAY, help="The first day.")
@click.option("--until", "last_on", type=DAY, help="The last day.")
@click.option("--outline", default="effect", show_default=True, help="Code of the outline: effect or questions.")
@click.option("--language", "languages", multiple=True, help="A language; give it again for another. [default: sv, en]")
@click.option(
    "--texts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Texts, claims and answers, as JSON."
)
@click.option("--draft", is_flag=True, help="Freeze nothing: write the draft, and list what was found in it.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")
def command(
    node: str,
    year: int | None,
    from_on: datetime | None,
    last_on: datetime | None,
    outline: str,
    languages: tuple[str, ...],
    texts: Path | None,
    draft: bool,
    out: Path,
) -> None:
    """Write the effect report of NODE into a folder: a page, PDF, DOCX and data annex in each language, and its pack.

    What was written on the site is used, and what --texts adds to it. A report in which something is found that is
    neither put right nor answered is not frozen: the findings are listed, and the command ends with 1.
    """
    load_django()
    require_migrated()
    began = time.monotonic()
    period = _period(year, from_on, last_on)
    report = _report(_node(node), period, outline, list(languages) or ["sv", "en"], texts)
    out.mkdir(parents=True, exist_ok=True)
    if draft:
        _write_draft(report, out)
    else:
        _freeze(report, _texts(texts, outline).answers if texts else {}, out)
    click.echo(f"{time.monotonic() - began:.1f} s")


def _period(year: int | None, from_on: datetime | None, last_on: datetime | None) -> tuple[date, date]:
    if year is not None and from_on is None and last_on is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    if year is not None or from_on is None or last_on is None:
        fail("The period is not clear.", field="--year", remedy="give --year, or both --from and --until")
    return from_on.date(), last_on.date() + timedelta(days=1)


def _report(
    node: Node, period: tuple[date, date], outline: str, languages: list[str], texts: Path | None
) -> EffectReport:
    """The report that is there for the period, or a new one, with the texts brought in."""
    from uuid6 import uuid7

    from egenmakt.apps.reports.models import EffectReport
    from egenmakt.apps.reports.services.effect_file import bring_in
    from egenmakt.apps.reports.services.effect_writing import NotAReport, start_report
    from egenmakt.core.evidence.claims.outline import OUTLINES, load_outline

    if outline not in OUTLINES:
        fail(f"There is no outline {outline!r}.", field="--outline", remedy=f"choose one of {', '.join(OUTLINES)}")
    now = datetime.now(UTC)
    there = EffectReport.objects.filter(
        node=node, outline=outline, from_on=period[0], until_on=period[1], discarded_at__isnull=True
    )
    report = there.order_by("written_at").first()
    try:
        if report is None:
            names, own = load_outline(outline).name, _titles(texts, outline)
            titles = {language: own.get(language) or names.get(language, names["en"]) for language in languages}
            report = start_report(
                id=uuid7(), node=node, outline=outline, from_on=period[0], until_on=period[1], titles=titles,
                by=None, at=now,
            )  # fmt: skip
        if texts is not None:
            bring_in(report=report, texts=_texts(texts, outline), by=None, at=now)
    except NotAReport as error:
        fail(str(error), file=texts.name if texts else None)
    return report


def _titles(file: Path | None, outline: str) -> Mapping[str, str]:
    """What the texts call a report that is begun with them."""
    return _texts(file, outline).titles if file else {}


def _texts(file: Path, outline: str) -> Texts:
    from egenmakt.apps.reports.services.effect_file import NotTexts, read_texts
    from egenmakt.core.evidence.claims.outline import load_outline

    try:
        return read_texts(json.loads(file.read_text("utf-8")), outline=load_outline(outline))
    except NotTexts as error:
        fail(str(error), file=file.name)
    except ValueError as error:
        fail(f"This is no JSON in UTF-8: {error}", file=file.name)


def _write_draft(report: EffectReport, out: Path) -> None:
    from egenmakt.apps.reports.composing import draw_up
    from egenmakt.apps.reports.services.effect_freezing import open_findings
    from egenmakt.interfaces.exports.report.editions import FORMATS, draft_of

    drawn = draw_up(report=report)
    for language in report.languages:
        for ending in FORMATS:
            (out / f"draft.{language}.{ending}").write_bytes(draft_of(drawn_up=drawn, language=language, ending=ending))
    _list_findings(drawn.refused, open_findings(drawn_up=drawn))
    click.echo(f"Draft in {', '.join(report.languages)}: {out}")


def _freeze(report: EffectReport, answers: Any, out: Path) -> None:
    from uuid6 import uuid7

    from egenmakt.apps.reports.composing import draw_up
    from egenmakt.apps.reports.services.effect_file import answer_all
    from egenmakt.apps.reports.services.effect_freezing import NotReady, freeze, open_findings, pack_of

    now = datetime.now(UTC)
    drawn = draw_up(report=report)
    answer_all(report=report, found=open_findings(drawn_up=drawn), answers=answers, by=None, at=now)
    try:
        edition = freeze(id=uuid7(), report=report, by=None, at=now, drawn_up=drawn)
    except NotReady as error:
        _list_findings(error.refused, list(error.found))
        fail(
            "The report is not frozen.",
            remedy="put right what was found, or answer it on the site or under answers in --texts; "
            "--draft writes it as it is",
        )
    (out / PACK).write_bytes(pack_of(edition=edition))
    _write_files(edition, out)
    _verify(out / PACK)
    if drawn.left_out:
        click.echo(f"Left out, because they are about few people: {', '.join(sorted(drawn.left_out))}")


def _write_files(edition: Edition, out: Path) -> None:
    from egenmakt.interfaces.exports.report.editions import FORMATS, file_of

    wanted = [(language, ending) for language in edition.report.languages for ending in FORMATS]
    with progress(wanted, label="Writing files", length=len(wanted)) as steps:
        for language, ending in steps:
            content = file_of(edition=edition, language=language, ending=ending)
            (out / f"report.{language}.{ending}").write_bytes(content)
    click.echo(f"Edition {edition.number} with {edition.claims} claims in {', '.join(edition.report.languages)}: {out}")


def _verify(pack: Path) -> None:
    from egenmakt.core.evidence.claims.verify import verify_pack

    found = verify_pack(pack)
    for finding in found.findings:
        click.echo(f"{pack.name}: {finding}")
    if not found.agrees:
        fail("The pack does not prove the report.", file=pack.name, remedy="report this: it is a fault of the program")
    click.echo(f"{pack.name}: {found}")


def _list_findings(refused: Any, found: list[Any]) -> None:
    for sentence in refused.values():
        click.echo(sentence)
    for one in found:
        finding = one.finding
        place = "/".join(filter(None, (one.language, finding.section)))
        where = f"{place}, paragraph {finding.paragraph}" if finding.paragraph else place
        click.echo(f"{where}: {finding} {finding.remedy} [{finding.code}/{finding.section}]")
