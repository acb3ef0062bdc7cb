"""The dry run: every meeting is worked out by the group's own rules, in memory, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.apps.groups.state import NotReady, state_now
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.meetings.document import MeetingDocument, parse_json, read_meeting
from egenmakt.core.meetings.draft import add_entries, open_document
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS
from egenmakt.core.meetings.fields import Unreadable
from egenmakt.core.meetings.following import after
from egenmakt.core.meetings.meeting import work_out
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.core.meetings.state import GroupState, Member, latest_day
from egenmakt.core.savings.constitution import Constitution
from egenmakt.interfaces.imports.comparison import Comparison, compare, compare_totals_here, recall
from egenmakt.interfaces.imports.documents import Line, lines_of, refusal_text
from egenmakt.interfaces.imports.findings import Finding, Source, errors_of
from egenmakt.interfaces.imports.members import PlannedMember
from egenmakt.interfaces.imports.plan import Plan, PlannedGroup, PlannedMeeting
from egenmakt.interfaces.imports.rules import rules_for


@dataclass
class Rehearsed(Comparison):
    """A group as it would be brought in."""

    rules: Constitution | None = None
    """What would be adopted; None where the group has its rules."""
    cycle_id: UUID | None = None
    """The cycle that would be started; None where one is open."""
    starts_on: date | None = None
    ends_on: date | None = None
    formed_on: date | None = None
    documents: list[tuple[PlannedMeeting, bytes]] = field(default_factory=list)
    """The meetings that are new, as they would be sent."""
    transfers: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing keeps the group out."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def is_new(self) -> bool:
        """Whether anything would be written."""
        new_members = any(not member.is_known for member in self.group.members.values())
        return self.group.known is None or new_members or bool(self.documents) or bool(self.goals)

    @property
    def goals(self) -> dict[UUID, PlannedMember]:
        """The goals that are not here yet, by their ids."""
        here = self.group.known.goals if self.group.known else set()
        wanted = {derived_id(m.id, "import/goal"): m for m in self.group.members.values() if m.goal_minor}
        return {id: member for id, member in wanted.items() if id not in here}


def rehearse(*, plan: Plan, group: PlannedGroup, at: datetime) -> Rehearsed:
    """Work out everything that a group's rows would do."""
    result = Rehearsed(group)
    result.findings += [finding for finding in plan.findings if group.key and finding.group == group.key]
    _days(plan, result)
    here = group.known.meetings if group.known else {}
    new = [meeting for meeting in group.in_order if meeting.id not in here]
    for meeting in group.in_order:
        if meeting.id in here:
            recall(result, meeting)
    if group.known and not new:
        compare_totals_here(result)
    state = _state(plan, result, new) if new and result.is_good else None
    for meeting in new:
        state = _hold(plan, result, state, meeting, at) if state else None
        if state:
            compare(result, meeting.expectations, state.balances)
    if state:
        compare(result, group.totals, state.balances)
    return result


def _days(plan: Plan, result: Rehearsed) -> None:
    """When the group was formed and its cycle begins and ends, from the mapping or the first and last meeting."""
    group, defaults = result.group, plan.mapping.groups
    first = min(group.meetings, default=None)
    chosen = date.fromisoformat(defaults.formed_on) if defaults.formed_on else None
    joined = [m.joined_on for m in group.members.values() if m.joined_on and not m.is_known]
    result.formed_on = group.formed_on or chosen or min([*joined, *([first] if first else [])], default=None)
    result.starts_on = date.fromisoformat(defaults.cycle_starts_on) if defaults.cycle_starts_on else first
    if defaults.cycle_ends_on:
        result.ends_on = date.fromisoformat(defaults.cycle_ends_on)
    elif result.starts_on:
        result.ends_on = max(result.starts_on + timedelta(days=365), max(group.meetings) + timedelta(days=1))
    if group.known is None and result.formed_on is None and not errors_of(plan.findings):
        text, remedy = _("The group has no day on which it was formed."), _("Write “formed_on” under “groups”.")
        result.findings.append(Finding(group.first, text, remedy, group.key, group=group.key))
    if result.formed_on and first and group.known is None and first < result.formed_on:
        text = _("The first meeting (%(first)s) lies before the day the group was formed (%(formed)s).")
        remedy = _("Correct one of the two days.")
        values = {"first": first, "formed": result.formed_on}
        result.findings.append(Finding(group.first, text % values, remedy, group=group.key))
    if result.starts_on and result.ends_on and result.ends_on <= result.starts_on:
        text, remedy = _("The cycle ends before it begins."), _("Correct “cycle_ends_on” in the mapping.")
        result.findings.append(Finding(group.first, text, remedy, group=group.key))


