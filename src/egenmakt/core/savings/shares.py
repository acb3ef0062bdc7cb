"""Buying shares at a meeting: whole shares at a fixed price, and the money that is left over named."""

from __future__ import annotations

from dataclasses import dataclass

from egenmakt.core.savings.checks import whole_number


class NotEnoughShares(ValueError):
    """The money buys fewer shares than a member must buy at each meeting."""


class TooManyShares(ValueError):
    """The money would buy more shares than a member may buy at one meeting."""


@dataclass(frozen=True, slots=True)
class SharePurchase:
    """How many shares some money bought, what they cost, and what goes back into the member's hand."""

    shares: int
    paid_minor: int
    left_over_minor: int

    def __post_init__(self) -> None:
        for field in ("shares", "paid_minor", "left_over_minor"):
            whole_number(field=field, value=getattr(self, field))


def buy_shares(*, money_minor: int, share_price_minor: int, shares_min: int, shares_max: int) -> SharePurchase:
    """Turn the money that a member puts on the table into whole shares, and name what is left over.

    Args: money and price in minor units; the fewest and the most shares that a member may buy at one meeting.
    Returns: shares × price + left over = the money, always.
    Raises: NotEnoughShares, TooManyShares, with the numbers; ValueError for a price or limits that make no sense.
    Source: VSLA practice, one to five shares a meeting, whole shares only (vsla.net; SPEX, VSLA contributions).
    """
    whole_number(field="money_minor", value=money_minor)
    whole_number(field="share_price_minor", value=share_price_minor, minimum=1)
    whole_number(field="shares_min", value=shares_min)
    whole_number(field="shares_max", value=shares_max, minimum=max(1, shares_min))
    shares, left_over_minor = divmod(money_minor, share_price_minor)
    if shares < shares_min:
        raise NotEnoughShares(
            f"{money_minor} buys {shares} shares of {share_price_minor}; the fewest at a meeting is {shares_min}, "
            f"which costs {shares_min * share_price_minor}."
        )
    if shares > shares_max:
        raise TooManyShares(
            f"{money_minor} would buy {shares} shares of {share_price_minor}; the most at a meeting is {shares_max}, "
            f"which costs {shares_max * share_price_minor}."
        )
    return SharePurchase(shares, money_minor - left_over_minor, left_over_minor)
