"""Taking turns: who has the rotating pot next, so that each member has it once in every round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egenmakt.core.savings.positions import MemberKey


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
