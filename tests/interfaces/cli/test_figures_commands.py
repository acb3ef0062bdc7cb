"""`egenmakt import monthly`, `import outside`, `body` and `report indicators`: dry run first, twice changes nothing."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egenmakt.apps.audit.models import Event
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.reports.models import MonthlyReport, OutsideFigure, OutsideTable
from egenmakt.interfaces.cli.main import group
from tests.support.groups import NAMES, form_group
from tests.support.tree import Tree

MONTHS = (
    "month,region,indicator,flow,accumulated,note\n"
    "2025-10,North,groups,4,104,\n"
    "2025-10,North,women,52,1052,\n"
    "2025-11,Söder,groups,3,50,\n"
    "2025-11,North,groups,2,109,\n"
)
YEARS = "Indikator,Partner,Period,Antal\nenterprises,North,2025,40\nenterprises,South,2025,2\n"
BY = ("--by", "ochieng@example.org")
MONITORING = ("--by", "muthoni@example.org")
HANDED_IN = ("--below", "Umoja", "--title", "Enterprises 2025", "--source", "Letter", "--received-on", "2026-01-10")


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture
def months(tmp_path: Path) -> Path:
    file = tmp_path / "months.csv"
    file.write_text(MONTHS, encoding="utf-8")
    return file


@pytest.fixture
def years(tmp_path: Path) -> Path:
    file = tmp_path / "years.csv"
    file.write_text(YEARS, encoding="utf-8")
    return file


def test_published_months_are_tried_then_written_and_the_same_again_changes_nothing(tree: Tree, months: Path) -> None:
    where = (months, "--below", "Umoja", *BY)

    unnamed = run("import", "monthly", *where, "--commit")
    assert unnamed.exit_code == 1
    assert "“Söder” Nobody has said which country or partner this is." in unnamed.output
    named = (*where, "--region", "Söder=South")
    tried = run("import", "monthly", *named)
    assert (tried.exit_code, MonthlyReport.objects.count()) == (0, 0), tried.output
    assert "Months: 3 new" in tried.output
    assert "104 before and 2 in the month make 106; 109 is written" in tried.output

    written = run("import", "monthly", *named, "--commit")
    again = run("import", "monthly", *named, "--commit")

    assert written.exit_code == 0, written.output
    assert "Written: 3 months." in written.output
    assert sorted(MonthlyReport.objects.values_list("node__name", "month", "state")) == [
        ("North", date(2025, 10, 1), "published"),
        ("North", date(2025, 11, 1), "published"),
        ("South", date(2025, 11, 1), "published"),
    ]
    assert (again.exit_code, MonthlyReport.objects.count()) == (0, 3)
    assert "nothing was changed" in again.output


def test_a_month_that_is_here_with_other_figures_is_left_and_said(tree: Tree, months: Path, tmp_path: Path) -> None:
    where = ("--below", "Umoja", "--region", "Söder=-", *BY, "--commit")
    assert run("import", "monthly", months, *where).exit_code == 0
    other = tmp_path / "other.csv"
    other.write_text(MONTHS.replace("4,104", "5,105"), encoding="utf-8")

    answer = run("import", "monthly", other, *where, "--findings", tmp_path / "found.csv")

    assert answer.exit_code == 1
    assert "Not written: 1 months." in answer.output
    assert "with other figures" in (tmp_path / "found.csv").read_text(encoding="utf-8-sig")
    kept = MonthlyReport.objects.get(node=tree.north, month="2025-10-01")
    assert kept.lines.get(indicator="groups").flow == 4


def test_months_come_as_drafts_by_somebody_who_may_not_approve(tree: Tree, months: Path) -> None:
    where = (months, "--below", "North", "--region", "Söder=-", "--by", "amina@example.org")

    as_history = run("import", "monthly", *where, "--commit")
    as_drafts = run("import", "monthly", *where, "--drafts", "--commit")

    assert (as_history.exit_code, as_drafts.exit_code) == (1, 0), as_drafts.output
    assert set(MonthlyReport.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--region", "Nowhere=North"), "'Nowhere' is not among them. — write one of: North, Söder"),
        (("--line", "groups=cows"), "'cows' is not among them."),
        (("--line", "groups"), "'groups' is not NAME=MEANING."),
    ],
)
def test_a_name_that_is_not_known_is_said_with_those_that_are(
    tree: Tree, months: Path, words: tuple[str, ...], says: str
) -> None:
    answer = run("import", "monthly", months, "--below", "Umoja", *BY, *words)

    assert answer.exit_code in (1, 2)
    assert says in answer.output


def test_a_table_from_outside_is_entered_whole_once_and_replaced_by_its_title(
    tree: Tree, years: Path, tmp_path: Path
) -> None:
    unnamed = run("import", "outside", years, *HANDED_IN, *MONITORING, "--column", "value=Number")
    assert "'Number' is not among them. — write one of: Indikator, Partner, Period, Antal" in unnamed.output

    tried = run("import", "outside", years, *HANDED_IN, *MONITORING)
    assert (tried.exit_code, OutsideTable.objects.count()) == (0, 0), tried.output
    written = run("import", "outside", years, *HANDED_IN, *MONITORING, "--commit")
    again = run("import", "outside", years, *HANDED_IN, *MONITORING, "--commit")
    twice = tmp_path / "twice.csv"
    twice.write_text(YEARS.replace("40", "41"), encoding="utf-8")
    counted = run("import", "outside", twice, *HANDED_IN, *MONITORING, "--commit")
    replaced = run("import", "outside", twice, *HANDED_IN, *MONITORING, "--replaces", "Enterprises 2025", "--commit")

    assert "Written: Enterprises 2025, 2 figures." in written.output
    assert "entered from the same file already; nothing was changed" in again.output
    assert (counted.exit_code, "nothing was written" in counted.output) == (1, True)
    assert replaced.exit_code == 0, replaced.output
    assert sorted(OutsideFigure.objects.filter(table__replaced_by=None).values_list("partner__name", "value")) == [
        ("North", 41),
        ("South", 2),
    ]
    assert OutsideTable.objects.filter(received_on=date(2026, 1, 10)).count() == 2


def test_a_row_without_a_place_keeps_the_whole_table_out(tree: Tree, years: Path) -> None:
    years.write_text(YEARS + "enterprises,Nowhere,2025,1\n", encoding="utf-8")

    answer = run("import", "outside", years, *HANDED_IN, *MONITORING, "--commit")

    assert (answer.exit_code, OutsideTable.objects.count()) == (1, 0)
    assert "years.csv, row 4, field Partner: “Nowhere” There is no such partner below the body." in answer.output


def test_nobody_brings_figures_in_where_she_may_not(tree: Tree, months: Path, years: Path) -> None:
    outside = run("import", "outside", years, *HANDED_IN, "--by", "chipo@example.org", "--commit")
    monthly = run("import", "monthly", months, "--below", "Umoja", "--by", "chipo@example.org", "--commit")

    assert (outside.exit_code, monthly.exit_code) == (1, 1)
    assert (OutsideTable.objects.count(), MonthlyReport.objects.count()) == (0, 0)


def test_a_partner_is_added_in_its_country_once(tree: Tree) -> None:
    words = ("body", "add", "--name", "Lusaka Partners", "--below", "Umoja", "--country", "zm")

    first, again = run(*words), run(*words)

    made = Node.objects.get(name="Lusaka Partners")
    assert first.output == "Lusaka Partners (partner, Zambia) is below Umoja.\n"
    assert "nothing was changed" in again.output
    assert (made.kind, made.country_id, made.parent_id) == ("partner", "ZM", tree.umoja.id)
    assert NodeAncestor.objects.filter(node=made, ancestor=tree.network).exists()
    assert Event.objects.filter(deed="node.added", subject_id=made.id).count() == 1
    assert run("body", "add", "--name", "X", "--below", "Umoja", "--country", "XX").exit_code == 1
    assert run("body", "add", "--kind", "organisation", "--name", "X", "--below", "North").exit_code == 1


def test_indicators_are_printed_with_small_numbers_hidden(tree: Tree, years: Path) -> None:
    form_group(tree, names=NAMES[:5])
    assert run("import", "outside", years, *HANDED_IN, *MONITORING, "--commit").exit_code == 0
    asked = ("report", "indicators", "--node", "Umoja", "--from", "2025-01-01", "--until", "2026-01-31")

    found = json.loads(run(*asked, "--json").output)
    figures = {one["indicator"]: (one["value"], one["of"], one["state"]) for one in found["figures"]}

    assert (found["body"], found["until_on"]) == ("Umoja", "2026-02-01")
    assert figures["members"] == (5, None, "shown")
    assert figures["women"] == (5, None, "shown")
    assert figures["enterprises"] == (42, None, "shown")
    assert figures["jobs"] == (None, None, "none")
    assert figures["savings"] == (None, None, "none")

    small = json.loads(run(*asked[:2], "--node", "North", *asked[4:], "--json").output)
    assert {one["indicator"]: one["value"] for one in small["figures"]}["members"] == 5


def test_four_members_are_not_told(tree: Tree) -> None:
    form_group(tree, names=NAMES[:4])
    asked = ("report", "indicators", "--node", "Umoja", "--year", "2026", "--divided")

    rows = list(csv.DictReader(run(*asked, "--csv").output.splitlines()))
    text = run(*asked, "--language", "sv").output

    members = [row for row in rows if row["indicator"] == "members"]
    assert [(row["division"], row["value"], row["state"]) for row in members if not row["division"]] == [
        ("", "", "hidden")
    ]
    assert {row["value"] for row in members} == {""}
    line = next(line for line in text.splitlines() if line.startswith("Medlemmar i grupper"))
    assert line.split()[-1] == "*"
    assert "about too few people" in text
    assert run(*asked, "--csv", "--json").exit_code == 1
