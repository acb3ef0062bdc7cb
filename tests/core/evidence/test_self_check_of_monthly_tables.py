"""Monthly tables against themselves: each check, each cause by hand, and one finding for one mistake."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from egenmakt.core.evidence.findings import Finding
from egenmakt.core.evidence.links import usual_of
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.reading import NotATable, UnknownIndicator, read_table
from egenmakt.core.evidence.self_check import check

HEADER = ["month", "region", "indicator", "flow", "accumulated", "note"]
FLOWS = [120, 135, 128, 140, 151, 144, 155, 149, 162, 138]
SUMS = [1120, 1255, 1383, 1523, 1674, 1818, 1973, 2122, 2284, 2422]
Row = list[str]


def rows(
    flows: Sequence[object] = FLOWS, sums: Sequence[object] = SUMS, *, region: str = "Kenya", indicator: str = "members"
) -> list[Row]:
    return [
        [str(Month(2024, 1).later(i)), region, indicator, str(flow), str(total), ""]
        for i, (flow, total) in enumerate(zip(flows, sums, strict=True))
    ]


def findings(*series: list[Row], header: Sequence[str] = HEADER) -> list[Finding]:
    lines = [row for one in series for row in one]
    read = read_table(header=header, rows=list(enumerate(lines, start=2)))
    return [*read.findings, *check(read.table)]


def changed(month: int, *, flow: object = None, total: object = None, carried: int = 0, note: str = "") -> list[Row]:
    """The series with other figures in a month, and something added to all accumulated ones from then on."""
    lines = rows()
    for line in lines[month:]:
        line[4] = str(int(line[4]) + carried)
    if flow is not None:
        lines[month][3] = str(flow)
    if total is not None:
        lines[month][4] = str(total)
    lines[month][5] = note
    return lines


def test_figures_that_agree_give_no_finding() -> None:
    assert findings(rows(), rows(indicator="women", flows=[f - 5 for f in FLOWS], sums=running(900, 5))) == []


def running(start: int, less: int) -> list[int]:
    return [start + sum(flow - less for flow in FLOWS[: i + 1]) for i in range(len(FLOWS))]


@pytest.mark.parametrize(
    ("lines", "code", "figure", "sentence"),
    [
        (changed(3, total=1383), "late", "accumulated",
         "The month was not included at first: 1383 + 140 = 1523, but 1383 is written. "
         "It was included afterwards, in 2024-05."),
        (changed(3, carried=-140), "left_out", "accumulated",
         "The month was left out: 1383 + 140 = 1523, but 1383 is written."),
        (changed(3, carried=128), "twice_before", "accumulated",
         "The month before was added once more: 1383 + 140 + 128 = 1651, instead of 1383 + 140 = 1523."),
        (changed(3, carried=140), "twice", "accumulated",
         "The month was added twice: 1383 + 140 + 140 = 1663, instead of 1383 + 140 = 1523."),
        (changed(3, carried=-280), "subtracted", "accumulated",
         "The month was subtracted instead of added: 1383 − 140 = 1243; 1383 + 140 = 1523."),
        (changed(1, carried=120), "late_first", "accumulated",
         "The month before was not included before: the difference equals its figure, 120, "
         "and 1120 + 120 + 135 = 1375."),
        (changed(3, total=1532), "digits_swapped", "accumulated",
         "Two digits are swapped: 1532 is written, 1523 fits."),
        (changed(3, total=523), "digit_missing", "accumulated", "A digit is missing: 523 is written, 1523 fits."),
        (changed(3, total=15523), "digit_doubled", "accumulated", "A digit is doubled: 15523 is written, 1523 fits."),
        (changed(4, flow=115), "digits_swapped", "flow", "Two digits are swapped: 115 is written, 151 fits."),
        (changed(4, flow=1511), "digit_doubled", "flow", "A digit is doubled: 1511 is written, 151 fits."),
        (changed(4, flow=15), "digit_missing", "flow", "A digit is missing: 15 is written, 151 fits."),
        (changed(4, flow=151_000), "thousands", "flow",
         "A slip at the separator of thousands: 151000 is written, 151 fits."),
        (changed(4, carried=3271), "rebased", "accumulated",
         "A new base: from this month on the accumulated figures lie 3271 away from the sum, "
         "and all later months, 5 in number, agree with it."),
        (changed(0, total=1210), "digits_swapped", "accumulated",
         "Two digits are swapped: 1210 is written, 1120 fits."),
    ],
)  # fmt: skip
def test_the_likely_cause_is_named_with_its_arithmetic(lines: list[Row], code: str, figure: str, sentence: str) -> None:
    found = findings(lines)

    assert [(one.code, one.verdict) for one in found] == [("sum", "named")]
    assert [(cause.code, cause.place.figure) for cause in found[0].causes] == [(code, figure)]
    assert str(found[0].causes[0]) == sentence


def test_the_finding_says_where_and_what_the_months_around_say() -> None:
    (found,) = findings(changed(3, total=1532))

    assert (found.places[0].row, found.places[0].month, found.places[0].region) == (5, "2024-04", "Kenya")
    assert str(found) == "1383 before and 140 in the month make 1523; 1532 is written, a difference of 9."
    assert [str(said) for said in found.evidence] == ["The month after agrees with 1523: 1523 + 151 = 1674."]


def test_what_is_explained_by_nothing_is_called_unexplained() -> None:
    (found,) = findings(changed(3, total=1877))

    assert (found.verdict, found.causes) == ("unexplained", ())
    assert [said.code for said in found.evidence] == ["unexplained", "agrees_after"]


def test_two_causes_that_fit_equally_are_both_said() -> None:
    flows = [120, 135, 140, 140, 151, 144, 155, 149]
    sums = [1120, 1255, 1395, 1675, 1826, 1970, 2125, 2274]

    (found,) = findings(rows(flows, sums))

    assert found.verdict == "several"
    assert {cause.code for cause in found.causes} == {"twice", "twice_before"}


def test_two_mistakes_beside_each_other_are_two_findings_with_their_own_causes() -> None:
    lines = changed(3, total=1532)
    lines[4][3] = "1511"

    found = findings(lines)

    assert [[cause.code for cause in one.causes] for one in found] == [["digits_swapped"], ["digit_doubled"]]


def other(indicator: str = "members", region: str = "Malawi") -> list[Row]:
    flows = [31, 47, 39, 58, 44, 37, 52, 61, 35, 49]
    return rows(flows, [700 + sum(flows[: i + 1]) for i in range(10)], region=region, indicator=indicator)


def test_a_figure_of_another_region_is_known_by_its_number() -> None:
    here, there = rows(), other()
    here[3][4] = there[3][4]

    (found,) = findings(here, there)

    assert str(found.causes[0]) == "It is the figure of Malawi: 875 is written here and there, and 1523 fits here."


@pytest.mark.parametrize("columns", [(3,), (4,), (3, 4)])
def test_figures_that_changed_places_are_one_finding_with_both_places(columns: tuple[int, ...]) -> None:
    here, there = rows(), other()
    for column in columns:
        here[3][column], there[3][column] = there[3][column], here[3][column]

    (found,) = findings(here, there)

    assert found.causes[0].code == ("rows_exchanged" if len(columns) == 2 else "exchanged")
    assert [place.region for place in found.places] == ["Kenya", "Malawi"]


def test_a_row_that_repeats_the_month_before_is_one_finding() -> None:
    lines = rows()
    lines[4][3:5] = lines[3][3:5]

    (found,) = findings(lines)

    assert str(found.causes[0]) == "The whole row repeats the month before: 140 and 1523 again."


def test_a_written_correction_is_a_note_and_no_error() -> None:
    with_words = findings(changed(4, carried=-300, note="Corrected: a partner left"))
    without = findings(changed(4, carried=-300, note="A good month"))

    assert [(one.code, one.severity) for one in with_words] == [("corrected", "note")]
    assert [(one.code, one.severity) for one in without] == [("sum", "error")]


def test_a_fall_that_adds_up_still_needs_a_written_correction() -> None:
    lines = changed(4, flow=-49, carried=-200)

    assert [one.code for one in findings(lines)] == ["falls"]
    lines[4][5] = "Rättelse: dubbelräknade grupper"
    assert findings(lines) == []


def test_women_above_members_is_one_finding_for_all_its_months() -> None:
    women = rows(indicator="women", flows=[f - 5 for f in FLOWS], sums=running(1300, 5))

    found = findings(rows(), women)

    assert [one.code for one in found] == ["part_above_whole"]
    assert str(found[0]) == "women is 1415, more than members (1120) that it is a part of."
    assert [said.values["count"] for said in found[0].evidence] == [10]


def test_a_digit_too_much_among_the_women_is_not_told_twice() -> None:
    women = rows(indicator="women", flows=[f - 5 for f in FLOWS], sums=running(900, 5))
    women[3][4] = women[3][4] + women[3][4][-1]

    (found,) = findings(rows(), women)

    assert (found.code, [cause.code for cause in found.causes]) == ("sum", ["digit_doubled"])
    assert "part_above" in {said.code for said in found.evidence}


def test_a_cell_that_cannot_be_read_is_named_with_the_number_that_would_fit() -> None:
    found = findings(changed(3, flow="14O"), other())

    assert [(one.code, one.verdict) for one in found] == [("unreadable", "named")]
    assert str(found[0].causes[0]) == "Letters or signs stand for digits: “14O” for 140, which fits."


def test_a_missing_figure_and_a_missing_month_are_said_and_break_no_sum() -> None:
    lines = changed(3, total="")
    del lines[6]

    found = findings(lines)

    assert sorted((one.code, one.severity) for one in found) == [("blank", "look"), ("missing_month", "look")]
    assert [said.values for one in found for said in one.evidence] == [{"fits": 1523}]


def test_rows_that_come_twice_are_named_and_the_one_that_fits_is_used() -> None:
    lines = rows()
    same, wrong = list(lines[5]), [*lines[7][:3], "999", "9999", ""]

    found = findings([*lines[:6], same, lines[6], wrong, *lines[7:]])

    assert [one.code for one in found] == ["duplicate_row", "duplicate_differs"]
    assert (found[1].values["used"], found[1].severity) == (11, "error")


def test_a_month_out_of_all_proportion_is_looked_at_even_where_the_sum_is_right() -> None:
    flows = [*FLOWS[:5], 14_400, *FLOWS[6:]]

    found = findings(rows(flows, [1000 + sum(flows[: i + 1]) for i in range(10)]))

    assert [(one.code, one.severity) for one in found] == [("jump", "look")]
    assert str(found[0]) == "14400 is 103 times the usual month of this series, which is 140."


def test_a_block_copied_from_another_region_is_seen_and_a_coincidence_is_not() -> None:
    here = [rows(indicator=name, flows=[f + 7 * k for f in FLOWS], sums=up(k)) for k, name in enumerate("abcd")]
    there = [other(indicator=name) for name in "abcd"]
    for mine, theirs in zip(here, there, strict=True):
        value = int(theirs[4][3]) - int(mine[4][3])
        theirs[4][3] = mine[4][3]
        for line in theirs[4:]:
            line[4] = str(int(line[4]) - value)

    whole = findings(*here, *there)
    one = findings(here[0], there[0])

    assert [(one.code, one.values["count"]) for one in whole] == [("equal_regions", 4)]
    assert one == []


def up(k: int) -> list[int]:
    return [1000 + sum(f + 7 * k for f in FLOWS[: i + 1]) for i in range(10)]


def test_spellings_and_notations_of_one_file_are_noted_once() -> None:
    lines = rows()
    lines[4][0], lines[5][1], lines[6][1] = "May 2024", "KENYA", "KENYA"

    assert sorted(one.code for one in findings(lines)) == ["notations", "spellings"]


def test_rows_that_cannot_be_placed_are_named() -> None:
    lines = [*rows(), ["soon", "Kenya", "members", "1", "2", ""], ["2025-01", "", "members", "1", "2", ""]]

    found = findings(lines)

    assert [(one.code, one.places[0].row) for one in found] == [("month_unreadable", 12), ("no_name", 13)]


def test_a_table_without_its_columns_or_with_an_unknown_part_is_refused() -> None:
    with pytest.raises(NotATable) as refused:
        read_table(header=["month", "land"], rows=[])
    with pytest.raises(UnknownIndicator, match="girls"):
        read_table(header=HEADER, rows=list(enumerate(rows(), start=2)), part_of={"girls": "members"})

    assert refused.value.missing == ("indicator", "flow", "accumulated")


def test_the_usual_month_is_that_of_scipy() -> None:
    read = read_table(header=HEADER, rows=list(enumerate(rows(), start=2)))
    usual = usual_of(read.table.series[0])
    logs = np.log1p(FLOWS)
    mad = stats.median_abs_deviation(logs, scale="normal")
    tenth = (np.sort(logs)[9] - np.median(logs)) / stats.norm.ppf(0.9)

    assert math.log1p(usual.median) == pytest.approx(np.median(logs))
    assert usual.spread == pytest.approx(max(mad, tenth, 1 / math.sqrt(usual.median), 0.25), rel=1e-4)
    for flow in (0, 3, 140, 400):
        density = stats.t(5).pdf((math.log1p(flow) - np.median(logs)) / usual.spread) / usual.spread / (1 + flow)
        assert usual.probability(flow) == pytest.approx(density, rel=1e-3)
