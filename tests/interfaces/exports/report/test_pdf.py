"""The PDF: tagged, in its languages, searchable, and the same bytes for the same report."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest

from egenmakt.core.evidence.blocks import Cell, Chart, Column, Report, Series, Table, claims_in
from egenmakt.interfaces.exports.report.charts.maps import world
from egenmakt.interfaces.exports.report.pdf import render_pdf
from tests.interfaces.exports.report.samples import hostile_report, pdf
from tests.support.a_report import LANGUAGES, PICTURES, WORDS, a_report

pytestmark = pytest.mark.once

STEERING = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def text_of(content: bytes, tmp_path: Path) -> str:
    """What a reader who copies or searches gets: without spaces, which pdftotext guesses, and marks of direction."""
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    result = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return squeezed(result.stdout.decode())


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(STEERING).split())


def elements(content: bytes) -> list[dict[str, Any]]:
    """Every element of structure with its kind, language and alternative text, in reading order."""
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, pikepdf.Array):
            for each in node:
                yield from walk(each)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield {
                    "kind": str(node["/S"])[1:],
                    "language": str(node.get("/Lang", "")),
                    "alternative": str(node.get("/Alt", "")),
                }
            if "/K" in node:
                yield from walk(node["/K"])

    with pikepdf.open(io.BytesIO(content)) as opened:
        found.extend(walk(opened.Root.StructTreeRoot["/K"]))
    return found


@pytest.mark.parametrize(("language", "is_draft"), [*((language, False) for language in LANGUAGES), ("en", True)])
def test_every_report_passes_the_checks_of_pdf_ua(language: str, is_draft: bool, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"

    path.write_bytes(pdf(language, is_draft=is_draft))

    checked = pdfua.validate(str(path))
    assert [finding.message for finding in checked.findings] == []
    assert checked.exit_code == 0


def test_the_same_report_is_the_same_file_and_another_day_another() -> None:
    report = a_report("ar")

    assert render_pdf(report, PICTURES) == pdf("ar")
    assert render_pdf(replace(report, as_of=report.as_of + timedelta(days=1)), PICTURES) != pdf("ar")


def test_the_file_says_its_title_its_language_and_the_day_of_the_report() -> None:
    with pikepdf.open(io.BytesIO(pdf("ar"))) as opened:
        assert str(opened.Root.Lang) == "ar"
        assert str(opened.docinfo["/Title"]) == WORDS["ar"]["title"]
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260131")
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert opened.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_report_says_can_be_found_in_the_file(language: str, tmp_path: Path) -> None:
    text = text_of(pdf(language), tmp_path)

    for key in ("p_after", "h_work", "h_better", "caption", "translation", "members", "women", "chart_map", "method"):
        wanted = squeezed(WORDS[language][key])
        if language == "ar":
            # pdftotext turns ligatures round and doubles the signs above letters; the file has them right, see below
            assert all(word in text for word in WORDS[language][key].split() if is_plain(word)), key
        else:
            assert wanted in text, key
    assert squeezed(WORDS["ne"]["translation"]) in text


def is_plain(word: str) -> bool:
    return word.isalpha() and not re.search("ل[اأإآى]", word) and not any(unicodedata.combining(sign) for sign in word)


def test_ligatures_and_vowel_signs_stand_in_the_file_in_reading_order() -> None:
    meant: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf("ar"))) as opened:
        for sheet in opened.pages:
            for font in sheet.Resources.Font.values():
                pairs = re.findall(rb"<\w{4}> <(\w{8,})>", font.ToUnicode.read_bytes())
                meant |= {bytes.fromhex(pair.decode()).decode("utf-16-be") for pair in pairs}

    assert {"لا", "لأ", "دّ"} <= meant
    assert not {"ال", "أل"} & meant


def test_headings_tables_lists_figures_and_quotations_are_tagged_as_such() -> None:
    report = a_report("sv")
    found = elements(pdf("sv"))
    kinds = [element["kind"] for element in found]

    charts = [block for block in report.blocks if isinstance(block, Chart)]
    figures = [element["alternative"] for element in found if element["kind"] == "Figure" and element["alternative"]]
    assert figures.count(WORDS["sv"]["description"]) == len(charts)
    assert WORDS["sv"]["alternative"] in figures
    assert kinds.count("Table") == len(charts) + 1
    columns = sum(len(chart.table.columns) for chart in charts) + 3
    assert kinds.count("TH") == columns
    assert {"Title", "H1", "H2", "L", "LI", "TOC", "TOCI", "Caption", "Link"} <= set(kinds)
    # the contents' own heading, four parts, claims
    assert kinds.count("H1") == 6


def test_parts_in_another_language_say_so() -> None:
    languages = {element["language"] for element in elements(pdf("sv"))}
    with pikepdf.open(io.BytesIO(pdf("sv"))) as opened:
        drawn = b"".join(sheet.Contents.read_bytes() for sheet in opened.pages)

    assert {"ne", "ar"} <= languages
    # words inside a paragraph say it where they are drawn
    assert b"/Lang(sw)" in drawn


def test_small_numbers_lead_to_the_claims_and_claims_to_the_places() -> None:
    report = a_report("sv")
    with pikepdf.open(io.BytesIO(pdf("sv"))) as opened:
        links = [
            (number, annotation)
            for number, sheet in enumerate(opened.pages)
            for annotation in sheet.get("/Annots", [])
            if annotation["/Subtype"] == "/Link"
        ]
        assert all(link.get("/Contents") for _number, link in links)
        contents = [link for number, link in links if number == links[0][0]]
        claims_from = opened.pages.index(pikepdf.Page(contents[-1]["/Dest"][0]))
        ways = [
            (number, str(link["/Dest"][0].objgen), str(link["/Dest"][3]))
            for number, link in links[len(contents) :]
            if number < claims_from
        ]
        back = len(links) - len(contents) - len(ways)
        outline = []
        with opened.open_outline() as read:
            outline = [item.title for item in read.root]
    # five entries of the contents and one inside; each place has a way to its claim, each claim one to every page
    assert len(contents) == 6
    assert len(ways) == len(list(claims_in(report.blocks)))
    assert back == len(set(ways)) < len(ways)
    assert outline[-1] == dict(report.labels)["claims_title"]


def test_a_draft_says_so_on_every_page(tmp_path: Path) -> None:
    report, draft = pdf("en"), pdf("en", is_draft=True)
    says = squeezed("Draft: not approved")

    with pikepdf.open(io.BytesIO(draft)) as opened:
        count = len(opened.pages)
    assert text_of(draft, tmp_path).count(says) == count
    assert "villages[?]" in text_of(draft, tmp_path)
    assert says not in text_of(report, tmp_path)
    assert "[?]" not in text_of(report, tmp_path)


def test_a_table_over_many_pages_repeats_its_heading(tmp_path: Path) -> None:
    rows = tuple((Cell(f"Row {i}"), Cell(str(i))) for i in range(150))
    table = Table("Many", (Column("Name of the row"), Column("How many", is_number=True)), rows)
    report = replace(a_report("en"), blocks=(table,), claims=())

    text = text_of(render_pdf(report, {}), tmp_path)

    assert text.count("NameoftherowHowmany") >= 3
    assert all(f"Row{i}{i}" in text for i in range(150))


def test_a_chart_longer_than_a_page_goes_on_over_pages_and_a_tall_map_fits_on_one(tmp_path: Path) -> None:
    keys = tuple(code for code in sorted(world()) if world()[code].rings)[:60]
    rows = tuple((Cell(f"Place{i}"), Cell(f"{i}.")) for i in range(60))
    table = Table("T", (Column("Name"), Column("n", is_number=True)), rows)
    bars = Chart("bars", "Bars", "What they show", keys, (Series("n", tuple(range(60))),), table)
    report = replace(a_report("en"), blocks=(bars, replace(bars, kind="map")), claims=())

    content = render_pdf(report, {})

    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    boxes = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True).stdout
    words = re.findall(r'yMin="(-?[\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', boxes)
    # in both charts and both tables
    assert [sum(word == f"Place{i}" for _, _, word in words) for i in range(60)] == [4] * 60
    assert all(float(top) >= 0 and float(bottom) <= 842 for top, bottom, _ in words)
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) >= 8
    figures = [element["alternative"] for element in elements(content) if element["kind"] == "Figure"]
    assert figures.count("What they show") == 2


def test_what_is_typed_into_any_field_is_printed_and_never_run(tmp_path: Path) -> None:
    content = render_pdf(hostile_report(), {})

    text = text_of(content, tmp_path)
    assert text.count('#eval("1")') > 10
    assert "<script>alert" in text
    path = tmp_path / "hostile.pdf"
    path.write_bytes(content)
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


def test_a_fingerprint_can_be_copied_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf("ar"))

    copied = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()

    assert all(line.fingerprint in copied for line in a_report("ar").claims)


def test_a_report_of_nothing_but_a_title_is_a_report(tmp_path: Path) -> None:
    empty = Report(
        title="Only a title",
        subtitle="",
        organisation="",
        language="en",
        direction="ltr",
        period="",
        as_of=date(2026, 1, 31),
        edition=1,
        is_draft=False,
        blocks=(),
        claims=(),
        labels=(),
    )

    assert "Onlyatitle" in text_of(render_pdf(empty, {}), tmp_path)
