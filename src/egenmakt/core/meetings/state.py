"""What a group is when a meeting opens: members, loans, balances, rules and the last link of the chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from egenmakt.core.ledger.chain import fingerprint
from egenmakt.core.ledger.chart import AccountRef, account_of
from egenmakt.core.lending.position import Paid
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.savings.constitution import Constitution

AHEAD = timedelta(hours=14)
"""How far the earliest clock on Earth (UTC+14) is ahead of UTC."""


def latest_day(at: datetime) -> date:
    """The latest day that it is anywhere at an instant: a meeting of a later day lies in the future."""
    return (at + AHEAD).date()


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the meeting sees her: her name, whether she is active, and whether she sits on the committee."""

    id: UUID
    label: str
    active: bool = True
    in_committee: bool = False
    has_drawn_pot: bool = False
    """In a rotating group: whether she has already had the pot of this round."""


_PLANS_MOST = 4096
_plans: dict[str, Schedule] = {}
"""Plans by their JSON, the oldest first. Reading one works it out anew, which costs more than all else about a loan."""


def _schedule(text: str) -> Schedule:
    plan = _plans.get(text)
    if plan is None:
        plan = Schedule.from_json(json.loads(text))
        _keep(text, plan)
    return plan


def plan_json(plan: Schedule) -> str:
    """A plan as JSON, when it is agreed; it is kept in memory, for the group's next meeting asks for it."""
    text = json.dumps(plan.to_json(), sort_keys=True)
    _keep(text, plan)
    return text


def _keep(text: str, plan: Schedule) -> None:
    if len(_plans) >= _PLANS_MOST:
        for oldest in list(_plans)[: _PLANS_MOST // 4]:  # a copy: other threads may add to it meanwhile
            _plans.pop(oldest, None)
    _plans[text] = plan


@dataclass(frozen=True)
class LoanState:
    """A loan of the group with its schedule; what has been paid is read from the ledger."""

    id: UUID
    borrower: UUID | None
    """The member who borrowed; None when the group itself borrowed from outside."""
    box: str
    schedule_json: Mapping[str, Any]
    lent_minor: int
    """Principal handed out under the present schedule: all tranches so far."""
    granted_on: date
    interest_before_minor: int = 0
    """Interest that was paid under an earlier schedule, before the loan was rescheduled."""
    fees_before_minor: int = 0

    @cached_property
    def schedule(self) -> Schedule:
        """The plan of instalments that is in force."""
        return _schedule(json.dumps(dict(self.schedule_json), sort_keys=True))


class Lent(Protocol):
    """What must be known of a loan to read from the ledger what was paid on it; every record of a loan has it."""

    @property
    def id(self) -> UUID: ...
    @property
    def lent_minor(self) -> int: ...
    @property
    def interest_before_minor(self) -> int: ...
    @property
    def fees_before_minor(self) -> int: ...


def paid_by(loan: Lent, balances: Mapping[AccountRef, int], *, lent_now: int = 0, withheld_now: int = 0) -> Paid:
    """What has been paid of a loan under its present schedule, by the balances of a ledger.

    Args: lent_now and withheld_now, what was paid out and kept back since the loan was read, in minor units.
    """

    def of(kind: str) -> int:
        return balances.get(account_of(kind, loan.id), 0)

    lent = loan.lent_minor + lent_now
    return Paid(
        principal_minor=lent - of("loan_principal"),
        interest_minor=of("loan_interest") - loan.interest_before_minor,
        fee_minor=of("loan_fees") - loan.fees_before_minor - withheld_now,
        lent_minor=lent,
    )


@dataclass(frozen=True, slots=True)
class LoanNote:
    """Whose loan it is and which box it came from: for every loan of the book, closed ones too."""

    borrower: UUID | None
    box: str


@dataclass(frozen=True)
class GroupState:
    """Everything that decides whether a meeting is allowed, and what it does to the ledger."""

    group_id: UUID
    currency: str
    cycle_id: UUID
    cycle_number: int
    cycle_starts_on: date
    cycle_end_planned_on: date
    constitution: Constitution
    constitution_version: int
    members: Mapping[UUID, Member]
    loans: Mapping[UUID, LoanState]
    balances: Mapping[AccountRef, int]
    last_number: int = 0
    last_hash: str = ""
    last_held_on: date | None = None
    cut_off_on: date | None = None
    """The day of the cut-off sheet, where the group began to keep its book here in mid-cycle."""
    last_share_out_minor: int = 0
    loan_notes: Mapping[UUID, LoanNote] = field(default_factory=dict)
    rules_hash: str = ""
    """The fingerprint of the constitution as it was adopted, which every meeting names."""

    def __post_init__(self) -> None:
        if not self.rules_hash:
            object.__setattr__(self, "rules_hash", fingerprint(self.constitution.to_json()))

    def balance(self, kind: str, owner: UUID | None = None) -> int:
        """The balance of one account in minor units; 0 when nothing has ever touched it."""
        return self.balances.get(AccountRef(kind, owner), 0)

    def paid(self, loan: LoanState) -> Paid:
        """What has been paid of a loan under its present schedule, by the ledger."""
        return paid_by(loan, self.balances)
