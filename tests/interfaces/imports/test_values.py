"""Cells: what is read, what is refused, and that nothing is guessed."""

from __future__ import annotations

import struct
from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.money import decimals
from egenmakt.interfaces.imports.values import (
    NotRead,
    date_evidence,
    decimal_evidence,
    read_amount,
    read_choice,
    read_date,
    read_decimal,
    read_key,
    read_whole,
)

MINOR = st.integers(min_value=0, max_value=10**13)


@settings(max_examples=60, deadline=None)
@given(minor=MINOR, currency=st.sampled_from(["KES", "JPY", "KWD"]))
def test_an_amount_written_with_a_point_is_read_back_exactly(minor: int, currency: str) -> None:
    text = str(Decimal(minor).scaleb(-decimals(currency)))

    assert read_amount(text, currency=currency, sign="point").minor == minor


@settings(max_examples=60, deadline=None)
@given(minor=MINOR, locale=st.sampled_from(["sv_SE", "en_KE", "de_DE", "fr_FR", "hi_IN", "pt_MZ", "de_CH"]))
def test_an_amount_as_a_country_writes_it_is_read_back_exactly(minor: int, locale: str) -> None:
    # Babel (CLDR) writes; the separators of seven countries are read
    written = format_decimal(Decimal(minor).scaleb(-2), format="#,##0.00" if locale != "hi_IN" else None, locale=locale)
    sign = "comma" if locale in ("sv_SE", "de_DE", "fr_FR", "pt_MZ") else "point"

    assert read_amount(written, currency="KES", sign=sign).minor == minor


@settings(max_examples=60, deadline=None)
@given(minor=st.integers(min_value=0, max_value=10**6))
def test_an_amount_in_32_bit_binary_is_taken_back_to_what_it_was(minor: int) -> None:
    amount = Decimal(minor).scaleb(-2)
    (kept,) = struct.unpack("<f", struct.pack("<f", float(amount)))

    assert read_amount(f"{Decimal(kept):f}", currency="MZN", sign="point", surplus="single_precision").minor == minor


def test_surplus_decimals_are_refused_unless_a_rule_is_chosen() -> None:
    with pytest.raises(NotRead, match="more decimals than MZN") as refused:
        read_amount("9216.900390625", currency="MZN", sign="point")

    assert "single_precision" in refused.value.remedy
    assert read_amount("9216.900390625", currency="MZN", sign="point", surplus="single_precision").minor == 921690
    assert read_amount("12.345", currency="MZN", sign="point", surplus="round_half_up").minor == 1235
    with pytest.raises(NotRead, match="more decimals"):  # no 32-bit fraction: the rule does not hide a real mistake
        read_amount("12.345", currency="MZN", sign="point", surplus="single_precision")


@pytest.mark.parametrize(
    ("values", "choice"),
    [
        (["1.250,50"], "comma"),
        (["1,250.50"], "point"),
        (["12,5", "100"], "comma"),
        (["12.50"], "point"),
        (["1.234.567"], "comma"),
        (["1,234,567"], "point"),
        (["0,125"], "comma"),
        (["1234,567"], "comma"),
        (["1,250"], ""),
        (["1.250", "100"], ""),
        (["12,5", "12.5"], ""),
        (["word"], ""),
    ],
)
def test_the_decimal_sign_is_proved_by_values_or_left_open(values: list[str], choice: str) -> None:
    assert decimal_evidence(enumerate(values, start=2)).choice == choice


def test_an_amount_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(NotRead, match="two ways"):
        read_decimal("1,250", sign=None)

    assert read_decimal("1,250", sign="point") == 1250
    assert read_decimal("1,250", sign="comma") == Decimal("1.25")


@pytest.mark.parametrize("text", ["", "abc", "1e5", "1_000", "12..5", "--1", "1,2,3", "NaN", "Infinity", "1 2", "KES"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotRead):
        read_amount(text, currency="KES", sign="point")


def test_digits_of_other_scripts_are_read() -> None:
    assert read_amount("١٬٢٥٠٫٥٠", currency="KES", sign="point").minor == 125050
    assert read_whole("१२") == 12


@settings(max_examples=60, deadline=None)
@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_read_back_in_every_order(day: date) -> None:
    assert read_date(day.isoformat(), order=None) == day
    assert read_date(f"{day:%d/%m/%Y}", order="day_first") == day
    assert read_date(f"{day:%d.%m.%Y}", order="day_first") == day
    assert read_date(f"{day:%m/%d/%Y}", order="month_first") == day
    assert read_date(f"{day:%Y-%m-%d} 00:00:00", order=None) == day


@settings(max_examples=60, deadline=None)
@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_never_guessed(day: date) -> None:
    text = f"{day:%d/%m/%Y}"
    try:
        found = read_date(text, order=None)
    except NotRead:
        assert day.day <= 12
        assert day.day != day.month
    else:
        assert found == day


@pytest.mark.parametrize("text", ["31/02/2026", "3/4/26", "46023", "soon", "2026-13-40", "0026-01-01", "2026-3-1x"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotRead):
        read_date(text, order="day_first")


def test_the_order_of_dates_is_proved_by_a_day_above_twelve() -> None:
    assert date_evidence([(2, "1/2/2026"), (3, "31/3/2026")]).choice == "day_first"
    assert date_evidence([(2, "3/31/2026")]).choice == "month_first"
    assert date_evidence([(2, "1/2/2026")]).choice == ""
    assert date_evidence([(2, "31/1/2026"), (3, "1/31/2026")]).choice == ""


def test_ids_are_the_same_however_a_program_wrote_them() -> None:
    assert read_key("10101.0") == read_key(" 10101 ") == "10101"
    assert read_key("Amélie") == read_key("Ame\u0301lie")
    assert read_key("10.5") == "10.5"


def test_a_choice_is_found_by_any_of_its_words_and_names_the_others() -> None:
    assert read_choice(" KVINNA ", words={"kvinna": "female", "man": "male"}) == "female"
    with pytest.raises(NotRead, match="female, male"):
        read_choice("3", words={"kvinna": "female", "man": "male"})
