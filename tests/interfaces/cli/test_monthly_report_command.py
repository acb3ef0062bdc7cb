"""`egenmakt report monthly`: the latest published edition as a file, or a sentence that says why there is none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.interfaces.cli.demo_programme.programme import Programme, Wanted
from egenmakt.interfaces.cli.main import group
from tests.support.monthly_reports import draft, published
from tests.support.tree import Tree


def run(*words: object) -> Result:
    return CliRunner().invoke(group, ["report", "monthly", *map(str, words)])


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv"])
def test_a_published_month_becomes_a_file(tree: Tree, tmp_path: Path, ending: str) -> None:
    published(tree, tree.north, 0)
    out = tmp_path / f"north.{ending}"

    answer = run("--node", "North", "--month", "2025-10", "--out", out, "--language", "sv")

    assert answer.exit_code == 0, answer.output
    assert answer.output == f"The report of North for 2025-10, edition 1, published: {out}\n"
    if ending == "pdf":
        assert out.read_bytes().startswith(b"%PDF-")
    elif ending == "xlsx":
        assert load_workbook(out).worksheets[0]["A2"].value == "Grupper"
    else:
        rows = list(csv.DictReader(out.read_text().splitlines()))
        assert [(row["indicator"], row["accumulated"]) for row in rows][:2] == [("groups", "4"), ("members", "61")]
    again = run("--node", "North", "--month", "2025-10", "--out", out)
    assert (again.exit_code, "--force" in again.output) == (1, True)


def test_a_draft_is_written_only_when_it_is_asked_for(tree: Tree, tmp_path: Path) -> None:
    draft(tree.north, 0, tree.amina)
    out = tmp_path / "north.csv"

    refused = run("--node", "North", "--month", "oktober 2025", "--out", out)

    assert refused.exit_code == 1
    assert "is not published yet" in refused.output
    assert not out.exists()
    assert run("--node", "North", "--month", "oktober 2025", "--out", out, "--draft").exit_code == 0
    assert "draft" in out.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--month", "2025-12", "--out", "x.csv"), "There is no report of North for 2025-12."),
        (("--month", "soon", "--out", "x.csv"), "'soon' is no month."),
        (("--month", "2025-10", "--out", "x.docx"), "'.docx' is no kind of file here."),
    ],
)
def test_what_cannot_be_written_is_said_with_a_remedy(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("--node", "North", *words)

    assert answer.exit_code == 1
    assert says in answer.output
    assert " — " in answer.output


def test_the_demo_reports_a_draft_a_correction_and_something_open(db: None) -> None:
    from datetime import date

    from egenmakt.apps.reports.queries.monthly_series import check_of
    from egenmakt.interfaces.cli.demo_programme import monthly

    programme = Programme(Wanted(groups=1, months=6, seed=1, until=date(2026, 10, 31)))
    programme.begin()
    for code in monthly.COUNTRIES:
        reporting = monthly.MonthlyReporting(chance=programme.chance, code=code, branch=programme._branches[code])
        reporting.make(months=6, until=date(2026, 10, 31))
        reporting.make(months=6, until=date(2026, 10, 31))  # once more changes nothing

    reports = MonthlyReport.objects.select_related("node").order_by("node__name", "month", "edition")
    states = [(one.node.country_id, f"{one.month:%m}", one.edition, one.state) for one in reports]
    assert states == [
        *(("JO", month, 1, "published") for month in ("05", "06", "07", "08", "09")),
        ("JO", "10", 1, "approved"),
        *(("KE", month, 1, "published") for month in ("05", "06", "07")),
        ("KE", "07", 2, "published"),
        *(("KE", month, 1, "published") for month in ("08", "09")),
        ("KE", "10", 1, "draft"),
    ]
    waiting = next(one for one in reports if one.state == "approved")
    assert [(one.code, [cause.code for cause in one.causes]) for one in check_of(waiting).open] == [
        ("sum", ["digit_doubled"]),
    ]
    assert [finding.code for one in reports if one.state == "draft" for finding in check_of(one).open] == []
