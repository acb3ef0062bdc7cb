"""The form in a browser: by keyboard, by touch, mirrored, without a script; and no fault for any reader."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from egenmakt.apps.stories.files import read_file
from egenmakt.apps.stories.models import Attachment, FrameworkVersion, Story
from egenmakt.apps.stories.services.rounds import add_framework
from tests.interfaces.web.stories.rounds import running_round
from tests.interfaces.web.test_design_browser import SMALL
from tests.support.browser import Live
from tests.support.stories import framework_document
from tests.support.tree import grow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _text(english: str) -> dict[str, str]:
    return {"en": english, "ar": f"ع {english}"}


def _marks(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": _text(code.title())} for code in codes]


def _asked(code: str, type: str, english: str) -> dict[str, Any]:
    return {"code": code, "type": type, "text": _text(english)}


def every_type() -> dict[str, Any]:
    """The framework that ships with one question of each control."""
    document = framework_document("every", languages=["en", "ar"])
    document = {**document, "title": _text("Every"), "translation_state": {}}
    document["prompts"] = [{"code": "what", "text": _text("What happened?")}]
    purposes = {name: _text(f"May we {name}?") for name in ("keep", "learn", "photo")}
    document["consent"] = {"version": "1", "intro": _text("You decide."), "purposes": purposes}
    ends = {"low": _text("low"), "high": _text("high")}
    pictures = [{**mark, "picture": mark["code"]} for mark in _marks("glad", "sad")]
    document["questions"] = [
        {**_asked("few", "several", "Which?"), "options": _marks("a", "b", "c"), "most": 2},
        {**_asked("why", "text", "Why?"), "show_if": {"question": "few", "any_of": ["c"]}},
        {**_asked("face", "picture", "How?"), "options": pictures},
        {**_asked("much", "slider", "How much?"), "left": _text("no"), "right": _text("all"), "may_not_apply": True},
        {**_asked("pair", "dyad", "Which of two?"), "left": _text("alone"), "right": _text("together")},
        {**_asked("three", "triad", "Who?"), "corners": _marks("me", "us", "them"), "may_not_apply": True},
        {**_asked("stones", "stones", "Where?"), "stones": _marks("women", "men"), "x": ends, "y": ends},
        _asked("many", "number", "How many?"),
        {**_asked("then", "date", "When?"), "precision": "day"},
        {**_asked("shot", "photo", "A picture?"), "pixels_max": 320},
        {**_asked("there", "place", "Which place?"), "levels": _marks("region", "district")},
    ]
    return document


@contextmanager
def another(live: Live, **options: Any) -> Iterator[Any]:
    """A page of a browser with other abilities."""
    browser = live.context.browser
    assert browser is not None
    context = browser.new_context(**{"viewport": {"width": 360, "height": 740}, **options})
    page = context.new_page()
    page.on("pageerror", lambda error: live.errors.append(str(error)))
    try:
        yield page
    finally:
        context.close()


def value(page: Any, name: str) -> str:
    return str(page.locator(f'[name="{name}"]').input_value())


def parts(page: Any) -> list[int]:
    return [int(value(page, f"q.three.{n}")) for n in range(3)]


def faults(page: Any, axe: Any) -> list[Any]:
    """What is wrong with a page on a phone: for anybody, too wide, or too small to touch."""
    page.wait_for_load_state("load")
    small = [each for each in page.evaluate(SMALL) if "visually-hidden" not in each]
    return [
        *axe(page),
        *small,
        *(["too wide"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []),
    ]


def test_every_widget_by_keyboard_by_touch_and_mirrored(live: Live, axe: Any) -> None:
    tree = grow()
    version = add_framework(content=every_type(), node=tree.umoja, by=None, at=timezone.now())
    live.sign_in(tree.officer)
    address = reverse("story_framework_preview", args=[version.framework_id, version.number])

    page = live.open(address)
    assert faults(page, axe) == []
    # a slider that was not touched stands for nothing; one touch of a key is an answer, and can be taken back
    slider = page.locator("[data-question=much] input[type=range]")
    assert (value(page, "q.much"), slider.get_attribute("aria-valuetext")) == ("", "Not answered yet")
    slider.focus()
    page.keyboard.press("Enter")
    assert value(page, "q.much") == "50"
    page.keyboard.press("ArrowRight")
    assert (value(page, "q.much"), slider.get_attribute("aria-valuetext")) == ("51", "51 of 100")
    page.keyboard.press("Delete")
    assert value(page, "q.much") == ""
    # "does not apply" and an answer exclude each other, and nothing typed is lost by a slip of the finger
    page.keyboard.press("ArrowLeft")
    applies = page.locator('[name="q.much.state"]')
    applies.focus()
    page.keyboard.press("Space")
    assert (value(page, "q.much"), slider.get_attribute("aria-valuetext")) == ("", "Not answered yet")
    page.keyboard.press("Space")
    assert value(page, "q.much") == "49"
    # two poles are two numbers that make 100
    page.locator("[data-question=pair] input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert (value(page, "q.pair.0"), value(page, "q.pair.1")) == ("49", "51")
    # a triad: the arrow moves the point as it is seen, the numbers follow; typed numbers move the point
    handle = page.locator("[data-question=three] .handle")
    handle.focus()
    for _press in range(5):
        page.keyboard.press("ArrowUp")
    assert sum(parts(page)) == 100
    assert parts(page)[0] > 40
    above = parts(page)
    page.keyboard.press("ArrowRight")
    assert (parts(page)[2] > above[2], parts(page)[1] < above[1]) == (True, True)
    page.locator("[data-question=three] summary").click()
    for n, part in enumerate(("60", "30", "5")):
        page.locator(f'[name="q.three.{n}"]').fill(part)
    assert "Together 95 of 100" in page.locator("[data-question=three]").inner_text()
    assert handle.get_attribute("aria-valuetext") == "Not answered yet"
    page.locator('[name="q.three.2"]').fill("١٠")
    assert handle.get_attribute("aria-valuetext") == "Me 60 %, Us 30 %, Them 10 %"
    # stones: Enter lays one in the middle, Delete takes it back
    stone = page.locator("[data-question=stones] .handle").first
    stone.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    assert (value(page, "q.stones.women.x"), value(page, "q.stones.women.y")) == ("50", "52")
    page.keyboard.press("Delete")
    assert value(page, "q.stones.women.x") == ""
    # at most two of three; a question that depends on an answer comes and goes
    few = page.locator('[name="q.few"]')
    assert page.locator("[data-question=why]").is_hidden()
    few.nth(0).check()
    few.nth(2).check()
    assert few.nth(1).is_disabled()
    assert page.locator("[data-question=why]").is_visible()

    with another(live, has_touch=True, is_mobile=True, storage_state=live.context.storage_state()) as phone:
        phone.goto(live.address + address)
        triangle = phone.locator("[data-question=three] svg")
        triangle.scroll_into_view_if_needed()
        box = triangle.bounding_box()
        phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 4)
        assert parts(phone) == [100, 0, 0]
        finger = phone.context.new_cdp_session(phone)

        def touch(kind: str, x: float, y: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", box["x"] + box["width"] / 2, box["y"] + 30)
        touch("touchMove", box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        touch("touchMove", box["x"] + 2, box["y"] + box["height"] + 40)  # beyond the corner
        touch("touchEnd", 0, 0)
        assert parts(phone) == [0, 100, 0]
        stone = phone.locator("[data-question=stones] .handle").first
        stone.scroll_into_view_if_needed()
        at, field = stone.bounding_box(), phone.locator("[data-question=stones] rect").bounding_box()
        touch("touchStart", at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        touch("touchMove", field["x"] + field["width"] * 0.25, field["y"] + field["height"] * 0.25)
        touch("touchEnd", 0, 0)
        assert [abs(int(value(phone, f"q.stones.women.{a}")) - want) <= 3 for a, want in (("x", 25), ("y", 75))] == [
            True
        ] * 2
        ranged = phone.locator("[data-question=much] input[type=range]")
        ranged.scroll_into_view_if_needed()
        ranged.tap()
        assert abs(int(value(phone, "q.much")) - 50) <= 2

        phone.goto(f"{live.address}{address}?lang=ar")
        assert phone.evaluate("document.documentElement.dir") == "rtl"
        triangle = phone.locator("[data-question=three] svg")
        triangle.scroll_into_view_if_needed()
        box = triangle.bounding_box()
        phone.touchscreen.tap(box["x"] + 4, box["y"] + box["height"] - 4)
        assert parts(phone) == [0, 0, 100]  # mirrored: the third corner is at the left
        left = phone.locator("[data-question=three] .corners .corner").nth(1).bounding_box()
        assert left["x"] < 180
        handle = phone.locator("[data-question=three] .handle")
        handle.focus()
        phone.keyboard.press("ArrowRight")
        assert parts(phone)[1] > 0
        ranged = phone.locator("[data-question=much] input[type=range]")
        ranged.focus()
        phone.keyboard.press("Enter")
        phone.keyboard.press("ArrowLeft")  # towards the end, which is at the left
        assert value(phone, "q.much") == "51"
        assert faults(phone, axe) == []
    assert live.errors == []


@pytest.mark.both
def test_a_story_is_told_without_a_script_and_every_page_serves_every_reader(live: Live, axe: Any) -> None:
    tree = grow()
    running = running_round(tree, every_type())
    typed = {
        "q.few": "c", "q.why": "So it is.", "q.face": "glad", "q.much": "0", "q.pair.0": "40", "q.pair.1": "60",
        "q.three.0": "33.4", "q.three.1": "33.3", "q.three.2": "33.3",
        "q.stones.women.x": "10", "q.stones.women.y": "90",
        "q.then.day": "8", "q.then.month": "3", "q.then.year": "2026", "q.there": "Kisumu",
    }  # fmt: skip
    with another(live, java_script_enabled=False) as plain:
        plain.goto(live.address + running.url)
        plain.locator('[name="s.role"]').first.check()
        for _page in range(20):
            if plain.locator('[name="s.text"]').count():
                plain.fill('[name="s.text"]', "It happened without a script.")
            for name, text in typed.items():
                field = plain.locator(f'[name="{name}"]')
                if field.count() and field.first.get_attribute("type") in ("radio", "checkbox"):
                    plain.locator(f'[name="{name}"][value="{text}"]').check()
                elif field.count():
                    field.fill(text)
            if plain.locator('[name="c.keep"]').count():
                break
            with plain.expect_navigation():  # else the fields of half a page are counted
                plain.locator("button.big").click()
        for name in ("c.keep", "c.learn", "c.visibility"):
            plain.locator(f'[name="{name}"]').first.check()
        plain.locator("button.big").click()
        code = plain.locator(".meeting-code code").inner_text()

    story = Story.objects.get()
    assert story.answers["much"] == {"value": 0}
    assert story.answers["three"] == {"value": [3340, 3330, 3330]}
    assert story.answers["stones"] == {"value": {"women": [1000, 9000]}}
    assert story.answers["many"] == {"state": "skipped"}
    assert story.answers["then"] == {"value": "2026-03-08"}
    assert story.answers["why"] == {"value": "So it is."}

    page = live.open(running.url)
    found = {"begin": faults(page, axe)}
    page.locator('[name="s.role"]').first.check()
    page.locator("button.big").click()
    page.locator("button.big").click()
    found["mistake"] = faults(page, axe)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.fill('[name="s.text"]', "Another one.")
    while not page.locator('[name="c.keep"]').count():
        with page.expect_navigation():
            page.locator("button.big").click()
    found["consent"] = faults(page, axe)
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "green").save(out, "PNG")
    page.set_input_files('[name="q.shot"]', {"name": "a.png", "mimeType": "image/png", "buffer": out.getvalue()})
    page.locator(".file-heard img").wait_for()
    assert page.evaluate("document.querySelector('.file-heard img').decode().then(() => true)")
    for name in ("c.keep", "c.learn", "c.photo", "c.visibility"):
        page.locator(f'[name="{name}"]').first.check()
    page.locator("button.big").click()
    found["slip"] = faults(page, axe)
    kept = Attachment.objects.get()
    assert (kept.media_type, kept.stored_at is None) == ("image/jpeg", False)
    assert Image.open(io.BytesIO(read_file(attachment_id=kept.id))).size == (320, 240)
    page.emulate_media(media="print")
    assert page.locator(".slip code").is_visible()
    assert not page.get_by_role("button", name="Tell another story").is_visible()
    page.emulate_media(media="screen")
    live.open(reverse("story_withdraw"))
    page.fill('[name="code"]', code)
    page.locator("button.big").click()
    found["kept"] = faults(page, axe)
    live.sign_in(tree.officer)
    version = running.round.framework_version
    draft = add_framework(content=framework_document("draft"), node=tree.umoja, by=None, at=timezone.now())
    for name, arguments in {
        "story_rounds": [],
        "story_round": [running.round.id],
        "story_paper": [running.round.id],
        "story_frameworks": [],
        "story_framework": [draft.framework_id, 1],
        "story_question": [draft.framework_id, 1, "kind"],
        "story_framework_texts": [draft.framework_id, 1],
        "story_round_new": [],
    }.items():
        live.open(reverse(name, args=arguments))
        found[name] = faults(page, axe)
    live.open(f"{reverse('story_round_new')}?node={tree.north.id}&version={version.id}")
    found["new"] = faults(page, axe)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    # the browser notes every answer that is not 200; the page with a mistake is one on purpose
    assert [each for each in live.errors if "422" not in each] == []
    assert FrameworkVersion.objects.count() == 2
