"""Write amounts, dates and numbers the way the reader's language writes them.

Amounts are exact from end to end: Money becomes a Decimal, never a float, and the number of decimals is that of
ISO 4217 in `core.money`, since CLDR writes some currencies (UGX, IQD, LAK) by custom instead.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol, get_minus_sign_symbol
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from egenmakt.core.money import Money, decimals

RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "rhg", "sd", "syr", "ug", "ur", "yi")
)
"""Languages that are written from right to left."""

FALLBACK = "en"


def locale_of(language: str | None) -> Locale:
    """The Babel locale of a language code such as "sv" or "pt-br"; English where Babel knows none."""
    code = (language or FALLBACK).replace("_", "-")
    for candidate in (code, code.split("-")[0], FALLBACK):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel always has English.")


def reader() -> str:
    """The language of the request that is being answered."""
    return get_language() or FALLBACK


def text_direction(language: str | None) -> str:
    """ "rtl" for Arabic, Persian, Urdu, Hebrew and their like; "ltr" for all other languages."""
    code = (language or FALLBACK).lower().replace("_", "-")
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def money_text(money: Money, *, language: str | None = None) -> str:
    """An amount with its currency: 1 250,50 kr in Swedish, KES 1,250.50 in English."""
    locale = locale_of(language or reader())
    pattern = _with_decimals(locale.currency_formats["standard"].pattern, decimals(money.currency))
    if get_currency_symbol(money.currency, locale=locale)[-1:].isalpha():
        # CLDR currencySpacing, which Babel leaves out: letters do not touch digits (KES 5, but €5)
        pattern = re.sub(r"¤(?=[#0])", "¤\u00a0", pattern)
    text = format_currency(
        money.major(), money.currency, format=pattern, locale=locale, currency_digits=False, decimal_quantization=False
    )
    return _with_minus(text, locale)


def _with_minus(text: str, locale: Locale) -> str:
    """The locale's own minus sign in place of the hyphen: −1 250 in Swedish."""
    return text.replace("-", get_minus_sign_symbol(locale), 1)


def amount_text(money: Money, *, language: str | None = None) -> str:
    """An amount without its currency, for columns whose heading names the currency."""
    locale = locale_of(language or reader())
    pattern = _with_decimals(locale.decimal_formats[None].pattern, decimals(money.currency))
    return _with_minus(format_decimal(money.major(), format=pattern, locale=locale, decimal_quantization=False), locale)


def _with_decimals(pattern: str, places: int) -> str:
    """The locale's pattern with exactly so many decimals: "#,##0.00 ¤" and 0 give "#,##0 ¤"."""
    head, _, tail = pattern.partition("0.") if "0." in pattern else (pattern, "", "")
    fraction = "." + "0" * places if places else ""
    if tail or "0." in pattern:
        return head + "0" + fraction + tail.lstrip("0#")
    # no decimals in the pattern ("#,##0 ¤"): they go after the last digit
    last = max(pattern.split(";")[0].rfind("0"), pattern.split(";")[0].rfind("#"))
    return pattern[: last + 1] + fraction + pattern[last + 1 :]


def currency_sign(currency: str, *, language: str | None = None) -> str:
    """The sign that the reader knows the currency by: kr, €, KES."""
    return str(get_currency_symbol(currency, locale=locale_of(language or reader())))


def number_text(value: int | Decimal | Fraction, *, places: int | None = None, language: str | None = None) -> str:
    """A number with the reader's separators; `places` fixes the decimals (needed for a fraction)."""
    locale = locale_of(language or reader())
    if isinstance(value, Fraction):
        places = 2 if places is None else places
        value = _decimal(value, places)
    if places is None:
        return _with_minus(format_decimal(value, locale=locale, decimal_quantization=False), locale)
    pattern = _with_decimals(locale.decimal_formats[None].pattern, places)
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(value).quantize(quantum, ROUND_HALF_EVEN)
    return _with_minus(format_decimal(rounded, format=pattern, locale=locale, decimal_quantization=False), locale)


def percent_text(value: Fraction | Decimal | int, *, places: int = 0, language: str | None = None) -> str:
    """A share of the whole as a percentage: Fraction(1, 4) is 25 %. Rounded half to even, at the very end."""
    locale = locale_of(language or reader())
    pattern = _with_decimals(locale.percent_formats[None].pattern, places)
    share = _decimal(Fraction(value), places + 2)
    return _with_minus(format_percent(share, format=pattern, locale=locale, decimal_quantization=False), locale)


def _decimal(value: Fraction, places: int) -> Decimal:
    return Decimal(round(value * 10**places)).scaleb(-places)


def date_text(value: date, *, style: str = "long", language: str | None = None) -> str:
    """A date: 3 mars 2026, March 3, 2026. `style` is short, medium, long or full."""
    return str(format_date(value, format=style, locale=locale_of(language or reader())))


def month_text(value: date, *, language: str | None = None) -> str:
    """The month of a date, short, for the axis of a chart: mars 2026."""
    return str(format_date(value, format="MMM y", locale=locale_of(language or reader())))


def long_month_text(year: int, number: int, *, language: str | None = None) -> str:
    """A month by its whole name: mars 2026, March 2026."""
    return str(format_date(date(year, number, 1), format="LLLL y", locale=locale_of(language or reader())))


def datetime_text(value: datetime, *, zone: str = "UTC", style: str = "long", language: str | None = None) -> str:
    """Date and time as the clock on the wall in `zone` (IANA name, such as Africa/Nairobi) shows it.

    Raises: ValueError for an instant without a zone, which could be any moment of the day.
    """
    locale = locale_of(language or reader())
    local = _local(value, zone)
    day = format_date(local.date(), format=style, locale=locale)
    return f"{day} {format_time(local.time(), format='short', locale=locale)}"


def clock_text(value: datetime, *, zone: str = "UTC", language: str | None = None) -> str:
    """The time of day in `zone`."""
    return str(format_datetime(_local(value, zone), format="HH:mm", locale=locale_of(language or reader())))


def _local(value: datetime, zone: str) -> datetime:
    if value.tzinfo is None:
        raise ValueError(
            f"{value.isoformat()} has no time zone; give an instant such as {datetime.now(UTC):%Y}-…+00:00."
        )
    return value.astimezone(ZoneInfo(zone))


def duration_text(days: int) -> str:
    """A number of days in words, exact, with the plural forms of the reader's language: 3 weeks and 2 days."""
    if days < 0:
        raise ValueError(f"A duration of {days} days is negative; give the days from the earlier date to the later.")
    weeks, rest = divmod(days, 7)
    day_words = ngettext("%(count)s day", "%(count)s days", rest) % {"count": number_text(rest)}
    if not weeks:
        return day_words
    week_words = ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": number_text(weeks)}
    return f"{week_words} {day_words}" if rest else week_words


def isolated_text(text: str) -> str:
    """The same for where no marks can stand, such as an option or a sentence: by invisible characters of Unicode.

    Only a text that runs against the page gets them, so that what is compared or copied stays as it was typed.
    """
    against = ("R", "AL") if text_direction(reader()) == "ltr" else ("L",)
    runs_against = any(unicodedata.bidirectional(letter) in against for letter in text)
    return f"\u2068{text}\u2069" if runs_against else text


def isolated(text: object) -> SafeString:
    """A name that keeps its own direction: a Swedish name in an Arabic sentence does not turn the sentence round."""
    return format_html("<bdi>{}</bdi>", text)
