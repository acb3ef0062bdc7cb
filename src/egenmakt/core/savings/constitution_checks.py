"""Which rules a constitution can have, and which of them go together: every fault is found, not only the first."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal

from egenmakt.core.money import DECIMALS
from egenmakt.core.savings.checks import one_of, whole_number
from egenmakt.core.savings.residue import RESIDUE_RULES
from egenmakt.core.savings.share_out import EXIT_VALUES

if TYPE_CHECKING:  # the constitution imports this module to check itself
    from egenmakt.core.savings.constitution import Constitution

FieldError = tuple[str, str]

Kind = Literal["self_help", "savings", "credit", "cooperative", "youth", "farmers", "disability", "network"]
KINDS: tuple[Kind, ...] = (
    "self_help",
    "savings",
    "credit",
    "cooperative",
    "youth",
    "farmers",
    "disability",
    "network",
)
SavingsForm = Literal["shares", "amounts", "none"]
SAVINGS_FORMS: tuple[SavingsForm, ...] = ("shares", "amounts", "none")
Majority = Literal["half", "two_thirds"]
MAJORITIES: tuple[Majority, ...] = ("half", "two_thirds")
MeetingEvery = Literal["week", "fortnight", "month"]
MEETING_EVERY: tuple[MeetingEvery, ...] = ("week", "fortnight", "month")
ExternalLoanLimit = Literal["last_share_out", "none"]
EXTERNAL_LOAN_LIMITS: tuple[ExternalLoanLimit, ...] = ("last_share_out", "none")
STEPS: tuple[str, ...] = ("social_fund", "savings", "repayments", "fines", "loans", "other", "decisions")
"""The steps of a meeting after the roll call and the count; a constitution puts those it has in its own order."""


def collect(errors: list[FieldError], name: str, check: Callable[[], object]) -> None:
    """Run a check, and keep the sentence of its ValueError with the field's name."""
    try:
        check()
    except ValueError as problem:
        errors.append((name, str(problem)))


_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "currency": tuple(DECIMALS),
    "savings_form": SAVINGS_FORMS,
    "majority": MAJORITIES,
    "meeting_every": MEETING_EVERY,
    "residue_rule": tuple(RESIDUE_RULES),
    "exit_value": EXIT_VALUES,
    "entry_value": EXIT_VALUES,
    "external_loan_limit": EXTERNAL_LOAN_LIMITS,
}
LEAST: dict[str, int] = {
    "share_price_minor": 0,
    "shares_min": 0,
    "shares_max": 0,
    "compulsory_savings_minor": 0,
    "social_fund_contribution_minor": 0,
    "loan_instalments_max": 1,
    "guarantors_needed": 0,
    "quorum_numerator": 1,
    "quorum_denominator": 1,
    "cycle_months": 1,
    "external_loan_from_cycle": 1,
    "keys_needed": 1,
    "keys_outside_committee": 0,
    "counters_needed": 1,
}
"""The least that each rule that is a number can be."""


def errors_of(constitution: Constitution) -> list[FieldError]:
    """Every rule that cannot be by itself, and then every pair of rules that do not go together."""
    errors: list[FieldError] = []
    for name, choices in _CHOICES.items():
        collect(errors, name, partial(one_of, field=name, value=getattr(constitution, name), choices=choices))
    for name, least in LEAST.items():
        collect(errors, name, partial(whole_number, field=name, value=getattr(constitution, name), minimum=least))
    if constitution.loan_max_minor is not None:
        most = constitution.loan_max_minor
        collect(errors, "loan_max_minor", partial(whole_number, field="loan_max_minor", value=most, minimum=1))
    for name in ("voluntary_savings_allowed", "social_fund_may_lend"):
        if not isinstance(getattr(constitution, name), bool):
            errors.append((name, f"{name} is {getattr(constitution, name)!r}; write true or false."))
    return errors or _pairs(constitution)


def _pairs(constitution: Constitution) -> list[FieldError]:
    c = constitution
    multiple = c.loan_multiple
    rules: list[tuple[bool, str, str]] = [
        (
            c.savings_form == "shares" and c.share_price_minor == 0,
            "share_price_minor",
            "share_price_minor is 0; a group that saves in shares needs a price above zero.",
        ),
        (
            c.savings_form == "shares" and c.shares_min <= c.shares_max < 1,
            "shares_max",
            f"shares_max is {c.shares_max}; let a member buy at least one share.",
        ),
        (
            c.shares_max < c.shares_min,
            "shares_max",
            f"shares_max is {c.shares_max}, below shares_min {c.shares_min}; let the most be at least the fewest.",
        ),
        (
            multiple is not None
            and not (isinstance(multiple, Decimal) and multiple.is_finite() and 0 <= multiple <= 1000),
            "loan_multiple",
            f"loan_multiple is {multiple}; write a number from 0 to 1000, or null for no limit.",
        ),
        (
            c.quorum_numerator > c.quorum_denominator,
            "quorum_numerator",
            f"The quorum is {c.quorum_numerator} of {c.quorum_denominator}; it cannot be more than all members.",
        ),
        (
            c.keys_outside_committee > c.keys_needed,
            "keys_outside_committee",
            f"keys_outside_committee is {c.keys_outside_committee}; it cannot be above keys_needed {c.keys_needed}.",
        ),
        (
            c.savings_form != "shares" and c.share_out.value("by") == "shares",
            "share_out",
            f"The share-out weighs shares, but savings_form is {c.savings_form}; set its parameter by to savings.",
        ),
        (
            not isinstance(c.allocation_order, str) or not c.allocation_order,
            "allocation_order",
            "allocation_order is empty; name an order of allocation, such as sa_dhan.",
        ),
    ]
    errors = [(name, message) for is_wrong, name, message in rules if is_wrong]
    return errors + _step_errors(c) + _clause_errors(c)


def _step_errors(constitution: Constitution) -> list[FieldError]:
    steps = constitution.meeting_steps
    strange = [step for step in steps if step not in STEPS]
    if strange:
        return [("meeting_steps", f"meeting_steps has {strange[0]!r}; the steps are: {', '.join(STEPS)}.")]
    if not steps or len(set(steps)) < len(steps):
        return [("meeting_steps", f"meeting_steps is {list(steps)}; name at least one step, and each step once.")]
    return []


def _clause_errors(constitution: Constitution) -> list[FieldError]:
    errors = []
    for clause in constitution.clauses:
        if not hasattr(constitution, clause.rule) or clause.rule == "clauses":
            errors.append(("clauses", f"Clause {clause.number} is about {clause.rule!r}, which is no rule."))
        if not clause.words.strip():
            errors.append(("clauses", f"Clause {clause.number} has no words; say the rule as the group says it."))
    numbers = [clause.number for clause in constitution.clauses]
    twice = [number for number in dict.fromkeys(numbers) if numbers.count(number) > 1]
    return errors + [("clauses", f"The clause number {number} is used twice.") for number in twice]
