"""What a text document has before its first word: page, styles, languages, header and footer, properties."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, time

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from egenmakt.core.evidence.blocks import Report
from egenmakt.interfaces.exports.report import docx_parts as parts
from egenmakt.interfaces.exports.report.packing import xml_text

GREEN = RGBColor(0x1D, 0x5B, 0x49)
INK = RGBColor(0x2B, 0x25, 0x20)
LATIN = "Calibri"
COMPLEX = "Arial"
"""For scripts that Word calls complex; it falls back by itself where the font lacks a letter."""


def set_up(document: Document, *, report: Report, labels: Mapping[str, str]) -> None:
    """Make an empty document ready for a report."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.different_first_page_header_footer = True
    _styles(document)
    parts.set_language(document, language=report.language, direction=report.direction)
    _frame(document, report, labels)
    _properties(document, report)


def _styles(document: Document) -> None:
    styles = document.styles
    for name in ("toc 1", "toc 2", "TOC Heading"):
        if name not in [style.name for style in styles]:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True).base_style = styles["Normal"]
    styles["toc 2"].paragraph_format.left_indent = Cm(0.6)
    styles["TOC Heading"].font.bold = True
    sizes = {"Normal": 10.5, "Title": 28, "Subtitle": 14, "Heading 1": 18, "Heading 2": 14, "Heading 3": 12}
    sizes |= {"Caption": 10, "Quote": 12, "TOC Heading": 18}
    for name, size in sizes.items():
        style = styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = GREEN if name.startswith(("Heading", "Title", "TOC")) else INK
        properties = style.element.get_or_add_rPr()
        colour = properties.find(qn("w:color"))
        for theme in ("themeColor", "themeShade", "themeTint"):
            colour.attrib.pop(qn(f"w:{theme}"), None)
        for slanted in properties.findall(qn("w:i")) + properties.findall(qn("w:iCs")):
            properties.remove(slanted)
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", COMPLEX)):
            fonts.set(qn(f"w:{script}"), font)
        for old in properties.findall(qn("w:szCs")):
            properties.remove(old)
        properties.find(qn("w:sz")).addnext(parts.element("szCs", val=str(round(size * 2))))
    styles["Caption"].font.bold = True
    for line in styles["Title"].element.iter(qn("w:pBdr")):
        line.getparent().remove(line)
        break
    for name in ("Heading 1", "Heading 2", "Heading 3", "TOC Heading", "Title"):
        styles[name].paragraph_format.space_after = Pt(8)
    for name in sizes:
        _follow(document, name)
    styles["Quote"].paragraph_format.left_indent = Cm(0.8)


def _follow(document: Document, name: str) -> None:
    """Give the style for letters that goes with a style for paragraphs the same look: some programs show that one."""
    style = document.styles[name].element
    link = style.find(qn("w:link"))
    wanted = link.get(qn("w:val")) if link is not None else None
    for other in document.styles.element.iter(qn("w:style")):
        if wanted and other.get(qn("w:styleId")) == wanted:
            for old in other.findall(qn("w:rPr")):
                other.remove(old)
            other.append(deepcopy(style.find(qn("w:rPr"))))


def _frame(document: Document, report: Report, labels: Mapping[str, str]) -> None:
    section = document.sections[0]
    first, others = section.first_page_header.paragraphs[0], section.header.paragraphs[0]
    draft = labels["draft"] if report.is_draft else ""
    heads = [(first, draft), (others, " · ".join(part for part in (draft, report.title) if part))]
    for paragraph, text in heads:
        _say(paragraph, text, report)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if report.direction == "rtl":
        parts.run_from_right(footer)
    before, rest = labels["page_of"].split("{page}")
    between, after = rest.split("{pages}")
    for text, instruction in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        if text:
            parts.speak(footer.add_run(text), language=report.language, direction=report.direction)
        if instruction:
            parts.field(footer, instruction)


def _say(paragraph: Paragraph, text: str, report: Report) -> None:
    if report.direction == "rtl":
        parts.run_from_right(paragraph)
    run = paragraph.add_run(xml_text(text))
    parts.set_size(run, 8.5)
    parts.speak(run, language=report.language, direction=report.direction)


def _properties(document: Document, report: Report) -> None:
    properties = document.core_properties
    # the library's own template has a picture of its first page, which is not this one
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    at = datetime.combine(report.as_of, time())
    properties.title = xml_text(report.title)[:255]
    properties.subject = xml_text(report.subtitle)[:255]
    properties.author = properties.last_modified_by = xml_text(report.organisation)[:255]
    properties.language = report.language
    properties.identifier = xml_text(report.data_version)[:255]
    properties.comments = ""
    properties.created = properties.modified = at
    properties.revision = max(report.edition, 1)
