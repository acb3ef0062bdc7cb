"""What each group of the programme is like, decided before anything happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from egenmakt.core.money import decimals
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.share_out_rules.common import JsonValue
from egenmakt.core.savings.templates import TEMPLATES
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import COUNTRIES, CountrySetUp

RECIPES: Final = (
    "village_savings_and_loan",
    "self_help_group",
    "farmers_group",
    "youth_group",
    "disability_group",
    "credit_cooperative",
    "rotating_pot",
    "interest_free_group",
    "credit_group",
    "network_of_groups",
)
"""The templates, and a credit group made from one of them; ten groups in a row have all ten."""

STORIES: Final[dict[int, tuple[str, ...]]] = {
    0: ("at_share_out", "stops_paying", "corrected"),
    1: ("bank", "grant", "members_change"),
    2: ("disputed", "harvest"),
    3: ("second_cycle", "outside_loan", "corrected"),
    4: ("social_loans", "members_change"),
    5: ("cut_off",),
    7: ("falling",),
    8: ("pays_late", "stops_paying", "written_off", "new_plan"),
    9: ("corrected",),
    10: ("training",),
    11: ("paper",),
    12: ("members_change", "bank", "settled"),
    13: ("second_cycle", "outside_loan"),
    14: ("rules_change", "pays_late"),
    17: ("refused", "held"),
}
"""What is sure to happen in the first groups, so that a small programme shows it too."""

COMMON_STORIES: Final[dict[str, float]] = {
    "falling": 0.10,
    "pays_late": 0.20,
    "stops_paying": 0.10,
    "written_off": 0.05,
    "members_change": 0.30,
    "bank": 0.25,
    "corrected": 0.10,
    "outside_loan": 0.30,
    "rules_change": 0.05,
}
"""What happens in the others, and how often."""

SHARING: Final = (
    "village_savings_and_loan",
    "farmers_group",
    "youth_group",
    "disability_group",
    "interest_free_group",
)
"""Recipes whose money is divided at the end of a cycle: the other funds go on, and a pot goes round every month."""
CYCLES_OF_A_FUND: Final = 3
CYCLE_MONTHS: Final = (12, 8, 12, 9, 10, 12, 9)
"""How long a cycle is, from group to group."""

DAYS: Final = {"week": 7, "fortnight": 14}
MEMBERS_MIN: Final = 5
"""Fewer could not count, keep the keys and hold the offices."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One group: where, by which rules, when it meets, and what happens in it."""

    index: int
    country: CountrySetUp
    recipe: str
    name: str
    rules: Constitution
    members: int
    stories: frozenset[str]
    meets_on: tuple[date, ...]
    member_groups: tuple[int, ...] = ()
    """In a network: the groups that are its members."""

    @property
    def formed_on(self) -> date:
        """A fortnight before the first meeting."""
        return self.meets_on[0] - timedelta(days=14)

    @property
    def cycle_ends_on(self) -> date:
        """When the first cycle is planned to end."""
        if "at_share_out" in self.stories:
            return self.meets_on[-1]
        if self.shares_out_at is not None:
            return self.meets_on[self.shares_out_at]
        # where nothing is shared out, a cycle is only a span of time to look back on
        cycles = 1 if self.recipe in SHARING else CYCLES_OF_A_FUND
        return add_months(self.meets_on[0], cycles * self.rules.cycle_months)

    @property
    def shares_out_at(self) -> int | None:
        """The meeting, from 0, after which the group shares out and its second cycle begins."""
        if "second_cycle" in self.stories:
            return len(self.meets_on) * 2 // 3
        if self.recipe not in SHARING or "at_share_out" in self.stories:
            return None
        ends_on = add_months(self.meets_on[0], self.rules.cycle_months)
        return next((place for place, on in enumerate(self.meets_on[:-2]) if on >= ends_on), None)


