"""Every kind of fault, planted in a sound export, is found and named; the forger makes all else fit."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from egenmakt.core.ledger.ids import derived_id
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import verify
from tests.support.tree import grow
from tests.verify.example import busy_group
from tests.verify.forging import Data, fitting_tables, put_together, rewrite, seal, taken_apart
from tests.verify.test_sound import NOW

pytestmark = pytest.mark.django_db  # so that the database is there for the one export


@pytest.fixture(scope="module")
def sound(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """One sound export for all faults."""
    with django_db_blocker.unblock(), transaction.atomic():
        group, _ = busy_group(grow())
        content = export_group(group.row.id, by=None, at=NOW)
        transaction.set_rollback(True)
    return content


def _entry(data: Data, kind: str, position: int) -> Data:
    return next(e for e in data["entries"] if (e["kind"], e["position"]) == (kind, position))


def transfers(data: Data, meeting: int, reason: str, kind: str = "meeting") -> list[Data]:
    return [t for t in _entry(data, kind, meeting)["transfers"] if t["reason"] == reason]


def balance(data: Data, account: str, add: int) -> None:
    for line in data["accounts"]:
        if line["account"] == account:
            line["balance_minor"] += add


def entries_of(document: Data, type_: str) -> list[Data]:
    return [e for step in document["steps"] for e in step["entries"] if e["type"] == type_]


def amount_raised(data: Data) -> None:
    """A share purchase of 100 more: the transfer, its entry and the balances all say so."""
    transfer = transfers(data, 1, "share_purchase")[0]
    transfer["amount_minor"] += 100
    _entry(data, "meeting", 1)["amount_total_minor"] += 100
    balance(data, transfer["debit"], 100)
    balance(data, transfer["credit"], 100)


def account_moved(data: Data) -> None:
    """A saving is booked on another member, with both balances to fit."""
    transfer = transfers(data, 1, "share_purchase")[0]
    other = transfers(data, 1, "share_purchase")[1]["credit"]
    balance(data, transfer["credit"], -transfer["amount_minor"])
    balance(data, other, transfer["amount_minor"])
    transfer["credit"] = other


def dropped(data: Data) -> None:
    entry = _entry(data, "meeting", 3)
    transfer = entry["transfers"].pop()
    entry["transfer_count"] -= 1
    entry["amount_total_minor"] -= transfer["amount_minor"]
    sides = {"bank": -transfer["amount_minor"], "loan_fund_box": transfer["amount_minor"]}
    for account, add in sides.items():
        balance(data, account, add)


def added(data: Data) -> None:
    """One more transfer than the document has lines, sealed like the others."""
    entry = _entry(data, "meeting", 3)
    index = len(entry["transfers"])
    extra = {**entry["transfers"][-1], "sequence": index, "amount_minor": 100}
    extra["id"] = str(derived_id(UUID(entry["id"]), str(index)))
    entry["transfers"].append(extra)
    entry["transfer_count"] += 1
    entry["amount_total_minor"] += 100
    balance(data, "bank", 100)
    balance(data, "loan_fund_box", -100)


def swapped(data: Data) -> None:
    first, second = _entry(data, "meeting", 1)["transfers"][:2]
    first["sequence"], second["sequence"] = second["sequence"], first["sequence"]
    _entry(data, "meeting", 1)["transfers"][:2] = [second, first]


def order_of_words(data: Data) -> None:
    """Two transfers change places and keep the ids of their places."""
    listed = _entry(data, "meeting", 1)["transfers"]
    first, second = listed[2], listed[6]
    for name in ("debit", "credit", "amount_minor", "reason"):
        first[name], second[name] = second[name], first[name]


def reversed_twice(data: Data) -> None:
    reversal, entry = _reversal(data), _entry(data, "correction", 1)
    again = {**reversal, "sequence": 1, "id": str(derived_id(UUID(entry["id"]), "reversal/1"))}
    entry["transfers"].insert(1, again)
    for index, transfer in enumerate(entry["transfers"]):
        transfer["sequence"] = index
    entry["transfer_count"] += 1
    entry["amount_total_minor"] += again["amount_minor"]


def _reversal(data: Data) -> Data:
    return next(t for t in _entry(data, "correction", 1)["transfers"] if t["reverses"])


def reversal_smaller(data: Data) -> None:
    _reversal(data)["amount_minor"] -= 100
    _entry(data, "correction", 1)["amount_total_minor"] -= 100


def reversal_of_another(data: Data) -> None:
    _reversal(data)["reverses"] = transfers(data, 1, "social_fund_contribution")[0]["id"]


def correction_rewritten(data: Data) -> None:
    correction = data["corrections"][0]
    document = json.loads(correction["document"])
    for line in entries_of(document, "shares"):
        if line["shares"] == 3:
            line["shares"] = 4
    for box in document["closing"]:
        for count in box["counts"]:
            count["amount"] += 10_000 if box["box"] == "loan_fund_box" else 0
    correction["document"] = json.dumps(document)


def repayment_split(data: Data) -> None:
    """More principal than was repaid by the document's own parts, with the interest less."""
    principal = transfers(data, 3, "repayment_principal")[1]
    interest = transfers(data, 3, "repayment_interest")[1]
    principal["amount_minor"] += 500
    interest["amount_minor"] -= 500


