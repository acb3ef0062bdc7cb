"""Numbers that somebody typed are found, in digits and in words; years, days, headings and quotations are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.evidence.claims.by_hand import typed_numbers, word_value, years


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Över 1 200 berättelser samlades in 2024.", ["1 200"]),
        ("Over 1,200 stories were collected in 2024.", ["1,200"]),
        ("Ofta 40–150 USD per månad.", ["40", "150"]),
        ("41,5 % av grupperna, eller 41.5% of them", ["41,5 %", "41.5%"]),
        ("Tjugofem kvinnor och etthundratjugo män", ["Tjugofem", "etthundratjugo"]),
        ("two hundred and five women, twenty-one men", ["two hundred and five", "twenty-one"]),
        ("Hundratals kom, and thousands more", ["Hundratals", "thousands"]),
        ("Hälften av dem, nearly half of us", ["Hälften", "half"]),
        ("en tredjedel, three-quarters", ["en tredjedel", "three-quarters"]),
        ("2000 kvinnor deltog, and 1950 women", ["2000", "1950"]),
        ("ettusen lån, ett dussin byar", ["ettusen", "ett dussin"]),
    ],
)  # fmt: skip
def test_numbers_are_found(text: str, found: list[str]) -> None:
    assert [one.text for one in typed_numbers(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Under 2024 och 2025–2026 arbetade vi, since the 1990s, på 1990-talet.",
        "Den 3 mars 2026, March 3, 2026, 2026-03-03, 3/3/2026, 3–5 maj, the 3rd of March, kl. 14.30.",
        "1. Stöd till organisering",
        "Steg 2, del 3, kapitel 4.2, Agenda 2030, mål 5 och 8, step 1, Article 19, table 4, COVID-19.",
        "Hon sade: ”Vi var 12 kvinnor och fick 400 kronor.” “We were ten”, they said.",
        "{{members-ke}} medlemmar, of whom {{women:share}} of {{women:n}}",
        "Det är en av dem, one of us, ett företag, sexuell hälsa, tvåspråkig, every one.",
        "För det 2:a, the 2nd time, den 1:a",
        "M11 and N9 and H2O",
        "Christian (2022), Agricultural Economics, volume 53, doi:10.1111/agec.12672, https://doi.org/10.1111/agec.12672",
        "data under CC BY 4.0, CC-BY-SA-4.0",
    ],
)
def test_what_counts_nothing_is_left_alone(text: str) -> None:
    assert [one.text for one in typed_numbers(text)] == []


def test_an_english_draft_speaks_of_sex_and_a_swedish_one_counts_to_it() -> None:
    assert typed_numbers("Sex, age and disability are not known; by sex.", "en") == ()
    assert [one.value for one in typed_numbers("Det var sex grupper, sju byar.", "sv")] == [6, 7]
    assert [one.value for one in typed_numbers("Six groups, by sex", "en")] == [6]
    assert [one.value for one in typed_numbers("sex", "")] == [6]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("tjugofem", 25), ("etthundratjugo", 120), ("två tusen", 2000), ("two hundred and five", 205), ("a dozen", 12),
        ("three hundred thousand", 300000), ("tre miljoner", 3000000), ("ettusen", 1000), ("tvåhundra", 200),
        ("sjuttiosju", 77), ("twenty-one", 21), ("hundra", 100),
    ],
)  # fmt: skip
def test_numbers_in_words_have_their_value(words: str, value: int) -> None:
    assert word_value(words) == value
    assert [one.value for one in typed_numbers(f"Det var {words} här.")] == [value]


def test_words_that_say_no_one_number_have_none() -> None:
    assert word_value("hundratals") is None
    assert word_value("thousands") is None


@given(st.integers(0, 10**9), st.sampled_from(["\u00a0", " ", "\u202f", ","]))
def test_every_number_that_is_written_out_is_read_back(number: int, separator: str) -> None:
    written = f"{number:,}".replace(",", separator)

    (one,) = typed_numbers(f"Vi räknade {written} kvinnor.")

    assert (one.text, one.value) == (written, number)


@given(st.integers(0, 1000))
def test_a_share_is_a_part_of_one(tenths: int) -> None:
    (one,) = typed_numbers(f"Det är {tenths // 10},{tenths % 10} % av alla.")

    assert (one.value, one.is_share) == (Fraction(tenths, 1000), True)


def test_days_and_years_are_found_as_dates() -> None:
    text = "Den 3 mars 2026 och 2025 mötte vi 2000 kvinnor."

    assert [text[start:end] for start, end in sorted(years(text))] == ["3 mars 2026", "2026", "2025"]
