"""Whether *over 1,200*, *nearly* and *more than half* are true of the claim that they stand beside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from egenmakt.core.evidence.claims.by_hand import Typed, typed_numbers
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.honesty.words import Bound, Lexicon
from egenmakt.core.evidence.claims.prose import PLACE, Sentence
from egenmakt.core.evidence.claims.values import FloorValue

NEAR: Final = Fraction(1, 10)
"""*Nearly*, *about* and *just over* reach a tenth of the number."""
_NUMBERS: Final = ("", "value", "share")
"""The parts of a claim that are its number."""


@dataclass(frozen=True, slots=True)
class Untrue:
    """Words that a claim contradicts."""

    start: int
    words: str
    claim: Claim


def holds(bound: Bound, *, said: Fraction, true: Fraction) -> bool:
    """Whether a number is what the words before another number say: is 1,213 over 1,200?"""
    match bound:
        case "over":
            return true > said
        case "at_least":
            return true >= said
        case "just_over":
            return said < true <= said * (1 + NEAR)
        case "nearly":
            return said * (1 - NEAR) <= true < said
        case "at_most":
            return true <= said
        case "under":
            return true < said
        case "about":
            return abs(true - said) <= said * NEAR
        case "exactly":
            return true == said


def untrue_bounds(sentence: Sentence, *, claims: Mapping[str, Claim], lexicon: Lexicon) -> Iterator[Untrue]:
    """Each bound in a sentence that is not true."""
    placed = [(match, claims[match["code"]]) for match in PLACE.finditer(sentence.text) if match["code"] in claims]
    numbers = [(m, one) for m, one in placed if (m["part"] or "") in _NUMBERS and one.number is not None]
    typed = typed_numbers(sentence.text)
    for bound, words in lexicon.bounds.items():
        for match in re.finditer(rf"\b(?:{words})\s+(?:en\s+|ett\s+|a\s+|an\s+)?", sentence.text, re.IGNORECASE):
            if sentence.is_quoted(*match.span()) or _longer_bound(sentence.text, match, lexicon):
                continue
            for place, claim in numbers:
                if place.start() == match.end():
                    yield from _if_untrue(bound, sentence.text, match.start(), place.end(), _written(claim), claim)
            for one in typed:
                if match.end() - 3 <= one.start <= match.end() and one.value is not None:
                    beside = _beside(one, numbers)
                    if beside is not None:
                        yield from _if_untrue(bound, sentence.text, match.start(), one.end, one.value, beside)
    shares = [claim for _, claim in numbers if claim.is_share]
    for match in lexicon.pattern("majority").finditer(sentence.text):
        if len(shares) == 1 and not sentence.is_quoted(*match.span()):
            yield from _if_untrue("over", sentence.text, *match.span(), Fraction(1, 2), shares[0])


def _if_untrue(bound: Bound, text: str, start: int, end: int, said: Fraction, claim: Claim) -> Iterator[Untrue]:
    if claim.number is not None and not holds(bound, said=said, true=claim.number):
        yield Untrue(start, text[start:end], claim)


def _longer_bound(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether these words are the end of others: *over* in *just over*, *under* in *just under*."""
    for words in lexicon.bounds.values():
        for other in re.finditer(rf"\b(?:{words})\s+", text, re.IGNORECASE):
            if other.start() < match.start() < other.end():
                return True
    return False


def _written(claim: Claim) -> Fraction:
    """The number that a claim writes in prose: of “at least” the round one."""
    value = claim.value
    return Fraction(value.at_least) if isinstance(value, FloorValue) else claim.number or Fraction(0)


def _beside(typed: Typed, numbers: list[tuple[re.Match[str], Claim]]) -> Claim | None:
    """The claim that a typed number speaks of: the only one of its kind, or the nearest of them."""
    alike = [(match, claim) for match, claim in numbers if claim.is_share == (typed.is_share or _is_small(typed))]
    if not alike:
        return None
    return min(alike, key=lambda one: abs(one[0].start() - typed.start))[1]


def _is_small(typed: Typed) -> bool:
    return typed.value is not None and 0 < typed.value < 1
