"""A share-out without a database: JSON in, JSON out, as in spec/share-out-calculation.schema.json."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from egenmakt.core.money import UnknownCurrency, decimals
from egenmakt.core.savings.checks import one_of
from egenmakt.core.savings.positions import Debt, GroupPosition, MemberPosition, NotAPosition
from egenmakt.core.savings.residue import RESIDUE_RULES, ResidueRule
from egenmakt.core.savings.share_out import EXIT_VALUES, ExitValue, simulate_share_out
from egenmakt.core.savings.share_out_result import ShareOut, ShareOutLine
from egenmakt.core.savings.share_out_rule import ShareOutRule
from egenmakt.core.savings.share_out_rules.common import JsonValue

Document = dict[str, JsonValue]

_TOP = ("currency", "rule", "residue_rule", "exit_value", "group")
_GROUP = (
    "members",
    "loan_fund_cash_minor",
    "bank_minor",
    "profit_minor",
    "retained_minor",
    "external_debt_minor",
    "grants_minor",
    "social_fund_minor",
    "payable_minor",
)
_MEMBER = (
    "member",
    "shares",
    "savings_minor",
    "voluntary_minor",
    "fines_due_minor",
    "interest_paid_minor",
    "debts",
    "status",
    "lot",
    "has_received_pot",
    "claim_decision",
)
_DEBT = ("loan", "principal_minor", "interest_due_minor", "decision")


class InvalidCalculation(ValueError):
    """The document cannot be calculated: a field is missing, unknown or impossible."""


def calculate_share_out(document: Mapping[str, object]) -> Document:
    """Calculate a share-out from a JSON document.

    Args: a document as in spec/share-out-calculation.schema.json, amounts in minor units. A group without
    `profit_minor` has the profit that makes its sheet balance; one with it must balance.
    Returns: a document of the same schema: lines, residue, totals, value of a share, what is undecided, what blocks.
    Raises: InvalidCalculation, with a sentence; UnbalancedGroup, with the difference; NotAShareOutRule.
    """
    top = _fields(document, "the document", _TOP, needed=("currency", "rule", "group"))
    currency = top["currency"]
    try:
        decimals(str(currency))
    except UnknownCurrency as problem:
        raise InvalidCalculation(str(problem)) from None
    rule = ShareOutRule.from_json(top["rule"])
    group = _read_group(top["group"])
    residue_rule = _word(top, "residue_rule", "largest_remainder", tuple(RESIDUE_RULES))
    exit_value = _word(top, "exit_value", "par", EXIT_VALUES)
    share_out = simulate_share_out(
        rule=rule,
        residue_rule=cast(ResidueRule, residue_rule),
        group=group,
        exit_value=cast(ExitValue, exit_value),
    )
    return {"currency": str(currency), "rule": rule.to_json(), **share_out_to_json(share_out)}


def _fields(value: object, what: str, known: Collection[str], needed: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidCalculation(f"{what} is {value!r}; write an object with named fields.")
    strange = [name for name in value if name not in known]
    if strange:
        raise InvalidCalculation(f"{what} has the field {strange[0]}; it may have: {', '.join(known)}.")
    missing = [name for name in needed if name not in value]
    if missing:
        raise InvalidCalculation(f"{what} lacks the field {missing[0]}; add it.")
    return dict(value)


def _word(top: Mapping[str, object], name: str, default: str, choices: tuple[str, ...]) -> str:
    try:
        return one_of(field=name, value=top.get(name, default), choices=choices)
    except ValueError as problem:
        raise InvalidCalculation(str(problem)) from None


def _items(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise InvalidCalculation(f"{what} is {value!r}; write a list.")
    return value


def _read_group(value: object) -> GroupPosition:
    group = _fields(value, "the group", _GROUP, needed=("members", "loan_fund_cash_minor"))
    group["members"] = tuple(_read_member(item) for item in _items(group["members"], "members"))
    profit = group.pop("profit_minor", None)
    try:
        if profit is not None:
            return GroupPosition(profit_minor=profit, **group)
        unknown = GroupPosition(**group)
        return GroupPosition(profit_minor=unknown.difference_minor, **group)
    except NotAPosition as problem:
        raise InvalidCalculation(str(problem)) from None


def _read_member(value: object) -> MemberPosition:
    member = _fields(value, "a member", _MEMBER, needed=("member",))
    if not isinstance(member["member"], str) or not member["member"]:
        raise InvalidCalculation(f"A member is called {member['member']!r}; write a name or id as text.")
    if not isinstance(member.get("has_received_pot", False), bool):
        raise InvalidCalculation(f"has_received_pot of {member['member']} must be true or false.")
    member["debts"] = tuple(_read_debt(item) for item in _items(member.get("debts", []), "debts"))
    try:
        return MemberPosition(**member)
    except NotAPosition as problem:
        raise InvalidCalculation(str(problem)) from None


def _read_debt(value: object) -> Debt:
    debt = _fields(value, "a debt", _DEBT, needed=("loan", "principal_minor"))
    if not isinstance(debt["loan"], str) or not debt["loan"]:
        raise InvalidCalculation(f"A loan is called {debt['loan']!r}; write a name or id as text.")
    try:
        return Debt(**debt)
    except NotAPosition as problem:
        raise InvalidCalculation(str(problem)) from None


def share_out_to_json(share_out: ShareOut) -> Document:
    """A share-out as JSON: whole minor units, the value of a share as an exact fraction in text."""
    residue, totals, value = share_out.residue, share_out.totals, share_out.value_per_share
    names = list(type(totals).__dataclass_fields__)
    return {
        "lines": [_line(line) for line in share_out.lines],
        "residue": {
            "rule": residue.rule,
            "amount_minor": residue.amount_minor,
            "given_to": [str(member) for member in residue.given_to],
            "to_social_fund_minor": residue.to_social_fund_minor,
            "undrawn_minor": residue.undrawn_minor,
            "kept_minor": residue.kept_minor,
        },
        "totals": {name: getattr(totals, name) for name in names},
        "value_per_share": None if value is None else str(value),
        "undecided": [
            {"member": str(x.member), "loan": str(x.loan), "left_minor": x.left_minor} for x in share_out.undecided
        ],
        "negative_claims": [
            {
                "member": str(x.member),
                "claim_minor": x.claim_minor,
                "owed_minor": x.owed_minor,
                "net_minor": x.net_minor,
                "decision": x.decision,
            }
            for x in share_out.negative_claims
        ],
        "shortage_minor": share_out.shortage_minor,
        "blocks": [
            {
                "code": x.code,
                "sentence": x.sentence,
                "amount_minor": x.amount_minor,
                "member": None if x.member is None else str(x.member),
                "loan": None if x.loan is None else str(x.loan),
            }
            for x in share_out.blocks
        ],
        "may_close": share_out.may_close,
    }


def _line(line: ShareOutLine) -> Document:
    return {
        "member": str(line.member),
        "status": line.status,
        "pay_to": line.pay_to,
        "savings_back_minor": line.savings_back_minor,
        "voluntary_back_minor": line.voluntary_back_minor,
        "profit_part_minor": line.profit_part_minor,
        "claim_minor": line.claim_minor,
        "set_off_interest_minor": line.set_off_interest_minor,
        "set_off_principal_minor": line.set_off_principal_minor,
        "set_off_minor": line.set_off_minor,
        "fines_deducted_minor": line.fines_deducted_minor,
        "payout_minor": line.payout_minor,
        "paid_now_minor": line.paid_now_minor,
        "payable_minor": line.payable_minor,
        "written_off_minor": line.written_off_minor,
        "still_owed_minor": line.still_owed_minor,
        "fines_still_due_minor": line.fines_still_due_minor,
        "debts": [
            {
                "loan": str(debt.loan),
                "decision": debt.decision,
                "interest_set_off_minor": debt.interest_set_off_minor,
                "principal_set_off_minor": debt.principal_set_off_minor,
                "interest_forgiven_minor": debt.interest_forgiven_minor,
                "written_off_minor": debt.written_off_minor,
                "interest_left_minor": debt.interest_left_minor,
                "principal_left_minor": debt.principal_left_minor,
            }
            for debt in line.debts
        ],
    }
