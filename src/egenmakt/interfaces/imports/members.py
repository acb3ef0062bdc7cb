"""Whose row it is: members told apart by number, or by name where no two bear the same."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Finding
from egenmakt.interfaces.imports.mapping import MemberDefaults, fill
from egenmakt.interfaces.imports.records import Reading, Record
from egenmakt.interfaces.imports.register import KnownGroup, KnownMember

_ABOUT = ("member_name", "sex", "birth_year", "has_disability", "phone", "joined_on", "savings_goal")


@dataclass(frozen=True, slots=True)
class PlannedMember:
    """A member, here already or new."""

    key: str
    id: UUID
    number: int
    name: str
    is_known: bool
    sex: str = "unknown"
    birth_year: int | None = None
    has_disability: bool | None = None
    phone: str = ""
    joined_on: date | None = None
    goal_minor: int = 0

    @property
    def label(self) -> str:
        """Name and number, as meetings name a member."""
        return f"{self.name} ({self.number})"


def plan_members(
    *,
    group_id: UUID,
    group_key: str,
    known: KnownGroup | None,
    records: list[Record],
    reading: Reading,
    defaults: MemberDefaults,
    findings: list[Finding],
) -> dict[int, PlannedMember]:
    """The member of each row. Returns: index of the record -> member; a row without one is named and left out."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        key = _key(record)
        if key:
            rows[key].append(index)
        elif not {"member_number", "member_name"} & set(record.unplaced):
            text, remedy = _("The row names no member."), _("Write the member's number or name.")
            findings.append(Finding(reading.source(record, "member_number"), text, remedy, group=group_key))
    _name_twins(rows, records, reading, findings, group_key)
    rows = _names_to_numbers(rows, records, reading, findings, group_key)
    numbers = _numbers(list(rows), known)
    members: dict[int, PlannedMember] = {}
    for key, indices in rows.items():
        about = _about(key, [records[i] for i in indices], reading, findings, group_key)
        member = _member(
            group_id, group_key, key, about, numbers[key], known, defaults, findings, reading, records[indices[0]]
        )
        if member:
            members |= dict.fromkeys(indices, member)
    return members


def _key(record: Record) -> str:
    number = str(record.values.get("member_number", ""))
    if number:
        return f"#{int(number)}" if number.isdecimal() else f"#{number}"
    return word(unicodedata.normalize("NFC", str(record.values.get("member_name", ""))))


def _name_twins(
    rows: dict[str, list[int]], records: list[Record], reading: Reading, findings: list[Finding], group_key: str
) -> None:
    """In a list of members each row is a member: two rows of one name without numbers cannot be told apart."""
    for key, indices in rows.items():
        first: dict[str, int] = {}
        for index in indices:
            record = records[index]
            if {(record.file, "held_on"), (record.file, "period")} & reading.headings.keys():
                continue
            if record.file not in first:
                first[record.file] = record.row
                continue
            by_number = key.startswith("#")
            text = _("Row %(row)s has the same number.") if by_number else _("Row %(row)s has the same name.")
            remedy = _("If they are two members, give each a number of their own; otherwise keep one row.")
            source = reading.source(record, "member_number" if by_number else "member_name")
            value = str(record.values.get("member_name", "")) or key.lstrip("#")
            findings.append(Finding(source, text % {"row": first[record.file]}, remedy, value, group=group_key))


