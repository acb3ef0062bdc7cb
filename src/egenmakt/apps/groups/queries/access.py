"""Opening a group, a member, a meeting or a loan for reading: only where the reader's role reaches."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from egenmakt.apps.access.queries import AnyUser, NotAllowed, Rights
from egenmakt.apps.groups.models import Meeting, Membership, SavingsGroup
from egenmakt.apps.lending.models import Loan
from egenmakt.apps.people.models import Node
from egenmakt.apps.people.queries import breadcrumbs


class NotFound(LookupError):
    """There is no such group, member, meeting or loan."""


@dataclass(frozen=True, slots=True)
class OpenedGroup:
    """A group that the reader may read, with the bodies above it and what else the reader may do there."""

    group: SavingsGroup
    above: tuple[Node, ...]
    """From the top of the tree down to the group's parent."""
    rights: Rights

    @property
    def name(self) -> str:
        """The group's name."""
        return self.group.node.name

    @property
    def currency(self) -> str:
        """The currency of every amount of the group."""
        return self.group.currency

    def may(self, deed: str) -> bool:
        """Whether the reader may do a deed in this group."""
        return self.rights.may(deed, self.group.id)


def open_group(*, user: AnyUser, group_id: UUID) -> OpenedGroup:
    """A group to read, in three queries. Raises: NotAllowed, also for a group that is not there."""
    rights = Rights(user)
    rights.require("group.read", group_id)
    group = SavingsGroup.objects.select_related("node__country", "node__place").filter(id=group_id).first()
    if group is None:
        raise NotFound(f"{group_id} is a body in the tree and no savings group.")
    return OpenedGroup(group, tuple(breadcrumbs(node_id=group_id)[:-1]), rights)


def open_member(*, user: AnyUser, member_id: UUID) -> tuple[OpenedGroup, Membership]:
    """A member to read, with her group. Raises: NotFound, NotAllowed."""
    found = Membership.objects.select_related("person", "member_group__node").filter(id=member_id).first()
    if found is None:
        raise NotFound(f"There is no member {member_id}.")
    return open_group(user=user, group_id=found.group_id), found


def open_meeting(*, user: AnyUser, meeting_id: UUID) -> tuple[OpenedGroup, Meeting]:
    """A meeting to read, with its group. Raises: NotFound, NotAllowed."""
    found = Meeting.objects.select_related("arrival", "cycle").filter(id=meeting_id).first()
    if found is None:
        raise NotFound(f"There is no meeting {meeting_id}.")
    return open_group(user=user, group_id=found.group_id), found


def open_loan(*, user: AnyUser, loan_id: UUID) -> tuple[OpenedGroup, Loan]:
    """A loan to read, with the group that lent it. Raises: NotFound, NotAllowed."""
    found = Loan.objects.filter(id=loan_id).first()
    if found is None:
        raise NotFound(f"There is no loan {loan_id}.")
    # a group's book has the group's own id
    return open_group(user=user, group_id=found.book_id), found


__all__ = ["NotAllowed", "NotFound", "OpenedGroup", "open_group", "open_loan", "open_meeting", "open_member"]
