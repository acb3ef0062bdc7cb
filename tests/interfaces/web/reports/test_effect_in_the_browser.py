"""An effect report written on a phone with the keyboard alone: words, a number asked for and placed, the draft."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Live
from tests.support.effect import begin, told_stories
from tests.support.tree import grow


def go_to(page: Page, name: str, *, role: str = "button") -> Locator:
    """Tab on until something whose name begins like this is reached, as whoever has no mouse does."""
    named = re.compile(f"^{re.escape(name)}")
    wanted = page.get_by_role(role, name=named).first  # type: ignore[arg-type]  # one of Playwright's many roles
    expect(wanted).to_be_visible(timeout=20_000)
    for _step in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return wanted
    raise AssertionError(f"The keyboard does not reach {name!r}.")


def choose(page: Page, name: str, value: str) -> None:
    """Go down a list until a value stands in it."""
    chosen = go_to(page, name, role="combobox")
    for _step in range(80):
        if chosen.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"The keyboard does not choose {value!r}.")


def test_a_section_is_written_with_a_number_in_it_and_stands_in_the_draft(live: Live) -> None:
    tree = grow()
    told_stories(tree)
    report = begin(tree, outline="questions")
    live.sign_in(tree.officer)
    page = live.open(reverse("effect_claim_new", args=[report.id]))
    expect(page.get_by_role("heading", name="Ask for a number")).to_be_visible(timeout=20_000)

    choose(page, "Section", "achieved")
    choose(page, "Indicator", "stories_of_change_for_the_better")
    go_to(page, "Add the claim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Claims", exact=True)).to_be_visible(timeout=20_000)
    assert not live.is_scrolled_sideways()
    live.open(reverse("effect_section", args=[report.id, "achieved"]))
    code = "{{stories-of-change-for-the-better}}"
    expect(page.get_by_text(code, exact=True)).to_be_visible(timeout=20_000)
    go_to(page, "English", role="textbox")
    page.keyboard.type(f"In 2026 {code} people told of something better.")
    go_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("textbox", name=re.compile("^English"))).to_have_value(
        re.compile("^In 2026"), timeout=20_000
    )
    assert not live.is_scrolled_sideways()

    live.open(reverse("effect_report", args=[report.id]))
    go_to(page, "English: HTML", role="link")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"In 2026 8\S* people told of something better\."))).to_be_visible()
    assert not live.is_scrolled_sideways()
    assert live.errors == []
