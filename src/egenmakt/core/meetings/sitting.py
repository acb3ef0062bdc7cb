"""A meeting under way: the balances as they change, the transfers made so far, and every reason to refuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from egenmakt.core.ledger.chart import CHART, AccountRef, account_of
from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.ledger.transfers import Transfer
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.meetings.document import HERE, MeetingDocument
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.meetings.refusals import Refusal, Value
from egenmakt.core.meetings.state import GroupState, LoanNote, LoanState, Member

BOX_WORDS = {"loan_fund_box": "The loan fund", "social_fund_box": "The social fund", "bank": "The bank account"}

NEW_PLAN = ("prepaid", "rate_changed")
"""The changes after which a loan goes on, and counts what was paid, as before, but by another plan."""


@dataclass(frozen=True, slots=True)
class LoanGranted:
    """A loan that the meeting decided on: to a member, or from outside to the group itself."""

    id: UUID
    member: UUID | None
    box: str
    principal_minor: int
    lent_minor: int
    fees_before_minor: int = 0
    """Fees that were kept back when the money was paid out; the schedule's own fees come on top."""
    schedule: Schedule | None = None
    guarantors: tuple[UUID, ...] = ()
    lender: str = ""


@dataclass(frozen=True, slots=True)
class LoanChanged:
    """What a meeting changed in an open loan: a tranche paid out, another plan, a write-off, or the last repayment."""

    loan: UUID
    kind: str
    schedule: Schedule | None = None
    amount_minor: int = 0
    interest_before_minor: int = 0
    fees_before_minor: int = 0


