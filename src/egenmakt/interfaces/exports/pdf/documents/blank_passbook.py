"""An empty passbook in A6 to write in by hand, with the same pages as a printed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egenmakt.interfaces.exports.pdf.documents.passbook import (
    LOANS_PER_PAGE,
    Layout,
    empty_page,
    how_to_page,
    typeset_book,
)
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import require
from egenmakt.interfaces.exports.pdf.typesetting import Content

PAGES_MAX = 100


@dataclass(frozen=True, slots=True)
class BlankPassbook:
    """What is printed beforehand. Seven pages of entries and one of loans hold a cycle of 52 weeks."""

    group_name: str = ""
    currency: str = ""
    member_name: str = ""
    member_number: str = ""
    entry_pages: int = 7
    loan_pages: int = 1

    def __post_init__(self) -> None:
        pages = self.entry_pages + self.loan_pages
        require(
            self.entry_pages > 0 and self.loan_pages >= 0 and pages <= PAGES_MAX,
            f"A passbook of {self.entry_pages} and {self.loan_pages} pages cannot be printed; {PAGES_MAX} is the most.",
        )


def render(data: BlankPassbook, *, language: str, printed_at: datetime, layout: Layout = "a6") -> bytes:
    """An empty passbook as PDF/UA-1."""
    words = Words.of(language)
    pages: list[dict[str, Content]] = [
        {"kind": "cover", "member": data.member_name, "number": data.member_number, "code": "", "code_of": ""},
        how_to_page(),
        *(empty_page() for _ in range(data.entry_pages)),
        *(_loan_page() for _ in range(data.loan_pages)),
    ]
    group: Content = {"name": data.group_name, "currency": data.currency, "place": ""}
    title = words.text("blank_passbook.title")
    return typeset_book(pages, group=group, title=title, words=words, printed_at=printed_at, layout=layout)


def _loan_page() -> dict[str, Content]:
    return {"kind": "loans", "loans": [], "left": "", "spare": LOANS_PER_PAGE}
