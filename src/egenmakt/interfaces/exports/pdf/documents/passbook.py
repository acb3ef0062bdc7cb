"""The member's passbook in A6: every meeting with its code, the loans, and how to check it against one's own note."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final, Literal

from egenmakt.core.ledger.chain import ALPHABET, read_code
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import (
    Group,
    Person,
    require,
    require_amounts,
    shown_code,
)
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

Layout = Literal["a6", "a4_booklet"]
"""Single A6 pages to read or send; or A4 to print on both sides (turned on the long edge), cut across and fold."""

# How much fits on one page, in rows of the table: an entry takes three and one more for every line of its note.
ROWS_PER_PAGE: Final = 21
_ROWS_PER_ENTRY: Final = 3
LOANS_PER_PAGE: Final = 4
_NOTE_LINE: Final = 42
_PAGES_PER_SHEET: Final = 4


@dataclass(frozen=True, slots=True)
class PassbookLine:
    """What one meeting did to one member, and where she stands after it."""

    meeting_number: int
    held_on: date
    code: str
    savings_balance_minor: int
    loan_balance_minor: int
    shares: int | None = None
    savings_minor: int = 0
    """Put aside in this meeting; below zero when savings were taken out."""
    social_fund_minor: int = 0
    fines_minor: int = 0
    loan_taken_minor: int = 0
    loan_repaid_minor: int = 0
    charges_minor: int = 0
    """Interest and fees paid."""
    loan_written_off_minor: int = 0
    note: str = ""
    """A correction or a decision, in the group's words."""

    def __post_init__(self) -> None:
        read_code(self.code)
        amounts = {field.name: getattr(self, field.name) for field in fields(self) if field.name.endswith("_minor")}
        require_amounts(negative_allowed=True, **amounts)
        require_amounts(savings_balance_minor=self.savings_balance_minor, loan_balance_minor=self.loan_balance_minor)


@dataclass(frozen=True, slots=True)
class PassbookLoan:
    """One loan of the member: what was taken, what has been paid, what is left."""

    taken_on: date
    due_on: date
    amount_minor: int
    repaid_minor: int
    charges_minor: int
    left_minor: int
    purpose: str = ""
    written_off_minor: int = 0

    def __post_init__(self) -> None:
        amounts = {field.name: getattr(self, field.name) for field in fields(self) if field.name.endswith("_minor")}
        require_amounts(**amounts)
        left = self.amount_minor - self.repaid_minor - self.written_off_minor
        require(left == self.left_minor, f"The loan of {self.taken_on} should have {left} left, not {self.left_minor}.")


@dataclass(frozen=True, slots=True)
class Passbook:
    """One member's book: from an opening stand, meeting by meeting, to where she stands now."""

    group: Group
    member: Person
    lines: tuple[PassbookLine, ...]
    loans: tuple[PassbookLoan, ...] = ()
    opening_savings_minor: int = 0
    opening_loan_minor: int = 0

    def __post_init__(self) -> None:
        require(bool(self.lines), "A passbook without a meeting has no code; print a blank passbook instead.")
        require_amounts(opening_savings_minor=self.opening_savings_minor, opening_loan_minor=self.opening_loan_minor)
        savings, loan = self.opening_savings_minor, self.opening_loan_minor
        for line in self.lines:
            savings += line.savings_minor
            loan += line.loan_taken_minor - line.loan_repaid_minor - line.loan_written_off_minor
            where = f"After meeting {line.meeting_number}"
            require(
                savings == line.savings_balance_minor,
                f"{where} the savings should be {savings}, but the line says {line.savings_balance_minor}.",
            )
            require(
                loan == line.loan_balance_minor,
                f"{where} the loan should be {loan}, but the line says {line.loan_balance_minor}.",
            )
        left = sum(item.left_minor for item in self.loans)
        require(
            left == self.lines[-1].loan_balance_minor,
            f"The loans have {left} left together, but the last line says {self.lines[-1].loan_balance_minor}.",
        )

    def total(self, field: str) -> int:
        """The sum of one column over all meetings."""
        return sum(getattr(line, field) or 0 for line in self.lines)


