"""The organisation's own file: total budgets, those of recipients and countries, spending, documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from egenmakt.interfaces.exports.iati.activities import Part
from egenmakt.interfaces.exports.iati.organisation import Line, OrganisationFile, PeriodMoney
from egenmakt.interfaces.exports.iati.publisher.form import Row
from egenmakt.interfaces.exports.iati.publisher.parts import Making, document
from egenmakt.interfaces.exports.iati.values import Document, Party


def organisation_of(
    row: Row | None, *, among: Row, making: Making, documents: Sequence[Document], at: datetime
) -> OrganisationFile | None:
    """The file; None where something is refused, which is then among the faults. Spending is never in the future."""
    before = len(making.faults)

    def amounts(name: str, *, is_budget: bool = True) -> list[tuple[Row, PeriodMoney]]:
        made = [
            (one, making.made(one.place, _amount, one, making, is_budget=is_budget))
            for one in (row[name] if row is not None else ())
        ]
        return [(one, amount) for one, amount in made if amount is not None]

    totals, countries = amounts("total_budgets"), amounts("country_budgets")
    recipients, spent = amounts("recipient_budgets"), amounts("expenditures", is_budget=False)
    for one, _ in spent:
        making.not_later(one, "last")
    links = [
        making.made(one.place, document, one, with_countries=True)
        for one in (row["documents"] if row is not None else ())
    ]
    if len(making.faults) > before:
        return None
    return making.made(
        "organisation",
        lambda: OrganisationFile(
            publisher=making.publisher,
            generated_at=at,
            updated_at=at,
            language=among["language"],
            currency=among["currency"],
            total_budgets=tuple(amount for _, amount in totals),
            recipient_budgets=tuple((_party(one, making), amount) for one, amount in recipients),
            country_budgets=tuple((Part(one["country"]), amount) for one, amount in countries),
            expenditures=tuple(amount for _, amount in spent),
            documents=(*(one for one in links if one is not None), *documents),
        ),
    )


def _party(row: Row, making: Making) -> Party:
    found = making.party(row["organisation"], None)
    assert found is not None  # a recipient is named: the form asks for it
    return found


def _amount(row: Row, making: Making, *, is_budget: bool) -> PeriodMoney:
    lines = tuple(
        Line(making.money(one, row["currency"]), one["value_on"] or row["first"], one["text"], one["ref"])
        for one in row["lines"]
    )
    status = row["status"] if is_budget else None
    return PeriodMoney(row["first"], row["last"], making.money(row), row["value_on"] or row["first"], status, lines)
