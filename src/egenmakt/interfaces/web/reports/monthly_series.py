"""The published months of a body, one indicator at a time: as charts, and as a table."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as say

from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.monthly import lines_of, published_series
from egenmakt.apps.reports.queries.monthly_series import month_of
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import LineChart, Series, count_writer
from egenmakt.interfaces.web.parts import Column, Row, Tab, Table
from egenmakt.interfaces.web.reading import reading_page, url_of
from egenmakt.interfaces.web.reports.monthly import monthly_crumbs
from egenmakt.interfaces.web.reports.monthly_words import line_names, month_words, short_month

CHART_MONTHS = 36


@reading_page
def monthly_series(request: HttpRequest, id: UUID) -> HttpResponse:
    """The series of one indicator: `?indicator=women`; each month opens to its report."""
    node, reports = published_series(user=request.user, node_id=id)
    names = line_names()
    code = request.GET.get("indicator", "")
    code = code if code in names else next(iter(names))
    address = reverse("monthly_series", args=[id])
    context = {
        "title": say("%(body)s, month by month") % {"body": formats.isolated_text(node.name)},
        "crumbs": monthly_crumbs(),
        "tabs": [Tab(name, f"{address}?indicator={each}") for each, name in names.items()],
        "name": names[code],
        "current": f"{address}?indicator={code}",
        "charts": _charts(reports, code, names[code]) if reports else [],
        "table": _table(reports, code, names[code]) if reports else None,
        "csv_url": url_of("monthly_series_csv", id) if reports else "",
    }
    return render(request, "web/reports/monthly_series.html", context)


def _charts(reports: list[MonthlyReport], code: str, name: str) -> list[LineChart]:
    """The month and the accumulated figure, each by its own scale; a month that is missing is a gap."""
    by_month = {month_of(report): lines_of(report).get(code) for report in reports}
    last = max(by_month)
    first = max(min(by_month), last.later(1 - CHART_MONTHS))
    months = [first.later(step) for step in range(first.until(last) + 1)]
    lines = [by_month.get(month) for month in months]
    labels = [short_month(month) for month in months]
    return [
        LineChart(
            title=title % {"name": name},
            description=say("From %(first)s to %(last)s.") % {"first": month_words(first), "last": month_words(last)},
            labels=labels,
            series=[Series(name, [None if line is None else getattr(line, figure) for line in lines])],
            write=count_writer(),
            label_heading=say("Month"),
        )
        for figure, title in (("flow", say("%(name)s: the month")), ("accumulated", say("%(name)s: accumulated")))
        if any(line is not None and getattr(line, figure) is not None for line in lines)
    ]


def _table(reports: list[MonthlyReport], code: str, name: str) -> Table:
    rows = []
    for report in reversed(reports):
        line = lines_of(report).get(code)
        flow, accumulated = (line.flow, line.accumulated) if line else (None, None)
        rows.append(
            Row(
                [
                    month_words(month_of(report)),
                    "–" if flow is None else formats.number_text(flow),
                    "–" if accumulated is None else formats.number_text(accumulated),
                    formats.number_text(report.edition),
                    formats.isolated(line.note) if line and line.note else "–",
                ],
                url=reverse("monthly_report", args=[report.id]),
            )
        )
    columns = [
        Column(say("Month")),
        Column(say("The month"), is_numeric=True),
        Column(say("Accumulated"), is_numeric=True),
        Column(say("Edition"), is_numeric=True),
        Column(say("Note")),
    ]
    return Table(name, columns, rows)


urlpatterns: list[URLPattern] = [path("reports/monthly/bodies/<uuid:id>/", monthly_series, name="monthly_series")]