def repayment_total(data: Data) -> None:
    interest = transfers(data, 3, "repayment_interest")[0]
    interest["amount_minor"] += 500
    _entry(data, "meeting", 3)["amount_total_minor"] += 500
    balance(data, interest["debit"], 500)
    balance(data, interest["credit"], 500)


def written_off_is_repaid(data: Data) -> None:
    next(loan for loan in data["loans"] if loan["status"] == "written_off")["status"] = "repaid"


def written_off_another_day(data: Data) -> None:
    next(loan for loan in data["loans"] if loan["status"] == "written_off")["closed_on"] = "2026-02-18"


def open_is_repaid(data: Data) -> None:
    next(loan for loan in data["loans"] if loan["status"] == "open").update(status="repaid", closed_on="2026-02-23")


def document_edited(data: Data) -> None:
    meeting = data["meetings"][1]
    meeting["document"] = meeting["document"].replace("a shared field", "a shared farm")


def last_document_rewritten(data: Data) -> None:
    """The last meeting says that less was repaid; its hash and code are made to fit."""

    def change(document: Data) -> None:
        entries_of(document, "repayment")[0]["amount"] -= 1_000

    rewrite(data, 5, change)


def old_document_rewritten(data: Data) -> None:
    def change(document: Data) -> None:
        entries_of(document, "income")[0]["amount"] -= 1_000

    rewrite(data, 2, change)


def expected_rewritten(data: Data) -> None:
    def change(document: Data) -> None:
        document["opening"][0]["expected"] += 50

    rewrite(data, 3, change)


def counts_rewritten(data: Data) -> None:
    def change(document: Data) -> None:
        for count in document["closing"][0]["counts"]:
            count["amount"] += 50

    rewrite(data, 3, change)


def box_not_counted(data: Data) -> None:
    rewrite(data, 3, lambda document: document["closing"].pop())


def fine_above_the_table(data: Data) -> None:
    def change(document: Data) -> None:
        entries_of(document, "fine")[0]["amount"] += 500

    rewrite(data, 1, change)


def unknown_entry(data: Data) -> None:
    def change(document: Data) -> None:
        entries_of(document, "decision")[0]["type"] = "gift"

    rewrite(data, 3, change)


def hash_changed(data: Data) -> None:
    data["meetings"][2]["hash"] = data["meetings"][2]["hash"][::-1]


def code_changed(data: Data) -> None:
    code = data["meetings"][2]["code"]
    data["meetings"][2]["code"] = code[1] + code[0] + code[2:] if code[0] != code[1] else "3" * 8


def link_changed(data: Data) -> None:
    meeting = data["meetings"][2]
    seal(meeting, {**json.loads(meeting["document"]), "previous": "0" * 64})


def meeting_dropped(data: Data) -> None:
    data["meetings"].pop(1)


def last_meeting_dropped(data: Data) -> None:
    data["meetings"].pop()


def keys_changed(data: Data) -> None:
    """The keys are outside the hash, but not outside the text that was received."""
    meeting = data["meetings"][0]
    document = json.loads(meeting["document"])
    document["keys"].pop()
    meeting["document"] = json.dumps(document)


def field(path: str, value: Any) -> Callable[[Data], None]:
    """A fault that sets one field: a path such as loans.0.principal_minor; a function changes what is there."""

    def change(data: Data) -> None:
        *way, name = path.split(".")
        target: Any = data
        for step in way:
            target = target[int(step)] if step.lstrip("-").isdigit() else target[step]
        target[name] = value(target[name]) if callable(value) else value

    change.__name__ = path
    return change


