"""Slips between two numbers, against the textbook distance of Damerau and Levenshtein."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from egenmakt.core.evidence.slips import slips

NUMBERS = st.integers(10, 10**7)
ONE_STEP = {"digit_missing", "digit_doubled", "digit_added", "digits_swapped", "digit_wrong"}


def codes(shown: int, fits: int) -> set[str]:
    return {slip.code for slip in slips(shown=shown, fits=fits)}


def distance(a: str, b: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours (Damerau 1964)."""
    table = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(NUMBERS, NUMBERS)
def test_a_single_slip_is_one_step_in_the_textbook(shown: int, fits: int) -> None:
    is_one_step = distance(str(shown), str(fits)) == 1

    assert bool(codes(shown, fits) & ONE_STEP) == is_one_step


@given(NUMBERS, st.data())
def test_every_slip_is_recognised(number: int, data: st.DataObject) -> None:
    digits = str(number)
    place = data.draw(st.integers(0, len(digits) - 1))
    missing = digits[:place] + digits[place + 1 :]
    assume(missing[0] != "0")

    assert "digit_missing" in codes(int(missing), number)
    assert "digit_doubled" in codes(int(digits[: place + 1] + digits[place:]), number)
    assert "thousands" in codes(number * 1000, number)
    assert codes(-number, number) == {"sign"}
    assert codes(number, number) == set()


def test_the_fewer_numbers_a_slip_can_make_the_better_it_explains() -> None:
    swapped, wrong = slips(shown=1324, fits=1234), slips(shown=1834, fits=1234)

    assert [slip.alternatives for slip in swapped] == [3]
    assert [slip.alternatives for slip in wrong] == [36]


def test_a_number_cut_at_its_separator_is_a_slip_of_thousands() -> None:
    assert "thousands" in codes(12, 12_345)
    assert "thousands" in codes(345, 12_345)
    assert codes(345, 2_345) == {"digit_missing"}
