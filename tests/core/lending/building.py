"""Loans for the tests: one short way to write terms, and one to draw them at random."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from egenmakt.core.lending.methods import METHODS
from egenmakt.core.lending.parts import DayCount, EarlierInterest, FirstPeriod, Mode, Move, RatePer, Residue, Unit
from egenmakt.core.lending.terms import Disbursement, Every, Fee, FreeDays, LoanTerms, RateChange, Rounding

NEEDS: dict[str, Any] = {
    "balloon": lambda draw, count: {"balloon_percent": Decimal(draw(st.integers(1, 100)))},
    "own_percentages": lambda draw, count: {"percentages": draw(percentages(count)), "grace_principal_periods": 0},
    "interest_free": lambda draw, count: {"rate_percent": Decimal(0), "rate_changes": ()},
}
"""What a method needs to be valid, beyond what every method has."""


def loan(**given: Any) -> LoanTerms:
    """Amina's loan: 10,000.00 KES at 1 % a month over 12 months from 31 January 2026, unless told otherwise."""
    usual: dict[str, Any] = {
        "currency": "KES",
        "principal_minor": 1_000_000,
        "disbursed_on": date(2026, 1, 31),
        "method": "equal_instalments",
        "instalments": 12,
        "rate_percent": Decimal(1),
    }
    return LoanTerms(**{**usual, **given})


@st.composite
def percentages(draw: st.DrawFn, count: int) -> tuple[Decimal, ...]:
    """As many percentages as instalments, which make 100 and end above zero."""
    cuts = sorted(draw(st.lists(st.integers(0, 99), min_size=count - 1, max_size=count - 1)))
    return tuple(Decimal(after - before) for before, after in zip([0, *cuts], [*cuts, 100], strict=True))


@st.composite
def rates(draw: st.DrawFn) -> Decimal:
    """A rate from 0 to 30 percent with two decimals."""
    return Decimal(draw(st.integers(0, 3000))) / 100


@st.composite
def roundings(draw: st.DrawFn) -> Rounding:
    """Any mode and residue, with multiples that are small, ordinary and far too large."""
    return Rounding(
        mode=draw(st.sampled_from(get_args(Mode))),
        multiple_minor=draw(st.sampled_from([1, 1, 5, 100, 1000, 50_000])),
        residue=draw(st.sampled_from(get_args(Residue))),
    )


@st.composite
def loans(draw: st.DrawFn, method: str | None = None, **fixed: Any) -> LoanTerms:
    """Any valid loan of a method: every option that the terms have can appear, prepayments apart."""
    chosen = method or draw(st.sampled_from(sorted(METHODS)))
    count = draw(st.integers(1, 15))
    principal = draw(st.integers(1, 5_000_000))
    begins = draw(st.dates(date(2023, 1, 1), date(2027, 12, 31)))
    first = draw(st.none() | st.integers(1, 90))
    terms: dict[str, Any] = {
        "currency": draw(st.sampled_from(["UGX", "KES", "TND"])),
        "principal_minor": principal,
        "disbursed_on": begins,
        "method": chosen,
        "instalments": count,
        "rate_percent": draw(rates()),
        "rate_per": draw(st.sampled_from(get_args(RatePer))),
        "every": Every(draw(st.integers(1, 5)), draw(st.sampled_from(get_args(Unit)))),
        "first_due_on": None if first is None else begins + timedelta(days=first),
        "first_period": draw(st.sampled_from(get_args(FirstPeriod))),
        "grace_principal_periods": draw(st.integers(0, count - 1)),
        "grace_whole_periods": draw(st.integers(0, 3)),
        "earlier_interest": draw(st.sampled_from(get_args(EarlierInterest))),
        "interest_free_periods": draw(st.integers(0, 4)),
        "day_count": draw(st.sampled_from(get_args(DayCount))),
        "rounding": draw(roundings()),
        "fees": draw(fees()),
        "free_days": draw(free_days(begins)),
        "carried_interest_minor": draw(st.sampled_from([0, 0, 777])),
        "carried_fee_minor": draw(st.sampled_from([0, 0, 55])),
        "rate_changes": tuple(
            RateChange(begins + timedelta(days=days), draw(rates()))
            for days in sorted(draw(st.lists(st.integers(0, 400), max_size=2)))
        ),
    }
    if chosen in NEEDS:
        terms.update(NEEDS[chosen](draw, count))
    terms.update(fixed)
    return LoanTerms(**{**terms, "disbursements": draw(disbursements(terms))})


@st.composite
def disbursements(draw: st.DrawFn, terms: dict[str, Any]) -> tuple[Disbursement, ...]:
    """Up to three disbursements of the principal, all before the loan ends."""
    whole = LoanTerms(**terms)
    end = whole.due_dates()[-1]
    days = (min(end.nominal_on, end.on) - whole.disbursed_on).days
    parts = draw(st.integers(1, min(3, whole.principal_minor)))
    later = sorted(draw(st.lists(st.integers(0, days - 1), min_size=parts - 1, max_size=parts - 1)))
    amounts = [whole.principal_minor // parts] * (parts - 1)
    amounts.append(whole.principal_minor - sum(amounts))
    return tuple(
        Disbursement(whole.disbursed_on + timedelta(days=day), amount)
        for day, amount in zip([0, *later], amounts, strict=True)
    )


@st.composite
def fees(draw: st.DrawFn) -> tuple[Fee, ...]:
    """No fee, or one of each kind at some time."""
    when = st.sampled_from(["disbursement", "first_instalment", "each_instalment"])
    fixed = Fee("passbook", amount_minor=draw(st.integers(0, 500)), when=draw(when))
    part = Fee("cost of access", percent=Decimal(draw(st.integers(0, 500))) / 100, when=draw(when))
    return draw(st.sampled_from([(), (fixed,), (part,), (fixed, part)]))


@st.composite
def free_days(draw: st.DrawFn, begins: date) -> FreeDays:
    """Some weekdays and some dates in the first year."""
    return FreeDays(
        weekdays=draw(st.frozensets(st.integers(0, 6), max_size=3)),
        dates=frozenset(begins + timedelta(days=days) for days in draw(st.lists(st.integers(1, 300), max_size=5))),
        move=draw(st.sampled_from(get_args(Move))),
        interest_to=draw(st.sampled_from(["nominal", "moved"])),
    )
