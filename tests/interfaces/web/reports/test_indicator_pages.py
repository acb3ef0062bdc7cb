"""The pages of indicators: figures that agree with the facts, hidden where few people are behind them, for who may."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Person
from egenmakt.apps.reports.models import Aim
from egenmakt.apps.reports.queries import kept_facts
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.reports.queries.figures import months_until, stretches
from egenmakt.core.evidence.catalogue.catalogue import Catalogue, shipped
from egenmakt.core.evidence.facts import TABLES
from egenmakt.interfaces.web.reports import fact_words
from egenmakt.interfaces.web.reports import indicators as list_page
from tests.support.groups import NAMES, Group, form_group
from tests.support.reading import group_with_history
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day_in_august(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_page, "today", lambda: date(2026, 8, 15))
    kept_facts.forget()


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def page_of(tree: Tree, code: str, name: str = "indicator") -> str:
    return reverse(name, args=[tree.umoja.id, code])


def cells(response: Any, code: str) -> list[str]:
    """The cells of an indicator's row on the page of all."""
    url = reverse("indicator", args=[response.context["ask"].node.id, code])
    rows = [row for table in response.context["tables"] for row in table.rows if row.url.startswith(url)]
    return [str(cell) for cell in rows[0].cells]


def grown(tree: Tree, *, women: int, men: int) -> Group:
    names = [f"{NAMES[place % len(NAMES)]} {place}" for place in range(women + men)]
    group = form_group(tree, names=names)
    Person.objects.filter(name__in=names[women:]).update(sex="male")
    return group


def test_the_list_shows_each_indicator_by_its_level_with_target_and_baseline(tree: Tree) -> None:
    grown(tree, women=8, men=6)
    client = signed_in(tree.monitoring)
    client.post(page_of(tree, "members", "indicator_aim"), {"kind": "target", "value": "400", "words": "Plan"})
    client.post(page_of(tree, "members", "indicator_aim"), {"kind": "baseline", "value": "90"})

    response = client.get(reverse("indicators"))

    assert response.status_code == 200
    assert cells(response, "members") == ["Members in groups", "14", "400", "90"]
    assert cells(response, "women")[:2] == ["Women in groups", "8"]
    assert [table.caption for table in response.context["tables"]] == [
        "Individuals", "Groups", "Households", "Communities", "Institutions",
    ]  # fmt: skip
    assert "Counted until July 31, 2026" in response.content.decode()


def test_a_part_of_too_few_people_is_hidden_and_so_is_one_that_leaves_too_few(tree: Tree) -> None:
    grown(tree, women=12, men=2)
    response = signed_in(tree.monitoring).get(reverse("indicators"))

    assert cells(response, "members")[1] == "14"
    assert cells(response, "women")[1] == "–"
    assert cells(response, "women_share")[1] == "–"

    page = signed_in(tree.monitoring).get(page_of(tree, "members"))
    by_sex = next(table for table in page.context["divisions"] if table.caption == "Women and men")
    assert [[str(cell) for cell in row.cells] for row in by_sex.rows] == [["Women", "–"], ["Men", "–"]]
    assert "fewer than 5 people" in by_sex.note


def test_divisions_of_many_people_are_shown_and_add_to_the_whole(tree: Tree) -> None:
    grown(tree, women=8, men=6)

    page = signed_in(tree.monitoring).get(page_of(tree, "members"))

    by_sex = next(table for table in page.context["divisions"] if table.caption == "Women and men")
    assert [[str(cell) for cell in row.cells] for row in by_sex.rows] == [["Women", "8"], ["Men", "6"]]
    by_partner = next(table for table in page.context["divisions"] if table.caption == "Partner")
    assert [str(cell) for cell in by_partner.rows[0].cells] == ["North", "14"]
    assert Hidden().id(tree.north.id) not in page.content.decode()


