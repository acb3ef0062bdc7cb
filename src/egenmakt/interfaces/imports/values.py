"""Reading one cell: amounts, whole numbers, dates and words. What can be read in two ways is refused, not guessed."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.utils.translation import gettext as _

from egenmakt.core.money import MINOR_MAX, decimals
from egenmakt.core.numerals import plain, western, word

Sign = Literal["point", "comma"]
DateOrder = Literal["day_first", "month_first"]
Surplus = Literal["refuse", "single_precision", "round_half_up"]
SIGNS: tuple[Sign, ...] = ("point", "comma")
DATE_ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first")
SURPLUS: tuple[Surplus, ...] = ("refuse", "single_precision", "round_half_up")
_CHARACTERS: Mapping[Sign, str] = {"point": ".", "comma": ","}
_NUMBER = re.compile(r"[-+]?\d[\d.,]*|[-+]?[.,]\d+")
_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
YEARS = (1900, 2100)


class NotRead(ValueError):
    """A cell that cannot be placed: a sentence, and what to do about it."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.text, self.remedy = text, remedy


@dataclass(frozen=True, slots=True)
class Proof:
    """A value that can be read in one way only, and what it proves."""

    choice: str
    value: str
    row: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the values of a file say about how it is written: each choice with its first proof."""

    proofs: tuple[Proof, ...]
    open_value: str = ""
    """A value that can be read in two ways."""

    @property
    def choice(self) -> str:
        """The only choice that is proved; "" when none is, or when they contradict each other."""
        return self.proofs[0].choice if len(self.proofs) == 1 else ""


def decimal_evidence(cells: Iterable[tuple[int, str]]) -> Evidence:
    """Whether decimals stand behind a point or a comma, by the values themselves.

    1.250,50 and 12,5 prove a comma; 1,250.50 and 12.5 a point; 1,250 proves nothing.
    """
    proofs: dict[str, Proof] = {}
    open_value = ""
    for row, cell in cells:
        text = plain(cell)
        if not _NUMBER.fullmatch(text):
            continue
        choice = _decimal_sign(text)
        if choice:
            proofs.setdefault(choice, Proof(choice, cell, row))
        elif not open_value and ("," in text or "." in text):
            open_value = cell
    return Evidence(tuple(proofs.values()), open_value)


def _decimal_sign(text: str) -> Sign | None:
    points, commas = text.count("."), text.count(",")
    if points and commas:
        return "comma" if text.rindex(",") > text.rindex(".") else "point"
    if points > 1:
        return "comma"
    if commas > 1:
        return "point"
    for sign, character in _CHARACTERS.items():
        if character in text:
            whole, _dot, fraction = text.lstrip("+-").partition(character)
            # three digits behind it may be thousands, unless what stands before cannot begin a thousand
            return None if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole.lstrip("0") else sign
    return None


def read_decimal(cell: str, *, sign: Sign | None) -> Decimal:
    """A number, exactly as it is written. Args: sign, None where nothing was chosen or proved. Raises: NotRead."""
    text = plain(cell)
    if not _NUMBER.fullmatch(text):
        raise NotRead(_("This is not a number."), _("Write digits only, such as 1250.50, or leave the cell empty."))
    if sign is None:
        if "," in text or "." in text:
            raise NotRead(
                _("This can be read in two ways."), _("Say whether a point or a comma stands before the decimals.")
            )
        sign = "point"
    point = _CHARACTERS[sign]
    group = "," if point == "." else "."
    whole, _dot, fraction = text.partition(point)
    if group in fraction or point in fraction or (group in whole and not _is_grouped(whole, group)):
        raise NotRead(
            _("The separators do not fit: decimals stand behind a %(sign)s here.") % {"sign": _name(sign)},
            _("Write the number without separators between thousands."),
        )
    return Decimal(f"{whole.replace(group, '') or '0'}.{fraction or '0'}")


def _name(sign: Sign) -> str:
    return _("point") if sign == "point" else _("comma")


def _is_grouped(whole: str, group: str) -> bool:
    """Thousands in groups of three, or in India of two and then three."""
    return bool(
        re.fullmatch(rf"[-+]?\d{{1,3}}(\{group}\d{{3}})+|[-+]?\d{{1,2}}(\{group}\d{{2}})*\{group}\d{{3}}", whole)
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units, and how it differs from what is written, if it does."""

    minor: int
    changed: str = ""


