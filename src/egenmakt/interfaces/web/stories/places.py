"""Where a story is told: by a link that names nobody, or by somebody who is signed in, in one round."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, deeds_at, require
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round, RoundFacilitator, RoundLink
from egenmakt.apps.stories.queries.collecting import groups_below
from egenmakt.apps.stories.services.receiving import open_link
from egenmakt.core.signification.framework import framework_json
from egenmakt.core.signification.withdrawal import withdrawal_code
from egenmakt.interfaces.web.stories.start import Start, instant
from egenmakt.interfaces.web.writing import me


@dataclass(frozen=True)
class Place:
    """One round with its framework, as its tellers reach it."""

    round: Round
    framework: Mapping[str, Any]
    url: str
    mode: str = "real"
    by: str = "self"
    user: User | None = None
    link: RoundLink | None = None
    token: str = ""

    @property
    def is_public(self) -> bool:
        """Whether nobody is signed in here."""
        return self.user is None

    @property
    def languages(self) -> list[str]:
        """The languages in which it can be told: those of the round that the framework speaks."""
        spoken: list[str] = list(self.framework["languages"])
        return [code for code in self.round.languages if code in spoken] or spoken

    def groups(self) -> list[tuple[str, str]]:
        """The groups that a story may name: all of them for whoever writes it down, by a link only the link's own."""
        if self.user is not None:
            return groups_below(node_id=self.round.node_id)
        group = self.link.group if self.link else None
        return [(str(group.id), group.node.name)] if group else []


def place_of_round(request: HttpRequest, round_id: UUID, *, name: str, by: str, mode: str = "real") -> Place:
    """A round for somebody who collects in it. Raises: Http404, NotAllowed."""
    user = me(request)
    round = get_object_or_404(Round.objects.select_related("framework_version", "node"), id=round_id)
    require(user=user, deed="story.collect", node_id=round.node_id)
    if "round.change" not in deeds_at(user=user, node_id=round.node_id):
        collects = RoundFacilitator.objects.filter(round=round, user=user, ended_at__isnull=True)
        if not collects.exists():
            raise NotAllowed("You do not collect stories in this round. Ask the one who opened it.")
    return Place(round, document_of(round), reverse(name, args=[round.id]), mode=mode, by=by, user=user)


def document_of(round: Round) -> Mapping[str, Any]:
    """The framework of a round as a document, with what equals its default left out."""
    return framework_json(framework_of(version=round.framework_version))


def place_of_link(token: str) -> Place:
    """A round as whoever has a link reaches it. Raises: NotAllowed."""
    link = open_link(token=token, at=timezone.now())
    url = reverse("story_by_link", args=[token])
    return Place(link.round, document_of(link.round), url, link=link, token=token)


PAGES: Final = {("facilitator", "real"): "story_interview", ("facilitator", "test"): "story_trial"}


def place_of_start(request: HttpRequest, start: Start, round: Round, *, token: str) -> Place:
    """Where a story that was begun is gone on with. Raises: NotAllowed, Http404."""
    if token:
        return place_of_link(token)
    if not request.user.is_authenticated:
        raise NotAllowed("Sign in first: this interview was begun by somebody who was signed in.")
    return place_of_round(request, round.id, name=PAGES[start.by, start.mode], by=start.by, mode=start.mode)


def new_start(place: Place, **known: Any) -> Start:
    """A new telling: its id, the code on its slip, the teller's key, and when it began."""
    teller = place.link.teller_key if place.link and place.link.teller_key else uuid7()
    return Start(
        story=str(uuid7()),
        round=str(place.round.id),
        code=withdrawal_code(secrets.token_bytes(16)),
        mode=place.mode,
        by=place.by,
        facilitator=str(place.user.id) if place.user else "",
        started_at="" if place.by == "paper" else instant(timezone.now()),
        **{"teller": str(teller), **known},
    )
