"""Stories taken out in a file: lossless, safe in a spreadsheet, for a purpose, and written down."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.stories.models import ExportedStory, ExportMade, ReadingLog
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.exporting import mark_in_file
from egenmakt.core.disclosure import Suppressed
from egenmakt.interfaces.cli.main import group as program
from egenmakt.interfaces.exports.cells import plain_text
from egenmakt.interfaces.exports.story_columns import HEAD
from egenmakt.interfaces.exports.story_export import NothingToExport, write_stories
from tests.support.learning import AT, Told, tell_round
from tests.support.tree import Tree

HARD = "She said \"we go\", then;\r\n=2+5 came first,\nand 'quotes', commas, tabs\t and ؛ نعم"
FORMULA = '=2+5+cmd|" /C calc"!A0'


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


def take_out(told: Told, purpose: str, by: User | None = None, **more: Any) -> dict[str, bytes]:
    into = io.BytesIO()
    options = {"node": told.tree.north, "recipient": "Giver", "file_name": "x.zip", "at": AT, **more}
    write_stories(id=uuid7(), into=into, purpose=purpose, by=by or told.tree.amina, **options)
    with zipfile.ZipFile(into) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(files: dict[str, bytes], stem: str) -> list[dict[str, str]]:
    (name,) = [name for name in files if name.startswith(stem)]
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


def test_words_come_back_exactly_and_no_cell_is_a_formula(told: Told, tree: Tree) -> None:
    story = told.tell(title=FORMULA, text=HARD)

    files = take_out(told, "learn")

    (row,) = rows(files, "stories-")
    assert (plain_text(row["title"]), plain_text(row["text"])) == (story.title, story.text)
    assert (story.title, story.text) == (FORMULA, HARD)
    for name in files:
        if name.endswith(".csv"):
            for cells in csv.reader(io.StringIO(files[name].decode(), newline="")):
                assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell[:1]], name
    document = json.loads(files["stories.json"])["stories"][0]
    assert (document["title"], document["text"]) == (FORMULA, HARD)


def test_answered_skipped_does_not_apply_and_not_asked_are_four_things_and_zero_is_a_value(told: Told) -> None:
    zero = {"significance": {"value": 0}, "lasting": {"state": "does_not_apply"}, "feeling": {"state": "skipped"}}
    told.tell(kind="collective_action")
    story = told.telling.tell(answers={"kind": {"value": ["collective_action"]}, **zero})

    found = {row["story"]: row for row in rows(take_out(told, "learn"), "stories-")}[str(story.id)]

    assert (found["significance/state"], found["significance"]) == ("answered", "0")
    assert (found["lasting/state"], found["lasting"]) == ("does_not_apply", "")
    assert (found["feeling/state"], found["feeling/proud"]) == ("skipped", "")
    assert (found["needed/state"], found["needed"]) == ("not_asked", "")
    assert (found["kind/collective_action"], found["kind/no_change"]) == ("1", "0")
    corners = ["who_acted/we", "who_acted/organisation", "who_acted/outside"]
    if found["who_acted/state"] == "answered":
        assert sum(int(found[each]) for each in corners) == 10_000


def test_the_json_reads_back_as_the_same_answers(told: Told) -> None:
    stories = [told.tell() for _ in range(5)]

    document = json.loads(take_out(told, "learn")["stories.json"])

    framework = told.telling.framework
    assert [each["answers"] for each in document["stories"]] == [story.answers for story in stories]
    assert document["frameworks"][0]["id"] == str(framework.id)


def test_the_code_book_explains_every_column(told: Told) -> None:
    told.tell()
    for purpose in ("learn", "public_text"):
        files = take_out(told, purpose)
        explained = {line["column"] for line in rows(files, "codebook-")}
        assert set(rows(files, "stories-")[0]) == explained
        assert set(HEAD) <= explained


def test_outside_only_covered_words_of_stories_that_allow_it_and_nothing_about_the_teller(
    told: Told, tree: Tree
) -> None:
    covered = told.tell(title="The well", text="Amina Marker asked.", is_covered=False)
    cover = [{"field": "text", "start": 0, "end": 12, "replacement": "[name]"}]
    accept_masks(id=uuid7(), story=covered, language="en", masks=cover, by=tree.amina, at=AT)
    told.tell(text="Bare Marker words", is_covered=False)
    told.tell(text="Closed Marker", purposes={"donor": False})
    told.tell(text="Team Marker", consent={"visibility": "team"})

    files = take_out(told, "donor")

    found = rows(files, "stories-")
    assert sorted((row["words"], row["text"]) for row in found) == [
        ("covered", "[name] asked."), ("none", ""), ("none", ""),
    ]  # fmt: skip
    assert all(b"Marker" not in content for content in files.values())
    assert all(str(covered.id).encode() not in content for content in files.values())
    assert all(str(covered.teller_key).encode() not in content for content in files.values())
    about = {question.code for question in told.telling.framework.about("teller")}
    assert about & {column.split("/")[0] for column in found[0]} == set()
    assert set(json.loads(files["stories.json"])["stories"][0]["answers"]) & (about | {"place", "needed"}) == set()


def test_numbers_of_fewer_than_five_people_are_left_out(told: Told) -> None:
    for kind, number in (("collective_action", 12), ("worse", 2)):
        for _ in range(number):
            told.tell(kind=kind, is_covered=False)

    counted = rows(take_out(told, "learn"), "counts-")

    people = {(line["option"], line["voice"]): line["people"] for line in counted}
    assert people["worse", "all"] == ""
    assert all(not each or int(each) == 0 or int(each) >= 5 for each in people.values())
    assert {line["why_not"] for line in counted if not line["people"]} <= {each.value for each in Suppressed}


def test_it_is_written_down_what_left_and_a_withdrawal_names_the_line(told: Told, tree: Tree) -> None:
    story = told.tell()

    (row,) = rows(take_out(told, "public_text"), "stories-")
    take_out(told, "learn")

    outside = ExportMade.objects.get(purpose="public_text")
    assert (outside.recipient, outside.stories, outside.made_by) == ("Giver", 1, tree.amina.id)
    assert ReadingLog.objects.filter(what="file").count() == 1  # only inside did names leave
    forgotten = withdraw_for_teller(story=story, by=tree.amina, at=AT)
    assert {each.export_id for each in forgotten.exports} == set(ExportMade.objects.values_list("id", flat=True))
    left = ExportedStory.objects.get(export=outside)
    assert mark_in_file(export_id=outside.id, id_hash=left.id_hash) == row["story"]
    with pytest.raises(NothingToExport):
        take_out(told, "public_text")


def test_only_who_may_takes_stories_out(told: Told, tree: Tree) -> None:
    told.tell()
    address = reverse("story_file_zip")
    sent = {"node": str(tree.north.id), "purpose": "learn", "recipient": "Me"}
    for outsider in (tree.beatrice, tree.chipo, tree.nobody, tree.facilitator, tree.auditor):
        with pytest.raises((NotAllowed, NothingToExport)):
            take_out(told, "learn", by=outsider)
        client = Client()
        client.force_login(outsider)
        assert client.post(address, sent).status_code == 403
    assert ExportMade.objects.count() == 0

    client = Client()
    client.force_login(tree.amina)
    assert client.get(reverse("story_take_out")).status_code == 200
    assert client.get(address).status_code == 405
    assert client.post(address, {**sent, "recipient": ""}).status_code == 422
    answer = client.post(address, {**sent, "round": str(told.telling.round.id)})
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None  # type: ignore[attr-defined]  # a file


def test_the_command_writes_the_same_file_and_a_group_is_still_exported_as_before(
    told: Told, tree: Tree, tmp_path: Path
) -> None:
    told.tell()
    out = tmp_path / "stories.zip"
    words = ["export", "stories", "North", "--purpose", "donor", "--recipient", "Giver", "--by", tree.amina.email]

    done = CliRunner().invoke(program, [*words, "--out", str(out)])
    again = CliRunner().invoke(program, [*words, "--out", str(out)])
    refused = CliRunner().invoke(program, ["export", "North", "--out", str(tmp_path / "group.zip")])

    assert (done.exit_code, done.output) == (0, f"1 stories, 1 with their words, are in {out}.\n")
    assert out.stat().st_mode & 0o777 == 0o600
    assert again.exit_code == 1
    assert "North is no group." in refused.output
