"""The pages of patterns by touch and keyboard, mirrored, in the dark, on paper; the journeys walk through each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.web.patterns.scene import set_scene
from tests.support.browser import Live
from tests.support.tree import grow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mark_is_followed_by_touch_and_its_number_by_keyboard(live: Live) -> None:
    scene = set_scene(grow(), 70)
    live.sign_in(scene.tree.amina)
    page = live.open(scene.url("pattern_question", "kind"))

    page.locator("svg a").filter(has=page.locator("title", has_text="Better, Rights-holders")).locator(
        "rect"
    ).last.click()
    touched = page.url
    page.go_back()
    page.locator("summary", has_text="The same figures as a table").nth(1).focus()
    page.keyboard.press("Enter")
    link = page.locator("table a").filter(visible=True).first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/**")

    assert touched == page.url
    assert "/stories/" in page.url


def test_in_arabic_the_page_and_its_pictures_are_mirrored(live: Live, axe: Any, settings: Any) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "Arabic")]
    scene = set_scene(grow(), 70)
    live.sign_in(scene.tree.amina)
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "ar", "url": live.address}
    live.context.add_cookies([cookie])

    page = live.open(scene.url("pattern_triad", "acted"))

    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert axe(page) == []
    assert not live.is_scrolled_sideways()
    # the first corner stands on the right, where the reader begins
    middle = page.locator(".panels svg[role=group]").first.bounding_box()
    first = page.locator(".panels svg[role=group] text", has_text="ع We").first.bounding_box()
    assert middle is not None
    assert first is not None
    assert first["x"] > middle["x"] + middle["width"] / 2


def test_in_the_dark_and_on_paper_nothing_is_lost(live: Live, axe: Any) -> None:
    scene = set_scene(grow(), 70)
    live.sign_in(scene.tree.amina)
    page = live.open(scene.url("pattern_compare", "kind", "who"))

    page.emulate_media(color_scheme="dark")
    dark = axe(page)
    page.emulate_media(media="print")

    assert dark == []
    assert page.locator("details.inside").first.is_hidden()
    assert page.locator("table.tiles").first.is_visible()
