"""One sentence looked at: causes, changes and deeds in the wrong place, bounds, quotations, small numbers, dates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from egenmakt.core.evidence.claims.by_hand import typed_numbers, years
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.honesty.bounds import untrue_bounds
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.honesty.words import Lexicon
from egenmakt.core.evidence.claims.outline import Section
from egenmakt.core.evidence.claims.prose import PLACE, Sentence, quotations

QUOTED_WORDS_LEAST: Final = 4
"""What is shorter between quotation marks is a name, a title or a word that is held at a distance."""
COUNTS: Final = ("number", "share", "money", "at_least", "range", "comparison", "outside")
_NONE: Final = re.compile(r"\s+(?:no|not|inga|inget|ingen|inte)\b", re.IGNORECASE)
"""Right after a cause: that there was none."""
_WITHOUT: Final = re.compile(r"(?:without|utan)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a sentence is read with."""

    section: Section
    lexicon: Lexicon
    claims: Mapping[str, Claim]
    period: tuple[date, date]
    """The period of the report: a claim about all of it needs no date of its own."""
    own: str
    """The organisation's name."""
    k: int
    language: str = ""


def check_paragraph(
    reading: Reading, sentences: Sequence[Sentence], *, shown_after: Collection[str] = ()
) -> Iterator[HonestyFinding]:
    """Everything that is found in the sentences of one paragraph.

    Args: shown_after, the claims that are shown by themselves right below it: a table, a picture, a quotation.
    """
    codes = {code for sentence in sentences for code in sentence.codes if code in reading.claims} | set(shown_after)
    text = " ".join(sentence.text for sentence in sentences)
    is_dated = bool(years(text) or reading.lexicon.pattern("when").search(text))
    if reading.section.expects in ("outcomes", "contribution", "learning") and not codes:
        yield from _without_evidence(reading, sentences)
    for sentence in sentences:
        yield from _causes(reading, sentence)
        yield from _misplaced(reading, sentence)
        yield from _shares(reading, sentence, text)
        for untrue in untrue_bounds(sentence, claims=reading.claims, lexicon=reading.lexicon):
            value = str(untrue.claim.number)
            yield _found("bound_untrue", reading, sentence, untrue.start, untrue.words, untrue.claim.code, value=value)
        yield from _quotations(reading, sentence)
        yield from _small_numbers(reading, sentence)
        if not is_dated:
            yield from _undated(reading, sentence)


def _causes(reading: Reading, sentence: Sentence) -> Iterator[HonestyFinding]:
    if sentence.text.rstrip('”“"»’').endswith("?"):
        return
    softened = re.compile(reading.lexicon.softened, re.IGNORECASE)
    taken: list[tuple[int, int]] = []
    names = ("by_us",) if reading.section.people_tell else ("by_us", "causal")
    for name in names:
        for match in reading.lexicon.pattern(name, reading.own).finditer(sentence.text):
            before = re.split(r"[;:,]\s", sentence.text[: match.start()])[-1]
            # “would” belongs to the claim in “without us they would …”, and softens any other
            itself = "" if _WITHOUT.match(match[0]) else match[0]
            said = f"{before}{itself}".replace(reading.own or "\0", "")  # an organisation may be called Hope
            denied = _NONE.match(sentence.text, match.end())
            if sentence.is_quoted(*match.span()) or softened.search(said) or denied:
                continue
            if any(low < match.end() and match.start() < high for low, high in taken):
                continue
            taken.append(match.span())
            yield _found("causal_by_us" if name == "by_us" else "causal", reading, sentence, match.start(), match[0])


def _misplaced(reading: Reading, sentence: Sentence) -> Iterator[HonestyFinding]:
    outcome, output = (_first(reading, sentence, name) for name in ("outcomes", "outputs"))
    if reading.section.expects == "outputs" and outcome is not None:
        yield _found("outcome_among_outputs", reading, sentence, outcome.start(), outcome[0])
    if reading.section.expects == "outcomes" and output is not None and outcome is None:
        yield _found("output_among_outcomes", reading, sentence, output.start(), output[0])


