"""Three keys as three PINs: how a member locks a meeting, and how the lock is checked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from egenmakt.core.meetings.document import MeetingDocument
from egenmakt.core.meetings.refusals import Refusal
from egenmakt.core.meetings.state import GroupState

ROUNDS = 100_000
"""Rounds of PBKDF2: about a tenth of a second on a cheap phone. A PIN is short, so the brake on wrong tries, and the
phone's own lock, protect it more than this does; `docs/security.md` says from whom."""

PIN_LENGTHS = (4, 8)


class NotAPin(ValueError):
    """A PIN is four to eight digits, not all of them the same."""


def pin_key(*, pin: str, member: UUID) -> bytes:
    """The secret made from a member's PIN; the PIN itself is never kept.

    Args: pin, four to eight digits in any script; member, whose id is the salt.
    Returns: 32 bytes. Raises: NotAPin.
    """
    try:
        digits = "".join(str(int(character)) for character in pin)
    except ValueError:
        raise NotAPin("A PIN is made of digits only.") from None
    if not PIN_LENGTHS[0] <= len(digits) <= PIN_LENGTHS[1]:
        raise NotAPin(f"A PIN has {PIN_LENGTHS[0]} to {PIN_LENGTHS[1]} digits.")
    if len(set(digits)) == 1:
        raise NotAPin("A PIN of one digit repeated is too easy to guess; choose another.")
    return hashlib.pbkdf2_hmac("sha256", digits.encode(), member.bytes, ROUNDS)


def proof(*, key: bytes, meeting_hash: str) -> str:
    """What a member's key makes of a meeting: it fits this meeting and no other."""
    return hmac.digest(key, bytes.fromhex(meeting_hash), "sha256").hex()


def check_keys(
    *,
    document: MeetingDocument,
    state: GroupState,
    pin_keys: Mapping[UUID, bytes],
    waiting_minutes: Mapping[UUID, int] | None = None,
) -> tuple[list[Refusal], list[UUID], set[UUID]]:
    """Whether enough different members locked the meeting, enough of them from outside the committee.

    Args: the secrets of the members by id; for members who must wait after wrong PINs, how long.
    Returns: the refusals, the members whose PIN was wrong, and those whose PIN was right.
    Source: the box with three padlocks, whose keys are kept outside the committee (VSLA).
    """
    waiting = waiting_minutes or {}
    tried: set[UUID] = set()
    refusals: list[Refusal] = []
    wrong: list[UUID] = []
    turned: set[UUID] = set()
    rules = state.constitution
    for index, key in enumerate(document.keys):
        where, member = f"/keys/{index}", state.members.get(key.member)
        if member is None or not member.active:
            refusals.append(Refusal("not_a_member", where, {"member": member.label if member else str(key.member)}))
        elif key.member in document.away:
            refusals.append(Refusal("key_absent", where, {"member": member.label}))
        elif key.member in tried:  # one try for each document, or a single upload could try every PIN
            refusals.append(Refusal("key_turned_twice", where, {"member": member.label}))
        elif key.member in waiting:
            refusals.append(Refusal("pin_must_wait", where, {"member": member.label, "minutes": waiting[key.member]}))
        elif key.member not in pin_keys:
            refusals.append(Refusal("no_pin", where, {"member": member.label}))
        elif not hmac.compare_digest(proof(key=pin_keys[key.member], meeting_hash=document.hash), key.proof):
            refusals.append(Refusal("wrong_pin", where, {"member": member.label}))
            wrong.append(key.member)
        else:
            turned.add(key.member)
        tried.add(key.member)
    if document.source == "paper" or refusals:
        return refusals, wrong, turned
    if len(turned) < rules.keys_needed:
        clause = rules.clause_for("keys_needed")
        values = {"given": len(turned), "needed": rules.keys_needed}
        refusals.append(Refusal("too_few_keys", "/keys", values, clause.number, clause.words))
    outside = sum(not state.members[member].in_committee for member in turned)
    if outside < rules.keys_outside_committee:
        clause = rules.clause_for("keys_outside_committee")
        values = {"outside": outside, "needed": rules.keys_outside_committee}
        refusals.append(Refusal("keys_in_committee", "/keys", values, clause.number, clause.words))
    return refusals, wrong, turned
