"""A whole draft looked through, in one language: its sections, its claims, and what is missing from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import takewhile
from typing import Final

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.honesty.claims import check_claim, directions
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.honesty.sentences import Reading, check_paragraph
from egenmakt.core.evidence.claims.honesty.words import LEXICONS
from egenmakt.core.evidence.claims.outline import Outline
from egenmakt.core.evidence.claims.placing import place
from egenmakt.core.evidence.claims.prose import PLACE, paragraphs, sentences
from egenmakt.core.evidence.claims.writing import CldrWriter

SUCCESSES_LEAST: Final = 3
"""So many sentences about change and learning without one that succeeded less are only successes."""


def check_draft(
    *,
    outline: Outline,
    language: str,
    texts: Mapping[str, str],
    claims: Mapping[str, Claim],
    catalogue: Catalogue,
    period: tuple[date, date],
    organisation: str = "",
    k: int = 5,
) -> tuple[HonestyFinding, ...]:
    """Everything in a draft that is not honest, or may not be, in the order of the outline.

    Args: texts by section, in one language, with claims placed as {{code}}; claims by code; period of the report.
    """
    found: list[HonestyFinding] = []
    used: dict[str, str] = {}
    for section in outline.sections:
        text = texts.get(section.code, "")
        for code in _placed(text, claims):
            used.setdefault(code, section.code)
        found += _whole_section(section.code, section.authored, section.balance, text, language)
        if section.expects == "outcomes" and text.strip() and not any(_placed(text, claims)):
            found.append(HonestyFinding("section_without_claims", section.code, 0, 0, ""))
        if section.expects == "contribution" and _is_told_alone(text, language):
            found.append(HonestyFinding("others_unnamed", section.code, 0, 0, ""))
        if text.strip():
            found += _proof(section.code, text, claims, language)
        if language in LEXICONS:
            reading = Reading(
                section=section,
                lexicon=LEXICONS[language],
                claims=claims,
                period=period,
                own=organisation,
                k=k,
                language=language,
            )
            found += _sentences(reading, text)
    for code, section_code in used.items():
        found += check_claim(claims[code], section=section_code, catalogue=catalogue, k=k)
    if language in LEXICONS:
        found += _balance(outline, language, texts, [claims[code] for code in used], catalogue)
    return tuple(found)


def _sentences(reading: Reading, text: str) -> Iterator[HonestyFinding]:
    whole = paragraphs(text)
    for number, paragraph in enumerate(whole):
        # only those right below it: the next paragraph of words has its own
        below = takewhile(bool, (PLACE.fullmatch(other.text) for other in whole[number + 1 :]))
        known = [match["code"] for match in below if match is not None and match["code"] in reading.claims]
        yield from check_paragraph(reading, tuple(sentences(paragraph)), shown_after=known)


def _placed(text: str, claims: Mapping[str, Claim]) -> Iterator[str]:
    for paragraph in paragraphs(text):
        for sentence in sentences(paragraph):
            yield from (code for code in sentence.codes if code in claims)


def _whole_section(code: str, authored: bool, balance: str, text: str, language: str) -> Iterator[HonestyFinding]:
    is_empty = not text.strip()
    if balance == "better" and (is_empty or _is_praise(text, language)):
        yield HonestyFinding("nothing_can_be_better", code, 0, 0, text.strip())
    elif authored and is_empty:
        yield HonestyFinding("nothing_written", code, 0, 0, "")


def _is_praise(text: str, language: str) -> bool:
    """Whether all that is said under what can be better is that nothing can."""
    if language not in LEXICONS:
        return False
    praise, limits = (LEXICONS[language].pattern(name) for name in ("praise_only", "limits"))
    said = [one.text for paragraph in paragraphs(text) for one in sentences(paragraph)]
    return all(praise.match(one) or one.strip(" .–-") == "" for one in said) and not any(
        limits.search(praise.sub("", one)) for one in said
    )


def _is_told_alone(text: str, language: str) -> bool:
    return bool(text.strip()) and language in LEXICONS and not LEXICONS[language].pattern("others").search(text)


def _proof(section: str, text: str, claims: Mapping[str, Claim], language: str) -> Iterator[HonestyFinding]:
    placed = place(text=text, claims=claims, writer=CldrWriter.of(language), language=language)
    for one in placed.by_hand:
        yield HonestyFinding("number_by_hand", section, one.paragraph, one.start, one.sentence, {"words": one.text})
    for bad in placed.misplaced:
        values = {"claim": bad.code, "part": bad.part, "nearest": bad.nearest, "parts": ", ".join(bad.parts)}
        code = "unknown_claim" if bad.code not in claims else "no_such_part"
        yield HonestyFinding(code, section, bad.paragraph, bad.start, bad.sentence, values)


def _balance(
    outline: Outline, language: str, texts: Mapping[str, str], claims: list[Claim], catalogue: Catalogue
) -> Iterator[HonestyFinding]:
    """Whether anything but success is told where change and learning are told; what can be better is apart."""
    limits = LEXICONS[language].pattern("limits")
    told = [
        one.text
        for section in outline.sections
        if section.expects in ("outcomes", "contribution", "learning") and section.balance != "better"
        for paragraph in paragraphs(texts.get(section.code, ""))
        for one in sentences(paragraph)
    ]
    shows_less = any(directions(claim, catalogue) & {"worse", "none"} for claim in claims)
    if len(told) >= SUCCESSES_LEAST and not shows_less and not any(limits.search(one) for one in told):
        yield HonestyFinding("only_successes", "", 0, 0, "")
