"""Ready-made constitutions to start from: each kind of group with rules that work, in words that can be changed.

Each takes a currency and a scale: what one small saving is in major units, such as 100 for KES or 10 for INR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from egenmakt.core.money import decimals
from egenmakt.core.savings.checks import whole_number
from egenmakt.core.savings.constitution import RULES, Clause, Constitution
from egenmakt.core.savings.fines import FineLine, FineTable
from egenmakt.core.savings.share_out_rule import ShareOutRule

LEFT_OUT_OF_CLAUSES = ("quorum_denominator", "currency", "allocation_order")
"""Rules that another clause says, or that nobody votes on in words."""


def _unit_minor(currency: str, scale: int) -> int:
    """One small saving in minor units."""
    return whole_number(field="scale", value=scale, minimum=1) * int(10 ** decimals(currency))


def _fines(unit: int) -> FineTable:
    small = max(1, unit // 5)
    return FineTable(
        (
            FineLine("late", small, "late"),
            FineLine("absent without a word", max(1, unit // 2), "absent"),
            FineLine("rule forgotten", small),
        )
    )


def spoken_rules(constitution: Constitution) -> list[str]:
    """The rules that a group says in words: those that apply to it."""
    silent = {*LEFT_OUT_OF_CLAUSES}
    if constitution.savings_form != "shares":
        silent |= {"share_price_minor", "shares_min", "shares_max"}
    if constitution.savings_form != "amounts":
        silent |= {"compulsory_savings_minor"}
    return [rule for rule in RULES if rule not in silent]


def _with_clauses(constitution: Constitution) -> Constitution:
    """The constitution with a numbered clause for each rule that applies to it."""
    clauses = [
        Clause(str(number), rule, constitution.clause_for(rule).words)
        for number, rule in enumerate(spoken_rules(constitution), start=1)
    ]
    return replace(constitution, clauses=tuple(clauses))


def village_savings_and_loan(currency: str, scale: int) -> Constitution:
    """A village savings and loan association: shares, a yearly share-out, a social fund. Source: vsla.net."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="savings",
            currency=currency,
            savings_form="shares",
            share_price_minor=unit,
            social_fund_contribution_minor=max(1, unit // 5),
            fines=_fines(unit),
            loan_multiple=Decimal(3),
            loan_terms_default={"method": "flat", "rate_percent": "5", "rate_per": "month"},
            loan_instalments_max=3,
        )
    )


def self_help_group(currency: str, scale: int) -> Constitution:
    """An Indian self-help group: equal thrift, a permanent fund, no share-out. Source: RBI and NABARD practice."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="self_help",
            currency=currency,
            savings_form="amounts",
            compulsory_savings_minor=unit,
            voluntary_savings_allowed=True,
            fines=_fines(unit),
            loan_multiple=None,
            loan_terms_default={"method": "equal_principal", "rate_percent": "2", "rate_per": "month"},
            loan_instalments_max=12,
            majority="two_thirds",
            meeting_every="week",
            share_out=ShareOutRule("no_share_out"),
            exit_value="value_of_the_day",
            external_loan_from_cycle=1,
            external_loan_limit="none",
        )
    )


def credit_cooperative(currency: str, scale: int) -> Constitution:
    """A credit co-operative: permanent shares, a reserve, then a dividend with a rebate to borrowers."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="cooperative",
            currency=currency,
            savings_form="shares",
            share_price_minor=10 * unit,
            shares_min=0,
            shares_max=100,
            voluntary_savings_allowed=True,
            loan_multiple=Decimal(3),
            loan_terms_default={"method": "equal_instalments", "rate_percent": "12", "rate_per": "year"},
            loan_instalments_max=36,
            guarantors_needed=2,
            meeting_every="month",
            share_out=ShareOutRule("permanent_fund", {"dividend_percent": 70, "patronage_percent": 40}),
            external_loan_limit="none",
        )
    )


