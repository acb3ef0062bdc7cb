"""Figures for a whole file of activities: what may be told of each, so that no small number can be had from all of it.

Figures about people go through core/disclosure together: those of a partner beside those of the programme that it
belongs to, and each beside its parts by sex, age or disability. A way of telling apart is given whole or not at all, so
that its parts add up to what they are parts of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.counted import Counted
from egenmakt.core.evidence.claims.evaluate import key_of
from egenmakt.core.evidence.claims.small import PEOPLE, Single, Tabled, TooFew, hidden_cells
from egenmakt.core.evidence.facts import Facts, Value
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec

K: Final = 5
"""Fewer people than this are never told of. The same number as in the effect report."""
Why = Literal["few", "unequal"]
"""Why a way of telling apart is left out: it is about few people, or its parts do not add up to the whole."""
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is asked for under a key of its own: whose, when, and how it is told apart."""

    key: str
    indicator: str
    spec: FigureSpec
    by: tuple[str, ...] = ()


@dataclass(slots=True)
class Told:
    """What may be told of a figure. Without a figure it is about few people, or nobody counted it."""

    figure: Figure | None
    is_small: bool = False
    parts: dict[str, dict[Value, int]] = field(default_factory=dict)
    left_out: dict[str, Why] = field(default_factory=dict)


def tell(*, asked: Sequence[Asked], facts: Facts, catalogue: Catalogue, k: int = K) -> dict[str, Told]:
    """What may be told of each figure, by its key.

    Raises: NotAMeasure, NotFacts where a figure cannot be counted.
    """
    counted = Counted(facts)
    told = {one.key: Told(counted.figure(one.spec)) for one in asked}
    shown: set[Asked] = set()
    apart: set[tuple[str, str]] = set()
    for until_on in sorted({one.spec.until_on for one in asked}):  # what is small in one year costs no other year
        in_year = [one for one in asked if one.spec.until_on == until_on and _is_of_people(one)]
        nobody = {one for one in in_year if _has_nobody(one.spec, facts)}
        shown_then, apart_then = _of_people([one for one in in_year if one not in nobody], counted, k)
        shown |= shown_then | nobody
        apart |= apart_then
    for one in asked:
        if _is_of_people(one) and one not in shown:
            told[one.key] = Told(None, is_small=True)
        for by in one.by if told[one.key].figure is not None else ():
            _tell_apart(one, by, told[one.key], counted, may=not _is_of_people(one) or (one.key, by) in apart)
    _outside_few(asked, told, catalogue, k)
    _parts_of_others(asked, told, catalogue, k)
    return told


def _is_of_people(one: Asked) -> bool:
    return any(measure.table in PEOPLE for measure in one.spec.measures)


def _has_nobody(spec: FigureSpec, facts: Facts) -> bool:
    """Whether a partner or country has nobody at all: none is told like any other number, and nothing is to protect."""
    cell = dict(spec.cell)
    return any(
        cell[name] not in facts.tables[measure.table][name].unique().to_pylist()
        for measure in spec.measures
        for name in _columns(spec)
    )


def _tell_apart(one: Asked, by: str, told: Told, counted: Counted, *, may: bool) -> None:
    if not may:
        if _value(told):
            told.left_out[by] = "few"
        return
    parts = {key[0]: found.value or 0 for key, found in counted.table(one.spec, [by]).items()}
    if by in one.spec.measure.of_table.parts:
        parts.pop(None, None)  # the row without it is the whole
    if told.figure is None or sum(parts.values()) != (told.figure.value or 0):
        told.left_out[by] = "unequal"
        return
    told.parts[by] = {value: part for value, part in parts.items() if part}


def _base(spec: FigureSpec) -> FigureSpec:
    """The same for everybody: without the partner and the country of its cell."""
    return replace(spec, cell=tuple(pair for pair in spec.cell if pair[0] not in ("partner", "country")))


def _columns(spec: FigureSpec) -> Place:
    return tuple(name for name, _ in spec.cell if name in ("partner", "country"))


