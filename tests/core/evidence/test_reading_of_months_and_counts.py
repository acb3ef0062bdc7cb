"""Cells of published tables: months in every notation, whole numbers with every separator, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.evidence.counts import decimal_signs, read_count
from egenmakt.core.evidence.months import Month, NotAMonth, read_month


@pytest.mark.parametrize(
    "written",
    ["2026-03", "2026/3", "2026.03", "202603", "2026M03", "03/2026", "3-2026", "March 2026", "mars 2026", "mar-26",
     "Mars, 2026", "2026 mars", "2026-03-31", "31/03/2026", "2026-03-01T00:00:00", "٢٠٢٦-٠٣"],
)  # fmt: skip
def test_a_month_is_read_in_every_notation(written: str) -> None:
    assert read_month(written).month == Month(2026, 3)


@pytest.mark.parametrize(
    ("written", "code"),
    [("03/04/2026", "month_two_ways"), ("ju 2026", "month_unreadable"), ("13/2026", "month_unreadable"),
     ("2026-00", "month_unreadable"), ("soon", "month_unreadable"), ("", "month_unreadable"),
     ("1/26", "month_unreadable")],
)  # fmt: skip
def test_a_month_that_could_be_another_is_refused(written: str, code: str) -> None:
    with pytest.raises(NotAMonth, match=code):
        read_month(written)


@given(st.integers(1950, 2050), st.integers(1, 12), st.integers(-400, 400))
def test_going_forwards_and_back_leads_to_the_same_month(year: int, number: int, months: int) -> None:
    month = Month(year, number)

    assert month.later(months).later(-months) == month
    assert month.until(month.later(months)) == months


@pytest.mark.parametrize(
    ("written", "value"),
    [("1234", 1234), ("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234), ("1’234", 1234), ("1,234", 1234),
     ("1.234", 1234), ("1.234.567", 1234567), ("1,234,567", 1234567), ("12,34,567", 1234567), ("1.234,0", 1234),
     ("1,234.00", 1234), ("1234,0", 1234), ("12.0", 12), ("-12", -12), ("−12", -12), ("(12)", -12), ("+7", 7),
     ("0", 0), ("١٢٣", 123)],
)  # fmt: skip
def test_a_count_is_read_with_every_separator(written: str, value: int) -> None:
    assert read_count(written).value == value


@pytest.mark.parametrize("written", ["", "-", "–", "n/a", "..", " "])
def test_no_figure_is_not_nought(written: str) -> None:
    assert (read_count(written).state, read_count(written).value) == ("blank", None)


@pytest.mark.parametrize(
    ("written", "code"),
    [("12O5", "not_a_number"), ("12.5", "not_whole"), ("1,23", "not_whole"), ("1.234,5", "not_whole"),
     ("1,23,45", "not_a_number"), ("about 12", "not_a_number"), ("12*", "not_a_number"), ("9" * 17, "too_large")],
)  # fmt: skip
def test_what_is_no_whole_number_is_said_to_be_none(written: str, code: str) -> None:
    assert (read_count(written).state, read_count(written).code) == ("unreadable", code)


def test_three_digits_behind_a_sign_that_is_proved_to_stand_before_decimals_are_refused() -> None:
    proved = decimal_signs(["12.0", "1,234", "7"])

    assert proved == frozenset({"."})
    assert read_count("1.234", decimals=proved).code == "two_ways"
    assert read_count("1,234", decimals=proved).value == 1234


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "’"]))
def test_thousands_are_read_back_whatever_divides_them(value: int, mark: str) -> None:
    assert read_count(f"{value:,}".replace(",", mark)).value == value
