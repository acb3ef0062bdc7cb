"""The main job on real data: docs/main_job.py on a part of the two open sets, from files to a verified report.

What is expected is counted here from the same part by a few lines of its own, and read back from the pack.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
HOUSEHOLDS = Path("groups/proirri/households.csv")
CONTRIBUTIONS = Path("groups/proirri/contributions_long.csv")
IDEAS = Path("stories/undp_acclabs/zambia_ideas.csv")
ASSOCIATIONS, IDEAS_MOST = 4, 400
FORMATS = [f"report.{language}.{ending}" for language in ("en", "sv") for ending in ("docx", "html", "pdf", "xlsx")]

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not all((DATA / file).exists() for file in (HOUSEHOLDS, CONTRIBUTIONS, IDEAS)),
        reason="the data sets are not at ../shared/data",
    ),
]

Row = dict[str, str]


def rows(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def association(written: str) -> int:
    """The number of an association, which one file writes as 46.0 and the other as 46."""
    return int(Decimal(written))


def cut(folder: Path, name: Path, keep: Callable[[int, Row], bool]) -> list[Row]:
    """Write the rows of a set that are kept into a folder of the same shape."""
    kept = [row for number, row in enumerate(rows(DATA / name)) if keep(number, row)]
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    return kept


def job(data: Path, out: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, ROOT / "docs" / "main_job.py", data, out],
        capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
    )  # fmt: skip


def test_files_become_a_report_in_two_languages_whose_pack_agrees_and_no_sentence_of_a_story_leaves(
    tmp_path: Path,
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    known = sorted({association(row["associd"]) for row in rows(DATA / HOUSEHOLDS)})[:ASSOCIATIONS]
    households = cut(data, HOUSEHOLDS, lambda _number, row: association(row["associd"]) in known)
    contributions = cut(data, CONTRIBUTIONS, lambda _number, row: association(row["association_id"]) in known)
    ideas = cut(data, IDEAS, lambda number, _row: number < IDEAS_MOST)

    done = job(data, out)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.endswith("\nagrees\n")
    assert "MB of memory" in done.stdout
    assert sorted(file.name for file in out.iterdir() if file.name in FORMATS) == FORMATS
    adults = [row for row in ideas if row["age"] != "below 18"]
    saved = sum(int(Decimal(row["box_contribution_mzn"]) * 100) for row in contributions)
    printed = json.loads((out / "indicators.json").read_text())["figures"]
    figures = {one["indicator"]: one for one in printed if not one["division"]}
    assert {code: figures[code]["value"] for code in ("groups", "members", "savings", "stories")} == {
        "groups": len(known), "members": len(households), "savings": saved, "stories": len(adults),
    }  # fmt: skip
    assert json.loads((out / "verification.json").read_text())["agrees"] is True

    with zipfile.ZipFile(out / "report.pack.zip") as pack:
        claims = {one["code"]: one for one in json.loads(pack.read("claims.json"))["claims"]}
        money = list(csv.DictReader(io.StringIO(pack.read("facts/money.csv").decode())))
        everything = b"".join(pack.read(name) for name in pack.namelist())
    assert sum(int(row["amount_minor"]) for row in money if row["what"] == "savings") == saved
    assert claims["savings-mzn"]["value"]["value"] == saved
    health = sum("3. Good health and well-being" in row["sdgs"].split("|") for row in adults)
    assert claims["goal-health"]["query"]["rows"][0]["value"] == health
    # of what nobody was asked nothing is said: sex and age of a household, the kind of change of an idea
    assert not {"women-share", "youth", "changes-better"} & set(claims)

    pages = everything + b"".join(file.read_bytes() for file in out.iterdir() if file.suffix in (".html", ".json"))
    told = [row["description"].strip()[:60] for row in ideas] + [row["title"].strip() for row in ideas]
    assert [words for words in told if len(words) > 25 and words.encode() in pages] == []
    assert "Öppna data, en rapport".encode() in (out / "report.sv.html").read_bytes()
    for needed in ("CC BY 4.0", "Christian, Glover, Kondylis, Mueller, Ruzzante", "UNDP Accelerator Labs"):
        assert needed.encode() in (out / "report.en.html").read_bytes()
        assert needed.encode() in (out / "report.sv.html").read_bytes()


def test_without_the_data_it_says_what_is_not_there(tmp_path: Path) -> None:
    done = job(tmp_path, tmp_path / "out")

    assert done.returncode == 2
    assert "households.csv" in done.stderr
    assert not (tmp_path / "out").exists()