def _of_people(asked: list[Asked], counted: Counted, k: int) -> tuple[set[Asked], set[tuple[str, str]]]:
    """The figures that may be shown, and the (key, way of telling apart) that may.

    Where figures of partners or countries stand beside each other, they are taken for one table by partner or country:
    what a reader could have by subtracting them from the whole is then seen to as well.
    """
    families: dict[FigureSpec, list[Asked]] = defaultdict(list)
    for one in asked:
        families[_base(one.spec)].append(one)
    singles: dict[str, tuple[Single, Asked]] = {}
    tables: dict[str, Tabled] = {}
    places: dict[Asked, str] = {}
    for number, (base, family) in enumerate(families.items()):
        beside = {_columns(one.spec) for one in family} - {()}
        for columns in beside:
            name = f"{number}|{'|'.join(columns)}"
            tables[name] = Tabled(name, base, columns)
        for one in family:
            if _columns(one.spec):
                places[one] = f"{number}|{'|'.join(_columns(one.spec))}"
            else:
                singles[f"{number}"] = Single(f"{number}", base), one
                places[one] = f"{number}"
    apart = {f"{one.key}#{by}": (Tabled(f"{one.key}#{by}", one.spec, (by,)), one, by) for one in asked for by in one.by}
    while True:
        try:
            hidden = hidden_cells(
                singles=[single for single, _ in singles.values()],
                tables=[*tables.values(), *(table for table, _, _ in apart.values())],
                facts=counted,
                k=k,
            )
            break
        except TooFew as error:
            _take_away(error.reasons, apart, tables, singles)
    kept = {*singles, *tables}
    shown = {
        one
        for one in asked
        if places[one] in kept and not (_columns(one.spec) and key_of(_cell(one.spec)) in hidden[places[one]])
    }
    whole = {(one.key, by) for code, (_, one, by) in apart.items() if not hidden[code] and one in shown}
    return shown, whole


def _take_away(reasons: Mapping[str, str], *known: dict[str, Any]) -> None:
    """Give up what cannot be shown: what is told apart first, then partners and countries, then the whole."""
    for one in known:
        gone = [code for code in reasons if code in one]
        if len(reasons) > 1 and len(set(reasons.values())) == 1:
            gone = gone[-1:]  # one sentence for all of them: the others may do without the last
        for code in gone:
            del one[code]
        if gone:
            return


def _cell(spec: FigureSpec) -> tuple[Value, ...]:
    cell = dict(spec.cell)
    return tuple(cell[name] for name in _columns(spec))


def _few(number: int | None, k: int) -> bool:
    return number is not None and 0 < number < k


def _outside_few(asked: Sequence[Asked], told: Mapping[str, Told], catalogue: Catalogue, k: int) -> None:
    """Figures from outside about people have no rows to protect: where one is small, only the whole is told."""
    families: dict[tuple[FigureSpec, Place], list[Asked]] = defaultdict(list)
    for one in asked:
        if one.spec.measure.table == "outside" and "sex" in catalogue.indicator(one.indicator).disaggregations:
            families[_base(one.spec), _columns(one.spec)].append(one)
    wholes = {base: family[0] for (base, columns), family in families.items() if not columns}
    for (base, columns), family in families.items():
        whole = told[wholes[base].key].figure if columns and base in wholes else None
        numbers = [_value(told[one.key]) for one in family]
        rest = (whole.value or 0) - sum(numbers) if whole is not None else 0
        if any(_few(number, k) for number in (*numbers, rest)):
            for one in family:
                told[one.key].figure, told[one.key].is_small = None, True
                told[one.key].parts.clear()
        for by in {by for one in family for by in one.by}:
            parts = [part for one in family for part in told[one.key].parts.get(by, {}).values()]
            if any(_few(part, k) for part in parts):
                for one in family:
                    if told[one.key].parts.pop(by, None) is not None:
                        told[one.key].left_out[by] = "few"


def _value(told: Told) -> int:
    return told.figure.value or 0 if told.figure is not None else 0


def _parts_of_others(asked: Sequence[Asked], told: dict[str, Told], catalogue: Catalogue, k: int) -> None:
    """An indicator that is a part of another one, such as young people of members, leaves people over: not few."""
    beside = {(one.indicator, one.spec.cell, one.spec.from_on, one.spec.until_on): one for one in asked}
    for one in asked:
        above = catalogue.indicator(one.indicator).subset_of
        other = beside.get((above, one.spec.cell, one.spec.from_on, one.spec.until_on)) if above else None
        if other is None or told[one.key].figure is None or told[other.key].figure is None:
            continue
        if one.spec.of is None and _few(_value(told[other.key]) - _value(told[one.key]), k):
            for same in asked:  # those of all partners and countries: one alone could be had from the others
                is_beside = _base(same.spec) == _base(one.spec) and same.indicator == one.indicator
                if is_beside and (same == one or _columns(same.spec)):
                    told[same.key] = Told(None, is_small=True)
