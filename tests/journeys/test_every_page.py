"""Every page of the site, found by the table of addresses: usable by everybody, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest
from django.test import Client
from django.urls import resolve

from egenmakt.apps.access.models import User
from egenmakt.interfaces.web.patterns import working
from tests.interfaces.web.test_design_browser import SMALL
from tests.support.browser import AXE, WIDTHS, Live, axe
from tests.support.every_effect_page import NO_EFFECT_PAGE, make_effect_world
from tests.support.every_page import NO_PAGE, World, make_world, names_of_addresses
from tests.support.every_story_page import NO_STORY_PAGE, StoryWorld, make_story_world, mirrored_pages
from tests.support.reading import TODAY, stand_still
from tests.support.tree import grow

pytestmark = pytest.mark.once
IN_THE_DARK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
"""What can differ when the same page is wide and dark; everything else was looked at before."""
IS_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
LOOK = f"""() => ({{
  direction: document.documentElement.dir, width: window.innerWidth, isWide: {IS_WIDE}, small: ({SMALL})(),
}})"""
"""All that is looked at without axe, in one call: a call costs as much as what it looks at."""
MIRRORED = f"""() => {{
  const root = document.documentElement, was = root.getAttribute('dir');
  root.dir = 'rtl';
  const isWide = {IS_WIDE};
  was === null ? root.removeAttribute('dir') : root.setAttribute('dir', was);
  return isWide;
}}"""
"""Whether the page is wider than its screen when everything stands the other way round; put back afterwards."""
Visit = tuple[User | None, str]


@pytest.fixture(autouse=True)
def _one_day(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.HOME = tmp_path
    settings.DEMO = True
    stand_still(monkeypatch)
    monkeypatch.setattr(working, "PATIENCE", 120.0)
    working.forget()
    yield
    working.forget()


def test_every_address_has_its_pages_or_a_reason_to_have_none() -> None:
    tree = grow()
    worlds = (make_world(tree), make_story_world(tree), make_effect_world(tree))
    pages = {name for world in worlds for name in world.pages}
    without = {*NO_PAGE, *NO_STORY_PAGE, *NO_EFFECT_PAGE}

    assert pages | without == names_of_addresses()
    assert pages.isdisjoint(without)


def faults_of(live: Live, visits: list[Visit], *, is_mirrored: bool = False) -> list[str]:
    """What is wrong with the pages, for those who look at them on a phone in the light and on a desk in the dark."""
    faults: list[str] = []
    looked_at: set[str] = set()
    live.context.add_init_script(path=AXE)
    order = sorted(visits, key=lambda visit: visit[0].email if visit[0] else "")
    for _email, those in groupby(order, key=lambda visit: visit[0].email if visit[0] else ""):
        mine = list(those)
        live.context.clear_cookies()
        if who := mine[0][0]:
            live.sign_in(who)
        for path in dict.fromkeys(path for _who, path in mine):
            name = resolve(path.partition("?")[0]).view_name
            found = _faults_of_page(live, path, is_mirrored=is_mirrored, is_first=name not in looked_at)
            faults += [f"{path} {fault}" for fault in found]
            looked_at.add(name)
    return faults


def _faults_of_page(live: Live, path: str, *, is_mirrored: bool, is_first: bool) -> Iterator[str]:
    """The same page for another reader or about another thing has the same colours: they are looked at once."""
    _hold(live, "phone", "light")
    answer = live.page.goto(live.address + path)
    if not answer or answer.status != 200:
        yield f"answers {answer and answer.status}"
    on_a_phone = live.page.evaluate(LOOK)
    if is_mirrored and on_a_phone["direction"] != "rtl":
        yield "is not mirrored"
    yield from _faults_of_look(on_a_phone, axe(live.page), at="phone")
    if live.page.evaluate(MIRRORED):
        yield "scrolls sideways when it is mirrored"
    _hold(live, "desk", "dark")
    on_a_desk = live.page.evaluate(LOOK)
    yield from _faults_of_look(on_a_desk, axe(live.page, rules=IN_THE_DARK) if is_first else [], at="desk")
    yield from live.errors
    live.errors.clear()


def _hold(live: Live, device: str, scheme: Literal["light", "dark"]) -> None:
    width, height = WIDTHS[device]
    live.page.emulate_media(color_scheme=scheme)
    live.page.set_viewport_size({"width": width, "height": height})


def _faults_of_look(look: dict[str, Any], found: list[str], *, at: str) -> Iterator[str]:
    """What was seen at one width, and what axe found there."""
    width = WIDTHS[at][0]
    if look["width"] != width:
        yield f"is {look['width']} wide and not {width}"
    if look["isWide"]:
        yield f"at {width}: scrolls sideways"
    yield from (f"at {width}: too small for a thumb: {tag}" for tag in look["small"])
    yield from (f"at {width}: {fault}" for fault in found)


BROKEN = """<!doctype html><html lang="en"><title>Broken</title>
<main><h1 style="color: #999; background: #aaa">Pale</h1><button style="height: 20px">Small</button>
<div style="width: 400px">Wide</div></main>"""


@pytest.mark.browser
def test_what_is_wrong_with_a_page_is_found_on_a_phone_and_on_a_desk(live: Live) -> None:
    live.page.route("**/broken/", lambda route: route.fulfill(status=203, content_type="text/html", body=BROKEN))

    faults = list(_faults_of_page(live, "/broken/", is_mirrored=True, is_first=True))

    small = 'too small for a thumb: <button style="height: 20px">Small</button>'
    pale = "color-contrast: Elements must meet minimum color contrast ratio thresholds (['h1'])"
    assert faults == [
        "answers 203",
        "is not mirrored",
        *("at 360: scrolls sideways", f"at 360: {small}", f"at 360: {pale}"),
        "scrolls sideways when it is mirrored",
        *(f"at 1280: {small}", f"at 1280: {pale}"),
    ]


def visits_of(pages: dict[str, list[Visit]]) -> list[Visit]:
    return [visit for visits in pages.values() for visit in visits]


@pytest.mark.browser
def test_every_page_of_groups_is_for_everybody(live: Live) -> None:
    world = make_world(grow())

    faults = faults_of(live, visits_of(world.pages))

    assert not faults, "\n".join(faults)


@pytest.mark.browser
def test_every_page_of_stories_is_for_everybody(live: Live) -> None:
    world = make_story_world(grow())

    faults = faults_of(live, visits_of(world.pages))

    assert not faults, "\n".join(faults)


@pytest.mark.browser
def test_every_page_of_effect_reports_is_for_everybody(live: Live) -> None:
    world = make_effect_world(grow())

    faults = faults_of(live, visits_of(world.pages))

    assert not faults, "\n".join(faults)


@pytest.mark.browser
def test_what_tellers_see_is_for_those_who_read_from_right_to_left(live: Live) -> None:
    world = make_story_world(grow())

    faults = faults_of(live, mirrored_pages(world), is_mirrored=True)

    assert not faults, "\n".join(faults)


WORDS = re.compile(r"[a-zäöå’']{2,}")
DATA = re.compile(
    r"We meet at the school|Recorded at|maize mill|new lock|She bought two|absent without a word|rule forgotten|"
    r"Egenmakt|North \(Partner\)|example\.org|sv-SE|book\.csv|\{\"|Tumaini Savings|Español|Français|"
    r"English, Kiswahili|घर|\{\{unheard-of"
)
"""What the group itself has written, and names."""
NOT_OURS = {"design", "grading", "grading_result", "learning_return", "effect_public"}
"""Pages made of words that are data: a mark card's criteria, the design's samples, what goes back in tellers' words,
and a report in the language in which it was written."""


def sentences(client: Client, path: str, language: str) -> set[str]:
    """What stands between the marks of a page, where it has two words or more."""
    body = client.get(path, headers={"accept-language": language}).content.decode()
    body = re.sub(r"<(script|style|head|code|pre|textarea|bdi)\b.*?</\1>", " ", body, flags=re.DOTALL)
    texts = (" ".join(unescape(text).split()) for text in re.findall(r">([^<>]+)<", body))
    return {text for text in texts if len(WORDS.findall(text)) >= 2}


def left_in_english(pages: dict[str, list[Visit]], is_data: Callable[[str], object]) -> list[str]:
    """What reads the same on the English and the Swedish page, and is not what people wrote."""
    left: dict[str, str] = {}
    for name, visits in pages.items():
        for who, path in visits if name not in NOT_OURS else []:
            client = Client()
            if who:
                client.force_login(who)
            english, swedish = (sentences(client, path, language) for language in ("en", "sv"))
            left |= {text: path for text in sorted(english & swedish) if not is_data(text) and text not in left}
    return [f"{path}: {text}" for text, path in left.items()]


def test_no_english_is_left_on_a_swedish_page_of_groups() -> None:
    world: World = make_world(grow())
    voted = {clause.words for clause in world.group.state(TODAY).constitution.clauses}

    left = left_in_english(world.pages, lambda text: DATA.search(text) or any(words in text for words in voted))

    assert not left, "\n".join(left)


def test_no_english_is_left_on_a_swedish_page_of_stories() -> None:
    world: StoryWorld = make_story_world(grow())

    left = left_in_english(world.pages, DATA.search)

    assert not left, "\n".join(left)


def test_no_english_is_left_on_a_swedish_page_of_effect_reports() -> None:
    world = make_effect_world(grow())

    left = left_in_english(world.pages, DATA.search)

    assert not left, "\n".join(left)
