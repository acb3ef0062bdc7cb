"""Photos and voices that come with a table, and the column that names the teller's group."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from egenmakt.apps.stories.files import read_file
from egenmakt.apps.stories.media import PHOTO_BYTES_MAX
from egenmakt.apps.stories.models import Attachment, Story
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.report import report_lines
from egenmakt.interfaces.imports.stories.statement import NotStated
from egenmakt.interfaces.imports.stories.writing import NewRound, rehearse
from tests.apps.stories.test_attachments import photo_with_a_place
from tests.interfaces.imports.stories import captures
from tests.interfaces.imports.stories.help import errors, stated, table, tried, write
from tests.interfaces.imports.stories.test_bringing_stories_in import go
from tests.interfaces.imports.stories.test_odk import NAMES, ROW, form
from tests.interfaces.imports.stories.test_story_pages import STATED, _client, _mapping, _send
from tests.support.groups import Group, form_group
from tests.support.tree import Tree

HEADER = "story,picture"
BOTH = {"purposes": frozenset({"keep", "learn", "photo", "voice"}), "has_files": True}
VOICE = b"OggS" + bytes(200)


def archive(**files: bytes) -> bytes:
    """A ZIP; two underscores in a name stand for a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in files.items():
            opened.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


def with_files(folder: Path, content: bytes, *rows: str, header: str = HEADER) -> Plan:
    files = [write(folder, "stories.csv", "\n".join([header, *rows, ""])), write(folder, "media.zip", content)]
    return plan_of(files=files)


@pytest.fixture
def new(tree: Tree) -> NewRound:
    return NewRound(tree.umoja, "From paper", date(2026, 3, 1), date(2026, 4, 1), date(2028, 1, 1), ("en",))


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"


def test_a_photo_of_the_zip_is_kept_without_the_place_it_was_taken_at(
    tmp_path: Path, tree: Tree, new: NewRound
) -> None:
    photo = photo_with_a_place()
    plan = with_files(tmp_path, archive(form__a_DOT_jpg=photo), "We dug a well together.,a.jpg", "Nothing yet today.,")

    trial, outcome = go(plan, new, tree.officer, statement=stated(missing=plan.to_be_stated, **BOTH))

    assert (trial.files, outcome.counts["files"], outcome.accepted) == (1, 1, 2)
    attachment = Attachment.objects.select_related("story").get()
    assert (attachment.kind, attachment.sent_bytes, attachment.story.may_photo) == ("photo", len(photo), True)
    kept = read_file(attachment_id=attachment.id)
    with Image.open(io.BytesIO(kept)) as opened:
        assert (opened.size, dict(opened.getexif())) == ((40, 80), {})
    assert b"MAKERqxz" not in kept
    assert attachment.story.answers == {"picture": {"value": str(attachment.id)}}
    without = Story.objects.get(text="Nothing yet today.")
    assert (without.may_photo, without.answers) == (False, {"picture": {"state": "skipped"}})
    again = go(plan, new, tree.officer, statement=stated(missing=plan.to_be_stated, **BOTH))[1]
    assert (again.counts["already_recorded"], again.counts["files"]) == (2, 0)
    assert "         1  photos and voices" in list(report_lines(trial))


def test_every_file_that_cannot_be_kept_is_named_with_its_row_and_a_remedy(tmp_path: Path) -> None:
    too_large = b"\xff\xd8" + bytes(PHOTO_BYTES_MAX)
    content = archive(
        a__same_DOT_jpg=photo_with_a_place(),
        b__same_DOT_jpg=photo_with_a_place(),
        text_DOT_jpg=b"no photo at all",
        large_DOT_jpg=too_large,
        good_DOT_jpg=photo_with_a_place(),
    )
    rows = ("same.jpg", "text.jpg", "large.jpg", "gone.jpg", "media/GOOD.JPG")
    plan = with_files(tmp_path, content, *(f"A story about {name} and more.,{name}" for name in rows))

    found = errors(tried(plan, **BOTH))

    assert [line.partition("field picture: ")[2] for line in found] == [
        "“same.jpg” Several files have this name, in different folders. — Give them different names, in the table too.",
        "“text.jpg” The file is damaged or of a kind that is not taken; these are: JPEG, PNG and WebP. — "
        "Save it as one of them, or empty the cell.",
        "“large.jpg” The file is larger than 15 MB. — Make it smaller, or empty the cell.",
        "“gone.jpg” No file with this name came with the table. — Put it into the ZIP, or empty the cell.",
    ]
    assert all(f"row {row}" in line for row, line in enumerate(found, start=2))


