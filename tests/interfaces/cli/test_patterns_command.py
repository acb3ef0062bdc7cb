"""`egenmakt patterns` on files alone: the same figures, small numbers hidden, and errors that say where."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result

from egenmakt.interfaces.cli.patterns import command

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "spec" / "patterns.schema.json").read_text())


def _texts(text: str) -> dict[str, str]:
    return {"en": text}


def _question(code: str, kind: str, **own: object) -> dict[str, object]:
    return {"code": code, "type": kind, "about": "story", "text": _texts(f"{code}?"), **own}


def _framework() -> dict[str, Any]:
    def options(*codes: str) -> list[dict[str, Any]]:
        return [{"code": code, "text": _texts(code)} for code in codes]

    from egenmakt.core.signification.framework import framework_json, shipped

    base = framework_json(shipped())
    return {
        **{name: base[name] for name in ("schema", "id", "version")},
        "code": "small",
        "title": _texts("Small <b>framework</b>"),
        "languages": ["en"],
        "prompts": [{"code": "change", "text": _texts("Tell")}],
        "questions": [
            _question("kind", "single", options=options("a", "b", "c")),
            _question("help", "several", options=options("p", "q"), most=2),
            _question("feel", "slider", left=_texts("bad"), right=_texts("good"), may_not_apply=True),
            _question("why", "triad", corners=options("own", "group", "outside")),
        ],
        "consent": {
            "version": "1",
            "intro": _texts("May we?"),
            "purposes": {purpose: _texts(purpose) for purpose in base["consent"]["purposes"]},
        },
    }


HEADER = ["teller", "voice", "round", "mode", "kind", "help.p", "help.q", "feel", "why.own", "why.group", "why.outside"]


def _rows(size: int = 240) -> list[list[str]]:
    rng = np.random.default_rng(1)
    rows = []
    for number in range(size):
        kind = "abc"[min(2, int(rng.integers(0, 25)) // 12)]
        feel = {"a": 30, "b": 60, "c": 50}[kind] + int(rng.integers(0, 30))
        parts = rng.dirichlet((2, 2, 2)) * 100
        rows.append(
            [
                f"t{number // 2}", "staff" if number % 4 == 0 else "rights_holder",
                "2025" if number < size // 2 else "2026",
                "test" if number == 3 else "", kind, str(rng.integers(0, 2)), str(rng.integers(0, 2)),
                "does_not_apply" if number % 10 == 1 else str(feel), *(f"{part:.4f}" for part in parts),
            ]
        )  # fmt: skip
    return rows


def _run(
    folder: Path, rows: list[list[str]], *options: str, header: list[str] = HEADER, framework: object = None
) -> Result:
    (folder / "framework.json").write_text(json.dumps(framework or _framework()))
    with (folder / "stories.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return CliRunner().invoke(command, [str(folder / "framework.json"), str(folder / "stories.csv"), *options])


def _analysis(folder: Path, *options: str, rows: list[list[str]] | None = None) -> dict[str, Any]:
    result = _run(folder, rows or _rows(), "--json", str(folder / "out.json"), *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads((folder / "out.json").read_text())
    jsonschema.validate(found, SCHEMA)
    return found


def test_counts_are_those_of_the_file_and_test_answers_are_not_counted(tmp_path: Path) -> None:
    found = _analysis(tmp_path, "--k", "1")

    rows = [row for row in _rows() if row[3] != "test" and row[1] == "rights_holder"]
    voice = next(voice for voice in found["voices"] if voice["voice"] == "rights_holder")
    kind, _, feel, why = voice["questions"]
    assert voice["stories"] == {"n": len(rows)}
    assert {one["mark"]: one["n"] for one in kind["counts"]} == {
        code: sum(row[4] == code for row in rows) for code in "abc"
    }
    answered = [float(row[7]) for row in rows if row[7] != "does_not_apply"]
    assert (feel["n"], feel["figures"]["mean"]) == (len(answered), pytest.approx(np.mean(answered)))
    assert feel["missing"]["does_not_apply"] == {"n": len(rows) - len(answered)}
    assert why["figures"]["gravity"] == pytest.approx(
        np.mean([[float(x) for x in row[8:]] for row in rows], axis=0) / 100, abs=1e-4
    )
    assert next(one["questions"] for one in voice["discovery"]["patterns"] if one["found"]) == ["kind", "feel"]


def test_each_voice_stands_by_itself(tmp_path: Path) -> None:
    assert [voice["voice"] for voice in _analysis(tmp_path)["voices"]] == ["rights_holder", "staff"]


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    assert _analysis(tmp_path, "--seed", "7") == _analysis(tmp_path, "--seed", "7")


def test_no_small_number_is_written_nor_follows_from_others(tmp_path: Path) -> None:
    found = _analysis(tmp_path, "--k", "5")

    def cells(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, dict):
            own = [value] if "n" in value and ("hidden" in value or "mark" in value) else []
            return own + [cell for one in value.values() for cell in cells(one)]
        return [cell for one in value for cell in cells(one)] if isinstance(value, list) else []

    all_cells = cells(found["voices"])
    assert all(cell["n"] is None or cell["n"] == 0 or cell["n"] >= 5 for cell in all_cells)
    for voice in found["voices"]:
        for question in voice["questions"]:
            if question["kind"] in ("choice", "scale", "triad"):
                one = [*question["counts"], *question["missing"].values()]
                assert sum(cell["n"] is None for cell in one) != 1  # a single gap would follow from the total


def test_only_chosen_stories_are_counted(tmp_path: Path) -> None:
    found = _analysis(tmp_path, "--k", "1", "--where", "kind=a", "--where", "feel>=40", "--where", "voice=staff")

    rows = [r for r in _rows() if r[1] == "staff" and r[4] == "a" and r[7] != "does_not_apply" and int(r[7]) >= 40]
    assert found["only"] == "kind=a and feel>=40 and voice=staff"
    assert [voice["stories"] for voice in found["voices"]] == [{"n": len(rows)}]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "circle", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_escapes_what_it_is_given(tmp_path: Path) -> None:
    result = _run(tmp_path, _rows(), "--html", str(tmp_path / "out.html"))

    assert result.exit_code == 0, result.output
    text = (tmp_path / "out.html").read_text()
    reader = _Reader()
    reader.feed(text)
    assert reader.open == []
    assert reader.links == []
    assert {"svg", "title", "desc", "caption", "h1"} <= set(reader.seen)
    assert "Small &lt;b&gt;framework" in text
    assert "does not apply" in text


def test_without_a_file_to_write_a_summary_is_printed(tmp_path: Path) -> None:
    result = _run(tmp_path, _rows())

    assert result.exit_code == 0
    assert "rights_holder: 179 stories" in result.output


def _with(row: int, field: str, value: str) -> list[list[str]]:
    rows = _rows(30)
    rows[row - 2][HEADER.index(field)] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (_with(4, "feel", "much"), "row 4, field feel: 'much' cannot be read"),
        (_with(10, "feel", "130"), "row 10, field feel: 130 lies outside 0 to 100"),
        (_with(6, "kind", "z"), "row 6, field kind: 'z' is no option — write one of a, b, c"),
        (_with(7, "help.p", "2"), "row 7, field help.p: '2' is neither 0 nor 1"),
        (_with(8, "why.own", "130"), "row 8, field why: the parts"),
        (_with(9, "why.own", "x"), "row 9, field why.own: 'x' is not a number"),
        ([["only", "two"]], "row 2: has 2 cells, the header 11"),
        ([], "has no stories"),
    ],
)
def test_a_wrong_cell_is_named_with_file_row_field_and_remedy(
    tmp_path: Path, rows: list[list[str]], message: str
) -> None:
    result = _run(tmp_path, rows)

    assert result.exit_code == 1
    assert "stories.csv" in result.output
    assert message in result.output
    assert "—" in result.output


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ([*HEADER[:-1], "why.nowhere"], "field why.nowhere: is no question of the framework"),
        ([*HEADER[:-1], "feel"], "field feel: occurs twice"),
        ([*HEADER[:-1], "id"], "field why.outside: is not there"),
    ],
)
def test_a_wrong_header_is_named(tmp_path: Path, header: list[str], message: str) -> None:
    result = _run(tmp_path, _rows(10), header=header)

    assert result.exit_code == 1
    assert message in result.output


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("kind", "cannot be read"),
        ("kind=z", "no option z"),
        ("voice=donor", "no voice donor"),
        ("mood=1", "no question mood"),
    ],
)
def test_a_wrong_condition_is_named(tmp_path: Path, condition: str, message: str) -> None:
    result = _run(tmp_path, _rows(30), "--where", condition)

    assert result.exit_code == 1
    assert message in result.output


def test_a_framework_that_cannot_be_read_is_told_with_its_places(tmp_path: Path) -> None:
    broken = {**_framework(), "languages": []}

    result = _run(tmp_path, _rows(5), framework=broken)

    assert result.exit_code == 1
    assert "framework.json" in result.output
