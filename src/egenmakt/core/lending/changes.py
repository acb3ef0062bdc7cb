"""What can happen to a loan on the way: prepayment, another rate, new terms, early repayment, write-off.

Nothing here changes its arguments: each deed returns the schedule that holds from then on, with the rows that are past
as they were and the change in its history. Principal is conserved: the rows of the new schedule repay what the old
ones did, except that a write-off names what nobody repays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from egenmakt.core.lending.allocation import Allocation, Order, allocate
from egenmakt.core.lending.parts import Disbursement, Effect, Every, Fee, Prepayment, RateChange
from egenmakt.core.lending.position import Paid, Part, accrued_interest, amount_of, lent_minor, position
from egenmakt.core.lending.schedule import Change, Instalment, Schedule, build
from egenmakt.core.lending.terms import LoanTerms

Carried = Literal["first", "spread", "waived"]


class CannotChange(ValueError):
    """The loan is closed, or the change does not fit it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The schedule that holds from now on, and how the payment that changed it was divided."""

    schedule: Schedule
    allocation: Allocation


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The schedule that holds from now on, and what of the old one went where."""

    schedule: Schedule
    carried_interest_minor: int
    carried_fee_minor: int
    waived_interest_minor: int
    waived_fee_minor: int


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What the lender gives up on a day. Principal written off and repaid add up to what was lent."""

    on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int
    schedule: Schedule
    """What was paid, and nothing that is still to come."""


def _open(schedule: Schedule) -> None:
    if schedule.is_closed:
        raise CannotChange("The loan is settled or written off; nothing about it can be changed any more.")


def _kept(schedule: Schedule, on: date) -> list[Instalment]:
    """The instalments of the present terms that are due by a day: they stay as they were agreed."""
    rows = schedule.rows[schedule.rows_before :]
    return [row for row in rows if row.kind == "instalment" and row.due_on <= on]


def _rebuilt(schedule: Schedule, terms: LoanTerms, on: date, change: Change) -> Schedule:
    return build(
        terms=terms,
        fixed=_kept(schedule, on),
        before=schedule.rows[: schedule.rows_before],
        history=(*schedule.history, change),
        disbursement_fees=schedule.disbursement_fees,
    )


def prepay(
    *,
    schedule: Schedule,
    paid: Paid,
    amount_minor: int,
    on: date,
    effect: Effect = "shorten",
    order: str | Sequence[str] | Order = "sa_dhan",
) -> Changed:
    """Pay more than is due, so that the loan gets shorter or its instalments lower.

    What is due by the day is paid first, in the order; the rest repays principal at once. `shorten` keeps the payment
    (of equal instalments) or the principal of each instalment and lets the last ones fall away; `lower` keeps the
    number and divides what is owed anew. Interest after the day is counted on the lower balance; for a flat loan, on
    what was lent less what was prepaid. A payment of the whole debt settles the loan.
    Raises: CannotChange, when nothing is left after what is due, or for a closed loan.
    """
    _open(schedule)
    stands = position(schedule=schedule, paid=paid, on=on)
    if amount_minor >= stands.settle_today_minor and lent_minor(schedule, on) == schedule.principal_minor:
        return settle(schedule=schedule, paid=paid, amount_minor=amount_minor, on=on)
    extra = amount_minor - stands.due_minor
    if extra <= 0:
        raise CannotChange(
            f"{amount_minor} is not more than the {stands.due_minor} that is due on {on}; record it as a payment."
        )
    if extra >= stands.outstanding_principal_minor - stands.due_principal_minor:
        raise CannotChange(
            f"{amount_minor} repays all principal, but the loan on {on} costs {stands.settle_today_minor}; "
            f"pay that, or less."
        )
    due = Allocation(0, 0, 0, 0)
    if stands.due_minor:
        due = allocate(schedule=schedule, paid=paid, amount_minor=stands.due_minor, on=on, order=order)
    terms = replace(
        schedule.terms,
        prepayments=tuple(
            sorted((*schedule.terms.prepayments, Prepayment(on, extra, effect)), key=lambda item: item.on)
        ),
    )
    words = "fewer instalments" if effect == "shorten" else "lower instalments"
    change = Change("prepaid", on, f"{extra} of the principal was repaid early: {words}.")
    return Changed(
        _rebuilt(schedule, terms, on, change),
        Allocation(due.principal_minor + extra, due.interest_minor, due.fee_minor, 0),
    )


def change_rate(*, schedule: Schedule, on: date, rate_percent: Decimal) -> Schedule:
    """Another rate from a day on. Instalments that are due by then stay; the later ones follow the new rate.

    The rate is per the same time as that of the terms. Raises: CannotChange for a closed loan or a day after its end;
    InvalidTerms for a rate that is no rate.
    """
    _open(schedule)
    if on < schedule.terms.disbursed_on or on >= schedule.rows[-1].nominal_due_on:
        raise CannotChange(f"{on} is not within the loan, which ends on {schedule.rows[-1].nominal_due_on}.")
    earlier = [change for change in schedule.terms.rate_changes if change.on != on]
    changes = sorted([*earlier, RateChange(on, rate_percent)], key=lambda item: item.on)
    terms = replace(schedule.terms, rate_changes=tuple(changes))
    before = schedule.terms.rate_on(on)
    change = Change("rate_changed", on, f"The rate changed from {before} to {rate_percent} percent a {terms.rate_per}.")
    return _rebuilt(schedule, terms, on, change)


def paid_rows(schedule: Schedule, paid: Paid) -> list[Instalment]:
    """The rows as far as they were paid, the oldest first; what was paid beyond a row counts for the next one."""
    left: dict[Part, int] = {part: paid.of(part) for part in ("principal", "interest", "fee")}
    rows: list[Instalment] = []
    for row in schedule.rows:
        now = {part: min(left[part], amount_of(row, part)) for part in left}
        for part in left:
            left[part] -= now[part]
        if any(now.values()):
            rows.append(
                Instalment(
                    len(rows) + 1,
                    row.due_on,
                    row.nominal_due_on,
                    now["principal"],
                    now["interest"],
                    now["fee"],
                    row.balance_after_minor + row.principal_minor - now["principal"],
                    "paid_before",
                )
            )
    return rows


def _paid_by(schedule: Schedule, paid: Paid, on: date) -> list[Instalment]:
    """What was paid, as rows due no later than a day: nothing that is paid is still to come."""
    rows = [
        replace(row, due_on=min(row.due_on, on), nominal_due_on=min(row.nominal_due_on, on))
        for row in paid_rows(schedule, paid)
    ]
    lent, repaid, result = lent_minor(schedule, on), 0, []
    for row in rows:
        repaid += row.principal_minor
        result.append(replace(row, balance_after_minor=max(0, lent - repaid)))
    return result


def reschedule(
    *,
    schedule: Schedule,
    paid: Paid,
    on: date,
    instalments: int,
    every: Every | None = None,
    first_due_on: date | None = None,
    method: str | None = None,
    rate_percent: Decimal | None = None,
    grace_principal_periods: int = 0,
    grace_whole_periods: int = 0,
    interest_free_periods: int = 0,
    percentages: tuple[Decimal, ...] = (),
    balloon_percent: Decimal | None = None,
    fees: tuple[Fee, ...] | None = None,
    carried: Carried = "first",
) -> Rescheduled:
    """New terms for what is still owed, from a day on; what is not named stays as it was.

    What was paid becomes the first rows. Interest that is due, overdue or has grown, and fees that are due, are paid
    with the first new instalment, spread over all of them, or waived. Fees of each instalment go on unless `fees`
    names others. The schedule is marked as restructured, which portfolio at risk counts.
    Raises: CannotChange for a closed or repaid loan; InvalidTerms for new terms that contradict themselves.
    """
    _open(schedule)
    stands = position(schedule=schedule, paid=paid, on=on)
    if stands.outstanding_principal_minor == 0:
        raise CannotChange("No principal is owed; there is nothing to reschedule.")
    old = schedule.terms
    interest = stands.due_interest_minor + accrued_now(schedule, paid, on)
    waived = carried == "waived"
    later = tuple(item for item in old.disbursements if item.on > on)
    new_method = method or old.method
    terms = replace(
        old,
        principal_minor=stands.outstanding_principal_minor + sum(item.amount_minor for item in later),
        disbursed_on=on,
        disbursements=(Disbursement(on, stands.outstanding_principal_minor), *later),
        method=new_method,
        instalments=instalments,
        every=every or old.every,
        first_due_on=first_due_on,
        first_period="whole" if first_due_on is None else "by_days",
        rate_percent=old.rate_on(on) if rate_percent is None else rate_percent,
        rate_changes=tuple(item for item in old.rate_changes if item.on > on),
        grace_principal_periods=grace_principal_periods,
        grace_whole_periods=grace_whole_periods,
        interest_free_periods=interest_free_periods,
        percentages=percentages,
        balloon_percent=_balloon(old, new_method, balloon_percent),
        fees=tuple(fee for fee in old.fees if fee.when == "each_instalment") if fees is None else fees,
        prepayments=(),
        earlier_interest="spread" if carried == "spread" else "first",
        carried_interest_minor=0 if waived else interest,
        carried_fee_minor=0 if waived else stands.due_fee_minor,
    )
    words = f"{terms.instalments} new instalments for the {stands.outstanding_principal_minor} that were owed."
    new = build(
        terms=terms, before=_paid_by(schedule, paid, on), history=(*schedule.history, Change("rescheduled", on, words))
    )
    return Rescheduled(
        schedule=replace(new, disbursement_fees=(*schedule.disbursement_fees, *new.disbursement_fees)),
        carried_interest_minor=terms.carried_interest_minor,
        carried_fee_minor=terms.carried_fee_minor,
        waived_interest_minor=interest if waived else 0,
        waived_fee_minor=stands.due_fee_minor if waived else 0,
    )


def _balloon(old: LoanTerms, method: str, asked: Decimal | None) -> Decimal:
    if asked is not None:
        return asked
    return old.balloon_percent if method == "balloon" else Decimal(0)


def accrued_now(schedule: Schedule, paid: Paid, on: date) -> int:
    """Interest that has grown since the last due date, also where interest to come is owed in full."""
    terms = replace(schedule.terms, future_interest="accrued")
    return accrued_interest(replace(schedule, terms=terms), paid, on)


def settle(*, schedule: Schedule, paid: Paid, amount_minor: int, on: date) -> Changed:
    """Repay the whole loan on a day. The schedule ends with it, and what was paid too much is left over.

    Raises: CannotChange, when the amount does not repay everything, when money is still to be paid out, or for a
    closed loan.
    """
    _open(schedule)
    if lent_minor(schedule, on) < schedule.principal_minor:
        raise CannotChange(f"Not everything has been paid out by {on}; reschedule the loan to what was.")
    stands = position(schedule=schedule, paid=paid, on=on)
    if amount_minor < stands.settle_today_minor:
        raise CannotChange(f"{amount_minor} is less than the {stands.settle_today_minor} that repays the loan on {on}.")
    interest = stands.due_interest_minor + stands.accrued_interest_minor
    principal = stands.outstanding_principal_minor
    fee = stands.settle_today_minor - principal - interest
    rows = _paid_by(schedule, paid, on)
    if stands.settle_today_minor:
        rows.append(Instalment(len(rows) + 1, on, on, principal, interest, fee, 0, "settlement"))
    change = Change("settled", on, f"The loan was repaid with {stands.settle_today_minor}.")
    return Changed(
        replace(schedule, rows=tuple(rows), history=(*schedule.history, change), rows_before=len(rows)),
        Allocation(principal, interest, fee, amount_minor - stands.settle_today_minor, repays_all=True),
    )


def write_off(*, schedule: Schedule, paid: Paid, on: date) -> WriteOff:
    """Give up what is still owed: all outstanding principal, and the interest and fees that are due.

    Interest that is not due is not written off, because on a cash basis it was never income.
    Raises: CannotChange, when nothing is owed or the loan is closed.
    """
    _open(schedule)
    stands = position(schedule=schedule, paid=paid, on=on)
    if stands.outstanding_principal_minor == 0 and stands.due_minor == 0:
        raise CannotChange("Nothing is owed; there is nothing to write off.")
    rows = tuple(_paid_by(schedule, paid, on))
    change = Change("written_off", on, f"{stands.outstanding_principal_minor} of the principal was written off.")
    return WriteOff(
        on=on,
        principal_minor=stands.outstanding_principal_minor,
        interest_minor=stands.due_interest_minor,
        fee_minor=stands.due_fee_minor,
        schedule=replace(schedule, rows=rows, history=(*schedule.history, change), rows_before=len(rows)),
    )
