"""Monthly reports of invented bodies: figures that agree with themselves, brought as far as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import check_of
from egenmakt.apps.reports.services.monthly import TypedLine, start_draft, write_figures
from egenmakt.apps.reports.services.monthly_steps import answer_finding, approve, check_report, publish
from egenmakt.core.evidence.answering import print_of
from egenmakt.core.evidence.counts import read_count
from egenmakt.core.evidence.months import Month
from tests.support.tree import Tree

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)
FIRST = Month(2025, 10)
FLOWS: Mapping[str, tuple[int, ...]] = {
    "groups": (4, 3, 5, 2, 6, 4, 3),
    "members": (61, 47, 83, 29, 95, 58, 52),
    "women": (52, 39, 71, 24, 80, 49, 41),
    "enterprises": (11, 7, 14, 9, 16, 12, 8),
    "jobs": (17, 12, 23, 13, 27, 19, 11),
}
"""Figures of the first seven months: October 2025 to April 2026."""


def figures(place: int, **other: tuple[int | str, int | str]) -> dict[str, TypedLine]:
    """The lines of the month at a place, the first being 0. Args: other, a line that says something else."""
    found = {}
    for code, flows in FLOWS.items():
        flow, accumulated = other.get(code, (flows[place], sum(flows[: place + 1])))
        found[code] = TypedLine(read_count(str(flow)), read_count(str(accumulated)))
    return found


def draft(node: Node, place: int, by: User, **other: tuple[int | str, int | str]) -> MonthlyReport:
    """A report with its figures written."""
    made = start_draft(id=uuid7(), node=node, month=FIRST.later(place), by=by, at=AT)
    return write_figures(report=made, figures=figures(place, **other), changes=0, by=by, at=AT)


def approved(tree: Tree, node: Node, place: int, **other: tuple[int | str, int | str]) -> MonthlyReport:
    """One that Amina or Beatrice wrote, Muthoni checked and Ochieng approved."""
    made = draft(node, place, tree.beatrice if node == tree.south else tree.amina, **other)
    check_report(report=made, by=tree.monitoring, at=AT)
    approve(report=made, by=tree.officer, at=AT)
    return made


def published(tree: Tree, node: Node, place: int, **other: tuple[int | str, int | str]) -> MonthlyReport:
    """One that was published, whatever was found answered for."""
    made = approved(tree, node, place, **other)
    for finding in check_of(made).open:
        answer_finding(
            id=uuid7(),
            report=made,
            fingerprint=print_of(finding),
            words="It was so on paper.",
            by=tree.monitoring,
            at=AT,
        )
    publish(report=made, by=tree.officer, at=AT)
    return MonthlyReport.objects.select_related("node").get(id=made.id)


def series(tree: Tree, node: Node, months: int) -> list[MonthlyReport]:
    """So many published months, from the first."""
    return [published(tree, node, place) for place in range(months)]
