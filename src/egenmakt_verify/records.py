"""What the records say about members, loans, cycles and balances, against the meetings and the transfers."""

from __future__ import annotations

import uuid
from collections import Counter
from decimal import Decimal, InvalidOperation

from egenmakt_verify.book import BOXES, Balances
from egenmakt_verify.chain import document_of
from egenmakt_verify.replay import ATTENDANCE, Replay
from egenmakt_verify.report import Json, Place

AGREED = ("principal_minor", "currency", "disbursed_on", "method", "instalments", "first_due_on", "rate_per")


def check_balances(data: dict[str, Json], computed: Balances) -> None:
    """Each account's stated balance is the sum of its transfers."""
    stated: Balances = {}
    for number, line in enumerate(data["accounts"], start=1):
        place = Place(words=f"accounts line {number} ({line['account']})")
        if line["account"] in stated:
            raise place.stop("stands twice.", field="account", found=line["account"])
        place.same(
            "balance_minor", computed.get(line["account"], 0), line["balance_minor"], "is not the sum of its transfers."
        )
        stated[line["account"]] = line["balance_minor"]
    for account in computed:
        if account not in stated:
            raise Place(words="accounts").stop("an account is missing.", field="account", expected=account)


def cash(data: dict[str, Json], computed: Balances) -> dict[str, Json]:
    """Money in, out and held. Raises: Disagrees unless in = out + held."""
    came_in = out = 0
    for entry in data["entries"]:
        for transfer in entry["transfers"]:
            to_box, from_box = transfer["debit"] in BOXES, transfer["credit"] in BOXES
            came_in += transfer["amount_minor"] if to_box and not from_box else 0
            out += transfer["amount_minor"] if from_box and not to_box else 0
    held = sum(line["balance_minor"] for line in data["accounts"] if line["account"] in BOXES)
    Place(words="accounts").same("money held", came_in - out, held, "is not money in less money out.")
    return {"in": came_in, "out": out, "held": held, "currency": data["group"]["currency"]}


def check_attendance(replay: Replay) -> None:
    """The roll call of each meeting, as it stands, is what was counted; and those in it are members."""
    for meeting in replay.data["meetings"]:
        place = Place(words="meetings", meeting=meeting["number"])
        roll = replay.in_force[meeting["id"]]["roll_call"]
        counts = Counter(line["state"] for line in roll)
        for state, name in ATTENDANCE.items():
            place.same(name, counts[state], meeting[name], "is not what the roll call says.")
        for line in roll:
            if str(uuid.UUID(line["member"])) not in replay.members:
                raise place.stop(
                    "calls somebody who is not in the list of members.", field="roll_call", found=line["member"]
                )
        if meeting["source"] == "meeting":
            place.same("members_active", len(replay.original[meeting["id"]]["roll_call"]), meeting["members_active"],
                       "is not the number of those who were called.")  # fmt: skip


def check_members(replay: Replay) -> None:
    """Members are numbered once; who has left has a day; offices and goals are members' own."""
    numbers: Counter[int] = Counter()
    for line, member in enumerate(replay.data["members"], start=1):
        place = Place(words=f"members line {line}")
        numbers[member["number"]] += 1
        place.same("number", 1, numbers[member["number"]], f"the number {member['number']} stands twice.")
        if member["status"] not in ("active", "left", "died"):
            raise place.stop("is no status of a member.", field="status", found=member["status"])
        place.same("left_on", member["status"] != "active", member["left_on"] is not None, "does not fit the status.")
    for line, goal in enumerate(replay.data["goals"], start=1):
        if goal["member"] is not None and goal["member"] not in replay.members:
            raise Place(words=f"goals line {line}").stop(
                "is nobody in the list of members.", field="member", found=goal["member"]
            )
    corrected = {correction["meeting"] for correction in replay.data["corrections"]}
    for meeting in replay.data["meetings"]:
        for entry in _entries(replay.original[meeting["id"]]):
            if entry["type"] == "exit" and meeting["id"] not in corrected:
                member = replay.members[str(uuid.UUID(entry["member"]))]
                place = Place(words=f"member {member['number']}", meeting=meeting["number"])
                place.same("status", entry["reason"], member["status"], "is not how the meeting says that she left.")
                place.same("left_on", meeting["held_on"], member["left_on"], "is not the day on which she left.")


