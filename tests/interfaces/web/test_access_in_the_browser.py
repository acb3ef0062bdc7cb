"""Signing in with a real browser: usable by everybody, and nothing that the security policy refuses."""

from __future__ import annotations

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from egenmakt.apps.access.services import create_user
from tests.support.browser import Live, axe
from tests.support.tree import AT

PASSWORD = "kuku wa kienyeji 7"


@pytest.mark.browser
def test_zawadi_signs_in_turns_the_code_on_and_comes_back_with_it(live: Live) -> None:
    user = create_user(email="zawadi@example.org", name="Zawadi", password=PASSWORD, by=None, at=AT)
    page = live.open("/sign-in/?next=/account/")
    assert axe(page) == []
    assert not live.is_scrolled_sideways()

    page.get_by_label("E-mail address").fill("zawadi@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert "not right" in page.get_by_role("alert").inner_text()
    live.errors.clear()  # the browser itself reports the answer 422
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(live.address + "/account/")
    assert axe(page) == []

    page.get_by_role("link", name="Turn the one-time code on").click()
    assert axe(page) == []
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 0
    device = TOTPDevice.objects.get(user=user)
    digits = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token()
    page.get_by_label("Code").fill(f"{digits:06d}")
    page.get_by_role("button", name="Turn it on").click()
    paper = page.locator("main li code").all_inner_texts()
    assert axe(page) == []
    page.get_by_role("link", name="I have written them down").click()
    page.locator("main").get_by_role("button", name="Sign out").click()

    page.get_by_label("E-mail address").fill("zawadi@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert axe(page) == []
    page.get_by_label("Code").fill(paper[0])
    page.get_by_role("button", name="Go on").click()
    page.goto(live.address + "/account/")
    assert "zawadi@example.org" in page.locator("main").inner_text()
    live.pictures("account")
    assert [error for error in live.errors if "404" not in error] == []
