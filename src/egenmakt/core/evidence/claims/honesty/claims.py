"""One claim looked at: consent, small numbers, and voices that are counted as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.queries import Asked, TableQuery, asked_in
from egenmakt.core.evidence.claims.values import ComparisonValue, FigureValue, RangeValue

PEOPLE: Final = ("members", "stories", "loans")
"""Tables of facts of which a row is about one person."""
_JUDGED: Final = frozenset({"kind", "direction", "area"})
"""What a story was judged to be: by whom is then never unsaid."""


def check_claim(claim: Claim, *, section: str, k: int) -> Iterator[HonestyFinding]:
    """What is found in a claim itself, wherever it stands."""
    if not claim.may_be_published:
        yield HonestyFinding("claim_without_consent", section, 0, 0, "", {"claim": claim.code})
    small = too_few(claim, k=k)
    if small is not None:
        yield HonestyFinding("small_claim", section, 0, 0, "", {"claim": claim.code, "n": str(small), "k": str(k)})
    if pools_voices(claim):
        yield HonestyFinding("voices_pooled", section, 0, 0, "", {"claim": claim.code})


def too_few(claim: Claim, *, k: int) -> int | None:
    """The small number of people that a claim speaks of, or leaves over of its whole; None where there is none."""
    if not any(table in PEOPLE for table in tables_of(claim)):
        return None
    match claim.value:
        case FigureValue(value=value, of=of, n=n):
            counts = [n, *([value, of - value] if of is not None else [])]
        case ComparisonValue() as both:
            counts = [both.n, both.against_n]
            if both.of is not None and both.against_of is not None:
                counts += [both.value, both.of - both.value, both.against, both.against_of - both.against]
        case RangeValue(n=n):
            counts = [n]
        case _:
            return None
    return min((count for count in counts if 0 < count < k), default=None)


def pools_voices(claim: Claim) -> bool:
    """Whether a claim says what stories were judged to be, without saying by whom."""
    for asked in asked_in(claim.query):
        names = {name for name, _ in _conditions(asked)}
        by = set(claim.query.by) if isinstance(claim.query, TableQuery) else set()
        is_of_stories = any(table == "stories" for table in _tables(asked))
        if is_of_stories and (names | by) & _JUDGED and "voice" not in names | by:
            return True
    return False


def tables_of(claim: Claim) -> set[str]:
    """The tables of facts that a claim's own measures count; of an indicator they are known to its definition alone."""
    return {table for asked in asked_in(claim.query) for table in _tables(asked)}


def conditions(claim: Claim) -> Iterator[tuple[str, JsonValue]]:
    """The columns and values that a claim asks for."""
    for asked in asked_in(claim.query):
        yield from _conditions(asked)


def _tables(asked: Asked) -> Iterator[str]:
    for name in ("measure", "of"):
        measure = asked.document.get(name)
        if isinstance(measure, Mapping):
            yield str(measure.get("table", ""))


def _conditions(asked: Asked) -> Iterator[tuple[str, JsonValue]]:
    yield from asked.cell.items()
    measure = asked.document.get("measure")
    where = measure.get("where", []) if isinstance(measure, Mapping) else []
    for condition in where if isinstance(where, list) else []:
        if isinstance(condition, list) and len(condition) > 2:
            yield str(condition[0]), condition[2]
