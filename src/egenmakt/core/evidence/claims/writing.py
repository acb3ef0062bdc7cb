"""Numbers, shares, amounts, days and periods as a language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal, format_percent

from egenmakt.core.evidence.claims.intervals import WHOLE
from egenmakt.core.money import decimals

MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"
DASH: Final = "\u2013"


class Writer(Protocol):
    """How one language writes what a claim holds."""

    def number(self, value: int) -> str:
        """1 200 in Swedish, 1,200 in English."""

    def share(self, value: int, of: int) -> str:
        """41 %, never 0 or 100 for what is neither."""

    def parts(self, value: int) -> str:
        """Parts of ten thousand as per cent: 35.7 %."""

    def points(self, value: int) -> str:
        """A difference of shares, in percentage points, without the word."""

    def money(self, minor: int, currency: str) -> str:
        """An amount with its currency; decimals only where there are some."""

    def day(self, value: date) -> str:
        """3 mars 2026; March 3, 2026."""

    def period(self, from_on: date, until_on: date) -> str:
        """A year, months or days. `until_on` is exclusive."""

    def between(self, low: str, high: str) -> str:
        """40–150."""


@dataclass(frozen=True, slots=True)
class CldrWriter:
    """Writes as the Unicode locale data say; languages that they lack are written as English."""

    locale: Locale

    @classmethod
    def of(cls, language: str) -> CldrWriter:
        """The writer of a language such as sv or pt-br."""
        for candidate in (language, language.split("-")[0], "en"):
            try:
                return cls(Locale.parse(candidate, sep="-"))
            except (UnknownLocaleError, ValueError):
                continue
        raise AssertionError("Babel always has English.")

    def number(self, value: int) -> str:
        return self._minus(format_decimal(value, locale=self.locale))

    def share(self, value: int, of: int) -> str:
        exact = Fraction(value, of)
        places = 0
        while places < 3 and _is_end(round(exact * 100 * 10**places), places) and exact not in (0, 1):
            places += 1  # 2 of 1,900 are not 0 %
        return self._percent(exact, places)

    def parts(self, value: int) -> str:
        return self._percent(Fraction(value, WHOLE), 0 if value % 100 == 0 else 1)

    def points(self, value: int) -> str:
        tenths = Decimal(round(Fraction(value, 10))).scaleb(-1)
        return self._minus(format_decimal(tenths, locale=self.locale))

    def money(self, minor: int, currency: str) -> str:
        places = decimals(currency)
        if minor % 10**places == 0:
            minor, places = minor // 10**places, 0
        amount = Decimal(minor).scaleb(-places)
        shown = format_decimal(amount, format=f"#,##0{_decimals(places)}", locale=self.locale)
        # the code, not the sign: kr and $ are the money of many countries, and a reader of a report cannot ask which
        is_after = format_currency(1, currency, locale=self.locale).strip("\u200f\u200e")[0].isdecimal()
        text = f"{shown}{NO_BREAK}{currency}" if is_after else f"{currency}{NO_BREAK}{shown}"
        return self._minus(text)

    def day(self, value: date) -> str:
        return str(format_date(value, format="long", locale=self.locale))

    def period(self, from_on: date, until_on: date) -> str:
        last = until_on - timedelta(days=1)
        if from_on.day == 1 and until_on.day == 1:
            if (from_on.month, until_on.month) == (1, 1):
                return f"{from_on.year}" if last.year == from_on.year else f"{from_on.year}{DASH}{last.year}"
            return str(format_interval(from_on, last, skeleton="yMMMM", locale=self.locale))
        if from_on == last:
            return self.day(from_on)
        return str(format_interval(from_on, last, skeleton="yMMMd", locale=self.locale))

    def between(self, low: str, high: str) -> str:
        return f"{low}{DASH}{high}"

    def _percent(self, value: Fraction, places: int) -> str:
        rounded = Decimal(round(value * 10 ** (places + 2))).scaleb(-places - 2)
        head, _, tail = self.locale.percent_formats[None].pattern.partition(";")[0].rpartition("0")
        pattern = f"{head}0{_decimals(places)}{tail}"
        return self._minus(format_percent(rounded, format=pattern, locale=self.locale, decimal_quantization=False))

    def _minus(self, text: str) -> str:
        return text.replace("-", MINUS, 1)


def _decimals(places: int) -> str:
    return f".{'0' * places}" if places else ""


def _is_end(rounded: int, places: int) -> bool:
    return rounded in (0, 100 * 10**places)
