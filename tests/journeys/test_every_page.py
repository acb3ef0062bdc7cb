"""Every page of the site, found by the table of addresses: usable by everybody, in both languages."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.interfaces.web.test_design_browser import SMALL
from tests.support.browser import WIDTHS, Live, axe
from tests.support.every_page import NO_PAGE, World, make_world, names_of_addresses
from tests.support.reading import TODAY, stand_still

pytestmark = pytest.mark.once


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> World:
    settings.HOME = tmp_path
    settings.DEMO = True
    stand_still(monkeypatch)
    return make_world()


@pytest.mark.browser
def test_every_page_is_for_everybody(live: Live, world: World) -> None:
    assert {*world.pages, *NO_PAGE} == names_of_addresses()
    faults: list[str] = []
    for who, path in (visit for visits in world.pages.values() for visit in visits):
        live.context.clear_cookies()
        if who:
            live.sign_in(who)
        for scheme, (width, height) in zip(("light", "dark"), WIDTHS.values(), strict=True):
            live.page.emulate_media(color_scheme=scheme)
            live.page.set_viewport_size({"width": width, "height": height})
            answer = live.page.goto(live.address + path)
            found = [] if answer and answer.status == 200 else [f"answers {answer and answer.status}"]
            found += ["scrolls sideways"] if live.is_scrolled_sideways(width) else []
            found += [f"too small for a thumb: {tag}" for tag in live.page.evaluate(SMALL)]
            found += [*axe(live.page), *live.errors]
            live.errors.clear()
            faults += [f"{path} at {width}: {fault}" for fault in found]

    assert not faults, "\n".join(faults)


WORDS = re.compile(r"[a-zäöå’']{2,}")
DATA = re.compile(
    r"We meet at the school|Recorded at|maize mill|new lock|She bought two|absent without a word|rule forgotten|"
    r"Egenmakt|example\.org|sv-SE|book\.csv|\{\"|Tumaini Savings|Español|Français|"
    r"Tulienda|ofisini pamoja|sokoni peke|Vi gick tillsammans|Spring 2026|From paper|Otieno"
)
"""What the group itself has written, and names."""
NOT_OURS = {
    "design",
    "grading",
    "grading_result",
    "story_framework_preview",
    "story_framework_texts",
    "story_paper",
    "story_paper_second",
    "story_question",
    "story_question_new",
}
"""Pages made of words that are data: the criteria of a mark card, the texts of a framework, the design's samples; and
forms that are shown in the language of their tellers."""


def sentences(client: Client, path: str, language: str) -> set[str]:
    """What stands between the marks of a page, where it has two words or more."""
    body = client.get(path, headers={"accept-language": language}).content.decode()
    body = re.sub(r"<(script|style|head|code|pre|textarea|bdi)\b.*?</\1>", " ", body, flags=re.DOTALL)
    texts = (" ".join(unescape(text).split()) for text in re.findall(r">([^<>]+)<", body))
    return {text for text in texts if len(WORDS.findall(text)) >= 2}


def test_no_english_is_left_on_a_swedish_page(world: World) -> None:
    voted = {clause.words for clause in world.group.state(TODAY).constitution.clauses}
    left: list[str] = []
    for name, visits in world.pages.items():
        for who, path in visits if name not in NOT_OURS else []:
            client = Client()
            if who:
                client.force_login(who)
            english, swedish = (sentences(client, path, language) for language in ("en", "sv"))
            same = {text for text in english & swedish if not any(words in text for words in voted)}
            left += [f"{path}: {text}" for text in sorted(same) if not DATA.search(text)]

    assert not left, "\n".join(left)
