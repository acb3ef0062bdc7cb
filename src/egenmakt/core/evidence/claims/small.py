"""No small number about people is among the claims of an edition, nor can one be had by laying two of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Final

from egenmakt.core.canonical import JsonValue, fingerprint
from egenmakt.core.disclosure import CannotProtect, CountTable, Suppressed, TablesDisagree, protect
from egenmakt.core.disclosure.tables import Position, Where
from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.counted import Counted, behind
from egenmakt.core.evidence.claims.evaluate import Key, key_of, spec_of
from egenmakt.core.evidence.claims.queries import asked_in
from egenmakt.core.evidence.claims.values import ComparisonValue, FigureValue, Hidden, TableValue
from egenmakt.core.evidence.measures.figure import FigureSpec
from egenmakt.core.evidence.measures.measure import Condition

PEOPLE: Final = frozenset({"members", "stories", "loans"})
"""Tables of facts of which a row is about one person. A group, a meeting and a box of money are about many."""
REASONS: Final[Mapping[Suppressed, Hidden]] = {
    Suppressed.PRIMARY: "primary",
    Suppressed.COMPLEMENTARY: "complementary",
    Suppressed.WITHHELD: "withheld",
}


class TooFew(ValueError):
    """Claims are about fewer people than may be spoken of, or give one away. `reasons` says so for each claim."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Single:
    """A figure that a claim shows by itself."""

    code: str
    spec: FigureSpec


@dataclass(frozen=True, slots=True)
class Tabled:
    """A figure that a claim shows for each cell of a table."""

    code: str
    spec: FigureSpec
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Count:
    """A count of people: whose it is, and the conditions that they meet."""

    code: str
    where: Where
    count: int


@dataclass(slots=True)
class _Universe:
    """Counts of the same thing in the same period, which can be laid beside each other."""

    singles: list[_Count] = field(default_factory=list)
    tables: list[tuple[Tabled, FigureSpec]] = field(default_factory=list)


def hidden_cells(
    *, singles: Sequence[Single], tables: Sequence[Tabled], facts: Counted, k: int
) -> dict[str, dict[Key, Hidden]]:
    """Which cells of each table are hidden, so that no number under k can be found out from all claims together.

    Raises: TooFew where a single figure is small, or is by a small number less than another.
    """
    universes: dict[str, _Universe] = {}
    reasons: dict[str, str] = {}
    for single in singles:
        for counted in _people_counted(single.spec):
            count = facts.number(counted)
            if 0 < count < k:
                reasons[single.code] = f"{single.code} is about {count} people, fewer than {k}. Ask for a larger group."
            universe = universes.setdefault(_name(counted), _Universe())
            universe.singles.append(_Count(single.code, _where(counted), count))
        rest = _rest(single.spec, facts)
        if 0 < rest < k:
            reasons.setdefault(
                single.code, f"{single.code} leaves {rest} people over, fewer than {k}. Ask for a larger group."
            )
    for tabled in tables:
        for counted in _people_counted(tabled.spec):
            if 0 < (count := facts.number(counted)) < k:
                reasons[tabled.code] = f"{tabled.code} is about {count} people, fewer than {k}. Ask for a larger group."
            universes.setdefault(_name(counted), _Universe()).tables.append((tabled, counted))
    for universe in universes.values():
        for code, sentence in _pairs(universe.singles, k):
            reasons.setdefault(code, sentence)
    if reasons:
        raise TooFew(reasons)
    found: dict[str, dict[Key, Hidden]] = {tabled.code: {} for tabled in tables}
    for universe in universes.values():
        for code, cells in _protected(universe, facts, k):
            found[code] |= cells
    return found


def _people_counted(spec: FigureSpec) -> Iterator[FigureSpec]:
    """The counts of people in a figure: itself where it counts, else how many stand behind it."""
    for measure in spec.measures:
        if measure.table in PEOPLE:
            one = FigureSpec(measure, spec.from_on, spec.until_on, spec.cell)
            yield one if measure.take in ("rows", "distinct") else behind(one)


