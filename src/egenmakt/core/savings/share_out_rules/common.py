"""What every share-out rule receives and returns, and how its parameters are described and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]
Parameters = Mapping[str, JsonValue]


class NotAShareOutRule(ValueError):
    """The rule has an unknown kind, or a parameter that is missing, unknown or impossible."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a rule sees of one member who takes part in the division."""

    shares: int
    savings_minor: int
    interest_paid_minor: int
    lot: int | None
    has_received_pot: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """What there is to divide: the members' savings and the profit on them; `money_minor` of it is at hand."""

    holdings: tuple[Holding, ...]
    profit_minor: int
    money_minor: int

    @property
    def savings_minor(self) -> int:
        """All savings of those who take part."""
        return sum(holding.savings_minor for holding in self.holdings)

    @property
    def value_minor(self) -> int:
        """Savings and profit together."""
        return self.savings_minor + self.profit_minor


@dataclass(frozen=True, slots=True)
class Division:
    """Each member's exact claim, in the order of the holdings, and what stays in the group.

    The claims may be fractions of a unit; their sum and what is kept are whole, and together they are the pool.
    """

    claims: tuple[Fraction, ...]
    kept_minor: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a rule: its name, its kind and what it is when nobody says."""

    name: str
    kind: Literal["percent", "choice", "yes_no", "brackets"]
    default: JsonValue = None
    choices: tuple[str, ...] = ()

    def check(self, value: JsonValue) -> None:
        """Raise NotAShareOutRule for a value that this parameter cannot have."""
        if self.kind == "percent":
            read_percent(self.name, value)
        elif self.kind == "yes_no" and not isinstance(value, bool):
            raise NotAShareOutRule(f"{self.name} is {value!r}; write true or false.")
        elif self.kind == "choice" and value not in self.choices:
            raise NotAShareOutRule(f"{self.name} is {value!r}; choose one of: {', '.join(self.choices)}.")
        elif self.kind == "brackets":
            read_brackets(self.name, value)


@dataclass(frozen=True, slots=True)
class ShareOutKind:
    """One kind of share-out: its name, whether it empties the loan fund, its parameters and its arithmetic."""

    name: str
    words: str
    closes_fund: bool
    parameters: tuple[Parameter, ...]
    divide: Callable[[Pool, Parameters], Division]


BY = Parameter("by", "choice", "shares", ("shares", "savings"))
"""Whether shares or saved money weigh."""
SHARES_RETAINED = Parameter("shares_retained", "yes_no", True)
"""Whether profit kept from earlier cycles is divided too; a loss from them always is."""
SHARES_GRANTS = Parameter("shares_grants", "yes_no", False)
"""Whether grants to the group are divided too."""
CLOSING: tuple[Parameter, ...] = (SHARES_RETAINED, SHARES_GRANTS)


def read_percent(name: str, value: JsonValue) -> Fraction:
    """A percentage from 0 to 100 as an exact fraction of one hundred; text such as "33.5" or a whole number."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,12})?", text) or Fraction(text) > 100:
        raise NotAShareOutRule(f'{name} is {value!r}; write a percentage from 0 to 100, such as 60 or "33.5".')
    return Fraction(text)


@dataclass(frozen=True, slots=True)
class Bracket:
    """From how much (in shares or minor units), up to where (exclusive, None for no end), how many parts of profit."""

    start: int
    end: int | None
    parts: int


def read_brackets(name: str, value: JsonValue) -> tuple[Bracket, ...]:
    """Brackets that begin at 0, follow each other without hole or overlap, and end without limit."""
    example = f'{name} must look like [{{"from": 0, "to": 50, "parts": 1}}, {{"from": 50, "to": null, "parts": 2}}].'
    if not isinstance(value, list) or not value:
        raise NotAShareOutRule(f"{name} is {value!r}; {example}")
    brackets = []
    reached: int | None = 0
    for item in value:
        if not isinstance(item, dict) or set(item) != {"from", "to", "parts"}:
            raise NotAShareOutRule(f"{item!r} is not a bracket; {example}")
        start, end, parts = item["from"], item["to"], item["parts"]
        if not _is_count(start) or not (end is None or _is_count(end)) or not _is_count(parts):
            raise NotAShareOutRule(f"{item!r} is not a bracket of whole numbers; {example}")
        if start != reached:
            raise NotAShareOutRule(f"A bracket of {name} begins at {start} where {reached} was to follow; {example}")
        if isinstance(end, int) and isinstance(start, int) and end <= start:
            raise NotAShareOutRule(f"A bracket of {name} ends at {end}, not above its start {start}; {example}")
        brackets.append(Bracket(_count(start), None if end is None else _count(end), _count(parts)))
        reached = brackets[-1].end
    if reached is not None:
        raise NotAShareOutRule(f"The last bracket of {name} ends at {reached}; write null so that nobody is left out.")
    return tuple(brackets)


def _is_count(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _count(value: JsonValue) -> int:
    assert isinstance(value, int)
    return value


def weights_by(pool: Pool, by: JsonValue) -> list[int]:
    """Each member's weight: shares, or saved money."""
    return [holding.shares if by == "shares" else holding.savings_minor for holding in pool.holdings]


def in_proportion(amount: int | Fraction, weights: Sequence[int]) -> list[Fraction] | None:
    """An amount divided exactly by weights, or None when all of them are zero."""
    total = sum(weights)
    if total == 0:
        return None
    return [Fraction(amount) * weight / total for weight in weights]


def savings_and(pool: Pool, parts: Sequence[Fraction]) -> Division:
    """Everybody's savings back with a part of the profit: nothing is kept."""
    claims = tuple(holding.savings_minor + part for holding, part in zip(pool.holdings, parts, strict=True))
    return Division(claims, 0)


def all_kept(pool: Pool) -> Division:
    """Nobody gets anything: all stays in the group."""
    return Division((Fraction(0),) * len(pool.holdings), pool.value_minor)