def rotating_pot(currency: str, scale: int) -> Constitution:
    """A rotating savings association: the whole pot to one member at each meeting, in the order of the lots."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="savings",
            currency=currency,
            savings_form="amounts",
            compulsory_savings_minor=unit,
            fines=_fines(unit),
            loan_multiple=Decimal(0),
            loan_terms_default={"method": "flat", "rate_percent": "0", "rate_per": "month"},
            loan_instalments_max=1,
            meeting_steps=("social_fund", "savings", "fines", "other", "decisions"),
            meeting_every="month",
            share_out=ShareOutRule("rotating_pot"),
            residue_rule="lot",
        )
    )


def youth_group(currency: str, scale: int) -> Constitution:
    """A group of young people: small shares, a short cycle, the profit equally."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="youth",
            currency=currency,
            savings_form="shares",
            share_price_minor=max(1, unit // 2),
            social_fund_contribution_minor=max(1, unit // 10),
            fines=FineTable((FineLine("late", max(1, unit // 10), "late"),)),
            loan_multiple=Decimal(2),
            loan_terms_default={"method": "flat", "rate_percent": "3", "rate_per": "month"},
            loan_instalments_max=3,
            meeting_every="fortnight",
            cycle_months=9,
            share_out=ShareOutRule("profit_equally"),
        )
    )


def farmers_group(currency: str, scale: int) -> Constitution:
    """A group of farmers: loans until the harvest, part of the profit to those who borrowed."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="farmers",
            currency=currency,
            savings_form="shares",
            share_price_minor=2 * unit,
            shares_max=10,
            social_fund_contribution_minor=max(1, unit // 5),
            fines=_fines(unit),
            loan_multiple=Decimal(4),
            loan_terms_default={"method": "flat", "rate_percent": "3", "rate_per": "month"},
            loan_instalments_max=6,
            guarantors_needed=1,
            meeting_every="fortnight",
            share_out=ShareOutRule("savings_and_borrowing", {"savings_percent": 60}),
            entry_value="value_of_the_day",
            exit_value="value_of_the_day",
        )
    )


def disability_group(currency: str, scale: int) -> Constitution:
    """A group of persons with disabilities: no fine for coming late, a social fund that may lend."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="disability",
            currency=currency,
            savings_form="shares",
            share_price_minor=max(1, unit // 2),
            shares_min=0,
            social_fund_contribution_minor=max(1, unit // 5),
            social_fund_may_lend=True,
            fines=FineTable((FineLine("rule forgotten", max(1, unit // 10)),)),
            loan_terms_default={"method": "flat", "rate_percent": "2", "rate_per": "month"},
            loan_instalments_max=6,
            meeting_every="fortnight",
        )
    )


def interest_free_group(currency: str, scale: int) -> Constitution:
    """A group that takes no interest: loans with no charge, savings back in full.

    Source: interest-free lending of Hand in Hand Afghanistan; an access fee may be added to the loan's terms.
    """
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="savings",
            currency=currency,
            savings_form="shares",
            share_price_minor=unit,
            social_fund_contribution_minor=max(1, unit // 2),
            fines=FineTable(),
            loan_terms_default={"method": "interest_free", "rate_percent": "0", "rate_per": "month"},
            loan_instalments_max=6,
            residue_rule="social_fund",
        )
    )


def network_of_groups(currency: str, scale: int) -> Constitution:
    """A network whose members are groups: monthly, larger shares, a permanent fund that lends to groups."""
    unit = _unit_minor(currency, scale)
    return _with_clauses(
        Constitution(
            kind="network",
            currency=currency,
            savings_form="shares",
            share_price_minor=50 * unit,
            shares_max=20,
            loan_multiple=Decimal(4),
            loan_terms_default={"method": "equal_principal", "rate_percent": "1", "rate_per": "month"},
            loan_instalments_max=12,
            majority="two_thirds",
            meeting_every="month",
            share_out=ShareOutRule("permanent_fund", {"dividend_percent": 50}),
            external_loan_limit="none",
            exit_value="value_of_the_day",
            entry_value="value_of_the_day",
        )
    )


TEMPLATES: Mapping[str, Callable[[str, int], Constitution]] = {
    "village_savings_and_loan": village_savings_and_loan,
    "self_help_group": self_help_group,
    "credit_cooperative": credit_cooperative,
    "rotating_pot": rotating_pot,
    "youth_group": youth_group,
    "farmers_group": farmers_group,
    "disability_group": disability_group,
    "interest_free_group": interest_free_group,
    "network_of_groups": network_of_groups,
}
"""Every template by name."""
