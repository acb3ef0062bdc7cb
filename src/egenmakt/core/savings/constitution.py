"""A group's constitution: every rule it has voted, as one value, with the group's own words for each rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from egenmakt.core.savings.constitution_checks import (
    EXTERNAL_LOAN_LIMITS,
    KINDS,
    MAJORITIES,
    MEETING_EVERY,
    SAVINGS_FORMS,
    STEPS,
    ExternalLoanLimit,
    FieldError,
    Kind,
    Majority,
    MeetingEvery,
    SavingsForm,
    collect,
    errors_of,
)
from egenmakt.core.savings.constitution_reading import read_value
from egenmakt.core.savings.constitution_words import standard_words
from egenmakt.core.savings.fines import FineTable
from egenmakt.core.savings.residue import ResidueRule
from egenmakt.core.savings.share_out import ExitValue
from egenmakt.core.savings.share_out_rule import ShareOutRule
from egenmakt.core.savings.share_out_rules.common import JsonValue

MID_CYCLE_FROZEN: tuple[str, ...] = (
    "currency",
    "savings_form",
    "share_price_minor",
    "cycle_months",
    "share_out",
    "residue_rule",
    "exit_value",
    "entry_value",
)
"""What may not change within a cycle: members have saved on the strength of it."""


class InvalidConstitution(ValueError):
    """Some rules of the constitution cannot be; `errors` has each field with a sentence."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(" ".join(message for _, message in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule in the group's words: its number, the field of the constitution it puts into words, and the words."""

    number: str
    rule: str
    words: str


def _default_loan_terms() -> dict[str, JsonValue]:
    return {"method": "flat", "rate_percent": "5", "rate_per": "month"}


@dataclass(frozen=True, slots=True)
class Constitution:
    """Everything that a group votes on. Amounts are minor units of its currency."""

    kind: Kind
    currency: str
    savings_form: SavingsForm = "shares"
    share_price_minor: int = 0
    shares_min: int = 1
    shares_max: int = 5
    compulsory_savings_minor: int = 0
    voluntary_savings_allowed: bool = False
    social_fund_contribution_minor: int = 0
    social_fund_may_lend: bool = False
    fines: FineTable = field(default_factory=FineTable)
    loan_multiple: Decimal | None = Decimal(3)
    """The largest loan as a multiple of own savings; None is without limit."""
    loan_max_minor: int | None = None
    loan_terms_default: Mapping[str, JsonValue] = field(default_factory=_default_loan_terms)
    loan_instalments_max: int = 3
    guarantors_needed: int = 0
    quorum_numerator: int = 2
    quorum_denominator: int = 3
    """A meeting can decide when this part of the active members is there."""
    majority: Majority = "half"
    meeting_steps: tuple[str, ...] = STEPS
    meeting_every: MeetingEvery = "week"
    cycle_months: int = 12
    share_out: ShareOutRule = field(default_factory=lambda: ShareOutRule("proportional"))
    residue_rule: ResidueRule = "largest_remainder"
    exit_value: ExitValue = "par"
    entry_value: ExitValue = "par"
    allocation_order: str = "sa_dhan"
    """The name of an order of allocation of core/lending."""
    external_loan_from_cycle: int = 2
    external_loan_limit: ExternalLoanLimit = "last_share_out"
    keys_needed: int = 3
    keys_outside_committee: int = 1
    counters_needed: int = 2
    clauses: tuple[Clause, ...] = ()

    def __post_init__(self) -> None:
        errors = errors_of(self)
        if errors:
            raise InvalidConstitution(errors)

    def clause_for(self, rule: str) -> Clause:
        """The clause that puts a rule into words: the group's own, or plain words made from the rule itself.

        Raises: ValueError for a name that is not a rule of the constitution.
        """
        if rule not in RULES:
            raise ValueError(f"There is no rule called {rule!r} in a constitution.")
        for clause in self.clauses:
            if clause.rule == rule:
                return clause
        return Clause("", rule, standard_words(self, rule))

    def quote(self, rule: str) -> str:
        """A clause as it is quoted when something is refused: its number, if it has one, and its words."""
        clause = self.clause_for(rule)
        return f"Clause {clause.number}: {clause.words}" if clause.number else clause.words

    @property
    def weighs_by(self) -> Literal["shares", "savings"]:
        """What a member's part of the fund is measured by."""
        return "shares" if self.savings_form == "shares" else "savings"

    def to_json(self) -> dict[str, JsonValue]:
        """The constitution as JSON, which `from_json` reads back as an equal value."""
        document: dict[str, JsonValue] = {name: getattr(self, name) for name in RULES}
        document["fines"] = [
            {"name": line.name, "amount_minor": line.amount_minor, "trigger": line.trigger} for line in self.fines.lines
        ]
        document["loan_multiple"] = None if self.loan_multiple is None else str(self.loan_multiple)
        document["loan_terms_default"] = dict(self.loan_terms_default)
        document["meeting_steps"] = list(self.meeting_steps)
        document["share_out"] = self.share_out.to_json()
        document["clauses"] = [{"number": x.number, "rule": x.rule, "words": x.words} for x in self.clauses]
        return document

    @classmethod
    def from_json(cls, document: object) -> Constitution:
        """Read a constitution from JSON. Raises: InvalidConstitution, with every field that is wrong."""
        values, errors = _read_fields(document)
        if errors:
            raise InvalidConstitution(errors)
        return cls(**values)


