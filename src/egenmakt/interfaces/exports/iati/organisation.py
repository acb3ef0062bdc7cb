"""What an IATI file of an organisation says: its budgets, its spending and its documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.activities import Part
from egenmakt.interfaces.exports.iati.values import Document, NotPublishable, Party, Publisher, Words, check_period


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a budget or of spending."""

    value: Money
    value_on: date
    text: Words
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodMoney:
    """An amount for at most a year, perhaps in lines. Status 1 indicative, 2 committed; none for spending."""

    start_on: date
    end_on: date
    value: Money
    value_on: date
    status: str | None = None
    lines: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        check_period(self.start_on, self.end_on, a_year_at_most=True)
        for line in self.lines:
            if not self.start_on <= line.value_on <= self.end_on:
                raise NotPublishable(f"The day of a budget line's value, {line.value_on}, lies outside its period.")


@dataclass(frozen=True, slots=True)
class OrganisationFile:
    """A whole file of an organisation."""

    publisher: Publisher
    generated_at: datetime
    updated_at: datetime
    language: str
    currency: str
    total_budgets: tuple[PeriodMoney, ...] = ()
    recipient_budgets: tuple[tuple[Party, PeriodMoney], ...] = ()
    region_budgets: tuple[tuple[Part, PeriodMoney], ...] = ()
    country_budgets: tuple[tuple[Part, PeriodMoney], ...] = ()
    expenditures: tuple[PeriodMoney, ...] = ()
    documents: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        if self.generated_at.tzinfo is None or self.updated_at.tzinfo is None:
            raise NotPublishable("The file is generated or updated at a time without a time zone.")
        if any(party.name is None for party, _ in self.recipient_budgets):
            raise NotPublishable("A recipient of a budget has no name.")
