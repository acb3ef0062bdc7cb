"""What a group does at one ordinary meeting, step by step."""

from __future__ import annotations

from egenmakt.interfaces.cli.demo_programme import beside, borrowing, saving
from egenmakt.interfaces.cli.demo_programme.takings import Entry, Takings


def take(takings: Takings) -> list[Entry]:
    """Go through the meeting. Returns: everything that was done, in the order of the steps."""
    is_pot = takings.state.constitution.share_out.kind == "rotating_pot"
    saving.social_fund(takings)
    saving.savings(takings)
    if is_pot:
        saving.pot(takings)
    else:
        borrowing.repayments(takings)
    saving.fines(takings)
    if not is_pot:
        borrowing.loans(takings)
        beside.other(takings)
    beside.decisions(takings)
    return takings.entries
