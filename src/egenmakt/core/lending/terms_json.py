"""Loan terms as JSON and back: rates as text, dates as ISO 8601, every option written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from egenmakt.core.lending.parts import (
    Disbursement,
    Effect,
    Every,
    Fee,
    FeeWhen,
    FreeDays,
    InterestTo,
    Mode,
    Move,
    Prepayment,
    RateChange,
    Residue,
    Rounding,
    Unit,
)
from egenmakt.core.lending.reading import Reader

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_WHOLE: Final = (
    "grace_principal_periods",
    "grace_whole_periods",
    "interest_free_periods",
    "carried_interest_minor",
    "carried_fee_minor",
)
_WORDS: Final = {
    "rate_per": "month",
    "first_period": "whole",
    "earlier_interest": "first",
    "day_count": "equal_periods",
    "future_interest": "as_method",
}


def read(document: Mapping[str, object]) -> dict[str, Any]:
    """The fields of LoanTerms from a JSON object. Raises InvalidTerms with every problem of the reading.

    The words are checked by LoanTerms itself, so the values are of the right kind but not yet known to be right.
    """
    reader = Reader(document)
    for name in ("currency", "principal_minor", "disbursed_on", "method", "instalments"):
        reader.required(name)
    terms: dict[str, Any] = {
        "currency": reader.text("currency"),
        "principal_minor": reader.whole("principal_minor", 1),
        "disbursed_on": reader.day("disbursed_on"),
        "method": reader.text("method"),
        "instalments": reader.whole("instalments", 1),
        "disbursements": reader.parts("disbursements", _disbursement),
        "rate_percent": reader.decimal("rate_percent"),
        "every": reader.part("every", _every, Every()),
        "first_due_on": reader.day("first_due_on") if reader.has("first_due_on") else None,
        "rounding": reader.part("rounding", _rounding, Rounding()),
        "fees": reader.parts("fees", _fee),
        "percentages": tuple(reader.as_decimal("percentages", item) for item in reader.items("percentages")),
        "balloon_percent": reader.decimal("balloon_percent"),
        "rate_changes": reader.parts("rate_changes", _rate_change),
        "free_days": reader.part("free_days", _free_days, FreeDays()),
        "prepayments": reader.parts("prepayments", _prepayment),
    }
    terms.update({name: reader.whole(name) for name in _WHOLE})
    terms.update({name: reader.text(name, default) for name, default in _WORDS.items()})
    reader.nothing_else()
    reader.finish()
    return terms


def _disbursement(reader: Reader) -> Disbursement:
    return Disbursement(reader.day("on"), reader.whole("amount_minor"))


def _every(reader: Reader) -> Every:
    return Every(reader.whole("count", 1), cast("Unit", reader.text("unit", "month")))


def _rounding(reader: Reader) -> Rounding:
    return Rounding(
        mode=cast("Mode", reader.text("mode", "half_even")),
        multiple_minor=reader.whole("multiple_minor", 1),
        residue=cast("Residue", reader.text("residue", "last")),
    )


def _fee(reader: Reader) -> Fee:
    return Fee(
        name=reader.text("name"),
        amount_minor=reader.whole("amount_minor") if reader.has("amount_minor") else None,
        percent=reader.decimal("percent") if reader.has("percent") else None,
        when=cast("FeeWhen", reader.text("when", "disbursement")),
    )


def _rate_change(reader: Reader) -> RateChange:
    reader.required("rate_percent")
    return RateChange(reader.day("on"), reader.decimal("rate_percent"))


def _free_days(reader: Reader) -> FreeDays:
    return FreeDays(
        weekdays=frozenset(reader.as_whole("weekdays", item) for item in reader.items("weekdays")),
        dates=frozenset(reader.as_day("dates", item) for item in reader.items("dates")),
        move=cast("Move", reader.text("move", "next")),
        interest_to=cast("InterestTo", reader.text("interest_to", "nominal")),
    )


def _prepayment(reader: Reader) -> Prepayment:
    return Prepayment(reader.day("on"), reader.whole("amount_minor"), cast("Effect", reader.text("effect", "shorten")))


def write(value: DataclassInstance) -> dict[str, object]:
    """A dataclass of terms as a JSON object, with all of its fields."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return write(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(cast("list[str]", [_plain(item) for item in value]))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_decimal(value)
    return value


def plain_decimal(value: Decimal) -> str:
    """A decimal as text, without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
