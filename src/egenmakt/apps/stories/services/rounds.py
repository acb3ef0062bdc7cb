"""Frameworks and rounds: writing what is asked, opening a round with it, and its links."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node, NodeAncestor, Place
from egenmakt.apps.people.queries import ancestors
from egenmakt.apps.stories.frameworks import target_of
from egenmakt.apps.stories.models import Framework, FrameworkVersion, Round, RoundFacilitator, RoundLink
from egenmakt.core.signification.framework import fingerprint, read_framework

TOKEN_BYTES = 32


class FrameworkInUse(ValueError):
    """The version was used, so it is never changed; a new version can be."""


class ConflictingFramework(ValueError):
    """Another framework, or another version, stands under this id or number."""


class NotOurFramework(ValueError):
    """The framework belongs to a body that does not stand above this round."""


class RoundClosed(ValueError):
    """The round is closed."""


def _note(deed: str, kind: str, id: object, node_id: UUID, by: User | None, at: datetime, **data: object) -> None:
    record(by=by, at=at, deed=deed, subject_kind=kind, subject_id=id, node_id=node_id, data=data)


def add_framework(*, content: Mapping[str, Any], node: Node, by: User | None, at: datetime) -> FrameworkVersion:
    """Keep a framework, or its next version, as a draft that can still be changed.

    Args: content, the framework's JSON (spec/framework.schema.json), whose version is the next one; by, None for the
    server's command line. The same content again returns what is there.
    Raises: Unreadable with every problem, ConflictingFramework, NotAllowed.
    """
    if by is not None:
        require(user=by, deed="framework.change", node_id=node.id)
    framework = read_framework(content)
    text = json.dumps(content, ensure_ascii=False)
    with transaction.atomic():
        row = Framework.objects.filter(id=framework.id).first()
        if row is None:
            row = Framework.objects.create(
                id=framework.id, node=node, code=framework.code, created_at=at, created_by=by.id if by else None
            )
        elif row.node_id != node.id:
            raise ConflictingFramework("A framework of somebody else has this id; give the copy a new one.")
        known = row.versions.filter(number=framework.version).first()
        if known is not None:
            if known.fingerprint == fingerprint(framework):
                return known
            raise ConflictingFramework(f"Version {known.number} is there with another content: revise it instead.")
        latest = row.versions.order_by("-number").first()
        if latest is not None and (latest.state == FrameworkVersion.State.DRAFT or framework.version < latest.number):
            raise ConflictingFramework(f"Version {latest.number} comes first: revise it, or take a higher number.")
        version = FrameworkVersion.objects.create(
            framework=row,
            number=framework.version,
            content=text,
            fingerprint=fingerprint(framework),
            written_at=at,
            written_by=by.id if by else None,
        )
        _note("framework.added", "framework", row.id, node.id, by, at, version=version.number)
    return version


def revise_framework(
    *, version: FrameworkVersion, content: Mapping[str, Any], by: User | None, at: datetime
) -> FrameworkVersion:
    """Write a draft anew. Raises: FrameworkInUse, Unreadable, ConflictingFramework, NotAllowed."""
    node_id = version.framework.node_id
    if by is not None:
        require(user=by, deed="framework.change", node_id=node_id)
    framework = read_framework(content)
    if (framework.id, framework.version) != (version.framework_id, version.number):
        raise ConflictingFramework("The content has another id or version number than the draft that it is to replace.")
    with transaction.atomic():
        changed = FrameworkVersion.objects.filter(id=version.id, state=FrameworkVersion.State.DRAFT).update(
            content=json.dumps(content, ensure_ascii=False),
            fingerprint=fingerprint(framework),
            written_at=at,
            written_by=by.id if by else None,
        )
        if not changed:
            raise FrameworkInUse(f"Version {version.number} was used and is never changed; make a new version.")
        _note("framework.revised", "framework", version.framework_id, node_id, by, at, version=version.number)
    version.refresh_from_db()
    return version


def freeze_framework(*, version: FrameworkVersion, by: User | None, at: datetime) -> FrameworkVersion:
    """Say that a version is asked from now on: it is never changed again. One that is frozen stays as it is."""
    if by is not None:
        require(user=by, deed="framework.change", node_id=version.framework.node_id)
    with transaction.atomic():
        _freeze(version, by, at)
    version.refresh_from_db()
    return version


def _freeze(version: FrameworkVersion, by: User | None, at: datetime) -> None:
    changed = FrameworkVersion.objects.filter(id=version.id, state=FrameworkVersion.State.DRAFT).update(
        state=FrameworkVersion.State.IN_USE, frozen_at=at
    )
    if changed:
        node_id = version.framework.node_id
        _note("framework.frozen", "framework", version.framework_id, node_id, by, at, version=version.number)


def open_round(
    *,
    id: UUID,
    framework_version: FrameworkVersion,
    node: Node,
    name: str,
    starts_on: date,
    until_on: date,
    keep_until_on: date,
    languages: Sequence[str],
    by: User | None,
    at: datetime,
    place: Place | None = None,
    target: int = 70,
    quotas: Sequence[Mapping[str, Any]] = (),
    facilitators: Iterable[User] = (),
    is_moderated: bool = True,
) -> Round:
    """Open a round at a partner; its framework's version is frozen from now on.

    Args: until_on, the day from which no story is collected; keep_until_on, the day from which its stories are erased.
    The same id again returns the round as it stands. Raises: NotAllowed, NotOurFramework, InvalidTarget.
    """
    if by is not None:
        require(user=by, deed="round.change", node_id=node.id)
    if known := Round.objects.filter(id=id).first():
        return known
    target_of(target=target, quotas=quotas)
    owner = framework_version.framework.node_id
    if not NodeAncestor.objects.filter(node=node, ancestor_id=owner).exists():
        raise NotOurFramework("The framework belongs to a body that does not stand above this one.")
    with transaction.atomic():
        _freeze(framework_version, by, at)
        round = Round.objects.create(
            id=id,
            framework_version=framework_version,
            node=node,
            organisation_id=_organisation_of(node),
            name=name.strip(),
            place=place,
            starts_on=starts_on,
            until_on=until_on,
            keep_until_on=keep_until_on,
            languages=list(languages),
            target=target,
            quotas=[dict(quota) for quota in quotas],
            is_moderated=is_moderated,
            opened_at=at,
            opened_by=by.id if by else None,
        )
        RoundFacilitator.objects.bulk_create(
            RoundFacilitator(round=round, user=user, since=at) for user in facilitators
        )
        _note("round.opened", "round", id, node.id, by, at, name=round.name, target=target)
    return round


def _organisation_of(node: Node) -> UUID:
    above = list(ancestors(node_id=node.id))
    return ([each for each in above if each.kind == Node.Kind.ORGANISATION] or above)[-1].id


def change_round(
    *,
    round: Round,
    by: User | None,
    at: datetime,
    name: str | None = None,
    until_on: date | None = None,
    keep_until_on: date | None = None,
    target: int | None = None,
    quotas: Sequence[Mapping[str, Any]] | None = None,
    languages: Sequence[str] | None = None,
) -> Round:
    """Change a round's name, days, target or quotas; what is left out stays.

    Raises: RoundClosed, InvalidTarget, NotAllowed.
    """
    if by is not None:
        require(user=by, deed="round.change", node_id=round.node_id)
    target_of(target=round.target if target is None else target, quotas=round.quotas if quotas is None else quotas)
    given = {
        "name": name.strip() if name is not None else None,
        "until_on": until_on,
        "keep_until_on": keep_until_on,
        "target": target,
        "quotas": [dict(quota) for quota in quotas] if quotas is not None else None,
        "languages": list(languages) if languages is not None else None,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    with transaction.atomic():
        if not Round.objects.filter(id=round.id, closed_at__isnull=True).update(**changes):
            raise RoundClosed(f"The round {round.name} is closed.")
        data = {field: value if isinstance(value, int) else str(value) for field, value in changes.items()}
        _note("round.changed", "round", round.id, round.node_id, by, at, **data)
    round.refresh_from_db()
    return round


def close_round(*, round: Round, by: User | None, at: datetime) -> Round:
    """Close a round: nobody collects in it any more. One that is closed stays as it is. Raises: NotAllowed."""
    if by is not None:
        require(user=by, deed="round.change", node_id=round.node_id)
    with transaction.atomic():
        if Round.objects.filter(id=round.id, closed_at__isnull=True).update(closed_at=at):
            RoundLink.objects.filter(round=round, stopped_at__isnull=True).update(stopped_at=at)
            _note("round.closed", "round", round.id, round.node_id, by, at)
    round.refresh_from_db()
    return round


def add_facilitator(*, round: Round, user: User, by: User | None, at: datetime) -> RoundFacilitator:
    """Let somebody collect in a round; who does already is returned. Raises: NotAllowed."""
    if by is not None:
        require(user=by, deed="round.change", node_id=round.node_id)
    with transaction.atomic():
        found, is_new = RoundFacilitator.objects.get_or_create(
            round=round, user=user, ended_at=None, defaults={"since": at}
        )
        if is_new:
            _note("round.facilitator_added", "round", round.id, round.node_id, by, at, user=str(user.id))
    return found


def end_facilitator(*, round: Round, user: User, by: User | None, at: datetime) -> None:
    """Let somebody collect in a round no longer. Raises: NotAllowed."""
    if by is not None:
        require(user=by, deed="round.change", node_id=round.node_id)
    with transaction.atomic():
        if RoundFacilitator.objects.filter(round=round, user=user, ended_at__isnull=True).update(ended_at=at):
            _note("round.facilitator_ended", "round", round.id, round.node_id, by, at, user=str(user.id))


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made, with the token that is shown this one time."""

    link: RoundLink
    token: str


