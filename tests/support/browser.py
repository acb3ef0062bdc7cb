"""A headless browser that looks at the served site."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK_WITH_AXE = """async only => {
  if (!('axe' in window)) return null;
  const {violations} = await axe.run(document, {runOnly: only, resultTypes: ['violations']});
  return violations.map(({id, help, nodes}) => ({id, help, targets: nodes.map(({target}) => target)}));
}"""
OFF = [
    # what Playwright switches off itself, since the last list that Chromium is given is the one it keeps
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # what costs a tenth of the time that a page takes: a frame made anew for each page, and a process kept in reserve
    "RenderDocument",
    "SpareRendererForSitePerProcess",
]
"""Abilities of Chromium that no page of ours can tell from their absence."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(OFF),
    "--js-flags=--max-lazy",  # most of axe is never called: it is not compiled either
]
WIDTHS = {"phone": (360, 740), "desk": (1280, 900)}


def axe(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong with a page for people who see, hear or move otherwise: one line for each fault.

    Args: rules, the only rules to look at, where the page was looked at as a whole before.
    """
    only = {"type": "rule", "values": list(rules)} if rules else TAGS
    violations = page.evaluate(LOOK_WITH_AXE, only)
    if violations is None:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = page.evaluate(LOOK_WITH_AXE, only)
    return [f"{v['id']}: {v['help']} ({target})" for v in violations for target in v["targets"]]


@dataclass
class Live:
    """The site's address, a page of a browser, and what went wrong in the browser meanwhile."""

    address: str
    context: BrowserContext
    page: Page
    errors: list[str]
    """Messages of the console, such as a script that the security policy refused. Tests expect []."""

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, user: Any) -> None:  # Any: the user model cannot be imported before Django is set up
        """Let the browser be somebody, without the pages of sign-in."""
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}])

    def pictures(self, name: str) -> None:
        """The page as a picture for people, on a phone and on a desk, where EGENMAKT_TEST_PICTURES names a folder."""
        if folder := os.environ.get("EGENMAKT_TEST_PICTURES"):
            for device, (width, height) in WIDTHS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=Path(folder, f"{name}-{device}.png"), full_page=True)

    def is_scrolled_sideways(self, width: int = 360) -> bool:
        """Whether the page is wider than a screen of this width."""
        self.page.set_viewport_size({"width": width, "height": 740})
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        return wide


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Chromium, started once for many tests; each of them has a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, *, address: str) -> Iterator[Live]:
    """One page of a phone's size, with no memory of other tests."""
    width, height = WIDTHS["phone"]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", bypass_csp=False)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield Live(address=address, context=context, page=page, errors=errors)
    finally:
        context.close()
