"""What goes wrong in real programmes: two phones, a box that is not counted right, a mistake found weeks later."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction

from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.groups.services.arriving import Receipt
from egenmakt.apps.groups.services.corrections import NothingChanged, WouldFallBelowZero, correct_meeting
from egenmakt.apps.groups.services.meetings import settle_arrival
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.draft import lock
from egenmakt.core.meetings.refusals import MeetingRefused
from egenmakt.interfaces.cli.demo_programme.forming import GroupAtWork, instant
from egenmakt.interfaces.cli.demo_programme.meetings import (
    Document,
    NotAsPlanned,
    must_be_accepted,
    send,
    write_meeting,
)

SWAPPED = ("shares", "compulsory", "voluntary")


def meet_with_two_phones(group: GroupAtWork, place: int, *, is_settled: bool) -> None:
    """Two phones recorded the same meeting: the first is accepted, the other is kept for people to decide about."""
    first, second = write_meeting(group, place), write_meeting(group, place, version="second phone")
    must_be_accepted(group, send(group, first), place)
    receipt = send(group, second, hour=16)
    _expect("quarantined", receipt)
    if is_settled:
        settle_arrival(
            arrival=Arrival.objects.get(meeting_id=receipt.meeting_id),
            words="The group read both aloud. The first is right; the second phone had been lent to a child.",
            by=group.branch.officer,
            at=instant(group.plan.meets_on[place], 19),
        )


def meet_after_a_refusal(group: GroupAtWork, place: int) -> None:
    """The box was counted short without a reason: refused. Counted again, it was right."""
    document = write_meeting(group, place)
    wrong = copy.deepcopy(document)
    wrong["id"] = str(group.id(group.plan.meets_on[place], "meeting", place, "counted wrongly"))
    closing = next(line for line in wrong["closing"] if line["counts"][0]["amount"] > 0)
    closing["reason"] = ""
    for count in closing["counts"]:
        count["amount"] -= min(count["amount"], group.unit_minor // 2)
    _expect("refused", send(group, lock(wrong, keys=_keys(group, document)), hour=14))
    must_be_accepted(group, send(group, document), place)


def meet_out_of_order(group: GroupAtWork, place: int) -> None:
    """The last meeting's phone has no network yet: the one after it came first, and waits.

    The meeting before is worked out, used to write the next one, and taken back, as if it had not arrived.
    """
    with transaction.atomic():
        point = transaction.savepoint()
        must_be_accepted(group, send(group, write_meeting(group, place)), place)
        following = write_meeting(group, place + 1)
        transaction.savepoint_rollback(point)
    group.row.refresh_from_db()
    _expect("held", send(group, following))


def _keys(group: GroupAtWork, document: Document) -> dict[Any, bytes]:
    named = {key["member"] for key in document["keys"]}
    return {id: key for id, key in group.keys.items() if str(id) in named}


def _expect(status: str, receipt: Receipt) -> None:
    if receipt.status != status:
        raise NotAsPlanned(f"A meeting should have been {status}, and was {receipt.status}: {receipt.findings}")


def correct_an_old_meeting(group: GroupAtWork, on: date) -> bool:
    """Two members' savings had been written on each other's lines; the group found out and decided.

    Returns: whether there was such a meeting in the open cycle.
    """
    meetings = list(
        Meeting.objects.filter(group=group.row, cycle__closed_on__isnull=True, kind="ordinary")
        .select_related("arrival", "cycle")
        .order_by("-number")
    )
    for meeting in meetings[len(meetings) // 3 :]:
        for content in _swaps(json.loads(bytes(meeting.arrival.content))):
            try:
                correct_meeting(
                    id=group.id(on, "correction", meeting.number),
                    meeting=meeting,
                    content=canonical(content),
                    reason="The savings of two members were written on each other's lines; both passbooks show it.",
                    decided_in=meetings[0],
                    by=group.by,
                    at=instant(on, 20),
                )
            except (NothingChanged, MeetingRefused, WouldFallBelowZero):
                continue  # with those savings a loan would not have been given: another mistake is told
            return True
    return False


def _swaps(document: Document) -> Iterator[Document]:
    """The meeting with the savings of two members exchanged, for the first few pairs that saved differently."""
    found = 0
    for step in document["steps"]:
        lines = [entry for entry in step["entries"] if entry["type"] in SWAPPED]
        for one, other in pairwise(lines):
            if one["type"] != other["type"] or one.get("shares", one.get("amount")) == other.get(
                "shares", other.get("amount")
            ):
                continue
            one["member"], other["member"] = other["member"], one["member"]
            yield copy.deepcopy(document)
            one["member"], other["member"] = other["member"], one["member"]
            found += 1
            if found == 3:
                return