def check_rules_and_cycles(replay: Replay) -> None:
    """Rules are numbered without a gap; a closed cycle has its share-out, with its sum."""
    data = replay.data
    for number, version in enumerate(data["constitutions"], start=1):
        place = Place(words=f"constitutions line {number}")
        place.same("number", number, version["number"], "is out of order.")
        place.same("currency", data["group"]["currency"], version["rules"].get("currency"), "is another currency.")
    share_outs = {meeting["cycle"]: meeting for meeting in data["meetings"] if meeting["kind"] == "share_out"}
    entries = {entry["id"]: entry for entry in data["entries"]}
    known = {cycle["id"] for cycle in data["cycles"]}
    for number, cycle in enumerate(data["cycles"], start=1):
        place = Place(words=f"cycles line {number}")
        place.same("number", number, cycle["number"], "is out of order.")
        meeting = share_outs.get(cycle["id"])
        place.same("closed_on", meeting and meeting["held_on"], cycle["closed_on"], "is not the day of its share-out.")
        if meeting is None:
            place.same("shared_out_minor", 0, cycle["shared_out_minor"], "but the cycle has no share-out.")
            continue
        reasons: Counter[str] = Counter()
        for transfer in entries[meeting["id"]]["transfers"]:
            reasons[transfer["reason"]] += transfer["amount_minor"]
        if not reasons["share_out_loss"]:
            place.same("shared_out_minor", reasons["share_out_savings"] + reasons["share_out_profit"],
                       cycle["shared_out_minor"], "is not what was shared out.")  # fmt: skip
    for meeting in data["meetings"]:
        if meeting["cycle"] not in known:
            raise Place(words="meetings", meeting=meeting["number"]).stop(
                "is in no cycle.", field="cycle", found=meeting["cycle"]
            )


def _entries(document: dict[str, Json]) -> list[dict[str, Json]]:
    return [entry for step in document["steps"] for entry in step["entries"]]


def _granted(replay: Replay) -> dict[str, dict[str, Json]]:
    """Each loan as a meeting, or the cut-off sheet, granted it; with the terms that were agreed last."""
    found: dict[str, dict[str, Json]] = {}
    sheet = replay.data["cut_off_sheet"]
    if sheet is not None:
        document = document_of(sheet, Place(words="cut_off_sheet"))
        for row in [*(document.get("loans") or []), *(document.get("external") or [])]:
            found[str(uuid.UUID(row["id"]))] = {**row, "by": sheet["id"], "on": sheet["cut_off_on"]}
    for meeting in replay.data["meetings"]:
        document = replay.in_force[meeting["id"]]
        for entry in _entries(document):
            if entry["type"] in ("loan", "external_loan"):
                found[str(uuid.UUID(entry["id"]))] = {**entry, "by": meeting["id"], "on": document["held_on"]}
            elif entry["type"] == "reschedule":
                grant = found[str(uuid.UUID(entry["loan"]))]
                grant["rescheduled"] = entry["terms"]
                grant["on_the_way"] = []
            elif entry["type"] in ("prepayment", "rate_change"):
                grant = found[str(uuid.UUID(entry["loan"]))]
                grant.setdefault("on_the_way", []).append({"held_on": document["held_on"], **entry})
    return found


def _written_off(replay: Replay) -> set[str]:
    """The loans that a meeting, or a share-out, wrote off."""
    voted = {
        str(uuid.UUID(entry["loan"]))
        for document in replay.in_force.values()
        for entry in _entries(document)
        if entry["type"] == "write_off"
    }
    standing = (transfer for transfers in replay.standing.values() for transfer in transfers.values())
    return voted | {t["credit"].partition("/")[2] for t in standing if t["reason"] == "loan_written_off"}


def _lent(replay: Replay) -> Counter[str]:
    """What was paid out on each loan, by the transfers that stand and the cut-off sheet."""
    found: Counter[str] = Counter()
    for entry in replay.data["entries"]:
        standing = (
            replay.standing[entry["id"]] if entry["kind"] != "opening" else {t["id"]: t for t in entry["transfers"]}
        )
        for transfer in standing.values():
            opened = transfer["reason"] == "opening_balance"
            if transfer["reason"] == "loan_disbursed" or (opened and transfer["debit"].startswith("loan_principal/")):
                found[transfer["debit"].partition("/")[2]] += transfer["amount_minor"]
            if transfer["reason"] == "external_loan_received" or (opened and "external_loan/" in transfer["credit"]):
                found[transfer["credit"].partition("/")[2]] += transfer["amount_minor"]
    return found