def _without_evidence(reading: Reading, sentences: Sequence[Sentence]) -> Iterator[HonestyFinding]:
    """Where changes are told, each paragraph stands on a claim; elsewhere each sentence that tells of one does.

    Words choose the sentence that is shown; they do not decide, since no list holds all the ways to tell of a change.
    """
    outcomes = [(one, match) for one in sentences if (match := _first(reading, one, "outcomes")) is not None]
    if reading.section.expects == "outcomes" and not outcomes:
        for one in sentences:
            if _first(reading, one, "outputs") is None and not _is_question(one) and not one.quoted:
                yield _found("outcome_without_evidence", reading, one, 0, _opening(one.text))
                return
    for one, match in outcomes:
        yield _found("outcome_without_evidence", reading, one, match.start(), match[0])
        if reading.section.expects == "outcomes":
            return


def _shares(reading: Reading, sentence: Sentence, paragraph: str) -> Iterator[HonestyFinding]:
    said = {match["code"] for match in PLACE.finditer(paragraph) if match["part"] == "n"}
    for match in PLACE.finditer(sentence.text):
        claim = reading.claims.get(match["code"])
        if (
            claim
            and claim.is_share
            and (match["part"] or "share") in ("share", "difference")
            and claim.code not in said
        ):
            said.add(claim.code)
            yield _found("share_without_n", reading, sentence, match.start(), match[0], claim.code)


def _quotations(reading: Reading, sentence: Sentence) -> Iterator[HonestyFinding]:
    agreed = {
        _plain(str(getattr(claim.value, "words", "")))
        for claim in reading.claims.values()
        if claim.kind == "quotation" and claim.may_be_published
    }
    for start, end in quotations(sentence.text):
        words = sentence.text[start + 1 : end - 1]
        is_placed = any((one := reading.claims.get(m["code"])) and one.may_be_published for m in PLACE.finditer(words))
        is_title = re.search(rf"\b{reading.lexicon.titles}:?\s+\Z", sentence.text[:start], re.IGNORECASE)
        if len(words.split()) >= QUOTED_WORDS_LEAST and not is_placed and not is_title and _plain(words) not in agreed:
            yield _found("quotation_without_consent", reading, sentence, start, words)


def _small_numbers(reading: Reading, sentence: Sentence) -> Iterator[HonestyFinding]:
    people = re.compile(rf"\s+(?:\w+\s+)?{reading.lexicon.people}", re.IGNORECASE)
    for one in typed_numbers(sentence.text):
        if one.value is not None and not one.is_share and 1 < one.value < reading.k:
            match = people.match(sentence.text, one.end)
            if match:
                yield _found("small_cell", reading, sentence, one.start, sentence.text[one.start : match.end()])


def _undated(reading: Reading, sentence: Sentence) -> Iterator[HonestyFinding]:
    for match in PLACE.finditer(sentence.text):
        claim = reading.claims.get(match["code"])
        if claim and claim.kind in COUNTS and claim.period != reading.period:
            yield _found("figure_without_date", reading, sentence, match.start(), match[0], claim.code)
            return
    beside = any(reading.claims[code].kind in COUNTS for code in sentence.codes if code in reading.claims)
    if reading.section.expects in ("outputs", "outcomes", "contribution") and not beside:
        rates = re.compile(reading.lexicon.rates, re.IGNORECASE)
        for one in typed_numbers(sentence.text, reading.language):
            if rates.match(sentence.text, one.end):
                continue
            yield _found("figure_without_date", reading, sentence, one.start, one.text)
            return


def _first(reading: Reading, sentence: Sentence, name: str) -> re.Match[str] | None:
    softened = re.compile(
        r"\b(?:för\s+att|så\s+att|ska|skulle|bör|will|should|in\s+order|so\s+that|aims?\s+to)\b", re.I
    )
    for match in reading.lexicon.pattern(name, reading.own).finditer(sentence.text):
        if not sentence.is_quoted(*match.span()) and not softened.search(sentence.text[: match.start()]):
            return match
    return None


def _is_question(sentence: Sentence) -> bool:
    return sentence.text.rstrip('”“"»’').endswith("?")


def _opening(text: str) -> str:
    words = text.split()
    return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


def _plain(words: str) -> str:
    return " ".join(words.casefold().strip(' .,!?”“"»«’').split())


def _found(
    code: str, reading: Reading, sentence: Sentence, start: int, words: str, claim: str = "", **more: str
) -> HonestyFinding:
    values = {"words": words.strip(), "claim": claim, "k": str(reading.k), **more}
    return HonestyFinding(code, reading.section.code, sentence.paragraph, sentence.start + start, sentence.text, values)
