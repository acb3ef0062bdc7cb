"""Flat: interest on all that was lent, for the whole term, however much has been repaid."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Method, Step, by_weight
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    return by_weight(step.balance, [1] * (1 + len(step.growth)))


METHOD = Method(
    name="flat",
    words=_("Equal parts of the loan, and interest on the whole loan for every period until the end."),
    interest_on="loan",
    principal=_principal,
)
"""Interest is principal * rate * periods; each instalment (principal + interest) / number when periods are equal."""
