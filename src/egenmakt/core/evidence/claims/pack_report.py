"""Whether what a report shows is what its claims say, and its texts name claims that are there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Chart,
    Inline,
    KeyFigures,
    Note,
    Placed,
    Prose,
    Quotation,
    Report,
    Table,
    claims_in,
)
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.pack_findings import PackFinding
from egenmakt.core.evidence.claims.placing import NoSuchPart, parts_of, written
from egenmakt.core.evidence.claims.prose import PLACE
from egenmakt.core.evidence.claims.values import Cell, OutsideValue, TableValue, WordsValue
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.core.money import DECIMALS


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
        in_prose = isinstance(block, (Prose, Note, Bullets))
        for code, text in _shown(block):
            claim = known.get(code)
            if claim is not None:
                said = set(_said(claim, writer, report.language))
                if not is_said(text, said, in_prose=in_prose):
                    yield _differs(file, claim, text, " / ".join(sorted(said)))
        if isinstance(block, Quotation):
            claim = known.get(block.claim)
            value = claim.value if claim is not None else None
            if claim is not None and isinstance(value, WordsValue) and value.words != block.text:
                yield _differs(file, claim, block.text, value.words)


def _differs(file: str, claim: Claim, shown: str, is_written: str) -> PackFinding:
    return PackFinding("report_differs", {"file": file, "claim": claim.code, "shown": shown, "written": is_written})


def _shown(block: Block) -> Iterator[tuple[str, str]]:
    """Each claim that a block shows, and the text in which it does."""
    lines: tuple[tuple[Inline, ...], ...] = ()
    match block:
        case Prose() | Note():
            lines = (block.inlines,)
        case Bullets():
            lines = block.items
        case KeyFigures():
            yield from ((one.claim, one.value) for one in block.figures)
        case Table():
            yield from ((cell.claim, cell.text) for row in block.rows for cell in row if cell.claim)
        case Chart():
            yield from _shown(block.table)
        case _:
            pass
    yield from ((one.claim, one.text) for line in lines for one in line if isinstance(one, Placed))


def _said(claim: Claim, writer: CldrWriter, language: str) -> Iterator[str]:
    """Every way in which a claim, a part of it or a cell of it can be written."""
    value = claim.value
    if isinstance(value, TableValue):
        yield writer.number(value.n)
        for cell in value.cells:
            yield from _cell_said(claim, cell, writer)
    if isinstance(value, OutsideValue):
        for row in value.rows:
            yield writer.number(row.value)
            yield from [writer.share(row.value, row.of)] if row.of else []
    for part in ("", "period", *parts_of(claim, writer=writer, language=language)):
        try:
            yield written(claim, writer=writer, language=language, part=part)
        except NoSuchPart:
            continue


def _cell_said(claim: Claim, cell: Cell, writer: CldrWriter) -> Iterator[str]:
    if cell.value is None:
        return
    yield writer.number(cell.value)
    if cell.of:
        yield writer.share(cell.value, cell.of)
    for currency in (claim.currency, *cell.key):
        if isinstance(currency, str) and currency in DECIMALS:
            yield writer.money(cell.value, currency)


def is_said(text: str, said: set[str], *, in_prose: bool) -> bool:
    """Whether a text shows what a claim says: by its digits; without digits, in prose, by its letters.

    A cell or a large number without digits shows no number: it is hidden, or there is none.
    """
    if any(map(str.isdecimal, text)):
        return _digits(text) in {_digits(one) for one in said}
    return not in_prose or _letters(text) in {_letters(one) for one in said}


def _digits(text: str) -> str:
    """Digits of every script as 0-9, with the signs that change a number."""
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else "-" if one == "−" else one
        for one in text
        if one.isdecimal() or one in "%−-"
    )


def _letters(text: str) -> str:
    return "".join(one.casefold() for one in text if one.isalpha())
