"""Setting up a group in mid-cycle from a sheet that balances."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import CutOffSheet, SavingsGroup
from egenmakt.apps.groups.services.loans import write_loans
from egenmakt.apps.ledger.services import post_entry
from egenmakt.core.meetings.cut_off import CutOff, read_cut_off
from egenmakt.core.meetings.document import parse_json
from egenmakt.core.meetings.state import latest_day


class AlreadySetUp(ValueError):
    """The group has its opening balances, or meetings, already; correct those instead."""


def preview_cut_off(*, group: SavingsGroup, content: bytes, at: datetime) -> CutOff:
    """Read a cut-off sheet without writing anything. Raises: Unreadable; MeetingRefused when it does not balance."""
    members = group.memberships.filter(status="active").values_list("id", flat=True)
    return read_cut_off(value=parse_json(content), currency=group.currency, members=members, today=latest_day(at))


def set_up_in_mid_cycle(*, group: SavingsGroup, content: bytes, by: User, at: datetime) -> CutOffSheet:
    """Write a group's opening balances from its cut-off sheet, whole or not at all.

    The same sheet again returns what was written. Raises: AlreadySetUp, Unreadable, MeetingRefused, NotAllowed.
    """
    require(user=by, deed="group.update", node_id=group.id)
    sheet = preview_cut_off(group=group, content=content, at=at)
    with transaction.atomic():
        locked = SavingsGroup.objects.select_for_update().get(id=group.id)
        known = CutOffSheet.objects.filter(group=locked).first()
        if known is not None and known.id == sheet.id and bytes(known.content) == content:
            return known
        if known is not None or locked.last_number:
            raise AlreadySetUp("The group has opening balances or meetings already; a mistake in them is corrected.")
        if sheet.group != locked.id:
            raise AlreadySetUp("The sheet belongs to another group.")
        post_entry(
            book_id=locked.book_id,
            entry_id=sheet.id,
            kind="opening",
            position=0,
            effective_on=sheet.cut_off_on,
            transfers=sheet.transfers,
            subject=sheet.id,
            by=by.id,
            at=at,
        )
        write_loans(book_id=locked.book_id, meeting_id=sheet.id, granted=sheet.loans, on=sheet.cut_off_on)
        written = CutOffSheet.objects.create(
            id=sheet.id,
            group=locked,
            entry_id=sheet.id,
            cut_off_on=sheet.cut_off_on,
            content=content,
            entered_by=by.id,
            entered_at=at,
        )
        record(by=by, at=at, deed="group.set_up", subject_kind="group", subject_id=group.id, node_id=group.id, data={})
    return written
