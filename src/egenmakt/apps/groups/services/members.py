"""Taking members into a group: one who stands in the door, or all of a list in a few statements, by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record_many
from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.people.models import Person
from egenmakt.apps.people.services import NewPerson, add_people


class AlreadyAMember(ValueError):
    """The person is an active member of the group already."""


class NumberTaken(ValueError):
    """Two members of a group cannot have the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A person who is taken into a group; or, in a network of groups, a group."""

    id: UUID
    """Of the membership."""
    joined_on: date
    name: str = ""
    sex: str = "unknown"
    birth_year: int | None = None
    has_disability: bool | None = None
    phone: str = ""
    person_id: UUID | None = None
    member_group: SavingsGroup | None = None
    number: int | None = None
    """The next free one when left out."""
    symbol: str = ""


def add_member(
    *,
    id: UUID,
    group: SavingsGroup,
    joined_on: date,
    by: User,
    at: datetime,
    name: str = "",
    sex: str = "unknown",
    birth_year: int | None = None,
    has_disability: bool | None = None,
    phone: str = "",
    person_id: UUID | None = None,
    member_group: SavingsGroup | None = None,
    number: int | None = None,
    symbol: str = "",
) -> Membership:
    """Take a person into the group; or, in a network of groups, a group. Rules and errors are those of `add_members`.

    Args: id, of the membership; number, the next free one when left out.
    """
    member = NewMember(
        id=id,
        joined_on=joined_on,
        name=name,
        sex=sex,
        birth_year=birth_year,
        has_disability=has_disability,
        phone=phone,
        person_id=person_id,
        member_group=member_group,
        number=number,
        symbol=symbol,
    )
    return add_members(group=group, members=[member], by=by, at=at)[0]


def add_members(*, group: SavingsGroup, members: Sequence[NewMember], by: User, at: datetime) -> list[Membership]:
    """Take members into the group, all or none, as if one came after the other; they come back in their order.

    A membership whose id is known is returned as it stands. Each one has her own events in the trail.
    Raises: NotAllowed, NumberTaken, AlreadyAMember, ConflictingId.
    """
    require(user=by, deed="group.update", node_id=group.id)
    here = Membership.objects.in_bulk([member.id for member in members])
    new: dict[UUID, NewMember] = {}
    for member in members:
        if member.id not in here:
            new.setdefault(member.id, member)
    if new:
        with transaction.atomic():
            here |= _take_in(group, list(new.values()), by, at)
    return [here[member.id] for member in members]


def _take_in(group: SavingsGroup, new: Sequence[NewMember], by: User, at: datetime) -> dict[UUID, Membership]:
    rows = Membership.objects.filter(group=group).values_list("number", "status", "person_id", "member_group_id")
    sitting = [(number, status == Membership.Status.ACTIVE, person, node) for number, status, person, node in rows]
    numbers = _numbers(new, {number for number, _active, _person, _node in sitting})
    _check_groups(new, {node for _number, active, _person, node in sitting if active and node})
    people = _write_people(group, new, by, at)
    _check_people(people.values(), {person for _number, active, person, _node in sitting if active and person})
    made = Membership.objects.bulk_create(
        Membership(
            id=member.id,
            group=group,
            person=people.get(member.id),
            member_group=member.member_group,
            number=number,
            symbol=member.symbol,
            joined_on=member.joined_on,
        )
        for member, number in zip(new, numbers, strict=True)
    )
    done = ((membership.id, {"number": membership.number}) for membership in made)
    record_many(by=by, at=at, deed="member.joined", subject_kind="group", subjects=done, node_id=group.id)
    return {membership.id: membership for membership in made}


def _numbers(new: Iterable[NewMember], taken: set[int]) -> list[int]:
    """A number for each: her own, or the one after the highest so far. Raises: NumberTaken."""
    found: list[int] = []
    last = max(taken, default=0)
    for member in new:
        number = member.number or last + 1
        if number in taken:
            raise NumberTaken(f"Member number {number} is taken in this group; choose another.")
        taken.add(number)
        found.append(number)
        last = max(last, number)
    return found


def _check_groups(new: Iterable[NewMember], active: set[UUID]) -> None:
    for member in new:
        if member.member_group is not None:
            if member.member_group.id in active:
                raise AlreadyAMember("That group is a member already.")
            active.add(member.member_group.id)


def _write_people(group: SavingsGroup, new: Iterable[NewMember], by: User, at: datetime) -> Mapping[UUID, Person]:
    """The persons among the new members, in the register of the group, by the ids of their memberships."""
    persons = {
        member.id: NewPerson(
            id=member.person_id or uuid7(),
            name=member.name,
            sex=member.sex,
            birth_year=member.birth_year,
            has_disability=member.has_disability,
            phone=member.phone,
        )
        for member in new
        if member.member_group is None
    }
    written = add_people(node=group.node, people=list(persons.values()), by=by, at=at)
    return dict(zip(persons, written, strict=True))


def _check_people(people: Iterable[Person], active: set[UUID]) -> None:
    for person in people:
        if person.id in active:
            raise AlreadyAMember(f"{person.name} is an active member of this group already.")
        active.add(person.id)
