"""Numbers that an author typed: digits, and words for numbers in Swedish and English, that stand on no claim.

Not found are years, days, times, numbers of steps and headings, what is quoted and what a claim writes. A number in
words is found where it counts something; *en* and *one* never are, since they are articles and pronouns too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.claims.prose import PLACE, Span, quotations

_MONTHS: Final = (
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october|jan|feb|mar|apr|jun|jul|aug|sept?|okt|oct|nov|dec"
)
_SPACE: Final = "[ \u00a0\u202f\u2009]"
_DIGITS: Final = re.compile(
    rf"(?<![\w.,])[-+−]?(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d)|\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)?"
    rf"(?:{_SPACE}?(?:%|‰))?"
)
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b\d{4}-\d{2}(?:-\d{2})?\b",
        r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
        r"\b\d{1,2}/\d{1,2}\b",
        rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|:e|:a)?\s?[–-]\s?)?\d{{1,2}}(?:st|nd|rd|th|:e|:a)?(?:\s+of)?\s+(?:{_MONTHS})\b\.?(?:\s+\d{{4}})?",
        rf"\b(?:{_MONTHS})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s?[–-]\s?\d{{1,2}})?(?:,?\s+\d{{4}})?\b",
        r"\b(?:kl|klockan|at)\.?\s+\d{1,2}[.:]\d{2}\b",
        r"\b\d{1,2}:\d{2}\b",
        r"\b\d+(?::?[ae]|st|nd|rd|th)\b",  # an order, not a number of things
        r"\b(?:19|20)\d{2}\s?[–/-]\s?(?:(?:19|20)\d{2}|\d{2})\b",
        r"\b(?:19|20)\d{2}-?(?:talet|s)\b",
        r"\b(?:doi:\s?|https?://)\S+",  # where a source is found
        r"\bCC[ -]BY(?:-[A-Z]{2})*[ -]\d\.\d\b",  # the name of a licence
    )
)
_NAMED: Final = re.compile(
    r"\b(?:steg|del|kapitel|avsnitt|tabell|figur|bilaga|artikel|paragraf|punkt|sidan?|fas|version|agenda|mål|nr|nummer|"
    r"step|part|chapter|section|table|figure|annex|article|paragraph|point|page|phase|goal|number|no\.|iso|covid|"
    r"resolution|lag|act|volume|volym|band|§)[\s-]*(?:\d+(?:[.:]\d+)*(?:\s?(?:[–-]|och|and|,)\s?\d+(?:[.:]\d+)*)*)",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"\A\s*\d{1,2}[.)]\s+")
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_COUNTED: Final = re.compile(
    r"\A\s*(?:kvinn|män\b|flick|pojk|barn|ungdom|person|människ|medlem|grupp|berättels|familj|hushåll|by(?:ar)?\b|lån|"
    r"företag|jobb|partn|möten|utbildning|deltag|lantbruk|bönder|skol|kronor|kr\b|euro|dollar|procent|sek\b|usd\b|"
    r"women|men\b|girls|boys|children|youth|people|persons|members|groups|stories|families|households|villages|loans|"
    r"enterprises|businesses|jobs|partners|meetings|trainings|participants|farmers|schools|per\s?cent|of\s+the)",
    re.IGNORECASE,
)
_UNITS: Final = {
    "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10, "elva": 11,
    "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18, "nitton": 19,
    "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_OTHERWISE: Final = {"en": frozenset({"sex"})}
"""Language -> words of it that are a number in another one only: an English draft speaks of sex, age and country."""
_SCALES: Final = {
    "hundra": 100, "hundratals": 100, "tusen": 1000, "tusentals": 1000, "miljon": 10**6, "miljoner": 10**6,
    "miljard": 10**9, "miljarder": 10**9, "dussin": 12, "dussintals": 12, "tiotals": 10,
    "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "million": 10**6, "millions": 10**6,
    "billion": 10**9, "billions": 10**9, "dozen": 12, "dozens": 12,
}  # fmt: skip
SHARES: Final[dict[str, Fraction]] = {
    "hälften": Fraction(1, 2), "halva": Fraction(1, 2), "en tredjedel": Fraction(1, 3),
    "två tredjedelar": Fraction(2, 3), "en fjärdedel": Fraction(1, 4),
    "tre fjärdedelar": Fraction(3, 4), "en femtedel": Fraction(1, 5),
    "majoriteten": Fraction(1, 2), "de flesta": Fraction(1, 2), "flertalet": Fraction(1, 2),
    "half": Fraction(1, 2), "a third": Fraction(1, 3), "one third": Fraction(1, 3), "one-third": Fraction(1, 3),
    "two thirds": Fraction(2, 3), "two-thirds": Fraction(2, 3), "a quarter": Fraction(1, 4),
    "one quarter": Fraction(1, 4), "three quarters": Fraction(3, 4), "three-quarters": Fraction(3, 4),
    "a fifth": Fraction(1, 5), "the majority": Fraction(1, 2), "a majority": Fraction(1, 2),
}  # fmt: skip
"""Shares in words. What only says *most* is more than a half."""
_PLAIN_SHARES: Final = "|".join(
    re.escape(word) for word in SHARES if word not in ("majoriteten", "de flesta", "flertalet", "halva", "the majority")
    and word != "a majority"
)  # fmt: skip
_HALF: Final = re.compile(rf"\b(?:{_PLAIN_SHARES})\b(?!\s+(?:ett|a|an)?\s?(?:år|year|way|time|hour))", re.IGNORECASE)
_NUMBER_WORD: Final = "|".join(sorted((*_UNITS, *_SCALES), key=len, reverse=True))
_WORDS: Final = re.compile(
    rf"\b(?:et(?=tusen)|(?:ett|en|a|one)[\s-]?(?=hundra|tusen|miljon|miljard|dussin|hundred|thousand|million|billion|dozen))?"
    rf"(?:{_NUMBER_WORD})(?:(?:[\s-]|\sand\s|\soch\s)?(?:{_NUMBER_WORD}|en\b|ett\b|one\b))*\b",
    re.IGNORECASE,
)
_NOT_COUNTING: Final = re.compile(r"\b(?:for|för det|at sixes and)\s+(?:two|three|tre)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """A number as somebody typed it, and how much it says."""

    start: int
    end: int
    text: str
    value: Fraction | None
    """None where the words do not say one number: hundreds, dussintals."""
    is_share: bool = False


def typed_numbers(text: str, language: str = "") -> tuple[Typed, ...]:
    """The numbers of a paragraph that stand on no claim, in their order.

    Args: language, of the text; where it is not known, a number in any language counts.
    """
    taken = [*(match.span() for match in PLACE.finditer(text)), *quotations(text)]
    for pattern in (_HEADING, _NAMED, *_DATES):
        taken += [match.span() for match in pattern.finditer(text)]
    found = list(_digits(text, taken))
    taken += [(one.start, one.end) for one in found]
    for match in _HALF.finditer(text):
        if not _overlaps(match.span(), taken):
            found.append(Typed(*match.span(), match[0], SHARES[match[0].casefold()], is_share=True))
            taken.append(match.span())
    means_otherwise = _OTHERWISE.get(language, frozenset())
    for match in _WORDS.finditer(text):
        if match[0].casefold() not in means_otherwise and not _overlaps(match.span(), taken):
            found.append(Typed(*match.span(), match[0], word_value(match[0])))
    return tuple(sorted(found, key=lambda one: one.start))


def years(text: str) -> tuple[Span, ...]:
    """Where a year, a month or a day is named."""
    spans = [match.span() for pattern in _DATES[:5] for match in pattern.finditer(text)]
    return (*spans, *(match.span() for match in _YEAR.finditer(text) if _is_year(text, match.span())))


def _digits(text: str, taken: list[Span]) -> Iterator[Typed]:
    for match in _DIGITS.finditer(text):
        span = match.span()
        if _overlaps(span, taken) or _is_year(text, span) or text[span[1] : span[1] + 1].isalpha():
            continue
        written = match[0]
        share = written.endswith(("%", "‰")) or bool(re.match(r"\s*(?:procent|per\s?cent)\b", text[span[1] :]))
        yield Typed(*span, written, _value(written, share), is_share=share)


def _is_year(text: str, span: Span) -> bool:
    return bool(_YEAR.fullmatch(text[span[0] : span[1]])) and not _COUNTED.match(text[span[1] :])


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < high and low < span[1] for low, high in others)


def _value(written: str, share: bool) -> Fraction:
    digits = re.sub(rf"{_SPACE}|%|‰|\+", "", written).replace("−", "-")
    # a separator before exactly three digits divides thousands; a decimal has fewer
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    value = Fraction(digits)
    if not share:
        return value
    return value / (1000 if "‰" in written else 100)


def word_value(words: str) -> Fraction | None:
    """What a number in words says, in Swedish or English: tjugofem, two hundred. None where it says no one number."""
    total, current = 0, 0
    parts = re.findall(rf"{_NUMBER_WORD}|en\b|ett\b|one\b", words.casefold())
    if any(
        part.endswith("tals") or part in ("hundreds", "thousands", "millions", "billions", "dozens") for part in parts
    ):
        return None
    for part in parts:
        if part in _SCALES:
            scale = _SCALES[part]
            if scale > 100:
                total, current = total + max(current, 1) * scale, 0
            else:
                current = max(current, 1) * scale
        else:
            current += _UNITS.get(part, 0) if part in _UNITS else 1 if current else 0
    return Fraction(total + current)
