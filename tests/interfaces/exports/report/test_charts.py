"""Charts and maps: places are the numbers, nothing is told by colour alone, and right to left is a mirror."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from egenmakt.core.evidence.blocks import Cell, Chart, ChartKind, Column, NotABlock, Series, Table
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.report.charts.drawing import (
    Circle,
    Drawing,
    Label,
    Marker,
    Path,
    Rect,
    cut,
    letter,
    mirrored,
    position,
    wrapped,
)
from egenmakt.interfaces.exports.report.charts.maps import UnknownCountry, window_of, world
from egenmakt.interfaces.exports.report.charts.numbers import Writer, ticks_of
from egenmakt.interfaces.exports.report.charts.shares import NotParts, shares_of
from egenmakt.interfaces.exports.report.charts.table import KINDS, drawn
from egenmakt.interfaces.exports.report.labels import labels_of
from egenmakt.interfaces.exports.report.svg import draw_for_paper, draw_svg
from tests.support.a_report import LANGUAGES, a_report

pytestmark = pytest.mark.once

LABELS = dict(labels_of("en"))
NAMESPACE = "{http://www.w3.org/2000/svg}"


def a_chart(
    kind: ChartKind, values: dict[str, list[int | None]], *, keys: tuple[str, ...] = (), unit: str = ""
) -> Chart:
    count = len(next(iter(values.values())))
    keys = keys or tuple(f"k{i}" for i in range(count))
    columns = (Column("Name"), *(Column(name, is_number=True) for name in values))
    rows = [
        (Cell(f"Row {i}"), *(Cell("hidden" if v[i] is None else f"<{v[i]}>") for v in values.values()))
        for i in range(count)
    ]
    return Chart(
        kind=kind,
        title="A & B",
        description="What <it> shows",
        keys=keys,
        series=tuple(Series(name, tuple(v)) for name, v in values.items()),
        table=Table(caption="T", columns=columns, rows=tuple(rows)),
        unit=unit,
    )


def draw(chart: Chart, direction: str = "ltr") -> Drawing:
    return drawn(chart, language="en", direction=direction, labels=LABELS)  # type: ignore[arg-type]  # ltr or rtl


def marks(drawing: Drawing, kind: type) -> list:
    return [mark for mark in drawing.marks if isinstance(mark, kind)]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawing = draw(a_chart("bars", {"one": [300, 100, 0]}))

    assert [bar.width for bar in marks(drawing, Rect)] == [60, 20, 0]


def test_a_bar_below_zero_runs_the_other_way_from_the_same_line() -> None:
    up, down = marks(draw(a_chart("bars", {"one": [300, -100]})), Rect)

    assert (up.x, up.width) == (15, 45)
    assert (down.x, down.width) == (0, 15)


def test_a_hidden_number_has_no_mark_and_says_what_its_table_says() -> None:
    drawing = draw(a_chart("bars", {"one": [300, None]}))

    assert len(marks(drawing, Rect)) == 1
    assert [label.text for label in marks(drawing, Label)] == ["Row 0", "<300>", "Row 1", "hidden"]


def test_a_line_is_broken_where_nothing_is_shown() -> None:
    drawing = draw(a_chart("lines", {"one": [0, None, 20, 10]}))

    points = marks(drawing, Path)[0].points
    assert points[1] is None
    assert [point[1] for point in points if point] == [214, 34, 124]
    assert len(marks(drawing, Marker)) == 3


def test_parts_of_counts_make_a_whole_and_parts_of_ten_thousand_keep_theirs() -> None:
    assert shares_of([1, 1, 1], unit="") == [Fraction(1, 3)] * 3
    assert shares_of([3333, None, 3333], unit="%") == [Fraction(3333, 10_000), None, Fraction(3333, 10_000)]
    assert shares_of([5, None], unit="") == [None, None]
    assert shares_of([0, 0], unit="") == [None, None]
    with pytest.raises(NotParts, match="below zero"):
        shares_of([5, -1], unit="")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any))
def test_the_parts_of_a_bar_fill_it_exactly(values: list[int]) -> None:
    chart = a_chart("shares", {f"s{i}": [value] for i, value in enumerate(values)})

    parts = [rect for rect in marks(draw(chart), Rect) if "part" in rect.style]

    assert sum(part.width for part in parts) == 100
    for before, after in pairwise(parts):
        assert before.x + before.width == after.x


def test_an_interval_shows_its_point_and_both_ends_on_the_axis() -> None:
    chart = a_chart("intervals", {"share": [5000]}, unit="%")
    chart = replace(chart, series=(replace(chart.series[0], low=(2500,), high=(10_000,)),))

    drawing = draw(chart)

    assert [marker.x for marker in marks(drawing, Marker)] == [50]
    ends = [(mark.x1, mark.x2) for mark in drawing.marks if getattr(mark, "style", "") == "range"]
    assert ends[0] == (27, 96)
    assert [label.text for label in marks(drawing, Label) if label.style == "soft"] == [
        *("0%", "20%", "40%", "60%", "80%", "100%"),
    ]


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5))
def test_an_axis_holds_zero_and_every_number_with_at_most_seven_round_marks(values: list[int]) -> None:
    ticks = ticks_of(values)

    assert 0 in ticks
    assert ticks[0] <= min(values)
    assert max(values) <= ticks[-1]
    assert 2 <= len(ticks) <= 7
    assert str(ticks.step).rstrip("0") in ("1", "2", "5")


@pytest.mark.parametrize("kind", KINDS)
def test_from_right_to_left_is_the_mirror_and_twice_is_the_same(kind: ChartKind) -> None:
    chart = next(block for block in a_report("en").blocks if isinstance(block, Chart) and block.kind == kind)

    drawing = draw(chart)

    assert mirrored(mirrored(drawing)) == drawing
    assert mirrored(drawing) == draw(chart, "rtl")
    assert mirrored(drawing) != drawing


def test_a_map_is_never_mirrored_but_its_list_is() -> None:
    chart = a_chart("map", {"n": [5, 9]}, keys=("KE", "NP"))

    usual, other = draw(chart), draw(chart, "rtl")

    assert marks(usual, Circle) == marks(other, Circle)
    codes = [(label.x, label.anchor) for label in marks(other, Label) if label.text == "KE"]
    assert (100, "end") in codes


def test_area_is_the_number_on_a_map() -> None:
    large, small = marks(draw(a_chart("map", {"n": [400, 100]}, keys=("KE", "NP"))), Circle)

    assert large.radius == 2 * small.radius


def test_a_country_too_small_to_see_has_a_ring_and_one_that_hides_its_number_no_circle() -> None:
    drawing = draw(a_chart("map", {"n": [None, 7]}, keys=("MU", "TZ")))

    assert [circle.style for circle in marks(drawing, Circle)] == ["amount", "ring"]
    assert "hidden" in [label.text for label in marks(drawing, Label)]


def test_a_country_that_no_map_knows_is_refused_by_name() -> None:
    with pytest.raises(UnknownCountry, match="no country XX"):
        draw(a_chart("map", {"n": [1]}, keys=("XX",)))


def test_the_part_of_the_world_that_is_drawn_holds_every_country() -> None:
    for keys in (["KE"], ["FJ"], ["KE", "NP", "BO"], ["RU", "US"], ["SV", "GT"], ["SE", "ZA"]):
        window = window_of([world()[key] for key in keys])
        for key in keys:
            x, y = world()[key].at
            assert window.left <= x <= window.left + window.width
            assert window.top <= y <= window.top + window.height


def area(code: str) -> float:
    total = 0.0
    for ring in world()[code].rings:
        total += abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2
    return total


# Land and inland water in thousands of square kilometres: United Nations, Demographic Yearbook 2012, table 3.
AREAS = {
    "BR": 8515,
    "IN": 3287,
    "KE": 592,
    "CD": 2345,
    "SE": 450,
    "MX": 1964,
    "CO": 1142,
    "TZ": 947,
    "ZM": 753,
    "BO": 1099,
}


def test_areas_on_the_map_are_those_of_the_countries() -> None:
    scale = area("BR") / AREAS["BR"]
    for code, known in AREAS.items():
        assert area(code) / scale == pytest.approx(known, rel=0.08), code


def test_every_outline_has_a_code_that_the_world_knows_and_a_mark_within_it() -> None:
    names = Locale("en").territories

    assert len(world()) > 230
    for code, country in world().items():
        assert code in names
        if country.rings:
            xs, ys = zip(*country.rings[0], strict=True)
            assert min(xs) <= country.at[0] <= max(xs)
            assert min(ys) <= country.at[1] <= max(ys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_can_be_read_aloud_and_repeats_its_table(language: str) -> None:
    report = a_report(language)
    for chart in (block for block in report.blocks if isinstance(block, Chart)):
        svg = etree.fromstring(
            str(draw_svg(chart, language=language, direction=report.direction, labels=dict(report.labels)))
        )

        assert svg.get("role") == "img"
        named = [svg.find(f".//*[@id='{part}']").text for part in svg.get("aria-labelledby").split()]
        assert named == [chart.title, chart.description]
        words = re.sub("[\u2066\u2067\u2069]", "", "\n".join(svg.itertext()))
        if chart.kind in ("bars", "map"):
            assert all(cell.text in words for row in chart.table.rows for cell in row[1:])
        if len(chart.series) > 1:
            letters = [text.text for text in svg.iter(f"{NAMESPACE}text") if text.text in list("ABC")]
            assert set(letters) >= {letter(i) for i in range(len(chart.series))}


def test_lines_differ_by_dash_and_by_the_shape_of_their_points() -> None:
    chart = a_chart("lines", {f"s{i}": [i, i + 1] for i in range(6)})

    [paper] = draw_for_paper(chart, language="en", direction="ltr", labels=LABELS)

    assert len({mark.shape for mark in marks(draw(chart), Marker)}) == 6
    dashes = re.findall(r"\.line\.s\d\{stroke-dasharray:([\d ]+)\}", paper.svg)
    assert len(set(dashes)) == 5  # and the first is not dashed


def test_on_paper_the_drawing_has_no_words_and_the_words_have_places() -> None:
    chart = a_chart("bars", {"one": [300, 100]})

    [paper] = draw_for_paper(chart, language="en", direction="ltr", labels=LABELS)

    assert not list(etree.fromstring(paper.svg).iter(f"{NAMESPACE}text"))
    assert [(label.text, paper.left(label)) for label in paper.labels][:2] == [("Row 0", 0), ("<300>", 368)]


@pytest.mark.parametrize("kind", ["bars", "shares", "intervals"])
def test_a_long_chart_is_cut_between_rows_and_nothing_of_it_is_lost(kind: ChartKind) -> None:
    drawing = draw(a_chart(kind, {"one": [*range(1, 61)], "two": [*range(1, 61)]}))

    pieces = cut(drawing, 780)

    assert len(pieces) > 3
    assert all(piece.height <= 780 for piece in pieces)
    assert sum(piece.height for piece in pieces) == drawing.height
    assert sum(len(piece.marks) for piece in pieces) == len(drawing.marks)
    rows = [[label.text for label in marks(piece, Label) if label.text.startswith("Row")] for piece in pieces]
    assert [text for piece in rows for text in piece] == [f"Row {i}" for i in range(60)]
    for piece in pieces:
        assert all(0 <= label.y <= piece.height for label in marks(piece, Label))
    assert cut(drawing, drawing.height) == [drawing]


def test_a_map_is_never_cut() -> None:
    drawing = draw(a_chart("map", {"n": [1] * 40}, keys=tuple(sorted(world())[:40])))

    assert cut(drawing, 780) == [drawing]


def test_a_chart_without_categories_says_so() -> None:
    chart = replace(a_chart("bars", {"one": [1]}), keys=(), series=(), table=Table("T", (Column("Name"),), ()))

    assert [label.text for label in marks(draw(chart), Label)] == ["Not shown"]


def test_the_axis_is_written_in_the_unit_of_the_chart() -> None:
    words = Words.of("sv")

    assert Writer("", words).axis(25_000) == "25\u00a0000"
    assert Writer("KES", words).axis(2_500_000) == "25\u00a0000"
    assert Writer("KES", words).full(150) == "1,50\u00a0KES"
    assert [Writer("%", words).axis(value) for value in (5000, 1250, 1255)] == [
        *("50\u00a0%", "12,5\u00a0%", "12,55\u00a0%"),
    ]
    with pytest.raises((NotABlock, ValueError), match="currency"):
        a_chart("bars", {"one": [1]}, unit="KRONOR")


def test_places_are_written_without_floats() -> None:
    values = [Fraction(25, 2), Fraction(100, 3), Fraction(7), Fraction(-1, 1000), Fraction(-5, 2), Fraction(999, 1000)]

    assert [position(value) for value in values] == ["12.5", "33.33", "7", "0", "-2.5", "1"]


@given(st.text(alphabet="ab ", max_size=80), st.integers(1, 20))
def test_wrapping_loses_no_word(text: str, letters: int) -> None:
    lines = wrapped(text, letters)

    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= letters or " " not in line.strip() for line in lines)
