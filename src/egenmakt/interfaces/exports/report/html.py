"""A report as one light page: no scripts, nothing fetched from elsewhere, every number linked to its claim."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    ClaimLine,
    Column,
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
from egenmakt.interfaces.exports.report.svg import draw_svg

STYLE: Final = Path(__file__).parent / "report.css"
_NOTHING: Final = SafeString("")


def render_html(report: Report, pictures: Mapping[str, bytes]) -> str:
    """The whole report as a page of its own.

    Args: pictures, the bytes of each photograph by their fingerprint.
    Raises: MissingPicture, WrongPicture, UnknownCountry.
    """
    page = _Page(report=report, pictures=pictures, labels=words_of(report), numbers=claim_numbers(report))
    body = _joined(page.block(block) for block in report.blocks)
    return str(
        format_html(
            '<!DOCTYPE html>\n<html lang="{}" dir="{}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta http-equiv="Content-Security-Policy" content="{}">\n<meta name="referrer" content="no-referrer">\n'
            '<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<a class="skip" href="#contents">{}</a>\n'
            "<header>{}</header>\n<main>\n{}{}{}{}</main>\n<footer>{}</footer>\n</body>\n</html>\n",
            *(report.language, report.direction, SafeString(content_security_policy()), report.title, _style()),
            *(
                page.label("to_contents"),
                page.head(),
                page.contents(),
                body,
                page.unproved(),
                page.claims(),
                page.foot(),
            ),
        )
    )


@dataclass(slots=True)
class _Page:
    """The page while it is written: it counts figures, and the places of each claim."""

    report: Report
    pictures: Mapping[str, bytes]
    labels: dict[str, str]
    numbers: dict[str, int]
    counter: Counter = field(default_factory=Counter)

    def label(self, code: str, **values: str) -> str:
        return filled(self.labels, code, within=self.report.direction, **values)

    def block(self, block: Block) -> SafeString:
        match block:
            case Heading():
                tag = SafeString(f"h{block.level + 1}")
                return format_html('<{} id="h-{}">{}</{}>\n', tag, block.anchor, block.text, tag)
            case Prose():
                return format_html("<p{}>{}</p>\n", self.language(block.language), self.inlines(block.inlines))
            case Bullets():
                items = ((self.inlines(item),) for item in block.items)
                return format_html("<ul>{}</ul>\n", format_html_join("", "<li>{}</li>", items))
            case KeyFigures():
                figures = _joined(self.key_figure(figure) for figure in block.figures)
                return format_html('<dl class="figures">{}</dl>\n', figures)
            case Table():
                caption = f"{self.label('table', number=str(self.counter.table()))}. {block.caption}"
                return self.table(block, caption)
            case Chart():
                return self.chart(block)
            case Picture():
                return self.picture(block)
            case Quotation():
                return self.quotation(block)
            case Note():
                return format_html(
                    '<div class="note {}"><strong>{}</strong> {}</div>\n',
                    *(block.kind, self.label(f"note_{block.kind}"), self.inlines(block.inlines)),
                )

    def language(self, language: str) -> SafeString:
        """The attributes of a part in another language than the report's."""
        if not language or language == self.report.language:
            return _NOTHING
        return format_html(' lang="{}" dir="{}"', language, direction_of_language(language))

    def inlines(self, inlines: tuple[Inline, ...]) -> SafeString:
        return _joined(self.inline(inline) for inline in inlines)

    def inline(self, inline: Inline) -> SafeString:
        if isinstance(inline, Placed):
            return format_html("<bdi>{}</bdi>{}", inline.text, self.reference(inline.claim))
        text = format_html("<strong>{}</strong>" if inline.strong else "{}", inline.text)
        if attributes := self.language(inline.language):
            text = format_html("<span{}>{}</span>", attributes, text)
        if inline.unproved and self.report.is_draft:
            return format_html(
                '<mark>{}</mark> <abbr title="{}">{}</abbr>', text, self.label("unproved"), UNPROVED_MARK
            )
        return text

    def reference(self, claim: str) -> SafeString:
        """The small number that leads to a claim, with a place to come back to."""
        if not claim:
            return _NOTHING
        number, place = self.numbers[claim], self.counter.place(claim)
        return format_html(
            '<sup><a id="place-{}-{}" href="#claim-{}" aria-label="{}">{}</a></sup>',
            *(number, place, number, self.label("claim", number=str(number)), number),
        )

    def key_figure(self, figure: KeyFigure) -> SafeString:
        n = format_html(" · {}", self.label("count_behind", n=figure.n)) if figure.n else _NOTHING
        return format_html(
            '<div><dt>{}</dt><dd class="value"><bdi>{}</bdi>{}</dd><dd class="soft small">{}{}</dd></div>',
            *(figure.label, figure.value, self.reference(figure.claim), self.label("as_of", day=figure.as_of), n),
        )

    def table(self, table: Table, caption: str) -> SafeString:
        heads = format_html_join(
            "", '<th scope="col"{}>{}</th>', ((_number(column), column.label) for column in table.columns)
        )
        rows = format_html_join("\n", "<tr>{}</tr>", ((self.row(table.columns, row),) for row in table.rows))
        note = format_html('<p class="small soft">{}</p>\n', table.note) if table.note else _NOTHING
        return format_html(
            '<div class="wide" role="group" aria-label="{}" tabindex="0"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>\n{}",
            *(caption, caption, heads, rows, note),
        )

    def row(self, columns: tuple[Column, ...], row: tuple[Cell, ...]) -> SafeString:
        first = format_html('<th scope="row">{}{}</th>', row[0].text, self.reference(row[0].claim))
        rest = format_html_join(
            "",
            "<td{}><bdi>{}</bdi>{}</td>",
            (
                (_number(column), cell.text, self.reference(cell.claim))
                for column, cell in zip(columns[1:], row[1:], strict=True)
            ),
        )
        return first + rest

    def chart(self, chart: Chart) -> SafeString:
        number = self.counter.chart()
        references = _joined(self.reference(claim) for claim in chart.claims)
        drawing = draw_svg(
            chart,
            language=self.report.language,
            direction=self.report.direction,
            labels=self.labels,
            name=f"chart-{number}",
        )
        return format_html(
            "<figure><figcaption>{}. {}{}</figcaption>{}<details><summary>{}</summary>{}</details></figure>\n",
            *(self.label("chart", number=str(number)), chart.title, references, drawing, self.label("as_table")),
            self.table(chart.table, chart.table.caption),
        )

    def picture(self, picture: Picture) -> SafeString:
        photograph = photograph_of(picture, self.pictures)
        return format_html(
            '<figure class="photo"><img src="data:image/jpeg;base64,{}" alt="{}" width="{}" height="{}">'
            "<figcaption>{}{}</figcaption></figure>\n",
            *(base64.b64encode(photograph.content).decode(), picture.alternative, photograph.width, photograph.height),
            *(picture.caption, self.reference(picture.claim)),
        )

    def quotation(self, quotation: Quotation) -> SafeString:
        words = format_html("<p{}>{}</p>", self.language(quotation.language), quotation.text)
        by = _NOTHING
        if quotation.translation:
            original = format_html('<p class="original"{}>{}</p>', self.language(quotation.language), quotation.text)
            words = format_html("<p>{}</p>{}", quotation.translation, original)
            if quotation.translated_by:
                by = format_html(" · {}", self.label("translated_by", name=quotation.translated_by))
        return format_html(
            '<blockquote>{}<p class="small soft by">{}{}{}</p></blockquote>\n',
            *(words, quotation.attribution, by, self.reference(quotation.claim)),
        )

    def head(self) -> SafeString:
        report = self.report
        draft = format_html('<p class="draft">{}</p>', self.label("draft")) if report.is_draft else _NOTHING
        subtitle = format_html('<p class="lead">{}</p>', report.subtitle) if report.subtitle else _NOTHING
        return format_html(
            '{}<p class="soft">{}</p><h1>{}</h1>{}<p class="soft">{} · {}</p>',
            *(draft, report.organisation, report.title, subtitle, report.period, self.edition()),
        )

    def edition(self) -> str:
        return self.label("edition", number=str(self.report.edition))

    def contents(self) -> SafeString:
        entries: list[tuple[int, str, str]] = [
            (block.level, f"h-{block.anchor}", block.text)
            for block in self.report.blocks
            if isinstance(block, Heading) and block.level < 3
        ]
        if self.report.claims:
            entries.append((1, "claims", self.label("claims_title")))
        return format_html(
            '<nav id="contents" aria-labelledby="contents-title"><h2 id="contents-title">{}</h2>{}</nav>\n',
            *(self.label("contents"), _nested(entries)),
        )

    def unproved(self) -> SafeString:
        """In a draft, all that was typed by hand, in one list."""
        texts = unproved_texts(self.report)
        if not texts or not self.report.is_draft:
            return _NOTHING
        return format_html(
            '<h2 id="unproved">{}</h2><p>{}</p><ul>{}</ul>\n',
            *(self.label("unproved_title"), self.label("unproved_lead", mark=UNPROVED_MARK)),
            format_html_join("", "<li>{}</li>", ((text,) for text in texts)),
        )

    def claims(self) -> SafeString:
        if not self.report.claims:
            return _NOTHING
        places = places_of(self.report)
        return format_html(
            '<h2 id="claims">{}</h2><p>{}</p><ol class="claims">{}</ol>\n',
            *(self.label("claims_title"), self.label("claims_lead")),
            _joined(self.claim(line, places.get(line.code, 0)) for line in self.report.claims),
        )

    def claim(self, line: ClaimLine, places: int) -> SafeString:
        number = self.numbers[line.code]
        facts = (
            *((code, format_html("<bdi>{}</bdi>", getattr(line, code))) for code in ("value", "n", "period")),
            *((code, format_html("<bdi>{}</bdi>", getattr(line, code))) for code in ("method", "source")),
            *((code, format_html("<code>{}</code>", getattr(line, code))) for code in ("code", "fingerprint")),
        )
        back = format_html_join(
            " ",
            '<a href="#place-{}-{}" aria-label="{}">↑{}</a>',
            ((number, place, self.label("back", number=str(place)), place) for place in range(1, places + 1)),
        )
        return format_html(
            '<li id="claim-{}">{} {}<dl>{}</dl></li>\n',
            *(number, line.statement, back),
            format_html_join(
                "",
                "<dt>{}</dt><dd>{}</dd>",
                ((self.label(code), text) for code, text in facts if getattr(line, code)),
            ),
        )

    def foot(self) -> SafeString:
        report = self.report
        lines = [report.organisation, *edition_facts(report, self.labels)]
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))


def _nested(entries: list[tuple[int, str, str]]) -> SafeString:
    """Contents as a list with lists inside it."""
    items: list[SafeString] = []
    i = 0
    while i < len(entries):
        level, anchor, text = entries[i]
        end = i + 1
        while end < len(entries) and entries[end][0] > level:
            end += 1
        inner = _nested(entries[i + 1 : end]) if end > i + 1 else _NOTHING
        items.append(format_html('<li><a href="#{}">{}</a>{}</li>', anchor, text, inner))
        i = end
    return format_html("<ol>{}</ol>", _joined(items))


def _number(column: Column) -> SafeString:
    return SafeString(' class="number"') if column.is_number else _NOTHING


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


@cache
def content_security_policy() -> str:
    """What the page may load: nothing but the pictures inside it and its own style. To be sent with it too."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> SafeString:
    return SafeString(STYLE.read_text(encoding="utf-8"))
