"""`egenmakt import`, as it is called: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Meeting, SavingsGroup
from egenmakt.interfaces.cli.main import group
from tests.interfaces.imports.help import csv
from tests.support.tree import Tree

BOOK = csv(
    "group,member no,name,quarter,savings,cumulative",
    "A,1,Amina,1,100,100",
    "A,1,Amina,2,50,150",
    "A,2,Bea,1,10,10",
    "A,2,Bea,2,,10",
)


def _run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.csv"
    file.write_bytes(BOOK)
    return file


def _mapping(book: Path) -> Path:
    answer = _run("import", "propose", book, "--currency", "KES")
    value = json.loads(answer.stdout)
    value["periods"] = {"1": "2026-01-31", "2": "2026-04-30"}
    file = book.with_name("mapping.json")
    file.write_text(json.dumps(value))
    return file


def test_from_a_proposal_to_the_ledger_and_a_check(tree: Tree, book: Path) -> None:
    where = ("--mapping", _mapping(book), "--below", "North", "--by", "adhiambo@example.org")

    tried = _run("import", "savings", book, *where)
    assert (tried.exit_code, SavingsGroup.objects.count()) == (0, 0)
    assert "savings (voluntary): 160.00 KES in the files, 160.00 KES in transfers: equal" in tried.stdout
    assert "compared with the ledger: 4; equal: 4; different: 0" in tried.stdout
    assert "Nothing was written. To write it: --commit" in tried.stdout
    early = _run("import", "check", book, *where)
    assert early.exit_code == 1
    assert "2 meetings that are not here" in early.stderr

    written = _run("import", "savings", book, *where, "--commit")
    again = _run("import", "savings", book, *where, "--commit")
    check = _run("import", "check", book, *where)

    assert "Written: 1 groups, 2 members, 0 goals, 2 meetings, 3 transfers." in written.stdout
    assert "Everything was here already; nothing was changed." in again.stdout
    assert (check.exit_code, check.stdout.splitlines()[-1]) == (0, "The ledger holds just what the files hold.")
    assert Meeting.objects.count() == 2
    assert Event.objects.filter(deed="data.imported").count() == 1


def test_errors_end_with_one_and_are_all_written_on_request(tree: Tree, book: Path) -> None:
    book.write_bytes(BOOK.replace(b",50,", b",fifty,"))
    out = book.with_name("findings.csv")

    answer = _run("import", "savings", book, "--mapping", _mapping(book), "--below", "North", "--by",
                  "adhiambo@example.org", "--commit", "--findings", out)  # fmt: skip

    assert (answer.exit_code, SavingsGroup.objects.count()) == (1, 0)
    assert "book.csv, row 3, field savings: “fifty” This is not a number." in answer.stdout
    assert "1 errors; nothing was written." in answer.stderr
    assert out.read_text().count("\n") >= 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--by": "chipo@example.org"}, "You may not bring in data from files here."),
        ({"--by": "who@example.org"}, "Nobody signs in as who@example.org."),
        ({"--below": "Nowhere"}, "There is no organisation, partner or group 'Nowhere'."),
    ],
)
def test_what_is_wrong_with_the_call_is_said(tree: Tree, book: Path, change: dict[str, str], words: str) -> None:
    options = {"--mapping": str(_mapping(book)), "--below": "North", "--by": "adhiambo@example.org", **change}

    answer = _run("import", "savings", book, *[part for pair in options.items() for part in pair])

    assert (answer.exit_code, words in answer.stderr) == (1, True)


def test_a_mapping_or_file_that_cannot_be_read_is_said(tree: Tree, book: Path) -> None:
    broken = book.with_name("broken.json")
    broken.write_text("{}")
    empty = book.with_name("empty.csv")
    empty.write_text("")
    where = ("--below", "North", "--by", "adhiambo@example.org")

    assert "format" in _run("import", "savings", book, "--mapping", broken, *where).stderr
    assert "empty.csv: The file is empty." in _run("import", "savings", empty, *where).stderr
    assert _run("import", "propose", empty).exit_code == 1
    assert "is there already" in _run("import", "propose", book, "--out", broken).stderr
    assert _run("import", "savings", book).exit_code == 2
