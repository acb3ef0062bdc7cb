"""Equal principal: the same part of the loan each time, and interest that falls with the balance."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Method, Step, by_weight
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    return by_weight(step.balance, [1] * (1 + len(step.growth)))


METHOD = Method(
    name="equal_principal",
    words=_("Equal parts of the loan, and interest on what is still owed, so that payments fall."),
    interest_on="balance",
    principal=_principal,
)
