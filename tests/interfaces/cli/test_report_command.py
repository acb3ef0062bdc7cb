"""`egenmakt report`: a pack is verified and compared without a database; what breaks is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egenmakt.interfaces.cli.main import group
from tests.support.claims import small_pack


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(group, ["report", *map(str, args)])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "effect.zip"
    file.write_bytes(small_pack())
    return file


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """The pack with one letter of one row changed: a woman became an unknown."""
    data = small_pack()
    place = data.index(b",female,", data.index(b"facts/members.csvgroup,"))
    file = tmp_path / "altered.zip"
    file.write_bytes(data[:place] + b",femail," + data[place + 8 :])
    return file


def seal_of(file: Path) -> str:
    answer: dict[str, Any] = json.loads(run("verify", file, "--json").output)
    return str(answer["seal"])


def test_a_whole_pack_agrees(pack: Path) -> None:
    found = run("verify", pack)

    assert found.exit_code == 0
    assert found.output == f"effect.zip: agrees: 17 claims come out as they are written (seal {seal_of(pack)[:16]})\n"


def test_an_altered_row_is_named_with_its_claims(altered: Path) -> None:
    found = run("verify", altered)

    lines = found.output.splitlines()
    assert found.exit_code == 1
    assert lines[0].startswith("altered.zip: facts/members.csv was altered: table members, row ")
    assert "altered.zip: Claim women: " in found.output
    assert lines[-1].startswith("altered.zip: 6 of 17 claims: ")


def test_a_program_gets_the_same_as_json(altered: Path) -> None:
    found = run("verify", altered, "--json")

    answer = json.loads(found.output)
    assert found.exit_code == 1
    assert (answer["schema"], answer["agrees"], answer["claims"]) == ("egenmakt.verification.1", False, 17)
    assert answer["altered"] == ["facts/members.csv"]
    assert set(answer["broken"]) == {
        "members", "members-ke", "over-members", "women", "by-country-sex", "women-by-country",
    }  # fmt: skip
    assert answer["findings"][0]["code"] == "table_altered"


def test_the_published_seal_says_whether_it_is_that_very_pack(pack: Path) -> None:
    seal = seal_of(pack)

    assert run("verify", pack, "--seal", seal[:16].upper()).exit_code == 0
    other = run("verify", pack, "--seal", "0123456789abcdef")
    assert other.exit_code == 1
    assert other.output == f"effect.zip: its seal is {seal[:16]}, not 0123456789abcdef: it is another pack.\n"
    assert run("verify", pack, "--seal", seal[:4]).exit_code == 1


def test_what_is_no_pack_ends_with_two(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("a,b\n")

    found = run("verify", file)
    compared = run("compare", file, file)

    assert found.exit_code == 2
    assert found.output == ("table.csv: This is no pack that can be verified: The file is no ZIP that can be read.\n")
    assert compared.exit_code == 2
    assert "give a pack that was frozen with a report" in compared.output


def test_packs_are_compared_claim_by_claim(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "later.zip"
    other.write_bytes(small_pack(2))

    same, found = run("compare", pack, pack), run("compare", pack, other)
    answer = json.loads(run("compare", pack, other, "--json").output)

    assert (same.exit_code, same.output) == (0, "no claim differs\n")
    assert found.exit_code == 1
    assert any(line.startswith("women: changed: 31/100 → ") for line in found.output.splitlines())
    assert [one["claim"] for one in answer["changes"]] == sorted(one["claim"] for one in answer["changes"])
    assert found.output.splitlines()[-1] == f"{len(answer['changes'])} claims differ"
