"""Adding users, giving roles and taking them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from egenmakt.apps.access.models import Grant, User
from egenmakt.apps.access.queries import NotAllowed, require
from egenmakt.apps.access.roles import GIVES, Role
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Country, Node, Person, Place
from egenmakt.apps.people.services import add_node, move_node, set_country_limit, set_node_limit


class EmailTaken(ValueError):
    """Another user signs in with this address."""


class NotARole(ValueError):
    """There is no such role."""


class WrongPassword(ValueError):
    """The password that was given as the present one is not the present one."""


def create_user(
    *,
    email: str,
    name: str,
    by: User | None,
    at: datetime,
    node_id: UUID | None = None,
    password: str | None = None,
    language: str = "en",
    person: Person | None = None,
    id: UUID | None = None,
) -> User:
    """Add somebody who can sign in; she may do nothing until a role is given.

    Args: by, who adds her and may do so at node_id, or None for the server's command line; password, None for one
    that nobody can use until it is set; id, a new one when left out.
    Raises: NotAllowed, EmailTaken, ValidationError for a weak password.
    """
    if by is not None:
        if node_id is None:
            raise NotAllowed("Say for which organisation the user is added.")
        require(user=by, deed="user.create", node_id=node_id)
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise EmailTaken(f"{address} already belongs to a user; use another address or give that user a role.")
    user = User(email=address, name=name.strip(), language=language, person=person, created_at=at)
    user.id = id or user.id
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save(force_insert=True)
        record(by=by, at=at, deed="user.created", subject_kind="user", subject_id=user.id, node_id=node_id)
    return user


def deactivate_user(*, user: User, by: User | None, at: datetime, node_id: UUID | None = None) -> None:
    """Stop somebody from signing in; what she did stays. Raises: NotAllowed."""
    if by is not None:
        for held in user.grants.filter(revoked_at__isnull=True):
            _require_to_give(by, held.role, held.node_id)
        if node_id is None:
            raise NotAllowed("Say for which organisation the user is stopped.")
        require(user=by, deed="user.create", node_id=node_id)
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        record(by=by, at=at, deed="user.deactivated", subject_kind="user", subject_id=user.id, node_id=node_id)


def change_password(*, user: User, present: str | None, new: str, by: User | None, at: datetime) -> None:
    """Give a user a new password; every other session of hers ends.

    Args: present, her password until now, or None from the server's command line (by=None).
    Raises: WrongPassword, ValidationError for a weak password, NotAllowed for somebody else's.
    """
    if by is not None:
        if by.id != user.id:
            raise NotAllowed("Only the user herself, or the server's command line, changes a password.")
        if present is None or not user.check_password(present):
            raise WrongPassword("The present password is not right; type the one that you signed in with.")
    validate_password(new, user)
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        record(by=by, at=at, deed="user.password_changed", subject_kind="user", subject_id=user.id, node_id=None)


def _require_to_give(by: User, role: str, node_id: UUID) -> None:
    require(user=by, deed="grant.give", node_id=node_id)
    held = Grant.objects.filter(user=by, revoked_at__isnull=True, node__below__node_id=node_id)
    if not any(role in GIVES.get(own, ()) for own in held.values_list("role", flat=True)):
        raise NotAllowed(f"Your role may not give or revoke the role {role} here; ask an administrator.")


def give_grant(*, user: User, role: str, node: Node, by: User | None, at: datetime) -> Grant:
    """Give a user a role at a node and below it; one that she holds already is returned as it stands.

    Raises: NotARole; NotAllowed, when the giver may not give this role here.
    """
    if role not in Role.values:
        raise NotARole(f"{role!r} is not a role; choose one of {', '.join(Role.values)}.")
    if by is not None:
        _require_to_give(by, role, node.id)
    with transaction.atomic():
        grant, is_new = Grant.objects.get_or_create(
            user=user, role=role, node=node, revoked_at=None, defaults={"granted_by": by, "granted_at": at}
        )
        if is_new:
            data = {"user": str(user.id), "role": role}
            record(
                by=by, at=at, deed="grant.given", subject_kind="grant", subject_id=grant.id, node_id=node.id, data=data
            )
    return grant


def revoke_grant(*, grant: Grant, by: User | None, at: datetime) -> Grant:
    """Take a role back, from this moment; one that was revoked before stays as it is. Raises: NotAllowed."""
    if by is not None:
        _require_to_give(by, grant.role, grant.node_id)
    with transaction.atomic():
        changed = Grant.objects.filter(id=grant.id, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by)
        grant.refresh_from_db()
        if changed:
            data = {"user": str(grant.user_id), "role": grant.role}
            record(
                by=by,
                at=at,
                deed="grant.revoked",
                subject_kind="grant",
                subject_id=grant.id,
                node_id=grant.node_id,
                data=data,
            )
    return grant


def found_node(
    *,
    id: UUID,
    kind: str,
    name: str,
    parent: Node | None,
    by: User | None,
    at: datetime,
    country: Country | None = None,
    place: Place | None = None,
) -> Node:
    """Add an organisation, partner or network on behalf of a user; a group is formed in `groups`.

    Raises: NotAllowed, NotInTheTree, ConflictingId.
    """
    if by is not None:
        if parent is None:
            raise NotAllowed("The first body of a tree is added at the server's command line.")
        require(user=by, deed="node.create", node_id=parent.id)
    return add_node(id=id, kind=kind, name=name, parent=parent, by=by, at=at, country=country, place=place)


def relocate_node(*, node: Node, parent: Node, by: User | None, at: datetime) -> Node:
    """Move a body on behalf of a user, who must be allowed to at both ends. Raises: NotAllowed, NotInTheTree."""
    if by is not None:
        require(user=by, deed="node.move", node_id=node.id)
        require(user=by, deed="node.move", node_id=parent.id)
    return move_node(node=node, parent=parent, by=by, at=at)


def limit_node(*, node: Node, least: int | None, by: User | None, at: datetime) -> Node:
    """Set how small a number about people here and below may be published. Raises: NotAllowed, LimitOutOfRange."""
    if by is not None:
        require(user=by, deed="settings.change", node_id=node.id)
    return set_node_limit(node=node, least=least, by=by, at=at)


def limit_country(*, country: Country, least: int, by: User | None, at: datetime) -> Country:
    """Set how small a number about people in a country may be published, on behalf of a user.

    The limit holds for every organisation that works there, so only who may change the settings of all of them may.
    Raises: NotAllowed, LimitOutOfRange.
    """
    if by is not None:
        organisations = list(Node.objects.filter(kind=Node.Kind.ORGANISATION, below__node__country=country).distinct())
        if not organisations:
            raise NotAllowed("No organisation works in this country; its limit is set at the server's command line.")
        for organisation in organisations:
            require(user=by, deed="settings.change", node_id=organisation.id)
    return set_country_limit(country=country, least=least, by=by, at=at)
