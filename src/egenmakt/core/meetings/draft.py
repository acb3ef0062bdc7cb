"""Writing a meeting document: from what the group did to the JSON that is sent, sealed and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.chain import meeting_hash
from egenmakt.core.meetings.document import SCHEMA, read_meeting
from egenmakt.core.meetings.entries.table import ENTRY_FIELDS, ENTRY_TYPES
from egenmakt.core.meetings.fields import BOXES
from egenmakt.core.meetings.keys import proof
from egenmakt.core.meetings.meeting import preview
from egenmakt.core.meetings.state import GroupState

Document = dict[str, Any]


def open_document(
    *,
    state: GroupState,
    id: UUID,
    held_on: date,
    roll_call: Mapping[UUID, str],
    kind: str = "ordinary",
    source: str = "meeting",
    counted: Mapping[str, tuple[int, str]] | None = None,
    notes: str = "",
) -> Document:
    """A document for the group's next meeting, with its boxes counted and nothing done yet.

    Args: counted, what was found in a box and the reason where that differs from the ledger; boxes that are not named
    are taken to hold what the ledger says. Returns: JSON, to be filled by `add_entries` and closed by `close_document`.
    """
    found = counted or {}
    boxes = [box for box in BOXES if state.balance(box) or box in found]
    return {
        "schema": SCHEMA,
        "id": str(id),
        "group": str(state.group_id),
        "cycle": str(state.cycle_id),
        "number": state.last_number + 1,
        "kind": kind,
        "source": source,
        "held_on": held_on.isoformat(),
        "constitution": state.constitution_version,
        "rules": state.rules_hash,
        "previous": state.last_hash,
        "notes": notes,
        "roll_call": [{"member": str(member), "state": mark} for member, mark in roll_call.items()],
        "opening": [_opening(state, box, found.get(box)) for box in boxes],
        "steps": [],
        "closing": [],
        "keys": [],
    }


def _opening(state: GroupState, box: str, found: tuple[int, str] | None) -> Document:
    counted, reason = found or (state.balance(box), "")
    return {"box": box, "expected": state.balance(box), "counted": counted, "reason": reason}


def add_entries(document: Document, entries: Sequence[Mapping[str, Any]], *, state: GroupState) -> Document:
    """The document with entries added, each in its own step and the steps in the group's order.

    Args: entries, JSON objects with a `type`. Returns: a new document.
    """
    steps = {step["step"]: list(step["entries"]) for step in document["steps"]}
    for entry in entries:
        steps.setdefault(ENTRY_TYPES[entry["type"]].step, []).append(dict(entry))
    order = (*state.constitution.meeting_steps, "share_out")
    return {**document, "steps": [{"step": name, "entries": steps[name]} for name in order if name in steps]}


def expected_boxes(document: Document, *, state: GroupState, today: date) -> dict[str, int]:
    """What each box should hold after all steps, in minor units. Raises: Unreadable."""
    now = preview(state=state, document=read_meeting(document, ENTRY_FIELDS), today=today)
    return {box: now.box(box) for box in BOXES if now.box(box) or any(o["box"] == box for o in document["opening"])}


def close_document(
    document: Document,
    *,
    boxes: Mapping[str, int],
    counters: Sequence[UUID],
    keys: Mapping[UUID, bytes],
    reasons: Mapping[str, str] | None = None,
) -> Document:
    """The document with its boxes counted and locked.

    Args: boxes, what every counter found; keys, the secrets of the members who lock it. Returns: a new document.
    """
    why = reasons or {}
    closed = {
        **document,
        "closing": [
            {
                "box": box,
                "counts": [{"by": str(counter), "amount": amount} for counter in counters],
                "reason": why.get(box, ""),
            }
            for box, amount in boxes.items()
        ],
    }
    return lock(closed, keys=keys)


def lock(document: Document, *, keys: Mapping[UUID, bytes]) -> Document:
    """The document with the proofs of the members who lock it; locking again replaces them."""
    fingerprint = meeting_hash(document)
    proofs = [
        {"member": str(member), "proof": proof(key=key, meeting_hash=fingerprint)} for member, key in keys.items()
    ]
    return {**document, "keys": proofs}
