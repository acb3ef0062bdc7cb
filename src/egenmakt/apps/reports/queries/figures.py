"""Figures of the indicators for the pages: what may be shown of them, over months, and by what tells people apart.

Whoever sees figures here may see small numbers of groups and money, and never a small number of people: those go
through `core/disclosure`, each table together with its margins and its rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from egenmakt.apps.access.queries import AnyUser, nodes_where
from egenmakt.apps.people.models import Node
from egenmakt.apps.people.queries import cell_least
from egenmakt.apps.reports.queries.facts_groups import months_after
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.reports.queries.kept_facts import KeptFacts
from egenmakt.core.disclosure import CannotProtect, CountTable, Suppressed, protect
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import Value
from egenmakt.core.evidence.indicators import COLUMNS, Indicator, NotAnIndicator, Version
from egenmakt.core.evidence.measures.evaluation import series
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec

PEOPLE: Final = frozenset({"member", "loan", "story"})
"""Columns of which each value is one person, or belongs to one."""
NOTHING: Final = Figure(0, None, 0, 0)
REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it may be shown; None where it is about too few people."""

    figure: Figure | None
    currency: str = ""


def bodies(*, user: AnyUser) -> list[Node]:
    """The bodies whose figures somebody may see, groups left out, by name."""
    found = nodes_where(user=user, deed="report.read").exclude(kind=Node.Kind.GROUP)
    return list(found.select_related("country").order_by("name", "id")[:500])


def least_at(*, node_id: UUID) -> int:
    """The smallest number of people that may be shown of a body and those below it."""
    below = Node.objects.filter(above__ancestor_id=node_id).exclude(kind=Node.Kind.GROUP)
    return cell_least(node_ids=list(below.values_list("id", flat=True)))


def partner_names(*, node_id: UUID) -> dict[str, str]:
    """The names of the partners below a body, by the digits that stand for them among the facts."""
    hidden = Hidden()
    rows = Node.objects.filter(above__ancestor_id=node_id, kind=Node.Kind.PARTNER).values_list("id", "name")
    return {hidden.id(id): name for id, name in rows}


def spec_in(indicator: Indicator, *, from_on: date, until_on: date) -> FigureSpec | None:
    """The figure of a period; None where its definition changed within, or came later."""
    try:
        return shipped().spec(indicator.code, from_on=from_on, until_on=until_on)
    except NotAnIndicator:
        return None


def is_about_people(spec: FigureSpec) -> bool:
    """Whether small numbers behind it are small numbers of people."""
    return any(measure.of_table.who in PEOPLE for measure in spec.measures)


def counts_people(spec: FigureSpec) -> bool:
    """Whether its value itself is a number of people, or for a share, both of its numbers are."""
    return all(
        measure.take == "distinct" and measure.column == measure.of_table.who and measure.column in PEOPLE
        for measure in spec.measures
    )


def year_of(kept: KeptFacts, *, indicator: Indicator, from_on: date, until_on: date, k: int) -> list[Shown]:
    """An indicator's figure in a period: one, or one for each currency that occurs."""
    spec = spec_in(indicator, from_on=from_on, until_on=until_on)
    if spec is None:
        return []
    if not indicator.needs_currency:
        return [Shown(_alone(kept, indicator, spec, k))]
    by_currency = kept.table(spec, "currency")
    return [
        Shown(None if is_about_people(spec) and answer.n < k else answer, str(currency))
        for (currency,), answer in sorted(by_currency.items(), key=str)
        if currency is not None
    ]


def _alone(kept: KeptFacts, indicator: Indicator, spec: FigureSpec, k: int) -> Figure | None:
    """A figure by itself, protected together with the whole that it is a part of."""
    answer = kept.figure(spec)
    if not _is_known(indicator, answer):
        return None
    if not is_about_people(spec):
        return answer
    shown = _protected(
        {(): answer}, {(): _whole(kept, indicator, spec)} if _has_whole(indicator, spec) else None, spec, k
    )
    return answer if () in shown else None


def _is_known(indicator: Indicator, answer: Figure) -> bool:
    """Whether a figure is one: what nobody has handed in is not nought."""
    return indicator.source != "outside_table" or answer.rows > 0


def _has_whole(indicator: Indicator, spec: FigureSpec) -> bool:
    return bool(indicator.subset_of) and spec.of is None and counts_people(spec)


def _whole_spec(indicator: Indicator, spec: FigureSpec) -> FigureSpec | None:
    return spec_in(shipped().indicator(indicator.subset_of), from_on=spec.from_on, until_on=spec.until_on)


def _whole(kept: KeptFacts, indicator: Indicator, spec: FigureSpec) -> Figure:
    whole = _whole_spec(indicator, spec)
    return kept.figure(whole) if whole is not None else NOTHING


@dataclass(frozen=True, slots=True)
class Division:
    """An indicator told apart by one thing: for each category its figure, or None where it may not be shown."""

    name: str
    rows: tuple[tuple[Value, Figure | None], ...]
    hidden: int
    """How many categories are not shown."""


