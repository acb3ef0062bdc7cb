"""Taking turns: who has the rotating pot next, so that each member has it once in every round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from egenmakt.core.savings.positions import MemberKey


class NotAnOrder(ValueError):
    """The order of turns leaves somebody out, or names somebody twice."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A member's place in the round: the lot that she drew, and whether she has had the pot."""

    member: MemberKey
    lot: int | None = None
    has_received: bool = False


def next_to_receive(turns: Sequence[Turn]) -> MemberKey | None:
    """The member with the lowest lot who has not had the pot; when all have had it, the lowest lot of all.

    Returns: None before any of those who wait has a lot.
    """
    waiting = [turn for turn in turns if not turn.has_received] or list(turns)
    drawn = [(turn.lot, place) for place, turn in enumerate(waiting) if turn.lot is not None]
    return waiting[min(drawn)[1]].member if drawn else None


def hand_over_pot(*, turns: Sequence[Turn], member: MemberKey) -> tuple[Turn, ...]:
    """The turns after a member has had the pot; a full round begins anew.

    Raises: NotAnOrder, when it is somebody else's turn or the member has had it already.
    """
    expected = next_to_receive(turns)
    if member != expected:
        raise NotAnOrder(f"The pot goes to {expected} this time, not to {member}; vote to change the order.")
    begins_anew = all(turn.has_received for turn in turns)
    return tuple(
        replace(turn, has_received=turn.member == member or (turn.has_received and not begins_anew)) for turn in turns
    )


def order_by_need(*, turns: Sequence[Turn], order: Sequence[MemberKey]) -> tuple[Turn, ...]:
    """The turns in an order that the group has voted by need; those who have had the pot keep their lots.

    Args: order, all who still wait, the most urgent first. Raises: NotAnOrder, naming who is missing or extra.
    """
    waiting = [turn.member for turn in turns if not turn.has_received]
    if sorted(map(str, order)) != sorted(map(str, waiting)):
        named = ", ".join(map(str, waiting))
        raise NotAnOrder(f"The order must name each of these once, and nobody else: {named}.")
    taken = [turn.lot for turn in turns if turn.has_received and turn.lot is not None]
    first = max(taken, default=0) + 1
    places = {member: first + place for place, member in enumerate(order)}
    return tuple(turn if turn.has_received else replace(turn, lot=places[turn.member]) for turn in turns)
