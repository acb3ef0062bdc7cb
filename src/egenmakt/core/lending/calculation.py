"""A loan calculated without a database: a JSON document in, a JSON document out.

Both follow `spec/loan-calculation.schema.json`. The command `egenmakt calc loan` reads, calls `calculate` and prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Final, cast

from egenmakt.core.lending.cost import Cost, cost
from egenmakt.core.lending.exact import ExactInstalment
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.schedule import Schedule, row_to_json, schedule
from egenmakt.core.lending.terms import LoanTerms
from egenmakt.core.lending.terms_json import plain_decimal
from egenmakt.core.lending.what_if import after_changes
from egenmakt.core.money import Money

DECIMALS: Final = 12
"""Decimals of an exact amount that is asked for as a decimal, in minor units."""

Holidays = Callable[[str, date, date], Iterable[date]]
"""Gives the holidays of a country, by its ISO 3166 code, from one day to another."""


def calculate(document: Mapping[str, object], *, holidays: Holidays | None = None) -> dict[str, object]:
    """The schedule and the cost of a loan.

    Args: the terms as LoanTerms.to_json writes them, most of which may be left out. Beside them: `exact_as`, "decimal"
    (12 decimals of a minor unit, the default) or "fraction" (such as 25000/3); in free_days a `country`, whose
    holidays are added when `holidays` is given; and `changes` on the way (see `what_if`). Returns: the terms with
    every option, the rows rounded and exact, the totals, the cost in numbers and in words, and the plan after each
    change.
    Raises: InvalidTerms, with every problem and its field.
    """
    terms_document = dict(document)
    on_the_way = terms_document.pop("changes", None)
    exact_as = terms_document.pop("exact_as", "decimal")
    if exact_as not in ("decimal", "fraction"):
        raise InvalidTerms([("exact_as", f"{exact_as!r} is not known; choose one of decimal, fraction.")])
    terms = LoanTerms.from_json(_with_holidays(terms_document, holidays))
    result = schedule(terms)
    found: dict[str, object] = {
        "terms": terms.to_json(),
        "method": terms.rule.words,
        "rows": [row_to_json(row) for row in result.rows],
        "exact_as": exact_as,
        "exact_rows": [_exact_row(row, exact_as == "fraction") for row in result.exact_rows],
        "disbursement_fees": [
            {"on": fee.on.isoformat(), "amount_minor": fee.amount_minor} for fee in result.disbursement_fees
        ],
        "totals": _totals(result),
        "exact_totals": _exact_totals(result, exact_as == "fraction"),
        "cost": _cost(result, cost(result)),
    }
    if on_the_way is not None:
        found["changes"] = after_changes(plan=result, documents=on_the_way)
    return found


def _with_holidays(document: dict[str, object], holidays: Holidays | None) -> dict[str, object]:
    free_days = document.get("free_days")
    if not isinstance(free_days, Mapping) or free_days.get("country") is None:
        return _without_country(document, free_days)
    country = free_days["country"]
    if holidays is None or not isinstance(country, str):
        raise InvalidTerms(
            [("free_days.country", f"There is no calendar of holidays for {country!r} here; list the dates instead.")]
        )
    bare = _without_country(document, free_days)
    dues = LoanTerms.from_json(bare).due_dates()
    # a date can move on past the last one, so holidays are asked for to the end of the year after it
    last = date(min(dues[-1].nominal_on.year + 1, 9999), 12, 31)
    begins = LoanTerms.from_json(bare).disbursed_on
    try:
        found = {day.isoformat() for day in holidays(country, begins, last)}
    except (KeyError, ValueError, NotImplementedError) as error:
        raise InvalidTerms([("free_days.country", f"The holidays of {country!r} are not known: {error}")]) from error
    plain = cast("dict[str, object]", bare["free_days"])
    given = cast("list[str]", plain.get("dates") or [])
    return {**bare, "free_days": {**plain, "dates": sorted({*given, *found})}}


def _without_country(document: dict[str, object], free_days: object) -> dict[str, object]:
    if not isinstance(free_days, Mapping):
        return document
    return {**document, "free_days": {name: value for name, value in free_days.items() if name != "country"}}


def exact_text(amount: Fraction, *, as_fraction: bool) -> str:
    """An exact amount in minor units as text: a fraction, or a decimal of twelve places."""
    if as_fraction:
        return str(amount)
    with localcontext() as context:
        context.prec = 60
        value = Decimal(amount.numerator) / Decimal(amount.denominator)
        return plain_decimal(value.quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_HALF_EVEN))


def _exact_row(row: ExactInstalment, as_fraction: bool) -> dict[str, object]:
    amounts = {
        "principal": row.principal,
        "interest": row.interest,
        "fee": row.fee,
        "payment": row.payment,
        "balance_after": row.balance_after,
    }
    return {
        "number": row.number,
        "due_on": row.due_on.isoformat(),
        **{name: exact_text(amount, as_fraction=as_fraction) for name, amount in amounts.items()},
    }


def _totals(result: Schedule) -> dict[str, object]:
    return {
        "principal_minor": result.principal_minor,
        "interest_minor": result.interest_minor,
        "fee_minor": result.fee_minor,
        "disbursement_fee_minor": result.disbursement_fee_minor,
        "payment_minor": result.payment_minor,
    }


def _exact_totals(result: Schedule, as_fraction: bool) -> dict[str, object]:
    rows = result.exact_rows
    amounts = {
        "principal": sum((row.principal for row in rows), Fraction(0)),
        "interest": sum((row.interest for row in rows), Fraction(0)),
        "fee": sum((row.fee for row in rows), Fraction(0)),
    }
    return {name: exact_text(amount, as_fraction=as_fraction) for name, amount in amounts.items()}


def _cost(result: Schedule, what: Cost) -> dict[str, object]:
    return {
        "received_minor": what.received_minor,
        "repaid_minor": what.repaid_minor,
        "interest_minor": what.interest_minor,
        "fee_minor": what.fee_minor,
        "total_minor": what.total_minor,
        "effective_yearly_percent": _rate(what.effective_yearly_percent),
        "period_percent": _rate(what.period_percent),
        "nominal_yearly_percent": _rate(what.nominal_yearly_percent),
        "effective_yearly_percent_by_period": _rate(what.effective_yearly_percent_by_period),
        "words": _words(result, what),
    }


def _rate(percent: Decimal | None) -> str | None:
    return None if percent is None else str(percent.quantize(Decimal("0.0001")))


def _words(result: Schedule, what: Cost) -> list[str]:
    currency = result.terms.currency
    rows = result.rows
    words = [
        f"You receive {Money(what.received_minor, currency)} and pay back {Money(what.repaid_minor, currency)} "
        f"in {len(rows)} payments, the last on {rows[-1].due_on}.",
        f"The loan costs {Money(what.total_minor, currency)}: {Money(what.interest_minor, currency)} interest and "
        f"{Money(what.fee_minor, currency)} fees.",
    ]
    if what.effective_yearly_percent is None:
        words.append("No yearly rate can be named for these payments.")
    else:
        words.append(f"That is {what.effective_yearly_percent.quantize(Decimal('0.01'))} % a year, counting every day.")
    return words
