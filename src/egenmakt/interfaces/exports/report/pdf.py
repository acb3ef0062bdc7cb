"""A report as PDF/UA-1: tagged, with the language of each part, and the same bytes for the same report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typst

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    ClaimLine,
    Heading,
    Inline,
    KeyFigure,
    KeyFigures,
    Note,
    Picture,
    Placed,
    Prose,
    Quotation,
    Report,
    Table,
)
from egenmakt.interfaces.exports.pdf.fonts import choose_fonts, printable
from egenmakt.interfaces.exports.pdf.typesetting import STANDARD, Content
from egenmakt.interfaces.exports.report.labels import filled, words_of
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
from egenmakt.interfaces.exports.report.typesetting import TEMPLATES, chart_content, printed, unbroken

TALL_SCRIPTS: Final = frozenset({"ar", "bn", "fa", "hi", "ne", "ps", "ta", "ur"})
"""Languages whose letters need more room between the lines."""
_WIDE_VALUE: Final = 12


def render_pdf(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """The whole report as PDF/UA-1. The date in the file is the report's own `as_of`.

    Args: pictures, the bytes of each photograph by their fingerprint.
    Raises: MissingPicture, WrongPicture, UnknownCountry.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for template in TEMPLATES.glob("*.typ"):
            shutil.copyfile(template, root / template.name)
        document = _Document(report=report, pictures=pictures, labels=words_of(report), root=root).content()
        fonts = choose_fonts(text=json.dumps(document, ensure_ascii=False))
        data = json.dumps({**document, "fonts": list(fonts.families)}, ensure_ascii=False)
        pdf: bytes = typst.compile(
            str(root / "report.typ"),
            root=str(root),
            font_paths=[str(path) for path in fonts.folders],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=[STANDARD],
            timestamp=int(datetime.combine(report.as_of, time(), tzinfo=UTC).timestamp()),
        )
    return pdf