def test_the_page_of_an_indicator_says_what_it_means_and_how_it_went(tree: Tree) -> None:
    group_with_history(tree, loans=2, meetings=6)
    SavingsGroup.objects.update(is_training=False)

    page = signed_in(tree.monitoring).get(page_of(tree, "attendance"))

    text = page.content.decode()
    said = dict(page.context["said"])
    assert said["Formula"] == "sum of present in meetings, periodic"
    assert said["Formula of the whole"] == "sum of active in meetings, periodic"
    assert "SEEP (2008)" in said["How"]
    assert page.context["chart"] is not None
    assert page.context["chart"].labels[0] == "Jan 2026"
    assert page.context["chart"].labels[-1] == "Jul 2026"
    assert "Month by month" in text


def test_amounts_are_shown_in_their_currency_and_never_together(tree: Tree) -> None:
    group_with_history(tree, loans=2, meetings=6)

    page = signed_in(tree.monitoring).get(page_of(tree, "savings"))

    assert page.context["key_figures"][0].value.startswith("KES")
    listed = signed_in(tree.monitoring).get(reverse("indicators"))
    assert cells(listed, "savings")[0] == "Savings paid in (KES)"


def test_targets_are_compared_with_what_was_reached(tree: Tree) -> None:
    grown(tree, women=8, men=6)
    client = signed_in(tree.monitoring)
    client.post(page_of(tree, "members", "indicator_aim"), {"kind": "target", "value": "28", "words": "Plan 2026"})
    client.post(page_of(tree, "attendance", "indicator_aim"), {"kind": "target", "value": "85.5"})

    page = client.get(page_of(tree, "members"))

    assert [(str(one.label), one.value, str(one.note)) for one in page.context["key_figures"]] == [
        ("2026", "14", "people"), ("Target", "28", "50% of it is reached"),
    ]  # fmt: skip
    assert "Plan 2026" in page.content.decode()
    share = Aim.objects.get(indicator="attendance")
    assert (share.value, share.of, share.from_on, share.until_on) == (855, 1000, date(2026, 1, 1), date(2027, 1, 1))


def test_a_target_is_taken_back_and_a_form_without_a_value_is_refused(tree: Tree) -> None:
    grown(tree, women=8, men=6)
    client, address = signed_in(tree.monitoring), page_of(tree, "members", "indicator_aim")
    for wrong in (
        {"kind": "target"},
        {"kind": "target", "value": "5", "take_back": "on"},
        {"kind": "target", "value": "-5"},
    ):
        assert client.post(address, wrong).status_code == 422
    client.post(address, {"kind": "target", "value": "28"})

    assert client.post(address, {"kind": "target", "take_back": "on"}).status_code == 302

    page = client.get(page_of(tree, "members"))
    assert len(page.context["key_figures"]) == 1
    assert ["taken back" in str(event.title) for event in page.context["history"]] == [True, False]


def test_the_rows_behind_a_figure_name_nobody_and_are_for_who_may_take_out_facts(tree: Tree) -> None:
    grown(tree, women=8, men=6)

    response = signed_in(tree.monitoring).get(page_of(tree, "women", "indicator_rows"))

    assert len(response.context["table"].rows) == 8
    assert not [name for name in Person.objects.values_list("name", flat=True) if name in response.content.decode()]
    file = signed_in(tree.monitoring).get(page_of(tree, "women", "indicator_rows") + "?format=csv")
    read = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["sex"] for row in read] == ["female"] * 8
    whole = signed_in(tree.monitoring).get(page_of(tree, "women_share", "indicator_rows") + "?of=1")
    assert len(whole.context["table"].rows) == 14
    assert signed_in(tree.treasurer).get(page_of(tree, "women", "indicator_rows")).status_code == 403
    assert signed_in(tree.facilitator).get(reverse("indicator_rows", args=[tree.north.id, "women"])).status_code == 403