@dataclass
class Sitting:
    """The one place that changes while a meeting is worked out. It is thrown away afterwards."""

    state: GroupState
    document: MeetingDocument
    balances: dict[AccountRef, int]
    transfers: list[Transfer] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    granted: dict[UUID, LoanGranted] = field(default_factory=dict)
    changed: list[LoanChanged] = field(default_factory=list)
    left: dict[UUID, str] = field(default_factory=dict)
    drew_pot: list[UUID] = field(default_factory=list)
    shares_bought: dict[UUID, int] = field(default_factory=dict)
    share_out_done: bool = False
    shared_out_minor: int = 0

    @property
    def held_on(self) -> date:
        """The day of the meeting."""
        return self.document.held_on

    def refuse(self, code: str, where: str, *, rule: str = "", **values: Value) -> None:
        """Note a reason to refuse, with the clause of the constitution that it follows from."""
        clause = self.state.constitution.clause_for(rule) if rule else None
        self.refusals.append(
            Refusal(code, where, values, clause.number if clause else "", clause.words if clause else "")
        )

    def balance(self, kind: str, owner: UUID | None = None) -> int:
        """An account's balance at this moment of the meeting."""
        return self.balances.get(account_of(kind, owner), 0)

    def move(
        self,
        *,
        debit: AccountRef,
        credit: AccountRef,
        amount_minor: int,
        reason: str,
        where: str,
        transfer_key: str = "",
    ) -> bool:
        """Make a transfer, unless it brings an account below zero, which is refused. An amount of 0 makes none."""
        if amount_minor == 0:
            return True
        key = transfer_key or str(len(self.transfers))
        transfer = Transfer(
            id=derived_id(self.document.id, key),
            debit=debit,
            credit=credit,
            amount_minor=amount_minor,
            reason=reason,
            effective_on=self.held_on,
        )
        debited, credited = CHART[debit.kind], CHART[credit.kind]
        of_debit = self.balances.get(debit, 0) + (amount_minor if debited.side == "debit" else -amount_minor)
        of_credit = self.balances.get(credit, 0) + (amount_minor if credited.side == "credit" else -amount_minor)
        for ref, kind, balance in ((debit, debited, of_debit), (credit, credited, of_credit)):
            if balance < 0 and not kind.may_go_below_zero:
                self._refuse_below_zero(ref, balance, amount_minor, where)
                return False
        self.balances[debit] = of_debit
        self.balances[credit] = of_credit
        self.transfers.append(transfer)
        return True

    def pay_owed(self, member: UUID, amount_minor: int, *, reason: str, where: str) -> None:
        """Pay what is owed to a member: out of the box first, and out of the bank what the box does not hold."""
        from_box = min(amount_minor, self.balance("loan_fund_box"))
        for box, amount in (("loan_fund_box", from_box), ("bank", amount_minor - from_box)):
            self.move(
                debit=AccountRef("payable", member),
                credit=AccountRef(box),
                amount_minor=amount,
                reason=reason,
                where=where,
            )

    def _refuse_below_zero(self, account: AccountRef, balance: int, amount_minor: int, where: str) -> None:
        if account.kind in BOX_WORDS:
            self.refuse(
                "box_too_small",
                where,
                box=BOX_WORDS[account.kind],
                balance_minor=balance + amount_minor,
                given_minor=amount_minor,
            )
        else:
            self.refuse("below_zero", where, account=account.key, balance_minor=balance)

    def member(self, id: UUID, where: str) -> Member | None:
        """An active member of this group; anybody else is refused."""
        member = self.state.members.get(id)
        if member is None or not member.active or id in self.left:
            self.refuse("not_a_member", where, member=member.label if member else str(id))
            return None
        return member

    def label(self, id: UUID) -> str:
        """A member's name, or the id when there is none."""
        member = self.state.members.get(id)
        return member.label if member else str(id)

    def loan(self, id: UUID, where: str, *, even_repaid: bool = False) -> LoanState | None:
        """An open loan to a member, with what this meeting already changed in it; another one is refused."""
        loan = self.state.loans.get(id)
        closing = ("written_off",) if even_repaid else ("written_off", "repaid")
        is_closed = any(change.loan == id and change.kind in closing for change in self.changed)
        if loan is None or loan.borrower is None or is_closed:
            self.refuse("loan_unknown", where)
            return None
        return self._as_changed(loan)

    def _as_changed(self, loan: LoanState) -> LoanState:
        """A loan with the plan that this meeting gave it by a prepayment or another rate; else as it was."""
        for change in reversed(self.changed):
            if change.loan == loan.id and change.kind in NEW_PLAN and change.schedule is not None:
                return replace(loan, schedule_json=change.schedule.to_json())
        return loan

    def is_new_loan(self, id: UUID, where: str) -> bool:
        """Whether no loan of the group, closed or from outside, has this id yet; otherwise it is refused."""
        if id in self.state.loans or id in self.state.loan_notes or id in self.granted:
            self.refuse("id_used", where, thing="loan")
            return False
        return True

    @property
    def present(self) -> int:
        """How many members are here: present and late."""
        return sum(state in HERE for _, state in self.document.roll_call)

    @property
    def active(self) -> int:
        """How many active members the group has."""
        return sum(member.active for member in self.state.members.values())

    def vote_carries(self, vote: Vote, where: str) -> bool:
        """Whether enough members are here and enough of them voted for it; otherwise it is refused."""
        rules = self.state.constitution
        if self.document.source == "paper" and not self.document.roll_call:
            return True
        needed = -(-self.active * rules.quorum_numerator // rules.quorum_denominator)
        if self.present < needed:
            self.refuse(
                "no_quorum", where, rule="quorum_numerator", present=self.present, needed=needed, members=self.active
            )
            return False
        if vote.cast > self.present:
            self.refuse("votes_above_present", f"{where}/vote", cast=vote.cast, present=self.present)
            return False
        # a simple majority is more than half of the votes cast; two thirds is at least two thirds of them
        majority = vote.cast // 2 + 1 if rules.majority == "half" else max(1, -(-vote.cast * 2 // 3))
        if vote.votes_for < majority:
            self.refuse("vote_lost", where, rule="majority", votes_for=vote.votes_for, cast=vote.cast, needed=majority)
            return False
        return True

    def owed_by(self, member: UUID) -> Iterable[LoanState]:
        """The open loans of a member from before this meeting."""
        return (self._as_changed(loan) for loan in self.state.loans.values() if loan.borrower == member)

    def state_with_new_loans(self) -> GroupState:
        """The group as it was when the meeting opened, with the loans that this meeting made or changed."""
        new = {
            loan.id: LoanState(
                id=loan.id,
                borrower=loan.member,
                box=loan.box,
                schedule_json=loan.schedule.to_json(),
                lent_minor=loan.lent_minor,
                granted_on=self.held_on,
                fees_before_minor=loan.fees_before_minor,
            )
            for loan in self.granted.values()
            if loan.schedule is not None
        }
        notes = {loan.id: LoanNote(loan.borrower, loan.box) for loan in new.values()}
        old = {loan.id: self._as_changed(loan) for loan in self.state.loans.values()}
        return replace(self.state, loans={**old, **new}, loan_notes={**self.state.loan_notes, **notes})

    def own_savings(self, member: UUID) -> int:
        """What a member has saved in the loan fund: shares and compulsory and voluntary savings."""
        return sum(self.balance(kind, member) for kind in ("shares", "compulsory_savings", "voluntary_savings"))
