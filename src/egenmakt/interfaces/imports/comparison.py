"""The file against the ledger: meetings that are here already, and the figures that the file gives itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.apps.groups.state import constitution_at
from egenmakt.apps.ledger.queries import balances_after, transfers_of
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.interfaces.imports.findings import Finding, Source
from egenmakt.interfaces.imports.plan import Expectation, PlannedGroup, PlannedMeeting
from egenmakt.interfaces.imports.register import steps_of

SAVINGS = ("shares", "compulsory_savings", "voluntary_savings")
_TYPES = {
    "shares": "shares",
    "compulsory": "compulsory",
    "voluntary": "voluntary",
    "withdrawal": "withdrawal",
    "social_fund": "contribution",
    "fine_paid": "fine_payment",
}
"""Field -> type of entry, for those that name a member and an amount."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the file that the ledger does not agree with."""

    group: str
    source: Source
    member: str
    file_minor: int
    ledger_minor: int


@dataclass
class Comparison:
    """What was compared of a group, and how it came out."""

    group: PlannedGroup
    meetings_known: int = 0
    transfers_known: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    """The sum of the transfers of each reason, new and known ones."""
    shares_minor: int = 0
    """What the shares of the files cost, at the price of the day on which they were bought."""
    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def recall(result: Comparison, meeting: PlannedMeeting) -> None:
    """A meeting that is here: it must hold just what the file holds, and is then compared with the ledger."""
    known = result.group.known
    if known is None:
        return
    held_on, steps = steps_of(meeting.id)
    here = Counter(
        (entry["type"], entry["member"], entry.get("shares", entry.get("amount")))
        for step in steps
        for entry in step["entries"]
        if entry["type"] in _TYPES.values()
    )
    wanted = Counter((_TYPES[e.field], str(e.member), e.amount) for e in meeting.entries if e.field in _TYPES)
    if here != wanted:
        changed = next(iter((wanted - here) or (here - wanted)))
        source = next((e.source for e in meeting.entries if str(e.member) == changed[1]), result.group.first)
        text = _("The meeting of %(day)s is here already, with other amounts.") % {"day": held_on}
        remedy = _("Correct that meeting itself; an import never writes over one.")
        result.findings.append(Finding(source, text, remedy, group=result.group.key))
        return
    result.meetings_known += 1
    shares = sum(entry.amount for entry in meeting.entries if entry.field == "shares")
    if shares:
        _number, rules, _hash = constitution_at(group_id=known.row.id, on=held_on)
        result.shares_minor += shares * rules.share_price_minor
    made = transfers_of(meeting.id)
    result.transfers_known += len(made)
    for transfer in made:
        result.by_reason[transfer.reason] += transfer.amount_minor
    if meeting.expectations:
        number = known.meetings[meeting.id]
        compare(result, meeting.expectations, balances_after(known.row.book_id, number))


def compare_totals_here(result: Comparison) -> None:
    """The file's last figures against the ledger after the last of the file's meetings."""
    group = result.group
    if group.known is None or not group.totals or not group.meetings:
        return
    number = group.known.meetings[group.in_order[-1].id]
    compare(result, group.totals, balances_after(group.known.row.book_id, number))


def compare(result: Comparison, expected: Iterable[Expectation], balances: Mapping[AccountRef, int]) -> None:
    """Each figure of the file against what the member has saved by these balances."""
    labels = {member.id: member.label for member in result.group.members.values()}
    for expectation in expected:
        result.compared += 1
        saved = savings_of(balances, expectation.member)
        if saved != expectation.minor:
            label = labels[expectation.member]
            difference = Difference(result.group.key, expectation.source, label, expectation.minor, saved)
            result.differences.append(difference)


def savings_of(balances: Mapping[AccountRef, int], member: UUID) -> int:
    """What a member has saved in the loan fund, in minor units."""
    return sum(balances.get(AccountRef(kind, member), 0) for kind in SAVINGS)
