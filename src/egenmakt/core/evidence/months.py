"""Months of a published series, read in whatever way people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from egenmakt.core.numerals import western, word

YEARS: Final = (1900, 2100)
NAMES: Final[Mapping[int, str]] = {
    1: "january januari janvier enero janeiro",
    2: "february februari février febrero fevereiro",
    3: "march mars marzo março",
    4: "april avril abril",
    5: "may maj mai mayo maio",
    6: "june juni juin junio junho",
    7: "july juli juillet julio julho",
    8: "august augusti août agosto",
    9: "september septembre septiembre setembro sept",
    10: "october oktober octobre octubre outubro",
    11: "november novembre noviembre novembro",
    12: "december décembre diciembre dezembro",
}
"""English, Swedish, French, Spanish, Portuguese; three letters of a name are enough where only one month has them."""
_SIGN = r"[-/. ]"
_YEAR_FIRST = re.compile(rf"(\d{{4}})(?:{_SIGN}|[mM])(\d{{1,2}})")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{4}})")
_DAY_LAST = re.compile(rf"(\d{{4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}})(?:[T ].*)?")
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}})")
_NAMED = re.compile(r"([^\W\d_]+)\.?[-/., ]*(\d{4}|\d{2})|(\d{4})[-/., ]*([^\W\d_]+)\.?")


class NotAMonth(ValueError):
    """A cell that is no month, or could be two. `code` is `month_unreadable` or `month_two_ways`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not YEARS[0] <= self.year < YEARS[1] or not 1 <= self.number <= 12:
            raise ValueError(f"{self.year}-{self.number} is not a month.")

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def later(self, months: int) -> Month:
        """So many months later, or earlier where the number is negative."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def until(self, other: Month) -> int:
        """How many months later the other one is."""
        return (other.year - self.year) * 12 + other.number - self.number


@dataclass(frozen=True, slots=True)
class ReadMonth:
    """A month, and the way in which it was written: `2026-03`, `03-2026`, `name`, `day`."""

    month: Month
    notation: str


def read_month(text: str) -> ReadMonth:
    """A month as it is written. 2026-03, 2026/3, 202603, 03/2026, March 2026, mars-26, 2026-03-31, 31/03/2026.

    Raises: NotAMonth; 03/04/2026 is refused, since it can be read in two ways.
    """
    given = western(" ".join(text.split()))
    if match := _DAY_LAST.fullmatch(given):
        return _made(match[1], match[2], "day")
    if match := _DAY_FIRST.fullmatch(given):
        first, second = int(match[1]), int(match[2])
        if first <= 12 and second <= 12 and first != second:
            raise NotAMonth("month_two_ways")
        return _made(match[3], str(second if first > 12 else first), "day")
    for pattern, notation in ((_YEAR_FIRST, "2026-03"), (_RUN_TOGETHER, "202603")):
        if match := pattern.fullmatch(given):
            return _made(match[1], match[2], notation)
    if match := _YEAR_LAST.fullmatch(given):
        return _made(match[2], match[1], "03-2026")
    if match := _NAMED.fullmatch(given):
        name, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _made(year if len(year) == 4 else f"20{year}", str(_named(name)), "name")
    raise NotAMonth("month_unreadable")


def _made(year: str, number: str, notation: str) -> ReadMonth:
    try:
        return ReadMonth(Month(int(year), int(number)), notation)
    except ValueError:
        raise NotAMonth("month_unreadable") from None


def _named(name: str) -> int:
    given = word(name)
    found = {
        number
        for number, names in NAMES.items()
        if len(given) >= 3 and any(one.startswith(given) for one in names.split())
    }
    if len(found) != 1:
        raise NotAMonth("month_two_ways" if found else "month_unreadable")
    return found.pop()
