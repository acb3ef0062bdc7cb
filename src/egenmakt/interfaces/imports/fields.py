"""The fields that a column can be: what each is, and by which headings it is recognised."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Reading = Literal["key", "text", "choice", "year", "whole", "amount", "date", "period", "yes_no"]


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table: its name in mappings, how it is read, and its words on pages."""

    name: str
    reading: Reading
    label: Promise
    entry: str = ""
    """The type of entry that an amount becomes in a meeting; "" when it becomes none by itself."""
    reasons: tuple[str, ...] = ()
    """The reasons of the transfers that it makes, by which its total is proved."""


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("group", "key", _("Group: its name or number")),
        Field("group_kind", "choice", _("Kind of group")),
        Field("formed_on", "date", _("Day the group was formed")),
        Field("member_number", "key", _("Member's number")),
        Field("member_name", "text", _("Member's name")),
        Field("sex", "choice", _("Sex")),
        Field("birth_year", "year", _("Year of birth")),
        Field("has_disability", "yes_no", _("Lives with a disability")),
        Field("phone", "text", _("Phone")),
        Field("joined_on", "date", _("Day the member joined")),
        Field("savings_goal", "amount", _("Savings goal of the member")),
        Field("held_on", "date", _("Day of the meeting")),
        Field("period", "period", _("Period, such as a quarter or month")),
        Field("attendance", "choice", _("At the roll call")),
        Field("shares", "whole", _("Shares bought (how many)"), entry="shares", reasons=("share_purchase",)),
        Field("compulsory", "amount", _("Compulsory saving"), entry="compulsory", reasons=("compulsory_saving",)),
        Field("voluntary", "amount", _("Saving of a free amount"), entry="voluntary", reasons=("voluntary_saving",)),
        Field("withdrawal", "amount", _("Savings taken out"), entry="withdrawal", reasons=("withdrawal",)),
        Field(
            "social_fund",
            "amount",
            _("Paid to the social fund"),
            entry="contribution",
            reasons=("social_fund_contribution",),
        ),
        Field("fine_paid", "amount", _("Fine paid"), entry="fine_payment", reasons=("fine_paid",)),
        Field("loan_granted", "amount", _("Loan paid out"), entry="loan", reasons=("loan_disbursed",)),
        Field("loan_instalments", "whole", _("Instalments of that loan (how many)")),
        Field(
            "loan_repaid",
            "amount",
            _("Paid on loans"),
            entry="repayment",
            reasons=("repayment_principal", "repayment_interest", "repayment_fee"),
        ),
        Field("expected_cumulative", "amount", _("Check: the member's savings after this row")),
        Field("expected_total", "amount", _("Check: the member's savings after the last row")),
    )
}

MEMBER_FIELDS = ("group", "group_kind", "formed_on", "member_number", "member_name", "sex", "birth_year",
                 "has_disability", "phone", "joined_on", "savings_goal", "expected_total")  # fmt: skip
MONEY_FIELDS = tuple(name for name, field in FIELDS.items() if field.entry)
AMOUNT_FIELDS = tuple(name for name, field in FIELDS.items() if field.reading == "amount")

_WORDS: dict[str, Any] = json.loads(files(__package__).joinpath("words.json").read_text(encoding="utf-8"))
"""Headings and words for choices in the languages in which books are kept; without accents and signs in headings."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    name: {word: choice for choice, words in choices.items() for word in words}
    for name, choices in _WORDS["choices"].items()
}
"""Words for the choices of a field; a mapping may add its own under `values`."""


def heading_key(heading: str) -> str:
    """A heading as it is compared: without accents, signs, units in brackets and difference of case."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading)
    letters = unicodedata.normalize("NFKD", bare.casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


_BY_HEADING = {heading: name for name, headings in _WORDS["headings"].items() for heading in headings}
_BY_HEADING |= {heading_key(name): name for name in FIELDS}


def proposed_field(heading: str) -> str:
    """The field that a heading names, or "" when it names none. A currency at its end does not disturb."""
    key = heading_key(heading)
    found: str = _BY_HEADING.get(key) or _BY_HEADING.get(re.sub(r" [a-z]{3}$", "", key), "")
    return found
