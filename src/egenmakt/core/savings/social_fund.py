"""The social fund: a box of its own for emergencies, funerals and festivals, never shared out."""

from __future__ import annotations

from typing import Literal

from egenmakt.core.savings.checks import whole_number

Purpose = Literal["grant", "loan"]


class SocialFundMayNotLend(ValueError):
    """The constitution lets the social fund help, not lend."""


class SocialFundTooSmall(ValueError):
    """The social fund's own box does not hold so much; the loan fund never fills the gap."""


def pay_from_social_fund(*, amount_minor: int, box_minor: int, purpose: Purpose, may_lend: bool) -> int:
    """What is left in the social fund's box after helping a member.

    Args: amount and box in minor units; whether it is a gift or a loan; whether the constitution lets it lend.
    Raises: SocialFundMayNotLend, SocialFundTooSmall.
    """
    whole_number(field="amount_minor", value=amount_minor, minimum=1)
    whole_number(field="box_minor", value=box_minor)
    if purpose == "loan" and not may_lend:
        raise SocialFundMayNotLend("The social fund may help a member but not lend; ask for a loan from the loan fund.")
    if amount_minor > box_minor:
        raise SocialFundTooSmall(f"The social fund holds {box_minor}; {amount_minor} cannot be paid from it.")
    return box_minor - amount_minor
