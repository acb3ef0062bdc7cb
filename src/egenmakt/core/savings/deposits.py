"""Savings that are not shares: compulsory ones stay until the member leaves, voluntary ones can be taken out."""

from __future__ import annotations

from dataclasses import dataclass

from egenmakt.core.savings.checks import whole_number


class CompulsorySavingsStay(ValueError):
    """Compulsory savings cannot be taken out while the member is in the group."""


class NotTheCompulsoryAmount(ValueError):
    """The compulsory saving of a meeting is the same for all, to the last unit."""


class VoluntarySavingsNotAllowed(ValueError):
    """The constitution has no voluntary savings."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a member saved at a meeting, the two kinds apart."""

    compulsory_minor: int
    voluntary_minor: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a member takes out, the two kinds apart."""

    compulsory_minor: int
    voluntary_minor: int


def divide_deposit(*, money_minor: int, compulsory_savings_minor: int, voluntary_allowed: bool) -> Deposit:
    """Book what a member saves: first the compulsory amount, what is above it as voluntary savings.

    Raises: NotTheCompulsoryAmount, when it is less; VoluntarySavingsNotAllowed, when it is more and may not be.
    Source: compulsory equal thrift with voluntary savings booked apart (Indian self-help groups).
    """
    whole_number(field="money_minor", value=money_minor)
    above = money_minor - whole_number(field="compulsory_savings_minor", value=compulsory_savings_minor)
    if above < 0:
        raise NotTheCompulsoryAmount(
            f"{money_minor} is less than the compulsory saving of {compulsory_savings_minor}; {-above} is missing."
        )
    if above and not voluntary_allowed:
        raise VoluntarySavingsNotAllowed(
            f"{money_minor} is {above} more than the compulsory saving of {compulsory_savings_minor}, and the "
            f"constitution has no voluntary savings; give {above} back."
        )
    return Deposit(compulsory_savings_minor, above)


def withdraw(*, amount_minor: int, compulsory_minor: int, voluntary_minor: int, is_leaving: bool) -> Withdrawal:
    """Take savings out: from the voluntary ones, and from the compulsory ones only when the member leaves.

    Args: the amount asked for and the two balances, in minor units.
    Raises: CompulsorySavingsStay; ValueError, when there is not so much.
    """
    whole_number(field="amount_minor", value=amount_minor, minimum=1)
    from_voluntary = min(amount_minor, voluntary_minor)
    rest = amount_minor - from_voluntary
    if rest and not is_leaving:
        raise CompulsorySavingsStay(
            f"Only {voluntary_minor} of voluntary savings can be taken out, not {amount_minor}; the compulsory "
            f"{compulsory_minor} stay until the member leaves the group."
        )
    if rest > compulsory_minor:
        raise ValueError(
            f"{amount_minor} is more than the {compulsory_minor + voluntary_minor} that the member has saved."
        )
    return Withdrawal(rest, from_voluntary)
