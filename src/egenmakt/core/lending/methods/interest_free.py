"""Interest-free: equal parts of the loan and nothing else but the fees that cover the cost."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Asked, Method, Step, by_weight
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    return by_weight(step.balance, [1] * (1 + len(step.growth)))


def _check(asked: Asked) -> list[tuple[str, str]]:
    if not asked.rate_percent:
        return []
    return [("rate_percent", f"{asked.rate_percent} on an interest-free loan; write 0, or choose another method.")]


METHOD = Method(
    name="interest_free",
    words=_("Equal parts of the loan without interest; what it costs are its fees."),
    interest_on="nothing",
    principal=_principal,
    check=_check,
)
