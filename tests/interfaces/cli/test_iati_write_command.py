"""`egenmakt iati write`: both files or none, and what is wrong is said with file, place and remedy."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egenmakt.interfaces.cli import iati_write
from egenmakt.interfaces.cli.main import group
from egenmakt.interfaces.exports.iati.rule_kinds import Ground
from egenmakt.interfaces.exports.iati.validate import validate
from tests.support.iati_programme import Programme, begin, document

pytestmark = pytest.mark.django_db


class Then(datetime):
    """A clock that stands still: the days of the document have come."""

    @classmethod
    def now(cls, tz: Any = None) -> Then:
        return cls(2027, 2, 1, 12, tzinfo=tz or UTC)


@pytest.fixture
def programme(db: None, monkeypatch: pytest.MonkeyPatch) -> Programme:
    monkeypatch.setattr(iati_write, "datetime", Then)
    return begin({"KE": (6, 5)})


def run(folder: Path, said: dict[str, Any], *more: str | Path, name: str = "new") -> Result:
    (folder / "publisher.json").write_text(json.dumps(said), "utf-8")
    files = ["--activities", folder / f"{name}.xml", "--organisation", folder / f"{name}-own.xml"]
    words = ["iati", "write", "--publisher", folder / "publisher.json", "--year", "2026", *files, *more]
    return CliRunner().invoke(group, [str(word) for word in words])


def test_both_files_are_written_after_what_they_hold_and_change_is_said(programme: Programme, tmp_path: Path) -> None:
    first = run(tmp_path, document(), name="last")
    said = document()
    said["activities"][0]["status"] = "finalisation"
    second = run(
        tmp_path, said, "--against", tmp_path / "last.xml", "--against-organisation", tmp_path / "last-own.xml"
    )

    assert (first.exit_code, second.exit_code) == (0, 0), (first.output, second.output)
    new = tmp_path / "new.xml"
    assert f"{new}: ~ XI-IATI-INVENTEDLIGHT-P1 /activity-status/@code: changed: 2 → 3" in second.output
    assert f"{new}: 0 added, 0 removed, 1 changed" in second.output
    assert f"{new}: 4 activities, 13 transactions, 4 results, 9 indicators" in second.output
    assert f"{new}: 0 errors, 0 warnings" in second.output
    assert "Not named, and together as one activity: 1" in second.output
    for file in (new, tmp_path / "new-own.xml"):
        assert validate(file, ground=Ground(now=Then.now())).findings == ()
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "last-own.xml", "last.xml", "new-own.xml", "new.xml", "publisher.json",
    ]  # fmt: skip


def test_programs_get_the_same_as_json(programme: Programme, tmp_path: Path) -> None:
    result = run(tmp_path, document(), "--json")

    answer = json.loads(result.output)
    assert (answer["schema"], answer["written"], answer["activities_left_out"]) == ("egenmakt.iati-written.1", True, 1)
    assert answer["activities"]["check"]["errors"] == 0
    assert answer["activities"]["difference"] is None


def test_with_an_error_nothing_is_written_and_the_finding_is_said(programme: Programme, tmp_path: Path) -> None:
    said = document()
    paper = {"url": "https://example.org/a.pdf", "format": "application/pdf", "title": {"en": "A paper"}}
    said["activities"][0]["documents"] = [{**paper, "categories": ["Z99"]}]
    (tmp_path / "new.xml").write_text("what was there", "utf-8")

    result = run(tmp_path, said)

    assert result.exit_code == 1
    assert "error (code list DocumentCategory): 'Z99' is not a code of the list DocumentCategory." in result.output
    assert "The files have 1 errors, and nothing was written. — correct what is named above" in result.output
    assert (tmp_path / "new.xml").read_text("utf-8") == "what was there"
    assert not (tmp_path / "new-own.xml").exists()


def test_where_one_file_cannot_be_written_the_other_is_not_either(programme: Programme, tmp_path: Path) -> None:
    nowhere = run(tmp_path, document(), "--organisation", tmp_path / "nowhere" / "own.xml")
    over = run(tmp_path, document(), "--organisation", tmp_path / "publisher.json")
    one = run(tmp_path, document(), "--organisation", tmp_path / "new.xml")

    assert (nowhere.exit_code, over.exit_code, one.exit_code) == (1, 1, 1)
    assert "own.xml: It cannot be written: No such file or directory — give a file in a folder" in nowhere.output
    assert (
        over.output == f"{tmp_path}/publisher.json: It would be written over. — give another name to what is written\n"
    )
    assert [file.name for file in tmp_path.iterdir()] == ["publisher.json"]


def test_what_was_published_and_is_gone_stops_the_command_until_it_is_allowed(
    programme: Programme, tmp_path: Path
) -> None:
    run(tmp_path, document(), name="last")
    said = document()
    del said["activities"][2]

    stopped = run(tmp_path, said, "--against", tmp_path / "last.xml")
    allowed = run(tmp_path, said, "--against", tmp_path / "last.xml", "--allow-removed")

    assert (stopped.exit_code, allowed.exit_code) == (1, 0)
    assert "- XI-IATI-INVENTEDLIGHT-RW-1" in stopped.output
    assert "XI-IATI-INVENTEDLIGHT-RW-1 was published and is gone, and nothing was written." in stopped.output


def test_faults_name_file_place_and_remedy(programme: Programme, tmp_path: Path) -> None:
    said = document()
    said["activities"][1]["budgets"][0]["value"] = 2400000.5
    said["activities"][1]["stauts"] = said["activities"][1].pop("status")

    result = run(tmp_path, said)

    file = tmp_path / "publisher.json"
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}, field activities 2 (KE-1), stauts: There is no field of this name. — Did you mean “status”?",
        f"{file}, field activities 2 (KE-1), status: This is missing. — Write it.",
        f"{file}, field activities 2 (KE-1), budgets 1, value: 2400000.5 is no number in quotation marks. — "
        "Write it like “1250.50”.",
    ]
    assert not (tmp_path / "new.xml").exists()


def test_exclusions_come_from_a_file_of_their_own_too(programme: Programme, tmp_path: Path) -> None:
    file = tmp_path / "exclusions.json"
    file.write_text('{"schema": "egenmakt.iati-exclusions.1", "names": ["Kisumu"]}', "utf-8")
    short = tmp_path / "short.json"
    short.write_text('{"schema": "egenmakt.iati-exclusions.1", "names": ["K"]}', "utf-8")

    result, refused = run(tmp_path, document(), "--exclusions", file), run(tmp_path, document(), "--exclusions", short)

    assert result.exit_code == 0, result.output
    assert b"Kisumu" not in (tmp_path / "new.xml").read_bytes()
    assert refused.exit_code == 1
    assert refused.output == f"{short}, field names 1: 'K' is too short to be looked for. — Write the whole name.\n"


def test_a_day_of_another_year_and_a_last_file_that_is_none_are_refused(programme: Programme, tmp_path: Path) -> None:
    other = run(tmp_path, document(), "--until", "2025-06-30")
    none = run(tmp_path, document(), "--against", tmp_path / "publisher.json")

    assert (other.exit_code, "2025-06-30 is not in 2026" in other.output) == (1, True)
    assert (none.exit_code, "A file that was published last cannot be read" in none.output) == (1, True)
