"""`egenmakt check`: every balance added up again, every chain read again, every guard looked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from egenmakt.interfaces.cli.database import load_django, require_migrated
from egenmakt.interfaces.cli.errors import fail
from egenmakt.interfaces.cli.progress import progress

if TYPE_CHECKING:
    from egenmakt.apps.groups.models import SavingsGroup


@click.command()
def command() -> None:
    """Check the whole database: it ends with 1 and names what is wrong, or says how much was checked."""
    load_django()
    require_migrated()
    from django.db import connection

    from egenmakt.apps.audit.guards import all_guards, missing
    from egenmakt.apps.groups.models import Meeting, SavingsGroup
    from egenmakt.apps.ledger.models import Account

    faults = [f"The database lacks its guard {name}." for name in missing(connection, all_guards())]
    faults += _book_faults()
    groups = SavingsGroup.objects.order_by("id")
    count = groups.count()
    with progress(groups.iterator(chunk_size=500), label="Reading the chains", length=count) as steps:
        for group in steps:
            faults += chain_faults(group)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        fail(f"{len(faults)} faults were found.", remedy="restore a backup into an empty database and compare")
    click.echo(f"All is right: {Account.objects.count()} balances, {count} groups, {Meeting.objects.count()} meetings.")


def _book_faults() -> list[str]:
    from egenmakt.apps.ledger.checks import audit_books, audit_entries
    from egenmakt.apps.ledger.queries import cash_flow

    faults = [
        f"Book {fault.book_id}, account {fault.account}: the balance is {fault.stored_minor}, "
        f"but its transfers add up to {fault.recomputed_minor}."
        for fault in audit_books()
    ]
    faults += [
        f"Entry {fault.entry_id}: {fault.found} transfers were found, "
        + ("but the entry itself is missing." if fault.counted is None else f"but it was sealed with {fault.counted}.")
        for fault in audit_entries()
    ]
    faults += [
        f"{currency}: money in ({flow.in_minor}) is not money out ({flow.out_minor}) and held ({flow.held_minor})."
        for currency, flow in cash_flow().items()
        if not flow.is_proved
    ]
    return faults


def chain_faults(group: SavingsGroup) -> Iterator[str]:
    """What is wrong with a group's chain of meetings: the documents' hashes, the links, the codes, the last link."""
    from egenmakt.apps.groups.models import Meeting
    from egenmakt.core.ledger.chain import NotCanonical, meeting_code, meeting_hash
    from egenmakt.core.meetings.document import parse_json
    from egenmakt.core.meetings.fields import Unreadable

    previous, number = "", 0
    rows = Meeting.objects.filter(group=group).select_related("arrival").order_by("number")
    for number, meeting in enumerate(rows.iterator(chunk_size=200), start=1):
        where = f"Group {group.id}, meeting {meeting.number}"
        if meeting.number != number:
            yield f"{where}: meeting {number} is missing."
            return
        try:
            found = meeting_hash(parse_json(bytes(meeting.arrival.content)))
        except (Unreadable, NotCanonical) as error:
            yield f"{where}: the document cannot be read: {error}"
            return
        if found != meeting.hash or meeting_code(found) != meeting.code:
            yield f"{where}: the document is not the one that was recorded."
        if meeting.previous_hash != previous:
            yield f"{where}: the chain is broken before it."
        previous = meeting.hash
    if (group.last_number, group.last_hash) != (number, previous):
        yield f"Group {group.id}: the last link is not that of its last meeting."
