# ruff: noqa: T201, PLC0415  it is a program, and models can be loaded only after Django is set up
"""Take the pictures of the documentation: real pages of a small demo programme, in a real browser.

`make pictures` runs it; `python docs/pictures.py tell round` takes only those. Each picture is taken on a phone (360
pixels wide) and on a desk (1280), and written with few colours, so that it stays small. A page that is missing or fails
is named; the others are taken all the same.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
SIZES = {"phone": (360, 1120), "desk": (1280, 1040)}
GROUPS, MONTHS = 30, 12
BYTES_MAX = 200_000
FACILITATOR, ARABIC_FACILITATOR = "facilitator.ke", "facilitator.jo"
TELLERS = "?voice=rights_holder"
OFFICER, STAFF, MONITORING = "officer", "staff.ke", "monitoring"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page to take: who looks, which page, and how."""

    name: str
    who: str
    """Who signs in; empty for a page that is open to everybody."""
    page: str
    """The page's name in the table of addresses."""
    subject: Callable[[], Any] | None = None
    """What the page is about; None for a page about nothing in particular."""
    query: str = ""
    theme: str = "light"
    steps: Callable[[Page], None] | None = None
    """What is done on the page before the picture is taken."""


def _arabic() -> Any:
    from egenmakt.apps.groups.models import SavingsGroup

    return SavingsGroup.objects.get(node__country_id="JO", kind="farmers")


def _at_share_out() -> Any:
    from egenmakt.apps.groups.models import SavingsGroup

    return SavingsGroup.objects.get(node__name="Tumaini")


