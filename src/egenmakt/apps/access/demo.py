"""One-click sign-in for a demonstration: signed links that are worth nothing in a real installation."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.core import signing

from egenmakt.apps.access.models import User


class DemoPerson(TypedDict):
    """Somebody as whom the demonstration can be tried."""

    name: str
    roles: list[str]
    token: str


_SALT = "egenmakt.demo-sign-in"
_DAYS_VALID = 30
PEOPLE_MAX = 24


class NotADemo(RuntimeError):
    """Asked for a one-click link where real people's data may be."""


def demo_token(*, user: User) -> str:
    """The secret part of a user's one-click link. Raises: NotADemo."""
    if not settings.DEMO:
        raise NotADemo("One-click sign-in exists only in a demonstration (EGENMAKT_DEMO=1).")
    return signing.dumps(str(user.id), salt=_SALT)


def user_of_demo_token(*, token: str) -> User | None:
    """The user whose link it is; None for a forged or old one, and always outside a demonstration."""
    if not settings.DEMO:
        return None
    try:
        user_id = signing.loads(token, salt=_SALT, max_age=_DAYS_VALID * 24 * 3600)
    except signing.BadSignature:
        return None
    return User.objects.filter(id=user_id, is_active=True).first()


def demo_people() -> list[DemoPerson]:
    """Whoever was first to hold a role at a body, with her roles and her link; nobody outside a demonstration."""
    if not settings.DEMO:
        return []
    users = User.objects.filter(is_active=True, grants__revoked_at__isnull=True, grants__isnull=False)
    seen: set[tuple[str, UUID]] = set()
    found = []
    for user in users.distinct().order_by("created_at", "id").prefetch_related("grants"):
        held = {(grant.role, grant.node_id) for grant in user.grants.all() if grant.revoked_at is None}
        if held <= seen:  # her colleague with the same role is in the list
            continue
        seen |= held
        roles = sorted({role for role, _node in held})
        found.append(DemoPerson(name=user.name, roles=roles, token=demo_token(user=user)))
    return found[:PEOPLE_MAX]
