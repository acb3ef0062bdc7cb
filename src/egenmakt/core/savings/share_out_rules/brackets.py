"""By brackets: the profit goes in parts, and a bracket of shares or savings says how many parts a member has."""

from __future__ import annotations

from egenmakt.core.savings.share_out_rules.common import (
    BY,
    CLOSING,
    Bracket,
    Division,
    Parameter,
    Parameters,
    Pool,
    ShareOutKind,
    all_kept,
    in_proportion,
    read_brackets,
    savings_and,
    weights_by,
)
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """Savings + profit × own parts / all parts. Source: unusual share-outs reported by savings-revolution.org."""
    brackets = read_brackets("brackets", parameters["brackets"])
    parts = [_parts(brackets, weight) for weight in weights_by(pool, parameters["by"])]
    profit = in_proportion(pool.profit_minor, parts)
    return all_kept(pool) if profit is None else savings_and(pool, profit)


def _parts(brackets: tuple[Bracket, ...], weight: int) -> int:
    return next(x.parts for x in brackets if x.start <= weight and (x.end is None or weight < x.end))


KIND = ShareOutKind(
    name="brackets",
    words=_("Everybody gets her own savings back; the profit is divided in parts by bracket."),
    closes_fund=True,
    parameters=(Parameter("brackets", "brackets", [{"from": 0, "to": None, "parts": 1}]), BY, *CLOSING),
    divide=divide,
)