@dataclass(slots=True)
class _Document:
    """The report as plain data for the template, while it is gathered: it counts figures and places of claims."""

    report: Report
    pictures: Mapping[str, bytes]
    labels: dict[str, str]
    root: Path
    counter: Counter = field(default_factory=Counter)
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = claim_numbers(self.report)

    def label(self, code: str, **values: str) -> str:
        return printable(filled(self.labels, code, within=self.report.direction, **values))

    def printed(self, text: str) -> str:
        return printed(text, within=self.report.direction)

    def content(self) -> dict[str, Content]:
        report = self.report
        blocks: list[Content] = [self.block(block) for block in report.blocks]
        places = places_of(report)
        unproved = unproved_texts(report) if report.is_draft else []
        return {
            "language": report.language,
            "direction": report.direction,
            "tall": report.language.split("-")[0] in TALL_SCRIPTS,
            "plain_title": printable(report.title),
            "plain_organisation": printable(report.organisation),
            "title": printable(report.title),
            "subtitle": printable(report.subtitle),
            "organisation": self.printed(report.organisation),
            "facts": [printable(fact) for fact in (report.period, *edition_facts(report, self.labels)) if fact],
            "draft": self.label("draft") if report.is_draft else "",
            "mark": UNPROVED_MARK,
            "labels": {code: printable(text) for code, text in self.labels.items()},
            "has_contents": any(isinstance(block, Heading) for block in report.blocks),
            "blocks": blocks,
            "unproved": [self.printed(text) for text in unproved],
            "unproved_lead": self.label("unproved_lead", mark=UNPROVED_MARK),
            "claims": [self.claim(line, places.get(line.code, 0)) for line in report.claims],
        }

    def block(self, block: Block) -> dict[str, Content]:
        match block:
            case Heading():
                text = printable(block.text)
                return {"kind": "heading", "level": block.level, "text": text, "anchor": block.anchor}
            case Prose():
                language = block.language or self.report.language
                # a part in the report's own language runs as the report does, whatever Babel says
                own = language == self.report.language
                direction = self.report.direction if own else direction_of_language(language)
                inlines = self.inlines(block.inlines)
                return {"kind": "prose", "language": language, "direction": direction, "inlines": inlines}
            case Bullets():
                return {"kind": "bullets", "items": [self.inlines(item) for item in block.items]}
            case KeyFigures():
                return {"kind": "figures", "figures": [self.key_figure(figure) for figure in block.figures]}
            case Table():
                caption = f"{self.label('table', number=str(self.counter.table()))}. {printable(block.caption)}"
                return {"kind": "table", "caption": caption, **self.table(block)}
            case Chart():
                return self.chart(block)
            case Picture():
                return self.picture(block)
            case Quotation():
                return self.quotation(block)
            case Note():
                return {
                    "kind": "note",
                    "is_caution": block.kind == "caution",
                    "head": self.label(f"note_{block.kind}"),
                    "inlines": self.inlines(block.inlines),
                }

    def references(self, *claims: str) -> list[Content]:
        return [{"number": self.numbers[claim], "place": self.counter.place(claim)} for claim in claims if claim]

    def inlines(self, inlines: tuple[Inline, ...]) -> list[Content]:
        return [self.inline(inline) for inline in inlines]

    def inline(self, inline: Inline) -> dict[str, Content]:
        piece: dict[str, Content] = {"strong": False, "language": "", "unproved": False}
        if isinstance(inline, Placed):
            return {**piece, "text": self.printed(inline.text), "claims": self.references(inline.claim)}
        is_other = bool(inline.language) and inline.language != self.report.language
        return {
            "text": self.printed(inline.text) if is_other else printable(inline.text),
            "strong": inline.strong,
            "language": inline.language if is_other else "",
            "unproved": inline.unproved and self.report.is_draft,
            "claims": [],
        }

    def key_figure(self, figure: KeyFigure) -> dict[str, Content]:
        under = self.label("as_of", day=figure.as_of)
        if figure.n:
            under = f"{under} · {self.label('count_behind', n=figure.n)}"
        return {
            "label": printable(figure.label),
            "value": self.printed(figure.value),
            "wide": len(figure.value) > _WIDE_VALUE,
            "under": under,
            "claims": self.references(figure.claim),
        }

    def table(self, table: Table) -> dict[str, Content]:
        return {
            "columns": [
                {"label": self.printed(column.label), "is_number": column.is_number} for column in table.columns
            ],
            "rows": [[self.cell(cell) for cell in row] for row in table.rows],
            "note": printable(table.note),
        }

    def cell(self, cell: Cell) -> dict[str, Content]:
        return {"text": self.printed(cell.text), "claims": self.references(cell.claim)}

    def chart(self, chart: Chart) -> dict[str, Content]:
        number = str(self.counter.chart())
        claims = self.references(*chart.claims)
        pieces: list[Content] = [
            *chart_content(chart, language=self.report.language, direction=self.report.direction, labels=self.labels)
        ]
        return {
            "kind": "chart",
            "caption": f"{self.label('chart', number=number)}. {printable(chart.title)}",
            "description": printable(chart.description),
            "claims": claims,
            "table": self.table(chart.table),
            "pieces": pieces,
        }

    def picture(self, picture: Picture) -> dict[str, Content]:
        photograph = photograph_of(picture, self.pictures)
        path = self.root / f"{picture.sha256}.jpg"
        path.write_bytes(photograph.content)
        return {
            "kind": "picture",
            "path": path.name,
            "is_tall": photograph.height > photograph.width,
            "alternative": printable(picture.alternative),
            "caption": printable(picture.caption),
            "claims": self.references(picture.claim),
        }

    def quotation(self, quotation: Quotation) -> dict[str, Content]:
        by = [self.printed(quotation.attribution)]
        if quotation.translation and quotation.translated_by:
            by.append(self.label("translated_by", name=quotation.translated_by))
        return {
            "kind": "quotation",
            "text": printable(quotation.text),
            "language": quotation.language,
            "direction": direction_of_language(quotation.language),
            "translation": printable(quotation.translation),
            "by": " · ".join(part for part in by if part),
            "claims": self.references(quotation.claim),
        }

    def claim(self, line: ClaimLine, places: int) -> dict[str, Content]:
        facts = [
            [self.label(code), self.printed(text)] for code in ("value", "n", "period") if (text := getattr(line, code))
        ]
        facts += [[self.label(code), printable(text)] for code in ("method", "source") if (text := getattr(line, code))]
        codes = [
            [self.label(code), unbroken(text)] for code in ("code", "fingerprint") if (text := getattr(line, code))
        ]
        return {
            "number": self.numbers[line.code],
            "statement": printable(line.statement),
            "facts": [list[Content](fact) for fact in facts],
            "codes": [list[Content](code) for code in codes],
            "places": places,
        }
