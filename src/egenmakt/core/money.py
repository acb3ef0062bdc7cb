"""Money: whole minor units of one currency, divided without losing anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

# ISO 4217: active national currencies and their number of decimals ("minor unit"), list one of 2026-01-01.
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
DECIMALS: dict[str, int] = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}

MINOR_MAX = 2**53 - 1
"""The largest amount: what a phone's numbers hold exactly, and far inside a 64-bit column."""

# Digits of any script; a decimal point with digits on at least one side of it.
_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?=\.?\d)(?P<whole>\d*)(?:\.(?P<fraction>\d*))?")
_ZEROS = "".join(chr(point) for point in range(0x10000) if chr(point).isdecimal() and int(chr(point)) == 0)

TieOrder = Literal["first", "last"]


class UnknownCurrency(ValueError):
    """The code is not an active currency of ISO 4217."""


class MixedCurrencies(ValueError):
    """Two amounts of different currencies cannot be added or compared."""


class NotAnAmount(ValueError):
    """The text is not an amount of the currency."""


def decimals(currency: str) -> int:
    """How many decimals a currency has.

    Args: an ISO 4217 code. Returns: 0, 2 or 3. Raises: UnknownCurrency. Source: ISO 4217, column "minor unit".
    """
    try:
        return DECIMALS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency code of ISO 4217, such as KES or SEK.") from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """A whole number of a currency's smallest units."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        decimals(self.currency)
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise NotAnAmount(f"Money counts whole minor units; {self.minor!r} is not a whole number.")
        if abs(self.minor) > MINOR_MAX:
            raise NotAnAmount(f"{self.minor} is larger than any amount that can be kept exactly ({MINOR_MAX}).")

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read an amount in major units, such as "1250.50", without any rounding.

        Args: digits with an optional sign and an optional decimal point; spaces between digits are ignored.
        Raises: NotAnAmount, when it is no number or has more decimals than the currency.
        """
        places = decimals(currency)
        cleaned = "".join(text.split()).replace("\u2212", "-")
        amount = _AMOUNT.fullmatch(cleaned)
        if amount is None:
            raise NotAnAmount(f"{text!r} is not an amount; write it like 1250{'.50' if places else ''}.")
        # digits only: Decimal would round at 28 of them, and would take 1e5 and 1_000 for amounts
        whole, fraction = amount["whole"].lstrip(_ZEROS), (amount["fraction"] or "").rstrip(_ZEROS)
        if len(fraction) > places:
            raise NotAnAmount(f"{text!r} has more decimals than {currency} has ({places}).")
        if len(whole) > 20:
            raise NotAnAmount(f"{text!r} is larger than any amount that can be kept exactly.")
        minor = int(f"0{whole}{fraction.ljust(places, '0')}")
        return cls(-minor if amount["sign"] == "-" else minor, currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be added or compared.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.major()} {self.currency}"

    def major(self) -> Decimal:
        """The amount in major units, exact: Money(1250, "SEK").major() == Decimal("12.50")."""
        return Decimal(self.minor).scaleb(-decimals(self.currency))

    def split(self, weights: Sequence[int | Fraction], ties: TieOrder = "first") -> list[Money]:
        """Divide by weights so that the parts add up to the whole."""
        return [Money(part, self.currency) for part in split(self.minor, weights, ties)]


def split(whole: int, weights: Sequence[int | Fraction], ties: TieOrder = "first") -> list[int]:
    """Divide a whole number by weights, losing nothing: largest remainder.

    Each part is first rounded towards zero; the units that are left go one each to the parts with the largest
    fraction, equal fractions in the order that `ties` names.

    Args: whole, in minor units, negative allowed; weights, none negative and not all zero.
    Returns: as many whole numbers as weights, whose sum is `whole`.
    Raises: ValueError for no weights, a negative weight or a sum of zero; TypeError for a binary fraction.
    Source: largest-remainder (Hamilton) apportionment; VSLA share-out practice for the unit that is left.
    """
    if any(isinstance(weight, float) for weight in weights):
        raise TypeError("A weight is a binary fraction; give whole numbers or Fractions, which are exact.")
    exact = [Fraction(weight) for weight in weights]
    total = sum(exact, Fraction(0))
    if any(weight < 0 for weight in exact):
        raise ValueError("A weight is negative.")
    if total == 0:
        raise ValueError("There is nothing to divide by: no weights, or all of them are zero.")
    sign = -1 if whole < 0 else 1
    shares = [abs(whole) * weight / total for weight in exact]
    parts = [share.numerator // share.denominator for share in shares]
    left = abs(whole) - sum(parts)
    direction = 1 if ties == "first" else -1
    by_fraction = sorted(range(len(parts)), key=lambda i: (-(shares[i] - parts[i]), direction * i))
    for i in by_fraction[:left]:
        parts[i] += 1
    return [sign * part for part in parts]
