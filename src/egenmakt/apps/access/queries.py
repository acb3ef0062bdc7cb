"""Asking who may do what. Without a grant the answer is no."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.roles import DEEDS, PERMISSIONS, UnknownDeed, roles_with
from egenmakt.apps.audit.models import Event
from egenmakt.apps.audit.queries import events_at
from egenmakt.apps.people.models import Node
from egenmakt.apps.people.queries import descendants

AnyUser = User | AnonymousUser


class NotAllowed(PermissionDenied):
    """The user holds no role there that may do this."""


def _grants(user: AnyUser) -> QuerySet[Grant]:
    if not user.is_active or not isinstance(user, User):
        return Grant.objects.none()
    return Grant.objects.filter(user=user, revoked_at__isnull=True)


def may(*, user: AnyUser, deed: str, node_id: UUID) -> bool:
    """Whether the user may do the deed at the node, by a role there or above. One query."""
    return _grants(user).filter(role__in=roles_with(deed), node__below__node_id=node_id).exists()


def require(*, user: AnyUser, deed: str, node_id: UUID) -> None:
    """Go on only if the user may do the deed at the node. Raises: NotAllowed, which a page answers with 403."""
    if not may(user=user, deed=deed, node_id=node_id):
        raise NotAllowed(f"You may not {DEEDS[deed]} here. Ask the one who gives the roles in your organisation.")


def nodes_where(*, user: AnyUser, deed: str) -> QuerySet[Node]:
    """The nodes where the user may do the deed. It stays one query inside another one's filter."""
    held = _grants(user).filter(role__in=roles_with(deed)).values("node_id")
    return Node.objects.filter(id__in=Node.objects.filter(above__ancestor_id__in=held).values("id"))


def deeds_at(*, user: AnyUser, node_id: UUID) -> frozenset[str]:
    """Everything that the user may do at the node. One query."""
    roles = _grants(user).filter(node__below__node_id=node_id).values_list("role", flat=True)
    return frozenset(deed for role in roles for deed in PERMISSIONS[role])


class Rights:
    """What one user may do, remembered during one request: one query for each node that is asked about."""

    def __init__(self, user: AnyUser) -> None:
        self.user = user
        self._deeds: dict[UUID, frozenset[str]] = {}

    def may(self, deed: str, node_id: UUID) -> bool:
        if deed not in DEEDS:
            raise UnknownDeed(f"{deed!r} is not in the table of deeds in access/roles.py.")
        if node_id not in self._deeds:
            self._deeds[node_id] = deeds_at(user=self.user, node_id=node_id)
        return deed in self._deeds[node_id]

    def require(self, deed: str, node_id: UUID) -> None:
        if not self.may(deed, node_id):
            raise NotAllowed(f"You may not {DEEDS[deed]} here. Ask the one who gives the roles in your organisation.")


def grants_of(*, user: User) -> QuerySet[Grant]:
    """The roles that a user holds now, with their nodes."""
    return _grants(user).select_related("node").order_by("node__name", "role")


def roles_anywhere(*, user: AnyUser) -> frozenset[str]:
    """The roles that a user holds at one place or another, in one query."""
    return frozenset(_grants(user).values_list("role", flat=True))


def grants_below(*, by: AnyUser, node_id: UUID) -> QuerySet[Grant]:
    """Who holds which role at a node and below it. Raises: NotAllowed."""
    require(user=by, deed="grant.read", node_id=node_id)
    return (
        Grant.objects.filter(revoked_at__isnull=True, node__above__ancestor_id=node_id)
        .select_related("user", "node", "granted_by")
        .order_by("node__name", "role", "user__name")
    )


def audit_trail(*, by: AnyUser, node_id: UUID, since: datetime | None = None) -> QuerySet[Event]:
    """What was done at a node and below it, the latest first. Raises: NotAllowed."""
    require(user=by, deed="audit.read", node_id=node_id)
    events = events_at(node_ids=descendants(node_id=node_id).values_list("id", flat=True))
    return events.filter(at__gte=since) if since else events
