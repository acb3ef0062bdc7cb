"""`egenmakt monthly check` on files as they come: what it prints, what it writes as JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from egenmakt.interfaces.cli.monthly import command

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "spec" / "monthly-check.schema.json").read_text(encoding="utf-8"))
FLOWS = [120, 135, 128, 140, 151, 144, 155, 149]


def text(*, header: str = "month,region,indicator,flow,accumulated", wrong: int = 0, region: str = "Kenya") -> str:
    """A file of eight months; the accumulated figure of April may be too high."""
    lines, total = [header], 1000
    for number, flow in enumerate(FLOWS, start=1):
        total += flow
        lines.append(f"2024-{number:02d},{region},members,{flow},{total + (wrong if number == 4 else 0)}")
    return "\n".join(lines) + "\n"


def run(folder: Path, content: str | bytes, *options: str) -> Result:
    file = folder / "series.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(command, ["check", str(file), *options])


def test_a_series_that_agrees_ends_with_nought_and_says_how_much_was_checked(tmp_path: Path) -> None:
    answer = run(tmp_path, text())

    assert (answer.exit_code, answer.stdout) == (0, "Checked: 1 series in 8 rows. All agree.\n")


def test_a_mistake_ends_with_one_and_is_told_with_place_arithmetic_and_cause(tmp_path: Path) -> None:
    answer = run(tmp_path, text(wrong=9))

    assert answer.exit_code == 1
    assert answer.stdout == (
        "Kenya\n"
        "  members, 2024-04, accumulated figure (row 5): contradicts other figures\n"
        "    1,383 before and 140 in the month make 1,523; 1,532 is written, a difference of 9.\n"
        "    Likely:\n"
        "      Two digits are swapped: 1,532 is written, 1,523 fits.\n"
        "      The month after agrees with 1,523: 1,523 + 151 = 1,674.\n"
        "\n"
        "Checked: 1 series in 8 rows. Contradicting other figures: 1; to look at once more: 0; notes: 0.\n"
    )


def test_the_sentences_are_there_in_swedish(tmp_path: Path) -> None:
    answer = run(tmp_path, text(wrong=9), "--language", "sv")

    assert "Två siffror har bytt plats: det står 1\u00a0532, men 1\u00a0523 stämmer." in answer.stdout


@pytest.mark.parametrize("wrong", [0, 9, 354])
def test_the_json_is_as_published(tmp_path: Path, wrong: int) -> None:
    answer = run(tmp_path, text(wrong=wrong), "--json")

    document = json.loads(answer.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["is_clean"] == (wrong == 0) == (answer.exit_code == 0)
    assert [one["verdict"] for one in document["findings"]] == {0: [], 9: ["named"], 354: ["unexplained"]}[wrong]


@pytest.mark.parametrize(
    "encode",
    [
        lambda given: b"\xef\xbb\xbf" + given.encode(),
        lambda given: given.encode("utf-16"),
        lambda given: given.replace(",", ";").encode(),
        lambda given: given.replace(",", "\t").replace("\n", "\r\n").encode(),
        lambda given: ("sep=;\n" + given.replace(",", ";")).encode(),
        lambda given: given.replace("Kenya", "Malmö").encode("cp1252"),
        lambda given: given.replace("month,region,indicator,flow,accumulated", "Månad,Land,Indikator,Flöde,Ackumulerat")
        .encode(),
    ],
    ids=["bom", "utf-16", "semicolons", "tabs", "sep", "windows-1252", "swedish"],
)  # fmt: skip
def test_a_file_is_read_however_it_was_saved(tmp_path: Path, encode: object) -> None:
    answer = run(tmp_path, encode(text()))  # type: ignore[operator]  # one of the functions above

    assert "Checked: 1 series in 8 rows. All agree." in answer.stdout
    assert answer.exit_code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("month,region,indicator,flow\n2024-01,Kenya,members,1\n", "columns accumulated are missing"),
        ("month,region,indicator,flow,accumulated\nsoon,Kenya,members,1,2\n", "no row of them can be read"),
        (b"%PDF-1.7 nothing", "PDF"),
        ('month,region,indicator,flow,accumulated\n"2024-01,Kenya,members,1,2\n', "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_two_and_a_remedy(tmp_path: Path, content: str | bytes, said: str) -> None:
    answer = run(tmp_path, content)

    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "—" in answer.stderr


def test_parts_are_given_by_name_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    flickor = text().replace("month,region,indicator,flow,accumulated\n", "").replace("members", "girls")
    both = text() + flickor.replace("2024-03,Kenya,girls,128", "2024-03,Kenya,girls,128")
    less = both.replace("2024-01,Kenya,members,120,1120", "2024-01,Kenya,members,119,1120")

    assert run(tmp_path, less).exit_code == 0
    assert "girls is 120, more than members (119)" in run(tmp_path, less, "--part", "girls=members").stdout
    assert run(tmp_path, less, "--part", "boys=members").exit_code == 2
    assert run(tmp_path, less, "--part", "girls").exit_code == 2
