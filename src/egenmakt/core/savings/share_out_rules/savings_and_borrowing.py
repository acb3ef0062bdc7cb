"""Part by savings, part by borrowing: those who paid the interest get some of it back."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.savings.share_out_rules.common import (
    BY,
    CLOSING,
    Division,
    Parameter,
    Parameters,
    Pool,
    ShareOutKind,
    all_kept,
    in_proportion,
    read_percent,
    savings_and,
    weights_by,
)
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """Savings, with `savings_percent` of the profit by savings and the rest by the interest each one paid.

    0 percent gives all profit back to those who paid interest. Where nobody paid any, savings decide alone; where
    nobody has savings, borrowing decides alone. A loss is borne by savings alone: who borrowed did not cause it.
    Source: share-outs of 60/40 in Latin America and Swaziland, reported by savings-revolution.org.
    """
    by_savings = weights_by(pool, parameters["by"])
    by_interest = [holding.interest_paid_minor for holding in pool.holdings]
    percent = read_percent("savings_percent", parameters["savings_percent"])
    if pool.profit_minor < 0 or not any(by_interest):
        percent = Fraction(100)
    if not any(by_savings):
        percent = Fraction(0)
    saved = in_proportion(pool.profit_minor * percent / 100, by_savings)
    borrowed = in_proportion(pool.profit_minor * (100 - percent) / 100, by_interest)
    if saved is None and borrowed is None:
        return all_kept(pool)
    nothing = [Fraction(0)] * len(pool.holdings)
    return savings_and(pool, [a + b for a, b in zip(saved or nothing, borrowed or nothing, strict=True)])


KIND = ShareOutKind(
    name="savings_and_borrowing",
    words=_("Everybody gets her own savings back; the profit goes partly by savings, partly by interest paid."),
    closes_fund=True,
    parameters=(Parameter("savings_percent", "percent", 60), BY, *CLOSING),
    divide=divide,
)
