"""The pages of learning as a browser shows them: nothing for axe to find, narrow and wide, and mirrored."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.interfaces.web.test_design_browser import SMALL
from tests.support.browser import WIDTHS, Live
from tests.support.learning import furnish
from tests.support.tree import grow

LOOKED_AT = (
    "learning_workshop", "learning_decide", "learning_selection", "learning_choose", "learning_outcome",
    "learning_return_round", "learning_return", "arabic",
)  # fmt: skip
"""One of each kind; every page of the site is looked at in tests/journeys/test_every_page.py."""


def test_the_pages_of_learning_are_clean_on_a_phone_and_on_a_desk(live: Live, axe: Callable[[Page], list[str]]) -> None:
    tree = grow()
    pages = furnish(tree)
    live.sign_in(tree.amina)
    faults: dict[str, list[str]] = {}
    for name in LOOKED_AT:
        for width, height in WIDTHS.values():
            live.page.set_viewport_size({"width": width, "height": height})
            page = live.open(pages[name])
            # colours, names and order are the same on both widths
            found = axe(page) if width == WIDTHS["phone"][0] else []
            found += ["scrolls sideways"] if live.is_scrolled_sideways(width) else []
            found += [f"too small for a thumb: {tag}" for tag in page.evaluate(SMALL)]
            faults[f"{name} {width}"] = found

    assert {name: found for name, found in faults.items() if found} == {}
    assert live.errors == []
