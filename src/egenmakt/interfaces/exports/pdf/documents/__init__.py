"""The papers: one module each, with its data, its `render` and a template of the same name."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from egenmakt.interfaces.exports.pdf.documents import (
    blank_cut_off_sheet,
    blank_loan_application,
    blank_meeting,
    blank_passbook,
    loan_agreement,
    minutes,
    monthly_report,
    passbook,
    return_page,
    share_out_list,
    story_cards,
    story_form,
)

DOCUMENTS: Final[dict[str, ModuleType]] = {
    "passbook": passbook,
    "minutes": minutes,
    "loan_agreement": loan_agreement,
    "share_out_list": share_out_list,
    "blank_meeting": blank_meeting,
    "blank_passbook": blank_passbook,
    "blank_loan_application": blank_loan_application,
    "blank_cut_off_sheet": blank_cut_off_sheet,
    "story_form": story_form,
    "story_cards": story_cards,
    "return_page": return_page,
    "monthly_report": monthly_report,
}
"""Every paper by name. A new one is a module with `render(data, *, language, printed_at)` and one line here."""
