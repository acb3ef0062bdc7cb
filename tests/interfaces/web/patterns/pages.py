"""Reading a page of patterns as somebody reads it who has nothing but its source: tables, numbers, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

HIDDEN = "∗"


@dataclass
class ReadTable:
    """A table as it stands in the source: its heading row, and rows of (text, address)."""

    caption: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[tuple[str, str]]] = field(default_factory=list)

    def number(self, row: str, column: str) -> int | None:
        """A number of the table; None where it is hidden."""
        cells = next(cells for cells in self.rows if cells[0][0] == row)
        return number(cells[self.head.index(column)][0])

    def url(self, row: str, column: str) -> str:
        """Where a number leads."""
        cells = next(cells for cells in self.rows if cells[0][0] == row)
        return cells[self.head.index(column)][1]


def number(text: str) -> int | None:
    """The count of a cell: 12 of "12 (34 %)"; None where it is hidden."""
    found = re.match(r"[\d,]+", text)
    if found is None:
        assert text.startswith(HIDDEN), text
        return None
    return int(found[0].replace(",", ""))


class PageReader(HTMLParser):
    """All tables of a page; all its text by kind; every address in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[ReadTable] = []
        self.links: list[str] = []
        self.marks: list[str] = []
        """What the marks of pictures say of themselves."""
        self.classes: set[str] = set()
        self._text: list[str] | None = None
        self._url = ""
        self._in_title = self._in_mark = self._unseen = False
        self._headings = self._in_body = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.classes.update(given.get("class", "").split())
        if tag == "table":
            self.tables.append(ReadTable())
        if tag in ("th", "td", "caption"):
            self._text, self._url = [], ""
        if tag == "thead":
            self._headings = True
        if tag == "tr" and self.tables and not self._headings:
            self.tables[-1].rows.append([])
        if tag == "a":
            self.links.append(given.get("href", ""))
            self._url = given.get("href", "")
        if tag == "body":
            self._in_body = True
        if tag == "title" and self._in_body and "id" not in given:
            self._in_mark, self._text = True, []
        if tag == "span":
            self._unseen = "visually-hidden" in given.get("class", "")

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._unseen:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._unseen = False
        if tag == "thead":
            self._headings = False
        if self._text is None or tag not in ("th", "td", "caption", "title"):
            return
        text = " ".join("".join(self._text).split())
        self._text = None
        if tag == "title":
            if self._in_mark:
                self.marks.append(text)
            self._in_mark = False
        elif tag == "caption":
            self.tables[-1].caption = text
        elif self._headings:
            self.tables[-1].head.append(text)
        else:
            self.tables[-1].rows[-1].append((text, self._url))

    def table(self, caption: str) -> ReadTable:
        """The table whose caption begins so."""
        return next(table for table in self.tables if table.caption.startswith(caption))


def read(html: str) -> PageReader:
    """A page's source, read."""
    return PageReader(html)
