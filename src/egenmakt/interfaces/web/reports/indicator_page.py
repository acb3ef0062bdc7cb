"""One indicator: what it means, how it went, whom it is about, and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import Rights
from egenmakt.apps.people.models import Country
from egenmakt.apps.reports.models import Aim
from egenmakt.apps.reports.queries.figures import (
    Division,
    Stretch,
    divided,
    first_day,
    handed_in,
    monthly,
    months_until,
    partner_names,
    spec_in,
    year_of,
)
from egenmakt.apps.reports.queries.indicators import aim_history, aims_in_force
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.indicators import Indicator
from egenmakt.core.evidence.measures.figure import Figure
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import LineChart, Series
from egenmakt.interfaces.web.parts import Column, Crumb, Event, KeyFigure, Row, Tab, Table
from egenmakt.interfaces.web.reading import money_text, reading_page
from egenmakt.interfaces.web.reports.indicator_words import (
    DIVISIONS,
    KINDS,
    LEVELS,
    SOURCES,
    aim_text,
    category_word,
    chart_value,
    chart_writer,
    figure_text,
    language,
)
from egenmakt.interfaces.web.reports.indicators import Asked, as_of_text, asked, body_of, indicator_crumbs, query_of

MONTHS_SHOWN = 24
STRETCHES_MAX = 4


def opened(request: HttpRequest, node_id: UUID, code: str) -> tuple[Asked, Indicator, str]:
    """Whose figures, of which indicator, in which currency ("" where it needs none).

    Raises: Http404, NotAllowed.
    """
    indicator = shipped().indicators.get(code)
    if indicator is None:
        raise Http404(say("There is no such indicator."))
    node, _known = body_of(request, node_id)
    ask = asked(request, node)
    if not indicator.needs_currency:
        return ask, indicator, ""
    known = currencies(ask, indicator)
    wanted = request.GET.get("currency", "")
    return ask, indicator, wanted if wanted in known else (known[0] if known else "")


def currencies(ask: Asked, indicator: Indicator) -> list[str]:
    """The currencies in which there is a figure at any time until then, by name."""
    spec = spec_in(indicator, from_on=ask.until_on - timedelta(days=1), until_on=ask.until_on)
    if spec is None or not indicator.needs_currency:
        return []
    held = ask.kept.facts.tables[spec.measures[-1].table]["currency"].unique().to_pylist()
    return sorted(currency for currency in held if currency)


@reading_page
@never_cache
def indicator(request: HttpRequest, node_id: UUID, code: str) -> HttpResponse:
    """One indicator of a body; `?year=` and `?currency=` choose."""
    ask, one, currency = opened(request, node_id, code)
    found = year_of(ask.kept, indicator=one, from_on=ask.from_on, until_on=ask.until_on, k=ask.k)
    shown = next((each for each in found if each.currency == currency), None)
    months = months_until(ask.until_on, most=MONTHS_SHOWN, first_on=first_day(ask.kept, one))
    lines = (
        monthly(ask.kept, indicator=one, months=months, k=ask.k, currency=currency) if has_figure(one, currency) else []
    )
    rights = Rights(request.user)
    query = query_of(ask.year, currency)
    context = {
        "title": one.said("name", language()),
        "lead": as_of_text(ask),
        "crumbs": indicator_crumbs(ask.node, Crumb(ask.node.name, "")),
        "ask": ask,
        "key_figures": _key_figures(ask, one, shown.figure if shown else None, currency),
        "tabs": [Tab(each, query_of(ask.year, each)) for each in currencies(ask, one)],
        "current": query,
        "said": _said(one, ask),
        "versions": _versions(one),
        "breaks": [formats.date_text(stretch.version.from_on) for stretch in lines[1:]],
        "chart": _chart(one, lines, currency),
        "divisions": _divisions(ask, one, currency),
        "history": _history(ask, one),
        "outside": _outside(ask, one),
        "csv_url": reverse("indicator_csv", args=[ask.node.id, code]) + query,
        "rows_url": reverse("indicator_rows", args=[ask.node.id, code]) + query
        if rights.may("export.facts", ask.node.id)
        else "",
        "aim_url": reverse("indicator_aim", args=[ask.node.id, code]) + query
        if rights.may("indicator.change", ask.node.id)
        else "",
        "k": ask.k,
    }
    return render(request, "web/reports/indicator.html", context)


def has_figure(one: Indicator, currency: str) -> bool:
    """Whether there is a currency where one is needed."""
    return bool(currency) or not one.needs_currency


def _key_figures(ask: Asked, one: Indicator, found: Figure | None, currency: str) -> list[KeyFigure]:
    note = ""
    if found is not None and found.of is not None and found.value is not None:
        parts = [figure_plain(one, number, currency) for number in (found.value, found.of)]
        note = say("%(part)s of %(whole)s") % {"part": parts[0], "whole": parts[1]}
    figures = [
        KeyFigure(
            str(ask.year),
            figure_text(one, found, currency),
            note or ("" if one.is_money else one.said("unit", language())),
        )
    ]
    aims = aims_in_force(node_id=ask.node.id, indicator=one.code)
    for kind, label in (("target", say("Target")), ("baseline", say("Baseline"))):
        aim = aims.get(ask.key(one.code, kind, currency if one.is_money else ""))
        if aim is not None:
            text = aim_text(one, aim.value, aim.of, currency)
            figures.append(KeyFigure(label, text, _reached(one, found, aim) if kind == "target" else aim.words))
    return figures


def _reached(one: Indicator, found: Figure | None, aim: Aim) -> str:
    """How much of a target is reached, as a part of it."""
    if found is None or found.value is None or not aim.value:
        return aim.words
    if one.kind == "share":
        if found.share is None or not aim.of:
            return aim.words
        part = found.share / Fraction(aim.value, aim.of)
    else:
        part = Fraction(found.value, aim.value)
    return say("%(part)s of it is reached") % {"part": formats.percent_text(part)}


def figure_plain(one: Indicator, number: int, currency: str) -> str:
    """One of the two numbers of a share."""
    spec = one.versions[-1].measure
    if spec is not None and spec.is_money:
        return money_text(number, currency)
    return formats.number_text(number)


def _said(one: Indicator, ask: Asked) -> list[tuple[str, str]]:
    """What the indicator is, in words."""
    tongue = language()
    version = one.version_on(ask.until_on - timedelta(days=1)) or one.versions[0]
    said = [
        (say("Definition"), version.said("definition", tongue)),
        (say("Level"), str(LEVELS[one.level])),
        (say("Unit"), one.said("unit", tongue)),
        (say("What a figure says"), str(KINDS[one.kind])),
        (say("Counted from"), str(SOURCES[one.source])),
        (say("How"), version.said("method", tongue)),
    ]
    if one.kind == "share":
        said += [
            (say("The part"), one.said("numerator", tongue)),
            (say("The whole"), one.said("denominator", tongue)),
        ]
    spec = spec_in(one, from_on=ask.until_on - timedelta(days=1), until_on=ask.until_on)
    if spec is not None:
        names = (say("Formula"), say("Formula of the whole"))
        said += [(name, str(measure)) for name, measure in zip(names, spec.measures, strict=False)]
    return said


def _versions(one: Indicator) -> list[Event]:
    tongue = language()
    return [
        Event(
            formats.date_text(version.from_on),
            say("A new definition that breaks the series") if version.breaks_series else say("Said more clearly"),
            version.said("definition", tongue),
        )
        for version in reversed(one.versions[1:])
    ]


def _chart(one: Indicator, lines: Sequence[Stretch], currency: str) -> LineChart | None:
    """The months as a line, one for each definition, so that nothing runs across a break."""
    lines = lines[-STRETCHES_MAX:]
    months = [month for stretch in lines for month, _ in stretch.figures]
    if not any(chart_value(one, found) for stretch in lines for _, found in stretch.figures):
        return None
    drawn, before = [], 0
    for stretch in lines:
        values = [chart_value(one, found) for _, found in stretch.figures]
        after = len(months) - before - len(values)
        name = one.said("name", language())
        if len(lines) > 1:
            name = say("by the definition of %(day)s") % {"day": formats.date_text(stretch.version.from_on)}
        drawn.append(Series(name, [*[None] * before, *values, *[None] * after]))
        before += len(values)
    return LineChart(
        title=one.said("name", language()),
        description=say("Month by month."),
        labels=[formats.month_text(start) for start, _ in months],
        series=drawn,
        write=chart_writer(one, currency),
        label_heading=say("Month"),
    )


def names_in(ask: Asked) -> dict[str, str]:
    """The names of partners and countries by what stands for them among the facts."""
    return {**partner_names(node_id=ask.node.id), **dict(Country.objects.values_list("code", "name"))}


def divisions_of(ask: Asked, one: Indicator, currency: str) -> list[Division]:
    """Everything that the year\'s figure can be told apart by."""
    if not has_figure(one, currency):
        return []
    return divided(ask.kept, indicator=one, from_on=ask.from_on, until_on=ask.until_on, k=ask.k, currency=currency)


