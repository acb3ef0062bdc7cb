"""Rotating pot: all the money at hand goes to one member, each one once in a round, in the order of the lots."""

from __future__ import annotations

from fractions import Fraction

from egenmakt.core.savings.rotation import Turn, next_to_receive
from egenmakt.core.savings.share_out_rules.common import Division, Parameters, Pool, ShareOutKind, all_kept
from egenmakt.core.words import _


def divide(pool: Pool, parameters: Parameters) -> Division:
    """The pot to the member whose turn it is; nobody has it before a lot is drawn.

    The pot is the money at hand, never more than the members own of it.
    Source: rotating savings and credit associations (Geertz, 1962).
    """
    turns = tuple(
        Turn(member=str(place), lot=holding.lot, has_received=holding.has_received_pot)
        for place, holding in enumerate(pool.holdings)
    )
    receiver = next_to_receive(turns)
    if receiver is None:
        return all_kept(pool)
    pot = max(0, min(pool.money_minor, pool.value_minor))
    claims = tuple(Fraction(pot if str(place) == receiver else 0) for place in range(len(turns)))
    return Division(claims, pool.value_minor - pot)


KIND = ShareOutKind(
    name="rotating_pot",
    words=_("The pot goes to one member at a time, each one once in a round."),
    closes_fund=False,
    parameters=(),
    divide=divide,
)
