"""A group's data as the records of its export: plain JSON objects, in an order that is always the same."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from egenmakt.apps.groups.models import (
    Arrival,
    ConstitutionVersion,
    Correction,
    CutOffSheet,
    Cycle,
    Goal,
    Meeting,
    Membership,
    OfficeHeld,
    SavingsGroup,
)
from egenmakt.apps.ledger.models import Account, JournalEntry, Transfer
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.apps.people.queries import breadcrumbs
from egenmakt.core.ledger.chart import AccountRef

Record = dict[str, Any]
CHUNK = 200


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _fields(row: Any, names: str) -> Record:
    return {name: _plain(getattr(row, name)) for name in names.split()}


def document_of(content: bytes) -> Record:
    """A document word for word: as text when it is UTF-8, otherwise in base64."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return {"document_base64": base64.b64encode(content).decode()}
    # the byte order mark of some editors is kept by base64 alone
    return {"document_base64": base64.b64encode(content).decode()} if text[:1] == "\ufeff" else {"document": text}


def group_record(group: SavingsGroup) -> Record:
    """The group itself, with where it stands in the tree."""
    node = group.node
    return {
        **_fields(group, "id kind currency language formed_on is_training support_ended_on closed_on"),
        **_fields(group, "last_number last_hash last_held_on"),
        "name": node.name,
        "country": node.country_id,
        "place": node.place.name if node.place else None,
        "above": [
            {"id": str(above.id), "kind": above.kind, "name": above.name} for above in breadcrumbs(node_id=node.id)[:-1]
        ],
    }


def member_records(group_id: UUID) -> list[Record]:
    """The members by their numbers, with their offices and without any secret of their PINs."""
    offices = defaultdict(list)
    held = OfficeHeld.objects.filter(membership__group_id=group_id).order_by("from_on", "office", "id")
    for office in held:
        offices[office.membership_id].append(_fields(office, "office from_on until_on"))
    rows = Membership.objects.filter(group_id=group_id).select_related("person", "member_group__node")
    records = []
    for row in rows.order_by("number"):
        person = row.person
        records.append(
            {
                **_fields(row, "id number symbol joined_on left_on status has_drawn_pot"),
                "person": str(person.id) if person else None,
                "member_group": _plain(row.member_group_id),
                "name": person.name if person else row.member_group.node.name,  # type: ignore[union-attr]  # one of both
                "sex": person.sex if person else None,
                "birth_year": person.birth_year if person else None,
                "has_disability": person.has_disability if person else None,
                "phone": person.phone if person else "",
                "offices": offices[row.id],
            }
        )
    return records


def constitution_records(group_id: UUID) -> list[Record]:
    """Every version of the rules that the members voted for."""
    rows = ConstitutionVersion.objects.filter(group_id=group_id).order_by("number")
    return [_fields(row, "id number adopted_on votes_for votes_against votes_abstained rules") for row in rows]


def cycle_records(group_id: UUID) -> list[Record]:
    """The cycles by their numbers."""
    rows = Cycle.objects.filter(group_id=group_id).order_by("number")
    return [_fields(row, "id number starts_on end_planned_on closed_on shared_out_minor") for row in rows]


def goal_records(group_id: UUID) -> list[Record]:
    """The goals of the group and of its members."""
    rows = Goal.objects.filter(group_id=group_id).order_by("set_on", "id")
    names = "id words measure target_minor set_on due_on given_up_on"
    return [{**_fields(row, names), "member": _plain(row.membership_id)} for row in rows]


def cut_off_record(group_id: UUID) -> Record | None:
    """The sheet with which a group began in mid-cycle, word for word."""
    row = CutOffSheet.objects.filter(group_id=group_id).first()
    if row is None:
        return None
    return {**_fields(row, "id cut_off_on entered_by entered_at"), **document_of(bytes(row.content))}


def meeting_records(group_id: UUID) -> Iterator[Record]:
    """The meetings by their numbers, each with its document word for word."""
    names = (
        "id number kind source held_on previous_hash hash code members_active present late excused on_leave absent "
        "recorded_at"
    )
    rows = Meeting.objects.filter(group_id=group_id).select_related("arrival").order_by("number")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            **_fields(row, names),
            "cycle": str(row.cycle_id),
            "constitution": row.constitution_number,
            "content_hash": row.arrival.content_hash,
            **document_of(bytes(row.arrival.content)),
        }


