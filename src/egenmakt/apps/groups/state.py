"""Reading a group as a meeting finds it: its members, loans, balances and rules, now or before an old meeting."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from egenmakt.apps.groups.models import ConstitutionVersion, Cycle, Meeting, Membership, OfficeHeld, SavingsGroup
from egenmakt.apps.ledger.queries import balances, balances_after
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.core.ledger.chain import fingerprint
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
    """The rules in force on a day, with their version number. Raises: NotReady."""
    version = (
        ConstitutionVersion.objects.filter(group_id=group_id, adopted_on__lte=on)
        .order_by("-adopted_on", "-number")
        .values_list("id", flat=True)
        .first()
    )
    if version is None:
        raise NotReady(f"The group had no constitution on {on}. Write down its rules first.")
    return rules_of(version)


def state_now(*, group: SavingsGroup, on: date) -> GroupState:
    """The group as a meeting on a day finds it. Raises: NotReady without rules or an open cycle."""
    cycle = Cycle.objects.filter(group=group, closed_on__isnull=True).first()
    if cycle is None:
        raise NotReady("The group has no open cycle. Start a cycle first.")
    number, constitution, rules_hash = constitution_at(group_id=group.id, on=on)
    last = Cycle.objects.filter(group=group, number=cycle.number - 1).first() if cycle.number > 1 else None
    return GroupState(
        group_id=group.id,
        currency=group.currency,
        cycle_id=cycle.id,
        cycle_number=cycle.number,
        cycle_starts_on=cycle.starts_on,
        cycle_end_planned_on=cycle.end_planned_on,
        constitution=constitution,
        constitution_version=number,
        members=_members(group, on),
        loans={loan.id: _loan(loan) for loan in Loan.objects.filter(book_id=group.book_id, status=Loan.Status.OPEN)},
        balances=balances(book_id=group.book_id),
        last_number=group.last_number,
        last_hash=group.last_hash,
        last_held_on=group.last_held_on,
        last_share_out_minor=last.shared_out_minor if last else 0,
        loan_notes=_notes(group),
        rules_hash=rules_hash,
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
        members=_members(group, meeting.held_on),
        loans=_loans_before(group, meeting),
        balances=balances_after(book_id=group.book_id, position=meeting.number - 1),
        last_number=meeting.number - 1,
        last_hash=meeting.previous_hash,
        last_held_on=before.held_on if before else None,
        last_share_out_minor=last.shared_out_minor if last else 0,
        loan_notes=_notes(group),
        rules_hash=rules_hash,
    )


def _members(group: SavingsGroup, on: date) -> dict[UUID, Member]:
    committee = OfficeHeld.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on),
        membership=OuterRef("pk"),
        from_on__lte=on,
        office__in=OfficeHeld.COMMITTEE,
    )
    rows = (
        Membership.objects.filter(group=group)
        .annotate(in_committee=Exists(committee))
        .order_by("number")
        .values_list(
            "id",
            "number",
            "person__name",
            "member_group__node__name",
            "joined_on",
            "left_on",
            "in_committee",
            "has_drawn_pot",
        )
    )
    return {
        id: Member(
            id=id,
            label=f"{name or group_name} ({number})",
            active=joined <= on and (left is None or left >= on),
            in_committee=office,
            has_drawn_pot=drawn,
        )
        for id, number, name, group_name, joined, left, office, drawn in rows
    }


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


def _notes(group: SavingsGroup) -> dict[UUID, LoanNote]:
    rows = Loan.objects.filter(book_id=group.book_id).values_list("id", "borrower", "box")
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


def snapshot(loan: Loan) -> dict[str, Any]:
    """The fields of a loan that a meeting may change, as they are."""
    return {name: getattr(loan, name) for name in CHANGING} | {
        "closed_on": loan.closed_on.isoformat() if loan.closed_on else None
    }


def restore(loan: Loan, before: dict[str, Any]) -> None:
    """Set a loan in memory to what it was before a change."""
    for name in CHANGING:
        setattr(loan, name, before[name])
    loan.closed_on = date.fromisoformat(before["closed_on"]) if before["closed_on"] else None
