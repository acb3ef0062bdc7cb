"""Published months from a file: every cell kept as written, every row placed or named with what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyLine, MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import check_of, count_of
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.series.monthly import (
    LEFT_OUT,
    HasErrors,
    Names,
    Trial,
    bodies_for,
    propose,
    read_series,
    rehearse,
    write,
)
from tests.interfaces.imports.help import csv, workbook
from tests.support.monthly_reports import AT, draft, published
from tests.support.reading import stand_still, words_of
from tests.support.tree import Tree

HEAD = "Month;Country;Indicator;This month;Accumulated;Comment"
ROWS = (
    "2025-10;North;Groups;4;1 204;",
    "2025-10;North;Members in groups;61;14 061;",
    "2025-10;North;of whom women;52;12 052;",
    "2025-11;North;Groups;3;1 207;",
    "2025-11;North;Members in groups;l47;14 108;as told by phone",
    "2025-11;North;of whom women;39;;",
    "2025-11;South;Groups;2;90;",
)


def table_of(*rows: str, name: str = "months.csv") -> Any:
    return read_table(content=csv(HEAD, *rows), name=name)


def tried(tree: Tree, *rows: str, by: Any = None, is_published: bool = True, names: Names | None = None) -> Trial:
    table, who = table_of(*rows), by or tree.officer
    bodies = bodies_for(by=who, below=tree.umoja, is_published=is_published)
    how = names or propose(read=read_series(table), bodies=bodies)
    return rehearse(table=table, names=how, below=tree.umoja, is_published=is_published, by=who, on=AT.date())


def test_history_is_written_as_it_was_with_every_cell_as_it_stood(tree: Tree) -> None:
    trial = tried(tree, *ROWS)

    done = write(trial=trial, is_published=True, by=tree.officer, at=AT)

    assert done == {"recorded": 3, "already_recorded": 0, "different": 0, "in_error": 0}
    report = MonthlyReport.objects.get(node=tree.north, month="2025-11-01")
    assert (report.state, report.origin, report.checked_by) == ("published", "imported", None)
    assert report.source.startswith("months.csv (SHA-256 ")
    lines = {line.indicator: line for line in report.lines.all()}
    assert (lines["groups"].flow, lines["groups"].accumulated, lines["groups"].accumulated_written) == (
        3,
        1207,
        "1 207",
    )
    assert (lines["members"].flow, lines["members"].flow_written) == (None, "l47")
    assert (lines["members"].accumulated, lines["members"].note) == (14108, "as told by phone")
    assert (lines["women"].accumulated, count_of(lines["women"], "accumulated").state) == (None, "blank")
    assert lines["jobs"].written_by is None
    later = check_of(draft(tree.north, 2, tree.amina, groups=(5, 1212), members=(83, 14191), women=(71, 12162)))
    assert later.open == ()
    assert [(one.code, [cause.code for cause in one.causes]) for one in later.others if one.code == "unreadable"] == [
        ("unreadable", ["look_alike"])
    ]


def test_bringing_in_the_same_file_twice_changes_nothing(tree: Tree) -> None:
    write(trial=tried(tree, *ROWS), is_published=True, by=tree.officer, at=AT)

    again = write(trial=tried(tree, *ROWS), is_published=True, by=tree.officer, at=AT)

    assert again == {"recorded": 0, "already_recorded": 3, "different": 0, "in_error": 0}
    assert MonthlyReport.objects.count() == 3


def test_a_month_that_is_here_with_other_figures_is_left_as_it_is_and_named(tree: Tree) -> None:
    published(tree, tree.north, 0)

    trial = tried(tree, ROWS[0])

    assert [month.outcome for month in trial.months] == ["different"]
    note = trial.findings[-1]
    assert (note.source.row, note.source.field, note.severity) == (2, "Month", "note")
    assert "Correct it on its own page" in note.remedy
    assert write(trial=trial, is_published=True, by=tree.officer, at=AT)["different"] == 1
    assert MonthlyLine.objects.get(report__node=tree.north, indicator="groups").accumulated == 4


def test_rows_without_a_place_are_named_with_row_field_and_remedy(tree: Tree) -> None:
    trial = tried(
        tree,
        "2025-10;North;Groups;4;1204;",
        "03/04/2026;North;Groups;3;1207;",
        "2025-10;Narnia;Groups;3;7;",
        "2025-10;North;Goats;3;7;",
        ";;;5;6;",
        "2026-08;North;Groups;3;1300;",
    )

    places = {(error.source.row, error.source.field) for error in trial.errors}
    assert places == {(3, "Month"), (4, "Country"), (5, "Indicator"), (6, ""), (7, "Month")}
    assert all(error.remedy for error in trial.errors)
    with pytest.raises(HasErrors):
        write(trial=trial, is_published=True, by=tree.officer, at=AT)
    assert not MonthlyReport.objects.exists()
    done = write(trial=trial, is_published=True, by=tree.officer, at=AT, partly=True)
    assert (done["recorded"], done["in_error"]) == (1, 1)


def test_a_name_that_is_left_out_is_no_mistake(tree: Tree) -> None:
    names = Names({"North": str(tree.north.id), "Narnia": LEFT_OUT}, {"Groups": "groups", "Goats": LEFT_OUT})

    trial = tried(tree, ROWS[0], "2025-10;Narnia;Groups;3;7;", "2025-10;North;Goats;3;7;", names=names)

    assert trial.errors == []
    assert [(month.node.name, [row.code for row in month.rows]) for month in trial.months] == [("North", ["groups"])]


def test_two_names_for_the_same_line_are_refused(tree: Tree) -> None:
    names = Names({"North": str(tree.north.id)}, {"Groups": "groups", "Goats": "groups"})

    trial = tried(tree, ROWS[0], "2025-10;North;Goats;3;7;", names=names)

    assert [month.outcome for month in trial.months] == ["in_error"]
    assert "two names of the file mean the same" in trial.errors[0].text


def test_what_does_not_add_up_in_the_file_is_told_with_its_cause(tree: Tree) -> None:
    trial = tried(
        tree, "2025-10;North;Groups;40;1204;", "2025-11;North;Groups;37;1214;", "2025-12;North;Groups;52;1293;",
        "2026-01;North;Groups;41;1334;",
    )  # fmt: skip

    notes = [finding for finding in trial.findings if finding.severity == "note"]
    assert [(note.source.row, note.source.field) for note in notes] == [(3, "Accumulated")]
    assert "Two digits are swapped: 1,214 is written, 1,241 fits." in notes[0].text


def test_drafts_go_the_usual_way(tree: Tree) -> None:
    trial = tried(tree, *ROWS, by=tree.amina, is_published=False)

    assert {error.value for error in trial.errors} == {"South"}  # Amina writes for North alone
    write(trial=trial, is_published=False, by=tree.amina, at=AT, partly=True)
    assert list(MonthlyReport.objects.values_list("state", "origin", "checked_by").distinct()) == [
        ("draft", "own", None)
    ]
    assert MonthlyReport.objects.filter(node=tree.south).count() == 0


def test_only_who_may_approve_brings_in_history(tree: Tree) -> None:
    assert list(bodies_for(by=tree.amina, below=tree.north, is_published=True)) == []
    assert [node.name for node in bodies_for(by=tree.amina, below=tree.north, is_published=False)] == ["North"]
    trial = tried(tree, ROWS[0])

    with pytest.raises(Exception, match="approve"):
        write(trial=trial, is_published=True, by=tree.amina, at=AT)


def test_a_file_without_the_columns_says_which_are_missing() -> None:
    table = read_table(content=csv("when;what", "1;2"), name="x.csv")

    with pytest.raises(Unreadable) as refused:
        read_series(table)

    assert "month, region, indicator, flow, accumulated" in str(refused.value)


def test_the_only_body_of_a_country_is_found_by_the_country(tree: Tree) -> None:
    Node.objects.filter(id=tree.north.id).update(country=tree.kenya)
    read = read_series(table_of("2025-10;Kenya;Groups;4;1204;"))
    names = propose(read=read, bodies=bodies_for(by=tree.amina, below=tree.north, is_published=False))

    assert names.bodies == {"Kenya": str(tree.north.id)}


@pytest.fixture
def _pages(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    stand_still(monkeypatch)


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, tree: Tree, content: bytes, name: str = "months.csv", as_what: str = "published") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/import/monthly/", {"below": str(tree.umoja.id), "as_what": as_what, "tables": file})


@pytest.mark.usefixtures("_pages")
def test_from_a_workbook_to_history_by_the_pages_alone(tree: Tree) -> None:
    client = as_user(tree.officer)
    rows = [HEAD.split(";"), *(row.split(";") for row in ROWS)]
    sent = send(client, tree, workbook(rows), "months.xlsx")
    shown = client.get(sent.url)
    fields = {bound.name: bound.value() for bound in shown.context["form"]}

    tried_out = client.post(sent.url, fields)
    report = words_of(client.get(tried_out.url))

    assert "Bring in 3 months" in report
    assert "6 North 2025-11 Members in groups l47 cannot be read 14 108 14,108" in report
    assert not MonthlyReport.objects.exists()
    done = client.post(tried_out.url + "run/")
    assert "New months 3" in words_of(client.get(done.url))
    assert MonthlyReport.objects.filter(state="published").count() == 3
    findings = client.get(tried_out.url + "findings.csv").content.decode()
    assert "months.xlsx,6,This month" in findings


@pytest.mark.usefixtures("_pages")
def test_a_file_of_somebody_else_is_not_shown_and_an_outsider_sends_none(tree: Tree) -> None:
    sent = send(as_user(tree.officer), tree, csv(HEAD, *ROWS))

    assert as_user(tree.administrator).get(sent.url).status_code == 404
    assert as_user(tree.chipo).get(sent.url).status_code == 404
    assert as_user(tree.nobody).get("/import/monthly/").status_code == 403
    assert send(as_user(tree.chipo), tree, csv(HEAD, *ROWS)).status_code == 422
    assert Client().get(sent.url).status_code == 302


@pytest.mark.usefixtures("_pages")
def test_a_file_that_cannot_be_read_says_why_on_the_same_page(tree: Tree) -> None:
    answer = send(as_user(tree.officer), tree, csv("when,what", "1,2"))

    assert answer.status_code == 422
    assert "Columns are missing" in words_of(answer)
