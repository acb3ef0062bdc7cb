"""Reading and deciding in a browser: by keyboard alone, and from right to left."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from egenmakt.apps.stories.models import ModerationDecision, Story
from tests.support.browser import Live
from tests.support.stories import AT, begin_round
from tests.support.tree import grow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _press(live: Live, *keys: str) -> None:
    for key in keys:
        live.page.keyboard.press(key)


def _tab_to(live: Live, selector: str) -> None:
    """Go on with the tabulator until the focus is there."""
    for _step in range(60):
        if live.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        live.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the tabulator")


def test_two_stories_are_decided_about_by_keyboard_alone(live: Live) -> None:
    tree = grow()
    telling = begin_round(tree, is_moderated=True)
    first, second = telling.tell(), telling.tell()
    live.sign_in(tree.amina)
    page = live.open(reverse("story_moderation"))

    _tab_to(live, f"a[href$='{first.id}/decide/']")
    _press(live, "Enter")
    page.wait_for_url(f"**/{first.id}/decide/")
    _tab_to(live, "input[name=decision]")
    _press(live, "Space")
    _tab_to(live, "aside button")
    _press(live, "Enter")
    page.wait_for_url(f"**/{second.id}/decide/")
    assert "Approved." in page.inner_text("[role=status]")
    _tab_to(live, "input[name=decision]")
    _press(live, "Space", "ArrowDown")
    _tab_to(live, "textarea")
    page.keyboard.type("No event is told.")
    _tab_to(live, "aside button")
    _press(live, "Enter")
    page.wait_for_url("**/stories/waiting/")

    assert list(Story.objects.order_by("id").values_list("state", flat=True)) == ["approved", "set_aside"]
    assert ModerationDecision.objects.get(decision="set_aside").reason == "No event is told."
    assert live.errors == []


def test_a_page_from_right_to_left_mirrors_pictures_and_keeps_the_tellers_direction(
    live: Live, settings: Any, axe: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    tree = grow()
    telling = begin_round(tree)
    story = telling.tell(text="We went together.", answers={"who_acted": {"value": [0, 10_000, 0]}})
    live.sign_in(tree.amina)
    live.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "ar", "url": live.address}])

    page = live.open(reverse("story", args=[story.id]))

    assert page.get_attribute("html", "dir") == "rtl"
    assert page.get_attribute(".wording.told > div", "dir") == "ltr"
    box, mark = page.locator(".small-triad svg").first.bounding_box(), page.locator(".small-triad .mark").first
    spot = mark.bounding_box()
    assert box is not None
    assert spot is not None
    # all of it is the second corner, which stands at the lower end where lines begin: on the right here
    assert spot["x"] > box["x"] + box["width"] * 0.8
    words = page.locator(".small-triad .ends span").first.bounding_box()
    assert words is not None
    assert words["x"] > box["x"] + box["width"] * 0.4
    assert not live.is_scrolled_sideways()
    assert axe(page) == []
    assert story.received_at == AT
