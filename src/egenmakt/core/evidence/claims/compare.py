"""What changed between two packs, or between a frozen pack and the facts of another day, claim by claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.counted import Counted
from egenmakt.core.evidence.claims.evaluate import CannotEvaluate, evaluate
from egenmakt.core.evidence.claims.queries import query_to_json
from egenmakt.core.evidence.claims.values import (
    Cell,
    ClaimValue,
    ComparisonValue,
    FigureValue,
    FloorValue,
    OutsideValue,
    PictureValue,
    RangeValue,
    TableValue,
    WordsValue,
)
from egenmakt.core.evidence.claims.verify import Pack
from egenmakt.core.evidence.facts import Facts

What = Literal["changed", "asks_otherwise", "defined_otherwise", "consent", "unanswered", "gone", "new"]
"""Its value; its question; a definition; its consent; the answer is missing; only in the old one; only in the new."""


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that is not what it was."""

    claim: str
    what: What
    was: ClaimValue | None
    now: ClaimValue | None
    why: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """For programs."""
        return {
            "claim": self.claim,
            "what": self.what,
            "was": self.was.to_json() if self.was else None,
            "now": self.now.to_json() if self.now else None,
            "why": self.why,
        }


def compare_packs(old: Pack, new: Pack) -> tuple[Change, ...]:
    """The claims that differ between two packs, by code. What is worded otherwise and claims the same is no change."""
    before, after = ({claim.code: claim for claim in pack.claims} for pack in (old, new))
    found = []
    for code in sorted(before.keys() | after.keys()):
        one, other = before.get(code), after.get(code)
        if one is None or other is None:
            was, now = (claim.value if claim else None for claim in (one, other))
            found.append(Change(code, "new" if one is None else "gone", was, now))
        elif what := _difference(one, other, old, new):
            found.append(Change(code, what, one.value, other.value))
    return tuple(found)


def compare_with_facts(pack: Pack, facts: Facts, *, catalogue: Catalogue | None = None) -> tuple[Change, ...]:
    """The claims of a frozen pack that come out otherwise from other facts, by the pack's definitions or by others."""
    found = []
    counted = Counted(facts)
    for claim in sorted(pack.claims, key=lambda one: one.code):
        try:
            now = evaluate(claim, facts=counted, catalogue=catalogue or pack.catalogue)
        except CannotEvaluate as error:
            found.append(Change(claim.code, "unanswered", claim.value, None, str(error)))
            continue
        if now != claim.value:
            found.append(Change(claim.code, "changed", claim.value, now))
    return tuple(found)


def without_consent(claims: Sequence[Claim], *, records: Mapping[str, str]) -> tuple[Claim, ...]:
    """The claims of which the consent no longer is what it was.

    Args: records, for each story by its hash the fingerprint of the consent that holds today; a story that is not
    there was erased.
    """
    return tuple(
        claim
        for claim in claims
        if claim.consent is not None and records.get(getattr(claim.query, "story", "")) != claim.consent.record
    )


def _difference(one: Claim, other: Claim, old: Pack, new: Pack) -> What | None:
    if one.kind != other.kind or query_to_json(one.query) != query_to_json(other.query):
        return "asks_otherwise"
    if one.value != other.value:
        return "changed"
    if one.consent != other.consent:
        return "consent"
    return "defined_otherwise" if _definitions(one, old) != _definitions(other, new) else None


def _definitions(claim: Claim, pack: Pack) -> list[object]:
    figures = [getattr(claim.query, name, None) for name in ("figure", "against", "lowest", "highest")]
    return [
        pack.catalogue.indicators.get(asked.indicator) for asked in figures if asked is not None and asked.indicator
    ]


def in_short(value: ClaimValue | None) -> str:
    """A value in one line, the same in every language: 412; 109/263 (0.3571–0.4749); hidden cells are dots."""
    match value:
        case None:
            return "–"
        case FigureValue(value=number, of=of, low=low, high=high):
            interval = f" ({_share(low)}–{_share(high)})" if low is not None and high is not None else ""
            return f"{number}/{of}{interval}" if of is not None else str(number)
        case FloorValue(value=number, at_least=floor):
            return f"≥ {floor} ({number})"
        case RangeValue(low=low, high=high):
            return f"{low}–{high}"
        case ComparisonValue() as both:
            first, second = (f"/{one}" if one is not None else "" for one in (both.of, both.against_of))
            return f"{both.value}{first} : {both.against}{second}"
        case TableValue(cells=cells):
            return "; ".join(f"{_key(cell)} {'…' if cell.value is None else _cell(cell)}" for cell in cells)
        case WordsValue(words=words):
            return f"“{words}”"
        case PictureValue(alternative=alternative):
            return f"[{alternative}]"
        case OutsideValue(rows=rows):
            return "; ".join(f"{row.label} {row.value}{f'/{row.of}' if row.of is not None else ''}" for row in rows)


def _share(parts: int) -> str:
    return f"{parts // 10_000}.{parts % 10_000:04d}"


def _key(cell: Cell) -> str:
    return " × ".join("–" if part is None else str(part) for part in cell.key)


def _cell(cell: Cell) -> str:
    return str(cell.value) if cell.of is None else f"{cell.value}/{cell.of}"
