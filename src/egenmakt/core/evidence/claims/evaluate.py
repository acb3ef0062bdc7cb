"""What a claim comes to, worked out of the facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim, Kind
from egenmakt.core.evidence.claims.counted import Counted, behind
from egenmakt.core.evidence.claims.intervals import WHOLE, NotAShare, newcombe, wilson
from egenmakt.core.evidence.claims.queries import (
    Asked,
    ComparisonQuery,
    FigureQuery,
    FloorQuery,
    OutsideQuery,
    PercentilesQuery,
    Query,
    RangeQuery,
    StoryQuery,
    TableQuery,
)
from egenmakt.core.evidence.claims.values import (
    Cell,
    ClaimValue,
    ComparisonValue,
    FigureValue,
    FloorValue,
    Hidden,
    NotAValue,
    OutsideValue,
    PictureValue,
    RangeValue,
    TableValue,
    WordsValue,
)
from egenmakt.core.evidence.facts import Facts, NotFacts, Value
from egenmakt.core.evidence.indicators import NotAnIndicator
from egenmakt.core.evidence.measures.evaluation import rows_behind
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec
from egenmakt.core.evidence.measures.measure import NotAMeasure

Key = tuple[str | int | bool | None, ...]
ROWS_MOST = 10_000_000
"""More rows than any table of facts of one report has."""


class CannotEvaluate(ValueError):
    """A claim asks the facts for what they do not answer. It says what."""


def evaluate(claim: Claim, *, facts: Facts | Counted, catalogue: Catalogue) -> ClaimValue:
    """The value of a claim out of the facts. Words, pictures and outside figures are what the claim says they are.

    Which cells of a table are hidden was decided when all tables of the edition were protected together, and is taken
    over; the numbers that are shown are counted again. Raises: CannotEvaluate.
    """
    hidden: Mapping[Key, Hidden] = {}
    match claim.value:
        case TableValue(cells=cells):
            hidden = {cell.key: cell.hidden for cell in cells if cell.hidden is not None}
        case WordsValue() | PictureValue() | OutsideValue():
            return claim.value
        case _:
            pass
    facts = facts if isinstance(facts, Counted) else Counted(facts)
    return worked_out(kind=claim.kind, query=claim.query, facts=facts, catalogue=catalogue, hidden=hidden)


def worked_out(
    *, kind: Kind, query: Query, facts: Counted, catalogue: Catalogue, hidden: Mapping[Key, Hidden] | None = None
) -> ClaimValue:
    """The value that a question has in the facts. Raises: CannotEvaluate."""
    try:
        return _value(kind, query, facts, catalogue, hidden or {})
    except (NotAMeasure, NotAnIndicator, NotFacts, NotAShare, NotAValue) as error:
        raise CannotEvaluate(str(error)) from None


def spec_of(asked: Asked, catalogue: Catalogue) -> FigureSpec:
    """The figure that is asked for, by its own measure or by the catalogue's. Raises: CannotEvaluate."""
    try:
        return catalogue.read_spec(asked.document)
    except (NotAMeasure, NotAnIndicator, NotFacts) as error:
        raise CannotEvaluate(str(error)) from None


def key_of(key: tuple[Value, ...]) -> Key:
    """The key of a cell as JSON has it: a day is a text."""
    return tuple(one if one is None or isinstance(one, (str, int)) else one.isoformat() for one in key)


def _value(kind: Kind, query: Query, facts: Counted, catalogue: Catalogue, hidden: Mapping[Key, Hidden]) -> ClaimValue:
    match query:
        case FigureQuery():
            spec = spec_of(query.figure, catalogue)
            _fits(kind, spec)
            return _figure(_counted(facts, spec), sample=query.sample)
        case FloorQuery():
            found = _counted(facts, spec_of(query.figure, catalogue))
            return _floor(found, query.step)
        case RangeQuery():
            low, high = (_counted(facts, spec_of(one, catalogue)) for one in (query.lowest, query.highest))
            return RangeValue(_whole(low), _whole(high), min(low.n, high.n))
        case PercentilesQuery():
            return _percentiles(facts, spec_of(query.figure, catalogue), query)
        case ComparisonQuery():
            one, other = (_counted(facts, spec_of(asked, catalogue)) for asked in (query.figure, query.against))
            return _comparison(one, other, sample=query.sample)
        case TableQuery():
            return _table(facts, spec_of(query.figure, catalogue), query.by, hidden)
        case StoryQuery() | OutsideQuery():
            raise CannotEvaluate(f"A {kind} is not counted from facts.")


