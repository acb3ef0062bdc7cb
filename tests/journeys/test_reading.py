"""Reading in a browser, on a phone and on a desk: usable by everybody, nothing scrolls sideways, nothing is refused."""

from __future__ import annotations

import pytest

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.lending.models import Loan
from tests.support.browser import WIDTHS, Live, axe
from tests.support.reading import group_with_history, stand_still
from tests.support.tree import grow

pytestmark = pytest.mark.browser


def text(live: Live) -> str:
    """What stands on the page, with every kind of space as one."""
    return " ".join(live.page.locator("main").inner_text().replace("\u00a0", " ").split())


def look(live: Live, name: str, path: str) -> None:
    """Open a page on every screen, and hold it against the rules for people who see, hear or move otherwise.

    The rules are tried on a phone: on a desk every address is walked by test_every_page.
    """
    page = live.open(path)
    for width, height in reversed(WIDTHS.values()):
        page.set_viewport_size({"width": width, "height": height})
        assert not live.is_scrolled_sideways(width), f"{path} at {width}"
    assert axe(page) == [], path
    live.pictures(name)


def test_amina_reads_her_group_from_the_list_to_a_line_of_the_book(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)
    tree = grow()
    group = group_with_history(tree, loans=3, meetings=14)
    live.sign_in(tree.amina)

    look(live, "groups", "/groups/")
    live.page.get_by_role("link", name="Tumaini Savings").click()
    look(live, "group", live.page.url.removeprefix(live.address))
    live.page.get_by_role("navigation", name="This group").get_by_role("link", name="Meetings").click()
    look(live, "meetings", live.page.url.removeprefix(live.address))
    live.page.get_by_role("link", name="Meeting 3").click()
    page = live.page
    assert "Amina (1) bought 5 shares for KES 500.00." in text(live)
    look(live, "meeting", page.url.removeprefix(live.address))
    page.get_by_role("navigation", name="You are here").get_by_role("link", name="Tumaini Savings").click()
    page.get_by_role("navigation", name="This group").get_by_role("link", name="The book").click()
    look(live, "book", page.url.removeprefix(live.address))
    page.get_by_role("link", name="Loan fund box").click()
    look(live, "account", page.url.removeprefix(live.address))
    assert page.get_by_role("heading", level=1).inner_text() == "Loan fund box"

    for name, path in {
        "member": f"/members/{group.id('Amina')}/",
        "loan": f"/loans/{Loan.objects.first().id}/",
        "share-out": f"/groups/{group.row.id}/share-out-today/",
        "papers": f"/groups/{group.row.id}/papers/",
    }.items():
        look(live, name, path)
    assert live.errors == []


def test_a_member_checks_the_code_in_her_paper_book(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)
    tree = grow()
    group = group_with_history(tree)
    code = Meeting.objects.get(group=group.row, number=2).code
    live.sign_in(tree.amina)
    page = live.open(f"/members/{group.id('Amina')}/")

    page.get_by_label("Meeting code").fill(f"{code[:4].lower()} {code[4:].lower()}")
    page.get_by_role("button", name="Check the code").click()
    assert "It is the code of meeting 2" in page.get_by_role("status").inner_text()
    assert axe(page) == []

    page.get_by_label("Meeting code").fill("ABC")
    page.get_by_role("button", name="Check the code").click()
    assert "eight characters" in text(live)
    assert axe(page) == []
    assert live.errors == []


def test_anybody_calculates_a_loan_and_a_share_out(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)
    look(live, "calc-loan", "/calculate/loan/")
    page = live.page
    page.get_by_label("How much is borrowed?").fill("12000")
    page.get_by_role("button", name="Calculate").click()
    assert "The borrower receives KES 12,000.00" in text(live)
    look(live, "calc-loan-answer", page.url.removeprefix(live.address))

    look(live, "calc-share-out", "/calculate/share-out/")
    page.get_by_role("button", name="Calculate").click()
    assert "Claims of all members" in text(live)
    look(live, "calc-share-out-answer", page.url.removeprefix(live.address))
    assert live.errors == []


def test_the_pages_are_read_from_right_to_left(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)
    from egenmakt.interfaces.web import formats

    tree = grow()
    group = group_with_history(tree, meetings=6)
    live.sign_in(tree.amina)
    monkeypatch.setattr(formats, "text_direction", lambda _language: "rtl")

    look(live, "group-rtl", f"/groups/{group.row.id}/")
    assert live.page.evaluate("document.documentElement.dir") == "rtl"
    look(live, "meeting-rtl", f"/meetings/{Meeting.objects.get(number=3).id}/")
    look(live, "share-out-rtl", f"/groups/{group.row.id}/share-out-today/")
