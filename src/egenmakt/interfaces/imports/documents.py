"""A planned meeting's amounts as entries of a meeting document, and refusals as sentences with amounts of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.meetings.entries.table import ENTRY_TYPES
from egenmakt.core.meetings.refusals import SENTENCES, Refusal
from egenmakt.core.meetings.state import GroupState
from egenmakt.core.money import Money
from egenmakt.interfaces.imports.findings import Source
from egenmakt.interfaces.imports.plan import PlannedEntry, PlannedMeeting

NOT_COUNTED = {"for": 0, "against": 0, "abstained": 0}
"""A paper book says that a loan was given, not how the hands were counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its line in the file; or why there is none."""

    source: Source
    entry: dict[str, Any] | None = None
    problem: str = ""
    remedy: str = ""

    @property
    def step(self) -> str:
        """The step of the meeting it belongs to."""
        return ENTRY_TYPES[self.entry["type"]].step if self.entry else ""


def lines_of(*, state: GroupState, meeting: PlannedMeeting) -> list[Line]:
    """Every entry of a meeting, each after its line; a fine is charged and paid at once."""
    granted: dict[str, str] = {}
    lines: list[Line] = []
    for entry in meeting.entries:
        member = str(entry.member)
        match entry.field:
            case "shares":
                lines.append(Line(entry.source, {"type": "shares", "member": member, "shares": entry.amount}))
            case "fine_paid":
                lines += _fine(state, entry)
            case "loan_granted":
                lines.append(_loan(state, meeting, entry, granted))
            case "loan_repaid":
                lines.append(_repayment(state, entry))
            case _:
                kind = {"social_fund": "contribution"}.get(entry.field, entry.field)
                lines.append(Line(entry.source, {"type": kind, "member": member, "amount": entry.amount}))
    return lines


def _fine(state: GroupState, entry: PlannedEntry) -> list[Line]:
    """Charged by the line of the table that costs as much, unless the member owes it from before; and paid."""
    member = str(entry.member)
    paid = Line(entry.source, {"type": "fine_payment", "member": member, "amount": entry.amount})
    if state.balance("fines_due", entry.member) >= entry.amount:
        return [paid]
    line = next((x for x in state.constitution.fines.lines if x.amount_minor == entry.amount), None)
    if line is None:
        text = _("No fine in the group's table is %(amount)s.") % {"amount": Money(entry.amount, state.currency)}
        return [Line(entry.source, None, text, _("Add it to the group's table of fines, or correct the amount."))]
    charged = {"type": "fine", "member": member, "fine": line.name, "amount": entry.amount}
    return [Line(entry.source, charged), paid]


def _loan(state: GroupState, meeting: PlannedMeeting, entry: PlannedEntry, granted: dict[str, str]) -> Line:
    """A loan by the group's usual terms, which its constitution holds."""
    member, rules = str(entry.member), state.constitution
    granted[member] = str(derived_id(meeting.id, f"import/loan/{member}"))
    terms: dict[str, Any] = {
        "currency": state.currency,
        "principal_minor": entry.amount,
        "disbursed_on": meeting.held_on.isoformat(),
        "instalments": entry.instalments or rules.loan_instalments_max,
        "every": {"count": 1, "unit": "month"},
        **rules.loan_terms_default,
    }
    value = {"type": "loan", "id": granted[member], "member": member, "terms": terms, "vote": NOT_COUNTED}
    return Line(entry.source, value)


def _repayment(state: GroupState, entry: PlannedEntry) -> Line:
    """Paid on the member's oldest open loan."""
    loans = [loan for loan in state.loans.values() if loan.borrower == entry.member]
    loans.sort(key=lambda loan: (loan.granted_on, str(loan.id)))
    if not loans:
        text = _("The member has no open loan on this day.")
        return Line(entry.source, None, text, _("Bring in the loan first, or correct the row."))
    return Line(entry.source, {"type": "repayment", "loan": str(loans[0].id), "amount": entry.amount})


def refusal_text(refusal: Refusal, currency: str) -> str:
    """A refusal as a sentence in the reader's language, with amounts as money, and the clause it follows from."""
    values = {
        name: str(Money(value, currency)) if name.endswith("_minor") and isinstance(value, int) else value
        for name, value in refusal.values.items()
    }
    sentence = _(SENTENCES[refusal.code]) % values
    return f"{sentence} ({refusal.clause_words})" if refusal.clause_words else sentence
