"""Balloon: equal instalments that leave a named part of the loan to be paid with the last one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from egenmakt.core.lending.methods.base import Asked, Method, Step, level_payment
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    if not step.growth:
        return step.balance
    balloon = step.lent * Fraction(step.asked.balloon_percent) / 100
    payment = level_payment(step, min(balloon, step.balance)) if step.is_news else step.last_payment
    return payment - step.interest


def _check(asked: Asked) -> list[tuple[str, str]]:
    if asked.balloon_percent > Decimal(0):
        return []
    return [("balloon_percent", "A balloon loan needs the part that is paid at the end; write 1 to 100.")]


METHOD = Method(
    name="balloon",
    words=_("The same payment every time, and a large last one that repays the part left for the end."),
    interest_on="balance",
    principal=_principal,
    keeps_payment=True,
    check=_check,
)
