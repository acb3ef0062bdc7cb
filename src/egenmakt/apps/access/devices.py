"""Phones: enrolling one, stopping one, and asking what the one that shows a token may do."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from egenmakt.apps.access.models import DeviceToken, Grant, User
from egenmakt.apps.access.queries import NotAllowed, deeds_at, may, require
from egenmakt.apps.access.roles import DEEDS, PERMISSIONS
from egenmakt.apps.audit.services import record
from egenmakt.apps.people.models import Node, NodeAncestor

SECRET_BYTES = 32


class UnknownDevice(PermissionError):
    """No phone was enrolled with this token, or it was stopped, or its user may no longer sign in."""

    def __init__(self) -> None:
        super().__init__("The token is not one of an enrolled phone. Enrol the phone again.")


@dataclass(frozen=True, slots=True)
class Device:
    """What never changes about an enrolled phone; whether it still may do anything is asked each time."""

    id: UUID
    user_id: UUID
    node_id: UUID


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A phone that was just enrolled, with the secret that is shown this one time."""

    token: DeviceToken
    secret: str


def hash_of(secret: str) -> str:
    """What is kept of a phone's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def enrol_device(*, user: User, node: Node, name: str, by: User | None, at: datetime) -> Enrolled:
    """Let a phone act for a user at a node and below.

    Args: user, in whose name it acts: the enroller herself, or somebody whose roles in that branch of the tree allow
    nothing that the enroller may not do there; by, None for the server's command line. Raises: NotAllowed.
    """
    if by is not None:
        require(user=by, deed="device.enrol", node_id=node.id)
        if by.id != user.id:
            _require_no_more(by, user, node)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        token = DeviceToken.objects.create(
            secret_hash=hash_of(secret), user=user, node=node, name=name.strip(), created_at=at, created_by=by
        )
        _note("device.enrolled", token, by, at)
    return Enrolled(token, secret)


def _require_no_more(by: User, user: User, node: Node) -> None:
    """A phone in another one's name must not become a way to rights that one does not have."""
    in_branch = Q(node__below__node_id=node.id) | Q(node__above__ancestor_id=node.id)
    roles = Grant.objects.filter(in_branch, user=user, revoked_at__isnull=True).values_list("role", flat=True)
    wanted = frozenset(deed for role in roles for deed in PERMISSIONS[role])
    if missing := wanted - deeds_at(user=by, node_id=node.id):
        raise NotAllowed(
            f"{user.name} may {DEEDS[min(missing)]} here, which you may not: she enrols her phone herself."
        )


def revoke_device(*, token: DeviceToken, by: User | None, at: datetime) -> DeviceToken:
    """Stop a phone, from this moment; one that was stopped before stays as it is. Raises: NotAllowed.

    Her own phone everybody may stop.
    """
    if by is not None and by.id != token.user_id:
        require(user=by, deed="device.enrol", node_id=token.node_id)
    with transaction.atomic():
        changed = DeviceToken.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by)
        token.refresh_from_db()
        if changed:
            _note("device.revoked", token, by, at)
    return token


def _note(deed: str, token: DeviceToken, by: User | None, at: datetime) -> None:
    data = {"user": str(token.user_id), "name": token.name}
    record(by=by, at=at, deed=deed, subject_kind="device", subject_id=token.id, node_id=token.node_id, data=data)


def devices_at(*, by: User, node_id: UUID) -> QuerySet[DeviceToken]:
    """The phones enrolled at a node and below it that were not stopped. Raises: NotAllowed."""
    require(user=by, deed="device.enrol", node_id=node_id)
    return (
        DeviceToken.objects.filter(revoked_at__isnull=True, node__above__ancestor_id=node_id)
        .select_related("user", "node")
        .order_by("node__name", "name")
    )


def device_of(*, secret: str) -> Device:
    """The phone that shows a secret. Whether it was stopped since is asked with `user_of` or `require_device`.

    Raises: UnknownDevice.
    """
    return _device(hash_of(secret))


@lru_cache(maxsize=20_000)
def _device(secret_hash: str) -> Device:
    """Remembered, for a token is for ever of one user and one node; an unknown one raises and is not remembered."""
    found = DeviceToken.objects.filter(secret_hash=secret_hash).values_list("id", "user_id", "node_id").first()
    if found is None:
        raise UnknownDevice
    return Device(*found)


def user_of(*, device: Device) -> User:
    """The user for whom a phone acts. Raises: UnknownDevice when it was stopped or she may no longer sign in."""
    user = User.objects.filter(id=device.user_id, is_active=True, devices=device.id, devices__revoked_at=None).first()
    if user is None:
        raise UnknownDevice
    return user


def require_device(*, device: Device, deed: str, node_id: UUID, on: date) -> None:
    """Go on only if the phone may do the deed at the node: by its user's roles, and within its own reach.

    Args: on, today, kept as the day on which it was last used. Raises: UnknownDevice; NotAllowed.
    """
    user = user_of(device=device)
    reaches = NodeAncestor.objects.filter(node_id=node_id, ancestor_id=device.node_id).exists()
    if not reaches or not may(user=user, deed=deed, node_id=node_id):
        raise NotAllowed(f"This phone may not {DEEDS[deed]} here. Ask the one who enrolled it.")
    DeviceToken.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=on), id=device.id).update(last_used_on=on)


def note_use(*, device: Device, last_used_on: date | None, on: date) -> None:
    """Keep the day on which a phone was last used, written at most once a day."""
    if last_used_on is None or last_used_on < on:
        DeviceToken.objects.filter(id=device.id).update(last_used_on=on)
