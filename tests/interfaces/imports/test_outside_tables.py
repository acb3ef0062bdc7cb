"""A table from outside comes in by its pages: its columns are seen, each row is understood in the open, all or none."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from egenmakt.apps.reports.models import OutsideFigure, OutsideTable
from egenmakt.apps.reports.queries.facts import facts_of
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db

CSV = (
    "Indikator;Partner;Kön;År;Värde;Av\n"
    "Utbildade personer;North;alla;2025;1 200;\n"
    "trained;North;kvinnor;2025;700;\n"
    "Commitments kept;South;;2025;3;4\n"
)


def client_of(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def sent(tree: Tree, content: bytes, name: str = "north.csv", **changes: Any) -> Any:
    """Send a file as Muthoni, who watches over Umoja's figures."""
    client = client_of(changes.pop("who", tree.monitoring))
    said = {
        "below": str(tree.umoja.id),
        "title": "North 2025",
        "source": "Letter of 3 January",
        "received_on": "2026-01-10",
        "tables": SimpleUploadedFile(name, content),
        **changes,
    }
    return client.post(reverse("outside_imports"), said)


def through(tree: Tree, content: bytes, name: str = "north.csv", **changes: Any) -> tuple[Client, str, Any]:
    """A file as far as the dry run, with the columns that were proposed."""
    response = sent(tree, content, name, **changes)
    assert response.status_code == 302, response.content.decode()[-3000:]
    client = client_of(tree.monitoring)
    shown = client.get(response.url)
    proposed = {bound.name: bound.value() or "" for bound in shown.context["form"]}
    report = client.post(response.url, proposed)["Location"]
    return client, report, client.get(report)


def test_a_swedish_file_is_read_seen_and_entered_whole(tree: Tree) -> None:
    client, report, dry = through(tree, CSV.encode("utf-8-sig"))

    assert not dry.context["errors"]
    assert [(name, one.figure.value, one.figure.of, one.figure.sex) for one, name in dry.context["rows"]] == [
        ("People trained", 1200, None, ""), ("People trained", 700, None, "female"), ("Commitments kept", 3, 4, ""),
    ]  # fmt: skip
    assert OutsideTable.objects.count() == 0

    result = client.get(client.post(report + "run/")["Location"])

    assert "3 figures are entered" in result.content.decode()
    table = OutsideTable.objects.get()
    assert (table.title, table.source, table.received_on, table.file_name, len(table.file_sha256)) == (
        "North 2025", "Letter of 3 January", date(2026, 1, 10), "north.csv", 64,
    )  # fmt: skip
    rows = facts_of(node_id=tree.umoja.id, until_on=date(2026, 1, 1)).tables["outside"].to_pylist()
    assert sorted((row["indicator"], row["value"], row["of"]) for row in rows) == [
        ("commitments_kept", 3, 4), ("trained", 700, None), ("trained", 1200, None),
    ]  # fmt: skip
    listed = client.get(reverse("outside_tables", args=[tree.umoja.id]))
    assert "Letter of 3 January" in listed.content.decode()


def test_sending_the_form_twice_enters_the_table_once(tree: Tree) -> None:
    client, report, _dry = through(tree, CSV.encode())
    client.post(report + "run/")
    client.post(report + "run/")

    assert (OutsideTable.objects.count(), OutsideFigure.objects.count()) == (1, 3)


def test_a_workbook_with_days_and_amounts_is_read(tree: Tree) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["indicator", "from", "to", "value", "currency", "country"])
    sheet.append(["savings", date(2025, 1, 1), date(2025, 6, 30), "1,250.50", "KES", "Kenya"])
    out = io.BytesIO()
    book.save(out)

    client, report, dry = through(tree, out.getvalue(), "north.xlsx")

    assert not dry.context["errors"], dry.context["errors"]
    client.post(report + "run/")
    kept = OutsideFigure.objects.get()
    assert (kept.value, kept.currency, kept.country_id, kept.from_on, kept.until_on) == (
        125_050, "KES", "KE", date(2025, 1, 1), date(2025, 7, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("happiness;North;;2025;5;", "field Indikator", "no such indicator"),
        ("jobs;Nobody;;2025;5;", "field Partner", "no such partner"),
        ("jobs;Far;;2025;5;", "field Partner", "no such partner"),
        ("jobs;North;boys and girls;2025;5;", "field Kön", "none of: women, men"),
        ("jobs;North;;soon;5;", "field År", "neither a year nor a month"),
        ("jobs;North;;2025;many;", "field Värde", "not a whole number"),
        ("jobs;North;;2025;5;x", "field Av", "not a whole number"),
        ("jobs;North;;2025;5;9", "field Värde", "comes with its whole"),
        ("commitments_kept;North;;2025;5;4", "field Värde", "larger than its whole"),
        ("savings;North;;2025;5;", "field currency", "no currency"),
        ("trained;North;;2025-03;5;", "row 5", "counted already"),
    ],
)
def test_a_row_that_cannot_be_keeps_the_table_out_with_its_place(tree: Tree, row: str, place: str, words: str) -> None:
    client, report, dry = through(tree, (CSV + row + "\n").encode())

    (error,) = dry.context["errors"]
    assert "row 5" in str(error)
    assert place in str(error)
    assert words in str(error)
    client.post(report + "run/")
    assert OutsideTable.objects.count() == 0
    assert words in client.get(report + "findings.csv").content.decode()


def test_a_table_replaces_the_one_before(tree: Tree) -> None:
    client, report, _dry = through(tree, CSV.encode())
    client.post(report + "run/")
    first = OutsideTable.objects.get()
    _client, _report, again = through(tree, CSV.encode())
    assert "counted already" in str(again.context["errors"][0])

    client, report, dry = through(tree, CSV.replace("700", "701").encode(), replaces=str(first.id))

    assert not dry.context["errors"]
    client.post(report + "run/")
    rows = facts_of(node_id=tree.umoja.id, until_on=date(2026, 1, 1)).tables["outside"].to_pylist()
    assert sorted(row["value"] for row in rows) == [3, 701, 1200]
    assert "replaced" in client.get(reverse("outside_tables", args=[tree.umoja.id])).content.decode()


def test_a_column_that_nobody_chose_is_asked_for(tree: Tree) -> None:
    response = sent(tree, b"what;how many\njobs;5\n")
    client = client_of(tree.monitoring)

    assert client.post(response.url, {"indicator": "what"}).status_code == 422
    report = client.post(response.url, {"indicator": "what", "value": "how many"})
    refused = client.get(report["Location"])

    assert refused.status_code == 422
    assert "No column says the period" in refused.content.decode()


def test_a_file_that_is_none_is_refused_at_once(tree: Tree) -> None:
    assert sent(tree, b"").status_code == 422
    assert sent(tree, CSV.encode(), source="").status_code == 422


@pytest.mark.parametrize("who", ["treasurer", "auditor", "nobody"])
def test_whoever_may_not_enter_figures_sees_no_page(tree: Tree, who: str) -> None:
    assert client_of(getattr(tree, who)).get(reverse("outside_imports")).status_code == 403
    response = sent(tree, CSV.encode())
    assert client_of(getattr(tree, who)).get(response.url).status_code == 404
