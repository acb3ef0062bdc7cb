"""Values of every question type, and the whole parts of triads and dyads."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.values import WHOLE, NotParts, as_json, kept, whole_parts
from tests.support.signification import ODD, a_framework, id_of, options, question

WORDS = {"left": {"en": "Less"}, "right": {"en": "More"}}
AXIS = {"low": {"en": "Low"}, "high": {"en": "High"}}


def problems(value: object, type: str, **own: Any) -> list[tuple[str, str]]:
    asked = a_framework(question("asked", type, **own)).question("asked")
    return [(each.code, each.where) for each in QUESTION_TYPES[type].check(asked, value)]


@pytest.mark.parametrize(
    ("type", "own", "value", "expected"),
    [
        ("single", {"options": options("a", "b")}, "a", []),
        ("single", {"options": options("a", "b")}, "c", [("unknown_option", "")]),
        ("single", {"options": options("a", "b")}, ["a"], [("not_text", "")]),
        ("several", {"options": options("a", "b", "c"), "most": 2}, ["c", "a"], []),
        ("several", {"options": options("a", "b", "c"), "most": 2}, ["a", "b", "c"], [("too_many_chosen", "")]),
        ("several", {"options": options("a", "b")}, [], [("nothing_chosen", "")]),
        ("several", {"options": options("a", "b")}, "a", [("not_a_list", "")]),
        ("several", {"options": options("a", "b")}, [["a"]], [("not_text", "/0")]),
        ("slider", WORDS, 0, []),
        ("slider", WORDS, 100, []),
        ("slider", WORDS, -1, [("out_of_range", "")]),
        ("slider", WORDS, False, [("not_whole", "")]),
        ("slider", WORDS, Decimal(5), [("not_whole", "")]),
        ("slider", WORDS, "5", [("not_whole", "")]),
        ("dyad", WORDS, [2500, 7500], []),
        ("dyad", WORDS, [2500, 7501], [("sum_wrong", "")]),
        ("dyad", WORDS, [-1, 10001], [("out_of_range", "/0"), ("out_of_range", "/1")]),
        ("triad", {"corners": options("a", "b", "c")}, [3334, 3333, 3333], []),
        ("triad", {"corners": options("a", "b", "c")}, [True, 9999, 0], [("not_whole", "/0")]),
        ("triad", {"corners": options("a", "b", "c")}, {"a": 10000}, [("not_a_list", "")]),
        ("stones", {"stones": options("a", "b"), "x": AXIS, "y": AXIS}, {"b": [0, 10000]}, []),
        ("stones", {"stones": options("a", "b"), "x": AXIS, "y": AXIS}, {}, [("nothing_chosen", "")]),
        ("stones", {"stones": options("a"), "x": AXIS, "y": AXIS}, {"z": [1, 1]}, [("unknown_option", "/z")]),
        ("stones", {"stones": options("a"), "x": AXIS, "y": AXIS}, {"a": [1]}, [("wrong_number_of_parts", "/a")]),
        ("stones", {"stones": options("a"), "x": AXIS, "y": AXIS}, {"a": [1, 10001]}, [("out_of_range", "/a/1")]),
        ("text", {"most": 5}, "12345", []),
        ("text", {"most": 5}, "123456", [("too_long", "")]),
        ("text", {}, " ", [("empty_text", "")]),
        ("text", {}, "a\x00", [("control_character", "")]),
        ("text", {}, "a\x85", [("control_character", "")]),
        ("text", {}, "\ud83e", [("half_character", "")]),
        ("number", {"decimals": 2}, "-3.25", []),
        ("number", {"decimals": 2}, "3.255", [("too_many_decimals", "")]),
        ("number", {}, "-0", [("negative_zero", "")]),
        ("number", {}, "1e3", [("not_decimal", "")]),
        ("number", {}, "٣", [("not_decimal", "")]),
        ("number", {}, "07", [("not_decimal", "")]),
        ("number", {}, 7, [("not_decimal", "")]),
        ("number", {"least": "0", "most": "10"}, "0", []),
        ("number", {"least": "0", "most": "10"}, "11", [("out_of_range", "")]),
        ("number", {"least": "0"}, "-1", [("out_of_range", "")]),
        ("date", {}, "2026-02", []),
        ("date", {}, "2026-02-01", [("wrong_precision", "")]),
        ("date", {}, "2026-13", [("no_such_date", "")]),
        ("date", {"precision": "day"}, "2024-02-29", []),
        ("date", {"precision": "day"}, "2026-02-29", [("no_such_date", "")]),
        ("date", {"precision": "year"}, "2026", []),
        ("date", {"precision": "year"}, "2026\n", [("wrong_precision", "")]),
        ("place", {"levels": options("country", "district")}, {"level": "district", "name": "Moroto"}, []),
        ("place", {"levels": options("country")}, {"level": "village", "name": "X"}, [("not_one_of", "/level")]),
        ("place", {"levels": options("country")}, {"level": "country"}, [("missing", "")]),
        ("place", {"levels": options("country")}, {"level": "country", "name": ""}, [("empty_text", "/name")]),
        ("photo", {}, id_of(7), []),
        ("audio", {}, "recording.ogg", [("not_an_id", "")]),
        ("audio", {}, id_of(7) + "\n", [("not_an_id", "")]),
    ],
)  # fmt: skip
def test_a_value_is_taken_or_refused_with_its_place(
    type: str, own: dict[str, Any], value: object, expected: list[tuple[str, str]]
) -> None:
    assert problems(value, type, **own) == expected


@pytest.mark.parametrize("text", ODD)
def test_html_formulas_emoji_and_right_to_left_are_text(text: str) -> None:
    assert problems(text, "text") == []


def test_a_kept_value_cannot_be_changed_and_is_written_as_it_came() -> None:
    value = {"a": [1, 2], "b": [0, 10000]}

    assert kept(value) == {"a": (1, 2), "b": (0, 10000)}
    assert as_json(kept(value)) == value


@pytest.mark.parametrize(
    ("numbers", "parts"),
    [
        ([Decimal("0.5"), Decimal("0.25"), Decimal("0.25")], (5000, 2500, 2500)),
        ([33, 33, 33], (3334, 3333, 3333)),
        ([34, 33, 33], (3400, 3300, 3300)),
        ([Decimal("33.3"), Decimal("33.3"), Decimal("33.3")], (3334, 3333, 3333)),
        ([Decimal("0.333333333333333")] * 3, (3334, 3333, 3333)),
        ([0, 0, 1], (0, 0, 10000)),
        ([0, 0, 100], (0, 0, 10000)),
        ([1, 1, 9998], (1, 1, 9998)),
        ([Decimal("62.5"), Decimal("37.5")], (6250, 3750)),
    ],
)
def test_percentages_and_fractions_become_parts(numbers: list[int | Decimal], parts: tuple[int, ...]) -> None:
    assert whole_parts(numbers) == parts


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ([0, 0, 0], "add up to 0"),
        ([Decimal("0.5"), Decimal("0.4"), Decimal("0.4")], r"add up to 1\.3"),
        ([Decimal("0.0"), Decimal("-0.0"), Decimal(0)], "add up to"),
        ([1, 1, 0], "add up to 2"),
        ([50, 40, 40], "add up to 130"),
        ([Decimal("1.2"), Decimal("-0.2")], "negative"),
        ([Decimal("NaN"), 1], "not a number"),
        ([Decimal("Infinity"), 1], "not a number"),
        ([True, 0, 0], "not an exact number"),
        ([], "add up to 0"),
    ],
)
def test_what_is_no_whole_is_refused_with_its_sum(numbers: list[int | Decimal], reason: str) -> None:
    with pytest.raises(NotParts, match=reason):
        whole_parts(numbers)


def test_a_known_whole_is_held_to() -> None:
    assert whole_parts([1, 3], of=4) == (2500, 7500)
    with pytest.raises(NotParts, match="should add up to 100"):
        whole_parts([Decimal("0.5"), Decimal("0.5")], of=100)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=5).filter(any))
def test_parts_add_up_and_none_is_off_by_a_whole_unit(weights: list[int]) -> None:
    total = sum(weights)

    parts = whole_parts(weights, of=total)

    assert sum(parts) == WHOLE
    assert all(abs(part - Fraction(weight * WHOLE, total)) < 1 for part, weight in zip(parts, weights, strict=True))
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_a_number_of_thousands_of_digits_is_refused_in_a_sentence() -> None:
    asked = a_framework(question("asked", "slider", **WORDS)).question("asked")

    (found,) = QUESTION_TYPES["slider"].check(asked, 10**5000)

    assert str(found) == "/: … is outside 0 to 100. Give a number within."
