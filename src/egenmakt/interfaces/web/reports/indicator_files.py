"""The rows behind an indicator's figure, and its figures as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import require
from egenmakt.apps.reports.queries.figures import first_day, monthly, months_until, spec_in, year_of
from egenmakt.core.evidence.facts import Value
from egenmakt.core.evidence.measures.evaluation import rows_behind
from egenmakt.core.evidence.measures.figure import Figure
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.reports.fact_words import COLUMNS, TABLES
from egenmakt.interfaces.web.reports.indicator_page import (
    MONTHS_SHOWN,
    divisions_of,
    has_figure,
    names_in,
    opened,
)
from egenmakt.interfaces.web.reports.indicator_words import category_word, language
from egenmakt.interfaces.web.reports.indicators import Asked, as_of_text, indicator_crumbs, query_of

ROWS_SHOWN = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@reading_page
@never_cache
def indicator_rows(request: HttpRequest, node_id: UUID, code: str) -> HttpResponse:
    """The rows of facts behind the year's figure, a page of them, or all as CSV with `?format=csv`."""
    ask, one, currency = opened(request, node_id, code)
    require(user=request.user, deed="export.facts", node_id=ask.node.id)
    spec = spec_in(one, from_on=ask.from_on, until_on=ask.until_on)
    if spec is None or not has_figure(one, currency):
        raise Http404(say("There is no figure of this indicator in the year."))
    spec = spec.about(currency=currency) if currency else spec
    is_whole = spec.of is not None and request.GET.get("of") == "1"
    measure = spec.of if is_whole and spec.of is not None else spec.measure
    names = [column.name for column in measure.of_table.columns]
    if request.GET.get("format") == "csv":
        every = rows_behind(ask.kept.facts, spec, of=is_whole, most=10_000_000)
        lines: Iterator[Sequence[Value]] = (list(row.values()) for row in every.to_pylist())
        return csv_file([names, *lines], f"{code}-{ask.year}-rows.csv")
    some = rows_behind(ask.kept.facts, spec, of=is_whole, most=ROWS_SHOWN + 1).to_pylist()
    here = query_of(ask.year, currency)
    table = Table(
        say("Rows of facts"),
        [Column(str(COLUMNS[name])) for name in names],
        [Row([fact_cell(row[name]) for name in names]) for row in some[:ROWS_SHOWN]],
        note=str(TABLES[measure.table]),
        narrow="scroll",
    )
    crumbs = indicator_crumbs(
        ask.node,
        Crumb(one.said("name", language()), reverse("indicator", args=[ask.node.id, code]) + here),
    )
    context = {
        "title": say("Rows behind: %(name)s") % {"name": one.said("name", language())},
        "lead": as_of_text(ask),
        "crumbs": crumbs,
        "table": table,
        "is_cut": len(some) > ROWS_SHOWN,
        "most": ROWS_SHOWN,
        "csv_url": query_of(ask.year, currency, of="1" if is_whole else "", format="csv"),
        "other_url": _other(ask, currency, spec.of is not None, is_whole),
        "is_whole": is_whole,
    }
    return render(request, "web/reports/indicator_rows.html", context)


def _other(ask: Asked, currency: str, is_share: bool, is_whole: bool) -> str:
    """The address of the rows of the other of a share's two numbers."""
    return query_of(ask.year, currency, of="" if is_whole else "1") if is_share else ""


def fact_cell(value: Value) -> SafeString | str:
    """A cell as it is read; a text is a code of the facts, in no language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, date):
        return formats.date_text(value, style="medium")
    return format_html("<code>{}</code>", value) if isinstance(value, str) else formats.number_text(value)


@reading_page
@never_cache
def indicator_csv(request: HttpRequest, node_id: UUID, code: str) -> HttpResponse:
    """The figures of the page as a table: the year, its months, and each division; what is hidden is empty."""
    ask, one, currency = opened(request, node_id, code)
    rows: list[Sequence[Value]] = [
        ["indicator", "body", "currency", "division", "category", "from_on", "until_on", "value", "of"]
    ]
    head = [code, ask.node.name, currency or None]

    def row(division: str, category: Value, start: date, end: date, found: Figure | None) -> Sequence[Value]:
        numbers = [found.value, found.of] if found else [None, None]
        return [*head, division, category, start, end, *numbers]

    for shown in year_of(ask.kept, indicator=one, from_on=ask.from_on, until_on=ask.until_on, k=ask.k):
        if shown.currency == currency:
            rows.append(row("", None, ask.from_on, ask.until_on, shown.figure))
    months = months_until(ask.until_on, most=MONTHS_SHOWN, first_on=first_day(ask.kept, one))
    if has_figure(one, currency):
        for stretch in monthly(ask.kept, indicator=one, months=months, k=ask.k, currency=currency):
            rows += [row("month", None, *month, found) for month, found in stretch.figures]
    names = names_in(ask)
    for division in divisions_of(ask, one, currency):
        for value, found in division.rows:
            word = category_word(division.name, value, names)
            rows.append(row(division.name, word, ask.from_on, ask.until_on, found))
    return csv_file(rows, f"{code}-{ask.year}.csv")


def csv_file(rows: Sequence[Sequence[Value]], name: str) -> HttpResponse:
    """Rows as a file that spreadsheets read; a text that they would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow(
            [f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else _plain(one) for one in row]
        )
    return HttpResponse(
        ("\ufeff" + out.getvalue()).encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _plain(value: Value) -> object:
    return str(value).lower() if isinstance(value, bool) else value


urlpatterns: list[URLPattern] = [
    path("reports/indicators/<uuid:node_id>/<slug:code>/rows/", indicator_rows, name="indicator_rows"),
    path("reports/indicators/<uuid:node_id>/<slug:code>/figures.csv", indicator_csv, name="indicator_csv"),
]
