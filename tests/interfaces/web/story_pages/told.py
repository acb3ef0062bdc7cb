"""A round with stories to read, and how a page is asked for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import ReadingLog, Story
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.moderating import flag_safeguarding
from tests.interfaces.web.test_recording import signed_in
from tests.support.stories import AT, Telling
from tests.support.tree import Tree

NAMED = "Amina Otieno met the chief with us. Her number is 0712 345 678."
"""A text with a name and a number, which a mask covers."""
MARKERS = ("Otieno", "0712")

ONE_STORY = ("story", "story_translate", "story_consent", "story_decide", "story_flag", "story_take_back")
"""The pages about one story, by the name of their address."""


def get(user: User, name: str, *arguments: object, query: str = "") -> HttpResponse:
    """A page as somebody sees it."""
    return signed_in(user).get(reverse(name, args=arguments) + query)  # type: ignore[return-value]  # the test client's


def post(user: User, name: str, *arguments: object, **data: Any) -> HttpResponse:
    """A deed."""
    return signed_in(user).post(reverse(name, args=arguments), data)  # type: ignore[return-value]  # the test client's


def named_story(telling: Telling, **changes: Any) -> Story:
    """A story in which somebody is named."""
    return telling.tell(title="What Otieno did", text=NAMED, **changes)


def cover(story: Story, tree: Tree) -> None:
    """Cover the name and the number in it."""
    masks = []
    for field, text in (("title", story.title), ("text", story.text)):
        for word in ("Amina Otieno", "Otieno", "0712 345 678"):
            start = text.find(word)
            if start >= 0 and not any(m["field"] == field and m["start"] <= start < m["end"] for m in masks):
                masks.append({"field": field, "start": start, "end": start + len(word), "replacement": "[name]"})
    accept_masks(id=uuid7(), story=story, language=story.language, masks=masks, by=tree.amina, at=AT)


def flag(story: Story, by: User) -> None:
    """Say that somebody may come to harm."""
    flag_safeguarding(story=story, concern="He has threatened her.", by=by, at=AT)


def read_by(story: Story) -> list[tuple[str, str]]:
    """Who has read a story, and where, the first first."""
    return list(ReadingLog.objects.filter(story=story).order_by("id").values_list("read_by_name", "what"))


def pages_of(story: Story) -> Iterator[tuple[str, list[object]]]:
    """Every page about one story."""
    yield from ((name, [story.id]) for name in ONE_STORY)
    yield "story_masks", [story.id, story.language]
