"""What a group decided about loans on the way, in the words of its printed minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from egenmakt.apps.groups.queries.minutes import ToldEntry
from egenmakt.interfaces.exports.pdf.labels import Words


def loan_decision(entry: ToldEntry, *, borrower: str, currency: str, words: Words) -> str:
    """The decision of an entry about a loan, in a sentence."""
    amount = entry.fields.get("amount") or sum(transfer.amount_minor for transfer in entry.made)
    terms = entry.fields.get("terms") or {}
    values = {
        "who": borrower,
        "amount": words.money(terms.get("principal_minor", amount), currency),
        "rate": words.percent(entry.fields["rate_percent"]) if "rate_percent" in entry.fields else "",
        "day": words.day_in_full(entry.fields["on"]) if "on" in entry.fields else "",
        "words": entry.fields.get("words", ""),
    }
    return _SENTENCES[entry.type](entry) % values


def _prepaid(entry: ToldEntry) -> str:
    if entry.fields["effect"] == "shorten":
        return _("%(who)s pays %(amount)s and her loan ends earlier.")
    return _("%(who)s pays %(amount)s and the instalments of her loan get lower.")


_SENTENCES: Mapping[str, Callable[[ToldEntry], str]] = {
    "prepayment": _prepaid,
    "rate_change": lambda _entry: _("The interest on the loan of %(who)s is %(rate)s from %(day)s."),
    "reschedule": lambda _entry: _("%(who)s gets a new plan for the %(amount)s that is left of her loan."),
    "write_off": lambda _entry: _("%(amount)s of the loan of %(who)s will not be repaid: %(words)s"),
}
