"""No share-out: savings and profit stay in the group; who leaves is paid by the rule for leaving."""

from __future__ import annotations

from egenmakt.core.savings.share_out_rules.common import Division, Parameters, Pool, ShareOutKind, all_kept
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """Everything is kept. Source: permanent Indian self-help groups, whose corpus grows from year to year."""
    return all_kept(pool)


KIND = ShareOutKind(
    name="no_share_out",
    words=_("There is no share-out: savings and profit stay in the group."),
    closes_fund=False,
    parameters=(),
    divide=divide,
)
