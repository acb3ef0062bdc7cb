"""Records as groups, members and meetings: what would be written, with nothing written yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.core.ledger.ids import derived_id
from egenmakt.interfaces.imports.fields import FIELDS, MONEY_FIELDS
from egenmakt.interfaces.imports.findings import Finding, Source
from egenmakt.interfaces.imports.mapping import Mapping, fill
from egenmakt.interfaces.imports.members import PlannedMember, plan_members
from egenmakt.interfaces.imports.records import Reading, Record
from egenmakt.interfaces.imports.register import KnownGroup, Register

Kind = Literal["members", "savings", "meetings"]
KINDS: tuple[Kind, ...] = ("members", "savings", "meetings")
_OF_A_MEETING = (*MONEY_FIELDS, "attendance", "expected_cumulative", "loan_instalments")


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An amount of a member in a meeting: minor units, or whole shares."""

    field: str
    member: UUID
    amount: int
    source: Source
    instalments: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the file itself says a member has saved after a meeting, or after the last one."""

    member: UUID
    minor: int
    source: Source


@dataclass
class PlannedMeeting:
    """The meeting of a day or period, with everything the files say about it."""

    id: UUID
    held_on: date
    period: str
    entries: list[PlannedEntry] = field(default_factory=list)
    attendance: dict[UUID, str] = field(default_factory=dict)
    expectations: list[Expectation] = field(default_factory=list)
    rows: dict[UUID, Source] = field(default_factory=dict)
    """Member -> where its row is; a row with nothing but zeros has its place here too."""


@dataclass
class PlannedGroup:
    """A group, here already or new, with its members and meetings."""

    key: str
    id: UUID
    name: str
    known: KnownGroup | None
    first: Source
    kind: str = ""
    formed_on: date | None = None
    members: dict[str, PlannedMember] = field(default_factory=dict)
    meetings: dict[date, PlannedMeeting] = field(default_factory=dict)
    totals: list[Expectation] = field(default_factory=list)

    @property
    def in_order(self) -> list[PlannedMeeting]:
        """The meetings by their days."""
        return [self.meetings[day] for day in sorted(self.meetings)]


@dataclass
class Plan:
    """Everything that the files would bring in, and everything found wrong with them."""

    groups: list[PlannedGroup]
    findings: list[Finding]
    reading: Reading
    mapping: Mapping
    currency: str


def make_plan(*, kind: Kind, reading: Reading, mapping: Mapping, register: Register, currency: str) -> Plan:
    """Put the records together by group, member and day. Whatever does not fit is named."""
    plan = Plan([], list(reading.findings), reading, mapping, currency)
    _check_columns(plan, kind)
    by_group: dict[str, list[Record]] = defaultdict(list)
    alone = register.groups.get(register.below.id)
    for record in reading.records:
        key = "" if alone else str(record.values.get("group", ""))
        if key or alone:
            by_group[key].append(record)
        elif "group" not in record.unplaced and (record.values or record.unplaced):
            text, remedy = _("The row names no group."), _("Write its name or number, or leave out the row.")
            plan.findings.append(Finding(reading.source(record, "group"), text, remedy))
    unknown_periods: Counter[tuple[str, str]] = Counter()
    for key, records in by_group.items():
        group = _group(plan, register, key, records, alone)
        if group is None:
            continue
        keys = plan_members(
            group_id=group.id,
            group_key=group.key,
            known=group.known,
            records=records,
            reading=reading,
            defaults=mapping.members,
            findings=plan.findings,
        )
        group.members = {member.key: member for member in keys.values()}
        for index, record in enumerate(records):
            if index in keys:
                _place(plan, group, record, keys[index], unknown_periods)
        plan.groups.append(group)
    for (file, period), times in unknown_periods.items():
        text = _("The period has no day (%(times)s rows).") % {"times": times}
        remedy = _("Write under “periods” the day that stands for it, such as 2026-03-31.")
        heading = reading.headings.get((file, "period"), "period")
        plan.findings.append(Finding(Source(file, 0, heading), text, remedy, period))
    return plan


def _check_columns(plan: Plan, kind: Kind) -> None:
    """Whether the files together hold what this kind of import needs."""
    fields = {name for _file, name in plan.reading.headings}
    files = ", ".join(dict.fromkeys(tally.file for tally in plan.reading.tallies)) or "–"
    needs: list[tuple[bool, str]] = [
        (bool(fields & {"member_number", "member_name"}), _("No column is a member's number or name.")),
    ]
    if kind != "members":
        needs += [
            (bool(fields & {"held_on", "period"}), _("No column is the day of the meeting or its period.")),
            (bool(fields & set(MONEY_FIELDS)), _("No column is money that was paid in or out.")),
        ]
    for is_there, text in needs:
        if not is_there:
            remedy = _("Choose the column in the mapping.")
            plan.findings.append(Finding(Source(files), text, remedy))
    if kind == "members":
        for name in sorted(fields & {*_OF_A_MEETING, "held_on", "period"}):
            text = _("“%(field)s” belongs to meetings and is not used when members are brought in.")
            note = Finding(Source(files), text % {"field": FIELDS[name].label}, severity="note")
            plan.findings.append(note)


def _group(
    plan: Plan, register: Register, key: str, records: list[Record], alone: KnownGroup | None
) -> PlannedGroup | None:
    first = plan.reading.source(records[0], "group")
    if alone:
        return PlannedGroup(key, alone.row.id, alone.name, alone, first)
    id, name = derived_id(register.below.id, f"import/group/{key}"), fill(plan.mapping.groups.name, group=key)
    known, times = register.find(id=id, name=name)
    if times > 1:
        text = _("%(count)s groups are called “%(name)s” here.") % {"count": times, "name": name}
        remedy = _("Bring its rows in by themselves, with the group itself as the place.")
        plan.findings.append(Finding(first, text, remedy, key, group=key))
        return None
    if known and known.row.currency != plan.currency:
        text = _("The group's book is in %(book)s, the file in %(currency)s.")
        values = {"book": known.row.currency, "currency": plan.currency}
        plan.findings.append(Finding(first, text % values, _("Choose the group's currency."), key, group=key))
    group = PlannedGroup(key, known.row.id if known else id, known.name if known else name, known, first)
    group.kind = str(_agreed(plan, group, records, "group_kind") or plan.mapping.groups.kind)
    group.formed_on = _agreed(plan, group, records, "formed_on")
    return group


def _agreed(plan: Plan, group: PlannedGroup, records: list[Record], name: str) -> Any:
    """The value that all rows of a group give a field; different ones are an error."""
    found: Any = None
    first = 0
    for record in records:
        value = record.values.get(name)
        if value is None:
            continue
        if found is None:
            found, first = value, record.row
        elif value != found:
            text = _("The group has another value in row %(row)s (%(other)s).") % {"row": first, "other": found}
            remedy = _("Write the same value in all rows of the group.")
            source = plan.reading.source(record, name)
            plan.findings.append(Finding(source, text, remedy, str(value), group=group.key))
            break
    return found


def _place(
    plan: Plan, group: PlannedGroup, record: Record, member: PlannedMember, unknown_periods: Counter[tuple[str, str]]
) -> None:
    """Put a row into its meeting. A row of a file without days is about the member alone."""
    source = plan.reading.source
    if "expected_total" in record.values:
        total = record.values["expected_total"]
        group.totals.append(Expectation(member.id, total, source(record, "expected_total")))
    headings = plan.reading.headings
    if not {(record.file, "held_on"), (record.file, "period")} & headings.keys():
        return
    day, period = record.values.get("held_on"), str(record.values.get("period", ""))
    if day is None and period:
        day = plan.mapping.periods.get(period) or None
        if day is None:
            unknown_periods[record.file, period] += 1
            return
        day = date.fromisoformat(day)
    if day is None:
        if not {"held_on", "period"} & set(record.unplaced):
            text, remedy = _("The row has no day or period."), _("Write the day of the meeting.")
            plan.findings.append(Finding(source(record, "held_on"), text, remedy, group=group.key))
        return
    meeting = group.meetings.get(day)
    if meeting is None:
        id = derived_id(group.id, f"import/meeting/{day.isoformat()}")
        meeting = group.meetings[day] = PlannedMeeting(id, day, period)
    if member.id in meeting.rows:
        other = meeting.rows[member.id]
        text = _("Member %(member)s has another row on this day: %(file)s, row %(row)s.")
        values = {"member": member.label, "file": other.file, "row": other.row}
        remedy = _("Keep one row for each member and meeting, and write the sum into it.")
        plan.findings.append(Finding(source(record), text % values, remedy, group=group.key))
        return
    meeting.rows[member.id] = source(record)
    _fill(plan, meeting, record, member)


def _fill(plan: Plan, meeting: PlannedMeeting, record: Record, member: PlannedMember) -> None:
    for name in MONEY_FIELDS:
        amount = record.values.get(name)
        if amount:
            instalments = record.values.get("loan_instalments") if name == "loan_granted" else None
            source = plan.reading.source(record, name)
            meeting.entries.append(PlannedEntry(name, member.id, amount, source, instalments))
    if "attendance" in record.values:
        meeting.attendance[member.id] = record.values["attendance"]
    if "expected_cumulative" in record.values:
        source = plan.reading.source(record, "expected_cumulative")
        meeting.expectations.append(Expectation(member.id, record.values["expected_cumulative"], source))