def test_the_file_holds_what_the_page_shows_and_nothing_that_it_hides(tree: Tree) -> None:
    grown(tree, women=12, men=2)

    file = signed_in(tree.monitoring).get(page_of(tree, "members", "indicator_csv"))

    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["value"] for row in rows if not row["division"]] == ["14"]
    assert {row["value"] for row in rows if row["division"] == "sex"} == {""}
    assert [row["from_on"][:7] for row in rows if row["division"] == "month"] == [f"2026-0{n}" for n in range(1, 8)]


@pytest.mark.parametrize("name", ["indicator", "indicator_rows", "indicator_csv", "indicator_aim"])
def test_whoever_may_not_see_the_figures_of_a_body_sees_no_page_of_it(tree: Tree, name: str) -> None:
    address = reverse(name, args=[tree.umoja.id, "members"])

    assert signed_in(tree.chipo).get(address).status_code == 404
    assert signed_in(tree.nobody).get(address).status_code in (403, 404)
    assert Client().get(address).status_code == 302
    assert signed_in(tree.nobody).get(reverse("indicators")).status_code == 403
    assert signed_in(tree.chipo).get(reverse("outside_tables", args=[tree.umoja.id])).status_code == 404


def test_whoever_may_only_read_figures_sets_no_target(tree: Tree) -> None:
    response = signed_in(tree.auditor).post(page_of(tree, "members", "indicator_aim"), {"kind": "target", "value": "5"})

    assert response.status_code == 403
    assert Aim.objects.count() == 0


def test_an_empty_programme_says_what_will_stand_here(tree: Tree) -> None:
    listed = signed_in(tree.monitoring).get(reverse("indicators") + f"?node={tree.umoja.id}&year=20x6")

    assert "Nothing to count yet" in listed.content.decode()
    # what nobody has handed in is not nought
    assert [cells(listed, code)[1] for code in ("jobs", "members")] == ["–", "0"]
    page = signed_in(tree.monitoring).get(page_of(tree, "savings")).content.decode()
    assert "No figure in these months" in page
    assert signed_in(tree.monitoring).get(page_of(tree, "happiness")).status_code == 404
    assert (
        "Nothing was handed in yet"
        in signed_in(tree.monitoring).get(reverse("outside_tables", args=[tree.umoja.id])).content.decode()
    )


def test_the_list_asks_as_much_for_three_groups_as_for_one(
    tree: Tree, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    form_group(tree, name="One")
    client = signed_in(tree.monitoring)
    client.get(reverse("indicators"))
    kept_facts.forget()
    with django_assert_max_num_queries(45) as context:
        client.get(reverse("indicators"))
    for name in ("Two", "Three"):
        form_group(tree, name=name)
    kept_facts.forget()

    with django_assert_max_num_queries(len(context)):
        client.get(reverse("indicators"))


def test_what_was_written_since_is_counted_on_the_next_look(tree: Tree) -> None:
    client = signed_in(tree.monitoring)
    form_group(tree, name="One")
    assert cells(client.get(reverse("indicators")), "groups")[1] == "1"

    form_group(tree, name="Two")

    assert cells(client.get(reverse("indicators")), "groups")[1] == "2"


def test_a_changed_definition_breaks_the_series_and_a_better_wording_does_not() -> None:
    data: dict[str, Any] = json.loads(json.dumps(shipped().to_json()))
    joined = next(one for one in data["indicators"] if one["code"] == "members_joined")
    first = joined["versions"][0]
    joined["versions"] += [
        {**first, "from_on": "2026-03-01", "breaks_series": False},
        {**first, "from_on": "2026-05-01"},
    ]
    indicator = Catalogue.from_json(data).indicator("members_joined")
    months = months_until(date(2026, 8, 1), most=7)

    found = stretches(indicator, months)

    assert [[start.month for start, _ in some] for _, some in found] == [[1, 2, 3, 4], [5, 6, 7]]
    assert found[1][0].from_on == date(2026, 5, 1)


def test_every_table_of_facts_and_each_of_its_columns_has_words() -> None:
    assert set(fact_words.TABLES) == set(TABLES)
    assert set(fact_words.COLUMNS) == {column.name for table in TABLES.values() for column in table.columns}
