"""Permanent fund with dividend: savings stay, a part of the profit is paid out, the rest makes the fund grow."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.savings.share_out_rules.common import (
    BY,
    Division,
    Parameter,
    Parameters,
    Pool,
    ShareOutKind,
    all_kept,
    in_proportion,
    read_percent,
    weights_by,
)
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """`dividend_percent` of the profit, rounded down to whole units; of it `patronage_percent` by interest paid.

    Without profit there is no dividend, and the fund bears the loss.
    Source: reserve before dividend on shares, with an interest rebate, as in credit co-operatives.
    """
    dividend = int(max(0, pool.profit_minor) * read_percent("dividend_percent", parameters["dividend_percent"]) / 100)
    by_savings = weights_by(pool, parameters["by"])
    by_interest = [holding.interest_paid_minor for holding in pool.holdings]
    patronage = read_percent("patronage_percent", parameters["patronage_percent"])
    if not any(by_interest):
        patronage = Fraction(0)
    elif not any(by_savings):
        patronage = Fraction(100)
    saved = in_proportion(dividend * (100 - patronage) / 100, by_savings)
    borrowed = in_proportion(dividend * patronage / 100, by_interest)
    if saved is None and borrowed is None:
        return all_kept(pool)
    nothing = [Fraction(0)] * len(pool.holdings)
    claims = tuple(a + b for a, b in zip(saved or nothing, borrowed or nothing, strict=True))
    return Division(claims, pool.value_minor - dividend)


KIND = ShareOutKind(
    name="permanent_fund",
    words=_("The savings stay in the group; a part of the profit is paid out as dividend."),
    closes_fund=False,
    parameters=(Parameter("dividend_percent", "percent", 0), Parameter("patronage_percent", "percent", 0), BY),
    divide=divide,
)
