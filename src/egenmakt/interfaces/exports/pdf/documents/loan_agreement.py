"""The loan agreement: what the borrower gets, what she pays back and when, what it costs and what happens when late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from egenmakt.core.money import decimals
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import (
    Group,
    Person,
    require,
    require_amounts,
    require_text,
)
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

_LONG_FIGURE: Final = 15
"""Signs of an amount from which four do not fit side by side."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: when, how it is made up, and what is left to pay of the loan after it."""

    due_on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int
    balance_minor: int

    def __post_init__(self) -> None:
        require_amounts(
            principal_minor=self.principal_minor,
            interest_minor=self.interest_minor,
            fee_minor=self.fee_minor,
            balance_minor=self.balance_minor,
        )

    @property
    def payment_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another way to borrow that the borrower knows, at its own effective yearly rate."""

    name: str
    effective_yearly_percent: Decimal

    def __post_init__(self) -> None:
        require_text(self.name, "What the loan is compared with")


@dataclass(frozen=True, slots=True)
class LoanAgreement:
    """A loan as the borrower signs it."""

    group: Group
    borrower: Person
    amount_minor: int
    agreed_on: date
    paid_out_on: date
    method_words: str
    """How the loan is reckoned, in plain words and in the reader's language."""
    instalments: tuple[Instalment, ...]
    effective_yearly_percent: Decimal
    fee_deducted_minor: int = 0
    """Kept back when the loan is paid out."""
    purpose: str = ""
    guarantors: tuple[Person, ...] = ()
    late_rules: tuple[str, ...] = ()
    """The clauses of the group's constitution on late payment, in its words."""
    comparison: Comparison | None = None
    witnesses: tuple[Person, ...] = ()

    def __post_init__(self) -> None:
        require_text(self.method_words, "How the loan is reckoned")
        require(self.amount_minor > 0, f"A loan of {self.amount_minor} is none.")
        require_amounts(fee_deducted_minor=self.fee_deducted_minor)
        require(self.fee_deducted_minor < self.amount_minor, "The fee that is kept back leaves nothing to pay out.")
        require(bool(self.instalments), "An agreement needs at least one instalment.")
        balance = self.amount_minor
        for number, instalment in enumerate(self.instalments, start=1):
            balance -= instalment.principal_minor
            require(
                balance == instalment.balance_minor,
                f"After instalment {number} {balance} is left, but the schedule says {instalment.balance_minor}.",
            )
        require(balance == 0, f"The instalments leave {balance} of the loan unpaid.")

    @property
    def received_minor(self) -> int:
        return self.amount_minor - self.fee_deducted_minor

    @property
    def repaid_minor(self) -> int:
        return sum(instalment.payment_minor for instalment in self.instalments)

    @property
    def cost_minor(self) -> int:
        return self.repaid_minor - self.received_minor


def per_hundred(agreement: LoanAgreement) -> int:
    """What is paid back for each hundred that is received, in minor units, rounded half up."""
    places = decimals(agreement.group.currency)
    back = agreement.repaid_minor * 100 * int(10**places)
    return (2 * back + agreement.received_minor) // (2 * agreement.received_minor)


def render(data: LoanAgreement, *, language: str, printed_at: datetime) -> bytes:
    """A loan agreement to sign, as PDF/UA-1, A4."""
    words = Words.of(language)
    currency = data.group.currency
    content: dict[str, Content] = {
        "group": data.group.content(),
        "borrower": data.borrower.content(),
        "guarantors": [person.content() for person in data.guarantors],
        "witnesses": [person.content() for person in data.witnesses],
        "amount": words.money(data.amount_minor, currency),
        "agreed_on": words.day_in_full(data.agreed_on),
        "paid_out_on": words.day_in_full(data.paid_out_on),
        "purpose": data.purpose,
        "method": data.method_words,
        "schedule": _schedule(data, words),
        "totals": _totals(data, words),
        "cost": _cost(data, words),
        "late_rules": list(data.late_rules),
    }
    title = words.text("loan.title_of", borrower=data.borrower.name, group=data.group.name)
    return typeset(template="loan_agreement", title=title, content=content, words=words, printed_at=printed_at)


def _schedule(data: LoanAgreement, words: Words) -> list[Content]:
    currency = data.group.currency
    return [
        {
            "number": words.number(number),
            "due_on": words.day(instalment.due_on),
            "principal": words.amount(instalment.principal_minor, currency),
            "interest": words.amount(instalment.interest_minor, currency),
            "fee": words.amount(instalment.fee_minor, currency),
            "payment": words.amount(instalment.payment_minor, currency),
            "balance": words.amount(instalment.balance_minor, currency),
        }
        for number, instalment in enumerate(data.instalments, start=1)
    ]


def _totals(data: LoanAgreement, words: Words) -> Content:
    currency = data.group.currency
    return {
        "principal": words.amount(data.amount_minor, currency),
        "interest": words.amount(sum(item.interest_minor for item in data.instalments), currency),
        "fee": words.amount(sum(item.fee_minor for item in data.instalments), currency),
        "payment": words.amount(data.repaid_minor, currency),
    }


def _cost(data: LoanAgreement, words: Words) -> Content:
    currency = data.group.currency
    hundred = words.money(100 * 10 ** decimals(currency), currency)
    comparison = data.comparison
    figures = {
        "received": words.money(data.received_minor, currency),
        "repaid": words.money(data.repaid_minor, currency),
        "cost": words.money(data.cost_minor, currency),
    }
    return {
        **figures,
        "columns": 4 if max(len(figure) for figure in figures.values()) < _LONG_FIGURE else 2,
        "deducted": words.money(data.fee_deducted_minor, currency) if data.fee_deducted_minor else "",
        "rate": words.percent(data.effective_yearly_percent),
        "per_hundred": words.text("loan.per_hundred", hundred=hundred, back=words.money(per_hundred(data), currency)),
        "comparison": ""
        if comparison is None
        else words.text(
            "loan.compared_with",
            name=comparison.name,
            theirs=words.percent(comparison.effective_yearly_percent),
            ours=words.percent(data.effective_yearly_percent),
        ),
    }