def add_months(day: date, months: int) -> date:
    """The same day some months later; days above 28 are taken as 28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def plan_groups(*, chance: Chance, groups: int, months: int, until: date) -> list[GroupPlan]:
    """Every group of the programme, networks after the groups that are their members.

    Args: groups, how many; months, for how long they meet; until, the last day on which anything happens.
    """
    plans = [_plan(chance, index, months, until) for index in range(groups)]
    return [*(p for p in plans if p.recipe != "network_of_groups"), *_networks(plans)]


def _networks(plans: list[GroupPlan]) -> Iterator[GroupPlan]:
    """A network takes the groups of its country; where they are too few, people found a village bank instead."""
    for plan in plans:
        if plan.recipe != "network_of_groups":
            continue
        others = [
            p.index
            for p in plans
            if p.country is plan.country and p.recipe != plan.recipe and "training" not in p.stories
        ]
        if len(others) >= MEMBERS_MIN:
            yield replace(plan, member_groups=tuple(others[:9]), members=len(others[:9]))
        else:
            rules = TEMPLATES["village_savings_and_loan"](plan.country.currency, plan.country.saving)
            yield replace(plan, recipe="village_savings_and_loan", rules=rules, members=15)


def _plan(chance: Chance, index: int, months: int, until: date) -> GroupPlan:
    country = COUNTRIES[index % len(COUNTRIES)]
    # shifted after each thirty groups, so that every country gets every recipe
    recipe = RECIPES[(index + index // 30) % len(RECIPES)]
    draw = chance.random("plan", index)
    rules = _rules(recipe, country, index)
    stories = _stories(chance, index)
    names = country.groups
    round_, place = divmod(index // len(COUNTRIES), len(names))
    name = names[place] if round_ == 0 else f"{names[place]} {round_ + 1}"
    last = until - timedelta(days=draw.randrange(DAYS.get(rules.meeting_every, 28)))
    return GroupPlan(
        index=index,
        country=country,
        recipe=recipe,
        name=f"{name} (training)" if "training" in stories else name,
        rules=rules,
        members=draw.randint(10, 14) if recipe == "rotating_pot" else draw.randint(12, 22),
        stories=stories,
        meets_on=_meeting_days(rules.meeting_every, last, 2 if "training" in stories else months),
    )


def _meeting_days(every: str, last: date, months: int) -> tuple[date, ...]:
    if every == "month":
        return tuple(add_months(last.replace(day=min(last.day, 28)), -back) for back in reversed(range(months)))
    step = DAYS[every]
    first = add_months(last, -months)
    number = max(1, (last - first).days // step)
    return tuple(last - timedelta(days=step * back) for back in reversed(range(number)))


def _stories(chance: Chance, index: int) -> frozenset[str]:
    if index in STORIES:
        return frozenset(STORIES[index])
    draw = chance.random("stories", index)
    return frozenset(story for story, often in sorted(COMMON_STORIES.items()) if draw.random() < often)


def _rules(recipe: str, country: CountrySetUp, index: int) -> Constitution:
    """The template's rules, changed a little as real groups change them."""
    template = "self_help_group" if recipe == "credit_group" else recipe
    rules = TEMPLATES[template](country.currency, country.saving)
    unit = country.saving * int(10 ** decimals(country.currency))
    if recipe == "credit_group":
        terms = {"method": "equal_instalments", "rate_percent": "1.5", "rate_per": "month"}
        rules = replace(rules, kind="credit", loan_terms_default=terms, loan_multiple=Decimal(4), guarantors_needed=1)
    if recipe == "interest_free_group":
        fee: JsonValue = {"name": "access fee", "percent": "2", "when": "disbursement"}
        rules = replace(rules, loan_terms_default={**rules.loan_terms_default, "fees": [fee]})
    if recipe == "village_savings_and_loan" and index % 3 == 1:
        terms = {"method": "equal_principal", "rate_percent": "4", "rate_per": "month"}
        rules = replace(rules, loan_terms_default=terms, residue_rule="social_fund", shares_max=4)
    if recipe == "farmers_group" and index % 2:
        terms = {"method": "bullet", "rate_percent": "3", "rate_per": "month"}
        rules = replace(rules, loan_terms_default=terms)
    if recipe == "disability_group":
        rules = replace(rules, loan_max_minor=40 * unit)
    if recipe in SHARING and recipe != "youth_group":
        rules = replace(rules, cycle_months=CYCLE_MONTHS[index % len(CYCLE_MONTHS)])
    return _worded(rules, template, country)


def _worded(rules: Constitution, template: str, country: CountrySetUp) -> Constitution:
    """The rules with clauses that say what was changed, not what the template said."""
    said = {clause.rule: clause for clause in TEMPLATES[template](country.currency, country.saving).clauses}
    plain = replace(rules, clauses=())
    return replace(
        rules, clauses=tuple(replace(clause, words=plain.clause_for(rule).words) for rule, clause in said.items())
    )
