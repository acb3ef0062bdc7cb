"""A rule of the constitution in plain words, made from the rule itself: for groups that have not written their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from egenmakt.core.money import Money
from egenmakt.core.savings.residue import RESIDUE_RULES

if TYPE_CHECKING:  # the constitution imports this module to quote itself
    from egenmakt.core.savings.constitution import Constitution

_KIND_WORDS = {
    "self_help": "We are a self-help group.",
    "savings": "We are a savings and loan group.",
    "credit": "We are a credit group.",
    "cooperative": "We are a credit co-operative.",
    "youth": "We are a group of young people who save together.",
    "farmers": "We are a group of farmers who save together.",
    "disability": "We are a group of persons with disabilities who save together.",
    "network": "We are a network of groups.",
}
_SAVINGS_WORDS = {
    "shares": "We save by buying shares.",
    "amounts": "We save the same amount at each meeting.",
    "none": "We do not save together.",
}
_EXIT_WORDS = {
    "par": "Who leaves, or her heirs, gets back what she saved, without profit.",
    "value_of_the_day": "Who leaves, or her heirs, gets what her savings are worth on the day.",
}
_EXTERNAL_WORDS = {
    "last_share_out": "The group borrows outside at most what it shared out last time.",
    "none": "How much the group borrows outside is decided at each loan.",
}
_MAJORITY_WORDS = {
    "half": "More than half of those who vote must say yes.",
    "two_thirds": "At least two thirds of those who vote must say yes.",
}
STEP_WORDS = {
    "social_fund": "social fund",
    "savings": "savings",
    "repayments": "repayments",
    "fines": "fines",
    "loans": "new loans",
    "other": "other money",
    "decisions": "decisions",
}


def _money(constitution: Constitution, minor: int) -> str:
    return str(Money(minor, constitution.currency))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _fines(constitution: Constitution) -> str:
    if not constitution.fines.lines:
        return "We have no fines."
    listed = ", ".join(f"{line.name} {_money(constitution, line.amount_minor)}" for line in constitution.fines.lines)
    return f"We pay these fines: {listed}."


def _shares(constitution: Constitution) -> str:
    return f"At each meeting a member buys from {constitution.shares_min} to {constitution.shares_max} shares."


def _loan_multiple(constitution: Constitution) -> str:
    if constitution.loan_multiple is None:
        return "A loan has no limit in relation to own savings."
    return f"A loan is at most {constitution.loan_multiple} times the borrower's own savings."


def _loan_max(constitution: Constitution) -> str:
    if constitution.loan_max_minor is None:
        return "A loan has no fixed upper limit."
    return f"A loan is at most {_money(constitution, constitution.loan_max_minor)}."


def _loan_terms(constitution: Constitution) -> str:
    terms = constitution.loan_terms_default
    if str(terms.get("rate_percent", "0")) in ("0", "0.0"):
        return "Our loans carry no interest."
    return f"Our loans cost {terms.get('rate_percent')} percent a {terms.get('rate_per', 'month')}."


def _steps(constitution: Constitution) -> str:
    return f"Our meeting goes in this order: {', '.join(STEP_WORDS[x] for x in constitution.meeting_steps)}."


_WORDS: dict[str, Callable[[Constitution], str]] = {
    "kind": lambda c: _KIND_WORDS[c.kind],
    "currency": lambda c: f"We keep our money in {c.currency}.",
    "savings_form": lambda c: _SAVINGS_WORDS[c.savings_form],
    "share_price_minor": lambda c: f"A share costs {_money(c, c.share_price_minor)} for the whole cycle.",
    "shares_min": _shares,
    "shares_max": _shares,
    "compulsory_savings_minor": lambda c: (
        f"Each member saves {_money(c, c.compulsory_savings_minor)} at each meeting, and takes it out when she leaves."
    ),
    "voluntary_savings_allowed": lambda c: (
        "A member may save more, and take that out again."
        if c.voluntary_savings_allowed
        else "There are no voluntary savings."
    ),
    "social_fund_contribution_minor": lambda c: (
        f"Each member pays {_money(c, c.social_fund_contribution_minor)} to the social fund at each meeting."
        if c.social_fund_contribution_minor
        else "We have no fixed payment to a social fund."
    ),
    "social_fund_may_lend": lambda c: (
        "The social fund may lend without interest." if c.social_fund_may_lend else "The social fund helps, not lends."
    ),
    "fines": _fines,
    "loan_multiple": _loan_multiple,
    "loan_max_minor": _loan_max,
    "loan_terms_default": _loan_terms,
    "loan_instalments_max": lambda c: f"A loan is repaid in at most {_counted(c.loan_instalments_max, 'instalment')}.",
    "guarantors_needed": lambda c: (
        f"A loan needs {_counted(c.guarantors_needed, 'guarantor')}."
        if c.guarantors_needed
        else "A loan needs no guarantor."
    ),
    "quorum_numerator": lambda c: (
        f"We decide when at least {c.quorum_numerator} of every {c.quorum_denominator} members are there."
    ),
    "quorum_denominator": lambda c: (
        f"We decide when at least {c.quorum_numerator} of every {c.quorum_denominator} members are there."
    ),
    "majority": lambda c: _MAJORITY_WORDS[c.majority],
    "meeting_steps": _steps,
    "meeting_every": lambda c: f"We meet every {c.meeting_every}.",
    "cycle_months": lambda c: f"Our cycle is {c.cycle_months} months long.",
    "share_out": lambda c: c.share_out.definition.words,
    "residue_rule": lambda c: RESIDUE_RULES[c.residue_rule],
    "exit_value": lambda c: _EXIT_WORDS[c.exit_value],
    "entry_value": lambda c: (
        "Who joins within a cycle pays the price of a share."
        if c.entry_value == "par"
        else "Who joins within a cycle pays what a share is worth on the day."
    ),
    "allocation_order": lambda c: f"A repayment is used in the order called {c.allocation_order}.",
    "external_loan_from_cycle": lambda c: f"The group may borrow outside from cycle {c.external_loan_from_cycle} on.",
    "external_loan_limit": lambda c: _EXTERNAL_WORDS[c.external_loan_limit],
    "keys_needed": lambda c: f"{c.keys_needed} different members open and close the box.",
    "keys_outside_committee": lambda c: (
        f"Of those who hold a key, {c.keys_outside_committee} or more are not on the committee."
    ),
    "counters_needed": lambda c: f"{c.counters_needed} members count the money, each by herself.",
}


def standard_words(constitution: Constitution, rule: str) -> str:
    """A rule as one plain sentence. Raises KeyError for a name that is no rule."""
    return _WORDS[rule](constitution)
