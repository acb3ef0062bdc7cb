"""From the words of a meeting to its transfers: each entry says which transfers must be there, and no others may be."""

from __future__ import annotations

import uuid
from collections import Counter
from itertools import product

from egenmakt_verify.book import BOXES, RESULTS, Balances, Transfer, kind_of, post
from egenmakt_verify.report import Json, Place

# what an entry moves: debit, credit and reason, with {its fields}
SIMPLE = {
    "contribution": (("social_fund_box", "social_fund", "social_fund_contribution"),),
    "social_grant": (("social_fund", "social_fund_box", "social_fund_grant"),),
    "compulsory": (("loan_fund_box", "compulsory_savings/{member}", "compulsory_saving"),),
    "voluntary": (("loan_fund_box", "voluntary_savings/{member}", "voluntary_saving"),),
    "withdrawal": (("voluntary_savings/{member}", "loan_fund_box", "withdrawal"),),
    "fine": (("fines_due/{member}", "fines_charged", "fine_charged"),),
    "fine_payment": (
        ("fines_charged", "fines_due/{member}", "fine_cleared"),
        ("loan_fund_box", "fines/{member}", "fine_paid"),
    ),
    "fine_waiver": (("fines_charged", "fines_due/{member}", "fine_waived"),),
    "income": (("{box}", "other_income", "other_income"),),
    "expense": (("expenses", "{box}", "expense"),),
    "grant": (("{box}", "grants", "grant_received"),),
    "bank_deposit": (("bank", "loan_fund_box", "bank_deposit"),),
    "bank_withdrawal": (("loan_fund_box", "bank", "bank_withdrawal"),),
    "external_loan": (("{box}", "external_loan/{id}", "external_loan_received"),),
    "reschedule": (),
    "rate_change": (),
    "decision": (),
}
REPAYMENT = {"principal": "loan_principal", "interest": "loan_interest", "fee": "loan_fees"}
# the transfers of a share-out: the kinds of account that may be debited, and credited
SHARE_OUT = {
    "share_out_savings": ("shares compulsory_savings voluntary_savings", "payable"),
    "share_out_profit": ("retained", "payable"),
    "share_out_loss": ("payable", "retained"),
    "set_off_interest": ("payable", "loan_interest"),
    "set_off_principal": ("payable", "loan_principal"),
    "loan_written_off": ("loan_losses", "loan_principal"),
    "set_off_fine": ("payable", "fines"),
    "fine_cleared": ("fines_charged", "fines_due"),
    "share_out_paid": ("payable", "loan_fund_box bank"),
    "share_out_residue": ("retained social_fund_box", "social_fund loan_fund_box bank"),
    "cycle_closed": (f"{' '.join(RESULTS)} retained social_fund", f"{' '.join(RESULTS)} retained social_fund"),
}


def _words(transfer: Transfer) -> str:
    return f"{transfer['amount_minor']} from {transfer['credit']} to {transfer['debit']} ({transfer['reason']})"


def _id(value: Json) -> str:
    return str(uuid.UUID(value))


