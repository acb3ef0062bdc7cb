"""A ledger row: one debit account, one credit account, one positive amount. Balanced by construction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.money import MINOR_MAX


class NotATransfer(ValueError):
    """A transfer needs two different accounts and a positive whole amount."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that grows one account's debit and another's credit, for a reason that can be read."""

    id: UUID
    debit: AccountRef
    credit: AccountRef
    amount_minor: int
    reason: str
    """What it is in one word of the field: share_purchase, repayment_principal, fine_paid …"""
    effective_on: date
    reverses: UUID | None = None

    def __post_init__(self) -> None:
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            raise NotATransfer(f"The amount {self.amount_minor!r} is not a whole number of minor units.")
        if not 0 < self.amount_minor <= MINOR_MAX:
            raise NotATransfer(f"The amount {self.amount_minor} is not above zero, or is too large to keep exactly.")
        if self.debit == self.credit:
            raise NotATransfer(f"Money cannot move from {self.debit.key} to itself.")

    def reversal(self, *, id: UUID, effective_on: date | None = None) -> Transfer:
        """The transfer that undoes this one and names it."""
        return Transfer(
            id=id,
            debit=self.credit,
            credit=self.debit,
            amount_minor=self.amount_minor,
            reason=f"reversal_of_{self.reason}".removeprefix("reversal_of_reversal_of_"),
            effective_on=effective_on or self.effective_on,
            reverses=self.id,
        )


class BelowZero(ValueError):
    """A transfer would bring an account below zero that may never be there."""

    def __init__(self, account: AccountRef, balance_minor: int) -> None:
        super().__init__(f"{account.key} would fall to {balance_minor}.")
        self.account = account
        self.balance_minor = balance_minor


Balances = Mapping[AccountRef, int]
"""Balance by account, each on the side that makes it grow: a box with money and a member's savings are positive."""


def signed(transfer: Transfer, account: AccountRef) -> int:
    """What a transfer adds to an account, on the side that makes the account grow; 0 when it does not touch it."""
    if account == transfer.debit:
        effect = transfer.amount_minor
    elif account == transfer.credit:
        effect = -transfer.amount_minor
    else:
        return 0
    return effect if CHART[account.kind].side == "debit" else -effect


def post(balances: Balances, transfers: Iterable[Transfer], *, guard: bool = True) -> dict[AccountRef, int]:
    """The balances after some transfers, in their order.

    Args: balances before, which are not changed; transfers; guard, whether an account that may not fall below zero
    is checked after each transfer.
    Raises: BelowZero, naming the first account.
    """
    after = dict(balances)
    for transfer in transfers:
        for account in (transfer.debit, transfer.credit):
            balance = after.get(account, 0) + signed(transfer, account)
            after[account] = balance
            if guard and balance < 0 and not CHART[account.kind].may_go_below_zero:
                raise BelowZero(account, balance)
    return after


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """One account with its balance in the column where it belongs."""

    account: AccountRef
    debit_minor: int
    credit_minor: int


def trial_balance(balances: Balances) -> list[TrialBalanceLine]:
    """Every account that is not empty, in debit and credit columns whose sums are equal.

    Source: double entry (Pacioli, 1494): the two columns agree because each transfer adds the same to both.
    """
    lines = []
    for account in sorted(balances, key=lambda ref: (list(CHART).index(ref.kind), str(ref.owner or ""))):
        balance = balances[account]
        on_debit = (CHART[account.kind].side == "debit") == (balance > 0)
        if balance:
            lines.append(TrialBalanceLine(account, abs(balance) if on_debit else 0, 0 if on_debit else abs(balance)))
    return lines


def balances_at(transfers: Iterable[Transfer], on: date) -> dict[AccountRef, int]:
    """The balances at the end of a day, by the day on which each transfer took effect."""
    return post({}, (transfer for transfer in transfers if transfer.effective_on <= on), guard=False)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a passbook: the transfer, what it added, and the balance after it."""

    transfer: Transfer
    change_minor: int
    balance_minor: int


def history(transfers: Iterable[Transfer], account: AccountRef) -> list[HistoryLine]:
    """An account's passbook: each transfer that touched it, with the balance after it."""
    lines: list[HistoryLine] = []
    balance = 0
    for transfer in transfers:
        if account in (transfer.debit, transfer.credit):
            change = signed(transfer, account)
            balance += change
            lines.append(HistoryLine(transfer, change, balance))
    return lines
