"""What is already here: groups below a place, their members and meetings, as an import has to know them."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from egenmakt.apps.groups.models import ConstitutionVersion, Cycle, Goal, Meeting, Membership, SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.core.numerals import word


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member who is in a group already."""

    id: UUID
    number: int
    name: str
    is_active: bool


@dataclass
class KnownGroup:
    """A group that is here already."""

    row: SavingsGroup
    name: str
    members: dict[UUID, KnownMember] = field(default_factory=dict)
    meetings: dict[UUID, int] = field(default_factory=dict)
    """Id -> number."""
    goals: set[UUID] = field(default_factory=set)
    has_rules: bool = False
    has_open_cycle: bool = False

    def by_number(self, number: int) -> KnownMember | None:
        """The member with a number."""
        return next((member for member in self.members.values() if member.number == number), None)

    def by_name(self, name: str) -> list[KnownMember]:
        """Every member of a name."""
        return [member for member in self.members.values() if word(member.name) == word(name)]


@dataclass
class Register:
    """The groups at and below a place."""

    below: Node
    groups: dict[UUID, KnownGroup]
    names: dict[str, list[UUID]]

    def find(self, *, id: UUID, name: str) -> tuple[KnownGroup | None, int]:
        """The group with an id, or else the only one of the name; and how many bear the name."""
        if id in self.groups:
            return self.groups[id], 1
        fitting = self.names.get(word(name), [])
        return (self.groups[fitting[0]] if len(fitting) == 1 else None), len(fitting)


def look_up(*, below: Node) -> Register:
    """Read the groups at and below a place, in a handful of queries however many there are."""
    rows = SavingsGroup.objects.filter(node__above__ancestor=below).select_related("node", "book")
    groups = {row.id: KnownGroup(row, row.node.name) for row in rows}
    names: defaultdict[str, list[UUID]] = defaultdict(list)
    for id, group in groups.items():
        names[word(unicodedata.normalize("NFC", group.name))].append(id)
    fitting = SavingsGroup.objects.filter(node__above__ancestor=below).values("id")
    members = Membership.objects.filter(group__in=fitting).values_list(
        "group_id", "id", "number", "person__name", "member_group__node__name", "status"
    )
    for group_id, id, number, name, other, status in members:
        groups[group_id].members[id] = KnownMember(id, number, name or other or "", status == "active")
    for group_id, id, number in Meeting.objects.filter(group__in=fitting).values_list("group_id", "id", "number"):
        groups[group_id].meetings[id] = number
    for group_id, id in Goal.objects.filter(group__in=fitting).values_list("group_id", "id"):
        groups[group_id].goals.add(id)
    for group_id in ConstitutionVersion.objects.filter(group__in=fitting).values_list("group_id", flat=True):
        groups[group_id].has_rules = True
    for group_id in Cycle.objects.filter(group__in=fitting, closed_on=None).values_list("group_id", flat=True):
        groups[group_id].has_open_cycle = True
    return Register(below, groups, dict(names))


def steps_of(meeting_id: UUID) -> tuple[date, list[Any]]:
    """The day and the steps of a meeting that is here, as its document has them."""
    meeting = Meeting.objects.select_related("arrival").get(id=meeting_id)
    document = json.loads(bytes(meeting.arrival.content))
    return meeting.held_on, document["steps"]
