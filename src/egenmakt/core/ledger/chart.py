"""The chart of accounts: which kinds of account a group's book has, and which may never fall below zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

Side = Literal["debit", "credit"]
Nature = Literal["asset", "liability", "equity", "income", "expense", "memorandum"]


@dataclass(frozen=True, slots=True)
class AccountKind:
    """One line of the chart: the side that makes the account grow, and whether it may go below zero."""

    name: str
    nature: Nature
    side: Side
    may_go_below_zero: bool = False
    owned: bool = False
    """Whether each member or loan has an account of its own of this kind."""
    is_box: bool = False
    """Whether it is money that can be counted: cash in the box, or held by a bank or a mobile-money wallet."""


# Cash basis: interest, fees and fines become income when they are paid, which is the group's own truth.
CHART: dict[str, AccountKind] = {
    kind.name: kind
    for kind in (
        AccountKind("loan_fund_box", "asset", "debit", is_box=True),
        AccountKind("social_fund_box", "asset", "debit", is_box=True),
        AccountKind("bank", "asset", "debit", is_box=True),
        AccountKind("loan_principal", "asset", "debit", owned=True),
        AccountKind("shares", "liability", "credit", owned=True),
        AccountKind("compulsory_savings", "liability", "credit", owned=True),
        AccountKind("voluntary_savings", "liability", "credit", owned=True),
        # decided to be paid to a member (share-out, leaving) and not yet handed over
        AccountKind("payable", "liability", "credit", owned=True),
        AccountKind("external_loan", "liability", "credit", owned=True),
        AccountKind("social_fund", "equity", "credit"),
        AccountKind("grants", "equity", "credit"),
        # the group's permanent fund: profit kept from earlier cycles; a loss can bring it below zero
        AccountKind("retained", "equity", "credit", may_go_below_zero=True),
        AccountKind("loan_interest", "income", "credit", may_go_below_zero=True, owned=True),
        AccountKind("loan_fees", "income", "credit", may_go_below_zero=True, owned=True),
        AccountKind("fines", "income", "credit", may_go_below_zero=True, owned=True),
        AccountKind("other_income", "income", "credit", may_go_below_zero=True),
        AccountKind("cash_difference", "income", "credit", may_go_below_zero=True),
        AccountKind("expenses", "expense", "debit", may_go_below_zero=True),
        AccountKind("loan_losses", "expense", "debit", may_go_below_zero=True, owned=True),
        # charged and not yet paid: a memorandum pair, outside assets and income until the money is there
        AccountKind("fines_due", "memorandum", "debit", owned=True),
        AccountKind("fines_charged", "memorandum", "credit"),
    )
}


_PLACES = {kind: place for place, kind in enumerate(CHART)}


@lru_cache(maxsize=65_536)
def _id_of(book_id: UUID, kind: str, owner: UUID | None) -> UUID:
    """An account's id: a hash of two ids, which every transfer asks for twice."""
    return uuid5(book_id, kind if owner is None else f"{kind}/{owner}")


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """One account of one book: its kind and, where the kind is owned, the member or loan it belongs to."""

    kind: str
    owner: UUID | None = None
    # Balances are looked up by account a thousand times in a meeting: the hash is worked out once, from numbers alone,
    # so that it is the same in every process that an account may be sent to.
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        if self.kind not in CHART:
            raise ValueError(f"{self.kind!r} is not in the chart of accounts.")
        if CHART[self.kind].owned != (self.owner is not None):
            need = "needs" if CHART[self.kind].owned else "has no"
            raise ValueError(f"An account of kind {self.kind} {need} owner.")
        object.__setattr__(self, "_hash", hash((_PLACES[self.kind], self.owner.int if self.owner else 0)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, AccountRef):
            return NotImplemented
        return self._hash == other._hash and self.kind == other.kind and self.owner == other.owner

    @property
    def key(self) -> str:
        """The account as one word: `loan_fund_box`, or `shares/` and the member's id."""
        return self.kind if self.owner is None else f"{self.kind}/{self.owner}"

    def id_in(self, book_id: UUID) -> UUID:
        """The account's id: the same on every device that knows the book, with nothing to agree on."""
        return _id_of(book_id, self.kind, self.owner)

    @classmethod
    def parse(cls, key: str) -> AccountRef:
        """Read an account back from its key. Raises ValueError for an unknown kind, a broken id or another spelling."""
        kind, _, owner = key.partition("/")
        account = cls(kind, UUID(owner) if owner else None)
        if account.key != key:
            raise ValueError(f"{key!r} is not how the account is written; write {account.key!r}.")
        return account


@lru_cache(maxsize=65_536)
def account_of(kind: str, owner: UUID | None = None) -> AccountRef:
    """An account of a group that meets often: the same object each time, which is found fastest among balances."""
    return AccountRef(kind, owner)
