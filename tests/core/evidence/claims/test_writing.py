"""Numbers as languages write them: spaces that do not break, currencies by their code, shares that never lie."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.evidence.claims.writing import CldrWriter

SV, EN = CldrWriter.of("sv"), CldrWriter.of("en")
NB = "\u00a0"


def test_numbers_have_the_separators_of_their_language() -> None:
    assert [SV.number(1234567), EN.number(1234567), SV.number(-5)] == [f"1{NB}234{NB}567", "1,234,567", "−5"]


def test_a_share_is_never_rounded_to_none_or_all() -> None:
    assert [SV.share(109, 263), EN.share(109, 263)] == [f"41{NB}%", "41%"]
    assert [EN.share(2, 1900), EN.share(1899, 1900)] == ["0.1%", "99.9%"]
    assert [EN.share(0, 5), EN.share(5, 5)] == ["0%", "100%"]


@given(
    st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(1, of - 1) if of > 1 else st.just(1), st.just(of)))
)
def test_only_all_is_written_as_all(share: tuple[int, int]) -> None:
    value, of = share

    assert (EN.share(value, of) == "100%") == (value == of or (of - value) * 200000 <= of)
    assert EN.share(value, of) != "0%" or value * 200000 <= of


def test_amounts_have_decimals_only_where_there_are_some() -> None:
    assert [SV.money(125050, "SEK"), SV.money(4000, "USD")] == [f"1{NB}250,50{NB}SEK", f"40{NB}USD"]
    assert [EN.money(125050, "SEK"), EN.money(1250, "UGX")] == [f"SEK{NB}1,250.50", f"UGX{NB}1,250"]


@pytest.mark.parametrize(
    ("start", "end", "sv", "en"),
    [
        ((2025, 1, 1), (2026, 1, 1), "2025", "2025"),
        ((2024, 1, 1), (2026, 1, 1), "2024–2025", "2024–2025"),
        ((2025, 3, 1), (2025, 4, 1), "mars 2025", "March 2025"),
        ((2025, 1, 1), (2025, 4, 1), "januari–mars 2025", "January\u2009–\u2009March 2025"),
        ((2025, 3, 3), (2025, 3, 4), "3 mars 2025", "March 3, 2025"),
        ((2025, 3, 3), (2025, 3, 15), "3–14 mars 2025", "Mar 3\u2009–\u200914, 2025"),
    ],
)
def test_periods_are_written_by_what_they_are(
    start: tuple[int, int, int], end: tuple[int, int, int], sv: str, en: str
) -> None:
    period = date(*start), date(*end)

    assert (SV.period(*period), EN.period(*period)) == (sv, en)


def test_parts_of_ten_thousand_and_points() -> None:
    assert [SV.parts(3571), EN.parts(4100), SV.points(-1250), EN.points(524)] == [f"35,7{NB}%", "41%", "−12,5", "5.2"]


def test_a_language_without_data_is_written_as_english() -> None:
    assert CldrWriter.of("xx-unknown").number(1200) == "1,200"
