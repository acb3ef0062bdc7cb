"""Figures that are the same where they should differ: a block copied from another region, row or month.

Small numbers, round ones and pauses agree by chance, and some series always go together. Each agreement therefore
counts by how rare it is in the table itself: how often the number stands in the series, how widely its months spread,
how often the two series agree elsewhere. A block is named where chance would make it less than once in a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import prod
from typing import Final

from egenmakt.core.evidence.findings import Finding, Place, Said
from egenmakt.core.evidence.links import Scene, usual_of
from egenmakt.core.evidence.monthly import Key, Point, Series
from egenmakt.core.evidence.months import Month

RARE: Final = 1e-6
"""A table of 24 months, 5 regions and 5 indicators makes about 500 comparisons."""
TABLES: Final = 100
"""A table without mistakes in fewer than one of so many has such a block: measured, as for jumps."""
LEAST: Final = 2
Pair = tuple[Series, Point, Series, Point]


def check_equals(scene: Scene, *, about: str = "") -> Iterator[Finding]:
    """Blocks of equal figures: regions in one month, indicators over several months, a month and the one before.

    Args: about, the only region of which something is to be told, whichever it is compared with.
    """
    regions = list(dict.fromkeys(series.key.region for series in scene.table.series))
    indicators = list(dict.fromkeys(series.key.indicator for series in scene.table.series))
    told_of = [region for region in regions if about in ("", region)]
    months = sorted(scene.by_month)
    for month in months:
        for one, other in combinations(regions, 2):
            if about not in ("", one, other):
                continue
            pairs = _pairs(scene, ((Key(one, i), month, Key(other, i), month) for i in indicators))
            yield from _judged(scene, pairs, "equal_regions", {"region": one, "other": other})
        earlier = month.later(-1)
        for region in told_of:
            pairs = _pairs(scene, ((Key(region, i), month, Key(region, i), earlier) for i in indicators))
            yield from _judged(scene, pairs, "equal_months", {"other": str(earlier)})
    for region in told_of:
        for one, other in combinations(indicators, 2):
            if other in scene.table.part_of.get(one, "") or one in scene.table.part_of.get(other, ""):
                continue  # where all members are women the two are the same, and rightly
            for run in _runs(_pairs(scene, ((Key(region, one), m, Key(region, other), m) for m in months))):
                yield from _judged(scene, run, "equal_indicators", {"indicator": one, "other": other})


def _pairs(scene: Scene, places: Iterable[tuple[Key, Month, Key, Month]]) -> list[Pair]:
    """The rows whose figures of the month are equal and not nought."""
    found = []
    for key, month, other_key, other_month in places:
        point, there = scene.point(key, month), scene.point(other_key, other_month)
        if point is None or there is None or not point.flow.value or point.flow.value != there.flow.value:
            continue
        series, other = scene.table.get(key), scene.table.get(other_key)
        if series is not None and other is not None:
            found.append((series, point, other, there))
    return found


def _runs(pairs: list[Pair]) -> Iterator[list[Pair]]:
    run: list[Pair] = []
    for pair in pairs:
        if run and run[-1][1].month.until(pair[1].month) != 1:
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _judged(scene: Scene, pairs: list[Pair], code: str, names: dict[str, str]) -> Iterator[Finding]:
    if len(pairs) < LEAST or prod(_chance(pair, pairs) for pair in pairs) > RARE:
        return
    places = [Place(p.row, str(p.month), s.key.region, s.key.indicator, "flow") for s, p, _o, _t in pairs]
    places += [Place(t.row, str(t.month), o.key.region, o.key.indicator, "flow") for _s, _p, o, t in pairs]
    yield Finding(
        code, "look", tuple(places), {"count": len(pairs), **names}, evidence=(Said("chance", {"tables": TABLES}),)
    )


def _chance(pair: Pair, block: list[Pair]) -> float:
    """How probable it is that just these two figures agree, if nothing is wrong."""
    series, point, other, there = pair
    value = point.flow.value or 0
    each = []
    for one, its in ((series, point), (other, there)):
        flows = [p.flow.value for p in one.points if p.flow.value is not None and p.month != its.month]
        usual = usual_of(one, without=its.month)
        # what is within one spread of the usual month is taken for equally likely, and what came before for as likely
        each.append(max(1 / (1 + usual.median * usual.spread), flows.count(value) / max(len(flows), 1)))
    # that two numbers agree is no more probable than that the rarer of them comes up
    chances = [min(each)]
    inside = {p.month for _s, p, _o, _t in block}
    shift = there.month.until(point.month)
    elsewhere = [
        (p.flow.value, q.flow.value)
        for p in series.points
        if p.month not in inside and p.flow.value and (q := other.at(p.month.later(-shift))) is not None
    ]
    if len(elsewhere) < len(block) // 2 + 1 and len(inside) > 1:
        return 1.0  # the two go together most of the time: that is what they are like
    chances.append(sum(a == b for a, b in elsewhere) / max(len(elsewhere), 1))
    return max(chances)
