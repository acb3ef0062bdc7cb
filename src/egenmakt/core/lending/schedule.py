"""The schedule of a loan: what is due when, in payable amounts, with the exact amounts beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, Self, cast, get_args

from egenmakt.core.lending.exact import ExactInstalment, exact_rows, too_much_prepaid
from egenmakt.core.lending.reading import Reader
from egenmakt.core.lending.rounding import round_to, rounded_rows
from egenmakt.core.lending.terms import LoanTerms

Kind = Literal["instalment", "prepayment", "paid_before", "settlement"]
"""What a row is: an instalment; principal paid back early; what was paid under earlier terms; the repayment of all."""

ChangeKind = Literal["prepaid", "rate_changed", "rescheduled", "settled", "written_off"]


class NotASchedule(ValueError):
    """The rows do not repay what was lent, or one of them is negative."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a schedule, in whole minor units."""

    number: int
    due_on: date
    """The day on which it is paid, after free days."""
    nominal_due_on: date
    """The day by the rule, before free days."""
    principal_minor: int
    interest_minor: int
    fee_minor: int
    balance_after_minor: int
    """Principal that is still owed when this and all earlier rows are paid."""
    kind: Kind = "instalment"

    def __post_init__(self) -> None:
        amounts = (self.principal_minor, self.interest_minor, self.fee_minor, self.balance_after_minor)
        if min(amounts) < 0:
            raise NotASchedule(f"Row {self.number} has a negative amount: {amounts}.")
        if self.kind not in get_args(Kind):
            raise NotASchedule(f"Row {self.number} has the kind {self.kind!r}, which is not known.")

    @property
    def payment_minor(self) -> int:
        """What is paid on this day: principal, interest and fee."""
        return self.principal_minor + self.interest_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a loan's history: what was changed, and from when."""

    kind: ChangeKind
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class DisbursementFee:
    """What is charged on a day on which money is paid out."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All rows of a loan under its terms. The rows repay exactly the principal that they are about.

    The first `rows_before` rows belong to earlier terms, before a reschedule, and are paid. `exact_rows` are the
    instalments of the present terms, which after a prepayment can be fewer than were agreed.
    """

    terms: LoanTerms
    rows: tuple[Instalment, ...]
    exact_rows: tuple[ExactInstalment, ...]
    disbursement_fees: tuple[DisbursementFee, ...] = ()
    rows_before: int = 0
    history: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        numbers = [row.number for row in self.rows]
        if numbers != list(range(1, len(numbers) + 1)):
            raise NotASchedule(f"The rows are numbered {numbers}; they must count from 1.")

    @property
    def principal_minor(self) -> int:
        """All principal of the rows."""
        return sum(row.principal_minor for row in self.rows)

    @property
    def interest_minor(self) -> int:
        """All interest of the rows."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def fee_minor(self) -> int:
        """All fees of the rows; those taken when money is paid out are apart."""
        return sum(row.fee_minor for row in self.rows)

    @property
    def disbursement_fee_minor(self) -> int:
        """All fees that are taken when money is paid out."""
        return sum(fee.amount_minor for fee in self.disbursement_fees)

    @property
    def payment_minor(self) -> int:
        """All payments of the rows."""
        return sum(row.payment_minor for row in self.rows)

    @property
    def earlier_principal_minor(self) -> int:
        """Principal that was repaid under earlier terms."""
        return sum(row.principal_minor for row in self.rows[: self.rows_before])

    @property
    def is_closed(self) -> bool:
        """Whether the loan was repaid early or written off, so that its terms no longer run."""
        return any(change.kind in ("settled", "written_off") for change in self.history)

    @property
    def is_restructured(self) -> bool:
        """Whether the loan was rescheduled, which portfolio at risk counts whatever the days past due."""
        return any(change.kind == "rescheduled" for change in self.history)

    def to_json(self) -> dict[str, object]:
        """The schedule as a JSON object. Exact amounts are written only where the terms alone do not give them."""
        document: dict[str, object] = {
            "terms": self.terms.to_json(),
            "rows": [row_to_json(row) for row in self.rows],
            "disbursement_fees": [
                {"on": fee.on.isoformat(), "amount_minor": fee.amount_minor} for fee in self.disbursement_fees
            ],
            "rows_before": self.rows_before,
            "history": [
                {"kind": change.kind, "on": change.on.isoformat(), "words": change.words} for change in self.history
            ],
        }
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Self:
        """Read a schedule that to_json wrote. The rows are kept as they stand: they are what was agreed.

        Raises: InvalidTerms for what cannot be read, NotASchedule for rows that contradict themselves.
        """
        reader = Reader(document, "schedule.")
        terms = LoanTerms.from_json(cast("Mapping[str, object]", reader.raw("terms", {})))
        rows = reader.parts("rows", _row_from_json)
        fees = reader.parts(
            "disbursement_fees", lambda item: DisbursementFee(item.day("on"), item.whole("amount_minor"))
        )
        history = reader.parts(
            "history",
            lambda item: Change(cast("ChangeKind", item.text("kind")), item.day("on"), item.text("words")),
        )
        rows_before = reader.whole("rows_before")
        instalments = sum(row.kind == "instalment" for row in rows[rows_before:])
        reader.nothing_else()
        reader.finish()
        return cls(
            terms=terms,
            rows=rows,
            exact_rows=tuple(exact_rows(terms, at_least=max(1, instalments))),
            disbursement_fees=fees,
            rows_before=rows_before,
            history=history,
        )


def row_to_json(row: Instalment) -> dict[str, object]:
    """One row as a JSON object, with its payment."""
    return {
        "number": row.number,
        "kind": row.kind,
        "due_on": row.due_on.isoformat(),
        "nominal_due_on": row.nominal_due_on.isoformat(),
        "principal_minor": row.principal_minor,
        "interest_minor": row.interest_minor,
        "fee_minor": row.fee_minor,
        "payment_minor": row.payment_minor,
        "balance_after_minor": row.balance_after_minor,
    }


def _row_from_json(item: Reader) -> Instalment:
    row = Instalment(
        number=item.whole("number"),
        due_on=item.day("due_on"),
        nominal_due_on=item.day("nominal_due_on"),
        principal_minor=item.whole("principal_minor"),
        interest_minor=item.whole("interest_minor"),
        fee_minor=item.whole("fee_minor"),
        balance_after_minor=item.whole("balance_after_minor"),
        kind=cast("Kind", item.text("kind", "instalment")),
    )
    if item.whole("payment_minor", row.payment_minor) != row.payment_minor:
        item.note("payment_minor", f"It is not principal + interest + fee, which is {row.payment_minor}.")
    return row


def schedule(terms: LoanTerms) -> Schedule:
    """The schedule that follows from the terms.

    Principal is returned exactly; each payment is principal + interest + fee; interest in total differs from the
    exact interest by less than one multiple of the rounding.
    Raises: InvalidTerms, when a prepayment among the terms is larger than what is owed on its day.
    """
    return build(terms=terms)


def build(
    *,
    terms: LoanTerms,
    fixed: Sequence[Instalment] = (),
    before: Sequence[Instalment] = (),
    history: tuple[Change, ...] = (),
    disbursement_fees: tuple[DisbursementFee, ...] | None = None,
) -> Schedule:
    """The schedule of terms that were changed on the way.

    Args: the new terms; the instalments of these terms that are past and stay as they were; the rows of earlier
    terms; the history up to now; fees at disbursement when they are not those of the new terms.
    """
    # one row stays open: rounded rows may have repaid a little less than the exact ones
    exact = exact_rows(terms, at_least=len(fixed) + 1)
    amounts = [(row.principal_minor, row.interest_minor, row.fee_minor) for row in fixed]
    amounts += _open_amounts(terms, exact, fixed)
    rows = _in_order(terms, exact, amounts)
    numbered = [*before, *rows]
    if sum(row.principal_minor for row in rows) != terms.principal_minor:
        raise NotASchedule(f"The rows do not repay the {terms.principal_minor} that was lent.")
    return Schedule(
        terms=terms,
        rows=tuple(_numbered(row, number) for number, row in enumerate(numbered, start=1)),
        exact_rows=tuple(exact),
        disbursement_fees=_disbursement_fees(terms) if disbursement_fees is None else disbursement_fees,
        rows_before=len(before),
        history=history,
    )


def _open_amounts(
    terms: LoanTerms, exact: Sequence[ExactInstalment], fixed: Sequence[Instalment]
) -> list[tuple[int, int, int]]:
    still_open = exact[len(fixed) :]
    if not still_open:
        return []
    prepaid = sum(prepayment.amount_minor for prepayment in terms.prepayments)
    repaid = sum(row.principal_minor for row in fixed)
    lent = []
    running = Fraction(0)
    for row in exact:
        running += row.principal
        lent.append(int(running + row.balance_after) - repaid)
    pairs = rounded_rows(
        rows=still_open,
        principal_minor=terms.principal_minor - prepaid - repaid,
        lent_minor=lent[len(fixed) :],
        rounding=terms.rounding,
    )
    return [
        (principal, interest, _rounded(terms, row.fee))
        for row, (principal, interest) in zip(still_open, pairs, strict=True)
    ]


def _rounded(terms: LoanTerms, amount: Fraction) -> int:
    return round_to(amount=amount, multiple_minor=terms.rounding.multiple_minor, mode=terms.rounding.mode)


def _in_order(
    terms: LoanTerms, exact: Sequence[ExactInstalment], amounts: Sequence[tuple[int, int, int]]
) -> list[Instalment]:
    """Instalments and prepayments by their days, with the balance after each."""
    entries = [
        (row.due_on, row.nominal_due_on, "instalment", row.lent_minor, amount)
        for row, amount in zip(exact, amounts, strict=True)
    ]
    entries += [
        (item.on, item.on, "prepayment", terms.lent_by(item.on), (item.amount_minor, 0, 0))
        for item in terms.prepayments
    ]
    # on one day the instalment comes first: a prepayment is what is paid beyond it
    entries.sort(key=lambda entry: (entry[0], entry[2] == "prepayment", entry[1]))
    rows = []
    lent = repaid = 0
    for due_on, nominal_on, kind, lent_by_then, (principal, interest, fee) in entries:
        lent = max(lent, lent_by_then)
        repaid += principal
        if repaid > lent and kind == "prepayment":
            raise too_much_prepaid(due_on)
        rows.append(Instalment(0, due_on, nominal_on, principal, interest, fee, lent - repaid, cast("Kind", kind)))
    return rows


def _numbered(row: Instalment, number: int) -> Instalment:
    return Instalment(
        number,
        row.due_on,
        row.nominal_due_on,
        row.principal_minor,
        row.interest_minor,
        row.fee_minor,
        row.balance_after_minor,
        row.kind,
    )


def _disbursement_fees(terms: LoanTerms) -> tuple[DisbursementFee, ...]:
    charged = []
    for index, disbursement in enumerate(terms.disbursements):
        exact = Fraction(0)
        for fee in terms.fees:
            if fee.when == "disbursement":
                exact += Fraction(fee.percent or 0) / 100 * disbursement.amount_minor
                exact += (fee.amount_minor or 0) if index == 0 else 0
        if exact:
            charged.append(DisbursementFee(disbursement.on, _rounded(terms, exact)))
    return tuple(charged)
