"""What stops a cycle from being closed: each debt, claim, promise or lot that nobody has decided."""

from __future__ import annotations

from collections.abc import Sequence

from egenmakt.core.savings.positions import MemberPosition
from egenmakt.core.savings.share_out_result import Block, NegativeClaim, Residue, ShareOutLine, UndecidedDebt


def undecided_debts(lines: Sequence[ShareOutLine], *, closes_fund: bool) -> tuple[UndecidedDebt, ...]:
    """What is left of each debt without a decision, where the fund is emptied; loans run on where it is not."""
    if not closes_fund:
        return ()
    return tuple(
        UndecidedDebt(line.member, debt.loan, debt.left_minor)
        for line in lines
        for debt in line.debts
        if debt.left_minor and debt.decision is None
    )


def negative_claims(
    members: Sequence[MemberPosition], lines: Sequence[ShareOutLine], *, closes_fund: bool
) -> tuple[NegativeClaim, ...]:
    """Every member who owes more than she has coming; where the fund goes on, only claims below zero count."""
    found = []
    for member, line in zip(members, lines, strict=True):
        owed = sum(debt.owed_minor for debt in member.debts) + member.fines_due_minor if closes_fund else 0
        if line.claim_minor < owed:
            net = line.claim_minor - owed
            found.append(NegativeClaim(member.member, line.claim_minor, owed, net, member.claim_decision))
    return tuple(found)


def find_blocks(
    *,
    members: Sequence[MemberPosition],
    lines: Sequence[ShareOutLine],
    residue: Residue,
    shortage_minor: int,
    closes_fund: bool,
    losses_are_borne: bool,
) -> tuple[Block, ...]:
    """Everything that must be decided or done before the cycle closes, in the order of the members."""
    blocks: list[Block] = []
    for member, line in zip(members, lines, strict=True):
        blocks += _debt_blocks(line, closes_fund)
        blocks += _claim_blocks(member, line)
    if residue.undrawn_minor:
        sentence = f"{residue.undrawn_minor} units are left over and wait for a lot: let the members draw."
        blocks.append(Block("lot_not_drawn", sentence, residue.undrawn_minor))
    if not losses_are_borne:
        sentence = (
            "The losses are larger than what those who would bear them have; decide in another way who bears them."
        )
        blocks.append(Block("insolvent", sentence, 0))
    elif shortage_minor and not _is_carried(members, lines, closes_fund) and not blocks:
        sentence = f"{shortage_minor} in cash is lacking to pay everybody; wait until it has been repaid."
        blocks.append(Block("cash_lacking", sentence, shortage_minor))
    return tuple(blocks)


def _debt_blocks(line: ShareOutLine, closes_fund: bool) -> list[Block]:
    blocks = []
    for debt in line.debts:
        if not debt.left_minor:
            continue
        if debt.decision is None and closes_fund:
            sentence = (
                f"{line.member} still owes {debt.left_minor} on loan {debt.loan} after setting off: "
                f"decide to have it repaid, to carry it over, or to write it off by vote."
            )
            blocks.append(Block("undecided_debt", sentence, debt.left_minor, line.member, debt.loan))
        if debt.decision == "repay":
            sentence = (
                f"{line.member} is to repay {debt.left_minor} on loan {debt.loan}: record the money before closing, "
                f"or decide otherwise."
            )
            blocks.append(Block("to_be_repaid_first", sentence, debt.left_minor, line.member, debt.loan))
    return blocks


def _claim_blocks(member: MemberPosition, line: ShareOutLine) -> list[Block]:
    owed = -line.claim_minor
    if owed <= 0 or member.claim_decision in ("carry_over", "write_off"):
        return []
    if member.claim_decision == "repay":
        sentence = f"{line.member} is to bring {owed} for a claim below zero: record the money before closing."
        return [Block("to_be_repaid_first", sentence, owed, line.member)]
    sentence = (
        f"The claim of {line.member} is {owed} below zero: decide to have it brought, to carry it over, "
        f"or that the others bear it."
    )
    return [Block("undecided_claim", sentence, owed, line.member)]


def _is_carried(members: Sequence[MemberPosition], lines: Sequence[ShareOutLine], closes_fund: bool) -> bool:
    """Whether lacking cash is what the group itself carried over: then payouts are promised and paid later."""
    carried_debts = any(debt.left_minor and debt.decision == "carry_over" for line in lines for debt in line.debts)
    carried_claims = any(
        member.claim_decision == "carry_over" and line.claim_minor < 0
        for member, line in zip(members, lines, strict=True)
    )
    return closes_fund and (carried_debts or carried_claims)
