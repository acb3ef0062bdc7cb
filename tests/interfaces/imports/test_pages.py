"""The pages of an import: from files to the ledger without JavaScript, and closed to everybody else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from egenmakt.apps.groups.models import Meeting, SavingsGroup
from egenmakt.interfaces.imports import keeping, uploads
from egenmakt.interfaces.imports.mapping import Mapping
from tests.interfaces.imports.help import csv, workbook
from tests.support.groups import form_group
from tests.support.tree import Tree

BOOK = csv("group,no,name,date,savings", "أ الأمل,1,Amina <b>,2026-01-05,100", "B,1,Bea,2026-01-05,20")


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _send(client: Client, tree: Tree, *files: tuple[str, bytes], **more: Any) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    data = {"below": str(tree.north.id), "kind": "meetings", "tables": sent, **more}
    return client.post("/import/", data)


def _fields(html: str) -> dict[str, str]:
    """What a browser would send: the chosen option of each select, the value of each input."""
    data = {}
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"\s+selected', inner) or re.search(r'value="([^"]*)"', inner)
        data[name] = chosen[1] if chosen else ""
    for tag in re.findall(r"<input [^>]+>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            data[name[1]] = value[1] if value else ""
    return data


def _map(client: Client, address: str, **changes: str) -> Any:
    data = _fields(client.get(address).content.decode())
    return client.post(address, {**data, **changes})


def test_from_files_to_the_ledger(tree: Tree) -> None:
    client = _client(tree.administrator)

    sent = _send(client, tree, ("book.csv", BOOK))
    assert sent.status_code == 302
    preview = client.get(sent.url).content.decode()
    assert "Amina &lt;b&gt;" in preview
    assert '<option value="member_name" selected>' in preview
    mapped = _map(client, sent.url)
    report = client.get(mapped.url)
    assert SavingsGroup.objects.count() == 0
    assert "Bring in 2 groups" in report.content.decode()
    written = client.post(mapped.url + "run/")
    result = client.get(written.url).content.decode()

    assert "Everything is written." in result
    assert (SavingsGroup.objects.count(), Meeting.objects.count()) == (2, 2)
    again = client.post(mapped.url + "run/")
    assert Meeting.objects.count() == 2
    assert client.get(again.url).status_code == 200
    assert "Everything in the files is here already" in client.get(mapped.url).content.decode()


def test_errors_stand_on_the_page_and_good_groups_can_go_first(tree: Tree) -> None:
    client = _client(tree.administrator)
    sent = _send(client, tree, ("book.csv", BOOK.replace(b",20\n", b",twenty\n")))
    mapped = _map(client, sent.url)

    page = client.get(mapped.url).content.decode()
    refused = client.post(mapped.url + "run/")

    assert "book.csv, row 3, field savings: “twenty” This is not a number." in page
    assert "Bring in the one group without errors" in page
    assert "1 things keep this import out" in client.get(refused.url).content.decode()
    assert SavingsGroup.objects.count() == 0
    done = client.post(mapped.url + "run/", {"partly": "1"})
    assert "<bdi>B</bdi>" in client.get(done.url).content.decode()
    assert SavingsGroup.objects.count() == 1
    listed = client.get(mapped.url + "findings.csv")
    assert listed["Content-Disposition"] == 'attachment; filename="findings.csv"'
    assert "twenty" in listed.content.decode("utf-8-sig")


def test_a_column_cannot_be_two_things_and_what_was_chosen_stays(tree: Tree) -> None:
    client = _client(tree.administrator)
    sent = _send(client, tree, ("book.csv", BOOK))

    answer = _map(client, sent.url, column_0_1="member_name", group_name="{secret}")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "is the same already; choose another." in page
    assert 'value="{secret}"' in page


def test_a_kept_mapping_can_be_sent_along(tree: Tree) -> None:
    client = _client(tree.administrator)
    sent = _send(client, tree, ("book.csv", csv("a,b,c,d", "A,1,2026-01-05,5")))
    columns = dict(
        zip([f"column_0_{i}" for i in range(4)], ["group", "member_number", "held_on", "voluntary"], strict=True)
    )
    _map(client, sent.url, **columns)

    kept = client.get(sent.url.replace("mapping/", "mapping.json")).content
    again = _send(
        client, tree, ("book.csv", csv("a,b,c,d", "A,1,2026-01-05,5")), mapping=SimpleUploadedFile("m.json", kept)
    )
    bad = _send(client, tree, ("book.csv", BOOK), mapping=SimpleUploadedFile("m.json", b"[]"))

    assert Mapping.from_text(kept).files[0].columns["d"] == "voluntary"
    assert '<option value="voluntary" selected>' in client.get(again.url).content.decode()
    assert (bad.status_code, "The mapping must be an object" in bad.content.decode()) == (422, True)


def test_another_sheet_of_a_workbook_can_be_chosen(tree: Tree) -> None:
    client = _client(tree.administrator)
    rows = [line.split(",") for line in BOOK.decode().strip().split("\n")]
    sent = _send(client, tree, ("book.xlsx", workbook([["note"], ["nothing here"]], Money=rows)))

    before = client.get(sent.url).content.decode()
    chosen = _map(client, sent.url, sheet_0="Money")
    after = client.get(chosen.url).content.decode()

    assert "nothing here" in before
    assert '<option value="member_name" selected>' in after


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04cut off", "damaged"),
        (b'a,b\n"never closed', "quotation mark"),
        (b"\xd0\xcf\x11\xe0", "old Excel"),
    ],
)
def test_files_that_cannot_be_read_are_answered_clearly(tree: Tree, content: bytes, words: str) -> None:
    answer = _send(_client(tree.administrator), tree, ("book.csv", content))

    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_too_much_is_answered_clearly_and_not_kept(tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(uploads, "WEB_BYTES_MAX", 100_000)

    answer = _send(_client(tree.administrator), tree, ("book.csv", b"a,b\n" + b"1,2\n" * 60_000))

    assert answer.status_code == 422
    assert "more than 10 MB together" in answer.content.decode()
    assert not (tmp_path / "imports").exists()


def test_nobody_else_sees_an_upload(tree: Tree) -> None:
    sent = _send(_client(tree.administrator), tree, ("book.csv", BOOK))
    base = sent.url.removesuffix("mapping/")

    for path in ("", "mapping/", "mapping.json", "findings.csv", "result/"):
        assert _client(tree.officer).get(base + path).status_code == 404
        assert Client().get(base + path).status_code == 302
    assert _client(tree.officer).post(base + "run/").status_code == 404
    assert _client(tree.administrator).get("/import/..%2f..%2fetc/mapping/").status_code == 404


def test_who_may_not_bring_in_data_gets_no_page(tree: Tree, tmp_path: Path) -> None:
    for user in (tree.nobody, tree.treasurer, tree.facilitator, tree.auditor):
        assert _client(user).get("/import/").status_code == 403
    assert Client().get("/import/").status_code == 302
    answer = _send(_client(tree.chipo), tree, ("book.csv", BOOK))  # an administrator, but elsewhere
    assert (answer.status_code, (tmp_path / "imports").exists()) == (422, False)


def test_the_form_needs_its_own_token(tree: Tree) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(tree.administrator)

    assert _send(client, tree, ("book.csv", BOOK)).status_code == 403


def test_files_are_kept_for_their_sender_alone_and_for_a_day(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    client = _client(tree.administrator)
    sent = _send(client, tree, ("book.csv", BOOK))
    folder = next((tmp_path / "imports").iterdir())

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "0").stat().st_mode & 0o077 == 0
    monkeypatch.setattr(keeping, "KEPT_SECONDS", -1)
    assert client.get(sent.url).status_code == 404
    keeping.sweep()
    assert list((tmp_path / "imports").iterdir()) == []


def test_a_long_import_goes_on_with_the_next_request(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egenmakt.interfaces.imports.views.SECONDS_AT_ONCE", -1)
    client = _client(tree.administrator)
    mapped = _map(client, _send(client, tree, ("book.csv", BOOK)).url)

    first = client.get(client.post(mapped.url + "run/").url).content.decode()
    assert ("Go on" in first, SavingsGroup.objects.count()) == (True, 1)
    client.post(mapped.url + "run/")
    last = client.get(client.post(mapped.url + "run/").url).content.decode()

    assert SavingsGroup.objects.count() == 2
    assert "Everything is written." in last


def test_a_single_group_is_chosen_by_its_address(tree: Tree) -> None:
    group = form_group(tree)
    client = _client(tree.administrator)

    assert "Tumaini Savings" not in client.get("/import/").content.decode()
    assert "Tumaini Savings" in client.get(f"/import/?below={group.row.id}").content.decode()
    assert client.get("/import/?below=x").status_code == 200
    sent = _send(client, tree, ("book.csv", csv("no,date,shares", "1,2026-01-12,2")), below=str(group.row.id))
    mapped = _map(client, sent.url)
    client.post(mapped.url + "run/")
    assert Meeting.objects.filter(group=group.row).count() == 1
