"""A monthly report as a file: what a spreadsheet and our own check read again, and a paper that says what it is."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.reports.queries.monthly import report_page
from egenmakt.apps.reports.services.monthly import TypedLine, start_correction, write_figures
from egenmakt.core.evidence.counts import read_count
from egenmakt.core.evidence.reading import read_table
from egenmakt.core.evidence.self_check import check
from egenmakt.interfaces.exports.monthly_files import pdf_of
from tests.interfaces.exports.test_pdf_documents import read_text
from tests.support.monthly_reports import AT, approved, draft, figures, published, series
from tests.support.tree import Tree

LATER = datetime(2026, 5, 21, 8, 0, tzinfo=UTC)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_series_as_csv_is_read_and_checked_by_our_own_check(tree: Tree) -> None:
    series(tree, tree.north, 3)

    answer = as_user(tree.amina).get(reverse("monthly_series_csv", args=[tree.north.id]))

    header, *rows = csv.reader(StringIO(answer.content.decode()))
    read = read_table(header=header, rows=list(enumerate(rows, start=2)))
    assert (len(read.table.series), read.findings, check(read.table)) == (5, (), [])
    assert dict(read.table.part_of) == {"women": "members"}
    assert answer["Content-Disposition"] == 'attachment; filename="monthly-north.csv"'


def test_what_a_spreadsheet_would_run_is_only_text(tree: Tree) -> None:
    made = draft(tree.north, 0, tree.amina)
    evil = '=HYPERLINK("http://x","y")'
    lines = {**figures(0), "jobs": TypedLine(read_count("-5"), read_count("17"), evil)}
    write_figures(report=made, figures=lines, changes=1, by=tree.amina, at=AT)
    client = as_user(tree.amina)

    rows = list(csv.DictReader(StringIO(client.get(reverse("monthly_csv", args=[made.id])).content.decode())))
    book = load_workbook(BytesIO(client.get(reverse("monthly_xlsx", args=[made.id])).content))

    assert (rows[4]["note"], rows[4]["flow"], rows[4]["flow_written"]) == (f"'{evil}", "-5", "'-5")
    cells = next(book.worksheets[0].iter_rows(min_row=6, max_row=6))
    assert (cells[0].value, cells[2].value, cells[4].value) == ("Jobs created or developed", -5, evil)
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "n", "s", "s"]


def test_the_workbook_has_what_was_found_and_who_answered(tree: Tree) -> None:
    series(tree, tree.north, 4)
    made = published(tree, tree.north, 4, members=(95, 351))

    answer = as_user(tree.auditor).get(reverse("monthly_xlsx", args=[made.id]))

    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Figures", "Found and answered", "About"]
    found = [cell.value for cell in next(book["Found and answered"].iter_rows(min_row=2))]
    assert found == [
        "Members in groups, 2026-02, accumulated figure: 220 before and 95 in the month make 315; 351 is written, "
        "a difference of 36.",
        "It was so on paper.",
        "Muthoni",
    ]
    facts = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert (facts["Country or partner"], facts["Month"], facts["approved"]) == (
        "North",
        "2026-02",
        "Ochieng, 2026-05-20",
    )


def test_the_paper_says_in_swedish_what_is_corrected_and_why(tree: Tree, tmp_path: Path) -> None:
    first = published(tree, tree.north, 0)
    again = start_correction(id=uuid7(), report=first, reason="En grupp saknades.", by=tree.amina, at=AT)
    write_figures(report=again, figures=figures(0, groups=(5, 5)), changes=0, by=tree.amina, at=AT)

    with override("sv"):
        page = report_page(user=tree.amina, report_id=again.id)
        text = read_text(pdf_of(page, language="sv", at=LATER), tmp_path)

    assert "Inte publicerad: siffrorna kan ändras" in text
    assert "Utgåva 2: en rättelse" in text
    assert "En grupp saknades." in text
    assert "Vad som är rättat" in text
    assert "Grupper 4 5 4 5" in text
    assert "Varav kvinnor – 52 52" in text


def test_the_same_report_gives_the_same_bytes(tree: Tree) -> None:
    made = published(tree, tree.north, 0)

    papers = {pdf_of(report_page(user=tree.amina, report_id=made.id), language="en", at=LATER) for _ in range(2)}

    assert len(papers) == 1


@pytest.mark.parametrize("name", ["paper_monthly", "monthly_csv", "monthly_xlsx"])
def test_an_outsider_fetches_nothing(tree: Tree, name: str) -> None:
    made = approved(tree, tree.north, 0)
    address = reverse(name, args=[made.id])

    assert {as_user(user).get(address).status_code for user in (tree.beatrice, tree.chipo, tree.nobody)} == {403}
    assert Client().get(address).status_code == 302
    assert as_user(tree.amina).get(address).status_code == 200
    assert as_user(tree.chipo).get(reverse("monthly_series_csv", args=[tree.north.id])).status_code == 403
