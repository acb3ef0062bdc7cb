"""Papers and the list as CSV: the figures are those of the book, in the language asked for, and only for insiders."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from uuid6 import uuid7

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.lending.models import Loan
from egenmakt.apps.people.models import Node
from tests.support.groups import START, form_group
from tests.support.reading import WEEK, contributions, group_with_history, shares, stand_still, words_of
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _a_day_in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def read(answer, tmp_path: Path) -> str:
    """What a reader who copies or listens gets from a paper."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.content[:300]
    path = tmp_path / "paper.pdf"
    path.write_bytes(answer.content)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    return " ".join(text.replace("\u00a0", " ").split())


def has_code(text: str, meeting: Meeting) -> bool:
    """Whether a code stands in a text; pdftotext can see a space between two letters that stand apart, such as EJ."""
    return meeting.code in text.replace(" ", "")


def test_a_passbook_has_every_meeting_with_its_code(client: Client, tree: Tree, tmp_path: Path) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)
    address = f"/papers/members/{group.members['Amina'].id}/passbook/"

    answer = client.get(address)

    text = read(answer, tmp_path)
    for meeting in Meeting.objects.filter(group=group.row):
        assert has_code(text, meeting)
    assert "1,200.00" in text
    assert "580.00" in text
    name = 'attachment; filename="passbook-tumaini-savings-1-amina.pdf"'
    assert answer.headers["Content-Disposition"] == name
    assert "Medlemsnummer" in read(client.get(f"{address}?language=sv"), tmp_path)
    assert "Medlemsnummer" in read(client.get(f"{address}?language=sv&layout=a4_booklet"), tmp_path)


def test_the_minutes_on_paper_add_up_and_name_who_locked_the_box(client: Client, tree: Tree, tmp_path: Path) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    for meeting in Meeting.objects.filter(group=group.row).order_by("number"):
        text = read(client.get(f"/papers/meetings/{meeting.id}/minutes/"), tmp_path)
        assert has_code(text, meeting)
        assert "Dalila" in text
    third = Meeting.objects.get(group=group.row, number=3)
    text = read(client.get(f"/papers/meetings/{third.id}/minutes/"), tmp_path)
    assert "We meet at the school." in text
    assert "For 3, against 1, abstaining 0" in text
    assert "a new lock" in text


def test_the_loan_agreement_says_what_it_costs(client: Client, tree: Tree, tmp_path: Path) -> None:
    group_with_history(tree)
    client.force_login(tree.amina)

    text = read(client.get(f"/papers/loans/{Loan.objects.get().id}/agreement/"), tmp_path)

    assert "600.00 KES" in text
    assert "690.00 KES" in text
    assert "For each 100.00 KES that you get, you pay back 115.00 KES." in text


def test_the_share_out_list_is_the_page_on_paper(client: Client, tree: Tree, tmp_path: Path) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    text = read(client.get(f"/papers/groups/{group.row.id}/share-out/"), tmp_path)

    assert "SIMULATION" in text
    assert "595.47" in text
    assert "4,633.00" in text


@pytest.mark.parametrize("name", ["meeting", "passbook", "loan_application", "cut_off_sheet"])
def test_every_empty_form_is_printed_for_a_new_group(client: Client, tree: Tree, tmp_path: Path, name: str) -> None:
    group = form_group(tree)
    client.force_login(tree.amina)

    assert "Tumaini Savings" in read(client.get(f"/papers/groups/{group.row.id}/blank/{name}/"), tmp_path)


def test_what_cannot_be_printed_says_why(client: Client, tree: Tree) -> None:
    group = form_group(tree)
    client.force_login(tree.amina)

    answer = client.get(f"/papers/members/{group.members['Amina'].id}/passbook/")

    assert answer.status_code == 409
    assert answer.content.decode().startswith("A passbook without a meeting has no code")
    assert client.get(f"/papers/groups/{group.row.id}/blank/poem/").status_code == 404
    assert client.get(f"/papers/loans/{uuid7()}/agreement/").status_code == 404


def test_an_outsider_prints_nothing(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    id, meeting, loan = group.row.id, Meeting.objects.first(), Loan.objects.get()
    addresses = (
        f"/papers/members/{group.members['Amina'].id}/passbook/",
        f"/papers/meetings/{meeting.id}/minutes/",
        f"/papers/loans/{loan.id}/agreement/",
        f"/papers/groups/{id}/share-out/",
        f"/papers/groups/{id}/blank/meeting/",
    )
    for address in addresses:
        for user in (tree.chipo, tree.beatrice, tree.nobody):
            client.force_login(user)
            assert client.get(address).status_code == 403
        client.logout()
        assert client.get(address).url.startswith("/sign-in/")


def test_the_page_of_papers_links_to_each(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    answer = client.get(f"/groups/{group.row.id}/papers/")

    assert f"/papers/members/{group.members['Esther'].id}/passbook/" in (answer.content.decode())
    assert "Minutes of the last meeting (no. 4)" in words_of(answer)


def test_the_list_as_csv_is_safe_for_a_spreadsheet_and_complete(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    form_group(tree, name="Amani")
    Node.objects.filter(id=group.row.id).update(name='=HYPERLINK("http://evil.example")')
    client.force_login(tree.amina)

    answer = client.get("/groups/list.csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("http://evil.example")', "Amani"]
    assert [rows[0][name] for name in ("savings", "loans_out", "members", "late_loans")] == [
        "4500.00",
        "580.00",
        "5",
        "1",
    ]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="groups-2026-05-20.csv"'


def test_the_list_as_csv_shows_an_outsider_only_the_headings(client: Client, tree: Tree) -> None:
    group_with_history(tree)
    client.force_login(tree.chipo)

    text = b"".join(client.get("/groups/list.csv").streaming_content).decode()

    assert len(text.splitlines()) == 1


def test_a_passbook_after_a_share_out_starts_from_nothing_again(client: Client, tree: Tree, tmp_path: Path) -> None:
    from egenmakt.core.meetings.closing import if_closed_today

    group = form_group(tree)
    group.meet(START, [*contributions(group), *shares(group)])
    on = START + WEEK
    result = if_closed_today(state=group.state(on), on=on)
    payouts = {str(line.member): line.paid_now_minor for line in result.lines}
    vote = {"for": 5, "against": 0, "abstained": 0}
    group.meet(on, [{"type": "share_out", "payouts": payouts, "vote": vote}], kind="share_out")
    client.force_login(tree.amina)

    text = read(client.get(f"/papers/members/{group.members['Amina'].id}/passbook/"), tmp_path)

    assert "−300.00" in text
    minutes = words_of(client.get(f"/meetings/{Meeting.objects.get(kind='share_out').id}/"))
    assert "The group shared out KES 1,500.00 and closed the cycle." in minutes
