"""The share-out list: each member's savings, part of the profit, set-off and payout, with a place to sign."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import (
    Group,
    Person,
    require,
    require_amounts,
)
from egenmakt.interfaces.exports.pdf.typesetting import Content, typeset

_COLUMNS = ("savings", "profit", "claim", "set_off", "fines", "payout", "still_owed")


@dataclass(frozen=True, slots=True)
class ShareOutLine:
    """One member in the share-out."""

    member: Person
    savings_minor: int
    profit_minor: int
    payout_minor: int
    shares: int | None = None
    set_off_minor: int = 0
    """Taken from the claim to pay what the member owes on loans."""
    fines_minor: int = 0
    """Taken from the claim to pay fines."""
    still_owed_minor: int = 0
    """What the member owes after the set-off."""

    def __post_init__(self) -> None:
        require_amounts(negative_allowed=True, profit_minor=self.profit_minor)
        amounts = {field.name: getattr(self, field.name) for field in fields(self) if field.name.endswith("_minor")}
        require_amounts(**{name: minor for name, minor in amounts.items() if name != "profit_minor"})
        payout = self.claim_minor - self.set_off_minor - self.fines_minor
        require(
            payout == self.payout_minor,
            f"{self.member.name} should be paid {payout} (claim, less set-off and fines), not {self.payout_minor}.",
        )

    @property
    def claim_minor(self) -> int:
        return self.savings_minor + self.profit_minor


@dataclass(frozen=True, slots=True)
class ShareOutList:
    """The whole share-out, or what it would be if the cycle closed on that day."""

    group: Group
    on: date
    is_closed: bool
    fund_minor: int
    """The loan fund that is divided: cash and what is set off."""
    lines: tuple[ShareOutLine, ...]
    residue_minor: int = 0
    residue_rule: str = ""
    """What the constitution says about units that cannot be divided, in its words."""
    split_rule: str = ""
    """How the profit is divided, in the constitution's words."""
    blocking: tuple[str, ...] = ()
    """What must be decided before the cycle can close."""

    def __post_init__(self) -> None:
        require(bool(self.lines), "A share-out needs at least one member.")
        require_amounts(negative_allowed=True, residue_minor=self.residue_minor)
        claims = sum(line.claim_minor for line in self.lines)
        require(
            claims + self.residue_minor == self.fund_minor,
            f"The claims are {claims} and the residue {self.residue_minor}; the fund is {self.fund_minor}.",
        )
        require(not (self.is_closed and self.blocking), "A closed share-out cannot have matters that block it.")

    def total(self, column: str) -> int:
        """The sum of one column, such as "payout"."""
        return sum(getattr(line, f"{column}_minor") for line in self.lines)


def render(data: ShareOutList, *, language: str, printed_at: datetime) -> bytes:
    """The share-out list as PDF/UA-1, A4 across."""
    words = Words.of(language)
    currency = data.group.currency
    shares = [line.shares for line in data.lines]
    content: dict[str, Content] = {
        "group": data.group.content(),
        "on": words.day_in_full(data.on),
        "is_closed": data.is_closed,
        "fund": words.money(data.fund_minor, currency),
        "has_shares": any(count is not None for count in shares),
        "lines": [_line(line, currency, words) for line in data.lines],
        "totals": {
            **{column: words.amount(data.total(column), currency) for column in _COLUMNS},
            "shares": words.number(sum(count or 0 for count in shares)),
        },
        "split_rule": data.split_rule,
        "residue": _residue(data, words),
        "blocking": list(data.blocking),
    }
    key = "share_out.title_of" if data.is_closed else "share_out.simulation_title_of"
    title = words.text(key, group=data.group.name)
    return typeset(template="share_out_list", title=title, content=content, words=words, printed_at=printed_at)


def _line(line: ShareOutLine, currency: str, words: Words) -> Content:
    amounts = {column: words.amount(getattr(line, f"{column}_minor"), currency) for column in _COLUMNS}
    return {
        **line.member.content(),
        **amounts,
        "shares": "" if line.shares is None else words.number(line.shares),
        "owes": line.still_owed_minor > 0,
    }


def _residue(data: ShareOutList, words: Words) -> str:
    amount = words.money(data.residue_minor, data.group.currency)
    sentence = words.text("share_out.residue" if data.residue_minor else "share_out.no_residue", amount=amount)
    return f"{sentence} {data.residue_rule}".strip()
