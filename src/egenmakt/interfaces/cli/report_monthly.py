"""`egenmakt report monthly`: the report of a country or partner for a month, as PDF, XLSX or CSV."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.user import _node

ENDINGS = (".pdf", ".xlsx", ".csv")


@click.command("monthly", short_help="A monthly report as PDF, XLSX or CSV.")
@click.option("--node", required=True, help="Name or id of the country programme or partner.")
@click.option("--month", required=True, help="Such as 2026-03.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.pdf, .xlsx or .csv.")
@click.option("--language", type=click.Choice(["en", "sv"]), default="en", show_default=True, help="Of the words.")
@click.option("--draft", "with_drafts", is_flag=True, help="Also one that is not published yet; the PDF says so.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def command(node: str, month: str, out: Path, language: str, with_drafts: bool, force: bool) -> None:
    """Write the monthly report of NODE into a file: the latest edition that is published."""
    load_django()
    require_migrated()
    from django.utils.translation import override

    from egenmakt.apps.reports.models import MonthlyReport
    from egenmakt.apps.reports.queries.monthly import latest_of, page_of
    from egenmakt.core.evidence.months import NotAMonth, read_month
    from egenmakt.interfaces.exports.monthly_files import csv_of, pdf_of, xlsx_of

    ending = out.suffix.lower()
    if ending not in ENDINGS:
        fail(f"{ending or 'No ending'!r} is no kind of file here.", field="--out", remedy=f"use {', '.join(ENDINGS)}")
    if out.exists() and not force:
        fail("The file is there already.", file=out, remedy="choose another name, or write over it by --force")
    try:
        read = read_month(month)
    except NotAMonth:
        fail(f"{month!r} is no month.", field="--month", remedy="write it like 2026-03")
    place = _node(node)
    report = latest_of(node_id=place.id, month=read.month)
    if report and report.state != MonthlyReport.State.PUBLISHED and not with_drafts:
        report = latest_of(node_id=place.id, month=read.month, only_published=True) or fail(
            f"The report of {place.name} for {read.month} is not published yet.", remedy="publish it, or give --draft"
        )
    if report is None:
        fail(f"There is no report of {place.name} for {read.month}.", remedy="begin it on the page of monthly reports")
    page, now = page_of(report), datetime.now(UTC)
    with override(language):
        if ending == ".csv":
            content = csv_of([report])
        else:
            content = pdf_of(page, language=language, at=now) if ending == ".pdf" else xlsx_of(page, at=now)
    out.write_bytes(content)
    click.echo(f"The report of {place.name} for {read.month}, edition {report.edition}, {report.state}: {out}")
