"""All indicators of a body, by the level of the chain of change that they speak of, with what was aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as say
from django.views.decorators.cache import never_cache

from egenmakt.apps.access.queries import NotAllowed, Rights
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import Aim
from egenmakt.apps.reports.queries.figures import Shown, bodies, least_at, spec_in, year_of
from egenmakt.apps.reports.queries.indicators import AimKey, aims_in_force
from egenmakt.apps.reports.queries.kept_facts import KeptFacts, kept_facts
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.indicators import Indicator
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import read_uuid, reading_page, today
from egenmakt.interfaces.web.reports.effect_words import report_tabs
from egenmakt.interfaces.web.reports.indicator_words import LEVELS, aim_text, figure_text, language

YEARS_BACK = 10


@dataclass(frozen=True)
class Asked:
    """Whose figures of which year a page shows, and from when its facts are."""

    node: Node
    year: int
    from_on: date
    until_on: date
    """The day after the last whole month of the year that is over."""
    kept: KeptFacts
    k: int

    def key(self, code: str, kind: str, currency: str) -> AimKey:
        """What an aim for the whole year is for."""
        return AimKey(code, kind, currency, date(self.year, 1, 1), date(self.year + 1, 1, 1))


def last_year() -> int:
    """The year of the last month that is over."""
    now = today()
    return now.year if now.month > 1 else now.year - 1


def asked(request: HttpRequest, node: Node) -> Asked:
    """What the address asks for. Raises: NotAllowed."""
    written, newest = request.GET.get("year", ""), last_year()
    year = int(written) if written.isascii() and written.isdecimal() and len(written) == 4 else newest
    year = max(min(year, newest), newest - YEARS_BACK)
    until_on = min(date(year + 1, 1, 1), today().replace(day=1))
    kept = kept_facts(user=request.user, node_id=node.id, until_on=until_on, now=timezone.now())
    return Asked(node, year, date(year, 1, 1), until_on, kept, least_at(node_id=node.id))


def body_of(request: HttpRequest, node_id: UUID | None) -> tuple[Node, list[Node]]:
    """The body that the address names, or the first that the reader may see, and all of them.

    Raises: Http404 for one that the reader may not see; NotAllowed where there is none.
    """
    known = bodies(user=request.user)
    if not known:
        raise NotAllowed("You may not see figures anywhere. Ask the one who gives the roles in your organisation.")
    if node_id is None:
        ids = {node.id for node in known}
        return next((node for node in known if node.parent_id not in ids), known[0]), known
    found = next((node for node in known if node.id == node_id), None)
    if found is None:
        raise Http404(say("There is no such body, or you may not see its figures."))
    return found, known


@reading_page
@never_cache
def indicators(request: HttpRequest) -> HttpResponse:
    """The indicators of a body in a year; `?node=` and `?year=` choose."""
    node, known = body_of(request, read_uuid(request.GET.get("node", "")))
    ask = asked(request, node)
    aims = aims_in_force(node_id=node.id)
    period = {"from_on": ask.from_on, "until_on": ask.until_on}
    ask.kept.prepare(spec for one in shipped().indicators.values() if (spec := spec_in(one, **period)))
    tables = [
        table
        for level, title in LEVELS.items()
        if (
            table := _table(ask, str(title), [one for one in shipped().indicators.values() if one.level == level], aims)
        )
    ]
    newest = last_year()
    context = {
        "title": say("Indicators"),
        "lead": as_of_text(ask),
        "tabs": report_tabs(),
        "ask": ask,
        "tables": tables,
        "bodies": known,
        "years": range(newest, newest - 5, -1),
        "is_empty": all(table.num_rows == 0 for table in ask.kept.facts.tables.values()),
        "may_change": Rights(request.user).may("indicator.change", node.id),
    }
    return render(request, "web/reports/indicators.html", context)


def as_of_text(ask: Asked) -> str:
    """Until when figures are counted, and when the facts were gathered."""
    values = {
        "day": formats.date_text(ask.until_on - timedelta(days=1)),
        "made": formats.datetime_text(ask.kept.made_at),
    }
    return say("Counted until %(day)s, from what was written down by %(made)s (UTC).") % values


def _table(ask: Asked, title: str, some: Sequence[Indicator], aims: dict[AimKey, Aim]) -> Table | None:
    rows = []
    for indicator in some:
        found = year_of(ask.kept, indicator=indicator, from_on=ask.from_on, until_on=ask.until_on, k=ask.k)
        for shown in found or [Shown(None)]:
            rows.append(_row(ask, indicator, shown, aims))
    columns = [
        Column(say("Indicator")),
        Column(str(ask.year), is_numeric=True),
        Column(say("Target"), is_numeric=True),
        Column(say("Baseline"), is_numeric=True),
    ]
    return Table(title, columns, rows) if rows else None


def _row(ask: Asked, indicator: Indicator, shown: Shown, aims: dict[AimKey, Aim]) -> Row:
    currency = shown.currency if indicator.is_money else ""
    name = indicator.said("name", language())
    cells: list[Any] = [f"{name} ({shown.currency})" if shown.currency else name]
    cells.append(figure_text(indicator, shown.figure, shown.currency))
    for kind in ("target", "baseline"):
        aim = aims.get(ask.key(indicator.code, kind, currency))
        cells.append(aim_text(indicator, aim.value, aim.of, currency) if aim else "–")
    url = reverse("indicator", args=[ask.node.id, indicator.code]) + query_of(ask.year, shown.currency)
    return Row(cells, url=url)


def query_of(year: int, currency: str = "", **more: str) -> str:
    """The year and the currency, for the address of a page."""
    said = {"year": str(year), "currency": currency, **more}
    return "?" + urlencode({name: value for name, value in said.items() if value})


def indicator_crumbs(ask_node: Node, *more: Crumb) -> list[Crumb]:
    """The pages above."""
    return [Crumb(say("Indicators"), reverse("indicators") + "?" + urlencode({"node": str(ask_node.id)})), *more]


urlpatterns: list[URLPattern] = [path("reports/indicators/", indicators, name="indicators")]
