"""The whole of a real data set: 42 associations in Mozambique, 3,081 households, four quarters.

Christian et al. (2022), CC BY 4.0. What is expected is read here by a few lines of its own, not by the importer.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import create_user, give_grant
from egenmakt.apps.groups.models import Goal, Meeting, Membership, SavingsGroup
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.ledger.queries import balances, balances_after, cash_flow
from egenmakt.apps.people.models import Node
from egenmakt.apps.people.services import add_country, add_node
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.interfaces.imports.bringing_in import DryRun, Outcome, bring_in, dry_run, totals
from egenmakt.interfaces.imports.files import read_table
from egenmakt.interfaces.imports.mapping import Mapping
from tests.support.tree import AT

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data" / "groups" / "proirri"
MAPPING = ROOT / "docs" / "guides" / "proirri-mapping.json"
FILES = ("households.csv", "contributions_long.csv")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not (DATA / FILES[0]).exists(), reason=f"the data set is not at ../shared/data/groups/{DATA.name}"
)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _minor(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.fixture
def place(db: None) -> tuple[Node, User]:
    mozambique = add_country(code="MZ")
    node = add_node(id=uuid7(), kind="organisation", name="Proirri", parent=None, country=mozambique, by=None, at=AT)
    user = create_user(email="amina@example.org", name="Amina", by=None, at=AT)
    give_grant(user=user, role=Role.ADMINISTRATOR, node=node, by=None, at=AT)
    return node, user


def _try(place: tuple[Node, User]) -> DryRun:
    tables = [read_table(content=(DATA / name).read_bytes(), name=name) for name in FILES]
    mapping = Mapping.from_text(MAPPING.read_bytes())
    return dry_run(kind="savings", tables=tables, mapping=mapping, below=place[0], by=place[1], at=NOW)


def test_every_contribution_is_posted_and_every_figure_of_every_household_is_reproduced(
    place: tuple[Node, User],
) -> None:
    households, contributions = _rows("households.csv"), _rows("contributions_long.csv")
    tried = _try(place)
    outcome = Outcome()
    for so_far in bring_in(run=tried, by=place[1], at=NOW):
        outcome = so_far

    assert (len(households), len(contributions)) == (3081, 12324)
    assert (outcome.groups, outcome.members, outcome.meetings) == (42, 3081, 168)
    assert (SavingsGroup.objects.count(), Membership.objects.count(), Meeting.objects.count()) == (42, 3081, 168)
    # all 12,324 rows stand in a meeting; those of zero, 11,195 of them, move no money
    assert sum(len(m.rows) for g in tried.groups for m in g.group.meetings.values()) == 12324
    filled = [row for row in contributions if Decimal(row["box_contribution_mzn"])]
    assert Transfer.objects.count() == len(filled) == 1129
    assert [(t.field, t.file_minor, t.ledger_minor) for t in totals(tried)] == [("voluntary", 531537250, 531537250)]
    assert sum(_minor(row["box_contribution_mzn"]) for row in contributions) == 531537250
    assert cash_flow()["MZN"].in_minor == cash_flow()["MZN"].held_minor == 531537250

    books = {g.node.name.removeprefix("Association "): g for g in SavingsGroup.objects.select_related("node")}
    members = {
        (name.removeprefix("Association "), str(number)): id
        for id, number, name in Membership.objects.values_list("id", "number", "group__node__name")
    }
    after = {(key, q): balances_after(g.book_id, q) for key, g in books.items() for q in range(1, 5)}
    wrong = [
        row
        for row in contributions
        for key in [(row["association_id"], row["household_id"])]
        if after[key[0], int(row["quarter"])].get(AccountRef("voluntary_savings", members[key]), 0)
        != _minor(row["expected_cumulative_mzn"])
    ]
    assert wrong == []
    now = {key: balances(group.book_id) for key, group in books.items()}
    wrong_finals = [
        row["hhid"]
        for row in households
        for key in [(str(int(Decimal(row["associd"]))), str(int(Decimal(row["hhid"]))))]
        if now[key[0]].get(AccountRef("voluntary_savings", members[key]), 0) != _minor(row["bp_final_cont"])
    ]
    assert wrong_finals == []

    goals = {str(number): target for number, target in Goal.objects.values_list("membership__number", "target_minor")}
    assert goals == {
        str(int(Decimal(row["hhid"]))): _minor(row["bp_v0_target"]) for row in households if row["bp_v0_target"]
    }
    again = _try(place)
    assert sum(g.compared for g in again.groups) == 12324 + 3081
    assert [d for g in again.groups for d in g.differences] == []
    assert not any(g.is_new for g in again.groups)


def test_what_the_data_say_twice_and_differently_is_known_in_numbers() -> None:
    """The guide states these; the importer uses none of these columns."""
    households, contributions = _rows("households.csv"), _rows("contributions_long.csv")
    home = {row["household_id"]: row["association_id"] for row in contributions}
    saved: dict[str, Decimal] = defaultdict(Decimal)
    for row in contributions:
        saved[row["household_id"]] += Decimal(row["box_contribution_mzn"])
    with_gap = [row for row in households if row["bp_final_gap"]]
    with_target = [row for row in with_gap if row["bp_v0_target"]]

    def gap(row: dict[str, str], change: Decimal) -> Decimal:
        return Decimal(row["bp_final_cont"]) - Decimal(row["bp_v0_target"]) - change - Decimal(row["bp_final_gap"])

    first = [row for row in with_target if gap(row, Decimal(0)) == 0]
    updated = [row for row in with_target if abs(gap(row, Decimal(row["bp_plan_update_diff"] or 0))) < Decimal("0.01")]
    strangers = sorted(h for h, a in home.items() if not h.startswith(a))

    assert strangers == ["35183", "70134"]
    assert sum(not row["bp_v0_target"] for row in households) == 342
    assert (len(with_gap), len(with_target)) == (2821, 2739)
    assert (len(first), len(updated)) == (1861, 2441)
    explained = [*first, *updated]
    assert sum(row not in explained for row in with_target) == 271
    off = [abs(gap(row, Decimal(row["bp_plan_update_diff"] or 0))) for row in with_target if row not in updated]
    assert (len(off), sum(size < 1 for size in off)) == (298, 280)
