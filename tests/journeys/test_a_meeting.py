"""A whole meeting in a browser, with a loan, two counters and three keys; and every writing page looked at."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from egenmakt.apps.groups.models import Arrival, Grading, Meeting
from egenmakt.apps.ledger.queries import balances
from egenmakt.core.ledger.chart import AccountRef
from tests.support.browser import Live, axe
from tests.support.groups import Group, form_group, loan_terms
from tests.support.tree import Tree, grow

pytestmark = pytest.mark.browser
DAY = "2026-01-12"


@pytest.fixture
def tree(transactional_db: None) -> Tree:
    return grow()


@pytest.fixture
def group(tree: Tree) -> Group:
    """Five members who have saved 500 each."""
    group = form_group(tree)
    shares = [{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members]
    group.meet(date(2026, 1, 5), shares)
    return group


def looked_at(live: Live, name: str) -> None:
    """Nobody is shut out on a phone, and nothing scrolls sideways; on a desk every address is walked elsewhere."""
    live.pictures(name)
    assert not live.is_scrolled_sideways(360), name
    assert axe(live.page) == [], name


@pytest.mark.both
def test_a_meeting_with_a_loan_is_recorded_from_the_roll_call_to_the_code(live: Live, group: Group) -> None:
    live.sign_in(group.by)
    page = live.open(reverse("meeting_record", args=[group.row.id]))
    looked_at(live, "meeting-overview")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Day of the meeting").fill(DAY)
    looked_at(live, "meeting-start")
    go_on = page.get_by_role("button", name="Save and go on")
    go_on.click()

    page.get_by_role("group", name="Chipo (3)").get_by_label("Late").check()
    looked_at(live, "meeting-roll-call")
    go_on.click()
    page.get_by_label("Counted").fill("2490")
    go_on.click()
    assert "10.00 is missing" in page.locator(".error-summary").inner_text()
    looked_at(live, "meeting-opening-with-a-difference")
    page.get_by_label("Reason, where the two differ").fill("Two coins fell on the road")
    go_on.click()
    looked_at(live, "meeting-social-fund")
    go_on.click()
    page.get_by_label("Amina (1): Shares").fill("5")
    looked_at(live, "meeting-savings")
    go_on.click()
    looked_at(live, "meeting-fines")
    go_on.click()

    page.get_by_role("button", name="A new loan").click()
    page.get_by_label("Who borrows").select_option(label="Amina (1)")
    page.get_by_label("Amount", exact=False).first.fill("5000")
    page.get_by_role("button", name="Show the limits and the cost").click()
    assert "may borrow at most KES 3,000.00" in page.locator("section.card").inner_text().replace("\u00a0", " ")
    looked_at(live, "meeting-loan")
    go_on.click()
    assert "above the limit" in page.locator(".error-summary").inner_text()
    looked_at(live, "meeting-loan-refused")
    page.get_by_label("Amount", exact=False).first.fill("1500")
    go_on.click()

    looked_at(live, "meeting-other")
    go_on.click()
    page.get_by_role("button", name="A decision").click()
    page.get_by_label("What was decided").fill("We meet at the school from now on.")
    looked_at(live, "meeting-decisions")
    go_on.click()
    page.get_by_label("Counter 1", exact=True).select_option(label="Amina (1)")
    page.get_by_label("Counter 2", exact=True).select_option(label="Beatrice (2)")
    for counter in (1, 2):
        page.get_by_label(f"The loan fund: Counter {counter}").fill("1910")
        page.get_by_label(f"The social fund: Counter {counter}").fill("100")
    looked_at(live, "meeting-closing")
    go_on.click()

    assert "Amina (1) borrows" in page.locator(".read-aloud").inner_text()
    looked_at(live, "meeting-summary")
    page.get_by_role("link", name="All agree: to the keys").click()
    for number, name in enumerate(("Amina", "Dalila", "Esther"), start=1):
        member = group.members[name]
        page.locator(f"#id_member-{number}").select_option(str(member.id))
        page.locator(f"#id_pin-{number}").fill("9999" if number == 1 else f"12{member.number:02d}")
    looked_at(live, "meeting-keys")
    page.get_by_role("button", name="Lock the meeting").click()
    assert "A PIN is four to eight digits" in page.locator(".error-summary").inner_text()
    for number, name in enumerate(("Amina", "Dalila", "Esther"), start=1):
        page.locator(f"#id_pin-{number}").fill(f"12{group.members[name].number:02d}")
    page.get_by_role("button", name="Lock the meeting").click()

    meeting = Meeting.objects.get(number=2)
    assert meeting.code[:4] in page.locator(".meeting-code").inner_text()
    looked_at(live, "meeting-recorded")
    assert balances(group.row.id)[AccountRef("loan_fund_box")] == 191_000
    assert [error for error in live.errors if "422" not in error and "404" not in error] == []


def test_the_other_writing_pages_shut_nobody_out(live: Live, group: Group, tree: Tree) -> None:
    vote = {"for": 5, "against": 0, "abstained": 0}
    loan = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"
    terms = loan_terms(60_000, date(2026, 1, 12))
    group.meet(
        date(2026, 1, 12), [{"type": "loan", "id": loan, "member": group.id("Amina"), "terms": terms, "vote": vote}]
    )
    group.send(group.document(date(2026, 1, 19), [{"type": "shares", "member": group.id("Amina"), "shares": 9}]))
    other = group.document(date(2026, 1, 19), [{"type": "shares", "member": group.id("Amina"), "shares": 1}])
    group.send(other)
    group.send({**other, "notes": "another"})
    live.sign_in(tree.facilitator)
    page = live.page
    row = group.row.id

    live.open(reverse("meeting_correct", args=[Meeting.objects.get(number=1).id]))
    looked_at(live, "correct-edit")
    page.get_by_label("Amina (1): Shares").fill("3")
    page.get_by_role("button", name="See what it changes").last.click()
    looked_at(live, "correct-effect")
    page.get_by_label("Why is it corrected?").fill("She bought three")
    page.get_by_role("button", name="Correct the meeting").click()
    looked_at(live, "correct-done")

    live.open(reverse("share_out", args=[row]))
    looked_at(live, "share-out")
    page.get_by_label("owes", exact=False).first.select_option("carry_over") if page.get_by_label(
        "owes"
    ).count() else None
    live.open(reverse("share_out_record_step", args=[row, "share_out"]))
    looked_at(live, "share-out-step")

    live.open(reverse("constitution", args=[row]))
    looked_at(live, "constitution")
    page.get_by_role("link", name="Adopt new rules").click()
    looked_at(live, "constitution-begin")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Price of one share (KES)", exact=True).fill("250")
    page.get_by_role("button", name="Adopt these rules").click()
    assert "This stands until the cycle is closed" in page.locator(".error-summary").inner_text()
    looked_at(live, "constitution-adopt")

    live.open(reverse("group_new"))
    looked_at(live, "group-new")
    live.open(reverse("member_new", args=[row]))
    looked_at(live, "member-new")
    live.open(reverse("group_settings", args=[row]))
    looked_at(live, "group-settings")
    live.open(reverse("group_cut_off", args=[row]))
    page.get_by_role("button", name="A loan to a member").click()
    looked_at(live, "cut-off")

    live.open(reverse("grading", args=[row]))
    looked_at(live, "grading")
    page.get_by_role("link", name="Panchsutra").click()
    page.get_by_label("Books of account").select_option("kept properly")
    page.get_by_label("Recovery of what fell due").fill("90")
    page.get_by_role("button", name="Show the marks").click()
    looked_at(live, "grading-marks")
    page.get_by_role("button", name="Keep this grading").click()
    assert Grading.objects.count() == 1
    looked_at(live, "grading-result")
    live.open(reverse("grading_card", args=[row]))
    looked_at(live, "grading-card")

    live.sign_in(tree.amina)
    live.open(reverse("quarantine", args=[row]))
    looked_at(live, "quarantine")
    arrival = Arrival.objects.get(state="quarantined")
    live.open(reverse("quarantine_arrival", args=[row, arrival.id]))
    looked_at(live, "quarantine-arrival")
    live.open(reverse("meeting_record_discard", args=[row]))
    assert [error for error in live.errors if "422" not in error and "404" not in error and "403" not in error] == []
