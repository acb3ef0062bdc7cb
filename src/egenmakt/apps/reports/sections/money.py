"""What the groups did with their own money, currency by currency: amounts of two currencies are never added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, empty, value_of
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words, said
from egenmakt.core.evidence.blocks import Block, Cell, Column, Table
from egenmakt.core.evidence.claims.outline import Section

AMOUNTS: Final = (
    ("savings", "savings", "money"),
    ("loans-granted", "loans_granted", "money"),
    ("loans-repaid", "loans_repaid", "money"),
    ("loans-outstanding", "loans_outstanding", "money"),
    ("at-risk", "portfolio_at_risk", "share"),
    ("shared-out", "share_out", "money"),
)
"""Beginning of the claim's code, indicator, kind."""
CAPTION: Final[Words] = {
    "en": "Savings and loans of the groups, by currency",
    "sv": "Gruppernas sparande och lån, efter valuta",
}
HEADS: Final[tuple[Words, ...]] = (
    {"en": "What", "sv": "Vad"},
    {"en": "Amount", "sv": "Belopp"},
)
NO_MONEY: Final[Words] = {
    "en": "No savings and no loans are registered in this period.",
    "sv": "Inget sparande och inga lån är registrerade under perioden.",
}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """For each currency: saved, lent, repaid, outstanding, at risk (CGAP), shared out; only what there is."""
    return [
        ask(setting, f"{code}-{currency.lower()}", indicator, kind=kind, currency=currency)
        for currency in setting.values("money", "currency")
        for code, indicator, kind in AMOUNTS
        if setting.counts(indicator, currency=currency)
    ]


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """One table, currency by currency: a row for each amount, so that it can be read on a phone as well."""
    currencies = sorted({code.rsplit("-", 1)[1] for code in drawn.claims if code.startswith("savings-")})
    rows = [
        (Cell(f"{said(claim.statement, drawn.language)}, {currency.upper()}"), Cell(value_of(drawn, claim), claim.code))
        for currency in currencies
        for code, _indicator, _kind in AMOUNTS
        if (claim := drawn.claims.get(f"{code}-{currency}")) is not None
    ]
    if not rows:
        return empty(drawn, NO_MONEY)
    what, amount = (said(words, drawn.language) for words in HEADS)
    heads = (Column(what), Column(amount, is_number=True))
    return [Table(said(CAPTION, drawn.language), heads, tuple(rows))]
