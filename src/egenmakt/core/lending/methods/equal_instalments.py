"""Equal instalments: the same payment each time; at first mostly interest, at last mostly principal."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Method, Step, level_payment
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    payment = level_payment(step) if step.is_news else step.last_payment
    return payment - step.interest


METHOD = Method(
    name="equal_instalments",
    words=_("The same payment every time, with interest on what is still owed."),
    interest_on="balance",
    principal=_principal,
    keeps_payment=True,
)
