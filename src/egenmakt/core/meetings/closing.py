"""If the group closed today: its position for the share-out, and the transfers a real share-out makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.lending.position import Paid, position
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.savings.positions import Debt, Decision, GroupPosition, MemberPosition
from egenmakt.core.savings.share_out import simulate_share_out
from egenmakt.core.savings.share_out_result import ShareOut

Balances = Mapping[AccountRef, int]
RESULT_KINDS = ("loan_interest", "loan_fees", "fines", "other_income", "cash_difference", "expenses", "loan_losses")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the members decided for the share-out: about each debt, about claims below zero, and the lots drawn."""

    debts: Mapping[UUID, Decision]
    claims: Mapping[UUID, Decision]
    lots: Mapping[UUID, int]


NONE_YET = Decisions({}, {}, {})


def is_social(state: GroupState, loan: UUID) -> bool:
    """Whether a loan came out of the social fund, which stands beside the loan fund and is not shared out."""
    note = state.loan_notes.get(loan)
    return note is not None and note.box == "social_fund_box"


def profit(state: GroupState, balances: Balances) -> int:
    """The loan fund's income less its expenses and losses in this cycle, as far as it was paid."""
    total = 0
    for ref, balance in balances.items():
        if ref.kind in RESULT_KINDS and not (ref.owner and is_social(state, ref.owner)):
            total += balance if CHART[ref.kind].side == "credit" else -balance
    return total


def debts_of(
    state: GroupState, balances: Balances, paid: Mapping[UUID, Paid], member: UUID, on: date, decisions: Decisions
) -> tuple[Debt, ...]:
    """What a member owes the loan fund, loan by loan: principal, and interest and fees that are due."""
    debts = []
    for loan in sorted(state.loans.values(), key=lambda loan: (loan.granted_on, str(loan.id))):
        principal = balances.get(AccountRef("loan_principal", loan.id), 0)
        if loan.borrower != member or principal == 0 or is_social(state, loan.id):
            continue
        now = position(schedule=loan.schedule, paid=paid[loan.id], on=on)
        debts.append(
            Debt(
                loan=loan.id,
                principal_minor=principal,
                interest_due_minor=now.due_interest_minor + now.due_fee_minor,
                decision=decisions.debts.get(loan.id),
            )
        )
    return tuple(debts)


def social_debt(state: GroupState, balances: Balances, member: UUID) -> int:
    """What a member owes the social fund. It is set off against no savings, which lie in another box."""
    own = [loan.id for loan in state.loans.values() if loan.borrower == member and is_social(state, loan.id)]
    return sum(balances.get(AccountRef("loan_principal", id), 0) for id in own)


def group_position(
    *, state: GroupState, balances: Balances, paid: Mapping[UUID, Paid], on: date, decisions: Decisions = NONE_YET
) -> GroupPosition:
    """Where the loan fund stands, with every member who has something in it or owes it something."""

    def total(*kinds: str) -> int:
        return sum(balance for ref, balance in balances.items() if ref.kind in kinds)

    def of(kind: str, member: UUID) -> int:
        return balances.get(AccountRef(kind, member), 0)

    interest: dict[UUID, int] = {}
    for ref, balance in balances.items():
        note = state.loan_notes.get(ref.owner) if ref.owner else None
        if ref.kind in ("loan_interest", "loan_fees") and note and note.borrower and note.box != "social_fund_box":
            interest[note.borrower] = interest.get(note.borrower, 0) + balance
    price = state.constitution.share_price_minor
    members = []
    for member in state.members.values():
        savings = of("shares", member.id) + of("compulsory_savings", member.id)
        voluntary, fines = of("voluntary_savings", member.id), of("fines_due", member.id)
        debts = debts_of(state, balances, paid, member.id, on, decisions)
        if not (member.active or savings or voluntary or debts):
            continue
        members.append(
            MemberPosition(
                member=member.id,
                shares=of("shares", member.id) // price if price else 0,
                savings_minor=savings,
                voluntary_minor=voluntary,
                fines_due_minor=fines,
                interest_paid_minor=max(0, interest.get(member.id, 0)),
                debts=debts,
                status="active" if member.active else "left",
                lot=decisions.lots.get(member.id),
                has_received_pot=member.has_drawn_pot,
                claim_decision=decisions.claims.get(member.id),
            )
        )
    return GroupPosition(
        members=tuple(members),
        loan_fund_cash_minor=total("loan_fund_box"),
        bank_minor=total("bank"),
        profit_minor=profit(state, balances),
        retained_minor=total("retained"),
        external_debt_minor=total("external_loan"),
        grants_minor=total("grants"),
        social_fund_minor=total("social_fund"),
        payable_minor=total("payable"),
    )


def paid_of(state: GroupState) -> dict[UUID, Paid]:
    """What has been paid on each open loan to a member, by the ledger."""
    return {loan.id: state.paid(loan) for loan in state.loans.values() if loan.borrower is not None}


def if_closed_today(*, state: GroupState, on: date, decisions: Decisions = NONE_YET) -> ShareOut:
    """The share-out as it would be if the cycle were closed on a day; nothing is changed.

    Raises: UnbalancedGroup, which would be a fault in the book. Source: the group's own constitution.
    """
    rules = state.constitution
    return simulate_share_out(
        rule=rules.share_out,
        residue_rule=rules.residue_rule,
        group=group_position(state=state, balances=state.balances, paid=paid_of(state), on=on, decisions=decisions),
        exit_value=rules.exit_value,
    )