def _rest(spec: FigureSpec, facts: Counted) -> int:
    """Of a share, those who are left over are people too."""
    if spec.of is None or spec.measure.table not in PEOPLE or spec.of.table != spec.measure.table:
        return 0
    found = facts.figure(spec)
    return (found.of or 0) - (found.value or 0)


def _pairs(singles: Sequence[_Count], k: int) -> Iterator[tuple[str, str]]:
    """Figures that are by a small number less than another that holds them."""
    for one, other in combinations(singles, 2):
        wide, narrow = sorted((one, other), key=lambda count: len(count.where))
        left = wide.count - narrow.count
        if set(wide.where) <= set(narrow.where) and 0 < left < k:
            yield (
                narrow.code,
                f"{wide.code} less {narrow.code} leaves {left} people, fewer than {k}. Leave one of them out.",
            )


def _name(spec: FigureSpec) -> str:
    """What counts have in common that can be laid beside each other: all but the plain conditions."""
    measure = spec.measure
    rest: list[JsonValue] = [one.to_json() for one in measure.where if not _is_plain(one)]
    plain: dict[str, JsonValue] = {**measure.to_json(), "where": rest}
    return fingerprint({"measure": plain, "from": str(spec.from_on), "until": str(spec.until_on)})


def _is_plain(condition: object) -> bool:
    return isinstance(condition, Condition) and condition.operator == "is"


def _conditions(spec: FigureSpec) -> dict[str, str]:
    plain = {
        one.column: _said(one.values[0]) for one in spec.measure.where if isinstance(one, Condition) and _is_plain(one)
    }
    return plain | {name: _said(value) for name, value in spec.cell}


def _where(spec: FigureSpec, apart: frozenset[str] = frozenset()) -> Where:
    return tuple(
        (f"{name}={value}", ("yes",)) if name in apart else (name, (value,))
        for name, value in sorted(_conditions(spec).items())
    )


def _said(value: object) -> str:
    """A category as a text; nothing has a name of its own."""
    return "\0" if value is None else str(value)


def _protected(universe: _Universe, facts: Counted, k: int) -> Iterator[tuple[str, dict[Key, Hidden]]]:
    if not universe.tables:
        return
    apart = frozenset(
        name
        for tabled, spec in universe.tables
        for name in tabled.by
        if sum(found.value or 0 for found in facts.table(spec, [name]).values()) != facts.number(spec)
    )
    made: list[tuple[Tabled, CountTable, dict[Position, Key]]] = []
    for tabled, spec in universe.tables:
        made += _tables(tabled, spec, apart, facts)
    categories = {name: set(values) for _, one, _ in made for name, values in one.dimensions}
    known: dict[Where, int] = {}
    for single in universe.singles:
        where = _renamed(single.where, apart)
        # a category that no row has stands in no table: that nobody is in it gives nothing away
        if all(set(values) <= categories.get(name, set(values)) for name, values in where):
            known[where] = single.count
    try:
        protected = protect([one for _, one, _ in made], k=k, known_totals=known)
    except (CannotProtect, TablesDisagree) as error:
        codes = sorted({tabled.code for tabled, _, _ in made})
        sentence = f"{', '.join(codes)} cannot be shown beside the other claims: {error}."
        raise TooFew(dict.fromkeys(codes, sentence)) from None
    for tabled, one, keys in made:
        shown = protected[one.name]
        cells = {
            key: REASONS[value]
            for position, key in keys.items()
            if isinstance(value := shown.values[position], Suppressed)
        }
        if isinstance(shown.values[(None,) * len(one.dimensions)], Suppressed):
            sentence = f"{tabled.code} cannot be shown beside the other claims: its total would give one away."
            raise TooFew({tabled.code: sentence})
        yield tabled.code, cells


def _renamed(where: Where, apart: frozenset[str]) -> Where:
    return tuple((f"{name}={values[0]}", ("yes",)) if name in apart else (name, values) for name, values in where)