def correction_records(group_id: UUID) -> list[Record]:
    """The corrections in the order in which they were made, each with the meeting as it should have been."""
    rows = Correction.objects.filter(meeting__group_id=group_id).select_related("meeting")
    return [
        {
            **_fields(row, "id reason corrected_by corrected_at effect"),
            "meeting": str(row.meeting_id),
            "meeting_number": row.meeting.number,
            "decided_in": _plain(row.decided_in_id),
            **document_of(bytes(row.content)),
        }
        for row in rows.order_by("corrected_at", "meeting__number", "id")
    ]


def loan_records(book_id: UUID) -> list[Record]:
    """The loans with their plans, and what meetings changed in them."""
    changes = defaultdict(list)
    for change in LoanChange.objects.filter(loan__book_id=book_id).order_by("id"):
        changes[change.loan_id].append(_fields(change, "kind on meeting before"))
    names = (
        "id borrower lender box schedule principal_minor lent_minor interest_before_minor fees_before_minor "
        "guarantors granted_on meeting status closed_on"
    )
    rows = Loan.objects.filter(book_id=book_id).order_by("granted_on", "id")
    return [{**_fields(row, names), "changes": changes[row.id]} for row in rows]


def account_balances(book_id: UUID) -> dict[str, int]:
    """Every account of the book with its balance now, by its key."""
    rows = Account.objects.filter(book_id=book_id).values_list("kind", "owner", "balance_minor")
    return dict(sorted((AccountRef(kind, owner).key, balance) for kind, owner, balance in rows))


def in_posting_order(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """Entries as they were recorded; what came at one instant by its meeting, and corrections after meetings."""
    is_correction = Case(When(kind="correction", then=Value(1)), default=Value(0), output_field=IntegerField())
    return entries.order_by("posted_at", is_correction, "position", "id")


_OF_A_TRANSFER = (
    "entry_id", "sequence", "id", "amount_minor", "reason", "effective_on", "debit_account_id", "credit_account_id",
    "reverses_id",
)  # fmt: skip


def entry_records(book_id: UUID) -> Iterator[Record]:
    """The entries of the journal in the order in which they were recorded, each with its transfers."""
    keys = {
        id_: AccountRef(kind, owner).key
        for id_, kind, owner in Account.objects.filter(book_id=book_id).values_list("id", "kind", "owner")
    }
    names = "id kind position effective_on posted_at posted_by subject transfer_count amount_total_minor"
    rows = in_posting_order(JournalEntry.objects.filter(book_id=book_id)).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        transfers = defaultdict(list)
        found = Transfer.objects.filter(entry__in=[entry.id for entry in chunk]).order_by("entry", "sequence")
        # tens of thousands in a group of some years: as plain rows they take half the time of models
        for entry_id, sequence, id_, minor, reason, on, debit, credit, reverses in found.values_list(*_OF_A_TRANSFER):
            transfers[entry_id].append(
                {
                    "sequence": sequence,
                    "id": str(id_),
                    "amount_minor": minor,
                    "reason": reason,
                    "effective_on": on.isoformat(),
                    "debit": keys[debit],
                    "credit": keys[credit],
                    "reverses": _plain(reverses),
                }
            )
        for entry in chunk:
            yield {**_fields(entry, names), "transfers": transfers[entry.id]}


def quarantine_records(group_id: UUID) -> Iterator[Record]:
    """What arrived and was not accepted, word for word, with why and what became of it."""
    names = (
        "id meeting_id previous_hash content_hash received_at received_by state findings settled_by settled_at "
        "settled_words"
    )
    rows = Arrival.objects.filter(group_id=group_id).exclude(state=Arrival.State.ACCEPTED)
    for row in rows.order_by("received_at", "id").iterator(chunk_size=CHUNK):
        yield {**_fields(row, names), **document_of(bytes(row.content))}