def check_loans(replay: Replay, computed: Balances) -> None:
    """Each loan is one that a meeting granted, on those terms, and owes what its transfers say."""
    granted, lost, lent = _granted(replay), _written_off(replay), _lent(replay)
    held_on = {document["held_on"] for source in (replay.original, replay.in_force) for document in source.values()}
    for number, loan in enumerate(replay.data["loans"], start=1):
        place = Place(words=f"loans line {number} ({loan['id']})")
        owed = computed.get(f"{'loan_principal' if loan['borrower'] else 'external_loan'}/{loan['id']}", 0)
        place.same("closed_on", loan["status"] != "open", loan["closed_on"] is not None, "does not fit the status.")
        if loan["status"] not in ("open", "repaid", "written_off", "reversed"):
            raise place.stop("is no status of a loan.", field="status", found=loan["status"])
        if loan["status"] != "open":
            place.same("status", 0, owed, f"the loan is {loan['status']}, but principal is owed.")
        if loan["status"] != "reversed":
            place.same(
                "status", loan["id"] in lost, loan["status"] == "written_off", "is not what the meetings decided."
            )
        if owed > loan["lent_minor"]:
            raise place.stop("is less than what is owed.", field="lent_minor", expected=owed, found=loan["lent_minor"])
        if loan["closed_on"] is not None and loan["closed_on"] not in held_on:
            raise place.stop("is not the day of a meeting.", field="closed_on", found=loan["closed_on"])
        for change in loan["changes"]:
            if change["meeting"] not in replay.meetings:
                raise place.stop("was changed by no meeting of this group.", field="changes", found=change["meeting"])
        if loan["status"] == "reversed":
            continue
        grant = granted.pop(loan["id"], None)
        if grant is None:
            raise place.stop("was granted by no meeting.", field="id", found=loan["id"])
        terms: dict[str, Json] = grant.get("terms") or {}
        if "rescheduled" not in grant:
            place.same("lent_minor", lent[loan["id"]], loan["lent_minor"], "is not what was paid out.")
        wanted = {
            "borrower": str(uuid.UUID(grant["member"])) if terms else None,
            "lender": "" if terms else grant["lender"],
            "box": grant.get("box", "loan_fund_box"),
            "principal_minor": terms["principal_minor"] if terms else grant["amount"],
            "guarantors": [str(uuid.UUID(member)) for member in grant.get("guarantors", [])],
            "meeting": grant["by"],
            "granted_on": grant["on"],
        }
        for name, value in wanted.items():
            place.same(name, value, loan[name], "is not what was agreed.")
        if terms:
            agreed = grant.get("rescheduled", terms)
            _check_schedule(loan, agreed, place)
            _check_on_the_way(loan["schedule"], agreed, grant.get("on_the_way") or [], place)
    for missing in granted:
        raise Place(words="loans").stop("a loan that was granted is missing.", field="id", expected=missing)


def _check_schedule(loan: dict[str, Json], terms: dict[str, Json], place: Place) -> None:
    """The plan is for the terms that were agreed, repays the principal, and adds up in every row."""
    plan = loan["schedule"]
    for name in AGREED:
        if name in terms:
            place.same(f"schedule/terms/{name}", terms[name], plan["terms"].get(name), "is not what was agreed.")
    try:
        rates = [Decimal(str(each.get("rate_percent") or 0)) for each in (terms, plan["terms"])]
    except InvalidOperation:
        rates = [Decimal(0), Decimal(1)]
    if rates[0] != rates[1]:
        raise place.stop(
            "is not what was agreed.", field="schedule/terms/rate_percent", expected=str(rates[0]), found=str(rates[1])
        )
    left, days = plan["terms"]["principal_minor"], [row["due_on"] for row in plan["rows"]]
    whole = plan["rows_before"] == 0 and len(plan["terms"].get("disbursements") or []) < 2
    for number, row in enumerate(plan["rows"], start=1):
        here = place / f"row {number} of the plan"
        here.same("number", number, row["number"], "is out of order.")
        parts = row["principal_minor"] + row["interest_minor"] + row["fee_minor"]
        here.same("payment_minor", parts, row["payment_minor"], "is not principal, interest and fee.")
        left -= row["principal_minor"]
        if whole:
            here.same("balance_after_minor", left, row["balance_after_minor"], "is not what is left then.")
    place.same("schedule/rows/due_on", sorted(days), days, "the plan is not in the order of its days.")
    repaid = sum(row["principal_minor"] for row in plan["rows"][plan["rows_before"] :])
    place.same("schedule/rows", plan["terms"]["principal_minor"], repaid, "the plan does not repay the principal.")


def _check_on_the_way(
    plan: dict[str, Json], agreed: dict[str, Json], decided: list[dict[str, Json]], place: Place
) -> None:
    """The plan has just the prepayments and the rates that were agreed at first and decided by meetings since."""
    early = [(each["on"], each.get("effect", "shorten")) for each in agreed.get("prepayments") or []]
    rates = {each["on"]: Decimal(str(each["rate_percent"])) for each in agreed.get("rate_changes") or []}
    paid: Counter[str] = Counter()
    for each in agreed.get("prepayments") or []:
        paid[each["on"]] += each["amount_minor"]
    for entry in decided:
        if entry["type"] == "prepayment":
            early.append((entry["held_on"], entry["effect"]))
            paid[entry["held_on"]] += entry["amount"]
        else:
            rates[entry["on"]] = Decimal(entry["rate_percent"])
    found = [(each["on"], each["effect"]) for each in plan["terms"].get("prepayments") or []]
    place.same("schedule/terms/prepayments", sorted(early), sorted(found), "are not those that were decided.")
    stated = {each["on"]: Decimal(str(each["rate_percent"])) for each in plan["terms"].get("rate_changes") or []}
    place.same("schedule/terms/rate_changes", rates, stated, "are not those that were decided.")
    rows: Counter[str] = Counter()
    for row in plan["rows"]:
        rows[row["due_on"]] += row["principal_minor"] if row["kind"] == "prepayment" else 0
    for each in plan["terms"].get("prepayments") or []:
        rows[each["on"]] -= each["amount_minor"]
        paid[each["on"]] -= each["amount_minor"]
        if paid[each["on"]] < 0:
            raise place.stop("is more than was paid.", field="schedule/terms/prepayments", found=each["amount_minor"])
    for day, difference in rows.items():
        place.same("schedule/rows", 0, difference, f"the prepayment of {day} is not in the plan as it was agreed.")