def _meeting() -> Any:
    """A meeting in the middle of the year, with loans in it."""
    group = _at_share_out()
    return group.meetings.get(number=group.last_number // 2)


def _member() -> Any:
    return _at_share_out().memberships.order_by("number")[7]


def _link_to_tell() -> Any:
    from egenmakt.interfaces.cli.demo_programme.programme import what_visitors_may_try

    visitors = what_visitors_may_try()
    assert visitors is not None
    return visitors.token


def _open_round() -> Any:
    """A round that goes on, with quotas that are not full."""
    from egenmakt.apps.stories.models import Round

    return Round.objects.get(node__country_id="KE", closed_at__isnull=True, starts_on__year__gt=2020)


def _framework() -> Any:
    """What is asked in the rounds of one of the two organisations."""
    from egenmakt.apps.stories.models import Framework

    return Framework.objects.get(node__name__contains="Northern Light")


def _triad() -> list[Any]:
    return [_framework(), "who_acted"]


def _pattern() -> list[Any]:
    """One that was planted in the programme: women tell more often of money of their own."""
    return [_framework(), "kind.economic_independence", "sex"]


def _to_the_dots(page: Page) -> None:
    page.evaluate("document.querySelector('main .panels').scrollIntoView()")


def _tell(page: Page) -> None:
    """Tell a story as far as the first triad, and lay the mark in it."""
    page.locator('input[name="s.role"]').first.check()
    _go_on(page)
    page.locator('input[name="s.prompt"]').first.check()
    page.locator('textarea[name="s.text"]').fill("We went to the water office together, and the pump was repaired.")
    _go_on(page)
    page.locator('input[name="q.kind"]').first.check()
    _go_on(page)
    _go_on(page)
    page.locator("[data-question=who_acted] .handle").focus()
    for key in ["ArrowUp"] * 14 + ["ArrowLeft"] * 6:
        page.keyboard.press(key)


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on", exact=True).first.click()
    page.wait_for_load_state("networkidle")


PICTURES = (
    Picture("groups", OFFICER, "groups"),
    Picture("group", FACILITATOR, "group", _at_share_out),
    Picture("group-dark", FACILITATOR, "group", _at_share_out, theme="dark"),
    Picture("group-arabic", ARABIC_FACILITATOR, "group", _arabic),
    Picture("passbook", FACILITATOR, "member", _member),
    Picture("minutes", FACILITATOR, "meeting", _meeting),
    Picture("record", FACILITATOR, "meeting_record", _at_share_out),
    Picture("share-out-today", FACILITATOR, "share_out_today", _at_share_out),
    Picture("tell", "", "story_by_link", _link_to_tell, steps=_tell),
    Picture("pattern", MONITORING, "pattern_compare", _pattern, query=TELLERS),
    Picture("triad", MONITORING, "pattern_triad", _triad, query=TELLERS, steps=_to_the_dots),
    Picture("round", STAFF, "story_round", _open_round),
    Picture("design", FACILITATOR, "design"),
    Picture("design-mirrored", FACILITATOR, "design", query="?dir=rtl"),
)


def main() -> int:
    """Take every picture, or those that are named. Returns: 0, or 1 when one could not be taken or is too large."""
    wanted = [picture for picture in PICTURES if picture.name in sys.argv[1:] or not sys.argv[1:]]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("Chromium is not installed: apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="egenmakt-pictures-") as home:
        _prepare(home)
        with _served() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            faults = [fault for picture in wanted for fault in _take(browser, address, picture)]
            browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _prepare(home: str) -> None:
    """A demo programme in an empty folder, and Django in this process to look things up in it."""
    os.environ.update(
        EGENMAKT_HOME=home,
        EGENMAKT_DEMO="1",
        DJANGO_SETTINGS_MODULE="egenmakt.project.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright keeps an event loop in this thread
    )
    os.environ.pop("DATABASE_URL", None)
    _egenmakt("migrate")
    _egenmakt("demo", "--groups", str(GROUPS), "--months", str(MONTHS), "--no-links")
    import django

    django.setup()


def _egenmakt(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "egenmakt.interfaces.cli.main", *words], check=True)


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "egenmakt.interfaces.cli.main", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # our own server on this machine
            return
        except OSError:  # not there yet, or busy: a slow machine needs some time
            time.sleep(0.2)
    raise RuntimeError(f"The site did not answer at {address}.")


def _take(browser: Browser, address: str, picture: Picture) -> Iterator[str]:
    """Take one page in every width. Yields: what went wrong."""
    from django.urls import NoReverseMatch, reverse

    try:
        subject = picture.subject() if picture.subject else None
        args = subject if isinstance(subject, list) else [subject] if subject else []
        path = reverse(picture.page, args=[getattr(each, "id", each) for each in args])
    except NoReverseMatch:
        yield f"{picture.name}: left out, there is no page {picture.page!r} yet"
        return
    for device, (width, height) in SIZES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if picture.theme == "dark" else "light",
            locale="en-GB",
        )
        page = context.new_page()
        if picture.who:
            page.goto(address + _sign_in(picture.who))
        answer = page.goto(address + path + picture.query, wait_until="networkidle")
        if answer is None or answer.status != 200:
            yield f"{picture.name}: left out, the page answers {answer.status if answer else 'nothing'}"
            context.close()
            return
        if picture.steps:
            picture.steps(page)
        file = FOLDER / f"{picture.name}-{device}.png"
        file.write_bytes(_few_colours(page.screenshot()))
        context.close()
        print(f"{file.name}: {file.stat().st_size // 1000} kB")
        if file.stat().st_size > BYTES_MAX:
            yield f"{file.name}: has more than {BYTES_MAX // 1000} kB"


def _sign_in(who: str) -> str:
    from django.urls import reverse

    from egenmakt.apps.access.demo import demo_token
    from egenmakt.apps.access.models import User

    user = User.objects.get(email=f"{who}@demo.example")
    return reverse("demo_sign_in", args=[demo_token(user=user)])


def _few_colours(png: bytes) -> bytes:
    """The picture with at most 128 colours, which pages of text and lines do not miss."""
    image = Image.open(BytesIO(png)).convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
    out = BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
