"""How a payment is divided over interest, fees and principal: the order is data, and so is each named one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast, get_args

from egenmakt.core.lending.position import Paid, Part, handed_over_minor, position, unpaid_by_row
from egenmakt.core.lending.schedule import Schedule

Bucket = Literal["interest_overdue", "interest_due", "principal_overdue", "principal_due", "fee_overdue", "fee_due"]
"""What fell due before the day of the payment is overdue; what falls due on the day itself is due."""


class NotAnOrder(ValueError):
    """The order of allocation is not known, or does not name each bucket once."""


class NotAPayment(ValueError):
    """A payment is a whole amount above zero."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of buckets. `by_instalment` goes through it for the oldest instalment first, then for the next."""

    buckets: tuple[Bucket, ...]
    by_instalment: bool = False

    def __post_init__(self) -> None:
        if sorted(self.buckets) != sorted(get_args(Bucket)):
            raise NotAnOrder(
                f"The order {', '.join(self.buckets)} is not complete; name each of "
                f"{', '.join(get_args(Bucket))} exactly once."
            )


ORDERS: Final[Mapping[str, Order]] = {
    # Sa-Dhan, performance standards: interest before principal, overdue before due; fees after them
    "sa_dhan": Order(
        ("interest_overdue", "interest_due", "principal_overdue", "principal_due", "fee_overdue", "fee_due")
    ),
    "principal_first": Order(
        ("principal_overdue", "principal_due", "interest_overdue", "interest_due", "fee_overdue", "fee_due")
    ),
    "fees_first": Order(
        ("fee_overdue", "fee_due", "interest_overdue", "interest_due", "principal_overdue", "principal_due")
    ),
    "overdue_first": Order(
        ("fee_overdue", "interest_overdue", "principal_overdue", "fee_due", "interest_due", "principal_due")
    ),
    "overdue_principal_first": Order(
        ("principal_overdue", "interest_overdue", "fee_overdue", "principal_due", "interest_due", "fee_due")
    ),
    # as Apache Fineract's standard strategy: fees, interest, principal of one instalment before the next
    "oldest_instalment_first": Order(
        ("fee_overdue", "interest_overdue", "principal_overdue", "fee_due", "interest_due", "principal_due"),
        by_instalment=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment is for. The four parts add up to the payment."""

    principal_minor: int
    interest_minor: int
    fee_minor: int
    left_over_minor: int
    """What is more than the whole debt, and belongs to the borrower."""
    repays_all: bool = False
    """Whether nothing is owed after it: then settle the schedule, or note the day in Paid.principal_repaid_on."""

    @property
    def total_minor(self) -> int:
        """The payment."""
        return self.principal_minor + self.interest_minor + self.fee_minor + self.left_over_minor


def order_named(order: str | Sequence[str] | Order) -> Order:
    """An order by its name, from a list of buckets, or as it is. Raises NotAnOrder with the names there are."""
    if isinstance(order, Order):
        return order
    if not isinstance(order, str):
        return Order(cast("tuple[Bucket, ...]", tuple(order)))
    if order not in ORDERS:
        raise NotAnOrder(f"The order {order!r} is not known; choose one of {', '.join(ORDERS)}.")
    return ORDERS[order]


def allocate(
    *, schedule: Schedule, paid: Paid, amount_minor: int, on: date, order: str | Sequence[str] | Order = "sa_dhan"
) -> Allocation:
    """Divide a payment over what is overdue and due, in the order; then over what is to come; the rest is left over.

    What is paid in advance: where interest of periods to come is owed in full (a flat loan, unless its terms say
    otherwise), it pays the next instalments whole, fee and interest before principal. Else it repays principal of
    the next instalments, and takes no interest of periods that have not passed; only when it repays the whole loan
    does it also take the interest that has grown since the last due date.
    Raises: NotAPayment for an amount that is not above zero, NotAnOrder for an order that is not known.
    """
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or amount_minor <= 0:
        raise NotAPayment(f"The payment {amount_minor!r} is not above zero; write a whole number of minor units.")
    chosen = order_named(order)
    stands = position(schedule=schedule, paid=paid, on=on)
    most: dict[Part, int] = {
        "principal": stands.outstanding_principal_minor,
        "interest": stands.due_interest_minor + stands.accrued_interest_minor,
        "fee": stands.settle_today_minor
        - stands.outstanding_principal_minor
        - stands.due_interest_minor
        - stands.accrued_interest_minor,
    }
    given: dict[Part, int] = {"principal": 0, "interest": 0, "fee": 0}
    left = _give(_due(schedule, paid, on, chosen), given, most, amount_minor)
    if schedule.terms.owes_future_interest:
        left = _give(_whole_instalments(schedule, paid, on), given, most, left)
    else:
        # interest that has grown is taken only by who repays all, and first: else the last principal would hide it
        repays_principal = left >= most["principal"] - given["principal"]
        in_advance: list[Part] = ["interest", "principal"] if repays_principal else ["principal"]
        left = _give([(part, left) for part in in_advance], given, most, left)
    return Allocation(
        given["principal"],
        given["interest"],
        given["fee"],
        left,
        repays_all=given == most and handed_over_minor(schedule, paid, on) == schedule.principal_minor,
    )


def _due(schedule: Schedule, paid: Paid, on: date, order: Order) -> Iterator[tuple[Part, int]]:
    rows = [
        (row.due_on, parts)
        for row, parts in zip(schedule.rows, unpaid_by_row(schedule, paid, on), strict=True)
        if row.due_on <= on
    ]
    groups = [[row] for row in rows] if order.by_instalment else [rows]
    for group in groups:
        for bucket in order.buckets:
            name, _, when = bucket.partition("_")
            part = cast("Part", name)
            yield part, sum(parts[part] for due_on, parts in group if (due_on < on) == (when == "overdue"))


def _whole_instalments(schedule: Schedule, paid: Paid, on: date) -> Iterator[tuple[Part, int]]:
    for row, parts in zip(schedule.rows, unpaid_by_row(schedule, paid, on), strict=True):
        if row.due_on > on:
            yield "fee", parts["fee"]
            yield "interest", parts["interest"]
            yield "principal", parts["principal"]


def _give(wanted: Iterable[tuple[Part, int]], given: dict[Part, int], most: Mapping[Part, int], left: int) -> int:
    """Add to `given` what each part wants, as far as the money and the debt go; return the money that is left."""
    for part, amount in wanted:
        now = min(left, amount, most[part] - given[part])
        given[part] += now
        left -= now
    return left