def _divisions(ask: Asked, one: Indicator, currency: str) -> list[Table]:
    names = names_in(ask)
    tables = []
    for division in divisions_of(ask, one, currency):
        note = ""
        if division.hidden:
            note = say("A dash stands for a number of fewer than %(k)s people, or one that would give it away.") % {
                "k": formats.number_text(ask.k)
            }
        rows = [
            Row([category_word(division.name, value, names), figure_text(one, found, currency)])
            for value, found in division.rows
        ]
        heading = str(DIVISIONS[division.name])
        figure_heading = one.said("name", language())
        tables.append(Table(heading, [Column(heading), Column(figure_heading, is_numeric=True)], rows, note=note))
    return tables


def _history(ask: Asked, one: Indicator) -> list[Event]:
    kinds = {"target": say("Target"), "baseline": say("Baseline")}
    return [
        Event(
            formats.datetime_text(aim.set_at),
            f"{kinds[aim.kind]}: {_aimed(one, aim)}",
            f"{_period(aim)}. {aim.words} {aim.set_by_name}".replace("  ", " "),
        )
        for aim in aim_history(node_id=ask.node.id, indicator=one.code)
    ]


def _aimed(one: Indicator, aim: Aim) -> str:
    return say("taken back") if aim.value is None else aim_text(one, aim.value, aim.of, aim.currency)


def _period(aim: Aim) -> str:
    return f"{formats.date_text(aim.from_on)} – {formats.date_text(aim.until_on - timedelta(days=1))}"


def _outside(ask: Asked, one: Indicator) -> str:
    """What others handed in beside what is counted here."""
    found = handed_in(ask.kept, indicator=one, from_on=ask.from_on, until_on=ask.until_on)
    if found is None:
        return ""
    values = {"value": figure_text(one, found)}
    return say("Beside it, others have handed in %(value)s, which is not in the figure.") % values


urlpatterns: list[URLPattern] = [
    path("reports/indicators/<uuid:node_id>/<slug:code>/", indicator, name="indicator"),
]
