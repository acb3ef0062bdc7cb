"""The journal once more from the beginning: each entry against its meeting, correction or cut-off sheet."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator

from egenmakt_verify.book import Balances, Transfer, check_not_below_zero, check_transfer, post
from egenmakt_verify.chain import document_of, fingerprint
from egenmakt_verify.derive import Derivation
from egenmakt_verify.report import Json, Place

ATTENDANCE = {"present": "present", "late": "late", "excused": "excused", "leave": "on_leave", "absent": "absent"}


def _id_at(entry: str, name: str) -> str:
    """The id of a transfer: its entry's time, then a hash of the entry and the place (RFC 9562, version 8)."""
    owner = uuid.UUID(entry)
    digest = hashlib.sha256(owner.bytes + name.encode()).hexdigest()[:20]
    digits = owner.hex[:12] + "8" + digest[1:4] + "89ab"[int(digest[4], 16) & 3] + digest[5:]
    return str(uuid.UUID(digits))


def _by_id(records: list[dict[str, Json]], name: str) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = {}
    for number, record in enumerate(records, start=1):
        if found.setdefault(record["id"], record) is not record:
            raise Place(words=f"{name} line {number}").stop("stands twice.", field="id", found=record["id"])
    return found


class Replay:
    """The book as it grows, entry by entry."""

    def __init__(self, data: dict[str, Json], documents: dict[str, dict[str, Json]]) -> None:
        self.data, self.original = data, documents
        self.in_force = dict(documents)
        """Each meeting's document as it stands after its corrections."""
        self.members, self.loans = _by_id(data["members"], "members"), _by_id(data["loans"], "loans")
        self.meetings = _by_id(data["meetings"], "meetings")
        self.corrections = _by_id(data["corrections"], "corrections")
        self.rules = {version["number"]: version for version in data["constitutions"]}
        self.owners = {"": "", **dict.fromkeys(self.members, "member"), **dict.fromkeys(self.loans, "loan")}
        self.balances: Balances = {}
        self.at_position: defaultdict[int, Balances] = defaultdict(dict)
        self.standing: defaultdict[str, dict[str, Transfer]] = defaultdict(dict)
        """By meeting: the transfers that stand, by their ids, without those that were reversed."""

    def run(self) -> None:
        """Replay everything. Raises: Disagrees at the first line that does not follow."""
        entries = _by_id(self.data["entries"], "entries")
        wanted = [*self.meetings, *self.corrections]
        wanted += [self.data["cut_off_sheet"]["id"]] if self.data["cut_off_sheet"] else []
        for id in wanted:
            if id not in entries:
                raise Place(words="entries").stop("an entry is missing.", field="id", expected=id)
        last_at, seen = "", set()
        for number, entry in enumerate(self.data["entries"], start=1):
            place = Place(words=f"entries line {number} ({entry['kind']})", meeting=entry["position"])
            if entry["posted_at"] < last_at:
                raise place.stop("is older than the entry before it.", field="posted_at", found=entry["posted_at"])
            last_at = entry["posted_at"]
            for transfer in self.transfers(entry, place):
                if transfer["id"] in seen:
                    raise place.stop("a transfer stands twice.", field="id", found=transfer["id"])
                seen.add(transfer["id"])
            before = dict(self.balances)
            self.entry(entry, place)
            for transfer in entry["transfers"]:
                post(self.balances, transfer["debit"], transfer["credit"], transfer["amount_minor"])
                post(
                    self.at_position[entry["position"]], transfer["debit"], transfer["credit"], transfer["amount_minor"]
                )
            check_not_below_zero(self.balances, place)
            if entry["kind"] == "correction":
                self.effect(entry, before, place)

    def transfers(self, entry: dict[str, Json], place: Place) -> Iterator[Transfer]:
        """The transfers of an entry: counted, added up, in order, each with the id that follows from its place."""
        transfers = entry["transfers"]
        undone = sum(transfer["reverses"] is not None for transfer in transfers)
        for index, transfer in enumerate(transfers):
            here = place / f"transfer {index}"
            here.same("sequence", index, transfer["sequence"], "is out of order.")
            name = str(index)
            if entry["kind"] == "correction":
                name = f"reversal/{index}" if index < undone else f"added/{index - undone}"
            here.same("id", _id_at(entry["id"], name), transfer["id"], "does not follow from its place.")
            check_transfer(transfer, self.owners, here)
            yield transfer
        place.same("transfer_count", len(transfers), entry["transfer_count"], "is not the number of its transfers.")
        total = sum(transfer["amount_minor"] for transfer in transfers)
        place.same("amount_total_minor", total, entry["amount_total_minor"], "is not the sum of its transfers.")

    def entry(self, entry: dict[str, Json], place: Place) -> None:
        """Hold an entry against what it comes from."""
        known = {"meeting": self.meetings, "share_out": self.meetings, "correction": self.corrections}
        sheet = self.data["cut_off_sheet"]
        if entry["kind"] == "opening" and sheet and entry["id"] == sheet["id"]:
            self.opening(entry, sheet, place)
            return
        source = known.get(entry["kind"], {}).get(entry["id"])
        if source is None:
            raise place.stop("belongs to no meeting, correction or cut-off sheet.", field="kind", found=entry["kind"])
        if entry["kind"] == "correction":
            self.correction(entry, source, place)
            return
        is_share_out = source["kind"] == "share_out"
        place.same("kind", "share_out" if is_share_out else "meeting", entry["kind"], "is not the kind of its meeting.")
        for name, value in (("position", source["number"]), ("subject", source["id"]),
                            ("effective_on", source["held_on"]), ("posted_at", source["recorded_at"])):  # fmt: skip
            place.same(name, value, entry[name], "is not what the meeting says.")
        for transfer in entry["transfers"]:
            if transfer["reverses"] is not None:
                raise place.stop("only a correction reverses.", field="reverses", found=transfer["reverses"])
        self.standing[source["id"]] = {transfer["id"]: transfer for transfer in entry["transfers"]}
        self.derive(source, self.original[source["id"]], entry["transfers"], True, self.balances, place)

    def derive(
        self, meeting: dict[str, Json], document: dict[str, Json], transfers: list[Transfer], ordered: bool,
        balances: Balances, place: Place,
    ) -> None:  # fmt: skip
        version = self.rules.get(meeting["constitution"])
        if version is None or version["adopted_on"] > max(document["held_on"], meeting["held_on"]):
            raise place.stop("names rules that were not in force.", field="constitution", found=meeting["constitution"])
        Derivation(
            transfers=transfers, ordered=ordered, balances=dict(balances), rules=version["rules"], loans=self.loans,
            place=place,
        ).run(document)  # fmt: skip
        place.same(
            "rules", fingerprint(version["rules"], place), document.get("rules"), "is not the fingerprint of the rules."
        )

    def correction(self, entry: dict[str, Json], correction: dict[str, Json], place: Place) -> None:
        """Reversals mirror what stands, each once; and what then stands is what the corrected meeting says."""
        meeting = self.meetings.get(correction["meeting"])
        if meeting is None or self.in_force.get(meeting["id"]) is None:
            raise place.stop("corrects no meeting of this group.", field="meeting", found=correction["meeting"])
        posted = {"position": meeting["number"], "subject": meeting["id"]}
        posted |= {"posted_at": correction["corrected_at"], "posted_by": correction["corrected_by"]}
        for name, value in posted.items():
            place.same(name, value, entry[name], "is not what the correction says.")
        place.same("meeting_number", meeting["number"], correction["meeting_number"])
        if correction["decided_in"] is not None and correction["decided_in"] not in self.meetings:
            raise place.stop("is not a meeting of this group.", field="decided_in", found=correction["decided_in"])
        document, before = document_of(correction, place), self.original[meeting["id"]]
        for name in ("id", "group", "cycle", "number", "kind", "previous", "constitution", "rules"):
            place.same(name, before.get(name), document.get(name), "may not be changed by a correction.")
        place.same("effective_on", document["held_on"], entry["effective_on"], "is not the day of the meeting.")
        standing = self.standing[meeting["id"]]
        for transfer in entry["transfers"]:
            here = place / f"transfer {transfer['sequence']} ({transfer['id']})"
            if transfer["reverses"] is None:
                standing[transfer["id"]] = transfer
                continue
            old = standing.pop(transfer["reverses"], None)
            if old is None:
                raise here.stop("reverses what does not stand, or is reversed already.", field="reverses",
                                found=transfer["reverses"])  # fmt: skip
            mirror = {"debit": old["credit"], "credit": old["debit"], "amount_minor": old["amount_minor"],
                      "effective_on": old["effective_on"], "reason": f"reversal_of_{old['reason']}"}  # fmt: skip
            for name, value in mirror.items():
                here.same(name, value, transfer[name], "does not mirror what it reverses.")
        earlier: Balances = Counter()
        for position, change in self.at_position.items():
            if position < meeting["number"]:
                for account, amount in change.items():
                    earlier[account] += amount
        self.derive(meeting, document, list(standing.values()), False, earlier, place)
        self.in_force[meeting["id"]] = document

    def effect(self, entry: dict[str, Json], before: Balances, place: Place) -> None:
        """What was shown to the members before they agreed to the correction."""
        touched = {transfer[side] for transfer in entry["transfers"] for side in ("debit", "credit")}
        changed = {a: self.balances[a] for a in touched if self.balances[a] != before.get(a, 0)}
        stated = {line["account"]: line for line in self.corrections[entry["id"]]["effect"]["accounts"]}
        for account in sorted(changed.keys() | stated.keys()):
            was, now = before.get(account, 0), self.balances.get(account, 0)
            expected = {"account": account, "change_minor": now - was, "before_minor": was, "after_minor": now}
            place.same(f"effect of {account}", expected, stated.get(account), "is not what the correction did.")

    def opening(self, entry: dict[str, Json], sheet: dict[str, Json], place: Place) -> None:
        """After the opening entry every account holds what the cut-off sheet says."""
        for name, value in (("position", 0), ("subject", sheet["id"]), ("effective_on", sheet["cut_off_on"]),
                            ("posted_at", sheet["entered_at"]), ("posted_by", sheet["entered_by"])):  # fmt: skip
            place.same(name, value, entry[name], "is not what the cut-off sheet says.")
        document = document_of(sheet, place)
        place.same("cut_off_on", sheet["cut_off_on"], document["cut_off_on"], "is not what the cut-off sheet says.")
        wanted: Balances = {**document.get("balances", {})}
        for row in document.get("members") or []:
            for kind in ("shares", "compulsory_savings", "voluntary_savings", "fines_due"):
                wanted[f"{kind}/{uuid.UUID(row['member'])}"] = row.get(kind, 0)
        for row in document.get("loans") or []:
            wanted[f"loan_principal/{uuid.UUID(row['id'])}"] = row["terms"]["principal_minor"]
        for row in document.get("external") or []:
            wanted[f"external_loan/{uuid.UUID(row['id'])}"] = row["amount"]
        wanted["fines_charged"] = sum(row.get("fines_due", 0) for row in document.get("members") or [])
        opened: Balances = {}
        for transfer in entry["transfers"]:
            place.same("reason", "opening_balance", transfer["reason"])
            place.same("reverses", None, transfer["reverses"])
            place.same("effective_on", sheet["cut_off_on"], transfer["effective_on"])
            post(opened, transfer["debit"], transfer["credit"], transfer["amount_minor"])
        for account in sorted(wanted.keys() | opened.keys()):
            place.same(account, wanted.get(account, 0), opened.get(account, 0), "is not what the cut-off sheet says.")
