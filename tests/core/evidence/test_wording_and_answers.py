"""What was found, in anybody's words; known again by its fingerprint; and who has to answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from egenmakt.core.evidence.answering import finding_from_json, finding_to_json, print_of, to_answer, touches
from egenmakt.core.evidence.counts import read_count
from egenmakt.core.evidence.findings import Finding, Place
from egenmakt.core.evidence.monthly import Key, MonthlyTable, Point, Series
from egenmakt.core.evidence.monthly_lines import NotALine, ReportLine, line_called, parts_of_lines, report_lines
from egenmakt.core.evidence.months import Month
from egenmakt.core.evidence.self_check import check
from egenmakt.core.evidence.wording import Wording

START = Month(2025, 10)
SOUND = ((61, 61), (47, 108), (83, 191), (29, 220))


def table(*rows: tuple[int, int], first_row: int = 1, region: str = "id-1", indicator: str = "members") -> MonthlyTable:
    points = tuple(
        Point(first_row + n, START.later(n), read_count(str(flow)), read_count(str(accumulated)))
        for n, (flow, accumulated) in enumerate(rows)
    )
    return MonthlyTable((Series(Key(region, indicator), points),), {})


def found(*rows: tuple[int, int], **more: int) -> list[Finding]:
    return check(table(*rows, **more))


SWAPPED: Sequence[tuple[int, int]] = (*SOUND, (95, 351))


def test_codes_are_read_as_names_and_numbers_and_months_as_the_reader_writes_them() -> None:
    words = Wording(
        lambda text: text.replace("is written", "står"),
        lambda number: f"<{number}>",
        {"id-1": "North", "members": "Members in groups"},
        month=lambda text: text.replace("-", "/"),
    )
    finding = found(*SWAPPED)[0]

    assert words.sentence(finding) == "<220> before and <95> in the month make <315>; <351> står, a difference of <36>."
    assert words.where(finding.places[0], with_row=False) == "Members in groups, 2026/02, accumulated figure"
    assert words.where(Place(7)) == "row 7"
    assert words.named("id-1, members") == "North, Members in groups"
    assert Wording(str, str).named("Lund, Malmö") == "Lund, Malmö"


def test_the_same_finding_in_another_row_has_the_same_fingerprint_and_other_figures_have_another() -> None:
    first, elsewhere = found(*SWAPPED)[0], found(*SWAPPED, first_row=40)[0]

    assert print_of(first) == print_of(elsewhere)
    assert first.places[0].row != elsewhere.places[0].row
    assert print_of(first) != print_of(found(*SOUND, (95, 352))[0])
    assert print_of(first) != print_of(replace(first, verdict="unexplained", causes=()))


def test_a_finding_is_kept_whole() -> None:
    for finding in (*found(*SWAPPED), *found((61, 61), (47, 120), (83, 203), (29, 190))):
        assert finding_from_json(finding_to_json(finding)) == finding


def test_a_report_answers_for_its_own_month_and_for_what_it_brings_to_light() -> None:
    month = START.later(4)

    mine, others = to_answer(before=found(*SOUND), now=found(*SWAPPED), region="id-1", month=month)
    assert ([one.code for one in mine], others) == (["sum"], [])
    # the first month was wrong, and nothing could say so before the second came
    now = check(table((61, 16), (47, 108)))
    mine, others = to_answer(before=check(table((61, 16))), now=now, region="id-1", month=START.later(1))
    assert [touches(one, region="id-1", month=START) for one in mine] == [True]
    # once that was answered, the third month has nothing to do with it
    later = check(table((61, 16), (47, 108), (83, 191)))
    mine, others = to_answer(before=now, now=later, region="id-1", month=START.later(2))
    assert (mine, [one.code for one in others]) == ([], ["sum"])


def test_the_lines_are_data_with_names_in_both_languages() -> None:
    assert [line.code for line in report_lines()] == ["groups", "members", "women", "enterprises", "jobs"]
    assert all({"en", "sv"} <= set(line.name) for line in report_lines())
    assert parts_of_lines() == {"women": "members"}
    assert [line_called(name) for name in ("VARAV  kvinnor", "Members", "jobb", "goats")] == [
        "women",
        "members",
        "jobs",
        "",
    ]
    assert report_lines()[0].named("sv-SE") == "Grupper"
    with pytest.raises(NotALine):
        ReportLine("women", {"en": "Women"}, part_of="women")


def test_what_is_told_about_one_region_is_what_is_told_of_it_among_all() -> None:
    sound = [(flow + 7, accumulated + 7 * (n + 1)) for n, (flow, accumulated) in enumerate(SOUND)]
    several = MonthlyTable(
        (
            *table(*SWAPPED).series,
            *table(*sound, (9, 300), region="id-2").series,
            *table(*sound[:3], (29, 220), (95, 351), region="id-3").series,
        ),
        {},
    )

    whole = check(several)

    assert whole
    for region in ("id-1", "id-2", "id-3"):
        named = [one for one in whole if any(place.region == region for place in one.places)]
        assert check(several, about=region) == named
