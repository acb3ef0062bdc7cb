"""The list of groups, its CSV, and a group's page: what they say, to whom, and at what cost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.core.ledger.chart import CHART
from egenmakt.core.meetings.entries.table import ENTRY_TYPES
from egenmakt.core.savings import warnings
from egenmakt.interfaces.web import minutes_words, reading_words
from tests.support.groups import form_group
from tests.support.reading import TODAY, group_with_history, queries_of, shares, stand_still, words_of
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _a_day_in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def test_the_list_shows_each_group_with_its_money_and_what_to_look_at(client: Client, tree: Tree) -> None:
    group_with_history(tree)
    form_group(tree, name="Amani")
    client.force_login(tree.amina)

    answer = client.get("/groups/")

    table = answer.context["table"]
    assert [row.cells[0] for row in table.rows] == ["Amani", "Tumaini Savings"]
    words = words_of(answer)
    assert "Tumaini Savings North Savings group 5 KES 4,500.00 KES 580.00 Jan 26, 2026 1 late loan" in words
    assert "Amani North Savings group 5 KES 0.00 KES 0.00 None yet Has not met lately" in words


def test_the_list_is_the_same_number_of_queries_for_one_group_and_for_three(client: Client, tree: Tree) -> None:
    group_with_history(tree)
    client.force_login(tree.amina)
    for_one = queries_of(client, "/groups/")

    group_with_history(tree, name="Amani", loans=2)
    form_group(tree, name="Baraka")

    assert queries_of(client, "/groups/") == for_one
    assert for_one <= 12


def test_an_outsider_sees_no_group_in_the_list(client: Client, tree: Tree) -> None:
    group_with_history(tree)
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        client.force_login(user)

        answer = client.get("/groups/")

        assert answer.context["page"].rows == []
        assert "Tumaini Savings" not in answer.content.decode()
        assert "No groups yet" in words_of(answer)


def test_the_list_is_narrowed_by_name_body_country_and_kind(client: Client, tree: Tree) -> None:
    tumaini = form_group(tree, name="Tumaini Savings")
    form_group(tree, name="Amani")
    SavingsGroup.objects.filter(id=tumaini.row.id).update(kind="farmers")
    client.force_login(tree.officer)

    def names(query: str) -> list[str]:
        return [row.node.name for row in client.get(f"/groups/?{query}").context["page"].rows]

    assert names("name=TUMAINI") == ["Tumaini Savings"]
    assert names(f"under={tree.north.id}") == ["Amani", "Tumaini Savings"]
    assert names(f"under={tree.south.id}") == []
    assert names("country=KE&kind=farmers") == ["Tumaini Savings"]
    assert names("under=no-id&kind=unknown") == ["Amani", "Tumaini Savings"]
    assert "No group fits" in words_of(client.get("/groups/?name=zzz"))


def test_the_list_goes_on_page_by_page_without_missing_a_group(client: Client, tree: Tree) -> None:
    for number in range(28):
        node = Node.objects.create(
            id=f"01920000-0000-7000-8000-{number:012d}",
            kind="group",
            name=f"Group {number:02d}",
            parent=tree.north,
            country=tree.kenya,
            created_at=timezone.now(),
        )
        for depth, ancestor in enumerate((node, tree.north, tree.umoja, tree.network)):
            node.above.create(ancestor=ancestor, depth=depth)
        _group_at(node)
    client.force_login(tree.amina)

    first = client.get("/groups/?sort=-name")
    second = client.get("/groups/" + first.context["page"].next_query)

    seen = [row.node.name for answer in (first, second) for row in answer.context["page"].rows]
    assert seen == [f"Group {number:02d}" for number in reversed(range(28))]
    assert client.get("/groups/?after=rubbish").status_code == 404


def _group_at(node: Node) -> None:
    from egenmakt.apps.ledger.services import open_book

    book = open_book(id=node.id, currency="KES", organisation_id=node.id, at=timezone.now())
    SavingsGroup.objects.create(
        id=node.id,
        node=node,
        book=book,
        organisation_id=node.id,
        kind="savings",
        currency="KES",
        language="en",
        formed_on=date(2026, 1, 1),
    )


def test_the_groups_page_says_what_the_group_has(client: Client, tree: Tree) -> None:
    group = group_with_history(tree)
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/"))

    assert "Loan fund box KES 3,943.00" in words
    assert "Social fund box KES 185.00" in words
    assert "Savings KES 4,500.00 of all members" in words
    assert "Loans outstanding KES 580.00 1 loan" in words
    # 30 interest, less 7 for the lock; the unpaid fine is no income yet
    assert "Profit so far KES 23.00" in words
    # with 60 interest and 50 fines that would be set off: (4,500 + 23 + 60 + 50) / 45 shares
    assert "Value of a share today KES 102.96 bought for KES 100.00" in words
    assert "A maize mill KES 4,500.00 of KES 5,000.00" in words
    assert "Amina (1) Chair 1,200.00 580.00 0.00 Active" in words
    assert "The loan of Amina (1) cannot be repaid in time" in words
    assert "Groups Network Umoja North" in words


def test_the_groups_page_is_the_same_number_of_queries_for_one_and_for_three_of_everything(
    client: Client, tree: Tree
) -> None:
    small = group_with_history(tree, loans=1, meetings=4)
    large = group_with_history(tree, name="Amani", loans=3, meetings=9)
    client.force_login(tree.amina)

    assert queries_of(client, f"/groups/{small.row.id}/") == queries_of(client, f"/groups/{large.row.id}/")


@pytest.mark.parametrize("page", ["", "meetings/", "share-out-today/", "book/", "book/loan_fund_box/", "papers/"])
def test_an_outsider_opens_no_page_of_a_group(client: Client, tree: Tree, page: str) -> None:
    group = group_with_history(tree)
    for user in (tree.chipo, tree.beatrice, tree.nobody):
        client.force_login(user)

        answer = client.get(f"/groups/{group.row.id}/{page}")

        assert answer.status_code == 403
        assert "Tumaini Savings" not in answer.content.decode()
    client.logout()
    assert client.get(f"/groups/{group.row.id}/{page}").url.startswith("/sign-in/")


def test_a_group_without_members_rules_or_meetings_says_what_to_do_first(client: Client, tree: Tree) -> None:
    group = form_group(tree)
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/"))

    assert "The group has not met yet. Record its first meeting." in words
    assert "No loan is running" in words
    assert "has set no goal yet" in words


def test_a_group_that_has_no_cycle_is_still_shown(client: Client, tree: Tree) -> None:
    group = form_group(tree)
    group.row.cycles.all().delete()
    client.force_login(tree.amina)

    words = words_of(client.get(f"/groups/{group.row.id}/"))

    assert "The group has no open cycle. Start one before its next meeting." in words
    assert "Nothing to share out yet" in words_of(client.get(f"/groups/{group.row.id}/share-out-today/"))


def test_the_next_step_follows_the_groups_own_rhythm(client: Client, tree: Tree) -> None:
    group = form_group(tree)
    group.meet(TODAY - timedelta(days=3), shares(group))
    client.force_login(tree.amina)

    assert "The next meeting is on May 24, 2026." in words_of(client.get(f"/groups/{group.row.id}/"))

    group.row.cycles.update(end_planned_on=TODAY)
    assert "Hold the share-out meeting." in words_of(client.get(f"/groups/{group.row.id}/"))


def test_every_code_that_the_book_keeps_has_words() -> None:
    assert set(CHART) <= set(reading_words.ACCOUNTS)
    assert set(ENTRY_TYPES) == set(minutes_words.SENTENCES)
    assert {kind.step for kind in ENTRY_TYPES.values()} == set(reading_words.STEPS)
    assert set(warnings.SENTENCES) == set(reading_words.WARNINGS)
    assert set(SavingsGroup.Kind.values) == set(reading_words.GROUP_KINDS)


def test_every_reason_of_a_transfer_has_words() -> None:
    from pathlib import Path

    import egenmakt.core.meetings as package

    source = "\n".join(path.read_text() for path in Path(package.__path__[0]).rglob("*.py"))
    named = set(re.findall(r'reason="([a-z_]+)"', source)) | set(re.findall(r'minor, "([a-z]+_[a-z_]+)"\)', source))

    assert named - set(reading_words.REASONS) == set()
    assert len(named) > 30


def test_the_list_leads_to_what_the_reader_may_do_and_to_nothing_else(tree: Tree) -> None:
    ways: dict[str, list[tuple[bool, bool]]] = {"/groups/new/": [], "/import/": []}
    for user in (tree.administrator, tree.facilitator, tree.monitoring, tree.member):
        client = Client()
        client.force_login(user)
        page = client.get("/groups/").content.decode()
        for address, opened in ways.items():
            opened.append((f'href="{address}"' in page, client.get(address).status_code == 200))

    assert [shown for pairs in ways.values() for shown, _may in pairs] == [
        may for pairs in ways.values() for _shown, may in pairs
    ]
    assert [may for _shown, may in ways["/import/"]].count(True) == 1
    assert [may for _shown, may in ways["/groups/new/"]].count(True) == 2
