"""`egenmakt report indicators`: every indicator of a body in a period, as a table, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.report_effect import DAY, _period
from egenmakt.interfaces.cli.user import _node

if TYPE_CHECKING:
    from egenmakt.apps.people.models import Node
    from egenmakt.apps.reports.queries.kept_facts import KeptFacts
    from egenmakt.core.evidence.indicators import Indicator
    from egenmakt.core.evidence.measures.figure import Figure

SCHEMA = "egenmakt.indicators.1"
DASH = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as it may be shown. `state` is shown, hidden (about too few people) or none (nothing is known)."""

    indicator: str
    name: str
    kind: str
    currency: str
    division: str
    category: str
    value: int | None
    of: int | None
    state: str


@click.command("indicators", short_help="All indicators of a body in a period: table, CSV or JSON.")
@click.option("--node", required=True, help="Name or id of the organisation or partner.")
@click.option("--year", type=click.IntRange(1990, 2200), help="A calendar year; or give --from and --until.")
@click.option("--from", "from_on", type=DAY, help="The first day.")
@click.option("--until", "last_on", type=DAY, help="The last day.")
@click.option("--divided", is_flag=True, help="Also told apart by sex, age, country, partner and the like.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="Print it as CSV. Amounts are in the currency's smallest unit.")
@click.option("--language", type=click.Choice(["en", "sv"]), default="en", show_default=True, help="Of the names.")
def command(
    node: str, year: int | None, from_on: datetime | None, last_on: datetime | None, divided: bool,
    as_json: bool, as_csv: bool, language: str,
) -> None:  # fmt: skip
    """Print every indicator of NODE and what is below it.

    Numbers of too few people are hidden, and so is what would give them away.
    """
    load_django()
    require_migrated()
    if as_json and as_csv:
        fail("It is either --json or --csv.", field="--json", remedy="leave one of them out")
    period, place = _period(year, from_on, last_on), _node(node)
    from django.utils.translation import override

    with override(language):
        kept, least = _gathered(place, period)
        lines = [line for one in _known() for line in _lines(kept, one, period, least, place, divided)]
        if as_json:
            document = {
                "schema": SCHEMA,
                "body": place.name,
                "from_on": period[0].isoformat(),
                "until_on": period[1].isoformat(),
                "least": least,
                "data_version": kept.facts.data_version,
                "figures": [asdict(line) for line in lines],
            }
            click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        elif as_csv:
            _csv(lines, period)
        else:
            _print(lines)


def _known() -> list[Indicator]:
    from egenmakt.core.evidence.catalogue.catalogue import shipped

    return list(shipped().indicators.values())


def _gathered(place: Node, period: tuple[date, date]) -> tuple[KeptFacts, int]:
    """The facts of the body, with everything that is asked of them counted in few passes."""
    from egenmakt.apps.reports.queries.figures import least_at, spec_in
    from egenmakt.apps.reports.queries.kept_facts import KeptFacts

    kept = KeptFacts.gathered(node_id=place.id, until_on=period[1], now=datetime.now(UTC))
    specs = (spec_in(one, from_on=period[0], until_on=period[1]) for one in _known())
    kept.prepare(spec for spec in specs if spec is not None)
    return kept, least_at(node_id=place.id)


def _lines(
    kept: KeptFacts, indicator: Indicator, period: tuple[date, date], least: int, place: Node, divided: bool
) -> Iterator[Line]:
    from egenmakt.apps.reports.queries.figures import Shown, year_of
    from egenmakt.apps.reports.queries.figures import divided as divided_by

    when = {"from_on": period[0], "until_on": period[1]}
    nothing = Shown(None)
    for shown in year_of(kept, indicator=indicator, k=least, **when) or [nothing]:
        is_known = shown is not nothing and (indicator.source != "outside_table" or shown.figure is not None)
        yield _line(indicator, shown.currency, "", "", shown.figure, is_known=is_known)
        if not divided or not is_known:
            continue
        for part in divided_by(kept, indicator=indicator, k=least, currency=shown.currency, **when):
            for value, figure in part.rows:
                yield _line(indicator, shown.currency, part.name, _category(part.name, value, place), figure)


def _line(
    indicator: Indicator, currency: str, division: str, category: str, figure: Figure | None, *, is_known: bool = True
) -> Line:
    from egenmakt.interfaces.web.reports.indicator_words import language

    is_empty = not is_known or (figure is not None and figure.value is None)
    state = "none" if is_empty else ("hidden" if figure is None else "shown")
    value, of = (figure.value, figure.of) if figure is not None and state == "shown" else (None, None)
    name = indicator.said("name", language())
    return Line(indicator.code, name, indicator.kind, currency, division, category, value, of, state)


def _category(division: str, value: object, place: Node) -> str:
    from egenmakt.apps.people.models import Country
    from egenmakt.apps.reports.queries.figures import partner_names
    from egenmakt.interfaces.web.reports.indicator_words import category_word

    names: dict[str, str] = {}
    if division == "partner":
        names = partner_names(node_id=place.id)
    elif division == "country":
        names = dict(Country.objects.values_list("code", "name"))
    return category_word(division, value, names)  # type: ignore[arg-type]  # a value of the facts


def _csv(lines: list[Line], period: tuple[date, date]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["indicator", "name", "from_on", "until_on", "currency", "division", "category", "value", "of", "state"]
    )
    for one in lines:
        writer.writerow([
            one.indicator, one.name, period[0], period[1], one.currency, one.division, one.category, one.value, one.of,
            one.state,
        ])  # fmt: skip


def _print(lines: list[Line]) -> None:
    from egenmakt.core.evidence.measures.figure import Figure
    from egenmakt.interfaces.web.reports.indicator_words import figure_text

    by_code = {one.code: one for one in _known()}
    rows = []
    for one in lines:
        figure = Figure(one.value, one.of, 0, 0) if one.state == "shown" else None
        text = figure_text(by_code[one.indicator], figure, one.currency) if figure else ""
        number = {"shown": text, "hidden": "*", "none": DASH}[one.state]
        rows.append((f"  {one.category}" if one.division else one.name, number))
    width = max(len(name) for name, _number in rows)
    for name, number in rows:
        click.echo(f"{name:<{width}}  {number:>20}")
    if any(one.state == "hidden" for one in lines):
        click.echo("* about too few people to be shown, or it would give such a number away")
