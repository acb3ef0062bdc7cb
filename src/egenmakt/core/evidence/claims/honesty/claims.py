"""One claim looked at: consent, small numbers, and voices that are counted as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.evaluate import CannotEvaluate, spec_of
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.queries import TableQuery, asked_in
from egenmakt.core.evidence.claims.small import shown_small
from egenmakt.core.evidence.measures.figure import FigureSpec
from egenmakt.core.evidence.measures.measure import AnyOf, Condition

_JUDGED: Final = frozenset({"kind", "direction", "area"})
"""What a story was judged to be: by whom is then never left unsaid."""


def check_claim(claim: Claim, *, section: str, catalogue: Catalogue, k: int) -> Iterator[HonestyFinding]:
    """What is found in a claim itself, wherever it stands."""
    values = {"claim": claim.code, "k": str(k)}
    if not claim.may_be_published:
        yield HonestyFinding("claim_without_consent", section, 0, 0, "", values)
    if _is_small(claim, catalogue, k):
        yield HonestyFinding("small_claim", section, 0, 0, "", values)
    if pools_voices(claim, catalogue):
        yield HonestyFinding("voices_pooled", section, 0, 0, "", values)


def _is_small(claim: Claim, catalogue: Catalogue, k: int) -> bool:
    try:
        return shown_small(claim, catalogue, k=k)
    except CannotEvaluate:
        return False  # that a definition is missing is said where the claim is worked out


def pools_voices(claim: Claim, catalogue: Catalogue) -> bool:
    """Whether a claim says what stories were judged to be, without saying by whom."""
    by = set(claim.query.by) if isinstance(claim.query, TableQuery) else set()
    for spec in _specs(claim, catalogue):
        names = by | {name for name, _ in _conditions(spec)}
        if any(measure.table == "stories" for measure in spec.measures) and names & _JUDGED and "voice" not in names:
            return True
    return False


def directions(claim: Claim, catalogue: Catalogue) -> set[str]:
    """The directions of change that a claim asks for: better, none, worse. By direction it asks for all."""
    if isinstance(claim.query, TableQuery) and "direction" in claim.query.by:
        return {"better", "none", "worse"}
    return {value for spec in _specs(claim, catalogue) for name, value in _conditions(spec) if name == "direction"}


def _specs(claim: Claim, catalogue: Catalogue) -> Iterator[FigureSpec]:
    for asked in asked_in(claim.query):
        try:
            yield spec_of(asked, catalogue)
        except CannotEvaluate:
            continue  # that a definition is missing is said where the claim is worked out


def _conditions(spec: FigureSpec) -> Iterator[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in spec.cell)
    for measure in spec.measures:
        for condition in measure.where:
            each: tuple[Condition, ...] = condition.conditions if isinstance(condition, AnyOf) else (condition,)
            for one in each:
                yield from ((one.column, str(value)) for value in one.values)
