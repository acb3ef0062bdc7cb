"""The CSV files of a group's export, made from the same records as its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from egenmakt.interfaces.exports.cells import Cell, Table, amount

Record = Mapping[str, Any]
Row = dict[str, Cell]

_MEMBER_BALANCES = ("shares", "compulsory_savings", "voluntary_savings", "payable", "fines_due")


def _table(name: str, columns: str, numbers: str) -> Table:
    return Table(name, tuple(columns.split()), frozenset(numbers.split()))


TRANSFERS = _table(
    "transfers.csv",
    "entry kind meeting sequence id effective_on debit debit_of credit credit_of amount_minor amount currency reason "
    "reverses",
    "meeting sequence amount_minor amount",
)
MEMBERS = _table(
    "members.csv",
    "number id name sex birth_year has_disability phone symbol joined_on left_on status offices currency "
    + " ".join(f"{kind}_minor {kind}" for kind in _MEMBER_BALANCES),
    "number birth_year " + " ".join(f"{kind}_minor {kind}" for kind in _MEMBER_BALANCES),
)
MEETINGS = _table(
    "meetings.csv",
    "number id held_on kind source cycle constitution members_active present late excused on_leave absent "
    "corrections recorded_at previous_hash hash code",
    "number cycle constitution members_active present late excused on_leave absent corrections",
)
LOANS = _table(
    "loans.csv",
    "id borrower borrower_of lender box granted_on principal_minor principal lent_minor lent owed_minor owed currency "
    "instalments status closed_on",
    "principal_minor principal lent_minor lent owed_minor owed instalments",
)
BALANCES = _table("balances.csv", "account kind of balance_minor balance currency", "balance_minor balance")


class Names:
    """Who an account belongs to, in words: a member with her number, for a loan the borrower or the lender."""

    def __init__(self, members: Iterable[Record], loans: Iterable[Record]) -> None:
        self._labels = {member["id"]: f"{member['name']} ({member['number']})" for member in members}
        for loan in loans:
            self._labels[loan["id"]] = self.of(loan["borrower"]) if loan["borrower"] else loan["lender"]

    def of(self, owner: str | None) -> str:
        """The label of a member's or loan's id; empty for the group's own."""
        return self._labels.get(owner or "", "")

    def of_account(self, key: str) -> str:
        """The label of an account's owner."""
        return self.of(key.partition("/")[2])


def transfer_rows(entries: Iterable[Record], names: Names, currency: str) -> Iterator[Row]:
    """One row for each transfer, in the order of the ledger."""
    for entry in entries:
        for transfer in entry["transfers"]:
            yield {
                "entry": entry["id"],
                "kind": entry["kind"],
                "meeting": entry["position"],
                "sequence": transfer["sequence"],
                "id": transfer["id"],
                "effective_on": transfer["effective_on"],
                "debit": transfer["debit"],
                "debit_of": names.of_account(transfer["debit"]),
                "credit": transfer["credit"],
                "credit_of": names.of_account(transfer["credit"]),
                "amount_minor": transfer["amount_minor"],
                "amount": amount(transfer["amount_minor"], currency),
                "currency": currency,
                "reason": transfer["reason"],
                "reverses": transfer["reverses"],
            }


def member_rows(members: Iterable[Record], balances: Mapping[str, int], currency: str) -> Iterator[Row]:
    """One row for each member with what she has in the group."""
    for member in members:
        row: Row = {name: member[name] for name in MEMBERS.columns[:11] if name != "has_disability"}
        row["has_disability"] = {True: "yes", False: "no", None: None}[member["has_disability"]]
        row["offices"] = ", ".join(office["office"] for office in member["offices"] if not office["until_on"])
        row["currency"] = currency
        for kind in _MEMBER_BALANCES:
            balance = balances.get(f"{kind}/{member['id']}", 0)
            row[f"{kind}_minor"], row[kind] = balance, amount(balance, currency)
        yield row


def meeting_rows(
    meetings: Iterable[Record], corrections: Mapping[str, int], cycles: Mapping[str, int]
) -> Iterator[Row]:
    """One row for each meeting, without its document."""
    for meeting in meetings:
        # a code such as 34679E34 would be read as a number: the hyphen keeps it a word
        code = f"{meeting['code'][:4]}-{meeting['code'][4:]}"
        row: Row = {name: meeting[name] for name in MEETINGS.columns if name not in ("cycle", "corrections", "code")}
        yield row | {
            "cycle": cycles[meeting["cycle"]],
            "corrections": corrections.get(meeting["id"], 0),
            "code": code,
        }


def loan_rows(loans: Iterable[Record], balances: Mapping[str, int], names: Names, currency: str) -> Iterator[Row]:
    """One row for each loan with what is still owed of its principal."""
    for loan in loans:
        owed = balances.get(f"{'loan_principal' if loan['borrower'] else 'external_loan'}/{loan['id']}", 0)
        row: Row = {
            name: loan[name] for name in ("id", "borrower", "lender", "box", "granted_on", "status", "closed_on")
        }
        for name, minor in (("principal", loan["principal_minor"]), ("lent", loan["lent_minor"]), ("owed", owed)):
            row[f"{name}_minor"], row[name] = minor, amount(minor, currency)
        rows = (loan["schedule"] or {}).get("rows")
        row["instalments"] = sum(item["kind"] == "instalment" for item in rows) if rows is not None else None
        yield row | {"borrower_of": names.of(loan["borrower"]), "currency": currency}


def balance_rows(balances: Mapping[str, int], names: Names, currency: str) -> Iterator[Row]:
    """One row for each account."""
    for key, minor in balances.items():
        yield {
            "account": key,
            "kind": key.partition("/")[0],
            "of": names.of_account(key),
            "balance_minor": minor,
            "balance": amount(minor, currency),
            "currency": currency,
        }