def render(data: Passbook, *, language: str, printed_at: datetime, layout: Layout = "a6") -> bytes:
    """A member's passbook as PDF/UA-1."""
    words = Words.of(language)
    pages = [
        _cover(data, words),
        how_to_page(),
        *_line_pages(data, words),
        *_loan_pages(data, words),
    ]
    title = words.text("passbook.title_of", member=data.member.name, group=data.group.name)
    return typeset_book(
        pages, group=data.group.content(), title=title, words=words, printed_at=printed_at, layout=layout
    )


def typeset_book(
    pages: list[dict[str, Content]],
    *,
    group: Content,
    title: str,
    words: Words,
    printed_at: datetime,
    layout: Layout,
) -> bytes:
    """Pages of a little book, singly or laid out on sheets to fold, as PDF/UA-1."""
    content: dict[str, Content] = {"group": group, "layout": layout}
    if layout == "a4_booklet":
        blank_pages = -len(pages) % _PAGES_PER_SHEET
        pages = [*pages, *(empty_page() for _ in range(blank_pages))]
        sides: list[Content] = [list(side) for side in imposition(page_count=len(pages))]
        content["sides"] = sides
    content["pages"] = [{**page, "leaf": str(number)} for number, page in enumerate(pages, start=1)]
    content["signs"] = " ".join(ALPHABET)
    return typeset(template="passbook", title=title, content=content, words=words, printed_at=printed_at)


