"""Rounding to whole units, once and in the open: who gets the units that are left is a named rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

ResidueRule = Literal["largest_remainder", "social_fund", "lot"]
RESIDUE_RULES: dict[ResidueRule, str] = {
    "largest_remainder": "Each unit left over goes to the member with the largest fraction; a tie: first on the roll.",
    "social_fund": "What is left over goes to the social fund.",
    "lot": "Each unit left over goes to the member with the lowest lot.",
}


@dataclass(frozen=True, slots=True)
class Rounded:
    """Whole claims, and what became of the units that rounding down left over."""

    claims: tuple[int, ...]
    left_over_minor: int
    given_to: tuple[int, ...]
    """The places of the members who got one unit each."""
    to_social_fund_minor: int = 0
    undrawn_minor: int = 0
    """Units that wait for a lot to be drawn."""


def round_claims(*, exact: Sequence[Fraction], rule: ResidueRule, lots: Sequence[int | None]) -> Rounded:
    """Exact claims as whole units whose sum, with what is left over, is the sum of the exact ones.

    Args: exact claims, negative allowed, whose sum is whole; the rule; each member's lot or None.
    Each claim is first rounded down. A member without a fraction of her own gets no unit by largest remainder; by
    lot all who have any claim take part, one unit each.
    Source: largest remainder (Hamilton) apportionment; groups' own rules for the unit that is left.
    """
    floors = [math.floor(claim) for claim in exact]
    left = sum(exact, Fraction(0)) - sum(floors)
    if left.denominator != 1:
        raise ValueError("The claims do not add up to whole units; nothing can be rounded.")
    left_over = int(left)
    if rule == "social_fund":
        return Rounded(tuple(floors), left_over, (), to_social_fund_minor=left_over)
    if rule == "largest_remainder":
        order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    else:
        drawn = [(lot, place) for place, lot in enumerate(lots) if lot is not None and exact[place] != 0]
        order = [place for _, place in sorted(drawn)]
    given_to = tuple(order[:left_over])
    claims = [floor + (place in given_to) for place, floor in enumerate(floors)]
    return Rounded(tuple(claims), left_over, given_to, undrawn_minor=left_over - len(given_to))