def test_without_stated_consent_the_story_comes_and_the_file_stays_out(
    tmp_path: Path, tree: Tree, new: NewRound
) -> None:
    plan = with_files(tmp_path, archive(a_DOT_jpg=photo_with_a_place()), "We dug a well together.,a.jpg")

    trial, outcome = go(plan, new, tree.officer, statement=stated(missing=plan.to_be_stated, has_files=True))

    assert (outcome.accepted, trial.files, Attachment.objects.count()) == (1, 0, 0)
    assert ["No consent to keep this file is stated" in str(note) for note in trial.notes] == [True]
    with pytest.raises(NotStated, match="No photos and voices came with the table"):
        stated(purposes=frozenset({"keep", "photo"}))


def test_a_voice_of_an_odk_form_comes_from_a_folder(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    (tmp_path / "media").mkdir()
    write(tmp_path / "media", "rec_1.m4a", VOICE)
    files = [write(tmp_path, "export.csv", "\n".join([NAMES, ROW, ""])), write(tmp_path, "form.xlsx", form())]
    plan = plan_of(files=files, media_folder=tmp_path / "media")

    _trial, outcome = go(plan, new, tree.officer, statement=stated(missing=plan.to_be_stated, **BOTH))

    assert outcome.counts["files"] == 1, outcome.findings
    assert Attachment.objects.get().kind == "audio"
    assert not any("only the names of the files" in str(finding) for finding in plan.findings)


def test_the_photo_of_a_capture_is_found_by_the_address_that_it_had(tmp_path: Path) -> None:
    asked = {"id": "photo_1", "type": "photo", "order": 99, "title": "A picture", "content": {}}
    definition = {**captures.DEFINITION, "signifiers": [*captures.DEFINITION["signifiers"], asked]}
    row = {"photo_1": "https://example.org/media/a.jpg?size=1"}
    files = [
        write(tmp_path, "d.json", json.dumps(definition)),
        write(tmp_path, "t.csv", captures.table(row, header=[*captures.HEADER, "photo_1"])),
        write(tmp_path, "m.zip", archive(a_DOT_jpg=photo_with_a_place())),
    ]

    plan = plan_of(files=files)

    assert [(q.type, q.how) for q in plan.mapping.questions if q.columns == ("photo_1",)] == [("photo", "file")]


def test_a_zip_that_is_damaged_or_stands_alone_is_refused(tmp_path: Path) -> None:
    content = archive(a_DOT_jpg=photo_with_a_place())
    alone = write(tmp_path, "media.zip", content)
    with pytest.raises(Unreadable, match="There are no files"):
        plan_of(files=[alone])

    spoilt = content.replace(photo_with_a_place()[:60], bytes(60))
    plan = with_files(tmp_path, spoilt, "We dug a well together.,a.jpg")

    assert ["cannot be taken out" in line for line in errors(tried(plan, **BOTH))] == [True]


def test_the_page_offers_consent_to_the_files_that_came(tree: Tree) -> None:
    client = _client(tree.officer)
    rows = "story,picture\nWe dug a well together.,a.jpg\n"
    address = _send(client, tree, ("s.csv", rows), ("m.zip", archive(a_DOT_jpg=photo_with_a_place()))).url
    assert "a photo" in client.get(address).content.decode()

    purposes = ["keep", "learn", "photo"]
    stated_at = client.post(address, {**STATED, "purposes": purposes, "mapping": _mapping(client, address)})
    written = client.post(stated_at.url + "run/")

    assert "Photos and voices kept" in client.get(written.url).content.decode()
    assert Attachment.objects.get().stored_at is not None


# -- groups --------------------------------------------------------------------------------------------------------

NAMED = StoryMapping(fields={"text": "story", "group": "who"}, title="Water", code="water")


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


def test_a_column_links_stories_to_groups_by_their_names(
    tmp_path: Path, tree: Tree, new: NewRound, group: Group
) -> None:
    rows = ("We met under the tree.,tumaini  SAVINGS", "We sowed maize.,The sewers", "We sang together.,")
    plan = table(tmp_path, "story,who", *rows, f"We read aloud.,{group.row.id}", mapping=NAMED)
    mapped = replace(plan, mapping=replace(NAMED, groups={"the sewers": "-"}))

    _trial, outcome = go(mapped, new, tree.officer)

    assert outcome.accepted == 4
    told = dict(Story.objects.values_list("text", "group_id"))
    assert told == {
        "We met under the tree.": group.row.id,
        "We sowed maize.": None,
        "We sang together.": None,
        "We read aloud.": group.row.id,
    }


def test_names_that_fit_no_group_or_several_are_listed_with_the_nearest(
    tmp_path: Path, tree: Tree, new: NewRound, group: Group
) -> None:
    form_group(tree, name="Umoja")
    form_group(tree, name="umoja")
    rows = ("We met.,Tumani Savings", "We sowed.,Umoja", "We sang.,Elsewhere", "We read.,Elsewhere")
    plan = table(tmp_path, "story,who", *rows, mapping=NAMED)

    trial = rehearse(plan=plan, statement=stated(missing=plan.to_be_stated), into=new, by=tree.officer)

    assert trial.unknown_groups == {"Tumani Savings": 1, "Umoja": 1, "Elsewhere": 2}
    said = errors(trial)
    assert "row 2, field who: “Tumani Savings” No group here has this name." in said[0]
    assert "The nearest is “tumaini savings”." in said[0]
    assert "Several groups have this name" in said[1]
    assert "Say which under “groups” in the mapping" in said[2]
    assert "fits no group: “Elsewhere” (2 rows)" in list(report_lines(trial))


def test_a_group_of_another_body_is_not_found(tmp_path: Path, tree: Tree, group: Group) -> None:
    elsewhere = NewRound(tree.south, "S", date(2026, 3, 1), date(2026, 4, 1), date(2028, 1, 1), ("en",))
    plan = table(tmp_path, "story,who", "We met.,Tumaini Savings", mapping=NAMED)

    trial = rehearse(plan=plan, statement=stated(missing=plan.to_be_stated), into=elsewhere, by=tree.officer)

    assert trial.unknown_groups == {"Tumaini Savings": 1}


def test_the_pages_show_which_names_fit_before_anything_is_tried(tree: Tree, group: Group) -> None:
    client = _client(tree.officer)
    rows = "story,group name\nWe met under the old tree.,Tumaini Savings\nWe sowed maize all day.,The sewers\n"
    address = _send(client, tree, ("s.csv", rows)).url

    shown = client.get(address)
    tried_at = client.post(address, {**STATED, "mapping": _mapping(client, address)})
    report = client.get(tried_at.url).content.decode()

    assert shown.context["groups"] == [("The sewers", 1, False), ("Tumaini Savings", 1, True)]
    assert "fits no group here" in shown.content.decode()
    assert "Names that fit no group" in report


def test_the_command_takes_a_folder_of_files_and_says_that_groups_need_a_database(tmp_path: Path) -> None:
    from egenmakt.interfaces.cli.import_stories import command

    (tmp_path / "media").mkdir()
    write(tmp_path / "media", "a.jpg", photo_with_a_place())
    write(tmp_path, "s.csv", "story,picture,group name\nWe dug a well together.,a.jpg,Tumaini Savings\n")
    options = ["--media", str(tmp_path / "media"), "--documented", "F3", "--purpose", "keep", "--purpose", "photo"]
    options += ["--role", "staff", "--collected-by", "self", "--collected-on", "2026-03-04", "--language", "en"]

    result = CliRunner().invoke(command, [str(tmp_path / "s.csv"), *options, "--out", str(tmp_path / "out")])

    assert result.exit_code == 1
    assert "Without a database no group is known." in result.output
    assert "1  photos and voices" not in result.output
