"""A round that runs today, with a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from uuid6 import uuid7

from egenmakt.apps.stories.models import Round
from egenmakt.apps.stories.services.rounds import add_framework, make_link, open_round
from egenmakt.core.signification.framework import framework_json, shipped
from tests.support.tree import Tree


@dataclass(frozen=True)
class Running:
    """The round, its open link's token and address."""

    round: Round
    token: str
    url: str


def running_round(tree: Tree, framework: dict[str, Any] | None = None, **changes: Any) -> Running:
    """A round at North, open since last week, with its facilitator and an open link."""
    now = timezone.now()
    version = add_framework(content=framework or framework_json(shipped()), node=tree.umoja, by=None, at=now)
    given: dict[str, Any] = {
        "id": uuid7(),
        "framework_version": version,
        "node": tree.north,
        "name": "Spring",
        "starts_on": now.date() - timedelta(days=7),
        "until_on": now.date() + timedelta(days=30),
        "keep_until_on": now.date() + timedelta(days=400),
        "languages": version and (framework or framework_json(shipped()))["languages"],
        "facilitators": [tree.facilitator],
        **changes,
    }
    round = open_round(**given, by=None, at=now - timedelta(days=7))
    made = make_link(round=round, kind="open", expires_at=now + timedelta(days=30), by=None, at=now)
    return Running(round, made.token, reverse("story_by_link", args=[made.token]))
