"""Monthly reports to read: which months are there and how far they have come, and one report with all about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.reports.models import MonthlyLine, MonthlyReport
from egenmakt.apps.reports.queries.monthly import BodyRow, MonthCell, ReportPage, discarded_of, overview, report_page
from egenmakt.apps.reports.queries.monthly_series import check_of, month_of
from egenmakt.apps.reports.services.monthly_steps import may_approve
from egenmakt.core.evidence.months import Month, NotAMonth, read_month
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Event, Row, Step, Table
from egenmakt.interfaces.web.reading import badge_cell, reading_page, today, url_of
from egenmakt.interfaces.web.reports.effect_words import report_tabs
from egenmakt.interfaces.web.reports.monthly_words import (
    SOURCES,
    STATES,
    line_names,
    month_words,
    short_month,
    shown_findings,
    wording,
)
from egenmakt.interfaces.web.writing import me

MONTHS_SHOWN = 12
MONTHS_DUE = 2
"""In the last months a report can be begun from the calendar also where nobody has reported before."""
State = MonthlyReport.State


@reading_page
def monthly_reports(request: HttpRequest) -> HttpResponse:
    """Each country and partner with its last twelve months; `?until=2026-05` shows those until then."""
    now = Month(today().year, today().month)
    last = asked_month(request.GET.get("until", ""), now)
    from_month, until_month = last.later(1 - MONTHS_SHOWN), last.later(1)
    rows = overview(user=request.user, from_month=from_month, until_month=until_month, on=today())
    missing = sum(row.missing for row in rows)
    may_write = any(row.may_write for row in rows)
    context = {
        "title": say("Monthly reports"),
        "lead": _missing_words(missing) if rows else "",
        "tabs": report_tabs(),
        "table": _calendar(rows, from_month) if rows else None,
        "earlier_url": "?" + urlencode({"until": str(last.later(-MONTHS_SHOWN))}),
        "later_url": "?" + urlencode({"until": str(last.later(MONTHS_SHOWN))}) if last < now else "",
        "new_url": reverse("monthly_new") if may_write else "",
        "import_url": url_of("monthly_imports") if may_write else "",
        "discarded": [(each, month_words(month_of(each))) for each in discarded_of(user=request.user)[:20]],
    }
    return render(request, "web/reports/monthly_reports.html", context)


def asked_month(text: str, otherwise: Month) -> Month:
    """The month of an address, never one that has not begun; what cannot be read is the other one."""
    try:
        return min(read_month(text).month, otherwise)
    except NotAMonth:
        return otherwise


def _missing_words(missing: int) -> str:
    if not missing:
        return say("No month is missing.")
    text = ngettext("%(count)s month is missing.", "%(count)s months are missing.", missing)
    return text % {"count": formats.number_text(missing)}


def _calendar(rows: list[BodyRow], from_month: Month) -> Table:
    """The latest month first: that is where one looks, also on a narrow screen."""
    months = [from_month.later(step) for step in reversed(range(MONTHS_SHOWN))]
    columns = [Column(say("Country or partner")), *(Column(short_month(month)) for month in months)]
    return Table(
        say("Months and how far they have come"),
        columns,
        [
            Row(
                [row.node.name, *(_cell(row, cell, months[0]) for cell in reversed(row.cells))],
                url=reverse("monthly_series", args=[row.node.id]),
            )
            for row in rows
        ],
        narrow="scroll",
    )


def _cell(row: BodyRow, cell: MonthCell, last: Month) -> SafeString | str:
    """A month of a body: its state as a link, or a way to begin where one is missing, or due."""
    about = f"{row.node.name}, {month_words(cell.month)}"
    if cell.report_id is None:
        begin = reverse("monthly_new") + "?" + urlencode({"node": str(row.node.id), "month": str(cell.month)})
        badge = badge_cell(*STATES["missing"]) if cell.state else ""
        is_due = cell.state == "missing" or cell.month.until(last) < MONTHS_DUE
        if not row.may_write or not is_due:
            return badge or "–"
        return format_html("{} {}", badge, _link(begin, say("Begin"), about))
    words = str(STATES[cell.state][0])
    if cell.edition > 1:
        words += " " + say("(edition %(number)s)") % {"number": formats.number_text(cell.edition)}
    shown = _link(reverse("monthly_report", args=[cell.report_id]), words, about)
    if cell.correction_id:
        correction = _link(reverse("monthly_report", args=[cell.correction_id]), say("correction"), about)
        shown = format_html("{} {}", shown, correction)
    return shown


def _link(url: str, words: str, about: str) -> SafeString:
    return format_html(
        '<a class="row-link" href="{}">{}<span class="visually-hidden">: {}</span></a>', url, words, about
    )


def monthly_crumbs(*more: Crumb) -> list[Crumb]:
    """The pages above."""
    return [Crumb(say("Monthly reports"), reverse("monthly_reports")), *more]


def report_crumbs(report: MonthlyReport) -> list[Crumb]:
    """The pages above a page about a report."""
    return monthly_crumbs(Crumb(report_title(report), reverse("monthly_report", args=[report.id])))


def report_title(report: MonthlyReport) -> str:
    """The body and the month."""
    values = {"body": formats.isolated_text(report.node.name), "month": month_words(month_of(report))}
    return say("%(body)s, %(month)s") % values


@reading_page
@never_cache
def monthly_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """One edition: its figures, what was found in them, who did what, and what can be done next."""
    page = report_page(user=request.user, report_id=id)
    report, rights = page.report, Rights(request.user)
    found = check_of(report)
    words = wording(report)
    is_published = report.state == State.PUBLISHED
    may_take = report.state == State.DRAFT and rights.may("report.write", report.node_id)
    sees_groups = rights.may("group.read", report.node_id)  # a small number is no secret for who can count it herself
    findings = shown_findings(found.mine, words, found.answers)
    if is_published:  # what it answered for when it was published, not what later months let one see
        findings = [finding for finding in findings if finding.answer]
    context = {
        "title": report_title(report),
        "crumbs": monthly_crumbs(),
        "page": page,
        "report": report,
        "state": STATES[report.state],
        "steps": _steps(report),
        "step": list(STATES).index(report.state),
        "figures": figures_table(page),
        "changes": _changes_table(page) if page.corrected else None,
        "own": _own_table(page, may_take=may_take) if sees_groups else None,
        "own_lines": _own_lines(page) if sees_groups and may_take else [],
        "findings": findings,
        "others": [] if is_published else shown_findings(found.others, words, {}),
        "open_count": len(found.open),
        "events": _events(page),
        "is_published": is_published,
        "files": _files(report),
        **_deeds(request, rights, report),
    }
    return render(request, "web/reports/monthly_report.html", context)


def _steps(report: MonthlyReport) -> list[Step]:
    order = [State.DRAFT, State.CHECKED, State.APPROVED, State.PUBLISHED]
    now = order.index(State(report.state))
    return [Step(str(STATES[each][0]), is_done=place < now) for place, each in enumerate(order)]


def _deeds(request: HttpRequest, rights: Rights, report: MonthlyReport) -> dict[str, Any]:
    """What this reader can do now."""
    is_gone = report.removed_at is not None
    writes = rights.may("report.write", report.node_id)
    checks = rights.may("report.check", report.node_id)
    approves = rights.may("report.approve", report.node_id)
    is_draft = report.state == State.DRAFT and not is_gone
    waits = report.state == State.CHECKED and approves
    is_another = waits and may_approve(report=report, by=me(request))
    return {
        "is_gone": is_gone,
        "may_write": writes,
        "may_fill_in": writes and is_draft,
        "may_check": checks and is_draft,
        "may_approve": waits and is_another,
        "waits_for_another": waits and not is_another,
        "may_publish": report.state == State.APPROVED and approves,
        "may_return": report.state in (State.CHECKED, State.APPROVED) and (checks or approves),
        "may_answer": report.state != State.PUBLISHED and (writes or checks) and not is_gone,
        "may_correct": report.state == State.PUBLISHED and writes,
    }  # fmt: skip


def _number(value: int | None, written: str = "") -> SafeString | str:
    """A figure in a cell; what could not be read is shown as it was written."""
    if value is not None:
        return formats.number_text(value)
    return format_html("“<bdi>{}</bdi>”", written) if written else "–"


def figures_table(page: ReportPage) -> Table:
    """The figures: before, the month, now."""
    names = line_names()
    rows = []
    for code, line in page.lines.items():
        rows.append(
            Row(
                [
                    names.get(code, code),
                    _number(page.before.get(code)),
                    _number(line.flow, line.flow_written),
                    _number(line.accumulated, line.accumulated_written),
                    _as_written(line),
                    format_html("<bdi>{}</bdi>", line.note) if line.note else "–",
                ]
            )
        )
    columns = [
        Column(say("Indicator")),
        Column(say("Accumulated before"), is_numeric=True),
        Column(say("The month"), is_numeric=True),
        Column(say("Accumulated"), is_numeric=True),
        Column(say("From")),
        Column(say("Note")),
    ]
    return Table(say("Figures of the month"), columns, rows)


def _as_written(line: MonthlyLine) -> SafeString | str:
    """Where the figures come from, and how they were written where that is not how we write them."""
    if line.written_by is None:
        return "–"
    source = str(SOURCES[line.source])
    pairs = ((line.flow, line.flow_written), (line.accumulated, line.accumulated_written))
    if line.source != MonthlyLine.Source.IMPORTED or all(text in ("", str(value)) for value, text in pairs):
        return source
    return format_html("{}: “<bdi>{}</bdi>”, “<bdi>{}</bdi>”", source, pairs[0][1], pairs[1][1])


def _changes_table(page: ReportPage) -> Table:
    """A correction beside what it corrects."""
    names, rows = line_names(), []
    for code, line in page.lines.items():
        old = page.corrected.get(code)
        if old is None or (old.flow, old.accumulated, old.note) == (line.flow, line.accumulated, line.note):
            continue
        cells = [_number(old.flow), _number(line.flow), _number(old.accumulated), _number(line.accumulated)]
        rows.append(Row([names.get(code, code), *cells]))
    columns = [
        Column(say("Indicator")),
        Column(say("The month, as it was"), is_numeric=True),
        Column(say("The month, corrected"), is_numeric=True),
        Column(say("Accumulated, as it was"), is_numeric=True),
        Column(say("Accumulated, corrected"), is_numeric=True),
    ]
    return Table(say("What is corrected"), columns, rows)


def _own_table(page: ReportPage, *, may_take: bool) -> Table | None:
    """The figures beside what our own registers count."""
    names, rows = line_names(), []
    for code, own in page.own.items():
        line = page.lines.get(code)
        if line is None:
            continue
        take = _take(page.report, code, names[code]) if may_take and _differs(line, own) else ""
        rows.append(
            Row(
                [
                    names[code],
                    _number(own.flow),
                    _difference(line.flow, own.flow),
                    _number(own.accumulated),
                    _difference(line.accumulated, own.accumulated),
                    *([take] if may_take else []),
                ]
            )
        )
    columns = [
        Column(say("Indicator")),
        Column(say("The month: counted"), is_numeric=True),
        Column(say("The month: difference"), is_numeric=True),
        Column(say("Accumulated: counted"), is_numeric=True),
        Column(say("Accumulated: difference"), is_numeric=True),
        *([Column(say("Take it"))] if may_take else []),
    ]
    note = say("Each person is counted once, from the day on which she first joined a group. No training groups.")
    return Table(say("Beside our own registers"), columns, rows, note=note) if rows else None


def _differs(line: MonthlyLine, own: Any) -> bool:
    return (line.flow, line.accumulated) != (own.flow, own.accumulated)


def _own_lines(page: ReportPage) -> list[Mapping[str, str]]:
    """The lines whose own figure can be taken by one click; each needs a form of its own outside the table."""
    return [{"code": code, "form": f"take-{code}"} for code, own in page.own.items() if code in page.lines]


def _take(report: MonthlyReport, code: str, name: str) -> SafeString:
    return format_html(
        '<button class="button secondary" form="take-{}">{}<span class="visually-hidden">: {}</span></button>',
        code,
        say("Take this"),
        name,
    )


def _difference(reported: int | None, own: int) -> str:
    if reported is None:
        return "–"
    difference = reported - own
    return ("+" if difference > 0 else "") + formats.number_text(difference)


def _events(page: ReportPage) -> list[Event]:
    """Who did what, the latest first."""
    report = page.report
    is_imported = report.origin == MonthlyReport.Origin.IMPORTED
    done = [(report.written_at, say("Brought in") if is_imported else say("Begun"), report.written_by_name, "")]
    done += [
        (at, words, name, "")
        for at, words, name in (
            (report.checked_at, say("Checked"), report.checked_by_name),
            (report.approved_at, say("Approved"), report.approved_by_name),
            (report.published_at, say("Published"), report.published_by_name),
        )
        if at and not is_imported
    ]
    done += [(each.written_at, say("Sent back"), each.written_by_name, each.words) for each in page.returns]
    # at the same instant, what was done later stands higher: sorting keeps the order of equals
    return [
        Event(
            formats.datetime_text(at),
            format_html("{}: <bdi>{}</bdi>", words, name),
            format_html("<bdi>{}</bdi>", text) if text else "",
        )
        for _place, (at, words, name, text) in sorted(
            enumerate(done), key=lambda one: (one[1][0], one[0]), reverse=True
        )
    ]


def _files(report: MonthlyReport) -> list[tuple[str, str]]:
    """The files of a report, by name."""
    named = (("PDF", "paper_monthly"), ("XLSX", "monthly_xlsx"), ("CSV", "monthly_csv"))
    return [(name, url) for name, page in named if (url := url_of(page, report.id))]


urlpatterns: list[URLPattern] = [
    path("reports/monthly/", monthly_reports, name="monthly_reports"),
    path("reports/monthly/<uuid:id>/", monthly_report, name="monthly_report"),
]
