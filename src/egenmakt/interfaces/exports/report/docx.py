"""A report as a text document: real headings, lists, captions and tables, so that others can work on with it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    ClaimLine,
    Direction,
    Heading,
    Inline,
    KeyFigures,
    Note,
    Picture,
    Placed,
    Prose,
    Quotation,
    Report,
    Table,
)
from egenmakt.interfaces.exports.pdf.direction import direction_of
from egenmakt.interfaces.exports.report import docx_parts as parts
from egenmakt.interfaces.exports.report.chart_pictures import ChartPicture, chart_pictures
from egenmakt.interfaces.exports.report.docx_style import set_up
from egenmakt.interfaces.exports.report.labels import filled, words_of
from egenmakt.interfaces.exports.report.packing import packed_again, xml_text
from egenmakt.interfaces.exports.report.photographs import photograph_of
from egenmakt.interfaces.exports.report.reading import (
    UNPROVED_MARK,
    Counter,
    claim_numbers,
    direction_of_language,
    edition_facts,
    places_of,
    unproved_texts,
)

WIDEST: Final = Cm(16)
TALLEST: Final = Cm(15)
_SHADES: Final = {"caution": "FBEECB", "method": "F6F1E8", "empty": "F6F1E8"}


def render_docx(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """The whole report as DOCX: the same bytes for the same report.

    Args: pictures, the bytes of each photograph by their fingerprint.
    Raises: MissingPicture, WrongPicture, UnknownCountry.
    """
    document = docx.Document()
    labels = words_of(report)
    set_up(document, report=report, labels=labels)
    writer = _Writer(
        report=report, pictures=pictures, labels=labels, document=document, charts=iter(chart_pictures(report))
    )
    writer.title_page()
    writer.contents()
    for block in report.blocks:
        writer.block(block)
    writer.unproved()
    writer.claims()
    buffer = io.BytesIO()
    document.save(buffer)
    return packed_again(buffer.getvalue(), on=report.as_of)


@dataclass(slots=True)
class _Writer:
    """The document while it is written: it counts figures, places of claims, and bookmarks."""

    report: Report
    pictures: Mapping[str, bytes]
    labels: dict[str, str]
    document: Document
    charts: Iterator[list[ChartPicture]]
    counter: Counter = field(default_factory=Counter)
    bookmarks: count = field(default_factory=lambda: count(1))
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = claim_numbers(self.report)

    def label(self, code: str, **values: str) -> str:
        return filled(self.labels, code, within=self.report.direction, **values)

    def paragraph(self, text: str = "", *, style: str | None = None, language: str = "") -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        if self.direction(language) == "rtl":
            parts.run_from_right(paragraph)
        if text:
            self.run(paragraph, text, language=language)
        return paragraph

    def direction(self, language: str = "") -> Direction:
        if not language or language == self.report.language:
            return self.report.direction
        return direction_of_language(language)

    def run(self, paragraph: Paragraph, text: str, *, language: str = "", strong: bool = False) -> Run:
        run = paragraph.add_run(xml_text(text))
        if strong:
            run.bold = True
        parts.speak(run, language=language or self.report.language, direction=self.direction(language))
        return run

    def value(self, paragraph: Paragraph, text: str, *, strong: bool = False) -> Run:
        """A name, a number or a cell in its own direction, so that its minus and its currency stay where they are."""
        run = paragraph.add_run(xml_text(text))
        if strong:
            run.bold = True
        own = direction_of(text) or ("ltr" if any(sign.isdecimal() for sign in text) else self.report.direction)
        parts.speak(run, language=self.report.language, direction=own)
        return run

    def reference(self, paragraph: Paragraph, claim: str) -> None:
        """The small number that leads to a claim, with a name to come back to."""
        if not claim:
            return
        number, place = self.numbers[claim], self.counter.place(claim)
        run = parts.link(
            paragraph,
            text=str(number),
            to=f"claim_{number}",
            tooltip=self.label("claim", number=str(number)),
        )
        run.font.superscript = True
        parts.bookmark(paragraph, name=f"place_{number}_{place}", number=next(self.bookmarks), first=run._r.getparent())

    def inlines(self, paragraph: Paragraph, inlines: tuple[Inline, ...]) -> None:
        for inline in inlines:
            if isinstance(inline, Placed):
                self.value(paragraph, inline.text)
                self.reference(paragraph, inline.claim)
                continue
            run = self.run(paragraph, inline.text, language=inline.language, strong=inline.strong)
            if inline.unproved and self.report.is_draft:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
                self.run(paragraph, f" {UNPROVED_MARK}", strong=True)

    def block(self, block: Block) -> None:
        match block:
            case Heading():
                self.heading(block.text, level=block.level, name=f"h_{block.anchor}")
            case Prose():
                self.inlines(self.paragraph(language=block.language), block.inlines)
            case Bullets():
                for item in block.items:
                    self.inlines(self.paragraph(style="List Bullet"), item)
            case KeyFigures():
                self.key_figures(block)
            case Table():
                number = str(self.counter.table())
                self.caption(f"{self.label('table', number=number)}. {block.caption}")
                self.table(block)
            case Chart():
                self.chart(block)
            case Picture():
                self.picture(block)
            case Quotation():
                self.quotation(block)
            case Note():
                self.note(block)

    def heading(self, text: str, *, level: int, name: str) -> None:
        paragraph = self.paragraph(text, style=f"Heading {level}")
        parts.bookmark(paragraph, name=_bookmark_name(name), number=next(self.bookmarks))

    def caption(self, text: str, *claims: str, before: bool = True) -> None:
        paragraph = self.paragraph(text, style="Caption")
        paragraph.paragraph_format.keep_with_next = before
        for claim in claims:
            self.reference(paragraph, claim)

    def key_figures(self, block: KeyFigures) -> None:
        table = self.document.add_table(rows=0, cols=2, style="Table Grid")
        if self.report.direction == "rtl":
            parts.table_from_right(table)
        for figure in block.figures:
            under = self.label("as_of", day=figure.as_of)
            if figure.n:
                under = f"{under} · {self.label('count_behind', n=figure.n)}"
            cells = table.add_row().cells
            label = self.in_cell(cells[0].paragraphs[0])
            self.run(label, figure.label)
            value = self.in_cell(cells[1].paragraphs[0], at_end=True)
            parts.set_size(self.value(value, figure.value, strong=True), 15)
            self.reference(value, figure.claim)
            small = self.in_cell(cells[1].add_paragraph(), at_end=True)
            parts.set_size(self.run(small, under), 8.5)
        self.paragraph()

    def in_cell(self, paragraph: Paragraph, *, at_end: bool = False) -> Paragraph:
        if at_end:
            # in a paragraph from right to left, Word's "right" is what it calls the end of the line: the left
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if self.report.direction == "rtl":
            parts.run_from_right(paragraph)
        paragraph.paragraph_format.space_after = Pt(2)
        return paragraph

    def table(self, data: Table) -> None:
        table = self.document.add_table(rows=1 + len(data.rows), cols=len(data.columns), style="Table Grid")
        if self.report.direction == "rtl":
            parts.table_from_right(table)
        # by the XML: python-docx looks up every cell anew, which takes minutes in a long table
        heads = tuple(Cell(column.label) for column in data.columns)
        for i, (line, row) in enumerate(zip((heads, *data.rows), table._tbl.tr_lst, strict=True)):
            for column, cell, place in zip(data.columns, line, row.tc_lst, strict=True):
                paragraph = self.in_cell(Paragraph(place.p_lst[0], table), at_end=column.is_number)
                parts.set_size(self.value(paragraph, cell.text, strong=i == 0), 9)
                self.reference(paragraph, cell.claim)
                if i == 0:
                    parts.shade(place, "F1EADF")
        parts.repeat_heading(table)
        note = self.paragraph()
        if data.note:
            parts.set_size(self.run(note, data.note), 8.5)

    def chart(self, chart: Chart) -> None:
        number = str(self.counter.chart())
        self.caption(f"{self.label('chart', number=number)}. {chart.title}", *chart.claims)
        for i, picture in enumerate(next(self.charts)):
            paragraph = self.paragraph()
            paragraph.paragraph_format.keep_with_next = True
            width = min(Pt(picture.width), WIDEST)
            shape = paragraph.add_run().add_picture(io.BytesIO(picture.content), width=width)
            # a chart in pieces is described once; the others say whose pieces they are
            _describe(shape, title=chart.title, text=chart.title if i else chart.description)
        self.table(chart.table)

    def picture(self, picture: Picture) -> None:
        photograph = photograph_of(picture, self.pictures)
        width = min(WIDEST, Emu(TALLEST * photograph.width // photograph.height))
        paragraph = self.paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(photograph.content), width=width)
        _describe(shape, title="", text=picture.alternative)
        self.caption(picture.caption, picture.claim, before=False)

    def quotation(self, quotation: Quotation) -> None:
        if quotation.translation:
            self.paragraph(quotation.translation, style="Quote")
        self.paragraph(quotation.text, style="Quote", language=quotation.language)
        by = [quotation.attribution]
        if quotation.translation and quotation.translated_by:
            by.append(self.label("translated_by", name=quotation.translated_by))
        paragraph = self.paragraph()
        parts.set_size(self.run(paragraph, " · ".join(part for part in by if part)), 9)
        self.reference(paragraph, quotation.claim)

    def note(self, note: Note) -> None:
        table = self.document.add_table(rows=1, cols=1, style="Table Grid")
        cell = table.rows[0].cells[0]
        parts.shade(cell._tc, _SHADES[note.kind])
        paragraph = self.in_cell(cell.paragraphs[0])
        self.run(paragraph, self.label(f"note_{note.kind}"), strong=True)
        self.inlines(self.in_cell(cell.add_paragraph()), note.inlines)
        self.paragraph()

    def title_page(self) -> None:
        report = self.report
        self.paragraph(report.organisation).paragraph_format.space_before = Pt(160)
        self.paragraph(report.title, style="Title")
        if report.subtitle:
            self.paragraph(report.subtitle, style="Subtitle")
        for fact in (report.period, *edition_facts(report, self.labels)):
            self.paragraph(fact)
        self.document.add_page_break()

    def contents(self) -> None:
        """A field that Word fills with page numbers when asked; until then the headings as links."""
        headings = [
            (block.level, block.text, _bookmark_name(f"h_{block.anchor}"))
            for block in self.report.blocks
            if isinstance(block, Heading) and block.level < 3
        ]
        if not headings:
            return
        self.paragraph(self.label("contents"), style="TOC Heading")
        if self.report.claims:
            headings.append((1, self.label("claims_title"), "h_claims_list"))
        for i, (level, text, name) in enumerate(headings):
            paragraph = self.paragraph(style=f"toc {level}")
            if i == 0:
                parts.begin_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
            run = parts.link(paragraph, text=text, to=name)
            parts.speak(run, language=self.report.language, direction=self.report.direction)
            if i == len(headings) - 1:
                parts.end_field(paragraph)
        self.document.add_page_break()

    def unproved(self) -> None:
        texts = unproved_texts(self.report)
        if not texts or not self.report.is_draft:
            return
        self.heading(self.label("unproved_title"), level=1, name="h_unproved_list")
        self.paragraph(self.label("unproved_lead", mark=UNPROVED_MARK))
        for text in texts:
            self.paragraph(text, style="List Bullet")

    def claims(self) -> None:
        if not self.report.claims:
            return
        places = places_of(self.report)
        self.heading(self.label("claims_title"), level=1, name="h_claims_list")
        self.paragraph(self.label("claims_lead"))
        for line in self.report.claims:
            self.claim(line, places.get(line.code, 0))

    def claim(self, line: ClaimLine, places: int) -> None:
        number = self.numbers[line.code]
        head = self.paragraph()
        head.paragraph_format.keep_with_next = True
        self.run(head, f"{number}. {line.statement}", strong=True)
        parts.bookmark(head, name=f"claim_{number}", number=next(self.bookmarks))
        paragraph = self.paragraph()
        for place in range(1, places + 1):
            run = parts.link(
                head, text=f" ↑{place}", to=f"place_{number}_{place}", tooltip=self.label("back", number=str(place))
            )
            parts.speak(run, language=self.report.language, direction=self.report.direction)
        facts = [(code, getattr(line, code)) for code in ("value", "n", "period", "method", "source")]
        facts += [(code, getattr(line, code)) for code in ("code", "fingerprint")]
        shown = [(code, text) for code, text in facts if text]
        for i, (code, text) in enumerate(shown):
            parts.set_size(self.run(paragraph, f"{self.label(code)}: "), 8.5)
            run = self.value(paragraph, text)
            parts.set_size(run, 8.5)
            if i < len(shown) - 1:
                run.add_break()


def _describe(shape, *, title: str, text: str) -> None:
    """The alternative text of a picture."""
    properties = shape._inline.docPr
    properties.set("descr", xml_text(text))
    if title:
        properties.set("title", xml_text(title))


def _bookmark_name(name: str) -> str:
    """A name that Word takes: letters, figures and underscores, at most forty."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name)[:40]