def divided(
    kept: KeptFacts, *, indicator: Indicator, from_on: date, until_on: date, k: int, currency: str = ""
) -> list[Division]:
    """An indicator by everything that it can be told apart by; small numbers of people are hidden, and what gives them
    away."""
    spec = spec_in(indicator, from_on=from_on, until_on=until_on)
    if spec is None:
        return []
    spec = spec.about(currency=currency) if currency else spec
    found = []
    for name in sorted(indicator.disaggregations):
        column = COLUMNS[name]
        answers = kept.table(spec, column)
        if not answers:
            continue
        wholes = None
        if _has_whole(indicator, spec) and (whole := _whole_spec(indicator, spec)) is not None:
            wholes = kept.table(whole, column)
        shown = _protected(answers, wholes, spec, k) if is_about_people(spec) else set(answers)
        rows = [(key[0], answer if key in shown else None) for key, answer in answers.items()]
        rows.sort(key=lambda row: (row[0] is None, str(row[0])))
        found.append(Division(name, tuple(rows), sum(answer is None for _, answer in rows)))
    return found


def _protected(
    answers: dict[tuple[Value, ...], Figure], wholes: dict[tuple[Value, ...], Figure] | None, spec: FigureSpec, k: int
) -> set[tuple[Value, ...]]:
    """Which of the cells of a table may be shown: none that is small, and none that gives a small one away.

    A part is protected together with the rest of its whole: few men among many members are known from the women.
    """
    keys = {key: "/".join(map(repr, key)) or "all" for key in {**(wholes or {}), **answers}}
    if wholes is None and spec.of is not None and counts_people(spec):
        wholes = {key: Figure(answer.of, None, answer.n, answer.rows) for key, answer in answers.items()}
    dimensions: tuple[tuple[str, tuple[str, ...]], ...] = (("cell", tuple(sorted(keys.values()))),)
    counts: dict[tuple[str, ...], int] = {}
    if wholes is None:
        counts = {(keys[key],): answer.n for key, answer in answers.items()}
    else:
        dimensions += (("part", ("in", REST)),)
        for key, name in keys.items():
            part = answers.get(key, NOTHING).value or 0
            counts[name, "in"] = part
            counts[name, REST] = max(0, (wholes.get(key, NOTHING).value or 0) - part)
    try:
        found = protect([CountTable(name="figures", dimensions=dimensions, counts=counts)], k=k)["figures"]
    except CannotProtect:
        return set()
    places = {key: (name,) if wholes is None else (name, "in") for key, name in keys.items() if key in answers}
    shown = {key for key, place in places.items() if not isinstance(found.at(*place), Suppressed)}
    if spec.of is None:
        return shown
    # a share says both of its numbers, so both must be fit to be seen
    return {
        key for key in shown if not isinstance(found.at(keys[key], *([None] if wholes is not None else [])), Suppressed)
    }


def months_until(until_on: date, *, most: int, first_on: date | None = None) -> list[tuple[date, date]]:
    """The last whole months before a day, the oldest first, none before `first_on`'s."""
    last = until_on.replace(day=1)
    starts = [months_after(last, -back) for back in range(most, 0, -1)]
    return [(start, months_after(start, 1)) for start in starts if first_on is None or start >= first_on.replace(day=1)]


def first_day(kept: KeptFacts, indicator: Indicator) -> date | None:
    """The first day of what an indicator counts, before which its months are empty; None where there is nothing."""
    import pyarrow.compute as pc  # noqa: PLC0415  # a large library that a page without facts does not need

    measure = indicator.versions[-1].measure
    if measure is None:
        return None
    found: date | None = pc.min(kept.facts.tables[measure.table][measure.of_table.day]).as_py()
    return found


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months between two breaks of a series, with the version they were counted by; None where nothing may be shown."""

    version: Version
    figures: tuple[tuple[tuple[date, date], Figure | None], ...]


def monthly(
    kept: KeptFacts, *, indicator: Indicator, months: Sequence[tuple[date, date]], k: int, currency: str = ""
) -> list[Stretch]:
    """An indicator month by month: one stretch for each definition, so that no line runs across a break."""
    found = []
    for version, some in stretches(indicator, months):
        spec = spec_in(indicator, from_on=some[0][0], until_on=some[0][1])
        if spec is None:
            continue
        spec = spec.about(currency=currency) if currency else spec
        answers = [one[()] for one in series(kept.facts, spec, some)]
        is_small = is_about_people(spec)
        figures = [
            None if (is_small and 0 < answer.n < k) or not _is_known(indicator, answer) else answer
            for answer in answers
        ]
        found.append(Stretch(version, tuple(zip(some, figures, strict=True))))
    return found


def stretches(
    indicator: Indicator, months: Sequence[tuple[date, date]]
) -> list[tuple[Version, list[tuple[date, date]]]]:
    """The months by the version that was in force on their last day; a version that breaks nothing goes on."""
    found: list[tuple[Version, list[tuple[date, date]]]] = []
    for start, end in months:
        version = indicator.version_on(end - timedelta(days=1))
        if version is None:
            continue
        if found and (found[-1][0] == version or not version.breaks_series):
            found[-1][1].append((start, end))
        else:
            found.append((version, [(start, end)]))
    return found


def handed_in(kept: KeptFacts, *, indicator: Indicator, from_on: date, until_on: date) -> Figure | None:
    """What others handed in for an indicator that is counted here too; None for amounts, and where there is nothing."""
    if indicator.source == "outside_table" or indicator.is_money:
        return None
    found = kept.figure(shipped().outside_spec(indicator.code, from_on=from_on, until_on=until_on))
    return found if found.rows else None
