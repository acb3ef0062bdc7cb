"""`egenmakt iati`: files are checked, compared and counted, and the answer is the exit code too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egenmakt.interfaces.cli.iati import command
from tests.interfaces.exports.iati.breaking import GOOD

pytestmark = pytest.mark.once  # no database is asked


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.xml"
    file.write_bytes(GOOD["activities"])
    return file


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def written(file: Path, old: bytes, new: bytes) -> Path:
    changed = file.with_name("changed.xml")
    assert old in file.read_bytes()
    changed.write_bytes(file.read_bytes().replace(old, new))
    return changed


def test_a_good_file_ends_with_zero(good: Path) -> None:
    result = run("check", good)

    assert result.exit_code == 0
    assert f"{good}: 0 errors, 0 warnings" in result.output
    assert "not checked, no list at hand: " in result.output


def test_an_error_ends_with_one_and_a_warning_with_zero(good: Path) -> None:
    wrong = run("check", good, written(good, b'percentage="60"/>\n    <recip', b'percentage="61"/>\n    <recip'))
    doubtful = run("check", written(good, b'ref="MW-NBM-1"', b'ref="MW-NBM-1 "'))

    assert wrong.exit_code == 1
    assert "error (ruleset 3.1.2): The percentages of the countries do not add up to 100." in wrong.output
    assert doubtful.exit_code == 0
    assert "warning (ruleset 1.15.1)" in doubtful.output


def test_findings_for_programs_have_line_path_sentence_and_remedy(good: Path) -> None:
    changed = written(good, b'role="1"', b'role="11"')

    result = run("check", "--json", changed)

    (finding,) = json.loads(result.output)[str(changed)]["findings"]
    assert (finding["rule"], finding["line"], finding["severity"]) == ("OrganisationRole", 8, "error")
    assert finding["path"] == "/iati-activities/iati-activity[1]/participating-org/@role"
    assert finding["remedy"] == "Use one of: 1, 2, 3, 4."


def test_more_code_lists_come_from_a_folder(good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "any.xml").write_text(
        '<codelist name="OrganisationType"><codelist-items><codelist-item><code>10</code></codelist-item>'
        "</codelist-items></codelist>"
    )

    result = run("check", "--codelists", folder, good)
    (folder / "other.xml").write_text("<a/>")
    broken = run("check", "--codelists", folder, good)

    assert "warning (code list OrganisationType): '22' is not a code" in result.output
    assert broken.exit_code == 1
    assert "other.xml: is not an IATI code list" in broken.output


def test_a_registered_identifier_is_not_asked_for_its_register(good: Path) -> None:
    old = written(good, b"SE-ON-802000", b"44000")

    assert "1.14.8" in run("check", old).output
    assert "1.14.8" not in run("check", "--registered", "44000", old).output


def test_a_difference_is_printed_and_a_lost_identifier_ends_with_one(good: Path) -> None:
    same = run("diff", good, good)
    moved = run("diff", good, written(good, b"Two countries", b"Both countries"))
    lost = run("diff", good, written(good, b"802000-E<", b"802000-F<"))
    for_programs = run("diff", "--json", good, good.with_name("changed.xml"))

    assert (same.exit_code, same.output) == (0, "0 added, 0 removed, 0 changed\n")
    assert moved.exit_code == 0
    assert "~ SE-ON-802000-C /title/narrative: changed: Two countries → Both countries" in moved.output
    assert lost.exit_code == 1
    assert "+ SE-ON-802000-F\n- SE-ON-802000-E\n" in lost.output
    assert json.loads(for_programs.output)["removed"] == ["SE-ON-802000-E"]


def test_files_are_counted(good: Path) -> None:
    text, for_programs = run("count", good), run("count", "--json", good)

    assert "5 activities, 0 organisations, 5 participants, 5 transactions (3: 1, 4: 4), 1 results, 2 indicators" in (
        text.output
    )
    assert json.loads(for_programs.output)[str(good)]["transactions"] == {"3": 1, "4": 4}


def test_a_file_that_is_not_xml_is_named_with_its_line(good: Path) -> None:
    broken = written(good, b"</iati-activities>", b"")
    evil = good.with_name("evil.xml")
    evil.write_text("<!DOCTYPE a><iati-activities/>")

    for words in (("count", broken), ("diff", good, broken)):
        result = run(*words)
        assert result.exit_code == 1
        assert f"{broken}, row " in result.output
    assert "DOCTYPE" in run("count", evil).output
    assert run("check", broken, evil).exit_code == 1