def hash_of_token(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    *,
    round: Round,
    kind: str,
    expires_at: datetime,
    by: User | None,
    at: datetime,
    token: str = "",
    group: SavingsGroup | None = None,
) -> MadeLink:
    """Make an address at which stories are told without signing in: `open` for many, `personal` for one teller.

    Args: group, for whose members it is made, who may each let her story name it; token, for a demonstration whose
    links everybody may know; otherwise a secret one is drawn.
    Raises: RoundClosed, NotAllowed.
    """
    if by is not None:
        require(user=by, deed="round.change", node_id=round.node_id)
    if round.closed_at is not None:
        raise RoundClosed(f"The round {round.name} is closed.")
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        link = RoundLink.objects.create(
            id=uuid7(),
            round=round,
            token_hash=hash_of_token(token),
            kind=kind,
            teller_key=uuid7() if kind == RoundLink.Kind.PERSONAL else None,
            made_at=at,
            made_by=by.id if by else None,
            expires_at=expires_at,
            group=group,
        )
        _note("round.link_made", "round", round.id, round.node_id, by, at, link=kind)
    return MadeLink(link, token)


def stop_link(*, link: RoundLink, by: User | None, at: datetime) -> None:
    """Let no more stories come by a link. Raises: NotAllowed."""
    if by is not None:
        require(user=by, deed="round.change", node_id=link.round.node_id)
    with transaction.atomic():
        if RoundLink.objects.filter(id=link.id, stopped_at__isnull=True).update(stopped_at=at):
            _note("round.link_stopped", "round", link.round_id, link.round.node_id, by, at)
