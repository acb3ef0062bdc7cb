"""The import itself: files, mapping and place become a dry run, and the dry run becomes groups in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import deeds_at, require
from egenmakt.apps.access.roles import DEEDS
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.groups.services.goals import NewGoal, set_goals
from egenmakt.apps.groups.services.meetings import receive_meeting
from egenmakt.apps.groups.services.members import NewMember, add_members
from egenmakt.apps.groups.services.setup import adopt_constitution, create_group, start_cycle
from egenmakt.apps.people.models import Node
from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.money import DECIMALS
from egenmakt.interfaces.imports.fields import FIELDS, MONEY_FIELDS
from egenmakt.interfaces.imports.findings import Finding, Source, errors_of
from egenmakt.interfaces.imports.mapping import Mapping
from egenmakt.interfaces.imports.members import PlannedMember
from egenmakt.interfaces.imports.plan import Kind, Plan, PlannedGroup, make_plan
from egenmakt.interfaces.imports.records import read_records
from egenmakt.interfaces.imports.register import look_up
from egenmakt.interfaces.imports.rehearsal import Rehearsed, rehearse
from egenmakt.interfaces.imports.tables import Table


class NotBroughtIn(ValueError):
    """A group could not be written as its dry run foresaw; nothing of it was."""


@dataclass
class DryRun:
    """What would be done, group by group, with everything that keeps something out."""

    below: Node
    mapping: Mapping
    plan: Plan
    tables: Sequence[Table]
    groups: list[Rehearsed] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Everything found: about the files, then about each group."""
        found = [*self.plan.findings, *(f for group in self.groups for f in group.findings)]
        return list(dict.fromkeys(found))

    @property
    def errors(self) -> list[Finding]:
        """What keeps something out."""
        return errors_of(self.findings)

    @property
    def is_good(self) -> bool:
        """Whether everything in the files has its place."""
        return not self.errors

    @property
    def may_be_done_in_part(self) -> bool:
        """Whether every error is about one group, and there are groups without one."""
        return all(error.group for error in self.errors) and any(group.is_good for group in self.groups)


def dry_run(
    *,
    kind: Kind,
    tables: Sequence[Table],
    mapping: Mapping,
    below: Node,
    by: User,
    at: datetime,
    steps: Callable[[Iterable[PlannedGroup]], Iterable[PlannedGroup]] = iter,
) -> DryRun:
    """Work out everything that the files would do, and write nothing.

    Args: steps, to show how far it has come. Raises: NotAllowed, when the user may not bring data in there.
    """
    require(user=by, deed="import.data", node_id=below.id)
    currency = mapping.currency or (below.country.currency if below.country else "")
    if currency not in DECIMALS:
        plan = Plan([], [], read_records(tables=[], mapping=mapping, currency="XXX"), mapping, "")
        text, remedy = _("No currency is chosen."), _("Name the currency in which the books are kept, such as MZN.")
        plan.findings.append(Finding(Source(", ".join(table.file for table in tables)), text, remedy))
        return DryRun(below, mapping, plan, tables)
    reading = read_records(tables=tables, mapping=mapping, currency=currency)
    plan = make_plan(kind=kind, reading=reading, mapping=mapping, register=look_up(below=below), currency=currency)
    if kind == "members":
        for group in plan.groups:
            group.meetings, group.totals = {}, []
    _check_deeds(plan, below, by)
    run = DryRun(below, mapping, plan, tables)
    run.groups = [rehearse(plan=plan, group=group, at=at) for group in steps(plan.groups)]
    _check_totals(run)
    return run


