"""What may be put together and what may not, as laws: the order is nothing, and wrong sums are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.evidence.aggregation import Observation, Total, WrongSum, added_up, over_cells, over_time
from egenmakt.core.evidence.indicators import Indicator, NotAnIndicator, Version

FIRST = Version(date(2024, 1, 1), "People in a group on the day", "Counted from the register")
MEMBERS = Indicator("members", "Members", "people", "individual", "register", "state", (FIRST,))
JOINED = replace(MEMBERS, code="joined", name="New members", kind="periodic")
EVER = replace(MEMBERS, code="ever", name="Members ever", kind="cumulative")
ATTENDANCE = replace(
    MEMBERS, code="attendance", name="Attendance", kind="share", numerator="present", denominator="called"
)
KENYA, MALAWI = frozenset({("country", "Kenya")}), frozenset({("country", "Malawi")})
COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def months(code: str, values: list[int], wholes: list[int] | None = None) -> list[Observation]:
    """One figure for each period of thirty days."""
    days = [date(2024, 1, 1) + timedelta(days=30 * i) for i in range(len(values) + 1)]
    return [
        Observation(code, KENYA, days[i], days[i + 1], value, wholes[i] if wholes else None)
        for i, value in enumerate(values)
    ]


def countries(code: str, values: list[int]) -> list[Observation]:
    return [
        Observation(code, frozenset({("country", f"c{i}")}), date(2024, 1, 1), date(2024, 2, 1), value)
        for i, value in enumerate(values)
    ]


@given(COUNTS)
def test_new_ones_are_added_and_of_accumulated_ones_the_last_stands_for_all(values: list[int]) -> None:
    totals = np.cumsum(values).tolist()

    assert over_time(indicator=JOINED, observations=months("joined", values)).value == totals[-1]
    assert over_time(indicator=EVER, observations=months("ever", totals)).value == totals[-1]
    assert over_time(indicator=MEMBERS, observations=months("members", values)).value == values[-1]


@given(COUNTS, st.randoms())
def test_the_order_in_which_figures_come_is_nothing(values: list[int], rng: st.random.Random) -> None:  # type: ignore[name-defined]  # Hypothesis re-exports it
    given_, places = months("joined", values), countries("members", values)
    mixed, mixed_places = list(given_), list(places)
    rng.shuffle(mixed)
    rng.shuffle(mixed_places)

    assert over_time(indicator=JOINED, observations=mixed) == over_time(indicator=JOINED, observations=given_)
    assert over_cells(indicator=MEMBERS, observations=mixed_places) == Total(sum(values), None)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12))
def test_shares_are_weighted_by_their_wholes(pairs: list[tuple[int, int]]) -> None:
    values, wholes = [min(pair) for pair in pairs], [max(pair) for pair in pairs]

    total = over_time(indicator=ATTENDANCE, observations=months("attendance", values, wholes))

    if sum(wholes):
        shares = [value / whole if whole else 0 for value, whole in zip(values, wholes, strict=True)]
        assert total.share == Fraction(sum(values), sum(wholes))
        assert float(total.share) == pytest.approx(np.average(shares, weights=wholes))
    else:
        assert total.share is None


def test_people_who_may_be_the_same_are_not_added() -> None:
    women = replace(countries("members", [5])[0], cell=frozenset({("sex", "women")}))
    kenya = replace(women, cell=KENYA)
    women_of_malawi = replace(women, cell=MALAWI | {("sex", "women")})

    with pytest.raises(WrongSum, match="may be the same people"):
        over_cells(indicator=MEMBERS, observations=[women, kenya])
    with pytest.raises(WrongSum, match="may be the same people"):
        over_cells(indicator=MEMBERS, observations=[women, women_of_malawi])
    with pytest.raises(WrongSum, match="everybody"):
        over_cells(indicator=MEMBERS, observations=[kenya, replace(kenya, cell=frozenset())])
    assert over_cells(indicator=MEMBERS, observations=[kenya, women_of_malawi]).value == 10


def test_a_changed_definition_breaks_the_series_in_sight() -> None:
    later = Version(date(2024, 2, 15), "People who saved in the month", "Counted from the ledger")
    joined, members = replace(JOINED, versions=(FIRST, later)), replace(MEMBERS, versions=(FIRST, later))
    reworded = replace(JOINED, versions=(FIRST, replace(later, breaks_series=False)))

    with pytest.raises(WrongSum, match="changed on 2024-02-15"):
        over_time(indicator=joined, observations=months("joined", [1, 2, 3]))
    assert over_time(indicator=members, observations=months("members", [1, 2, 3])).breaks == (later,)
    assert over_time(indicator=reworded, observations=months("joined", [1, 2, 3])).value == 6
    assert members.version_on(date(2024, 2, 14)) == FIRST
    assert members.version_on(date(2024, 2, 15)) == later
    assert members.version_on(date(2023, 12, 31)) is None


def test_periods_that_overlap_and_figures_of_other_people_are_not_one_series() -> None:
    one = months("joined", [1, 2])

    with pytest.raises(WrongSum, match="overlap"):
        over_time(indicator=JOINED, observations=[*one, one[0]])
    with pytest.raises(WrongSum, match="different people"):
        over_time(indicator=JOINED, observations=[one[0], replace(one[1], cell=MALAWI)])
    with pytest.raises(WrongSum, match="periods differ"):
        over_cells(indicator=JOINED, observations=[one[0], replace(one[1], cell=MALAWI)])


def test_a_part_is_not_added_to_its_whole_nor_to_another_part_of_it() -> None:
    women = replace(MEMBERS, code="women", name="Women", subset_of="members")
    young = replace(MEMBERS, code="young", name="Young people", subset_of="members")

    girls = replace(MEMBERS, code="girls", name="Girls", subset_of="women")
    created = replace(JOINED, code="created", name="Created", unit="enterprises")
    developed = replace(created, code="developed", name="Developed")

    with pytest.raises(WrongSum, match="part of the other"):
        added_up(indicators=[MEMBERS, women])
    with pytest.raises(WrongSum, match="may overlap"):
        added_up(indicators=[women, young])
    with pytest.raises(WrongSum, match="part of the other"):
        added_up(indicators=[MEMBERS, girls], known=[women])
    with pytest.raises(WrongSum, match="share"):
        added_up(indicators=[ATTENDANCE])
    with pytest.raises(WrongSum, match="different kinds"):
        added_up(indicators=[created, developed])
    with pytest.raises(WrongSum, match="twice"):
        added_up(indicators=[MEMBERS, MEMBERS])
    added_up(indicators=[created, developed])


@pytest.mark.parametrize(
    "change",
    [{"level": "planet"}, {"unit": " "}, {"versions": ()}, {"versions": (FIRST, FIRST)}, {"kind": "share"},
     {"numerator": "a", "denominator": "b"}, {"subset_of": "members"}, {"disaggregations": frozenset({"mood"})}],
)  # fmt: skip
def test_an_indicator_that_is_not_defined_whole_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(NotAnIndicator):
        replace(MEMBERS, **change)  # type: ignore[arg-type]  # wrong on purpose