def _tables(
    tabled: Tabled, spec: FigureSpec, apart: frozenset[str], facts: Counted
) -> Iterator[tuple[Tabled, CountTable, dict[Position, Key]]]:
    """A table as counts that divide the people; of a column of which one person has several values, one table each."""
    split = [name for name in tabled.by if name in apart]
    if len(split) > 1:
        sentence = f"{tabled.code}: one person has several of both {' and '.join(split)}. Take one of them."
        raise TooFew({tabled.code: sentence})
    inner = {tuple(map(_said, key_of(key))): found.value or 0 for key, found in facts.table(spec, tabled.by).items()}
    plain = {name: _categories(facts, spec, name) for name in tabled.by}
    if not all(plain.values()):
        return  # there are no rows, and nobody to protect
    where = tuple(one for one in _where(spec, apart) if one[0] not in tabled.by)
    name = f"{tabled.code}:{spec.measure.take}:{fingerprint(spec.to_json())[:8]}"
    if not split:
        dimensions = tuple((column, tuple(plain[column])) for column in tabled.by)
        keys: dict[Position, Key] = {
            position: tuple(plain[column][said] for column, said in zip(tabled.by, position, strict=True))
            for position in product(*(plain[column] for column in tabled.by))
        }
        yield tabled, CountTable(name=name, dimensions=dimensions, counts=inner, where=where), keys
        return
    (column,) = split
    others = [one for one in tabled.by if one != column]
    place = tabled.by.index(column)
    wholes: dict[tuple[str, ...], int] = {(): facts.number(spec)}
    if others:
        wholes = {tuple(map(_said, key_of(key))): found.value or 0 for key, found in facts.table(spec, others).items()}
    for category, original in plain[column].items():
        counts: dict[tuple[str, ...], int] = {}
        back_to: dict[Position, Key] = {}
        for rest in product(*(plain[one] for one in others)):
            position = (*rest[:place], category, *rest[place:])
            met = inner.get(position, 0)
            counts[("yes", *rest)], counts[("no", *rest)] = met, wholes.get(rest, 0) - met
            back = [plain[one][said] for one, said in zip(others, rest, strict=True)]
            back_to[("yes", *rest)] = (*back[:place], original, *back[place:])
        dimensions = (
            (f"{column}={category}", ("yes", "no")),
            *((one, tuple(plain[one])) for one in others),
        )
        yield (
            tabled,
            CountTable(name=f"{name}:{category}", dimensions=dimensions, counts=counts, where=where),
            back_to,
        )


def _categories(facts: Counted, spec: FigureSpec, column: str) -> dict[str, str | int | bool | None]:
    """All values of a column of the table: what a reader knows that there is, and the same for each table of a page."""
    import pyarrow.compute as pc  # noqa: PLC0415  # a large library that a page without facts does not need

    values = pc.unique(facts.facts.tables[spec.measure.table][column]).to_pylist()
    return {_said(key_of((value,))[0]): key_of((value,))[0] for value in sorted(values, key=_said)}


def shown_small(claim: Claim, catalogue: Catalogue, *, k: int) -> bool:
    """Whether a claim shows a number of 1 to k − 1 people. Raises: CannotEvaluate."""
    of_people = [
        any(measure.table in PEOPLE for measure in spec_of(asked, catalogue).measures)
        for asked in asked_in(claim.query)
    ]
    if not any(of_people):
        return False
    counts: list[int | None] = [claim.n]
    match claim.value:
        case FigureValue(value=value, of=of) if of is not None:
            counts += [value, of - value]
        case ComparisonValue() as both:
            counts.append(both.against_n)
            if both.of is not None and both.against_of is not None:
                counts += [both.value, both.of - both.value, both.against, both.against_of - both.against]
        case TableValue(cells=cells) if _counts_people(claim, catalogue):
            counts += [cell.value for cell in cells]
            counts += [cell.of for cell in cells]
        case _:
            pass
    return any(count is not None and 0 < count < k for count in counts)


def _counts_people(claim: Claim, catalogue: Catalogue) -> bool:
    return all(
        measure.table in PEOPLE and measure.take in ("rows", "distinct")
        for asked in asked_in(claim.query)
        for measure in spec_of(asked, catalogue).measures
    )
