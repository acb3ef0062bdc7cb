"""Whether what a report shows is what its claims say, and its texts name claims that are there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from egenmakt.core.evidence.blocks import Block, Bullets, Inline, Note, Placed, Prose, Quotation, Report, claims_in
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.pack_findings import PackFinding
from egenmakt.core.evidence.claims.placing import NoSuchPart, parts_of, written
from egenmakt.core.evidence.claims.prose import PLACE
from egenmakt.core.evidence.claims.values import WordsValue
from egenmakt.core.evidence.claims.writing import CldrWriter


def check_texts(language: str, texts: Mapping[str, str], claims: Sequence[Claim]) -> Iterator[PackFinding]:
    """Claims that an author placed and that are not in the pack."""
    known = {claim.code for claim in claims}
    for section, text in texts.items():
        for code in dict.fromkeys(match["code"] for match in PLACE.finditer(text)):
            if code not in known:
                yield PackFinding("text_unknown_claim", {"language": language, "section": section, "claim": code})


def check_report(file: str, report: Report, claims: Sequence[Claim]) -> Iterator[PackFinding]:
    """Claims that a report shows otherwise than they are, by their digits and their words.

    Separators and the names of months are left out of the comparison: another version of the languages' data may
    write them in another way, and they are no part of what is claimed.
    """
    known = {claim.code: claim for claim in claims}
    for code in dict.fromkeys((*claims_in(report.blocks), *(line.code for line in report.claims))):
        if code not in known:
            yield PackFinding("report_unknown_claim", {"file": file, "claim": code})
    for line in report.claims:
        claim = known.get(line.code)
        if claim is not None and line.fingerprint != claim.fingerprint:
            yield _differs(file, claim, line.fingerprint, claim.fingerprint)
    writer = CldrWriter.of(report.language)
    for block in report.blocks:
        for placed in _placed(block):
            claim = known.get(placed.claim)
            if claim is not None:
                said = set(_said(claim, writer, report.language))
                if _bare(placed.text) not in {_bare(one) for one in said}:
                    yield _differs(file, claim, placed.text, " / ".join(sorted(said)))
        if isinstance(block, Quotation):
            claim = known.get(block.claim)
            value = claim.value if claim is not None else None
            if claim is not None and isinstance(value, WordsValue) and value.words != block.text:
                yield _differs(file, claim, block.text, value.words)


def _differs(file: str, claim: Claim, shown: str, is_written: str) -> PackFinding:
    return PackFinding("report_differs", {"file": file, "claim": claim.code, "shown": shown, "written": is_written})


def _placed(block: Block) -> Iterator[Placed]:
    lines: tuple[tuple[Inline, ...], ...] = ()
    match block:
        case Prose() | Note():
            lines = (block.inlines,)
        case Bullets():
            lines = block.items
        case _:
            pass
    return (one for line in lines for one in line if isinstance(one, Placed))


def _said(claim: Claim, writer: CldrWriter, language: str) -> Iterator[str]:
    for part in ("", "period", *parts_of(claim, writer=writer, language=language)):
        try:
            yield written(claim, writer=writer, language=language, part=part)
        except NoSuchPart:
            continue


def _bare(text: str) -> str:
    """Digits, signs and letters of a text; digits of every script as 0-9."""
    kept = []
    for character in text:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character.isalpha() or character in "%−-":
            kept.append("-" if character == "−" else character.casefold())
    return "".join(kept)