def more(amount: int) -> int:
    return amount + 1


Fault = tuple[Callable[[Data], None], int | None, str, str]

FAULTS: list[Fault] = [
    # what was done, the meeting that is named, the place that is named, the field that is named
    (amount_raised, 1, "(shares)", "amount_minor"),
    (account_moved, 1, "(shares)", "credit"),
    (dropped, 3, "(bank_deposit)", "amount"),
    (added, 3, "transfer 8", ""),
    (swapped, 1, "transfer 0", "id"),
    (order_of_words, 1, "(contribution)", ""),
    (reversed_twice, 1, "(correction)", "reverses"),
    (reversal_smaller, 1, "(correction)", "amount_minor"),
    (reversal_of_another, 1, "(correction)", ""),
    (correction_rewritten, 1, "(correction), /steps", "amount"),
    (repayment_split, 3, "(repayment)", "amount_minor"),
    (repayment_total, 3, "(repayment)", "amount"),
    (document_edited, 2, "meetings", "content_hash"),
    (keys_changed, 1, "meetings", "content_hash"),
    (last_document_rewritten, 5, "(repayment)", ""),
    (old_document_rewritten, 2, "(income)", "amount_minor"),
    (expected_rewritten, 3, "/opening/0", "expected"),
    (counts_rewritten, 3, "/closing/0", ""),
    (box_not_counted, 3, "/closing", ""),
    (fine_above_the_table, 1, "(fine)", "amount"),
    (unknown_entry, 3, "(gift)", "type"),
    (hash_changed, 3, "meetings", "hash"),
    (code_changed, 3, "meetings", "code"),
    (link_changed, 3, "meetings", "previous_hash"),
    (meeting_dropped, 2, "meetings", "number"),
    (last_meeting_dropped, None, "group", "last_number"),
    (field("entries.0.transfers.0.debit", "bank"), 1, "(contribution)", "debit"),
    (field("entries.0.transfers.0.debit", "gold"), 1, "transfer 0", "debit"),
    (field("entries.0.transfers.0.amount_minor", -5), 1, "transfer 0", "amount_minor"),
    (field("entries.0.transfers.0.amount_minor", 12.5), None, "", ""),
    (field("entries.0.transfers.0.reason", "gift"), 1, "(contribution)", "reason"),
    (field("entries.0.transfers.0.effective_on", "2026-01-06"), 1, "transfer 0", "effective_on"),
    (field("entries.0.transfers.0.id", "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"), 1, "transfer 0", "id"),
    (field("entries.0.position", 2), 2, "entries line 1", "position"),
    (field("entries.0.effective_on", "2026-01-06"), 1, "entries line 1", "effective_on"),
    (field("entries.0.transfer_count", more), 1, "entries line 1", "transfer_count"),
    (field("entries.0.amount_total_minor", more), 1, "entries line 1", "amount_total_minor"),
    (field("entries.1.posted_at", "2025-01-01T00:00:00.000000Z"), 2, "entries line 2", "posted_at"),
    (field("entries.0.kind", "manual"), 1, "entries line 1", "kind"),
    (field("accounts.0.balance_minor", more), None, "accounts line 1", "balance_minor"),
    (field("accounts", lambda lines: lines[1:]), None, "accounts", "account"),
    (field("entries", lambda lines: lines[:-1]), None, "entries", "id"),
    (field("corrections.0.effect.accounts.0.after_minor", more), 1, "(correction)", "effect of loan_fund_box"),
    (field("corrections.0.meeting_number", 2), 1, "(correction)", "meeting_number"),
    (field("meetings.0.present", more), 1, "meetings", "present"),
    (field("meetings.0.held_on", "2026-01-04"), 1, "meetings", "held_on"),
    (field("meetings.1.members_active", 7), 2, "meetings", "members_active"),
    (field("loans.0.principal_minor", more), None, "loans line 1", "principal_minor"),
    (field("loans.0.borrower", None), 2, "(loan)", "member"),
    (written_off_is_repaid, None, "loans line", "status"),
    (open_is_repaid, None, "loans line", "status"),
    (field("loans.0.schedule.rows.0.interest_minor", more), None, "row 1 of the plan", "payment_minor"),
    (field("loans.0.schedule.rows.1.balance_after_minor", more), None, "row 2 of the plan", "balance_after_minor"),
    (field("loans.0.schedule.rows.1.number", 5), None, "row 2 of the plan", "number"),
    (field("loans.0.schedule.rows.0.due_on", "2027-01-01"), None, "loans line 1", "schedule/rows/due_on"),
    (field("loans.0.lent_minor", more), None, "loans line 1", "lent_minor"),
    (written_off_another_day, None, "loans line", "closed_on"),
    (field("constitutions.0.rules.counters_needed", 3), 1, "/closing/0", ""),
    (field("constitutions.0.rules.keys_needed", 4), 1, "/keys", ""),
    (field("loans.0.schedule.terms.rate_percent", "4"), None, "loans line 1", "schedule/terms/rate_percent"),
    (field("loans.0.schedule.terms.instalments", 4), None, "loans line 1", "schedule/terms/instalments"),
    (field("loans", lambda lines: lines[1:]), 2, "transfer", "debit"),
    (field("constitutions.0.rules.share_price_minor", 9_000), 1, "(shares)", "amount_minor"),
    (field("members.0.id", "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"), 1, "transfer", ""),
    (field("members.0.number", 2), None, "members line 2", "number"),
    (field("members.0.status", "left"), None, "members line 1", "left_on"),
    (field("cycles.0.closed_on", "2026-03-01"), None, "cycles line 1", "closed_on"),
    (field("cycles.0.shared_out_minor", 5), None, "cycles line 1", "shared_out_minor"),
    (field("group.last_hash", "0" * 64), None, "group", "last_hash"),
    (field("group.currency", "UGX"), None, "constitutions line 1", "currency"),
    (field("group.name", 5), None, "group", "name"),
    (field("schema", "egenmakt/group-export/2"), None, "", "schema"),
    (field("extra", []), None, "", ""),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_planted_fault_is_found_and_named(sound: bytes, tmp_path: Path, fault: Fault) -> None:
    plant, meeting, place, name = fault
    data, parts = taken_apart(sound)
    before = copy.deepcopy(data)
    plant(data)
    assert data != before
    with suppress(KeyError, TypeError, ValueError):  # nobody could make tables of some; the old ones are left in
        parts = fitting_tables(data)
    file = tmp_path / "forged.zip"
    file.write_bytes(put_together(data, parts))

    report = verify(file)

    assert report.finding is not None
    assert (report.finding.meeting, name) == (meeting, name if not name else report.finding.field), str(report)
    assert place in report.finding.place, str(report)


CELLS = [
    ("transfers.csv", 1, b"share_purchase", b"share_present", "reason"),
    ("transfers.csv", 2, b"2000,20.00", b"2000,20.01", "amount"),
    ("members.csv", 1, b"Amina", b"Amira", "name"),
    ("members.csv", 1, b"50000,500.00", b"60000,500.00", "shares_minor"),
    ("meetings.csv", 1, b"2026-01-12", b"2026-01-13", "held_on"),
    ("loans.csv", 1, b"written_off", b"repaid", "status"),
    ("balances.csv", 1, b"social_fund,social_fund,", b"social_fund,social_fund,x", "of"),
]


@pytest.mark.parametrize(("table", "times", "old", "new", "column"), CELLS, ids=[f"{c[0]} {c[4]}" for c in CELLS])
def test_a_changed_cell_is_found_and_named(
    sound: bytes, tmp_path: Path, table: str, times: int, old: bytes, new: bytes, column: str
) -> None:
    data, parts = taken_apart(sound)
    assert old in parts[table]
    parts[table] = parts[table].replace(old, new, times)
    file = tmp_path / "forged.zip"
    file.write_bytes(put_together(data, parts))

    report = verify(file)

    assert report.finding is not None
    assert (report.finding.file, report.finding.field) == (table, column), str(report)
    assert report.finding.place.startswith("row ")


def test_a_missing_and_an_added_row_are_found(sound: bytes, tmp_path: Path) -> None:
    data, parts = taken_apart(sound)
    lines = parts["transfers.csv"].splitlines(keepends=True)
    found = []

    for changed in (lines[:-1], [*lines, lines[-1]]):
        file = tmp_path / "forged.zip"
        file.write_bytes(put_together(data, {**parts, "transfers.csv": b"".join(changed)}))
        found.append(verify(file).finding)

    assert [(f.file, f.field) for f in found if f] == [("transfers.csv", "number of rows")] * 2