def _names_to_numbers(
    rows: dict[str, list[int]],
    records: list[Record],
    reading: Reading,
    findings: list[Finding],
    group_key: str,
) -> dict[str, list[int]]:
    """Rows with a name alone go to the member of that name; where two bear it, nobody is guessed."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for key, indices in rows.items():
        if key.startswith("#"):
            for index in indices:
                if name := records[index].values.get("member_name"):
                    bearers[word(name)].add(key)
    result: dict[str, list[int]] = defaultdict(list)
    for key, indices in rows.items():
        owners = bearers.get(key, set()) if not key.startswith("#") else set()
        if len(owners) > 1:
            for index in indices:
                numbers = ", ".join(sorted(owner[1:] for owner in owners))
                text = _("%(count)s members bear this name: numbers %(numbers)s.")
                finding = Finding(
                    reading.source(records[index], "member_name"),
                    text % {"count": len(owners), "numbers": numbers},
                    _("Write the member's number in this row."),
                    str(records[index].values["member_name"]),
                    group=group_key,
                )
                findings.append(finding)
            continue
        result[owners.pop() if owners else key] += indices
    return dict(result)


def _numbers(keys: list[str], known: KnownGroup | None) -> dict[str, int]:
    """The member's number in the group: the file's own, or the next free one in the order of the file."""
    taken = {member.number for member in known.members.values()} if known else set()
    numbers = {key: int(key[1:]) for key in keys if key[1:].isdecimal() and key.startswith("#")}
    taken |= set(numbers.values())
    following = 1
    for key in keys:
        if key in numbers:
            continue
        while following in taken:
            following += 1
        numbers[key] = following
        taken.add(following)
    return numbers


def _about(
    key: str, records: list[Record], reading: Reading, findings: list[Finding], group_key: str
) -> dict[str, Any]:
    """What the rows say about the member; two different things about one member are an error."""
    found: dict[str, Any] = {}
    rows: dict[str, Record] = {}
    wrong: set[str] = set()
    for record in records:
        for name in _ABOUT:
            value = record.values.get(name)
            if value is None or name in wrong:
                continue
            if name not in found:
                found[name], rows[name] = value, record
            elif found[name] != value and not (name == "member_name" and word(str(found[name])) == word(str(value))):
                wrong.add(name)
                other = rows[name]
                text = _("Member %(member)s has another value in %(file)s, row %(row)s: %(other)s.")
                values = {"member": key.lstrip("#"), "file": other.file, "row": other.row, "other": found[name]}
                remedy = _("If they are two members, give them two numbers; otherwise write the same value.")
                source = reading.source(record, name)
                findings.append(Finding(source, text % values, remedy, str(value), group=group_key))
    return found


def _member(
    group_id: UUID,
    group_key: str,
    key: str,
    about: dict[str, Any],
    number: int,
    known: KnownGroup | None,
    defaults: MemberDefaults,
    findings: list[Finding],
    reading: Reading,
    record: Record,
) -> PlannedMember | None:
    id = derived_id(group_id, f"import/member/{key}")
    name = str(about.get("member_name", ""))
    here, problem = _known(known, id, key, number, name)
    if problem:
        source = reading.source(record, "member_number" if key.startswith("#") else "member_name")
        findings.append(
            Finding(source, problem, _("Write the number of the member who is meant."), name or key, group=group_key)
        )
        return None
    if here:
        goal = int(about.get("savings_goal", 0))
        return PlannedMember(key, here.id, here.number, here.name, True, goal_minor=goal)
    text = key[1:] if key.startswith("#") else str(number)
    name = name or fill(defaults.name, group=group_key, member_number=text)
    joined = about.get("joined_on") or (date.fromisoformat(defaults.joined_on) if defaults.joined_on else None)
    return PlannedMember(
        key=key,
        id=id,
        number=number,
        name=name,
        is_known=False,
        sex=str(about.get("sex", "unknown")),
        birth_year=about.get("birth_year"),
        has_disability=about.get("has_disability"),
        phone=str(about.get("phone", "")),
        joined_on=joined,
        goal_minor=int(about.get("savings_goal", 0)),
    )


def _known(known: KnownGroup | None, id: UUID, key: str, number: int, name: str) -> tuple[KnownMember | None, str]:
    """The member who is here already; or why it cannot be told."""
    if known is None:
        return None, ""
    if id in known.members:
        return known.members[id], ""
    if key.startswith("#"):
        here = known.by_number(number) if key[1:].isdecimal() else None
        if here and name and word(here.name) != word(name):
            text = _("Member number %(number)s of the group is %(name)s.") % {"number": number, "name": here.name}
            return None, text
        return here, ""
    fitting = known.by_name(name)
    if len(fitting) > 1:
        text = _("%(count)s members of the group bear this name.") % {"count": len(fitting)}
        return None, text
    return (fitting[0] if fitting else None), ""
