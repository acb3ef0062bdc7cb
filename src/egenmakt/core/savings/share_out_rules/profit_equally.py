"""Profit equally: everybody gets her savings back, and the same part of the profit."""

from __future__ import annotations

from egenmakt.core.savings.share_out_rules.common import (
    CLOSING,
    Division,
    Parameters,
    Pool,
    ShareOutKind,
    all_kept,
    in_proportion,
    savings_and,
)
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """Savings + profit / members. Source: unusual share-outs reported by savings-revolution.org."""
    parts = in_proportion(pool.profit_minor, [1] * len(pool.holdings))
    return all_kept(pool) if parts is None else savings_and(pool, parts)


KIND = ShareOutKind(
    name="profit_equally",
    words=_("Everybody gets her own savings back; the profit is divided equally."),
    closes_fund=True,
    parameters=CLOSING,
    divide=divide,
)
