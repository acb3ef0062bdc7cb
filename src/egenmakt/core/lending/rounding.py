"""From exact amounts to payable ones: rounded once, with nothing lost and nothing below zero."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from egenmakt.core.lending.exact import ExactInstalment
from egenmakt.core.lending.parts import Mode, Rounding


def round_to(*, amount: Fraction, multiple_minor: int = 1, mode: Mode = "half_even") -> int:
    """An amount of at least zero as a whole number of multiples.

    Modes: `up` and `down` to the next multiple that way, `half_up` and `half_even` to the nearest, where a tie goes
    up or to the even multiple. Source: the roundings of IEEE 754 and of Python's decimal module.
    """
    multiples, rest = divmod(amount / multiple_minor, 1)
    half = Fraction(1, 2)
    goes_up = {
        "up": rest > 0,
        "down": False,
        "half_up": rest >= half,
        "half_even": rest > half or (rest == half and multiples % 2 == 1),
    }[mode]
    return (int(multiples) + goes_up) * multiple_minor


def total_interest(*, principal_minor: int, interest: Fraction, rounding: Rounding) -> int:
    """The interest of a whole schedule in payable units.

    Principal and interest together are rounded to the multiple, so that every payment can be one. The principal is
    never touched, an interest-free loan stays free, and the total differs from the exact one by less than one
    multiple.
    """
    if not interest:
        return 0
    whole = round_to(amount=principal_minor + interest, multiple_minor=rounding.multiple_minor, mode=rounding.mode)
    return max(0, whole - principal_minor)


def rounded_rows(
    *, rows: Sequence[ExactInstalment], principal_minor: int, lent_minor: Sequence[int], rounding: Rounding
) -> list[tuple[int, int]]:
    """Principal and interest of each row in whole minor units.

    Each payment (principal + interest) is rounded to the multiple and its interest to the minor unit; the residue
    goes where the rounding says. Whatever the rounding, principal adds up to `principal_minor`, interest to
    `total_interest`, no amount is negative, and no row repays principal that was not lent by then.

    Args: the rows that are still open, in order; the principal that they repay; for each row, how much principal
    it and the rows before it may repay, which is what was lent by then.
    """
    interest = sum((row.interest for row in rows), Fraction(0))
    interest_left = total_interest(principal_minor=principal_minor, interest=interest, rounding=rounding)
    aims = _aims(rows, principal_minor, interest_left, rounding)
    reserved = sum(payment for row, (payment, _) in zip(rows, aims, strict=True) if not row.principal)
    left = principal_minor
    result: list[tuple[int, int]] = []
    for row, (payment, wanted), lent in zip(rows[:-1], aims, lent_minor, strict=False):
        if row.principal:
            free = interest_left - reserved
            payment = min(payment, left + free)
            # interest is taken early only where the payment is larger than the principal that is left
            part = min(max(wanted, payment - left), payment, free)
            principal = max(0, min(payment - part, lent - (principal_minor - left)))
        else:
            reserved -= payment
            part, principal = payment, 0
        result.append((principal, part))
        left -= principal
        interest_left -= part
    return [*result, (left, interest_left)]


def _aims(
    rows: Sequence[ExactInstalment], principal_minor: int, interest_minor: int, rounding: Rounding
) -> list[tuple[int, int]]:
    """Payment and interest that each row would have, if nothing were in the way."""
    if rounding.residue == "spread":
        payments = _differences([row.principal + row.interest for row in rows], rounding.multiple_minor, rounding.mode)
        interests = _differences([row.interest for row in rows], 1, rounding.mode)
    else:
        payments = [
            round_to(amount=row.principal + row.interest, multiple_minor=rounding.multiple_minor, mode=rounding.mode)
            for row in rows
        ]
        interests = [round_to(amount=row.interest, mode=rounding.mode) for row in rows]
    unassigned = interest_minor
    for index, row in enumerate(rows):
        if not row.principal:
            # only interest is paid here: no more of it than there is
            payments[index] = interests[index] = min(payments[index], unassigned)
            unassigned -= payments[index]
    first = next((index for index, row in enumerate(rows) if row.principal), None)
    if rounding.residue == "first" and first is not None:
        payments[first] = max(0, principal_minor + interest_minor - sum(payments) + payments[first])
        interests[first] = max(0, interest_minor - sum(interests) + interests[first])
    return list(zip(payments, interests, strict=True))


def _differences(amounts: Sequence[Fraction], multiple_minor: int, mode: Mode) -> list[int]:
    """Each amount as the step between rounded running totals, so that the difference never grows."""
    exact = Fraction(0)
    done = 0
    parts = []
    for amount in amounts:
        exact += amount
        parts.append(round_to(amount=exact, multiple_minor=multiple_minor, mode=mode) - done)
        done += parts[-1]
    return parts
