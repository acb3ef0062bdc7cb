"""A mistake in an old meeting put right: reversals and replacements, with the effect on every later balance first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import Correction, Meeting, Membership, SavingsGroup
from egenmakt.apps.groups.services.loans import (
    check_later_changes,
    close_or_reopen,
    loans_altered,
    undo_loans,
    write_changes,
    write_loans,
)
from egenmakt.apps.groups.state import state_before
from egenmakt.apps.ledger.queries import balances, balances_after_each, transfers_in_force
from egenmakt.apps.ledger.services import post_entry
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chart import CHART, AccountRef
from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.ledger.transfers import Transfer, signed
from egenmakt.core.meetings.document import MeetingDocument, parse_json, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.meeting import Outcome, work_out
from egenmakt.core.meetings.state import latest_day


class NotThisMeeting(ValueError):
    """A correction keeps the meeting's own id, group, cycle, number and place in the chain."""


class NothingChanged(ValueError):
    """The corrected meeting says the same as the one in force."""


class CycleClosed(ValueError):
    """A meeting of a cycle that has been shared out cannot be corrected; its money has been divided."""


class WouldFallBelowZero(ValueError):
    """After the correction an account would stand below zero today."""


@dataclass(frozen=True, slots=True)
class LaterBalance:
    """One account after one later meeting: what it was, and what it is after the correction."""

    meeting_number: int
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class AccountEffect:
    """What a correction does to one account, from the corrected meeting to today."""

    account: AccountRef
    change_minor: int
    later: tuple[LaterBalance, ...]

    @property
    def falls_below_zero_after(self) -> tuple[int, ...]:
        """The later meetings after which the account would have stood below zero, where it may not."""
        if CHART[self.account.kind].may_go_below_zero:
            return ()
        return tuple(line.meeting_number for line in self.later if line.after_minor < 0)


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything that a correction would do, to be read before it is confirmed."""

    reversed: tuple[Transfer, ...]
    added: tuple[Transfer, ...]
    accounts: tuple[AccountEffect, ...]
    members_touched: tuple[UUID, ...]
    below_zero_today: tuple[AccountRef, ...]
    loans_altered: frozenset[UUID]


def preview_correction(*, meeting: Meeting, content: bytes, by: User, at: datetime) -> Effect:
    """What a correction would change, without changing anything.

    Raises: Unreadable, MeetingRefused, NotThisMeeting, NothingChanged, CycleClosed, LoanInUse, NotAllowed.
    """
    require(user=by, deed="meeting.correct", node_id=meeting.group_id)
    group = SavingsGroup.objects.get(id=meeting.group_id)
    outcome = _work_out(group, meeting, _read(meeting, content), at)
    return _effect(group, meeting, outcome)


def correct_meeting(
    *,
    id: UUID,
    meeting: Meeting,
    content: bytes,
    reason: str,
    by: User,
    at: datetime,
    decided_in: Meeting | None = None,
) -> Correction:
    """Put an old meeting right by reversals and replacements; the original stays readable for ever.

    Args: id, of the correction: the same again returns it; content, the meeting as it should have been; decided_in,
    the meeting in which the members agreed. Raises: as `preview_correction`, and WouldFallBelowZero.
    """
    require(user=by, deed="meeting.correct", node_id=meeting.group_id)
    if known := Correction.objects.filter(id=id).first():
        return known
    if not reason.strip():
        raise NotThisMeeting("A correction needs a reason in words, so that the members can read why.")
    document = _read(meeting, content)
    with transaction.atomic():
        group = SavingsGroup.objects.select_for_update().get(id=meeting.group_id)
        outcome = _work_out(group, meeting, document, at)
        effect = _effect(group, meeting, outcome)
        if effect.below_zero_today:
            keys = ", ".join(ref.key for ref in effect.below_zero_today)
            raise WouldFallBelowZero(f"After the correction {keys} would stand below zero today. Correct that first.")
        post_entry(
            book_id=group.book_id,
            entry_id=id,
            kind="correction",
            position=meeting.number,
            effective_on=document.held_on,
            transfers=_transfers(id, effect),
            subject=meeting.id,
            by=by.id,
            at=at,
        )
        _rewrite_loans(group, meeting, document, outcome, set(effect.loans_altered))
        _rewrite_members(meeting, outcome, document)
        _rewrite_attendance(meeting, outcome)
        correction = Correction.objects.create(
            id=id,
            meeting=meeting,
            entry_id=id,
            content=content,
            reason=reason.strip(),
            decided_in=decided_in,
            corrected_by=by.id,
            corrected_at=at,
            effect=_as_json(effect),
        )
        record(
            by=by,
            at=at,
            deed="meeting.corrected",
            subject_kind="meeting",
            subject_id=meeting.id,
            node_id=group.id,
            data={"number": meeting.number, "correction": str(id)},
        )
    return correction


def _read(meeting: Meeting, content: bytes) -> MeetingDocument:
    document = read_meeting(parse_json(content), ENTRY_FIELDS)
    kept = (
        document.id == meeting.id
        and document.group == meeting.group_id
        and document.cycle == meeting.cycle_id
        and document.number == meeting.number
        and document.previous == meeting.previous_hash
        and document.kind == meeting.kind
    )
    if not kept:
        raise NotThisMeeting("A correction keeps the meeting's id, group, cycle, number, kind and the meeting before.")
    if meeting.kind == "share_out" or meeting.cycle.closed_on is not None:
        raise CycleClosed("The cycle of this meeting is closed: its money has been divided. Decide on it in a meeting.")
    following = Meeting.objects.filter(group_id=meeting.group_id, number=meeting.number + 1).first()
    if following and document.held_on > following.held_on:
        raise NotThisMeeting(f"The corrected date is after the next meeting, which was held on {following.held_on}.")
    return document


def _work_out(group: SavingsGroup, meeting: Meeting, document: MeetingDocument, at: datetime) -> Outcome:
    state = state_before(group=group, meeting=meeting)
    # counted boxes, the votes and the limits are held against the group as it was then
    return work_out(state=state, document=document, today=latest_day(at), amends=True)


def _effect(group: SavingsGroup, meeting: Meeting, outcome: Outcome) -> Effect:
    old = transfers_in_force(subject=meeting.id)
    reversed_, added = _difference(old, outcome.transfers)
    if not reversed_ and not added:  # and so no loan is changed by it either
        raise NothingChanged("The corrected meeting says the same as the one in force; there is nothing to correct.")
    change: Counter[AccountRef] = Counter()
    for sign, transfers in ((-1, reversed_), (1, added)):
        for transfer in transfers:
            for ref in (transfer.debit, transfer.credit):
                change[ref] += sign * signed(transfer, ref)
    touched = [ref for ref, amount in change.items() if amount]
    altered = loans_altered(meeting_id=meeting.id, outcome=outcome, touched=touched)
    gone = altered - {loan.id for loan in outcome.granted}
    gone &= set(Loan.objects.filter(meeting=meeting.id).values_list("id", flat=True))
    check_later_changes(altered=altered, gone=gone, later_meetings=_later_meetings(meeting))
    later = _later_balances(group, meeting, touched)
    accounts = tuple(
        AccountEffect(
            ref,
            change[ref],
            tuple(LaterBalance(number, balance, balance + change[ref]) for number, balance in later[ref]),
        )
        for ref in sorted(touched, key=lambda ref: (list(CHART).index(ref.kind), str(ref.owner)))
    )
    now = balances(book_id=group.book_id)
    below = tuple(ref for ref in touched if not CHART[ref.kind].may_go_below_zero and now.get(ref, 0) + change[ref] < 0)
    members = _members(group, touched)
    return Effect(tuple(reversed_), tuple(added), accounts, members, below, frozenset(altered))


def _later_meetings(meeting: Meeting) -> list[UUID]:
    later = Meeting.objects.filter(group_id=meeting.group_id, number__gt=meeting.number)
    return list(later.values_list("id", flat=True))


def _difference(old: Sequence[Transfer], new: Sequence[Transfer]) -> tuple[list[Transfer], list[Transfer]]:
    """What must be reversed and what must be added; a transfer that stays the same is left alone."""

    def content(transfer: Transfer) -> tuple[Any, ...]:
        return (transfer.debit, transfer.credit, transfer.amount_minor, transfer.reason, transfer.effective_on)

    wanted = Counter(content(transfer) for transfer in new)
    reversed_ = []
    for transfer in old:
        if wanted[content(transfer)] > 0:
            wanted[content(transfer)] -= 1
        else:
            reversed_.append(transfer)
    added = []
    for transfer in new:
        if wanted[content(transfer)] > 0:
            wanted[content(transfer)] -= 1
            added.append(transfer)
    return reversed_, added


def _later_balances(
    group: SavingsGroup, meeting: Meeting, touched: Iterable[AccountRef]
) -> dict[AccountRef, list[tuple[int, int]]]:
    lines: dict[AccountRef, list[tuple[int, int]]] = {ref: [] for ref in touched}
    for number, at_number in balances_after_each(group.book_id, first=meeting.number, last=group.last_number):
        for ref, line in lines.items():
            line.append((number, at_number.get(ref, 0)))
    return lines


def _members(group: SavingsGroup, touched: Iterable[AccountRef]) -> tuple[UUID, ...]:
    owners = {ref.owner for ref in touched if ref.owner}
    borrowers = set(
        Loan.objects.filter(book_id=group.book_id, id__in=owners, borrower__isnull=False).values_list(
            "borrower", flat=True
        )
    )
    members = set(group.memberships.values_list("id", flat=True))
    return tuple(sorted(member for member in (owners | borrowers) & members if member))


def _transfers(id: UUID, effect: Effect) -> list[Transfer]:
    reversals = [
        transfer.reversal(id=derived_id(id, f"reversal/{index}")) for index, transfer in enumerate(effect.reversed)
    ]
    return [*reversals, *(replace(t, id=derived_id(id, f"added/{index}")) for index, t in enumerate(effect.added))]


def _rewrite_loans(
    group: SavingsGroup, meeting: Meeting, document: MeetingDocument, outcome: Outcome, altered: set[UUID]
) -> None:
    """Put the loans that the correction alters in the state that the corrected meeting leaves them in."""
    again = {loan.id for loan in outcome.granted}
    undo_loans(meeting_id=meeting.id, altered=altered, keep=again, on=document.held_on)
    existing = set(Loan.objects.filter(id__in=again).values_list("id", flat=True))
    for loan in outcome.granted:
        if loan.id in existing & altered:
            Loan.objects.filter(id=loan.id).update(
                borrower=loan.member,
                box=loan.box,
                schedule=loan.schedule.to_json() if loan.schedule else None,
                principal_minor=loan.principal_minor,
                lent_minor=loan.lent_minor,
                fees_before_minor=loan.fees_before_minor,
                interest_before_minor=0,
                guarantors=[str(member) for member in loan.guarantors],
                granted_on=document.held_on,
                status=Loan.Status.OPEN,
                closed_on=None,
            )
    write_loans(
        book_id=group.book_id,
        meeting_id=meeting.id,
        granted=[loan for loan in outcome.granted if loan.id not in existing],
        on=document.held_on,
    )
    changed = [change for change in outcome.changed if change.loan in altered]
    write_changes(meeting_id=meeting.id, changed=changed, on=document.held_on)
    now = balances(book_id=group.book_id)
    close_or_reopen(altered=altered, later_meetings=_later_meetings(meeting), balances=now)


def _rewrite_members(meeting: Meeting, outcome: Outcome, document: MeetingDocument) -> None:
    """Who left at this meeting, and who had the pot, by its corrected document."""
    before = _read_in_force(meeting)
    for entry in (entry for step in before.steps for entry in step.entries):
        if entry.type == "exit" and entry["member"] not in outcome.left:
            Membership.objects.filter(id=entry["member"]).update(status=Membership.Status.ACTIVE, left_on=None)
        if entry.type == "pot" and entry["member"] not in outcome.drew_pot:
            Membership.objects.filter(id=entry["member"]).update(has_drawn_pot=False)
    for member, reason in outcome.left.items():
        Membership.objects.filter(id=member).update(status=reason, left_on=document.held_on)
    Membership.objects.filter(id__in=outcome.drew_pot).update(has_drawn_pot=True)


def _read_in_force(meeting: Meeting) -> MeetingDocument:
    """The meeting's document as it stands before this correction: the last correction's, or the original."""
    last = meeting.corrections.order_by("corrected_at", "id").last()
    content = last.content if last else meeting.arrival.content
    return read_meeting(parse_json(bytes(content)), ENTRY_FIELDS)


def _rewrite_attendance(meeting: Meeting, outcome: Outcome) -> None:
    here = outcome.attendance
    Meeting.objects.filter(id=meeting.id).update(
        present=here.get("present", 0),
        late=here.get("late", 0),
        excused=here.get("excused", 0),
        on_leave=here.get("leave", 0),
        absent=here.get("absent", 0),
    )


def _as_json(effect: Effect) -> dict[str, Any]:
    return {
        "accounts": [
            {
                "account": line.account.key,
                "change_minor": line.change_minor,
                "before_minor": line.later[-1].before_minor,
                "after_minor": line.later[-1].after_minor,
            }
            for line in effect.accounts
        ],
        "members": [str(member) for member in effect.members_touched],
    }
