"""How much a member may still borrow by the constitution; whether she gets it the meeting decides."""

from __future__ import annotations

import math
from fractions import Fraction

from egenmakt.core.savings.constitution import Constitution


def largest_loan_minor(*, constitution: Constitution, own_savings_minor: int, owed_minor: int) -> int | None:
    """The largest further loan that the rules allow a member: None where there is no limit.

    Args: the member's own savings and the principal she owes already, in minor units.
    The multiple of savings counts all her loans together, and is rounded down to a whole unit; the most that is lent
    is of each loan, as its clause says.
    """
    limits = []
    if constitution.loan_multiple is not None:
        limits.append(math.floor(Fraction(constitution.loan_multiple) * own_savings_minor) - owed_minor)
    if constitution.loan_max_minor is not None:
        limits.append(constitution.loan_max_minor)
    return max(0, min(limits)) if limits else None
