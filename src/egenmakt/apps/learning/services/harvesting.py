"""Writing down an outcome, and letting somebody else find out whether it is so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Outcome, Substantiation
from egenmakt.apps.learning.services.common import known, note, organisation_of, readable, said, signed, use
from egenmakt.apps.people.models import Node


class NotATime(ValueError):
    """When it happened cannot be read."""


class OwnOutcome(PermissionError):
    """Nobody substantiates an outcome that he wrote down himself."""


def harvest(
    *,
    id: UUID,
    node: Node,
    who: str,
    what: str,
    when: str,
    where: str,
    contribution: str,
    significance: str,
    by: User,
    at: datetime,
    story_ids: Iterable[UUID] = (),
) -> Outcome:
    """Write down what somebody does differently. The same id again returns what is there.

    Args: when, such as 2026, 2026-03 or 2026-03-14. Raises: ReasonMissing, NotATime, NotReachable, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=node.id)
    if found := known(Outcome, id):
        return found
    stories = readable(by=by, story_ids=story_ids, node_id=node.id)
    with transaction.atomic():
        made = Outcome.objects.create(
            id=id,
            node=node,
            organisation_id=organisation_of(node),
            who=said(who, "Say who does something differently."),
            what=said(what, "Say what changed."),
            when=_time(when),
            where=said(where, "Say where it happened."),
            contribution=said(contribution, "Say what contributed to it."),
            significance=said(significance, "Say why it matters."),
            **signed(by, at),
        )
        use(stories=stories, at=at, outcome=made)
        note("outcome.written", made, node.id, by, at, stories=len(stories))
    return made


def _time(text: str) -> str:
    """A year, month or day that there is. Raises: NotATime."""
    stripped = text.strip()
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", stripped):
        try:
            date.fromisoformat((stripped + "-01-01")[:10])
        except ValueError:
            pass
        else:
            return stripped
    raise NotATime("Write when as a year, a month or a day: 2026, 2026-03 or 2026-03-14.")


def substantiate(
    *, id: UUID, outcome: Outcome, verdict: str, source: str, by: User, at: datetime, words: str = ""
) -> Substantiation:
    """Confirm an outcome, in whole or in part, or say that it could not be confirmed; never one's own.

    Raises: OwnOutcome, ReasonMissing, NotAllowed.
    """
    require(user=by, deed="outcome.substantiate", node_id=outcome.node_id)
    if by.id == outcome.written_by:
        raise OwnOutcome("Somebody else than who wrote it down finds out whether it is so.")
    if found := known(Substantiation, id):
        return found
    chosen = Substantiation.Verdict(verdict)
    text = words.strip()
    if chosen != Substantiation.Verdict.CONFIRMED:
        text = said(words, "Say what could not be confirmed.")
    with transaction.atomic():
        made = Substantiation.objects.create(
            id=id,
            outcome=outcome,
            verdict=chosen,
            source=said(source, "Say whom or what you asked."),
            words=text,
            **signed(by, at),
        )
        note("outcome.substantiated", made, outcome.node_id, by, at, verdict=chosen.value)
    return made
