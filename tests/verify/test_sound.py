"""Sound exports agree, whatever the group has been through."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from uuid6 import uuid7

from egenmakt.apps.groups.models import Membership
from egenmakt.apps.groups.services.cut_off import set_up_in_mid_cycle
from egenmakt.apps.groups.services.setup import start_cycle
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.savings.templates import TEMPLATES
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify import Report, verify
from tests.support.groups import ALL_FOR, START, Group, form_group, loan_terms
from tests.support.tree import Tree
from tests.verify.example import WEEK, busy_group, close_cycle

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def checked(group: Group, folder: Path) -> Report:
    file = folder / "group.zip"
    file.write_bytes(export_group(group.row.id, by=group.by, at=NOW))
    return verify(file)


def agrees(report: Report) -> None:
    assert report.agrees, str(report)


def test_a_busy_group_agrees_and_everything_is_counted(tree: Tree, tmp_path: Path) -> None:
    group, _ = busy_group(tree)

    report = checked(group, tmp_path)

    agrees(report)
    assert (report.counts["meetings"], report.counts["corrections"], report.counts["loans"]) == (5, 1, 2)
    group.row.refresh_from_db()
    assert report.last_code == group.row.meetings.get(number=5).code
    assert report.money["in"] == report.money["out"] + report.money["held"] > 0


def test_a_group_that_has_only_been_formed_agrees(tree: Tree, tmp_path: Path) -> None:
    report = checked(form_group(tree), tmp_path)

    agrees(report)
    assert (report.counts["meetings"], report.counts["transfers"], report.last_code) == (0, 0, "")


def test_a_share_out_and_the_cycle_after_it_agree(tree: Tree, tmp_path: Path) -> None:
    group = form_group(tree)
    loan = str(uuid7())
    terms = loan_terms(30_000, START)
    group.meet(
        START,
        [
            {"type": "contribution", "member": group.id("Amina"), "amount": 2_000},
            {"type": "shares", "member": group.id("Amina"), "shares": 3},
            {"type": "shares", "member": group.id("Beatrice"), "shares": 4},
            {"type": "shares", "member": group.id("Chipo"), "shares": 5},
            {"type": "fine", "member": group.id("Chipo"), "fine": "late", "amount": 2_000},
            {"type": "loan", "id": loan, "member": group.id("Amina"), "terms": terms, "vote": ALL_FOR},
            {"type": "bank_deposit", "amount": 40_000},
        ],
    )  # fmt: skip
    group.meet(START + 5 * WEEK, [{"type": "repayment", "loan": loan, "amount": 20_000}])
    close_cycle(group, START + 14 * WEEK)
    start_cycle(
        id=uuid7(), group=group.row, starts_on=START + 15 * WEEK, end_planned_on=date(2027, 6, 1), by=group.by, at=NOW
    )
    group.meet(START + 16 * WEEK, [{"type": "shares", "member": group.id("Beatrice"), "shares": 2}])

    agrees(checked(group, tmp_path))


def test_a_member_who_leaves_and_one_who_dies_agree(tree: Tree, tmp_path: Path) -> None:
    group = form_group(tree)
    loan, terms = str(uuid7()), loan_terms(20_000, START + WEEK)
    group.meet(START, [{"type": "shares", "member": group.id(name), "shares": 5} for name in group.members])
    group.meet(
        START + WEEK,
        [
            {"type": "loan", "id": loan, "member": group.id("Amina"), "terms": terms, "vote": ALL_FOR},
            {"type": "fine", "member": group.id("Beatrice"), "fine": "late", "amount": 2_000},
        ],
    )  # fmt: skip
    group.meet(
        START + 2 * WEEK,
        [
            {"type": "exit", "member": group.id("Amina"), "reason": "left"},
            {"type": "exit", "member": group.id("Beatrice"), "reason": "died"},
        ],
    )

    agrees(checked(group, tmp_path))
    assert Membership.objects.get(id=group.members["Beatrice"].id).status == "died"


def test_a_group_that_began_in_mid_cycle_agrees(tree: Tree, tmp_path: Path) -> None:
    group = form_group(tree)
    money = {"loan_fund_box": 50_000, "social_fund_box": 4_000, "social_fund": 4_000, "bank": 10_000, "retained": 5_000}
    sheet: dict[str, Any] = {
        "schema": "egenmakt/cut-off-sheet/1",
        "id": str(uuid7()),
        "group": str(group.row.id),
        "cut_off_on": START.isoformat(),
        "balances": money,
        "members": [
            {"member": group.id("Amina"), "shares": 40_000, "fines_due": 300},
            {"member": group.id("Beatrice"), "shares": 25_000},
        ],
        "loans": [{"id": str(uuid7()), "member": group.id("Amina"), "terms": loan_terms(20_000, START - WEEK)}],
        "external": [{"id": str(uuid7()), "lender": "A bank", "amount": 10_000}],
    }  # fmt: skip
    at = datetime(2026, 1, 5, 11, tzinfo=UTC)
    set_up_in_mid_cycle(group=group.row, content=canonical(sheet), by=group.by, at=at)
    loan = sheet["loans"][0]["id"]
    group.meet(START + WEEK, [{"type": "repayment", "loan": loan, "amount": 5_000}])

    agrees(checked(group, tmp_path))


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_kind_of_group_agrees(tree: Tree, tmp_path: Path, name: str) -> None:
    rules = TEMPLATES[name]("KES", 100)
    group = form_group(tree, rules)
    shares = rules.savings_form == "shares"
    for week in range(3):
        saved = {"shares": 1} if shares else {"amount": rules.compulsory_savings_minor}
        entries: list[dict[str, Any]] = [
            {"type": "shares" if shares else "compulsory", "member": str(member.id), **saved}
            for member in group.members.values()
        ]
        if rules.voluntary_savings_allowed:
            entries.append({"type": "voluntary", "member": group.id("Amina"), "amount": 1_234})
        if rules.share_out.kind == "rotating_pot":
            pot = 5 * rules.compulsory_savings_minor
            drawer = list(group.members.values())[week]
            entries.append({"type": "pot", "member": str(drawer.id), "amount": pot, "vote": ALL_FOR})
        group.meet(START + week * WEEK, entries)

    agrees(checked(group, tmp_path))


def test_quarantined_meetings_are_in_the_export_and_agree(tree: Tree, tmp_path: Path) -> None:
    group = form_group(tree)
    document = group.meet(START, [{"type": "shares", "member": group.id("Amina"), "shares": 1}])
    group.send({**document, "notes": "changed afterwards"})

    agrees(checked(group, tmp_path))


def test_the_same_data_give_the_same_bytes(tree: Tree) -> None:
    group, _ = busy_group(tree)

    one = export_group(group.row.id, by=group.by, at=NOW)
    other = export_group(group.row.id, by=tree.administrator, at=NOW + timedelta(days=1))

    assert one == other


def test_the_program_runs_without_the_one_that_keeps_the_books(tree: Tree, tmp_path: Path) -> None:
    group, _ = busy_group(tree)
    file = tmp_path / "group.zip"
    file.write_bytes(export_group(group.row.id, by=group.by, at=NOW))
    # a folder with nothing but the verifier, and Python without site packages
    source = Path(__file__).parents[2] / "src" / "egenmakt_verify"
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "egenmakt_verify").symlink_to(source)
    program = [sys.executable, "-S", "-m", "egenmakt_verify", str(file)]

    plain = subprocess.run(program, cwd=tmp_path / "alone", capture_output=True, text=True, env={}, check=False)
    coded = subprocess.run(
        [*program, "--json"], cwd=tmp_path / "alone", capture_output=True, text=True, env={}, check=False
    )

    assert (plain.returncode, plain.stderr) == (0, "")
    assert plain.stdout.startswith("agrees: 5 members, 5 meetings, 1 corrections")
    assert json.loads(coded.stdout)["agrees"] is True
