"""The kinds of share-out: one module and one line in this table each."""

from __future__ import annotations

from egenmakt.core.savings.share_out_rules import (
    brackets,
    no_share_out,
    permanent_fund,
    profit_equally,
    proportional,
    rotating_pot,
    savings_and_borrowing,
)
from egenmakt.core.savings.share_out_rules.common import ShareOutKind

KINDS: dict[str, ShareOutKind] = {
    kind.name: kind
    for kind in (
        proportional.KIND,
        profit_equally.KIND,
        savings_and_borrowing.KIND,
        brackets.KIND,
        permanent_fund.KIND,
        rotating_pot.KIND,
        no_share_out.KIND,
    )
}
