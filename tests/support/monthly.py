"""Invented monthly tables that agree with themselves, and mistakes of every kind put into them one at a time.

It knows nothing of the program: its rows are what would stand in a file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

REGIONS = ("Kenya", "Malawi", "Rwanda", "Uganda", "Zambia")
INDICATORS = ("groups", "members", "women", "enterprises", "jobs")
MONTHS = 24
HEADER = ("month", "region", "indicator", "flow", "accumulated", "note")


@dataclass
class Line:
    """What stands for one month of one series."""

    flow: int
    accumulated: int
    note: str = ""


@dataclass
class Tables:
    """The lines of every series, by region and indicator."""

    lines: dict[tuple[str, str], list[Line]] = field(default_factory=dict)

    def rows(self) -> list[tuple[int, list[str]]]:
        """As the rows of a file, the header being row 1."""
        found = []
        for month in range(MONTHS):
            for (region, indicator), lines in self.lines.items():
                line = lines[month]
                name = f"{2023 + month // 12}-{month % 12 + 1:02d}"
                found.append([name, region, indicator, str(line.flow), str(line.accumulated), line.note])
        return list(enumerate(found, start=2))


@dataclass(frozen=True)
class Seeded:
    """A mistake that was put in: its kind, the codes that name it rightly, and where."""

    kind: str
    codes: frozenset[str]
    region: str
    indicator: str
    month: str


def consistent(rng: Random) -> Tables:
    """Series as programmes publish them: large and small, growing, with seasons, pauses and members who leave."""
    tables = Tables()
    for region in REGIONS:
        size = math.exp(rng.uniform(math.log(1), math.log(60)))
        growth, peak, season = rng.uniform(-0.03, 0.06), rng.randrange(12), rng.uniform(0, 0.8)
        pauses = {month for month in range(MONTHS) if rng.random() < rng.choice((0.0, 0.04, 0.12))}
        is_young, per_group, share = rng.random() < 0.2, rng.uniform(12, 27), rng.uniform(0.5, 1.0)
        work, jobs_each = rng.uniform(0.2, 3), rng.choice((1.0, rng.uniform(1, 4)))
        flows: dict[str, list[int]] = {indicator: [] for indicator in INDICATORS}
        for month in range(MONTHS):
            level = size * (1 + growth) ** month * math.exp(season * math.cos((month - peak) * math.pi / 6))
            groups = 0 if month in pauses else _poisson(rng, level * math.exp(rng.gauss(0, 0.25)))
            members = round(groups * per_group * math.exp(rng.gauss(0, 0.08))) + _poisson(rng, size / 2)
            women = members if share > 0.97 else sum(rng.random() < share for _ in range(members))
            enterprises = _poisson(rng, groups * work * math.exp(rng.gauss(0, 0.3)))
            if month and rng.random() < 0.1:
                enterprises = round(enterprises, -1)  # people write round numbers
            jobs = enterprises if jobs_each == 1 else round(enterprises * jobs_each * math.exp(rng.gauss(0, 0.2)))
            for name, value in zip(INDICATORS, (groups, members, women, enterprises, jobs), strict=True):
                flows[name].append(value)
        for name in INDICATORS:
            past = 0 if is_young else round(sum(flows[name]) * rng.uniform(0.2, 3))
            if name == "women":
                past = (
                    round(tables.lines[region, "members"][0].accumulated - flows["members"][0])
                    * int(share * 100)
                    // 100
                )
            total, lines = past, []
            for flow in flows[name]:
                total += flow
                lines.append(Line(flow, total))
            tables.lines[region, name] = lines
    return tables


def _poisson(rng: Random, mean: float) -> int:
    if mean > 60:
        return max(round(rng.gauss(mean, math.sqrt(mean))), 0)
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


Change = Callable[[Random, list[Line], int], frozenset[str] | None]
"""Puts a mistake into a month of a series, and says which codes name it; None where there it would be none."""


def _carry(lines: list[Line], month: int, by: int, until: int = MONTHS) -> None:
    for line in lines[month:until]:
        line.accumulated += by


def late(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    if month >= MONTHS - 1 or lines[month].flow <= 0:
        return None
    lines[month].accumulated -= lines[month].flow
    return frozenset({"late"})


def left_out(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    flow = lines[month].flow
    if flow <= 0 or lines[0].accumulated < flow:
        return None
    _carry(lines, month, -flow)
    return frozenset({"left_out"})


def twice_before(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    # after a month with the same figure it is as true that this one was added twice
    if month < 2 or lines[month - 1].flow <= 0 or lines[month].flow == lines[month - 1].flow:
        return None
    _carry(lines, month, lines[month - 1].flow)
    return frozenset({"twice_before"})


def subtracted(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    flow = lines[month].flow
    if flow <= 0 or lines[month].accumulated < 2 * flow:
        return None
    _carry(lines, month, -2 * flow, rng.choice((month + 1, MONTHS)))
    return frozenset({"subtracted"})


def rebased(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    """As large as a re-basing is: whole areas are handed over or taken in, more than any month brings."""
    if not 4 <= month <= MONTHS - 4:
        return None
    most = max(line.flow for line in lines)
    size = round(lines[month].accumulated * rng.uniform(0.15, 0.6))
    if size < 2 * most or size < 10:
        return None
    _carry(lines, month, size * rng.choice((-1, 1)))
    return frozenset({"rebased"})


def unrelated(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
    """A number of no known origin: nothing should be named."""
    figure = rng.choice(("flow", "accumulated"))
    value = getattr(lines[month], figure)
    wrong = round(value * rng.uniform(0.4, 1.9))
    if wrong == value or value < 10:
        return None
    setattr(lines[month], figure, wrong)
    a, b = str(value), str(wrong)
    # where one digit alone differs, to say so is right whatever the reason was
    is_digit = len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    return frozenset({"", "digit_wrong"}) if is_digit else frozenset({""})


def _slip(make: Callable[[Random, str], str], *codes: str) -> Change:
    def change(rng: Random, lines: list[Line], month: int) -> frozenset[str] | None:
        figure = rng.choice(("flow", "accumulated"))
        right = getattr(lines[month], figure)
        wrong = make(rng, str(right)) if right >= 10 else ""
        if not wrong or int(wrong) == right or wrong[0] == "0":
            return None
        carried = figure == "accumulated" and rng.random() < 0.3
        if carried:
            _carry(lines, month, int(wrong) - right)
            return frozenset(codes) if min(line.accumulated for line in lines) >= 0 else None
        setattr(lines[month], figure, int(wrong))
        return frozenset(codes)

    return change


def _missing(rng: Random, digits: str) -> str:
    place = rng.randrange(len(digits))
    return digits[:place] + digits[place + 1 :]


def _doubled(rng: Random, digits: str) -> str:
    place = rng.randrange(len(digits))
    return digits[: place + 1] + digits[place:]


def _swapped(rng: Random, digits: str) -> str:
    place = rng.randrange(len(digits) - 1)
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _thousands(rng: Random, digits: str) -> str:
    if len(digits) > 3 and rng.random() < 0.5:
        # of four digits the last three are also what is left when one is missing
        return digits[:-3] if len(digits) == 4 else rng.choice((digits[:-3], digits[-3:]))
    return digits + "000"


ALONE: dict[str, Change] = {
    "late": late,
    "left out": left_out,
    "month before twice": twice_before,
    "subtracted": subtracted,
    "digit missing": _slip(_missing, "digit_missing"),
    "digit doubled": _slip(_doubled, "digit_doubled"),
    "digits swapped": _slip(_swapped, "digits_swapped"),
    "thousands": _slip(_thousands, "thousands"),
    "re-based": rebased,
    "unrelated": unrelated,
}


def _block_copied(rng: Random, tables: Tables, month: int) -> Seeded | None:
    """A month of one region is that of another, in all indicators, and the sums are built upon it."""
    here, there = rng.sample(REGIONS, 2)
    if any(tables.lines[there, i][month].flow == tables.lines[here, i][month].flow for i in INDICATORS):
        return None
    for indicator in INDICATORS:
        ours, value = tables.lines[here, indicator], tables.lines[there, indicator][month].flow
        _carry(ours, month, value - ours[month].flow)
        ours[month].flow = value
    return Seeded("block copied", frozenset({"equal_regions"}), here, INDICATORS[0], "")


def _tenfold(rng: Random, tables: Tables, month: int) -> Seeded | None:
    """A month is written a hundred times too large, and the sum is made with it."""
    region, indicator = rng.choice(REGIONS), rng.choice(INDICATORS)
    lines = tables.lines[region, indicator]
    if lines[month].flow < 5:
        return None
    _carry(lines, month, 99 * lines[month].flow)
    lines[month].flow *= 100
    codes = {"jump", "part_above_whole"} if indicator in ("members", "women") else {"jump"}
    return Seeded("a hundredfold", frozenset(codes), region, indicator, "")


def _women_above(rng: Random, tables: Tables, month: int) -> Seeded | None:
    """More women than members, in a month whose sums are right."""
    region = rng.choice(REGIONS)
    women, members = tables.lines[region, "women"], tables.lines[region, "members"]
    more = members[month].flow - women[month].flow + rng.randrange(1, 20)
    _carry(women, month, more)
    women[month].flow += more
    return Seeded("women above members", frozenset({"part_above_whole"}), region, "women", "")


BESIDE_SUMS = {"block copied": _block_copied, "a hundredfold": _tenfold, "women above members": _women_above}
"""Mistakes that leave the sums right."""
TOGETHER = ("other row", "exchanged", "row of another")
KINDS = (*ALONE, *TOGETHER)


def _together(kind: str, rng: Random, here: list[Line], there: list[Line], month: int) -> frozenset[str] | None:
    one, other = here[month], there[month]
    if kind == "row of another":
        if (one.flow, one.accumulated) == (other.flow, other.accumulated) or not other.flow or one.flow == other.flow:
            return None
        one.flow, one.accumulated = other.flow, other.accumulated
        return frozenset({"row_of_other"})
    figure = rng.choice(("flow", "accumulated"))
    right, wrong = getattr(one, figure), getattr(other, figure)
    # where it is also the accumulated figure of the month before, or where nothing came in the month, it is as true
    # that the month was left out
    if right == wrong or not wrong or wrong == here[month - 1].accumulated or right == 0:
        return None
    setattr(one, figure, wrong)
    if kind == "exchanged":
        setattr(other, figure, right)
        return frozenset({"exchanged"})
    return frozenset({"other_region", "other_indicator"})


def seed(rng: Random, tables: Tables, kind: str, *, tries: int = 200) -> Seeded | None:
    """Put one mistake of a kind into tables, where it makes a difference. None where no place was found."""
    for _ in range(tries):
        region, indicator = rng.choice(REGIONS), rng.choice(INDICATORS)
        month = rng.randrange(1, MONTHS)
        if kind in BESIDE_SUMS:
            if (seeded := BESIDE_SUMS[kind](rng, tables, month)) is not None:
                return seeded
            continue
        here = tables.lines[region, indicator]
        if kind in ALONE:
            codes = ALONE[kind](rng, here, month)
        else:
            across = rng.random() < 0.5
            other = (
                (rng.choice([r for r in REGIONS if r != region]), indicator)
                if across
                else (region, rng.choice([i for i in INDICATORS if i != indicator]))
            )
            codes = _together(kind, rng, here, tables.lines[other], month)
        if codes is not None:
            return Seeded(kind, codes, region, indicator, f"{2023 + month // 12}-{month % 12 + 1:02d}")
    return None