def read_amount(cell: str, *, currency: str, sign: Sign | None, surplus: Surplus = "refuse") -> Amount:
    """An amount in major units as minor units.

    Args: surplus, what is done with more decimals than the currency has: refused; taken back to the amount whose
    32-bit binary fraction it is, where it is exactly that (statistics programs write 9216.9 as 9216.900390625); or
    rounded half up. Raises: NotRead.
    """
    value = read_decimal(cell, sign=sign)
    places = decimals(currency)
    quantum = Decimal(1).scaleb(-places)
    with_places = value.quantize(quantum, rounding=ROUND_HALF_UP) if abs(value) <= MINOR_MAX else value
    if abs(with_places.scaleb(places)) > MINOR_MAX:
        raise NotRead(_("The amount is larger than any that can be kept exactly."), _("Look for a missing separator."))
    minor = int(with_places.scaleb(places))
    if with_places == value:
        return Amount(minor)
    is_single = _single(with_places) == value
    if surplus == "round_half_up":
        return Amount(minor, _("is rounded to %(amount)s.") % {"amount": with_places})
    if surplus == "single_precision" and is_single:
        return Amount(minor, _("is %(amount)s in 32-bit binary, and read as that.") % {"amount": with_places})
    text = _("This has more decimals than %(currency)s has (%(places)s).")
    if is_single:
        remedy = _("It is exactly what %(amount)s becomes in 32-bit binary: set surplus_decimals to single_precision.")
    else:
        remedy = _("Write %(amount)s, or set surplus_decimals to round_half_up.")
    raise NotRead(text % {"currency": currency, "places": places}, remedy % {"amount": with_places})


def _single(amount: Decimal) -> Decimal:
    """The amount as a binary fraction of 32 bits holds it, exactly."""
    (kept,) = struct.unpack("<f", struct.pack("<f", float(amount)))
    return Decimal(kept)


def read_whole(cell: str, *, least: int = 0, most: int = 2_000_000_000) -> int:
    """A whole number; 10101.0 is one. Raises: NotRead."""
    text = re.sub(r"[.,]0+$", "", plain(cell))
    if not re.fullmatch(r"\+?\d{1,15}", text) or not least <= int(text) <= most:
        text = _("This is not a whole number from %(least)s to %(most)s.")
        raise NotRead(text % {"least": least, "most": most}, _("Write digits only."))
    return int(text)


def read_key(cell: str) -> str:
    """What tells groups or members apart: 10101.0 and 10101 are the same, and so are two forms of one letter."""
    text = unicodedata.normalize("NFC", " ".join(cell.split()))
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def date_evidence(cells: Iterable[tuple[int, str]]) -> Evidence:
    """Whether the day or the month comes first in dates that end in the year: 31/3/2026 proves it."""
    proofs: dict[str, Proof] = {}
    open_value = ""
    for row, cell in cells:
        match = _DATE.fullmatch(western(cell))
        if not match or len(match[1]) > 2:
            continue
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            proofs.setdefault("day_first", Proof("day_first", cell, row))
        elif second > 12 >= first:
            proofs.setdefault("month_first", Proof("month_first", cell, row))
        elif first != second and not open_value:
            open_value = cell
    return Evidence(tuple(proofs.values()), open_value)


def read_date(cell: str, *, order: DateOrder | None) -> date:
    """A day. Args: order, None where nothing was chosen or proved. Raises: NotRead."""
    match = _DATE.fullmatch(western(cell))
    if not match:
        raise NotRead(
            _("This is not a date."), _("Write it like 2026-03-31; in a workbook format the column as a date.")
        )
    first, second, third = match[1], match[2], match[3]
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(third) == 4 and len(first) <= 2:
        if order is None and int(first) <= 12 and int(second) <= 12 and first != second:
            raise NotRead(_("This date can be read in two ways."), _("Say whether the day or the month comes first."))
        day, month, year = int(first), int(second), int(third)
        if order == "month_first" or (order is None and month > 12):
            day, month = month, day
    else:
        raise NotRead(_("The year of this date needs four digits."), _("Write it like 2026-03-31."))
    try:
        found = date(year, month, day)
    except ValueError:
        raise NotRead(_("There is no such day."), _("Write it like 2026-03-31.")) from None
    if not YEARS[0] <= found.year < YEARS[1]:
        text = _("The year is outside %(first)s to %(last)s.") % {"first": YEARS[0], "last": YEARS[1] - 1}
        raise NotRead(text, _("Write it like 2026-03-31."))
    return found


def read_choice(cell: str, *, words: Mapping[str, str]) -> str:
    """One of a few choices, by any of its words. Args: words, each with its choice. Raises: NotRead."""
    known = {word(key): value for key, value in words.items()}
    if word(cell) not in known:
        names = ", ".join(dict.fromkeys(words.values()))
        raise NotRead(
            _("This is none of: %(names)s.") % {"names": names},
            _("Write one of them, or add the word under “values” in the mapping."),
        )
    return known[word(cell)]