def _check_deeds(plan: Plan, below: Node, by: User) -> None:
    """Whether the user may do what the files need, before anything is begun."""
    deeds = deeds_at(user=by, node_id=below.id)
    is_new = any(group.known is None for group in plan.groups)
    has_meetings = any(group.meetings for group in plan.groups)
    needs_rules = has_meetings and any(
        group.known is None or not (group.known.has_rules and group.known.has_open_cycle) for group in plan.groups
    )
    has_new_members = any(not member.is_known for group in plan.groups for member in group.members.values())
    needed = [
        ("group.create", is_new),
        ("group.update", has_new_members),
        ("constitution.change", needs_rules),
        ("cycle.open", needs_rules),
    ]
    for deed, is_needed in needed:
        if is_needed and deed not in deeds:
            text = _("You may not %(deed)s at %(node)s.") % {"deed": DEEDS[deed], "node": below.name}
            remedy = _("Ask somebody who may, such as an administrator, to bring the file in.")
            plan.findings.append(Finding(Source(""), text, remedy))
    if is_new and below.kind == "group":
        text = _("%(node)s is a group; new groups cannot stand below it.") % {"node": below.name}
        plan.findings.append(Finding(Source(""), text, _("Choose the partner or organisation.")))
    if is_new and below.country is None:
        text = _("%(node)s has no country, and every group stands in one.") % {"node": below.name}
        plan.findings.append(Finding(Source(""), text, _("Choose a place in a country.")))


def _check_totals(run: DryRun) -> None:
    """The sum of each column against the sum of the transfers that it makes: nothing is lost, nothing made up."""
    if not run.is_good:
        return
    for total in totals(run):
        if total.file_minor != total.ledger_minor:
            text = _("The column adds up to %(file)s minor units, its transfers to %(ledger)s.")
            values = {"file": total.file_minor, "ledger": total.ledger_minor}
            run.plan.findings.append(Finding(Source(total.file, 0, total.heading), text % values))


@dataclass(frozen=True, slots=True)
class Total:
    """A field's sum by the files, and by the transfers that they make."""

    file: str
    heading: str
    field: str
    file_minor: int
    ledger_minor: int


def totals(run: DryRun) -> list[Total]:
    """Each field of money: what its columns add up to, and what its transfers do. Shares are counted at their price."""
    found = []
    for name in MONEY_FIELDS:
        tallies = [tally for tally in run.plan.reading.tallies if tally.field == name]
        if not tallies:
            continue
        by_transfers = sum(group.by_reason[reason] for group in run.groups for reason in FIELDS[name].reasons)
        by_files = sum(tally.total for tally in tallies)
        if name == "shares":
            by_files = sum(group.shares_minor for group in run.groups)
        headings = ", ".join(dict.fromkeys(tally.heading for tally in tallies))
        files = ", ".join(dict.fromkeys(tally.file for tally in tallies))
        found.append(Total(files, headings, name, by_files, by_transfers))
    return found


@dataclass
class Outcome:
    """What was written."""

    groups: int = 0
    members: int = 0
    goals: int = 0
    meetings: int = 0
    transfers: int = 0
    left_out: list[str] = field(default_factory=list)
    """Groups with errors, by their names."""

    @property
    def is_empty(self) -> bool:
        """Whether everything was here already."""
        return not self.groups + self.members + self.goals + self.meetings


def bring_in(*, run: DryRun, by: User, at: datetime, partly: bool = False) -> Iterator[Outcome]:
    """Write what the dry run foresaw, one transaction for each group; the outcome so far is given after each.

    Stopped half-way, it can be done again: what is here already is left as it is. Raises: NotBroughtIn.
    """
    require(user=by, deed="import.data", node_id=run.below.id)
    if run.errors and not (partly and run.may_be_done_in_part):
        raise NotBroughtIn(
            _("%(count)s things keep this import out; correct them first, or bring in the groups without any.")
            % {"count": len(run.errors)}
        )
    outcome = Outcome()
    for group in run.groups:
        if not group.is_good:
            outcome.left_out.append(group.group.name)
        elif group.is_new:
            with transaction.atomic():
                _write(run, group, by, at)
            outcome.groups += group.group.known is None
            outcome.members += sum(not member.is_known for member in group.group.members.values())
            outcome.goals += len(group.goals)
            outcome.meetings += len(group.documents)
            outcome.transfers += group.transfers
        yield outcome


