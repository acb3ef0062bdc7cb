"""Bullet: only interest until the end, then the whole loan at once."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Method, Step
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    return Fraction(0) if step.growth else step.balance


METHOD = Method(
    name="bullet",
    words=_("Only interest every time, and the whole loan with the last instalment."),
    interest_on="balance",
    principal=_principal,
)
