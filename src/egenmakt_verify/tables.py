"""The CSV files once more from group.json: every cell must be the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from egenmakt_verify.book import kind_of
from egenmakt_verify.report import Json, Place

NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
SIGNS = "=+-@|%\t\r\n'"
HEADS = {
    "transfers.csv": "entry kind meeting sequence id effective_on debit debit_of credit credit_of amount_minor amount "
    "currency reason reverses",
    "members.csv": "number id name sex birth_year has_disability phone symbol joined_on left_on status offices "
    "currency shares_minor shares compulsory_savings_minor compulsory_savings voluntary_savings_minor "
    "voluntary_savings payable_minor payable fines_due_minor fines_due",
    "meetings.csv": "number id held_on kind source cycle constitution members_active present late excused on_leave "
    "absent corrections recorded_at previous_hash hash code",
    "loans.csv": "id borrower borrower_of lender box granted_on principal_minor principal lent_minor lent owed_minor "
    "owed currency instalments status closed_on",
    "balances.csv": "account kind of balance_minor balance currency",
}

Row = dict[str, Json]


def _safe(text: str) -> str:
    """An apostrophe in front of what a spreadsheet could take for a formula."""
    for character in text[:1] + unicodedata.normalize("NFKC", text):
        if character in SIGNS:
            return f"'{text}"
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Zs", "Zl", "Zp"):
            break
    return text


class _Words:
    """What the tables say in words and in decimal numbers."""

    def __init__(self, data: dict[str, Json]) -> None:
        self.currency = data["group"]["currency"]
        self.places = 0 if self.currency in NO_DECIMALS.split() else 3 if self.currency in THREE_DECIMALS.split() else 2
        self.names = {member["id"]: f"{member['name']} ({member['number']})" for member in data["members"]}
        for loan in data["loans"]:
            self.names[loan["id"]] = self.names.get(loan["borrower"], "") if loan["borrower"] else loan["lender"]

    def of(self, account: str) -> str:
        return self.names.get(account.partition("/")[2], "") if "/" in account else ""

    def money(self, name: str, minor: int) -> Row:
        return {f"{name}_minor": minor, name: Decimal(f"{minor}E-{self.places}")}


def _transfers(data: dict[str, Json], words: _Words) -> Iterator[Row]:
    for entry in data["entries"]:
        for transfer in entry["transfers"]:
            yield {**transfer, **words.money("amount", transfer["amount_minor"]), "entry": entry["id"],
                   "kind": entry["kind"], "meeting": entry["position"], "debit_of": words.of(transfer["debit"]),
                   "credit_of": words.of(transfer["credit"])}  # fmt: skip


def _members(data: dict[str, Json], words: _Words) -> Iterator[Row]:
    balances = {line["account"]: line["balance_minor"] for line in data["accounts"]}
    for member in data["members"]:
        row = {**member, "has_disability": {True: "yes", False: "no", None: None}[member["has_disability"]]}
        row["offices"] = ", ".join(held["office"] for held in member["offices"] if held["until_on"] is None)
        for kind in ("shares", "compulsory_savings", "voluntary_savings", "payable", "fines_due"):
            row |= words.money(kind, balances.get(f"{kind}/{member['id']}", 0))
        yield row


def _meetings(data: dict[str, Json], words: _Words) -> Iterator[Row]:
    corrections = Counter(correction["meeting"] for correction in data["corrections"])
    cycles = {cycle["id"]: cycle["number"] for cycle in data["cycles"]}
    for meeting in data["meetings"]:
        code = f"{meeting['code'][:4]}-{meeting['code'][4:]}"
        yield {**meeting, "cycle": cycles[meeting["cycle"]], "corrections": corrections[meeting["id"]], "code": code}


def _loans(data: dict[str, Json], words: _Words) -> Iterator[Row]:
    balances = {line["account"]: line["balance_minor"] for line in data["accounts"]}
    for loan in data["loans"]:
        owed = balances.get(f"{'loan_principal' if loan['borrower'] else 'external_loan'}/{loan['id']}", 0)
        plan = (loan["schedule"] or {}).get("rows")
        yield {**loan, **words.money("principal", loan["principal_minor"]), **words.money("lent", loan["lent_minor"]),
               **words.money("owed", owed), "borrower_of": words.names.get(loan["borrower"], ""),
               "instalments": None if plan is None else sum(row["kind"] == "instalment" for row in plan)}  # fmt: skip


def _balances(data: dict[str, Json], words: _Words) -> Iterator[Row]:
    for line in data["accounts"]:
        yield {**line, **words.money("balance", line["balance_minor"]), "kind": kind_of(line["account"]),
               "of": words.of(line["account"])}  # fmt: skip


MAKERS = {"transfers.csv": _transfers, "members.csv": _members, "meetings.csv": _meetings, "loans.csv": _loans,
          "balances.csv": _balances}  # fmt: skip


def check_tables(data: dict[str, Json], tables: dict[str, list[list[str]]]) -> None:
    """Stop at the first cell that does not say what group.json says."""
    words = _Words(data)
    for name, maker in MAKERS.items():
        head, rows = HEADS[name].split(), tables[name]
        Place(name, "row 1").same("columns", head, rows[0] if rows else [])
        expected = list(maker(data, words))
        for number, (want, found) in enumerate(zip(expected, rows[1:], strict=False), start=2):
            place = Place(name, f"row {number}", want.get("meeting") if name == "transfers.csv" else None)
            place.same("number of cells", len(head), len(found))
            for column, cell in zip(head, found, strict=True):
                value = want.get(column, words.currency if column == "currency" else None)
                text = "" if value is None else _safe(value) if isinstance(value, str) else f"{value}"
                place.same(column, text, cell, "is not what group.json says.")
        Place(name).same("number of rows", len(expected) + 1, len(rows), "is not the number in group.json.")
