"""What a share-out says: a line for each member, the unit that was left, what is undecided, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal
from uuid import UUID

from egenmakt.core.savings.positions import Decision, MemberKey, MemberStatus
from egenmakt.core.savings.residue import ResidueRule
from egenmakt.core.savings.settlement import DebtLine

BlockCode = Literal[
    "undecided_debt", "undecided_claim", "to_be_repaid_first", "lot_not_drawn", "cash_lacking", "insolvent"
]


@dataclass(frozen=True, slots=True)
class ShareOutLine:
    """One member: savings back, part of the profit, what is set off, and what she gets. Minor units."""

    member: MemberKey
    status: MemberStatus
    savings_back_minor: int
    voluntary_back_minor: int
    profit_part_minor: int
    claim_minor: int
    set_off_interest_minor: int
    set_off_principal_minor: int
    fines_deducted_minor: int
    payout_minor: int
    paid_now_minor: int
    payable_minor: int
    """Promised and not in the box yet: paid when the debts that were carried over come in."""
    written_off_minor: int
    still_owed_minor: int
    fines_still_due_minor: int
    debts: tuple[DebtLine, ...]

    @property
    def set_off_minor(self) -> int:
        """All debt set off, interest and principal."""
        return self.set_off_interest_minor + self.set_off_principal_minor

    @property
    def pay_to(self) -> Literal["member", "heirs"]:
        """Who receives the payout."""
        return "heirs" if self.status == "dead" else "member"


@dataclass(frozen=True, slots=True)
class Residue:
    """The units that rounding left over, and where they went by the group's own rule."""

    rule: ResidueRule
    amount_minor: int
    given_to: tuple[MemberKey, ...]
    """Members who got one unit each; it is in their claims."""
    to_social_fund_minor: int
    undrawn_minor: int
    """Waiting for a lot to be drawn."""
    kept_minor: int
    """Units that stay for the next cycle because writing off and setting off cannot meet in whole units."""


@dataclass(frozen=True, slots=True)
class UndecidedDebt:
    """What is left of a debt after setting off, without a decision of the group."""

    member: MemberKey
    loan: UUID | str
    left_minor: int


@dataclass(frozen=True, slots=True)
class NegativeClaim:
    """A member who owes more than she has coming."""

    member: MemberKey
    claim_minor: int
    owed_minor: int
    """Debts and fines before setting off."""
    net_minor: int
    """Claim less what is owed: below zero."""
    decision: Decision | None
    """What was decided about a claim that is itself below zero."""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that stops the cycle from being closed, with the amount that it is about."""

    code: BlockCode
    sentence: str
    amount_minor: int
    member: MemberKey | None = None
    loan: UUID | str | None = None


@dataclass(frozen=True, slots=True)
class ShareOutTotals:
    """The sums, and the law: payouts + social fund + kept = money + debts that still stand."""

    savings_back_minor: int
    voluntary_back_minor: int
    profit_parts_minor: int
    claims_minor: int
    set_off_interest_minor: int
    set_off_principal_minor: int
    fines_deducted_minor: int
    written_off_minor: int
    payouts_minor: int
    paid_now_minor: int
    payable_minor: int
    to_social_fund_minor: int
    kept_minor: int
    """What stays in the group: outside debt, grants, kept profit, savings where the fund goes on."""
    money_minor: int
    standing_minor: int
    """Principal and claims below zero that are still owed to the group."""

    @property
    def difference_minor(self) -> int:
        """Zero, always: nothing lost, nothing made."""
        out = self.payouts_minor + self.to_social_fund_minor + self.kept_minor
        return self.money_minor + self.standing_minor - out


@dataclass(frozen=True, slots=True)
class ShareOut:
    """A share-out as it would be on the day of the position."""

    lines: tuple[ShareOutLine, ...]
    residue: Residue
    totals: ShareOutTotals
    value_per_share: Fraction | None
    """Exact, and only where every share is worth the same."""
    undecided: tuple[UndecidedDebt, ...]
    negative_claims: tuple[NegativeClaim, ...]
    shortage_minor: int
    """How much cash is lacking to pay everybody now."""
    blocks: tuple[Block, ...]

    @property
    def may_close(self) -> bool:
        """Whether the cycle may be closed with this share-out."""
        return not self.blocks


class ShareOutBlocked(ValueError):
    """The cycle cannot be closed yet; `blocks` says why, one by one."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        super().__init__(" ".join(block.sentence for block in blocks))
        self.blocks = blocks


class ConservationBroken(RuntimeError):
    """Money was lost or made in a share-out: a fault in the program, never in the group."""
