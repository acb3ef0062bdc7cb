"""What the writing pages share: whose page it is, where it stands, and links to the reading pages."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as say

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.interfaces.web.parts import Crumb


def me(request: HttpRequest) -> User:
    """Whoever is signed in; the pages ask for that first."""
    return cast("User", request.user)


def group_of(request: HttpRequest, group_id: UUID, *, deed: str) -> SavingsGroup:
    """The group, for somebody who may do the deed there. Raises: Http404, NotAllowed."""
    group = get_object_or_404(SavingsGroup.objects.select_related("node"), id=group_id)
    require(user=me(request), deed=deed, node_id=group.id)
    return group


def address(name: str, *arguments: object) -> str:
    """A page's address, or nothing where there is no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def crumbs(group: SavingsGroup, *more: Crumb) -> list[Crumb]:
    """The pages above: the groups, the group, and whatever else."""
    found = [Crumb(say("Groups"), address("groups")), Crumb(group.node.name, address("group", group.id)), *more]
    return [crumb for crumb in found if crumb.url]