class Derivation:
    """Walks through a document and takes one transfer after the other off the list that was recorded.

    For a meeting as it was held the order counts. For a corrected one (`ordered=False`) the same transfers must be
    there in any order, because what was right already stays where it was.
    """

    def __init__(
        self, *, transfers: list[Transfer], ordered: bool, balances: Balances, rules: dict[str, Json],
        loans: dict[str, dict[str, Json]], place: Place,
    ) -> None:  # fmt: skip
        self.left, self.ordered, self.balances = list(transfers), ordered, balances
        self.rules, self.loans, self.place, self.day = rules, loans, place, ""

    def run(self, document: dict[str, Json]) -> None:
        """Derive everything; nothing may be missing and nothing left over. `balances` is brought up to the end."""
        self.day = document["held_on"]
        for index, box in enumerate(document["opening"]):
            place = self.place / f"/opening/{index}"
            place.same("expected", self.held(box["box"]), box["expected"], "is not what the meeting before left.")
            self.difference(box["box"], box["counted"], place)
        for number, step in enumerate(document["steps"]):
            for index, entry in enumerate(step["entries"]):
                self.entry(entry, self.place / f"/steps/{number}/entries/{index} ({entry['type']})")
        keys = len({key["member"] for key in document["keys"]})
        # the keys lock what was held: a correction is decided in a later meeting, which has keys of its own
        if self.ordered and document["source"] == "meeting" and keys < self.rules["keys_needed"]:
            raise (self.place / "/keys").stop(
                "too few keys were turned.", expected=self.rules["keys_needed"], found=keys
            )
        counted = set()
        for index, box in enumerate(document["closing"]):
            amounts = [count["amount"] for count in box["counts"]]
            agreed, times = Counter(amounts).most_common(1)[0]
            if document["source"] == "paper":
                agreed = amounts[-1]
            elif times < self.rules["counters_needed"]:
                needed = self.rules["counters_needed"]
                raise (self.place / f"/closing/{index}").stop(
                    "was not counted alike often enough.", expected=needed, found=times
                )
            self.difference(box["box"], agreed, self.place / f"/closing/{index}")
            counted.add(box["box"])
        for name in BOXES:
            if document["source"] == "meeting" and self.held(name) and name not in counted:
                raise (self.place / "/closing").stop(f"{name} was not counted.", expected=self.held(name))
        if self.left:
            extra = self.left[0]
            raise self.at(extra).stop("follows from no line of the document.", found=_words(extra))

    def at(self, transfer: Transfer) -> Place:
        """A transfer's place."""
        return self.place / f"transfer {transfer['sequence']} ({transfer['id']})"

    def held(self, account: str) -> int:
        """An account's balance at this moment of the meeting."""
        return self.balances.get(account, 0)

    def take(self, transfer: Transfer) -> None:
        """Count a recorded transfer as explained."""
        self.at(transfer).same("effective_on", self.day, transfer["effective_on"], "is not the day of the meeting.")
        self.left.remove(transfer)
        post(self.balances, transfer["debit"], transfer["credit"], transfer["amount_minor"])

    def need(self, debit: str, credit: str, amount: Json, reason: str, place: Place) -> None:
        """The next transfer must be just this one. An amount of 0 needs none."""
        if type(amount) is not int:
            raise place.stop("is not an amount.", found=amount)
        if amount == 0:
            return None
        wanted = {"debit": debit, "credit": credit, "amount_minor": amount, "reason": reason}
        for transfer in self.left[:1] if self.ordered else self.left:
            if all(transfer[name] == value for name, value in wanted.items()):
                return self.take(transfer)
        if not (self.ordered and self.left):
            raise place.stop("has no transfer.", field="amount", expected=_words(wanted), found=None)
        found = self.left[0]
        field = next(name for name, value in wanted.items() if found[name] != value)
        where = place / f"transfer {found['sequence']} ({found['id']})"
        raise where.stop("is not what the document says.", field=field, expected=_words(wanted), found=_words(found))

    def maybe(self, debit: str, credit: str, reason: str) -> int:
        """Take the next transfer if it is between these accounts. Returns its amount, or 0."""
        for transfer in self.left[:1] if self.ordered else self.left:
            if (transfer["debit"], transfer["credit"], transfer["reason"]) == (debit, credit, reason):
                self.take(transfer)
                return int(transfer["amount_minor"])
        return 0

    def difference(self, box: str, counted: int, place: Place) -> None:
        """What was counted against what the ledger says: a difference is a transfer of its own."""
        other = "social_fund" if box == "social_fund_box" else "cash_difference"
        more = counted - self.held(box)
        self.need(*((box, other) if more > 0 else (other, box)), abs(more), "cash_difference", place)

    def entry(self, entry: dict[str, Json], place: Place) -> None:
        """One line of the document."""
        ids = {name: _id(entry[name]) for name in ("member", "loan", "id") if entry.get(name) is not None}
        own = getattr(self, f"_{entry['type']}", None)
        if entry["type"] in SIMPLE:
            if entry["type"] == "fine":
                agreed = {line["name"]: line["amount_minor"] for line in self.rules["fines"]}
                place.same("amount", agreed.get(entry["fine"]), entry["amount"], "is not the fine that the rules say.")
            for debit, credit, reason in SIMPLE[entry["type"]]:
                names = {"box": entry.get("box"), **ids}
                self.need(debit.format(**names), credit.format(**names), entry["amount"], reason, place)
        elif own is not None:
            own(entry, place, **ids)
        else:
            raise place.stop("is a type of entry that is not known.", field="type", found=entry["type"])

    def _shares(self, entry: dict[str, Json], place: Place, member: str) -> None:
        amount = entry["shares"] * self.rules["share_price_minor"]
        self.need("loan_fund_box", f"shares/{member}", amount, "share_purchase", place)

    def _buy_in(self, entry: dict[str, Json], place: Place, member: str) -> None:
        paid, par = entry["amount"], entry["shares"] * self.rules["share_price_minor"]
        self.need("loan_fund_box", f"shares/{member}", min(paid, par), "buy_in", place)
        self.need("loan_fund_box", "other_income", max(0, paid - par), "buy_in_premium", place)
        self.need("other_income", f"shares/{member}", max(0, par - paid), "buy_in_discount", place)

    def _loan(self, entry: dict[str, Json], place: Place, member: str, id: str) -> None:
        terms, box = entry["terms"], entry.get("box", "loan_fund_box")
        place.same(
            "member", member, self.loans.get(id, {}).get("borrower"), "is not the borrower in the list of loans."
        )
        parts = terms.get("disbursements") or [{"on": terms["disbursed_on"], "amount_minor": terms["principal_minor"]}]
        today = sum(part["amount_minor"] for part in parts if part["on"] <= self.day)
        self._pay_out(id, box, today, place)

    def _disbursement(self, entry: dict[str, Json], place: Place, loan: str) -> None:
        self._pay_out(loan, self._box(loan, place), entry["amount"], place)

    def _pay_out(self, loan: str, box: str, amount: int, place: Place) -> None:
        """Pay out a loan; a fee may be kept back at once, out of what is paid."""
        self.need(f"loan_principal/{loan}", box, amount, "loan_disbursed", place)
        fee = self.maybe(box, f"loan_fees/{loan}", "repayment_fee")
        if fee > amount:
            raise place.stop("the fee kept back is more than what was paid out.", expected=amount, found=fee)

    def _box(self, loan: str, place: Place) -> str:
        if loan not in self.loans:
            raise place.stop("is not in the list of loans.", field="loan", found=loan)
        return str(self.loans[loan]["box"])

    def _repayment(self, entry: dict[str, Json], place: Place, loan: str) -> None:
        box, amount = self._box(loan, place), entry["amount"]
        given = {name: entry.get(name) for name in REPAYMENT}
        if any(part is not None for part in given.values()):
            parts = tuple(part or 0 for part in given.values())
        else:
            parts = self._found_parts(loan, box, amount, place)
        if sum(parts) != amount:
            raise place.stop(
                "principal, interest and fee are not the repayment.", field="amount", expected=amount, found=sum(parts)
            )
        self._take_parts(parts, loan, box, place)

    def _prepayment(self, entry: dict[str, Json], place: Place, loan: str) -> None:
        """What is due is paid first, and some principal beyond it."""
        box = self._box(loan, place)
        parts = self._found_parts(loan, box, entry["amount"], place)
        if parts[0] == 0:
            raise place.stop("nothing of the loan itself is paid early.", field="principal", found=0)
        self._take_parts(parts, loan, box, place)

    def _take_parts(self, parts: tuple[int, ...], loan: str, box: str, place: Place) -> None:
        if parts[0] > self.held(f"loan_principal/{loan}"):
            owed = self.held(f"loan_principal/{loan}")
            raise place.stop(
                "more principal is repaid than was owed.", field="principal", expected=owed, found=parts[0]
            )
        for (name, kind), part in zip(REPAYMENT.items(), parts, strict=True):
            self.need(box, f"{kind}/{loan}", part, f"repayment_{name}", place)

    def _found_parts(self, loan: str, box: str, amount: int, place: Place) -> tuple[int, ...]:
        """How the repayment was divided, from the recorded transfers: at most one of each, adding up to it."""
        near, choices = self.left[:3] if self.ordered else self.left, []
        for name, kind in REPAYMENT.items():
            wanted = (box, f"{kind}/{loan}", f"repayment_{name}")
            found = {t["amount_minor"] for t in near if (t["debit"], t["credit"], t["reason"]) == wanted}
            choices.append([0, *sorted(found)])
        for principal, interest in product(*choices[:2]):
            if amount - principal - interest in choices[2]:
                return principal, interest, amount - principal - interest
        raise place.stop("no transfers of this loan add up to the repayment.", field="amount", expected=amount,
                         found=sum(max(choice) for choice in choices))  # fmt: skip

    def _write_off(self, entry: dict[str, Json], place: Place, loan: str) -> None:
        loss = "social_fund" if self._box(loan, place) == "social_fund_box" else f"loan_losses/{loan}"
        self.need(loss, f"loan_principal/{loan}", self.held(f"loan_principal/{loan}"), "loan_written_off", place)

    def _external_repayment(self, entry: dict[str, Json], place: Place, loan: str) -> None:
        self.need(f"external_loan/{loan}", entry["box"], entry["principal"], "external_loan_repaid", place)
        self.need("expenses", entry["box"], entry["interest"], "external_loan_interest", place)

    def _payout(self, entry: dict[str, Json], place: Place, member: str) -> None:
        from_box = min(entry["amount"], self.held("loan_fund_box"))
        self.need(f"payable/{member}", "loan_fund_box", from_box, "paid_out", place)
        self.need(f"payable/{member}", "bank", entry["amount"] - from_box, "paid_out", place)

    def _pot(self, entry: dict[str, Json], place: Place, member: str) -> None:
        savings = {a: b for a, b in self.balances.items() if kind_of(a) == "compulsory_savings" and b}
        place.same("amount", sum(savings.values()), entry["amount"], "is not all that was saved.")
        for account in savings:
            found = next((t for t in self.left if t["debit"] == account and t["reason"] == "pot_drawn"), None)
            wanted = {"debit": account, "credit": f"payable/{member}", "amount_minor": savings[account]}
            if found is None or any(found[name] != value for name, value in wanted.items()):
                raise place.stop("the pot does not take these savings.", field=account, expected=savings[account],
                                 found=found and found["amount_minor"])  # fmt: skip
            self.take(found)
        self._payout(entry, place, member)

    def _exit(self, entry: dict[str, Json], place: Place, member: str) -> None:
        owed = f"payable/{member}"
        for kind in ("shares", "compulsory_savings", "voluntary_savings"):
            self.need(f"{kind}/{member}", owed, self.held(f"{kind}/{member}"), "exit_savings", place)
        if not self.maybe("retained", owed, "exit_profit"):
            self.maybe(owed, "retained", "exit_loss")
        own = [id for id, loan in self.loans.items() if loan["borrower"] == member]
        while any(
            self.maybe(owed, f"loan_{part}/{id}", f"set_off_{part}") for id in own for part in ("interest", "principal")
        ):
            pass
        self.maybe(owed, f"fines/{member}", "set_off_fine")
        self.need("fines_charged", f"fines_due/{member}", self.held(f"fines_due/{member}"), "fine_cleared", place)
        self.maybe(owed, "loan_fund_box", "paid_out")
        if not self.held("loan_fund_box"):
            self.maybe(owed, "bank", "paid_out")
        still = sum(self.held(f"loan_principal/{id}") for id in own)
        place.same("debt", 0, still, "is still owed by a member who has left.")

    def _share_out(self, entry: dict[str, Json], place: Place) -> None:
        before = sum(self.held(box) for box in BOXES)
        full = dict(self.balances)
        paid: Counter[str] = Counter()
        while self.left and self.left[0]["reason"] in SHARE_OUT:
            transfer = self.left[0]
            debits, credits = (kinds.split() for kinds in SHARE_OUT[transfer["reason"]])
            if kind_of(transfer["debit"]) not in debits or kind_of(transfer["credit"]) not in credits:
                raise self.at(transfer).stop("is not a transfer of a share-out.", found=_words(transfer))
            if transfer["reason"] == "share_out_savings" and transfer["amount_minor"] != full[transfer["debit"]]:
                saved = full[transfer["debit"]]
                self.at(transfer).same("amount_minor", saved, transfer["amount_minor"], "is not all that was saved.")
            if transfer["reason"] == "share_out_paid":
                paid[transfer["debit"].partition("/")[2]] += transfer["amount_minor"]
            self.take(transfer)
        given = {_id(member): amount for member, amount in entry["payouts"].items() if amount}
        for member in sorted(given.keys() | paid.keys()):
            place.same(f"payouts/{member}", given.get(member, 0), paid[member], "is not what was read aloud.")
        for account, balance in self.balances.items():
            if kind_of(account) in RESULTS and balance:
                raise place.stop(
                    f"{account} is not taken up by the share-out.", field="balance", expected=0, found=balance
                )
        kept = sum(self.held(box) for box in BOXES)
        place.same("payouts", before, sum(paid.values()) + kept, "paid out and kept is not what there was.")
