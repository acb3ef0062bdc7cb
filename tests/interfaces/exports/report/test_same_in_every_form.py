"""Whatever the form, a report says all that its blocks say, and in their order."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from lxml import html as parser

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Chart,
    Heading,
    Inline,
    KeyFigures,
    Note,
    Picture,
    Prose,
    Quotation,
    Report,
    Table,
)
from tests.interfaces.exports.report.samples import docx, html, pdf
from tests.support.a_report import a_report

pytestmark = pytest.mark.once

WHOLE = Path(__file__).parent / "whole_sv.txt"
MARKS = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069"))


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(MARKS).split())


def said(block: Block) -> Iterator[str]:
    """Every text that a reader of a block must meet, in the order in which it is met."""
    match block:
        case Heading():
            yield block.text
        case Prose() | Note():
            yield from texts(block.inlines)
        case Bullets():
            for item in block.items:
                yield from texts(item)
        case KeyFigures():
            for figure in block.figures:
                yield from (figure.label, figure.value, figure.as_of, figure.n)
        case Table():
            yield block.caption
            yield from cells(block)
        case Chart():
            yield block.title
            yield from cells(block.table)
        case Picture():
            yield block.caption
        case Quotation():
            yield from (block.translation, block.text, block.attribution, block.translated_by)


def texts(inlines: tuple[Inline, ...]) -> Iterator[str]:
    return (inline.text for inline in inlines)


def cells(table: Table) -> Iterator[str]:
    yield from (column.label for column in table.columns)
    yield from (cell.text for row in table.rows for cell in row)
    yield table.note


def claims(report: Report) -> Iterator[str]:
    for line in report.claims:
        yield from (line.statement, line.value, line.period, line.method, line.source, line.fingerprint)


def page_of(language: str) -> parser.HtmlElement:
    tree = parser.document_fromstring(html(language))
    # the words of drawings come before their tables and would be found in their place
    for svg in [*tree.iter("svg"), *tree.iter("style")]:
        svg.drop_tree()
    return tree


def document_text(language: str) -> str:
    body = python_docx.Document(io.BytesIO(docx(language))).element.body
    return "".join(text.text or "" for text in body.iter(qn("w:t")))


def paper_text(language: str, tmp_path: Path) -> str:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf(language))
    result = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return result.stdout.decode()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("form", ["page", "text document", "paper"])
def test_nothing_that_a_block_says_is_lost(form: str, language: str, tmp_path: Path) -> None:
    report = a_report(language)
    if form == "paper":
        text = squeezed(paper_text(language, tmp_path))
    else:
        text = squeezed(page_of(language).text_content() if form == "page" else document_text(language))

    # after the contents, which hold the headings too
    place = text.index(squeezed(report.blocks[1].inlines[0].text)) - 60  # type: ignore[union-attr]  # prose
    for wanted in [*(part for block in report.blocks for part in said(block)), *claims(report)]:
        # a page break with its header may lie between two words, so only what stands on one line must follow
        found = text.find(squeezed(wanted), max(place, 0))
        if form == "paper" and any("\u0590" < sign < "\u07ff" for sign in wanted):
            continue  # pdftotext turns runs from right to left round; see the tests of the PDF
        assert found >= 0, wanted
        place = found if form != "paper" else place


def test_the_whole_page_is_what_it_was(tmp_path: Path) -> None:
    """Where it changes on purpose, look through the new one, in the folder that is named, and put it in its place."""
    texts = ("".join(text.split("\n")).replace("\u00a0", "_") for text in page_of("sv").itertext())
    text = "".join(f"{text.strip()}\n" for text in texts if text.strip())
    (tmp_path / "whole_sv.txt").write_text(text, encoding="utf-8")

    assert text == WHOLE.read_text(encoding="utf-8"), tmp_path
