"""The parts of a text document that python-docx has no words for: languages, directions, bookmarks, links, fields."""

from __future__ import annotations

from typing import Final

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from egenmakt.core.evidence.blocks import Direction
from egenmakt.interfaces.exports.report.packing import xml_text

TERRITORIES: Final = {"sv": "sv-SE", "en": "en-GB", "ar": "ar-SA", "ne": "ne-NP", "hi": "hi-IN", "bn": "bn-BD"}
"""Word wants a language with its land; a language that is not here goes as it is."""

LINK: Final = RGBColor(0x17, 0x59, 0x4A)


def element(tag: str, /, **attributes: str) -> BaseOxmlElement:
    """An element of WordprocessingML, such as `element("lang", val="sv-SE")`."""
    made = OxmlElement(f"w:{tag}")
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def word_language(language: str) -> str:
    return TERRITORIES.get(language, language)


def speak(run: Run, *, language: str, direction: Direction) -> None:
    """Say in which language a run is, and that it is read from right to left if it is."""
    properties = run._r.get_or_add_rPr()
    # the schema has an order: rtl stands before lang, and both after what python-docx sets
    if (bold := properties.find(qn("w:b"))) is not None:
        bold.addnext(element("bCs"))
    if direction == "rtl":
        properties.append(element("rtl"))
    code = word_language(language)
    properties.append(element("lang", val=code, bidi=code))


def set_size(run: Run, points: float) -> None:
    """The size of the letters, for scripts that Word calls complex too."""
    run.font.size = Pt(points)
    run._r.get_or_add_rPr().find(qn("w:sz")).addnext(element("szCs", val=str(round(points * 2))))


def run_from_right(paragraph: Paragraph) -> None:
    """Set a paragraph from right to left."""
    properties = paragraph._p.get_or_add_pPr()
    before = [properties.find(qn(f"w:{name}")) for name in ("spacing", "ind", "contextualSpacing", "jc", "rPr")]
    following = next((found for found in before if found is not None), None)
    if following is None:
        properties.append(element("bidi"))
    else:
        following.addprevious(element("bidi"))


def bookmark(paragraph: Paragraph, *, name: str, number: int, first: BaseOxmlElement | None = None) -> None:
    """Give the paragraph, or what follows `first` in it, a name that links lead to."""
    start = element("bookmarkStart", id=str(number), name=name)
    end = element("bookmarkEnd", id=str(number))
    if first is None:
        properties = paragraph._p.pPr
        if properties is None:
            paragraph._p.insert(0, start)
        else:
            properties.addnext(start)
    else:
        first.addprevious(start)
    paragraph._p.append(end)


def link(paragraph: Paragraph, *, text: str, to: str, tooltip: str = "") -> Run:
    """A link within the document."""
    hyperlink = element("hyperlink", anchor=to, history="1")
    if tooltip:
        hyperlink.set(qn("w:tooltip"), xml_text(tooltip))
    paragraph._p.append(hyperlink)
    run = Run(OxmlElement("w:r"), paragraph)
    hyperlink.append(run._r)
    run.text = xml_text(text)
    run.font.color.rgb = LINK
    return run


def field(paragraph: Paragraph, instruction: str, *, shown: str = "1") -> Run:
    """Something that Word works out, such as the number of the page; `shown` until it has."""
    run = paragraph.add_run()
    begin, separate, end = (element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    text = element("t")
    text.text = shown
    for part in (begin, code, separate, text, end):
        run._r.append(part)
    return run


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """Open a field that runs over paragraphs, such as the contents; `end_field` closes it."""
    run = paragraph.add_run()
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    for part in (element("fldChar", fldCharType="begin"), code, element("fldChar", fldCharType="separate")):
        run._r.append(part)


def end_field(paragraph: Paragraph) -> None:
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def repeat_heading(table: DocxTable) -> None:
    """Repeat the first row on every page, and break no row over two pages."""
    for i, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(element("cantSplit"))
        if i == 0:
            properties.append(element("tblHeader"))


def table_from_right(table: DocxTable) -> None:
    """Let the first column stand at the right."""
    style = table._tbl.tblPr.find(qn("w:tblStyle"))
    style.addnext(element("bidiVisual"))


def shade(cell: BaseOxmlElement, colour: str) -> None:
    cell.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))


def set_language(document: Document, *, language: str, direction: Direction) -> None:
    """The language of everything that says nothing else, and the direction of the pages."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    code = word_language(language)
    defaults.append(element("lang", val=code, eastAsia="en-US", bidi=code))
    if direction == "rtl":
        for section in document.sections:
            grid = section._sectPr.find(qn("w:docGrid"))
            grid.addprevious(element("bidi"))
