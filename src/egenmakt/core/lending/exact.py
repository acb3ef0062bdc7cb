"""The exact schedule: principal, interest and fees of every instalment as fractions, before anything is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from egenmakt.core.lending.day_counts import DAY_COUNTS
from egenmakt.core.lending.due_dates import Due, step, year_share
from egenmakt.core.lending.methods.base import Step
from egenmakt.core.lending.parts import InvalidTerms
from egenmakt.core.lending.terms import LoanTerms

ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class ExactInstalment:
    """One instalment before rounding: fractions of minor units."""

    number: int
    due_on: date
    nominal_due_on: date
    principal: Fraction
    interest: Fraction
    fee: Fraction
    balance_after: Fraction
    lent_minor: int
    """All that was paid out before this instalment and counts for it, prepayments not taken off."""
    kind: str = "instalment"

    @property
    def payment(self) -> Fraction:
        """What is paid on this day: principal, interest and fee."""
        return self.principal + self.interest + self.fee


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a period in which neither the rate nor the money lent changes."""

    begins_on: date
    year_part: Fraction
    rate: Fraction


@dataclass(frozen=True, slots=True)
class _Period:
    """One period: what it is made of, and whether something happens in it."""

    ends_on: date
    due_on: date
    year_part: Fraction
    stretches: tuple[_Stretch, ...]
    is_free: bool
    has_event: bool
    rate_at_end: Fraction


@dataclass(frozen=True, slots=True)
class _Flow:
    """One instalment's principal and interest, with the balance and the loan just before it."""

    principal: Fraction
    interest: Fraction
    lent: Fraction
    balance: Fraction
    paid_out_minor: int


def exact_rows(terms: LoanTerms, *, at_least: int = 1) -> list[ExactInstalment]:
    """Every instalment of a loan in exact fractions; prepayments lower the balance and are not rows here.

    A loan that prepayments shorten has fewer rows than instalments were agreed, but not fewer than `at_least`.
    Raises: InvalidTerms, when a prepayment is larger than what is owed on its day.
    """
    dues = terms.due_dates()
    periods = _periods(terms, dues)
    grace, paying = periods[: terms.grace_whole_periods], periods[terms.grace_whole_periods :]
    flows = _flows(terms, paying)
    earlier = _interest_of(terms, grace) + terms.carried_interest_minor
    rows = []
    repaid = ZERO
    for index, (flow, due) in enumerate(zip(flows, dues[terms.grace_whole_periods :], strict=True)):
        repaid += flow.principal
        rows.append(
            ExactInstalment(
                number=index + 1,
                due_on=due.on,
                nominal_due_on=due.nominal_on,
                principal=flow.principal,
                interest=flow.interest + share_of_earlier(terms, earlier, index),
                fee=_fee(terms, index),
                balance_after=max(ZERO, flow.lent - repaid),
                lent_minor=flow.paid_out_minor,
            )
        )
    return _without_empty_end(rows, at_least) if terms.prepayments else rows


def _without_empty_end(rows: list[ExactInstalment], at_least: int) -> list[ExactInstalment]:
    last = len(rows)
    while last > at_least and not rows[last - 1].principal and not rows[last - 1].interest:
        last -= 1
    return rows[:last]


def share_of_earlier(terms: LoanTerms, earlier: Fraction, index: int) -> Fraction:
    """The part of interest from before the first instalment's period that an instalment, counted from 0, pays."""
    if terms.earlier_interest == "spread":
        return earlier / terms.instalments
    return earlier if index == 0 else ZERO


def _fee(terms: LoanTerms, index: int) -> Fraction:
    total = Fraction(terms.carried_fee_minor if index == 0 else 0)
    for fee in terms.fees:
        if fee.when == "each_instalment" or (fee.when == "first_instalment" and index == 0):
            total += fee.amount_minor or 0
            total += Fraction(fee.percent or 0) / 100 * terms.principal_minor
    return total


def _periods(terms: LoanTerms, dues: Sequence[Due]) -> list[_Period]:
    by_dates = terms.day_count != "equal_periods"
    to_moved = by_dates and terms.free_days.interest_to == "moved"
    ends = [due.on if to_moved else due.nominal_on for due in dues]
    money = {item.on for item in terms.disbursements} | {item.on for item in terms.prepayments}
    rates = {item.on for item in terms.rate_changes}
    happenings = sorted(money | rates)
    periods = []
    begins = after = terms.disbursed_on
    for index, (ends_on, due) in enumerate(zip(ends, dues, strict=True)):
        # money that moves between the day by the rule and the day of paying meets the instalment that is paid after it
        has_event = any(begins <= day < ends_on for day in happenings) or any(after <= day < due.on for day in money)
        periods.append(_period(terms, index, begins, Due(ends_on, due.on), happenings, has_event=has_event))
        begins, after = ends_on, due.on
    return periods


def _period(
    terms: LoanTerms, index: int, begins: date, end: Due, happenings: Sequence[date], *, has_event: bool
) -> _Period:
    ends = end.nominal_on
    is_free = index < terms.interest_free_periods or terms.rule.interest_on == "nothing"
    cuts = [begins, *(day for day in happenings if begins < day < ends), ends]
    total = _year_part(terms, index, begins, ends)
    stretches = []
    done = ZERO
    for start, stop in pairwise(cuts):
        # measured from the beginning each time: 30/360 does not add up over parts of a period
        until = total if stop == ends else _part_until(terms, begins, stop, ends, total)
        rate = ZERO if is_free else terms.yearly(terms.rate_on(start))
        stretches.append(_Stretch(start, until - done, rate))
        done = until
    return _Period(
        ends_on=ends,
        due_on=end.on,
        year_part=total,
        stretches=tuple(stretches),
        is_free=is_free,
        has_event=has_event,
        rate_at_end=terms.yearly(terms.rate_on(ends - timedelta(days=1))),
    )


