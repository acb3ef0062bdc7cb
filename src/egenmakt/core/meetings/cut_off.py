"""A group that starts in mid-cycle: what it has, owes and owns on one day, which must balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.ledger.transfers import Transfer
from egenmakt.core.lending.schedule import schedule
from egenmakt.core.lending.terms import InvalidTerms, LoanTerms
from egenmakt.core.meetings.fields import Field, Problem, Unreadable, read_fields
from egenmakt.core.meetings.refusals import MeetingRefused, Refusal
from egenmakt.core.meetings.sitting import LoanGranted

SCHEMA = "egenmakt/cut-off-sheet/1"

HEADER: dict[str, Field] = {"id": Field("uuid"), "group": Field("uuid"), "cut_off_on": Field("date")}
GROUP_BALANCES: dict[str, Field] = {
    name: Field("balance", required=False, default=0)
    for name in ("loan_fund_box", "social_fund_box", "bank", "social_fund", "grants", "retained", "other_income")
}
MEMBER: dict[str, Field] = {
    "member": Field("uuid"),
    **{
        name: Field("balance", required=False, default=0)
        for name in ("shares", "compulsory_savings", "voluntary_savings", "fines_due")
    },
}
LOAN: dict[str, Field] = {"id": Field("uuid"), "member": Field("uuid"), "terms": Field("terms")}
EXTERNAL: dict[str, Field] = {"id": Field("uuid"), "lender": Field("text"), "amount": Field("amount")}


@dataclass(frozen=True, slots=True)
class CutOff:
    """A cut-off sheet that balances, as transfers and loans."""

    id: UUID
    group: UUID
    cut_off_on: date
    transfers: tuple[Transfer, ...]
    loans: tuple[LoanGranted, ...]


def read_cut_off(*, value: Mapping[str, Any], currency: str, members: Iterable[UUID], today: date) -> CutOff:
    """Read a cut-off sheet and turn it into opening transfers.

    Args: value, the sheet as JSON; currency of the group's book; members, the active ones; today, where it is received.
    Returns: the transfers, each from something the group has to somebody it belongs to.
    Raises: Unreadable with every problem; MeetingRefused when the two sides differ, with the difference.
    """
    problems: list[Problem] = []
    if value.get("schema") != SCHEMA:
        problems.append(Problem("/schema", f"must be {SCHEMA!r}"))
    header = read_fields(value, HEADER, "", problems, ignore=("schema", "balances", "members", "loans", "external"))
    totals = read_fields(value.get("balances"), GROUP_BALANCES, "/balances", problems)
    rows = {
        name: [
            read_fields(item, fields, f"/{name}/{index}", problems) for index, item in enumerate(value.get(name) or [])
        ]
        for name, fields in (("members", MEMBER), ("loans", LOAN), ("external", EXTERNAL))
    }
    if problems or header is None or totals is None:
        raise Unreadable(problems)
    cut_off_on = header["cut_off_on"]
    if cut_off_on > today:
        values = {"cut_off_on": cut_off_on.isoformat(), "today": today.isoformat()}
        raise MeetingRefused([Refusal("cut_off_in_the_future", "/cut_off_on", values)])
    known = set(members)
    strangers = [
        Refusal("not_a_member", f"/{name}/{index}/member", {"member": str(row["member"])})
        for name in ("members", "loans")
        for index, row in enumerate(rows[name])
        if row and row["member"] not in known
    ]
    if strangers:
        raise MeetingRefused(strangers)
    loans = [_loan(row, index, currency, header["cut_off_on"]) for index, row in enumerate(rows["loans"]) if row]
    return CutOff(
        id=header["id"],
        group=header["group"],
        cut_off_on=header["cut_off_on"],
        transfers=tuple(_transfers(header, totals, rows, loans)),
        loans=(*loans, *(_external(row) for row in rows["external"] if row)),
    )


def _loan(row: Mapping[str, Any], index: int, currency: str, on: date) -> LoanGranted:
    where = f"/loans/{index}/terms"
    try:
        terms = LoanTerms.from_json(row["terms"])
    except InvalidTerms as error:
        raise MeetingRefused([Refusal("loan_terms", where, {"problem": str(error)})]) from None
    if terms.currency != currency:
        values = {"given": terms.currency, "currency": currency}
        raise MeetingRefused([Refusal("loan_currency", f"{where}/currency", values)])
    if terms.disbursed_on > on:
        values = {"given": terms.disbursed_on.isoformat(), "held_on": on.isoformat()}
        raise MeetingRefused([Refusal("loan_date", f"{where}/disbursed_on", values)])
    return LoanGranted(
        id=row["id"],
        member=row["member"],
        box="loan_fund_box",
        principal_minor=terms.principal_minor,
        lent_minor=terms.principal_minor,
        schedule=schedule(terms),
    )


def _external(row: Mapping[str, Any]) -> LoanGranted:
    return LoanGranted(
        id=row["id"],
        member=None,
        box="loan_fund_box",
        principal_minor=row["amount"],
        lent_minor=row["amount"],
        lender=row["lender"],
    )


def _transfers(
    header: Mapping[str, Any],
    totals: Mapping[str, int],
    rows: Mapping[str, list[dict[str, Any] | None]],
    loans: list[LoanGranted],
) -> list[Transfer]:
    social_has = [(AccountRef("social_fund_box"), totals["social_fund_box"])]
    social_owns = [(AccountRef("social_fund"), totals["social_fund"])]
    has = [(AccountRef(name), totals[name]) for name in ("loan_fund_box", "bank")]
    has += [(AccountRef("loan_principal", loan.id), loan.principal_minor) for loan in loans]
    owns = [
        (AccountRef(kind, row["member"]), row[kind])
        for row in rows["members"]
        if row
        for kind in ("shares", "compulsory_savings", "voluntary_savings")
    ]
    owns += [(AccountRef("external_loan", row["id"]), row["amount"]) for row in rows["external"] if row]
    owns += [(AccountRef(name), totals[name]) for name in ("grants", "retained", "other_income")]
    due = [(AccountRef("fines_due", row["member"]), row["fines_due"]) for row in rows["members"] if row]
    charged = [(AccountRef("fines_charged"), sum(amount for _, amount in due))]
    pairs = [*_paired(social_has, social_owns), *_paired(has, owns), *_paired(due, charged)]
    return [
        Transfer(
            id=derived_id(header["id"], str(index)),
            debit=debit,
            credit=credit,
            amount_minor=amount,
            reason="opening_balance",
            effective_on=header["cut_off_on"],
        )
        for index, (debit, credit, amount) in enumerate(pairs)
    ]


Side = list[tuple[AccountRef, int]]


def _paired(has: Side, owns: Side) -> list[tuple[AccountRef, AccountRef, int]]:
    """Each amount that is there against those it belongs to, in order, until both sides are used up."""
    assets, claims = sum(amount for _, amount in has), sum(amount for _, amount in owns)
    if assets != claims:
        values = {"assets_minor": assets, "claims_minor": claims, "difference_minor": assets - claims}
        raise MeetingRefused([Refusal("cut_off_unbalanced", "/balances", values)])
    pairs = []
    left = [(ref, amount) for ref, amount in owns if amount]
    for debit, there in has:
        rest = there
        while rest:
            credit, open_amount = left.pop(0)
            part = min(rest, open_amount)
            pairs.append((debit, credit, part))
            rest -= part
            if open_amount > part:
                left.insert(0, (credit, open_amount - part))
    return pairs
