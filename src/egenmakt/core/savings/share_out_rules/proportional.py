"""In proportion to shares: the whole loan fund, savings and profit, each share worth the same."""

from __future__ import annotations

from egenmakt.core.savings.share_out_rules.common import (
    BY,
    CLOSING,
    Division,
    Parameters,
    Pool,
    ShareOutKind,
    all_kept,
    in_proportion,
    weights_by,
)
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """v = F / S, and v × s for each member. Source: VSLA share-out (vsla.net; SPEX, VSLA contributions)."""
    claims = in_proportion(pool.value_minor, weights_by(pool, parameters["by"]))
    return all_kept(pool) if claims is None else Division(tuple(claims), 0)


KIND = ShareOutKind(
    name="proportional",
    words=_("The whole loan fund is divided in proportion to shares or savings."),
    closes_fund=True,
    parameters=(BY, *CLOSING),
    divide=divide,
)
