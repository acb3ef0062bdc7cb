"""Reading a group as a meeting finds it: its members, loans, balances and rules, now or before an old meeting."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from egenmakt.apps.groups.meeting_calls import Rows, read_state
from egenmakt.apps.groups.models import ConstitutionVersion, CutOffSheet, Cycle, Meeting, SavingsGroup
from egenmakt.apps.ledger.queries import balances_after
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.ledger.chain import fingerprint
from egenmakt.core.ledger.chart import AccountRef, account_of
from egenmakt.core.ledger.ids import id_of
from egenmakt.core.meetings.state import GroupState, LoanNote, LoanState, Member
from egenmakt.core.savings.constitution import Constitution


class NotReady(ValueError):
    """The group cannot hold a meeting yet: it has no rules or no open cycle."""


@lru_cache(maxsize=4096)
def rules_of(version_id: UUID) -> tuple[int, Constitution, str]:
    """A version of a constitution, which never changes once it is adopted: its number, its rules, its fingerprint."""
    version = ConstitutionVersion.objects.get(id=version_id)
    return version.number, Constitution.from_json(version.rules), fingerprint(version.rules)


def constitution_at(*, group_id: UUID, on: date) -> tuple[int, Constitution, str]:
    """The rules in force on a day, with their version number and fingerprint. Raises: NotReady."""
    version = read_state(group_id=group_id, on=on)[2]
    if version is None:
        raise NotReady(f"The group had no constitution on {on}. Write down its rules first.")
    return rules_of(id_of(version))


def state_now(*, group: SavingsGroup, on: date) -> GroupState:
    """The group as a meeting on a day finds it. Raises: NotReady without rules or an open cycle."""
    return state_of(read_state(group_id=group.id, on=on), group_id=group.id, on=on)


def state_of(rows: Rows, *, group_id: UUID, on: date) -> GroupState:
    """The group from the rows that `meeting_sql` read. Raises: NotReady without rules or an open cycle."""
    head, cycle, version, members, loans, accounts, cut_off_on = rows
    return _state(
        (head, cycle, version, loans, cut_off_on),
        group_id=group_id,
        on=on,
        members=_members(members, on),
        balances={_account(kind, owner): balance for kind, owner, balance in accounts or ()},
    )


def usual_state_of(rows: Rows, *, group_id: UUID, on: date) -> GroupState:
    """As much of a group as a meeting needs that can be accepted as it stands. Raises: NotReady.

    What is left out can only make a meeting be refused, never accepted: members who are not active, loans that are
    closed (whose ids the database knows), the committee but for those who locked the meeting. Whatever is refused by
    this, or closes a cycle, is looked at again by the whole state. Accounts that are empty are nothing.
    """
    head, cycle, version, active, committee, loans, (kinds, owners, balances), cut_off_on = rows
    keepers = set(committee or ())
    return _state(
        (head, cycle, version, loans, cut_off_on),
        group_id=group_id,
        on=on,
        members={member.id: member for member in (_nameless(id, id in keepers) for id in active or ())},
        balances=dict(zip(map(_account, kinds or (), owners or ()), balances or (), strict=True)),
    )


def _state(
    rows: tuple[Any, ...],
    *,
    group_id: UUID,
    on: date,
    members: dict[UUID, Member],
    balances: dict[AccountRef, int],
) -> GroupState:
    (currency, last_number, last_hash, last_held_on), cycle, version, loans, cut_off_on = rows
    if cycle is None:
        raise NotReady("The group has no open cycle. Start a cycle first.")
    if version is None:
        raise NotReady(f"The group had no constitution on {on}. Write down its rules first.")
    number, constitution, rules_hash = rules_of(id_of(version))
    return GroupState(
        group_id=group_id,
        currency=currency,
        cycle_id=id_of(cycle[0]),
        cycle_number=cycle[1],
        cycle_starts_on=date.fromisoformat(cycle[2]),
        cycle_end_planned_on=date.fromisoformat(cycle[3]),
        constitution=constitution,
        constitution_version=number,
        members=members,
        loans={loan.id: loan for loan in map(_open_loan, loans or ()) if loan},
        balances=balances,
        last_number=last_number,
        last_hash=last_hash,
        last_held_on=date.fromisoformat(last_held_on) if last_held_on else None,
        cut_off_on=date.fromisoformat(cut_off_on) if cut_off_on else None,
        last_share_out_minor=cycle[4] or 0,
        loan_notes={id_of(row[0]): LoanNote(id_of(row[1]) if row[1] else None, row[2]) for row in loans or ()},
        rules_hash=rules_hash,
    )


@lru_cache(maxsize=65_536)
def _nameless(id: str, in_committee: bool) -> Member:
    return Member(id=id_of(id), label="", in_committee=in_committee)


@lru_cache(maxsize=65_536)
def _account(kind: str, owner: str | None) -> AccountRef:
    """An account from its row. A group has the same ones at each meeting, and they are most of what is read."""
    return account_of(kind, id_of(owner) if owner else None)


def _member(row: list[Any], day: str) -> Member:
    id, number, name, joined, left, has_drawn_pot, in_committee = row
    return Member(
        id=id_of(id),
        label=f"{name} ({number})",
        active=joined <= day and (left is None or left >= day),
        in_committee=bool(in_committee),
        has_drawn_pot=bool(has_drawn_pot),
    )


def _open_loan(row: list[Any]) -> LoanState | None:
    id, borrower, box, is_open, plan, lent_minor, granted_on, interest_minor, fees_minor = row
    if not is_open:
        return None
    return LoanState(
        id=id_of(id),
        borrower=id_of(borrower) if borrower else None,
        box=box,
        schedule_json=plan or {},
        lent_minor=lent_minor,
        granted_on=date.fromisoformat(granted_on),
        interest_before_minor=interest_minor,
        fees_before_minor=fees_minor,
    )


def state_before(*, group: SavingsGroup, meeting: Meeting) -> GroupState:
    """The group as an old meeting found it, with every correction of meetings before that one."""
    before = (
        Meeting.objects.filter(group=group, number__lt=meeting.number).order_by("-number").first()
        if meeting.number > 1
        else None
    )
    cycle = meeting.cycle
    last = Cycle.objects.filter(group=group, number=cycle.number - 1).first() if cycle.number > 1 else None
    version = ConstitutionVersion.objects.get(group=group, number=meeting.constitution_number)
    number, constitution, rules_hash = rules_of(version.id)
    return GroupState(
        group_id=group.id,
        currency=group.currency,
        cycle_id=cycle.id,
        cycle_number=cycle.number,
        cycle_starts_on=cycle.starts_on,
        cycle_end_planned_on=cycle.end_planned_on,
        constitution=constitution,
        constitution_version=number,
        members=_members(read_state(group_id=group.id, on=meeting.held_on)[3], meeting.held_on),
        loans=_loans_before(group, meeting),
        balances=balances_after(book_id=group.book_id, position=meeting.number - 1),
        last_number=meeting.number - 1,
        last_hash=meeting.previous_hash,
        last_held_on=before.held_on if before else None,
        cut_off_on=CutOffSheet.objects.filter(group=group).values_list("cut_off_on", flat=True).first(),
        last_share_out_minor=last.shared_out_minor if last else 0,
        loan_notes=_notes_but_of(group, meeting),
        rules_hash=rules_hash,
    )


def _members(rows: Rows | None, on: date) -> dict[UUID, Member]:
    day = on.isoformat()
    return {member.id: member for member in (_member(row, day) for row in sorted(rows or (), key=itemgetter(1)))}


def _loan(loan: Loan) -> LoanState:
    return LoanState(
        id=loan.id,
        borrower=loan.borrower,
        box=loan.box,
        schedule_json=loan.schedule or {},
        lent_minor=loan.lent_minor,
        granted_on=loan.granted_on,
        interest_before_minor=loan.interest_before_minor,
        fees_before_minor=loan.fees_before_minor,
    )


def _notes_but_of(group: SavingsGroup, meeting: Meeting) -> dict[UUID, LoanNote]:
    """Whose loans there are beside those of one meeting, which grants them anew when it is corrected."""
    rows = Loan.objects.filter(book_id=group.book_id).exclude(meeting=meeting.id).values_list("id", "borrower", "box")
    return {id: LoanNote(borrower, box) for id, borrower, box in rows}


def _loans_before(group: SavingsGroup, meeting: Meeting) -> dict[UUID, LoanState]:
    """The loans that were open when an old meeting began, with the plans that were in force then."""
    numbers = dict(Meeting.objects.filter(group=group).values_list("id", "number"))
    loans: dict[UUID, Loan] = {}
    for loan in Loan.objects.filter(book_id=group.book_id).exclude(status=Loan.Status.REVERSED):
        # a loan from the cut-off sheet belongs to no meeting and is older than all of them
        if numbers.get(loan.meeting, 0) < meeting.number:
            loans[loan.id] = loan
    changes = LoanChange.objects.filter(loan__in=loans).order_by("-id")
    for change in changes:
        if numbers.get(change.meeting, 0) >= meeting.number:
            restore(loans[change.loan_id], change.before)
    return {id: _loan(loan) for id, loan in loans.items() if loan.status == Loan.Status.OPEN}


CHANGING = ("schedule", "lent_minor", "interest_before_minor", "fees_before_minor", "status")


def restore(loan: Loan, before: dict[str, Any]) -> None:
    """Set a loan in memory to what it was before a change."""
    for name in CHANGING:
        setattr(loan, name, before[name])
    loan.closed_on = date.fromisoformat(before["closed_on"]) if before["closed_on"] else None
