"""The text document: headings, captions, lists and tables as Word has them, with languages, links and descriptions."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from egenmakt.core.evidence.blocks import Cell, Chart, Column, Heading, Series, Table, claims_in
from egenmakt.interfaces.exports.report.docx import render_docx
from tests.interfaces.exports.report.samples import docx as written
from tests.interfaces.exports.report.samples import hostile_report
from tests.support.a_report import LANGUAGES, PICTURES, WORDS, a_report

pytestmark = pytest.mark.once

# ECMA-376 part 1, 17.3.2.28 (CT_RPr) and 17.3.1.26 (CT_PPr), transitional: the order in which Word wants them.
RUN_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
)
PARAGRAPH_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
    "textAlignment outlineLvl rPr"
)
SECTION_ORDER = "headerReference footerReference type pgSz pgMar cols titlePg bidi docGrid"


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def named(element) -> str:
    return str(element.tag).split("}")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_captions_lists_and_quotations_have_the_styles_of_word(language: str) -> None:
    words, document = WORDS[language], opened(written(language))
    styles: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        styles.setdefault(paragraph.style.name, []).append(paragraph.text)

    headings = [block.text for block in a_report(language).blocks if isinstance(block, Heading) and block.level == 1]
    assert styles["Title"] == [words["title"]]
    assert styles["Heading 1"][:-1] == headings
    assert styles["Heading 2"] == [words["types"]]
    assert len(styles["List Bullet"]) == 2
    assert words["translation"] in styles["Quote"]
    assert len(styles["Caption"]) == 8
    assert [
        paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs if is_caption(paragraph)
    ] == [
        *(True, True, False, True, True, True, True, True),
    ]


def is_caption(paragraph) -> bool:
    return paragraph.style.name == "Caption"


def test_tables_hold_the_cells_of_the_report_and_repeat_their_heading() -> None:
    report, document = a_report("sv"), opened(written("sv"))
    wanted = [
        block.table if isinstance(block, Chart) else block
        for block in report.blocks
        if isinstance(block, Chart | Table)
    ]

    repeating = [
        table
        for table in document.tables
        if table._tbl.tr_lst[0].trPr is not None and table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    ]

    assert len(repeating) == len(wanted)
    for table, block in zip(repeating, wanted, strict=True):
        head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert head == [column.label for column in block.columns]
        numbers = {line.code: str(i) for i, line in enumerate(report.claims, start=1)}
        assert rows == [[cell.text + numbers.get(cell.claim, "") for cell in row] for row in block.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_its_description(language: str) -> None:
    report, document = a_report(language), opened(written(language))

    said = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]

    charts = [block.description for block in report.blocks if isinstance(block, Chart)]
    assert Counter(said) == Counter([*charts, WORDS[language]["alternative"]])
    assert all(shape.width.cm <= 16 for shape in document.inline_shapes)


def test_charts_are_pictures_of_two_hundred_points_an_inch_with_something_on_them() -> None:
    with zipfile.ZipFile(io.BytesIO(written("ne"))) as archive:
        charts = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]

    assert len(charts) == 6
    for content in charts:
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.width > 700
            assert len(picture.convert("L").getcolors(256) or []) > 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_leads_to_its_claim_and_back_to_every_place(language: str) -> None:
    report, body = a_report(language), opened(written(language)).element.body
    numbers = {line.code: i for i, line in enumerate(report.claims, start=1)}

    marks = Counter(mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart")))
    ids = Counter(mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart")))
    ends = Counter(mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkEnd")))
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert max(marks.values()) == max(ids.values()) == 1
    assert ids == ends
    assert set(links) <= set(marks)
    asked = Counter(f"claim_{numbers[code]}" for code in claims_in(report.blocks))
    assert Counter(link for link in links if link.startswith("claim_")) == asked
    assert len([link for link in links if link.startswith("place_")]) == sum(asked.values())


def test_contents_are_a_field_with_the_headings_in_it() -> None:
    document = opened(written("sv"))

    shown = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("toc ")]

    assert [text for text in shown if text == WORDS["sv"]["h_work"]] == [WORDS["sv"]["h_work"]]
    codes = [code.text.split()[0] for code in document.element.body.iter(qn("w:instrText"))]
    assert codes == ["TOC"]
    kinds = [mark.get(qn("w:fldCharType")) for mark in document.element.body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    footer = [code.text.strip() for code in document.sections[0].footer._element.iter(qn("w:instrText"))]
    assert footer == ["PAGE", "NUMPAGES"]


def test_from_right_to_left_every_paragraph_run_table_and_the_page_say_so() -> None:
    document = opened(written("ar"))
    body = document.element.body

    for paragraph in body.iter(qn("w:p")):
        of_another = {lang.get(qn("w:val")) for lang in paragraph.iter(qn("w:lang"))} == {"ne-NP"}
        properties = paragraph.find(qn("w:pPr"))
        is_from_right = properties is not None and properties.find(qn("w:bidi")) is not None
        if "".join(paragraph.itertext()).strip():
            assert is_from_right != of_another
    assert all(
        table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in document.tables if len(table.columns) > 1
    )
    assert body.find(qn("w:sectPr")).find(qn("w:bidi")) is not None
    assert opened(written("sv")).element.body.find(qn("w:sectPr")).find(qn("w:bidi")) is None


def test_numbers_run_from_left_to_right_in_a_report_from_right_to_left() -> None:
    body = opened(written("ar")).element.body
    runs = {"".join(t.text or "" for t in run.iter(qn("w:t"))): run for run in body.iter(qn("w:r"))}

    for text, is_from_right in (("−12\u00a0500,00", False), ("72,0\u00a0%", False), (WORDS["ar"]["hidden"], True)):
        assert (runs[text].find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None) is is_from_right, text


def test_a_long_chart_is_several_pictures_described_once() -> None:
    keys = tuple(f"k{i}" for i in range(40))
    table = Table("T", (Column("Name"), Column("n", is_number=True)), tuple((Cell(k), Cell("1")) for k in keys))
    chart = Chart("bars", "Title", "What it shows", keys, (Series("n", (1,) * 40),), table)
    report = replace(a_report("en"), blocks=(chart,), claims=())

    document = opened(render_docx(report, {}))

    said = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert said == ["What it shows", "Title", "Title"]
    assert all(shape.height.cm < 23 for shape in document.inline_shapes)


def test_every_run_says_its_language_and_numbers_stand_as_in_the_report() -> None:
    body = opened(written("sv")).element.body
    spoken: Counter[str] = Counter()
    for run in body.iter(qn("w:r")):
        text = "".join(t.text or "" for t in run.iter(qn("w:t")))
        lang = run.find(f"{qn('w:rPr')}/{qn('w:lang')}")
        if lang is not None:
            spoken[lang.get(qn("w:val"))] += len(text)
        else:
            # only the small numbers of claims, which no language owns
            assert re.fullmatch(r"\d*", text)

    assert set(spoken) == {"sv-SE", "ne-NP", "ar-SA", "sw"}
    assert spoken["ne-NP"] == len(WORDS["ne"]["translation"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_properties_stand_in_the_order_that_word_wants(language: str) -> None:
    for content in (written(language), written("sv", is_draft=True)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [name for name in archive.namelist() if re.match(r"word/(document|header|footer|styles)", name)]
            trees = [docx.oxml.parse_xml(archive.read(name)) for name in parts]
        for tree in trees:
            for tag, names in (("rPr", RUN_ORDER), ("pPr", PARAGRAPH_ORDER), ("sectPr", SECTION_ORDER)):
                order = names.split()
                for properties in tree.iter(qn(f"w:{tag}")):
                    places = [order.index(named(child)) for child in properties if named(child) in order]
                    assert places == sorted(places), [named(child) for child in properties]


def test_the_file_says_its_title_language_and_the_day_of_the_report() -> None:
    properties = opened(written("sv")).core_properties

    assert properties.title == WORDS["sv"]["title"]
    assert properties.author == WORDS["sv"]["organisation"]
    assert properties.language == "sv"
    assert properties.created.date() == properties.modified.date() == date(2026, 1, 31)
    assert properties.revision == 2
    with zipfile.ZipFile(io.BytesIO(written("sv"))) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 1, 31)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_the_same_report_is_the_same_file() -> None:
    assert render_docx(a_report("ar"), PICTURES) == written("ar")


def test_only_a_draft_says_so_and_marks_what_was_typed_by_hand() -> None:
    draft, final = opened(written("sv", is_draft=True)), opened(written("sv"))

    for document, says in ((draft, True), (final, False)):
        section = document.sections[0]
        heads = [part.paragraphs[0].text for part in (section.header, section.first_page_header)]
        assert [("Utkast" in head) for head in heads] == [says, says]
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert (f"{WORDS['sv']['unproved']} [?]" in text) is says
        assert ("Tal utan belägg" in text) is says


def test_what_is_typed_into_any_field_is_text() -> None:
    document = opened(render_docx(hostile_report(), {}))

    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert '<script>alert("x")</script>' in text
    assert "😀" in text