def imposition(*, page_count: int) -> list[tuple[int | None, ...]]:
    """Which page stands where on each side of A4: top left, top right, bottom left, bottom right.

    Two A5 sheets lie on one A4, each with two pages a side; laid into each other and folded they are a book whose
    pages follow on. Counted from 0; None is an empty place. Raises: NotPrintable unless page_count divides by four.
    """
    require(page_count > 0 and page_count % _PAGES_PER_SHEET == 0, f"{page_count} pages cannot be folded; add some.")
    fronts: list[tuple[int | None, int | None]] = []
    backs: list[tuple[int | None, int | None]] = []
    for sheet in range(page_count // _PAGES_PER_SHEET):
        first, last = 2 * sheet, page_count - 1 - 2 * sheet
        fronts.append((last, first))
        backs.append((first + 1, last - 1))
    if len(fronts) % 2:
        fronts.append((None, None))
        backs.append((None, None))
    sides: list[tuple[int | None, ...]] = []
    for top in range(0, len(fronts), 2):
        sides.append((*fronts[top], *fronts[top + 1]))
        sides.append((*backs[top], *backs[top + 1]))
    return sides


def how_to_page() -> dict[str, Content]:
    """The page that says in words how the code is checked."""
    return {"kind": "how_to"}


def empty_page() -> dict[str, Content]:
    """A page of entries to fill in by hand."""
    return {"kind": "entries", "entries": [], "total": None, "spare": ROWS_PER_PAGE // _ROWS_PER_ENTRY}


def _cover(data: Passbook, words: Words) -> dict[str, Content]:
    last = data.lines[-1]
    return {
        "kind": "cover",
        "member": data.member.name,
        "number": data.member.number,
        "code": shown_code(last.code),
        "code_of": words.text(
            "passbook.code_after", number=words.number(last.meeting_number), on=words.day(last.held_on)
        ),
    }


def _line_pages(data: Passbook, words: Words) -> list[dict[str, Content]]:
    pages: list[dict[str, Content]] = []
    entries: list[Content] = []
    rows = 0
    if data.opening_savings_minor or data.opening_loan_minor:
        entries.append(_opening(data, words))
        rows = _ROWS_PER_ENTRY
    for line in data.lines:
        entry = _entry(line, data.group.currency, words)
        needed = _ROWS_PER_ENTRY + -(-len(str(entry["note"])) // _NOTE_LINE)
        if entries and rows + needed > ROWS_PER_PAGE:
            pages.append({"kind": "entries", "entries": entries, "total": None})
            entries, rows = [], 0
        entries.append(entry)
        rows += needed
    if rows + _ROWS_PER_ENTRY > ROWS_PER_PAGE:
        pages.append({"kind": "entries", "entries": entries, "total": None})
        entries, rows = [], 0
    spare = (ROWS_PER_PAGE - rows - _ROWS_PER_ENTRY) // _ROWS_PER_ENTRY
    pages.append({"kind": "entries", "entries": entries, "total": _total(data, words), "spare": spare})
    return [{"spare": 0, **page} for page in pages]


def _opening(data: Passbook, words: Words) -> Content:
    currency = data.group.currency
    return {
        "opening": True,
        "savings_balance": words.amount(data.opening_savings_minor, currency),
        "loan_balance": words.amount(data.opening_loan_minor, currency),
    }


def _entry(line: PassbookLine, currency: str, words: Words) -> dict[str, Content]:
    def shown(minor: int) -> str:
        return words.amount(minor, currency) if minor else ""

    notes = [line.note] if line.note else []
    if line.loan_written_off_minor:
        notes.append(words.text("passbook.written_off", amount=words.money(line.loan_written_off_minor, currency)))
    return {
        "opening": False,
        "meeting": words.number(line.meeting_number),
        "day": words.day(line.held_on),
        "code": shown_code(line.code),
        "shares": words.count("shares", line.shares).replace(" ", "\u00a0") if line.shares else "",
        "savings": shown(line.savings_minor),
        "social_fund": shown(line.social_fund_minor),
        "fines": shown(line.fines_minor),
        "loan_taken": shown(line.loan_taken_minor),
        "loan_repaid": shown(line.loan_repaid_minor),
        "charges": shown(line.charges_minor),
        "savings_balance": words.amount(line.savings_balance_minor, currency),
        "loan_balance": words.amount(line.loan_balance_minor, currency),
        "note": " · ".join(notes),
    }


def _total(data: Passbook, words: Words) -> Content:
    currency = data.group.currency
    shares = data.total("shares")
    sums = {
        name: words.amount(data.total(f"{name}_minor"), currency)
        for name in ("savings", "social_fund", "fines", "loan_taken", "loan_repaid", "charges")
    }
    return {
        **sums,
        "shares": words.count("shares", shares) if shares else "",
        "savings_balance": words.amount(data.lines[-1].savings_balance_minor, currency),
        "loan_balance": words.amount(data.lines[-1].loan_balance_minor, currency),
    }


def _loan_pages(data: Passbook, words: Words) -> list[dict[str, Content]]:
    currency = data.group.currency
    loans: list[Content] = [
        {
            "taken_on": words.day(loan.taken_on),
            "due_on": words.day(loan.due_on),
            "purpose": loan.purpose,
            "amount": words.amount(loan.amount_minor, currency),
            "repaid": words.amount(loan.repaid_minor, currency),
            "charges": words.amount(loan.charges_minor, currency),
            "left": words.amount(loan.left_minor, currency),
            "written_off": words.amount(loan.written_off_minor, currency) if loan.written_off_minor else "",
        }
        for loan in data.loans
    ]
    chunks = [loans[start : start + LOANS_PER_PAGE] for start in range(0, len(loans), LOANS_PER_PAGE)] or [[]]
    left = words.money(sum(loan.left_minor for loan in data.loans), currency)
    return [
        {
            "kind": "loans",
            "loans": chunk,
            "left": left if index == len(chunks) else "",
            "spare": LOANS_PER_PAGE - len(chunk),
        }
        for index, chunk in enumerate(chunks, start=1)
    ]
