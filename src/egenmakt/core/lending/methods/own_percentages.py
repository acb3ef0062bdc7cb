"""Own percentages: the group says which part of the loan each instalment repays, such as 10, 20 and 70."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.lending.methods.base import Asked, Method, Step, by_weight
from egenmakt.core.words import _


def _principal(step: Step) -> Fraction:
    return by_weight(step.balance, [Fraction(percentage) for percentage in step.asked.percentages[step.number - 1 :]])


def _check(asked: Asked) -> list[tuple[str, str]]:
    problems = []
    if len(asked.percentages) != asked.instalments:
        problems.append(
            (
                "percentages",
                f"{len(asked.percentages)} percentages for {asked.instalments} instalments; give one for each.",
            )
        )
    if sum(asked.percentages) != 100:
        problems.append(("percentages", f"The percentages add up to {sum(asked.percentages)}; they must make 100."))
    elif asked.percentages[-1] == 0:
        problems.append(("percentages", "The last percentage is 0; take fewer instalments or give the last one more."))
    if asked.grace_principal_periods:
        problems.append(
            ("grace_principal_periods", "Own percentages say their grace themselves; write 0 here and 0 there.")
        )
    return problems


METHOD = Method(
    name="own_percentages",
    words=_("The parts of the loan that were agreed for each instalment, and interest on what is still owed."),
    interest_on="balance",
    principal=_principal,
    check=_check,
)
