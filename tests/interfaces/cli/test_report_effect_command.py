"""`egenmakt report effect`: a report drawn up, refused with what was found, frozen, proved, and frozen again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egenmakt.apps.reports.models import Edition, EffectReport, SectionText
from egenmakt.core.evidence.claims.outline import load_outline
from egenmakt.core.evidence.claims.verify import verify_pack
from egenmakt.interfaces.cli.main import group
from tests.support.effect import WORDS, told_stories
from tests.support.tree import Tree

BY_HAND = "We held 340 meetings in 2026."
FILES = {f"{{}}.en.{ending}" for ending in ("html", "pdf", "docx", "xlsx")}


def run(*words: object) -> Result:
    return CliRunner().invoke(group, ["report", "effect", "--node", "Umoja", *map(str, words)])


def texts_file(folder: Path, **changes: Any) -> Path:
    """Words for every section, with a claim of the author's own, and one number typed by hand."""
    sections = load_outline("questions").sections
    texts = {each.code: {"en": WORDS[each.expects]} for each in sections}
    texts["activities"] = {"en": f"{BY_HAND} {{{{told}}}} stories were told."}
    figure = {"indicator": "stories", "from_on": "2026-01-01", "until_on": "2027-01-01"}
    told = {"section": "activities", "kind": "number", "statement": {"en": "Stories"}, "query": {"figure": figure}}
    document = {"schema": "egenmakt.report-texts.1", "texts": texts, "claims": {"told": told}, **changes}
    file = folder / "texts.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


def test_a_report_is_refused_answered_frozen_and_frozen_again(tree: Tree, tmp_path: Path) -> None:
    told = told_stories(tree)
    out = tmp_path / "out"
    asked = ("--year", 2026, "--outline", "questions", "--language", "en", "--out", out)

    draft = run(*asked, "--texts", texts_file(tmp_path), "--draft")
    assert draft.exit_code == 0, draft.output
    assert {path.name for path in out.iterdir()} == {name.format("draft") for name in FILES}
    assert "[number_by_hand/activities]" in draft.output
    assert not Edition.objects.exists()

    refused = run(*asked)
    assert refused.exit_code == 1
    found = re.findall(r"\[(\w+/\w*)\]", refused.output)
    assert "number_by_hand/activities" in found
    assert "The report is not frozen. — put right what was found" in refused.output
    assert not Edition.objects.exists()

    answers = dict.fromkeys(found, "We have looked.")
    frozen = run(*asked, "--texts", texts_file(tmp_path, answers=answers))
    assert frozen.exit_code == 0, frozen.output
    edition = Edition.objects.get()
    assert (edition.number, edition.written_by) == (1, None)
    assert f"Edition 1 with {edition.claims} claims in en: {out}" in frozen.output
    assert f"report.pack.zip: agrees: {edition.claims} claims come out as they are written" in frozen.output
    assert {path.name for path in out.iterdir()} >= {*(name.format("report") for name in FILES), "report.pack.zip"}
    page = re.sub("<[^>]+>", "", (out / "report.en.html").read_text("utf-8"))
    assert re.search(r"340 meetings in 2026\. 14\S* stories were told\.", page)

    told.tell(kind="collective_action")
    again = run(*asked)
    assert again.exit_code == 0, again.output
    assert "Edition 2 with" in again.output
    assert EffectReport.objects.count() == 1
    assert verify_pack(out / "report.pack.zip").agrees
    assert SectionText.objects.filter(section="activities").count() == 1


WRONG_TEXTS: list[tuple[Any, str]] = [
    ("{", "This is no JSON in UTF-8"),
    ({"schema": "other"}, "The document is not of the form egenmakt.report-texts.1."),
    ({"text": {}}, "text: there is no such field."),
    ({"texts": {"unheard": {"en": "a"}}}, "texts/unheard: the outline questions has no such section."),
    ({"texts": {"aims": "a"}}, "texts/aims: it is no object."),
    ({"texts": {"aims": {"ar": "a"}}}, "texts/aims/ar: the report has no such language."),
    ({"claims": {"told": {"kind": "number"}}}, "claims/told: it lacks query, section, statement."),
]


def test_what_cannot_be_is_said_with_its_place(tree: Tree, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out")
    for words, says in (
        ((*out,), "The period is not clear."),
        (("--year", 2026, "--from", "2026-01-01", *out), "give --year, or both --from and --until"),
        (("--from", "2026-02-01", "--until", "2026-01-01", *out), "The last day lies before the first"),
        (("--year", 2026, "--outline", "none", *out), "There is no outline 'none'. — choose one of effect, questions"),
        (("--year", 2026, "--node", "Nowhere", *out), "Nowhere"),
    ):
        answer = run(*words)
        assert (answer.exit_code, says in answer.output) == (1, True), (words, answer.output)
    assert run("--year", 1066, *out).exit_code == 2
    for document, says in WRONG_TEXTS:
        file = tmp_path / "wrong.json"
        content = {"schema": "egenmakt.report-texts.1", **document} if isinstance(document, dict) else document
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        answer = run("--year", 2026, "--outline", "questions", "--texts", file, "--draft", *out)
        assert (answer.exit_code, says in answer.output) == (1, True), (document, answer.output)
        assert "wrong.json" in answer.output
    assert not SectionText.objects.exists()


@pytest.mark.parametrize("claim", [{"kind": "sum"}, {"query": {"figure": "all"}}])
def test_a_claim_that_is_none_is_named_and_stops_the_report(tree: Tree, tmp_path: Path, claim: dict[str, Any]) -> None:
    figure = {"indicator": "stories", "from_on": "2026-01-01", "until_on": "2027-01-01"}
    told = {"section": "aims", "kind": "number", "statement": {"en": "Stories"}, "query": {"figure": figure}, **claim}
    file = texts_file(tmp_path, claims={"told": told})

    answer = run("--year", 2026, "--outline", "questions", "--texts", file, "--out", tmp_path / "out")

    assert answer.exit_code == 1
    assert "told: " in answer.output
    assert "The report is not frozen." in answer.output
    assert EffectReport.objects.get().languages == ["sv", "en"]
