"""A loan that is changed in mid-term: in the meeting's form, in the book, on the pages, and for the verifier."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.groups.models import Draft, Meeting
from egenmakt.apps.groups.services.corrections import correct_meeting
from egenmakt.apps.groups.services.loans import LoanInUse
from egenmakt.apps.lending.models import Loan
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.draft import lock
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from tests.interfaces.exports.test_pdf_documents import read_text
from tests.interfaces.sync.test_door import phone, send
from tests.interfaces.web.test_recording import begin, proposed, save, signed_in, url
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.reading import words_of
from tests.support.tree import Tree
from tests.verify.forging import Data, fitting_tables, put_together, taken_apart

WEEK = timedelta(days=7)
LOAN = "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"
GRANTED, DUE = START + WEEK, date(2026, 2, 12)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PREPAID = {"type": "prepayment", "loan": LOAN, "amount": 32_500, "effect": "lower", "vote": ALL_FOR}
RATE = {"type": "rate_change", "loan": LOAN, "rate_percent": "1", "on": "2026-03-12", "vote": ALL_FOR}


@pytest.fixture
def group(tree: Tree) -> Group:
    """Amina owes 500 at 5 % a month on what is left, in three parts; the first is due on 12 February."""
    group = form_group(tree)
    group.meet(entries=[{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members])
    terms = loan_terms(50_000, GRANTED, method="equal_principal")
    loan = {"type": "loan", "id": LOAN, "member": group.id("Amina"), "terms": terms, "vote": ALL_FOR}
    group.meet(GRANTED, [loan])
    return group


def plan() -> list[tuple[str, str, int, int]]:
    found = Loan.objects.get(id=LOAN).schedule["rows"]
    return [(row["kind"], row["due_on"], row["principal_minor"], row["interest_minor"]) for row in found]


AFTER_BOTH = [
    ("instalment", "2026-02-12", 16_667, 2_500),
    ("prepayment", "2026-02-12", 13_333, 0),
    ("instalment", "2026-03-12", 10_000, 1_000),
    ("instalment", "2026-04-12", 10_000, 100),
]


def test_what_the_group_decided_stands_in_the_book_on_the_pages_and_in_the_minutes(
    group: Group, tree: Tree, tmp_path: Path
) -> None:
    group.meet(DUE, [PREPAID, RATE])

    assert plan() == AFTER_BOTH
    client = Client(headers={"accept-language": "en"})
    client.force_login(tree.facilitator)
    minutes = words_of(client.get(reverse("meeting", args=[Meeting.objects.get(number=3).id])))
    assert "Amina (1) repaid KES 325.00: KES 300.00 of the loan, KES 25.00 interest. It is paid back early." in minutes
    assert "The loan ends when it was to end, and its instalments get lower. Votes: 5 for" in minutes
    assert "The interest on the loan of Amina (1) is 1 % from March 12, 2026." in minutes
    page = words_of(client.get(reverse("loan", args=[LOAN])))
    assert "From March 12, 2026 the interest is 1 %." in page
    assert "On February 12, 2026 KES 133.33 of it was paid back early." in page
    assert "Paid back early; the group voted for what it does to the plan." in page
    book = words_of(client.get(reverse("member", args=[group.members["Amina"].id])))
    assert "Repaid of the loan -300.00 200.00" in book
    assert "2 Feb 12, 2026 133.33 0.00 0.00 133.33 200.00" in book
    paper = client.get(reverse("paper_minutes", args=[Meeting.objects.get(number=3).id]))
    printed = read_text(paper.content, tmp_path)
    assert "Amina (1) pays 325.00 KES and the instalments of her loan get lower." in printed
    assert "The interest on the loan of Amina (1) is 1.00 % from 12 March 2026." in printed


def test_the_form_shows_the_new_plan_before_it_is_voted_on_and_refuses_beside_the_field(
    group: Group, tree: Tree
) -> None:
    client = signed_in(tree.facilitator)
    begin(client, group, held_on=DUE.isoformat(), opening="2000")
    save(client, url(group, "social_fund"))
    save(client, url(group, "savings"))
    address = url(group, "repayments")
    client.post(address, {**proposed(client, address), "add": "prepayment"})
    card = Draft.objects.get().typed["repayments"]["cards"][0][0]
    none = {name: None for name in proposed(client, address) if not name.startswith(card)}
    filled = {**none, f"{card}-loan": LOAN, f"{card}-amount": "191.67"}

    twice = save(client, address, **{**filled, **dict.fromkeys(none, "191.67")})
    refused = save(client, address, **filled)

    assert "This loan is paid back early, below. Leave this empty." in words_of(twice)
    assert (twice.status_code, refused.status_code) == (422, 422)
    assert "is not more than the KES 191.67 that is due today." in words_of(refused)
    data = {**proposed(client, address), **filled, f"{card}-amount": "325", f"{card}-effect": "lower", "show": "1"}
    client.post(address, {name: value for name, value in data.items() if value is not None})
    shown = words_of(client.get(address))
    assert "Due today: KES 191.67. The whole loan could be repaid with KES 525.00." in shown
    assert "The borrower pays KES 10.00 less interest than by the old plan." in shown
    assert "Apr 12, 2026 10,000" not in shown
    assert save(client, address, **{**filled, f"{card}-amount": "325", f"{card}-effect": "lower"}).status_code == 302
    save(client, url(group, "fines"))
    loans = url(group, "loans")
    client.post(loans, {"add": "rate_change"})
    card = Draft.objects.get().typed["loans"]["cards"][0][0]
    rate = {f"{card}-loan": LOAN, f"{card}-rate_percent": "1", f"{card}-on": "2026-03-12"}
    assert save(client, loans, **rate).status_code == 302
    summary = words_of(client.get(url(group, "summary")))
    assert "Amina (1) pays KES 325.00 of her loan early; its instalments get lower." in summary
    assert "The interest on the loan of Amina (1) is 1 % from March 12, 2026." in summary


def test_the_door_for_phones_takes_the_decisions_and_says_their_refusal_in_a_sentence(group: Group, tree: Tree) -> None:
    client, _ = phone(tree.facilitator, tree.north)
    document = group.document(DUE, [PREPAID, RATE])
    wrong = json.loads(json.dumps(document).replace('"amount": 32500, "effect"', '"amount": 52500, "effect"'))

    turned = {group.members[name].id: group.members[name].pin_key for name in ("Amina", "Dalila", "Esther")}
    keys = {member: bytes(key or b"") for member, key in turned.items()}

    refused = send(client, lock({**wrong, "id": str(uuid7())}, keys=keys))
    accepted = send(client, document)

    (finding,) = refused.json()["findings"]
    assert finding["code"] == "prepayment_repays_all"
    assert "repays the whole loan, which costs KES" in finding["sentence"]
    assert (accepted.status_code, plan()) == (201, AFTER_BOTH)


def correct(group: Group, number: int, change: Callable[[dict[str, Any]], None]) -> None:
    meeting = Meeting.objects.get(group=group.row, number=number)
    document = json.loads(bytes(meeting.arrival.content))
    for step in document["steps"]:
        for entry in step["entries"]:
            change(entry)
    for closing in document["closing"]:
        closing["reason"] = "the count stands"
    content = canonical({**document, "keys": []})
    correct_meeting(id=uuid7(), meeting=meeting, content=content, reason="it was less", by=group.by, at=NOW)


def agrees(group: Group, tmp_path: Path, forge: Callable[[Data], None] | None = None) -> str:
    data, parts = taken_apart(export_group(group.row.id, by=group.by, at=NOW))
    if forge:
        forge(data)
        parts = fitting_tables(data)
    file = tmp_path / "group.zip"
    file.write_bytes(put_together(data, parts))
    report = verify(file)
    return "agrees" if report.agrees else str(report.finding.field if report.finding else "")


def test_a_corrected_prepayment_changes_the_plan_and_the_verifier_agrees(group: Group, tmp_path: Path) -> None:
    group.meet(DUE, [PREPAID, RATE])
    assert agrees(group, tmp_path) == "agrees"

    def less(entry: dict[str, Any]) -> None:
        if entry["type"] == "prepayment":
            entry.update(amount=29_167, effect="shorten")

    correct(group, 3, less)

    assert plan() == [
        ("instalment", "2026-02-12", 16_667, 2_500),
        ("prepayment", "2026-02-12", 10_000, 0),
        ("instalment", "2026-03-12", 16_666, 1_167),
        ("instalment", "2026-04-12", 6_667, 67),
    ]
    assert agrees(group, tmp_path) == "agrees"


def test_a_loan_is_not_altered_before_a_later_decision_about_its_plan(group: Group) -> None:
    group.meet(DUE, [{"type": "repayment", "loan": LOAN, "amount": 19_167}])
    group.meet(DUE + WEEK, [RATE])

    def less(entry: dict[str, Any]) -> None:
        if entry["type"] == "repayment":
            entry["amount"] = 10_000

    with pytest.raises(LoanInUse, match="Correct the later meeting first"):
        correct(group, 3, less)


def test_the_correction_form_offers_what_was_decided(group: Group, tree: Tree) -> None:
    group.meet(DUE, [PREPAID, RATE])
    client = signed_in(tree.facilitator)

    page = client.get(reverse("meeting_correct", args=[Meeting.objects.get(number=3).id]))

    values = {bound.name: bound.value() for bound in page.context["sheet"]}
    assert values["entry-0-0-effect"] == "lower"
    assert values["entry-1-0-rate_percent"] == 1
    assert values["entry-1-0-on"] == date(2026, 3, 12)


def _terms(data: Data) -> Data:
    terms: Data = data["loans"][0]["schedule"]["terms"]
    return terms


def no_prepayment(data: Data) -> None:
    _terms(data)["prepayments"] = []


def another_effect(data: Data) -> None:
    _terms(data)["prepayments"][0]["effect"] = "shorten"


def more_than_was_paid(data: Data) -> None:
    _terms(data)["prepayments"][0]["amount_minor"] = 40_000
    data["loans"][0]["schedule"]["rows"][1]["principal_minor"] = 40_000


def not_in_the_plan(data: Data) -> None:
    _terms(data)["prepayments"][0]["amount_minor"] -= 100


def a_rate_nobody_decided(data: Data) -> None:
    _terms(data)["rate_changes"][0]["rate_percent"] = "0.5"


@pytest.mark.parametrize(
    ("forge", "field"),
    [
        (no_prepayment, "schedule/terms/prepayments"),
        (another_effect, "schedule/terms/prepayments"),
        (more_than_was_paid, "payment_minor"),
        (not_in_the_plan, "schedule/rows"),
        (a_rate_nobody_decided, "schedule/terms/rate_changes"),
    ],
)
def test_a_plan_that_was_changed_otherwise_than_decided_is_found(
    group: Group, tmp_path: Path, forge: Callable[[Data], None], field: str
) -> None:
    group.meet(DUE, [PREPAID, RATE])

    assert agrees(group, tmp_path, forge) == field