def note_import(*, run: DryRun, outcome: Outcome, by: User, at: datetime) -> None:
    """Write into the trail which files were brought in, by their fingerprints, and what came of them."""
    data = {
        "files": [{"name": table.file, "sha256": table.fingerprint} for table in run.tables],
        "groups": outcome.groups,
        "members": outcome.members,
        "meetings": outcome.meetings,
        "transfers": outcome.transfers,
        "left_out": len(outcome.left_out),
    }
    with transaction.atomic():
        record(
            by=by,
            at=at,
            deed="data.imported",
            subject_kind="node",
            subject_id=run.below.id,
            node_id=run.below.id,
            data=data,
        )


def _write(run: DryRun, planned: Rehearsed, by: User, at: datetime) -> None:
    row = planned.group.known.row if planned.group.known else _form(run, planned, by, at)
    joined_on = planned.formed_on or row.formed_on
    new = [_new(member, joined_on) for member in planned.group.members.values() if not member.is_known]
    if new:
        add_members(group=row, members=new, by=by, at=at)
    if planned.rules and planned.cycle_id and planned.starts_on and planned.ends_on:
        adopt_constitution(
            id=derived_id(row.id, "import/rules"),
            group=row,
            rules=planned.rules.to_json(),
            adopted_on=planned.formed_on or planned.starts_on,
            vote=Vote(max(1, len(planned.group.members)), 0, 0),
            by=by,
            at=at,
        )
        start_cycle(
            id=planned.cycle_id,
            group=row,
            starts_on=planned.starts_on,
            end_planned_on=planned.ends_on,
            by=by,
            at=at,
        )
    _set_goals(run, row, planned, by, at)
    for meeting, content in planned.documents:
        receipt = receive_meeting(content=content, by=by, at=at)
        if receipt.status not in ("accepted", "already_recorded"):
            text = _("The meeting of %(day)s of %(group)s was not accepted (%(why)s); nothing of the group is written.")
            why = ", ".join(str(finding["code"]) for finding in receipt.findings) or receipt.status
            values = {"day": meeting.held_on, "group": planned.group.name, "why": why}
            raise NotBroughtIn(text % values)


def _form(run: DryRun, planned: Rehearsed, by: User, at: datetime) -> SavingsGroup:
    country, formed_on = run.below.country, planned.formed_on
    if country is None or formed_on is None:
        raise NotBroughtIn(_("The group %(name)s has no country or no day.") % {"name": planned.group.name})
    return create_group(
        id=planned.group.id,
        name=planned.group.name,
        kind=planned.group.kind,
        parent=run.below,
        country=country,
        formed_on=formed_on,
        language=run.mapping.groups.language,
        currency=run.plan.currency,
        by=by,
        at=at,
    )


def _new(member: PlannedMember, joined_on: date) -> NewMember:
    return NewMember(
        id=member.id,
        joined_on=member.joined_on or joined_on,
        name=member.name,
        sex=member.sex,
        birth_year=member.birth_year,
        has_disability=member.has_disability,
        phone=member.phone,
        person_id=derived_id(member.id, "import/person"),
        number=member.number,
    )


def _set_goals(run: DryRun, row: SavingsGroup, planned: Rehearsed, by: User, at: datetime) -> None:
    """Each member's savings goal, from the day the group was formed to the day that the mapping names."""
    goals = planned.goals
    members: dict[UUID, Membership] = Membership.objects.in_bulk([member.id for member in goals.values()])
    set_on = planned.formed_on or row.formed_on
    due_on = date.fromisoformat(run.mapping.members.goal_due_on) if run.mapping.members.goal_due_on else planned.ends_on
    words = run.mapping.members.goal_words[:300] or _("Savings goal")
    new = [
        NewGoal(
            id=id,
            membership=members[member.id],
            words=words,
            measure="savings",
            target_minor=member.goal_minor,
            set_on=set_on,
            due_on=max(due_on or set_on, set_on),
        )
        for id, member in goals.items()
    ]
    if new:
        set_goals(group=row, goals=new, by=by, at=at)