def _year_part(terms: LoanTerms, index: int, begins: date, ends: date) -> Fraction:
    if terms.day_count != "equal_periods":
        return DAY_COUNTS[terms.day_count](begins, ends)
    whole = year_share(terms.every)
    if index or terms.first_period == "whole":
        return whole
    return whole * (ends - begins).days / (ends - step(ends, terms.every, -1)).days


def _part_until(terms: LoanTerms, begins: date, day: date, ends: date, total: Fraction) -> Fraction:
    if terms.day_count != "equal_periods":
        return DAY_COUNTS[terms.day_count](begins, day)
    return total * (day - begins).days / (ends - begins).days


def _prepaid(terms: LoanTerms, before: date, *, shortened: bool) -> int:
    """All that was prepaid before a day; what shortens the loan only where it is asked for."""
    return sum(
        item.amount_minor for item in terms.prepayments if item.on < before and (shortened or item.effect == "lower")
    )


def _paid_out(terms: LoanTerms, period: _Period) -> int:
    """What was paid out before a period's instalment and counts for it.

    A free day can part the day on which the period ends from the day of paying: nothing is repaid that was lent
    after either of them.
    """
    return terms.lent_before(min(period.ends_on, period.due_on))


def _interest(terms: LoanTerms, period: _Period, repaid: Fraction, *, shortened: bool) -> Fraction:
    total = ZERO
    for stretch in period.stretches:
        tomorrow = stretch.begins_on + timedelta(days=1)
        lent = terms.lent_before(tomorrow) - _prepaid(terms, tomorrow, shortened=shortened)
        owed = _owed(terms, lent, repaid, stretch.begins_on)
        base = lent if terms.rule.interest_on == "loan" and owed else owed
        total += base * stretch.year_part * stretch.rate
    return total


def _owed(terms: LoanTerms, lent: int, repaid: Fraction, on: date) -> Fraction:
    # rounded instalments may repay a little later than exact ones: a prepayment of all that is left is no error
    slack = terms.rounding.multiple_minor * terms.instalments
    if lent - repaid < -slack:
        raise too_much_prepaid(on)
    return max(ZERO, lent - repaid)


def too_much_prepaid(on: date) -> InvalidTerms:
    """The refusal of prepayments that are more than what is owed on a day."""
    return InvalidTerms([("prepayments", f"Up to {on} they are larger than what is owed then; write less.")])


def grace_interest(terms: LoanTerms) -> Fraction:
    """The exact interest of the periods in which nothing is paid."""
    if not terms.grace_whole_periods:
        return ZERO
    # no later period changes an earlier one, and this is asked of each loan at each meeting
    return _interest_of(terms, _periods(terms, terms.due_dates()[: terms.grace_whole_periods]))


def _interest_of(terms: LoanTerms, periods: Sequence[_Period]) -> Fraction:
    return sum((_interest(terms, period, ZERO, shortened=True) for period in periods), ZERO)


def _flows(terms: LoanTerms, periods: Sequence[_Period]) -> list[_Flow]:
    planned = _planned(terms, periods)
    if any(prepayment.effect == "shorten" for prepayment in terms.prepayments):
        return _shortened(terms, periods, planned)
    return planned


def _planned(terms: LoanTerms, periods: Sequence[_Period]) -> list[_Flow]:
    flows: list[_Flow] = []
    repaid, is_news, last_payment = ZERO, True, ZERO
    for index, period in enumerate(periods):
        interest = _interest(terms, period, repaid, shortened=False)
        paid_out = _paid_out(terms, period)
        lent = Fraction(paid_out - _prepaid(terms, period.due_on, shortened=False))
        balance = _owed(terms, int(lent), repaid, period.ends_on)
        is_news = is_news or period.has_event
        wanted = ZERO
        if index >= terms.grace_principal_periods:
            growth = _growth(period, periods[index + 1 :])
            wanted = terms.rule.principal(
                Step(terms, index + 1, balance, lent, interest, growth, is_news, last_payment)
            )
        principal = balance if index == len(periods) - 1 else min(max(wanted, ZERO), balance)
        # where the rule could not have its way, as when a long first period eats the payment, it is asked anew
        is_news = index < terms.grace_principal_periods or principal != wanted
        flows.append(_Flow(principal, interest, lent, balance, paid_out))
        repaid += principal
        last_payment = principal + interest
    return flows


def _growth(period: _Period, later: Sequence[_Period]) -> list[Fraction]:
    return [ZERO if item.is_free else item.year_part * period.rate_at_end for item in later]


def _shortened(terms: LoanTerms, periods: Sequence[_Period], planned: Sequence[_Flow]) -> list[_Flow]:
    """The plan without the prepayments, paid until nothing is owed."""
    flows: list[_Flow] = []
    repaid = ZERO
    for index, (period, plan) in enumerate(zip(periods, planned, strict=True)):
        interest = _interest(terms, period, repaid, shortened=True)
        paid_out = _paid_out(terms, period)
        lent = Fraction(paid_out - _prepaid(terms, period.due_on, shortened=True))
        balance = _owed(terms, int(lent), repaid, period.ends_on)
        saved = plan.interest - interest if terms.rule.keeps_payment else ZERO
        wanted = plan.principal + saved if index >= terms.grace_principal_periods else ZERO
        principal = balance if index == len(periods) - 1 else min(max(wanted, ZERO), balance)
        flows.append(_Flow(principal, interest, lent, balance, paid_out))
        repaid += principal
    return flows