def _fits(kind: Kind, spec: FigureSpec) -> None:
    is_money = any(measure.is_money for measure in spec.measures)
    if (spec.of is not None) != (kind == "share"):
        raise CannotEvaluate("A share is a part of something, and nothing else is.")
    if kind != "share" and is_money != (kind == "money"):
        raise CannotEvaluate("An amount is a claim of money, and nothing else is.")


def _counted(facts: Counted, spec: FigureSpec) -> Figure:
    found = facts.figure(spec)
    if found.value is None:
        raise CannotEvaluate("There is nothing of which a lowest, highest or median could be taken.")
    return found


def _whole(found: Figure) -> int:
    if found.value is None or found.of is not None:
        raise CannotEvaluate("A range goes from one number to another.")
    return found.value


def _figure(found: Figure, *, sample: bool) -> FigureValue:
    value = found.value or 0
    if found.of is None or not sample:
        return FigureValue(value, found.of, None, None, found.n)
    low, high = wilson(value=value, of=found.of)
    return FigureValue(value, found.of, low, high, found.n)


def _floor(found: Figure, step: int) -> FloorValue:
    value = _whole(found)
    if value < step:
        raise CannotEvaluate(f"{value} is less than one step of {step}: there is nothing that it is at least.")
    return FloorValue(value, value - value % step, found.n)


def _percentiles(facts: Counted, spec: FigureSpec, query: PercentilesQuery) -> RangeValue:
    """The lowest values that at least so many in a hundred do not exceed: each occurs among the rows, and is whole."""
    column = spec.measure.column
    if spec.of is not None or not column or spec.measure.of_table.column(column).type != "whole":
        raise CannotEvaluate("Percentiles are taken of a column of whole numbers.")
    if spec.lacks_currency:
        raise CannotEvaluate("Amounts of several currencies are never put together: name the currency in the cell.")
    found = _counted(facts, spec)
    values = sorted(
        value for value in rows_behind(facts.facts, spec, most=ROWS_MOST)[column].to_pylist() if value is not None
    )
    if not values:
        raise CannotEvaluate("There is nothing of which percentiles could be taken.")
    low, high = (values[-(-len(values) * percent // 100) - 1] for percent in (query.low, query.high))
    return RangeValue(low, high, found.n)


def _comparison(one: Figure, other: Figure, *, sample: bool) -> ComparisonValue:
    first, second = one.value or 0, other.value or 0
    if (one.of is None) != (other.of is None):
        raise CannotEvaluate("A share is compared with a share.")
    if one.of is None or other.of is None:
        return ComparisonValue(first, None, one.n, second, None, other.n, first - second, None, None)
    if not one.of or not other.of:
        raise NotAShare("There is no difference where one of two shares is of nothing.")
    difference = round((Fraction(first, one.of) - Fraction(second, other.of)) * WHOLE)
    low, high = newcombe(value=first, of=one.of, against=second, against_of=other.of) if sample else (None, None)
    return ComparisonValue(first, one.of, one.n, second, other.of, other.n, difference, low, high)


def _table(facts: Counted, spec: FigureSpec, by: tuple[str, ...], hidden: Mapping[Key, Hidden]) -> TableValue:
    cells = {key_of(key): found for key, found in facts.table(spec, by).items()}
    rows = []
    for key in sorted(cells.keys() | hidden.keys(), key=_order):
        reason = hidden.get(key)
        found = cells.get(key)
        if reason is not None or found is None:
            rows.append(Cell(key, None, None, reason))
        elif found.value is not None:
            rows.append(Cell(key, found.value, found.of))
    return TableValue(tuple(rows), facts.figure(behind(spec)).n)


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    """What is empty last, then by what is written."""
    return tuple((part is None, str(part)) for part in key)
