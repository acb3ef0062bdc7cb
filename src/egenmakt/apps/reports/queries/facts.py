"""The facts of a body and of everything below it, out of the database: no names, no training groups, no test stories.

A few queries for each table, however many groups there are, read as they come. Facts until a day know nothing of what
happened on it or later: who left afterwards is still a member, a group that closed afterwards is still open.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from egenmakt.apps.reports.queries.facts_groups import (
    group_rows,
    heads_of,
    meeting_rows,
    member_rows,
    money_rows,
    survival_rows,
)
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.reports.queries.facts_loans import loan_rows
from egenmakt.apps.reports.queries.facts_stories import story_rows
from egenmakt.apps.reports.queries.indicators import outside_rows
from egenmakt.core.evidence.facts import Facts


def facts_of(*, node_id: UUID, until_on: date) -> Facts:
    """All facts of a body and below until a day, which is exclusive."""
    hidden = Hidden()
    heads = heads_of(node_id=node_id, hidden=hidden)
    return Facts.of(
        {
            "groups": group_rows(heads=heads, until_on=until_on),
            "members": member_rows(heads=heads, hidden=hidden, until_on=until_on),
            "meetings": meeting_rows(heads=heads, hidden=hidden, until_on=until_on),
            "money": money_rows(heads=heads, until_on=until_on),
            "loans": loan_rows(heads=heads, hidden=hidden, until_on=until_on),
            "survival": survival_rows(heads=heads, until_on=until_on),
            "stories": story_rows(node_id=node_id, hidden=hidden, until_on=until_on),
            "outside": outside_rows(node_id=node_id, hidden=hidden, until_on=until_on),
        }
    )
