"""The design page in a browser: readable by all, on a phone and on a wide screen, in both themes and directions."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = ["theme=light", "theme=dark", "dir=rtl&theme=light", "dir=rtl&theme=dark"]
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter((element) => {
  const label = element.closest('label');
  const target = ['radio', 'checkbox'].includes(element.type) && label ? label : element;
  const box = target.getBoundingClientRect();
  const isInText = element.tagName === 'A' && getComputedStyle(element).display === 'inline';
  const isReached = element.tabIndex >= 0 && !element.classList.contains('skip');
  return box.width && box.height && box.height < 43.9 && !isInText && isReached;
}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("way", WAYS)
def test_everybody_can_read_and_touch_the_design_page(
    page: Any, live_server: Any, axe: Any, way: str, width: int
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{live_server.url}/design/?{way}")

    violations = axe(page)
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL) == []
    assert complaints == []


@pytest.mark.parametrize("path", ["/", "/no-such-page/"])
def test_everybody_can_read_the_first_page_and_the_page_for_a_wrong_address(
    page: Any, live_server: Any, axe: Any, path: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})

    page.goto(live_server.url + path)

    violations = axe(page)
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_keyboard_skips_to_the_content_and_leaves_every_part(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/design/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    stops = []
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    assert page.evaluate("document.activeElement === document.body"), stops[-3:]
    assert len(stops) > 40


def test_the_choice_of_dark_works_with_the_keyboard_alone(page: Any, live_server: Any) -> None:
    page.goto(live_server.url)

    page.locator("details.menu > summary").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=theme][value=dark]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")

    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(26, 23, 20)"


def test_amounts_are_added_up_while_they_are_typed(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/design/")

    page.fill("#sum-amina", "1,000.10")
    page.fill("#sum-beatrice", "0.2")
    assert page.locator("output[data-sum-of]").text_content() == "1,000.30"
    page.fill("#sum-beatrice", "0.222")
    assert page.locator("output[data-sum-of]").text_content() == "–"


def test_paper_shows_no_navigation_and_black_text(page: Any, live_server: Any) -> None:
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    page.goto(f"{live_server.url}/design/?theme=dark")

    page.emulate_media(media="print")

    assert not page.locator(".site-header").is_visible()
    assert not page.locator(".site-footer").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
