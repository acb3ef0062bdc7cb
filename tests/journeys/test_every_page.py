"""Every page of the site, found by the table of addresses: usable by everybody, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Response

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
SCHEMES: dict[str, Literal["light", "dark"]] = {"phone": "light", "desk": "dark"}
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
    with transaction.atomic():  # two worlds with stories have no room beside each other
        pages = set(make_effect_world(grow()).pages)
        transaction.set_rollback(True)
    tree = grow()
    pages |= {*make_world(tree).pages, *make_story_world(tree).pages}
    without = {*NO_PAGE, *NO_STORY_PAGE, *NO_EFFECT_PAGE}

    assert pages | without == names_of_addresses()
    assert pages.isdisjoint(without)


@dataclass
class Walk:
    """What was seen on the way through pages."""

    faults: list[str] = field(default_factory=list)
    english: dict[tuple[str, str], str] = field(default_factory=dict)
    """Who looked, by email, and where -> the page as it was sent to a reader of English."""


def walk(live: Live, visits: list[Visit], *, mirrored: Sequence[Visit] = ()) -> Walk:
    """Look at the pages as those do who have a phone in the light, and those who have a desk in the dark.

    Args: mirrored, more pages, which stand from right to left.
    """
    seen = Walk()
    looked_at: set[tuple[str, bool]] = set()
    live.context.add_init_script(path=AXE)
    order = sorted([*visits, *mirrored], key=_email)
    for email, those in groupby(order, key=_email):
        mine = list(those)
        live.context.clear_cookies()
        if who := mine[0][0]:
            live.sign_in(who)
        for path in dict.fromkeys(path for _who, path in mine):
            is_mirrored = (who, path) in mirrored
            kind = resolve(path.partition("?")[0]).view_name, is_mirrored
            answer = live.page.goto(live.address + path)
            seen.english[email, path] = answer.text() if answer else ""
            found = _faults_of_page(live, answer, is_mirrored=is_mirrored, is_first=kind not in looked_at)
            seen.faults += [f"{path} {fault}" for fault in found]
            looked_at.add(kind)
    return seen


def _email(visit: Visit) -> str:
    return visit[0].email if visit[0] else ""


def _faults_of_page(live: Live, answer: Response | None, *, is_mirrored: bool, is_first: bool) -> Iterator[str]:
    """What is wrong with the page that was opened, on a phone and on a desk; it is opened on the one by turns.

    The same page for another reader or about another thing has the same colours: they are looked at once.
    """
    if not answer or answer.status != 200:
        yield f"answers {answer and answer.status}"
    devices = sorted(WIDTHS, key=lambda device: not _is_held(live, device))  # a page that is turned is drawn anew
    for device in devices:
        _hold(live, device)
        look = live.page.evaluate(LOOK)
        if device == "desk":
            yield from _faults_of_look(look, axe(live.page, rules=IN_THE_DARK) if is_first else [], at=device)
            continue
        if is_mirrored and look["direction"] != "rtl":
            yield "is not mirrored"
        yield from _faults_of_look(look, axe(live.page), at=device)
        if live.page.evaluate(MIRRORED):
            yield "scrolls sideways when it is mirrored"
    yield from live.errors
    live.errors.clear()


def _is_held(live: Live, device: str) -> bool:
    size = live.page.viewport_size
    return size is not None and (size["width"], size["height"]) == WIDTHS[device]


def _hold(live: Live, device: str) -> None:
    """A page begins on a phone in the light."""
    if not _is_held(live, device):
        width, height = WIDTHS[device]
        live.page.emulate_media(color_scheme=SCHEMES[device])
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

    answer = live.page.goto(f"{live.address}/broken/")
    faults = list(_faults_of_page(live, answer, is_mirrored=True, is_first=True))

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


def sentences(body: str) -> set[str]:
    """What stands between the marks of a page, where it has two words or more."""
    body = re.sub(r"<(script|style|head|code|pre|textarea|bdi)\b.*?</\1>", " ", body, flags=re.DOTALL)
    texts = (" ".join(unescape(text).split()) for text in re.findall(r">([^<>]+)<", body))
    return {text for text in texts if len(WORDS.findall(text)) >= 2}


def left_in_english(pages: dict[str, list[Visit]], seen: Walk, is_data: Callable[[str], object]) -> list[str]:
    """What reads the same on the page that was seen in English and on the Swedish one, and is not what people wrote."""
    left: dict[str, str] = {}
    for name, visits in pages.items():
        for who, path in visits if name not in NOT_OURS else []:
            client = Client()
            if who:
                client.force_login(who)
            swedish = client.get(path, headers={"accept-language": "sv"}).content.decode()
            both = sentences(seen.english[_email((who, path)), path]) & sentences(swedish)
            left |= {text: path for text in sorted(both) if not is_data(text) and text not in left}
    return [f"{path}: {text}" for text, path in left.items()]


@pytest.mark.browser
def test_every_page_of_groups_is_for_everybody_and_no_english_is_left_in_swedish(live: Live) -> None:
    world: World = make_world(grow())
    voted = {clause.words for clause in world.group.state(TODAY).constitution.clauses}

    seen = walk(live, visits_of(world.pages))
    left = left_in_english(world.pages, seen, lambda text: DATA.search(text) or any(words in text for words in voted))

    assert not seen.faults, "\n".join(seen.faults)
    assert not left, "\n".join(left)


@pytest.mark.browser
def test_every_page_of_stories_is_for_everybody_and_no_english_is_left_in_swedish(live: Live) -> None:
    """And what tellers see is for those who read from right to left."""
    world: StoryWorld = make_story_world(grow())

    seen = walk(live, visits_of(world.pages), mirrored=mirrored_pages(world))
    left = left_in_english(world.pages, seen, DATA.search)

    assert not seen.faults, "\n".join(seen.faults)
    assert not left, "\n".join(left)


@pytest.mark.browser
def test_every_page_of_effect_reports_is_for_everybody_and_no_english_is_left_in_swedish(live: Live) -> None:
    world = make_effect_world(grow())

    seen = walk(live, visits_of(world.pages))
    left = left_in_english(world.pages, seen, DATA.search)

    assert not seen.faults, "\n".join(seen.faults)
    assert not left, "\n".join(left)
