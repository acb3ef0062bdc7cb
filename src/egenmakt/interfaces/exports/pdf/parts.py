"""Parts that many papers share: the group, its people, the code, and the checks that refuse a paper that is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from egenmakt.core.ledger.chain import read_code
from egenmakt.core.money import MINOR_MAX, decimals
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.typesetting import Content

_NO_BREAK_SPACE = "\u00a0"


class NotPrintable(ValueError):
    """The data contradict themselves or lack something, so a paper made from them would mislead."""


def require(condition: bool, sentence: str) -> None:
    """Raise NotPrintable with the sentence unless the condition holds."""
    if not condition:
        raise NotPrintable(sentence)


def require_text(value: str, field: str) -> None:
    require(bool(value.strip()), f"{field} is empty; paper needs a name or a sentence there.")


def require_amounts(*, negative_allowed: bool = False, **amounts: int) -> None:
    """Each amount is a whole number of minor units, and not below zero unless that is allowed."""
    for field, minor in amounts.items():
        whole = isinstance(minor, int) and not isinstance(minor, bool) and abs(minor) <= MINOR_MAX
        require(whole, f"{field} is {minor!r}; amounts are whole minor units.")
        require(negative_allowed or minor >= 0, f"{field} is {minor}; it cannot be below zero.")


@dataclass(frozen=True, slots=True)
class Group:
    """The group whose paper it is, and the currency of every amount on it."""

    name: str
    currency: str
    place: str = ""

    def __post_init__(self) -> None:
        require_text(self.name, "The group's name")
        decimals(self.currency)

    def content(self) -> dict[str, Content]:
        return {"name": self.name, "currency": self.currency, "place": self.place}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on paper: a name, the number in the group and, if it matters there, a role."""

    name: str
    number: str = ""
    role: str = ""

    def __post_init__(self) -> None:
        require_text(self.name, "A person's name")

    def content(self) -> dict[str, Content]:
        return {"name": self.name, "number": self.number, "role": self.role}


@dataclass(frozen=True, slots=True)
class Vote:
    """How the group voted, and how many votes its constitution asks for."""

    votes_for: int
    votes_against: int
    votes_abstaining: int
    quorum: int

    def __post_init__(self) -> None:
        counts = (self.votes_for, self.votes_against, self.votes_abstaining, self.quorum)
        require(all(count >= 0 for count in counts), f"A vote cannot count below zero: {counts}.")

    @property
    def votes_cast(self) -> int:
        return self.votes_for + self.votes_against + self.votes_abstaining

    def content(self, words: Words) -> dict[str, Content]:
        reached = self.votes_cast >= self.quorum
        numbers = {"cast": words.number(self.votes_cast), "quorum": words.number(self.quorum)}
        return {
            "counts": words.text(
                "vote.counts",
                votes_for=words.number(self.votes_for),
                against=words.number(self.votes_against),
                abstaining=words.number(self.votes_abstaining),
            ),
            "quorum": words.text("vote.quorum_reached" if reached else "vote.quorum_missed", **numbers),
            "reached": reached,
        }


def shown_code(code: str) -> str:
    """A meeting code in two halves, as it is read aloud: K7M4 9QXA. Raises: NotAMeetingCode."""
    proper = read_code(code)
    return f"{proper[:4]}{_NO_BREAK_SPACE}{proper[4:]}"


LINES_MAX = 200


@dataclass(frozen=True, slots=True)
class BlankList:
    """What is printed beforehand on a form with a line for each member; what is left out is a line to write on."""

    group_name: str = ""
    currency: str = ""
    members: tuple[Person, ...] = ()
    empty_lines: int = 0
    """Lines without a name, after those with one."""

    def __post_init__(self) -> None:
        lines = len(self.members) + self.empty_lines
        require(0 < lines <= LINES_MAX, f"A form for {lines} members cannot be printed; ask for 1 to {LINES_MAX}.")
        require(self.empty_lines >= 0, f"empty_lines is {self.empty_lines}; it cannot be below zero.")

    def content(self, words: Words) -> dict[str, Content]:
        rows: list[Content] = [
            {"name": person.name, "number": person.number or words.number(index)}
            for index, person in enumerate(self.members, start=1)
        ]
        rows += [{"name": "", "number": words.number(len(rows) + index)} for index in range(1, self.empty_lines + 1)]
        return {"group": {"name": self.group_name, "currency": self.currency, "place": ""}, "rows": rows}