def _state(plan: Plan, result: Rehearsed, new: list[PlannedMeeting]) -> GroupState | None:
    """The group as its first new meeting finds it: as it is here, or as it would be formed."""
    group, known = result.group, result.group.known
    if known and known.has_rules and known.has_open_cycle:
        try:
            state = state_now(group=known.row, on=new[0].held_on)
        except NotReady as error:
            remedy = _("Write down the rules that were in force, or bring in later meetings only.")
            result.findings.append(Finding(group.first, str(error), remedy, group=group.key))
            return None
    elif known and (known.meetings or known.has_rules or known.has_open_cycle):
        text = _("The group has no open cycle, or no rules yet.")
        remedy = _("Start a cycle and write down the rules first.")
        result.findings.append(Finding(group.first, text, remedy, group=group.key))
        return None
    else:
        result.rules, findings = rules_for(plan=plan, group=group)
        result.findings += findings
        if result.rules is None:
            return None
        result.cycle_id = derived_id(group.id, f"import/cycle/{result.starts_on}")
        state = _formed(plan, result, result.rules, result.cycle_id)
    members = dict(state.members)
    for planned in group.members.values():
        if planned.id not in members:
            members[planned.id] = Member(planned.id, planned.label)
    return replace(state, members=members)


def _formed(plan: Plan, result: Rehearsed, rules: Constitution, cycle_id: UUID) -> GroupState:
    """A group on its first day."""
    known = result.group.known
    return GroupState(
        group_id=result.group.id,
        currency=plan.currency,
        cycle_id=cycle_id,
        cycle_number=1,
        cycle_starts_on=result.starts_on or date.min,
        cycle_end_planned_on=result.ends_on or date.max,
        constitution=rules,
        constitution_version=1,
        members={
            member.id: Member(member.id, f"{member.name} ({member.number})", active=member.is_active)
            for member in (known.members.values() if known else ())
        },
        loans={},
        balances={},
    )


def _active(result: Rehearsed, state: GroupState, on: date) -> GroupState:
    """The members who had joined by the day of a meeting."""
    joined = {m.id: m.joined_on or result.formed_on for m in result.group.members.values() if not m.is_known}
    members = {
        id: replace(member, active=member.active and (joined.get(id) or date.min) <= on)
        for id, member in state.members.items()
    }
    return replace(state, members=members)


def _document(plan: Plan, state: GroupState, meeting: PlannedMeeting) -> tuple[dict[str, Any], list[Line]]:
    """The meeting as a document, and the line of the file behind each entry, in the order of the steps."""
    lines = lines_of(state=state, meeting=meeting)
    active = [id for id, member in state.members.items() if member.active]
    is_called = bool(meeting.attendance) and all(id in meeting.attendance for id in active)
    files = ", ".join(dict.fromkeys(source.file for source in meeting.rows.values()))
    notes = _("From a paper book: %(files)s.") % {"files": files}
    document = open_document(
        state=state,
        id=meeting.id,
        held_on=meeting.held_on,
        roll_call=meeting.attendance if is_called else {},
        source="paper",
        notes=notes[:2000],
    )
    document["opening"] = []  # nobody counted the box: the book tells what was paid, not what was found
    entries = [line.entry for line in lines if line.entry]
    return add_entries(document, entries, state=state), lines


def _hold(plan: Plan, result: Rehearsed, state: GroupState, meeting: PlannedMeeting, at: datetime) -> GroupState | None:
    state = _active(result, state, meeting.held_on)
    draft, lines = _document(plan, state, meeting)
    group = result.group
    for line in lines:
        if line.problem:
            result.findings.append(Finding(line.source, line.problem, line.remedy, group=group.key))
    if meeting.attendance and not draft["roll_call"]:
        text = _("Not every member is marked at the roll call of %(day)s; it is left out.")
        source = next(iter(meeting.rows.values()))
        result.findings.append(Finding(source, text % {"day": meeting.held_on}, severity="note", group=group.key))
    if not result.is_good:
        return None
    content = canonical(draft)
    document: MeetingDocument | None = None
    try:
        document = read_meeting(parse_json(content), ENTRY_FIELDS)
        outcome = work_out(state=state, document=document, today=latest_day(at))
    except Unreadable as error:
        for problem in error.problems[:20]:
            source = _source_of(problem.where, draft, lines, group)
            result.findings.append(Finding(source, str(problem.message), group=group.key))
        return None
    except MeetingRefused as error:
        for refusal in error.refusals:
            source = _source_of(refusal.where, draft, lines, group)
            text = refusal_text(refusal, plan.currency)
            remedy = _("Correct the row, or the rules under “groups” in the mapping.")
            result.findings.append(Finding(source, text, remedy, group=group.key))
        return None
    result.documents.append((meeting, content))
    result.transfers += len(outcome.transfers)
    shares = sum(entry.amount for entry in meeting.entries if entry.field == "shares")
    result.shares_minor += shares * state.constitution.share_price_minor
    for transfer in outcome.transfers:
        result.by_reason[transfer.reason] += transfer.amount_minor
    return after(state=state, document=document, outcome=outcome)


def _source_of(where: str, draft: dict[str, Any], lines: list[Line], group: PlannedGroup) -> Source:
    """The line of the file behind a place in the document, such as /steps/0/entries/3/amount."""
    parts = where.split("/")
    if len(parts) > 4 and parts[1] == "steps" and parts[3] == "entries":
        step = draft["steps"][int(parts[2])]["step"]
        of_step = [line for line in lines if line.entry and line.step == step]
        return of_step[int(parts[4])].source
    return group.first
