"""The constitution of a group that an import forms: one that allows what its book holds."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django.utils.translation import gettext as _

from egenmakt.core.money import Money, NotAnAmount, decimals
from egenmakt.core.savings.constitution import Constitution, InvalidConstitution
from egenmakt.core.savings.templates import TEMPLATES
from egenmakt.interfaces.imports.findings import Finding
from egenmakt.interfaces.imports.plan import Plan, PlannedGroup

FINES_MAX = 50


def rules_for(*, plan: Plan, group: PlannedGroup) -> tuple[Constitution | None, list[Finding]]:
    """The rules to adopt, or why there are none.

    The mapping's template and single rules come first; the rest follows from the columns: shares need their price,
    compulsory saving the amount that occurs most, and each amount of fine that was paid is a line in the table.
    """
    defaults, currency = plan.mapping.groups, plan.currency
    template = TEMPLATES[defaults.template or "village_savings_and_loan"](currency, defaults.scale).to_json()
    document: dict[str, Any] = {**template, "kind": group.kind, "clauses": []}
    fields = {name for _file, name in plan.reading.headings}
    if not defaults.template:
        document |= _savings_form(plan, group, fields)
    if fields & {"voluntary", "withdrawal"} and "shares" not in fields:
        document["voluntary_savings_allowed"] = True
    fines = Counter(e.amount for m in group.in_order for e in m.entries if e.field == "fine_paid")
    if len(fines) > FINES_MAX:
        text = _("The book holds %(count)s different fines; at most %(most)s can stand in a table of fines.")
        remedy = _("Look whether the column holds fines.")
        return None, [Finding(group.first, text % {"count": len(fines), "most": FINES_MAX}, remedy, group=group.key)]
    document["fines"] = [*document["fines"], *_fine_lines(document, fines, currency)]
    try:
        if defaults.share_price:
            document["share_price_minor"] = Money.parse(defaults.share_price, currency).minor
        rules = Constitution.from_json({**document, **defaults.rules})
    except (InvalidConstitution, NotAnAmount) as error:
        remedy = _("Change “groups” in the mapping: template, share_price or rules.")
        return None, [Finding(group.first, str(error), remedy, group=group.key)]
    return rules, []


def _savings_form(plan: Plan, group: PlannedGroup, fields: set[str]) -> dict[str, Any]:
    if "shares" in fields:
        most = max((e.amount for m in group.in_order for e in m.entries if e.field == "shares"), default=5)
        price = 0 if not plan.mapping.groups.share_price else 1  # the price itself is read by the caller
        return {
            "savings_form": "shares",
            "share_price_minor": price,
            "shares_min": 0,
            "shares_max": max(most, 5),
            "voluntary_savings_allowed": bool(fields & {"voluntary", "withdrawal"}),
        }
    found: dict[str, Any] = {
        "savings_form": "amounts",
        "share_out": {"kind": "proportional", "parameters": {"by": "savings"}},
    }
    paid = Counter(e.amount for m in group.in_order for e in m.entries if e.field == "compulsory")
    if paid:
        found["compulsory_savings_minor"] = min(paid, key=lambda amount: (-paid[amount], amount))
    return found


def _fine_lines(document: dict[str, Any], fines: Counter[int], currency: str) -> list[dict[str, Any]]:
    there = {line["amount_minor"] for line in document["fines"]}
    names = {line["name"] for line in document["fines"]}
    lines = []
    for amount in sorted(set(fines) - there):
        name = _("fine of %(amount)s") % {"amount": f"{Money(amount, currency).major():.{decimals(currency)}f}"}
        if name not in names:
            lines.append({"name": name, "amount_minor": amount, "trigger": None})
    return cast("list[dict[str, Any]]", lines)
