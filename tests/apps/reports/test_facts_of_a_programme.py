"""Facts out of the database: equal to the groups' own pages, without names, and without what must not be counted."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from egenmakt.apps.groups.models import Cycle, Meeting, Membership, SavingsGroup
from egenmakt.apps.groups.queries.overview import group_overview
from egenmakt.apps.groups.services.setup import start_cycle
from egenmakt.apps.ledger.models import Transfer
from egenmakt.apps.lending.models import Loan
from egenmakt.apps.people.models import Person
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.apps.reports.queries.facts_groups import months_after
from egenmakt.apps.reports.queries.facts_hidden import Hidden, age_band
from egenmakt.apps.reports.queries.facts_loans import ends_of_months
from egenmakt.apps.stories.models import Story
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import Facts
from egenmakt.core.evidence.measures.evaluation import figure
from egenmakt.core.lending.portfolio import PortfolioLoan, portfolio_at_risk
from egenmakt.core.savings.templates import self_help_group, village_savings_and_loan
from tests.support.groups import NAMES, Group, form_group
from tests.support.random_cycle import RandomGroup, new_id
from tests.support.stories import begin_round
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db


def rows(facts: Facts, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts.tables[table].to_pylist()
    return found


def lived(
    tree: Tree, seed: int, weeks: int, template: Any = village_savings_and_loan, closing: float = 0.1
) -> tuple[Group, dict[date, Any]]:
    """A group after so many random meetings, and its page as it was at each end of a month."""
    rng = random.Random(seed)
    group = form_group(tree, template("KES", 100), names=NAMES, name=f"Group {seed}")
    writer, on, pages = RandomGroup(rng, group.keys), date(2026, 1, 5), {}
    for _ in range(weeks):
        before, on = on, on + timedelta(days=7)
        if before.month != on.month:
            end = on.replace(day=1) - timedelta(days=1)
            pages[end] = group_overview(group=group.row, on=end)
        state = group.state(on)
        closes = rng.random() < closing and template is village_savings_and_loan
        document = writer.share_out(state, on) if closes else writer.meeting(state, on)
        receipt = group.send(document, at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
        if closes and receipt.status == "accepted":
            at = datetime(on.year, on.month, on.day, 13, tzinfo=UTC)
            later = on + timedelta(days=365)
            start_cycle(id=UUID(new_id(rng)), group=group.row, starts_on=on, end_planned_on=later, by=group.by, at=at)
    return group, pages


@pytest.mark.parametrize(("seed", "template"), [(26, village_savings_and_loan), (8, self_help_group)])
def test_each_loan_stands_at_each_end_of_a_month_as_the_groups_page_showed_it(
    tree: Tree, seed: int, template: Any
) -> None:
    group, pages = lived(tree, seed, 26, template, closing=0.02)
    hidden = Hidden()
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 8, 1))

    lent = 0
    for end, page in pages.items():
        shown = {
            hidden.id(line.id): (line.position.outstanding_principal_minor, line.position.days_past_due)
            for line in page.portfolio.lines
        }
        stood = {
            row["loan"]: (row["outstanding_minor"], row["days_late"])
            for row in rows(facts, "loans")
            if row["on"] == end
        }
        assert stood == shown
        lent += len(shown)
        spec = shipped().spec(
            "portfolio_at_risk", from_on=end, until_on=end + timedelta(days=1), cell={"currency": "KES"}
        )
        assert figure(facts, spec).share == page.portfolio.at_risk
    assert lent > 5
    assert {row["group"] for row in rows(facts, "loans")} == {hidden.id(group.row.id)}


def test_portfolio_at_risk_is_what_the_formula_of_the_groups_page_says(tree: Tree) -> None:
    lived(tree, 11, 30)
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 8, 1))

    for month in range(2, 8):
        end = date(2026, month + 1, 1) - timedelta(days=1)
        loans = [
            PortfolioLoan(
                outstanding_principal_minor=row["outstanding_minor"],
                days_past_due=row["days_late"],
                is_restructured=row["rescheduled"],
            )
            for row in rows(facts, "loans")
            if row["on"] == end
        ]
        spec = shipped().spec(
            "portfolio_at_risk",
            from_on=date(2026, month, 1),
            until_on=date(2026, month + 1, 1),
            cell={"currency": "KES"},
        )

        assert figure(facts, spec).share == portfolio_at_risk(loans)


def test_what_was_saved_and_not_paid_back_is_what_the_members_accounts_hold(tree: Tree) -> None:
    group, _ = lived(tree, 5, 20, self_help_group)
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    money: dict[str, int] = {}
    for row in rows(facts, "money"):
        money[row["what"]] = money.get(row["what"], 0) + row["amount_minor"]

    page = group_overview(group=group.row, on=date(2026, 11, 30))
    assert money["savings"] - money.get("savings_back", 0) == page.savings_minor > 0
    lent = Transfer.objects.filter(book_id=group.row.book_id, reason="loan_disbursed", reversals=None).aggregate(
        whole=Sum("amount_minor")
    )["whole"]
    assert money.get("loan_out", 0) == (lent or 0)
    outstanding = money.get("loan_out", 0) - money.get("principal_back", 0) - money.get("written_off", 0)
    assert outstanding == page.portfolio.outstanding_minor


def test_what_was_shared_out_is_what_the_cycles_say(tree: Tree) -> None:
    lived(tree, 2, 24)
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    shared = sum(row["amount_minor"] for row in rows(facts, "money") if row["what"] == "share_out")

    assert shared == Cycle.objects.aggregate(whole=Sum("shared_out_minor"))["whole"] > 0


def test_the_meetings_are_those_with_a_roll_call_and_the_late_have_come(tree: Tree) -> None:
    lived(tree, 7, 8)
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    held = [
        (meeting.held_on, meeting.present + meeting.late, meeting.members_active) for meeting in Meeting.objects.all()
    ]
    assert sorted((row["held_on"], row["present"], row["active"]) for row in rows(facts, "meetings")) == sorted(held)
    assert held


def test_a_group_to_learn_with_and_a_group_elsewhere_are_in_no_table(tree: Tree) -> None:
    group, _ = lived(tree, 1, 6)
    there = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))
    SavingsGroup.objects.filter(id=group.row.id).update(is_training=True)

    gone = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    assert all(there.tables[name].num_rows for name in ("groups", "members", "meetings", "money"))
    assert all(table.num_rows == 0 for table in gone.tables.values())
    assert all(
        table.num_rows == 0 for table in facts_of(node_id=tree.south.id, until_on=date(2026, 12, 1)).tables.values()
    )


def test_facts_until_a_day_know_nothing_of_what_came_later(tree: Tree) -> None:
    group, _ = lived(tree, 4, 10)
    until = date(2026, 2, 15)
    early = facts_of(node_id=tree.umoja.id, until_on=until)
    SavingsGroup.objects.filter(id=group.row.id).update(closed_on=date(2026, 5, 1), support_ended_on=date(2026, 4, 1))
    Membership.objects.filter(id=group.members["Amina"].id).update(left_on=date(2026, 3, 1), status="left")

    assert facts_of(node_id=tree.umoja.id, until_on=until).data_version == early.data_version
    late = facts_of(node_id=tree.umoja.id, until_on=date(2026, 6, 1))
    assert [row["closed_on"] for row in rows(late, "groups")] == [date(2026, 5, 1)]
    assert [row["status"] for row in rows(late, "members") if row["left_on"] == date(2026, 3, 1)] == ["left"]
    assert max(row["held_on"] for row in rows(early, "meetings")) < until


def test_no_name_and_no_id_of_the_database_is_in_any_table(tree: Tree, settings: Any) -> None:
    lived(tree, 6, 10)
    told = begin_round(tree)
    told.tell()
    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))
    text = str([table.to_pylist() for table in facts.tables.values()])

    assert rows(facts, "members")
    assert not [name for name in Person.objects.values_list("name", flat=True) if name in text]
    for model in (SavingsGroup, Person, Loan, Story):
        for id in model.objects.values_list("id", flat=True):
            assert str(id) not in text
            assert id.hex not in text
    settings.SECRET_KEY = "another secret of another installation"
    assert facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1)).data_version != facts.data_version


def test_a_person_in_two_groups_is_one_person(tree: Tree) -> None:
    one, other = form_group(tree, name="One"), form_group(tree, name="Other")
    Membership.objects.filter(id=other.members["Amina"].id).update(person=one.members["Amina"].person_id)

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    assert len(rows(facts, "members")) == 10
    answer = figure(facts, shipped().spec("members", from_on=date(2026, 1, 1), until_on=date(2026, 12, 1)))
    assert (answer.value, answer.rows) == (9, 10)


def test_a_network_of_groups_has_groups_for_members_and_no_people(tree: Tree) -> None:
    network, inside = form_group(tree, name="Network"), form_group(tree, name="Inside")
    membership = Membership.objects.filter(group=network.row).first()
    assert membership is not None
    Membership.objects.filter(id=membership.id).update(person=None, member_group=inside.row)

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))

    assert len(rows(facts, "members")) == 9


@pytest.mark.parametrize(
    ("meetings", "expected"),
    [
        (["2026-01-05", "2026-10-04"], {6: True, 12: True}),
        (["2026-04-05", "2026-07-05"], {6: False, 12: True}),
        (["2026-04-04"], {6: True, 12: False}),
        (["2026-04-05", "2026-10-05"], {6: False, 12: False}),
    ],
)
def test_a_group_lasts_when_it_meets_in_the_quarter_that_is_asked_about(
    tree: Tree, meetings: list[str], expected: dict[int, bool]
) -> None:
    group = form_group(tree)
    for day in meetings:
        group.meet(date.fromisoformat(day))
    SavingsGroup.objects.filter(id=group.row.id).update(support_ended_on=date(2025, 7, 5))

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2026, 11, 1))

    assert {row["months"]: row["met"] for row in rows(facts, "survival")} == expected
    early = facts_of(node_id=tree.umoja.id, until_on=date(2026, 4, 6))
    assert [(row["months"], row["known_on"]) for row in rows(early, "survival")] == [(6, date(2026, 4, 5))]
    assert [row["after_support"] for row in rows(facts, "meetings")] == [True] * len(meetings)


def test_only_stories_that_may_be_learned_from_are_counted(tree: Tree) -> None:
    told = begin_round(tree)
    kind = next(question for question in told.framework.questions if question.type == "change_type")
    options = [option for option in kind.options if option.direction][:2]
    chosen = {kind.code: {"value": [option.code for option in options]}}
    counted = told.tell(answers=told.answers(chosen))
    for changes in ({"mode": "test"}, {"purposes": {"learn": False, "public_text": False}}):
        told.tell(**changes)
    Story.objects.filter(id=told.tell().id).update(is_flagged=True)
    Story.objects.filter(id=told.tell().id).update(state="set_aside")

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2027, 1, 1))

    hidden = Hidden()
    assert [
        (row["story"], row["partner"], row["country"], row["voice"], row["kind"], row["direction"], row["area"])
        for row in rows(facts, "stories")
    ] == sorted(
        (
            hidden.id(counted.id),
            hidden.id(tree.north.id),
            counted.node.country_id,
            "rights_holder",
            option.code,
            option.direction,
            option.area or None,
        )
        for option in options
    )
    assert rows(facts_of(node_id=tree.umoja.id, until_on=date(2026, 1, 1)), "stories") == []


def test_the_number_of_queries_does_not_grow_with_the_groups(
    tree: Tree, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lived(tree, 1, 4)
    begin_round(tree).tell()
    facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))
    with django_assert_max_num_queries(20) as context:
        facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))
    for seed in (2, 3):
        lived(tree, seed, 4)

    with django_assert_max_num_queries(len(context)):
        facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("born", "band"),
    [(2012, "under_15"), (2011, "15_24"), (2002, "15_24"), (2001, "25_35"), (1990, "36_59"), (1966, "60_over"),
     (None, None), (2030, None)],
)  # fmt: skip
def test_ages_are_told_in_bands_at_the_event(born: int | None, band: str | None) -> None:
    assert age_band(birth_year=born, in_year=2026) == band


def test_months_end_where_the_calendar_says() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert ends_of_months(date(2025, 12, 31), date(2026, 3, 1)) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
    ]
    assert ends_of_months(date(2025, 12, 1), date(2025, 12, 31)) == []