RULES: tuple[str, ...] = tuple(item.name for item in fields(Constitution) if item.name != "clauses")
"""The names of all rules."""

_NEEDED = ("kind", "currency", "share_out", "residue_rule")


def _read_fields(document: object) -> tuple[dict[str, Any], list[FieldError]]:
    if not isinstance(document, dict):
        return {}, [("", f"The constitution is {document!r}; write an object with named rules.")]
    errors: list[FieldError] = [
        (str(name), f"{name} is not a rule of a constitution; leave it out.")
        for name in document
        if name not in RULES and name != "clauses"
    ]
    errors += [(name, f"{name} is missing; the group must decide it.") for name in _NEEDED if name not in document]
    values: dict[str, Any] = {}
    for name in RULES:
        if name in document:
            collect(errors, name, partial(_read_into, values, name, document[name]))
    if "clauses" in document:
        collect(errors, "clauses", partial(_read_into, values, "clauses", document["clauses"]))
    return values, errors


def _read_into(values: dict[str, Any], name: str, value: object) -> None:
    values[name] = _read_clauses(value) if name == "clauses" else read_value(name, value)


def _read_clauses(value: object) -> tuple[Clause, ...]:
    example = 'clauses must look like [{"number": "1", "rule": "share_price_minor", "words": "A share costs 10."}].'
    if not isinstance(value, list):
        raise ValueError(f"clauses is {value!r}; {example}")
    clauses = []
    for item in value:
        is_object = isinstance(item, dict) and set(item) == {"number", "rule", "words"}
        if not is_object or not all(isinstance(part, str) for part in item.values()):
            raise ValueError(f"{item!r} is not a clause; {example}")
        clauses.append(Clause(**item))
    return tuple(clauses)


def changes(old: Constitution, new: Constitution) -> list[tuple[str, object, object]]:
    """What differs between two constitutions: each field with its old and its new value, in their order."""
    return [
        (item.name, getattr(old, item.name), getattr(new, item.name))
        for item in fields(Constitution)
        if getattr(old, item.name) != getattr(new, item.name)
    ]


class FrozenInMidCycle(ValueError):
    """A rule cannot change before the cycle ends; `refusals` has each field with the clause as it stands."""

    def __init__(self, refusals: list[FieldError]) -> None:
        super().__init__(" ".join(message for _, message in refusals))
        self.refusals = refusals


def check_change(*, old: Constitution, new: Constitution, is_cycle_open: bool) -> list[tuple[str, object, object]]:
    """What would change, if it may change now.

    Raises: FrozenInMidCycle, quoting the clause of each rule that stands until the share-out.
    """
    changed = changes(old, new)
    if is_cycle_open:
        refusals = [
            (name, f"{name} cannot change before the cycle ends. {old.quote(name)}")
            for name, _, _ in changed
            if name in MID_CYCLE_FROZEN
        ]
        if refusals:
            raise FrozenInMidCycle(refusals)
    return changed


__all__ = [
    "EXTERNAL_LOAN_LIMITS",
    "KINDS",
    "MAJORITIES",
    "MEETING_EVERY",
    "MID_CYCLE_FROZEN",
    "RULES",
    "SAVINGS_FORMS",
    "STEPS",
    "Clause",
    "Constitution",
    "FrozenInMidCycle",
    "InvalidConstitution",
    "changes",
    "check_change",
]
