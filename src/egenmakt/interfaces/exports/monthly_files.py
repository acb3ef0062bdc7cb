"""Monthly reports to fetch: one as PDF, XLSX or CSV, or all published months of a body as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as WorkbookCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyReport
from egenmakt.apps.reports.queries.monthly import (
    ReportPage,
    lines_of,
    names_of_bodies,
    published_series,
    report_page,
)
from egenmakt.apps.reports.queries.monthly_series import answers_of, month_of
from egenmakt.core.evidence.answering import finding_from_json
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.wording import Wording
from egenmakt.interfaces.exports.cells import Cell, Table, csv_lines
from egenmakt.interfaces.exports.pdf.documents import monthly_report
from egenmakt.interfaces.exports.pdf.documents.monthly_report import MonthlyPaper, MonthlyPaperLine
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.views import file_name, paper

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIGURES = Table(
    name="monthly",
    columns=(
        "month",
        "region",
        "indicator",
        "flow",
        "accumulated",
        "note",
        "flow_written",
        "accumulated_written",
        "edition",
        "state",
        "published_on",
    ),
    numbers=frozenset(("flow", "accumulated", "edition")),
)
"""The columns that `egenmakt monthly check` and the import read, and behind them what else is known."""


@paper
def paper_monthly(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """One edition as PDF."""
    page = report_page(user=request.user, report_id=id)
    content = pdf_of(page, language=language, at=timezone.now())
    return content, file_name("monthly", page.report.node.name, month_of(page.report), page.report.edition)


@require_GET
@login_required
def monthly_csv(request: HttpRequest, id: UUID) -> HttpResponse:
    """One edition as CSV."""
    page = report_page(user=request.user, report_id=id)
    return _file(csv_of([page.report]), "text/csv; charset=utf-8", _name(page.report, "csv"))


@require_GET
@login_required
def monthly_xlsx(request: HttpRequest, id: UUID) -> HttpResponse:
    """One edition as a workbook."""
    page = report_page(user=request.user, report_id=id)
    return _file(xlsx_of(page, at=timezone.now()), XLSX, _name(page.report, "xlsx"))


@require_GET
@login_required
def monthly_series_csv(request: HttpRequest, id: UUID) -> HttpResponse:
    """All published months of a body as they are in force."""
    node, reports = published_series(user=request.user, node_id=id)
    name = file_name("monthly", node.name) + ".csv"
    return _file(csv_of(reports), "text/csv; charset=utf-8", name)


def _name(report: MonthlyReport, ending: str) -> str:
    return f"{file_name('monthly', report.node.name, month_of(report), report.edition)}.{ending}"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_of(reports: Iterable[MonthlyReport]) -> bytes:
    """Reports with their figures as CSV that can be checked and brought in again."""
    return b"".join(csv_lines(FIGURES, _rows(reports)))


def _rows(reports: Iterable[MonthlyReport]) -> Iterator[dict[str, Cell]]:
    for report in reports:
        for code, line in lines_of(report).items():
            yield {
                "month": str(month_of(report)),
                "region": report.node.name,
                "indicator": code,
                "flow": line.flow,
                "accumulated": line.accumulated,
                "note": line.note,
                "flow_written": line.flow_written,
                "accumulated_written": line.accumulated_written,
                "edition": report.edition,
                "state": report.state,
                "published_on": report.published_at.date().isoformat() if report.published_at else None,
            }


def pdf_of(page: ReportPage, *, language: str, at: datetime) -> bytes:
    """One edition as PDF, in a language that is active already."""
    report, words = page.report, Words.of(language)
    data = MonthlyPaper(
        body=report.node.name,
        month=report.month,
        state=report.state,
        edition=report.edition,
        reason=report.reason,
        replaced_on=page.later.published_at.date() if page.later and page.later.published_at else None,
        lines=tuple(_lines(page)),
        found=tuple(
            (sentence, answer.words, f"{answer.written_by_name}, {words.day_in_full(answer.written_at.date())}")
            for sentence, answer in found_and_answered(report)
        ),
        done=tuple(_done(report)),
    )
    return monthly_report.render(data, language=language, printed_at=at)


def _lines(page: ReportPage) -> Iterator[MonthlyPaperLine]:
    for code, line in page.lines.items():
        old = page.corrected.get(code)
        is_changed = old is not None and (old.flow, old.accumulated) != (line.flow, line.accumulated)
        pairs = ((line.flow, line.flow_written), (line.accumulated, line.accumulated_written))
        yield MonthlyPaperLine(
            code=code,
            flow=line.flow,
            accumulated=line.accumulated,
            before=page.before.get(code),
            note=line.note,
            unread=", ".join(written for value, written in pairs if value is None and written.strip()),
            was=(old.flow, old.accumulated) if old is not None and is_changed else None,
        )


def _done(report: MonthlyReport) -> Iterator[tuple[str, str, Any]]:
    """The steps that were taken, with their days."""
    if report.origin == MonthlyReport.Origin.IMPORTED:
        yield "imported", report.written_by_name, report.written_at.date()
        return
    yield "begun", report.written_by_name, report.written_at.date()
    for step in ("checked", "approved", "published"):
        if at := getattr(report, f"{step}_at"):
            yield step, getattr(report, f"{step}_by_name"), at.date()


def found_and_answered(report: MonthlyReport) -> list[tuple[str, MonthlyAnswer]]:
    """What was found when it was answered, in the language that is active, with the answer."""
    names = {line.code: line.named(get_language() or "en") for line in report_lines()}
    bodies = names_of_bodies(organisation_id=report.organisation_id)
    words = Wording(gettext, _number, {**bodies, **names})
    found = []
    for answer in answers_of(report).values():
        finding = finding_from_json(answer.finding)
        found.append((f"{words.where(finding.places[0], with_row=False)}: {words.sentence(finding)}", answer))
    return found


def _number(value: int) -> str:
    return str(format_decimal(value, locale=(get_language() or "en").replace("-", "_")))


def xlsx_of(page: ReportPage, *, at: datetime) -> bytes:
    """One edition as a workbook: figures, what was found and answered, and whose it is."""
    report = page.report
    names = {line.code: line.named(get_language() or "en") for line in report_lines()}
    book = Workbook()
    book.properties.title = f"{report.node.name}, {month_of(report)}"
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    figures: Worksheet = book.worksheets[0]
    figures.title = _("Figures")
    heads = (_("Indicator"), _("Accumulated before"), _("The month"), _("Accumulated"), _("Note"), _("As written"))
    _sheet(
        figures,
        heads,
        [
            (
                names.get(code, code),
                page.before.get(code),
                line.flow,
                line.accumulated,
                line.note,
                " / ".join(text for text in (line.flow_written, line.accumulated_written) if text),
            )
            for code, line in page.lines.items()
        ],
        widths=(34, 20, 14, 16, 50, 24),
    )
    answers = [(text, one.words, one.written_by_name) for text, one in found_and_answered(report)]
    if answers:
        found = book.create_sheet(_("Found and answered"))
        _sheet(found, (_("What was found"), _("Why it stays"), _("Who")), answers, widths=(70, 50, 24))
    about = book.create_sheet(_("About"))
    facts: list[tuple[Cell, ...]] = [
        (_("Country or partner"), report.node.name),
        (_("Month"), str(month_of(report))),
        (_("Edition"), report.edition),
        (_("State"), report.state),
        (_("Why it is corrected"), report.reason or None),
        *((step, f"{who}, {on.isoformat()}") for step, who, on in _done(report)),
    ]
    _sheet(about, (_("What"), _("Value")), facts, widths=(28, 60))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int]) -> None:
    """Fill a sheet: headings that stay in view, numbers as numbers, and text that is never taken for a formula."""
    for column, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = sheet.cell(row=1, column=column)
        _put(cell, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(row=number, column=column), value)
    sheet.freeze_panes = "A2"


def _put(cell: Any, value: Cell) -> None:
    assert isinstance(cell, WorkbookCell)
    if isinstance(value, str):
        # control characters have no place in a workbook; what begins like a formula stays a text
        cell.value = "".join(c for c in value if c.isprintable() or c in "\t\n")
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif value is not None:
        cell.value = value
        cell.number_format = "#,##0"
