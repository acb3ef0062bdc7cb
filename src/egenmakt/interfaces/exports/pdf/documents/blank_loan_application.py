"""A paper form to ask the group for a loan, and for the group to write down what it decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset


@dataclass(frozen=True, slots=True)
class BlankLoanApplication:
    """What is printed beforehand; everything that is left out becomes a line to write on."""

    group_name: str = ""
    currency: str = ""
    member_name: str = ""
    member_number: str = ""


def render(data: BlankLoanApplication, *, language: str, printed_at: datetime) -> bytes:
    """A loan application to fill in by hand, as PDF/UA-1, A4."""
    words = Words.of(language)
    content: dict[str, Content] = {
        "group": {"name": data.group_name, "currency": data.currency, "place": ""},
        "member": {"name": data.member_name, "number": data.member_number},
    }
    title = words.text("blank_loan.title")
    return typeset(template="blank_loan_application", title=title, content=content, words=words, printed_at=printed_at)
