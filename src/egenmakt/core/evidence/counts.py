"""Counts as they stand in published tables: whole numbers with spaces, separators, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from egenmakt.core.numerals import plain, western, word

State = Literal["read", "blank", "unreadable"]
NOTHING: Final = frozenset({"", "-", "–", "—", "..", "...", "…", "n/a", "na", "n.a.", "nil reported", "null", "none"})
"""What people write for "no figure". Nought is a figure and is not among them."""
MOST: Final = 10**15
_LOOK_ALIKES: Final = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "i": "1", "S": "5", "B": "8", "Z": "2"})


@dataclass(frozen=True, slots=True)
class Count:
    """One cell: the number, or that there is none, or that it cannot be read and why."""

    written: str
    state: State
    value: int | None = None
    code: str = ""
    """`not_a_number`, `not_whole`, `two_ways`, `too_large`, where it is unreadable."""

    def __post_init__(self) -> None:
        if (self.state == "read") != (self.value is not None) or (self.state == "unreadable") != bool(self.code):
            raise ValueError(f"{self.written!r} is {self.state} and has the value {self.value}.")

    @property
    def guesses(self) -> tuple[int, ...]:
        """Which numbers an unreadable cell may mean: letters taken for digits, and marks left out."""
        text = western(self.written)
        alike = re.sub(r"\s", "", text).translate(_LOOK_ALIKES)
        bare = re.sub(r"\D", "", text)
        found = [int(one) for one in (alike, bare) if re.fullmatch(r"\d{1,15}", one)]
        return tuple(dict.fromkeys(found))


def decimal_signs(cells: Iterable[str]) -> frozenset[str]:
    """Which of point and comma is proved to stand before decimals: 12.0 proves a point, 1.200 proves nothing."""
    found = set()
    for cell in cells:
        match = re.fullmatch(r"[-+]?\d+(?:([.,])\d{3})*([.,])(\d+)", plain(cell))
        if match and (len(match[3]) != 3 or (match[1] and match[1] != match[2])):
            found.add(match[2])
    return frozenset(found)


def read_count(cell: str, *, decimals: frozenset[str] = frozenset()) -> Count:
    """A whole number as it is written: 1 234, 1,234, 1.234, 1.234,0, (12) for less than nought.

    Args: decimals, the signs that the file itself proves to stand before decimals. Three digits behind such a sign can
    be read in two ways and are refused; behind any other they are thousands, since people come in whole numbers.
    """
    if word(cell) in NOTHING:
        return Count(cell, "blank")
    text = plain(cell)
    if match := re.fullmatch(r"\(\s*(\d[\d.,]*)\s*\)", text):
        text = f"-{match[1]}"
    if not re.fullmatch(r"[-+]?\d[\d.,]*", text):
        return Count(cell, "unreadable", code="not_a_number")
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.removeprefix("+"))
    whole, code = _whole(digits, decimals)
    if code:
        return Count(cell, "unreadable", code=code)
    value = int(sign + whole)
    if abs(value) > MOST:
        return Count(cell, "unreadable", code="too_large")
    return Count(cell, "read", value)


def _whole(digits: str, decimals: frozenset[str]) -> tuple[str, str]:
    """The digits without separators, or the code of what is wrong with them."""
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return digits, ""
    last = marks[-1]
    head, _, tail = digits.rpartition(last)
    if re.fullmatch(r"0*", tail) and len(tail) != 3 and marks.count(last) == 1:
        other = "," if last == "." else "."
        return (head.replace(other, ""), "") if _grouped(head, other) else ("", "not_a_number")
    if len(set(marks)) > 1:
        if not re.fullmatch(r"0*", tail):
            return "", "not_whole"
        other = "," if last == "." else "."
        return (head.replace(other, ""), "") if _grouped(head, other) and last not in head else ("", "not_a_number")
    if not _grouped(digits, last):
        return "", "not_whole" if len(marks) == 1 else "not_a_number"
    return ("", "two_ways") if last in decimals else (digits.replace(last, ""), "")


def _grouped(text: str, mark: str) -> bool:
    """Thousands in groups of three, or in India of two and then three; or no groups at all."""
    group = re.escape(mark)
    return bool(re.fullmatch(rf"\d+|\d{{1,3}}({group}\d{{3}})+|\d{{1,2}}({group}\d{{2}})*{group}\d{{3}}", text))
