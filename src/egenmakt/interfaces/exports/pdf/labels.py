"""Words, numbers and dates for paper, in the reader's language.

A language is one file, `labels/CODE.json`. A reader whose language has no file gets English words, with numbers, names
of months and direction of writing as in the language that was asked for. What tellers get, the form and the page that
comes back, speaks more languages: those of `labels/tellers`, which hold only these labels, and which were made by
machine and have not been reviewed by a speaker.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from egenmakt.core.money import Money, decimals
from egenmakt.interfaces.exports.pdf.direction import Direction, fence

LABEL_FOLDER: Final = Path(__file__).parent / "labels"
TELLERS_FOLDER: Final = LABEL_FOLDER / "tellers"
SOURCE_LANGUAGE: Final = "en"
# Dari has no data of its own under its three-letter code.
_ALIASES: Final = {"prs": "fa_AF"}
_LEFT_TO_RIGHT_MARK: Final = "\u200e"
_MINUS: Final = "\u2212"
_NO_BREAK_SPACE: Final = "\u00a0"


class UnknownLabel(KeyError):
    """The label file has no such label."""


@cache
def read_labels(language: str) -> dict[str, str]:
    """The labels of one language file. Raises: FileNotFoundError for a language that has none."""
    file = LABEL_FOLDER / f"{language}.json"
    if not file.exists():
        file = TELLERS_FOLDER / file.name
    labels: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return labels


def label_languages(*, for_tellers: bool = False) -> list[str]:
    """The languages that have a label file, in alphabetical order. Args: for_tellers, those for tellers' papers too."""
    folders = (LABEL_FOLDER, TELLERS_FOLDER) if for_tellers else (LABEL_FOLDER,)
    return sorted(path.stem for folder in folders for path in folder.glob("*.json"))


@dataclass(frozen=True, slots=True)
class Words:
    """How one reader reads: the labels, the numbers, the dates and the direction."""

    language: str
    """The language of the labels, which is what a screen reader must be told."""
    locale: Locale
    direction: Direction
    """The direction of the page."""

    @classmethod
    def of(cls, language: str, *, for_tellers: bool = False) -> Words:
        """The words for a language code such as "sv", "ar" or "fa-AF"; English labels if it has no file.

        Args: for_tellers, for a paper that tellers get, whose labels there are in more languages.
        """
        locale = _locale(language)
        labelled = language.replace("_", "-").split("-")[0].lower()
        return cls(
            language=labelled if labelled in label_languages(for_tellers=for_tellers) else SOURCE_LANGUAGE,
            locale=locale,
            direction="rtl" if locale.text_direction == "rtl" else "ltr",
        )

    def labels(self) -> dict[str, str]:
        return read_labels(self.language)

    def text(self, key: str, **values: str) -> str:
        """One label, its {places} filled. Raises: UnknownLabel."""
        try:
            label = self.labels()[key]
            own: Direction = "rtl" if Locale.parse(self.language).text_direction == "rtl" else "ltr"
            return label.format(**{name: fence(value, within=own) for name, value in values.items()})
        except KeyError as problem:
            raise UnknownLabel(f"labels/{self.language}.json lacks {problem} for the label {key!r}.") from None

    def count(self, key: str, number: int) -> str:
        """A label that depends on a number: `KEY.one`, `KEY.other` and what else the language tells apart."""
        form = Locale.parse(self.language).plural_form(number)
        form = form if f"{key}.{form}" in self.labels() else "other"
        return self.text(f"{key}.{form}", number=self.number(number))

    def number(self, value: int) -> str:
        return self._signed(format_decimal(value, format="#,##0", locale=self.locale))

    def amount(self, minor: int, currency: str) -> str:
        """An amount without its currency, exact, with the currency's own decimals and no place to break."""
        places = decimals(currency)
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return self._signed(format_decimal(Money(minor, currency).major(), format=pattern, locale=self.locale))

    def money(self, minor: int, currency: str) -> str:
        """An amount with its currency's code: 1 250,00 KES."""
        return f"{self.amount(minor, currency)}{_NO_BREAK_SPACE}{currency}"

    def percent(self, value: Decimal, places: int = 2) -> str:
        """A rate that is already in percent, rounded half up for reading: Decimal("23.7") is 23.70 %."""
        with localcontext() as context:
            context.prec = 60
            rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return f"{self._signed(format_decimal(rounded, format=pattern, locale=self.locale))}{_NO_BREAK_SPACE}%"

    def day(self, on: date) -> str:
        return format_date(on, "d MMM y", locale=self.locale).replace(" ", _NO_BREAK_SPACE)

    def day_in_full(self, on: date) -> str:
        return format_date(on, "d MMMM y", locale=self.locale).replace(" ", _NO_BREAK_SPACE)

    def instant(self, at: datetime) -> str:
        """A day and a time with the name of its time zone."""
        return f"{self.day(at.date())} {at:%H:%M}{_NO_BREAK_SPACE}{at.tzname()}"

    def _signed(self, digits: str) -> str:
        if not digits.startswith(("-", _MINUS, _LEFT_TO_RIGHT_MARK)):
            return digits
        # without the mark, a right-to-left line would carry the minus to the wrong end of the number
        mark = _LEFT_TO_RIGHT_MARK if self.direction == "rtl" else ""
        return mark + _MINUS + digits.lstrip(f"-{_MINUS}{_LEFT_TO_RIGHT_MARK}")


def _locale(language: str) -> Locale:
    code = _ALIASES.get(language.lower(), language).replace("-", "_")
    for attempt in (code, code.split("_")[0], SOURCE_LANGUAGE):
        try:
            return Locale.parse(attempt)
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel knows English.")
