"""Targets, baselines and figures from outside: set by those who may, never rewritten, and counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.reports.models import Aim, OutsideFigure, OutsideTable
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.reports.queries.indicators import aim_history, aims_in_force, outside_tables
from egenmakt.apps.reports.services.indicators import (
    Handed,
    NotAnAim,
    NotAnOutsideTable,
    enter_outside_table,
    set_aim,
)
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.indicators import NotAnIndicator
from egenmakt.core.evidence.measures.evaluation import figure
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 1, 9, tzinfo=UTC)
YEAR = {"from_on": date(2026, 1, 1), "until_on": date(2027, 1, 1)}


def aim(tree: Tree, **changes: Any) -> Aim:
    said: dict[str, Any] = {
        "id": uuid7(), "node": tree.umoja, "indicator": "members", "kind": "target", "value": 400,
        "by": tree.monitoring, "at": AT, **YEAR, **changes,
    }  # fmt: skip
    return set_aim(**said)


def handed(**changes: Any) -> Handed:
    said: dict[str, Any] = {"indicator": "jobs", "value": 7, **YEAR, **changes}
    return Handed(**said)


def entered(tree: Tree, *figures: Handed, **changes: Any) -> OutsideTable:
    said: dict[str, Any] = {
        "id": uuid7(), "node": tree.umoja, "title": "Jobs of North", "source": "Letter of 3 January",
        "received_on": date(2026, 1, 10), "figures": figures, "by": tree.monitoring, "at": AT, **changes,
    }  # fmt: skip
    return enter_outside_table(**said)


def test_the_last_target_stands_and_the_ones_before_stay_in_the_history(tree: Tree) -> None:
    aim(tree)
    aim(tree, value=500, at=AT + timedelta(days=1), words="Two partners more")
    aim(tree, kind="baseline", value=90)

    standing = {(key.kind, found.value) for key, found in aims_in_force(node_id=tree.umoja.id).items()}

    assert standing == {("target", 500), ("baseline", 90)}
    assert [one.value for one in aim_history(node_id=tree.umoja.id, indicator="members")] == [500, 90, 400]
    aim(tree, value=None, at=AT + timedelta(days=2))
    assert [key.kind for key in aims_in_force(node_id=tree.umoja.id)] == ["baseline"]


def test_setting_a_target_twice_sets_it_once_and_leaves_one_trace(tree: Tree) -> None:
    id = uuid7()
    aim(tree, id=id)
    aim(tree, id=id)

    assert Aim.objects.count() == 1
    event = Event.objects.get(deed="indicator.aimed")
    assert (event.actor_name, event.data["value"], event.node_id) == (tree.monitoring.name, 400, tree.umoja.id)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "wish"},
        {"until_on": date(2026, 1, 1)},
        {"value": -1},
        {"of": 500},
        {"currency": "KES"},
        {"indicator": "savings"},
        {"indicator": "attendance"},
        {"indicator": "attendance", "value": 101, "of": 100},
        {"indicator": "attendance", "value": 0, "of": 0},
    ],
)
def test_a_target_that_contradicts_its_indicator_is_refused(tree: Tree, changes: dict[str, Any]) -> None:
    with pytest.raises(NotAnAim):
        aim(tree, **changes)
    assert Aim.objects.count() == 0


def test_a_target_of_what_nobody_counts_is_refused(tree: Tree) -> None:
    with pytest.raises(NotAnIndicator, match="no indicator"):
        aim(tree, indicator="happiness")


@pytest.mark.parametrize("who", ["treasurer", "chipo", "nobody", "auditor"])
def test_whoever_may_not_change_indicators_sets_and_enters_nothing(tree: Tree, who: str) -> None:
    with pytest.raises(NotAllowed):
        aim(tree, by=getattr(tree, who))
    with pytest.raises(NotAllowed):
        entered(tree, handed(), by=getattr(tree, who))
    assert (Aim.objects.count(), OutsideTable.objects.count()) == (0, 0)
    with pytest.raises(NotAllowed):
        outside_tables(user=tree.chipo, node_id=tree.umoja.id)


def test_what_was_aimed_at_and_handed_in_is_never_rewritten(tree: Tree) -> None:
    aim(tree)
    entered(tree, handed())
    for model, change in ((Aim, {"value": 1}), (OutsideTable, {"title": "x"}), (OutsideFigure, {"value": 1})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()


def test_figures_from_outside_are_counted_by_country_partner_and_sex(tree: Tree) -> None:
    north = {"partner": tree.north.id}
    entered(
        tree,
        handed(value=10, **north),
        handed(value=6, sex="female", **north),
        handed(value=4, sex="male", **north),
        handed(value=5, country="KE"),
        handed(indicator="commitments_kept", value=3, of=4),
    )

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2027, 1, 1))

    def counted(code: str, **cell: Any) -> tuple[int | None, int | None]:
        answer = figure(facts, shipped().spec(code, cell=cell, **YEAR))
        return answer.value, answer.of

    assert counted("jobs") == (15, None)
    assert counted("jobs", country="KE") == (15, None)
    assert counted("jobs", sex="female") == (6, None)
    assert counted("jobs", partner=Hidden().id(tree.north.id)) == (10, None)
    assert counted("commitments_kept") == (3, 4)
    sources = {row["source"] for row in facts.tables["outside"].to_pylist()}
    assert sources == {"Jobs of North. Letter of 3 January (2026-01-10)"}
    assert facts_of(node_id=tree.umoja.id, until_on=date(2026, 12, 31)).tables["outside"].num_rows == 0
    assert facts_of(node_id=tree.network.id, until_on=date(2027, 1, 1)).tables["outside"].num_rows == 5
    assert facts_of(node_id=tree.elsewhere.id, until_on=date(2027, 1, 1)).tables["outside"].num_rows == 0


def test_a_table_that_was_replaced_counts_no_more_and_stays(tree: Tree) -> None:
    first = entered(tree, handed(value=10))
    second = entered(tree, handed(value=12), replaces=first)
    with pytest.raises(NotAnOutsideTable, match="replaced before"):
        entered(tree, handed(value=13), replaces=first)

    facts = facts_of(node_id=tree.umoja.id, until_on=date(2027, 1, 1))
    assert [row["value"] for row in facts.tables["outside"].to_pylist()] == [12]
    entered(tree, replaces=second)
    assert facts_of(node_id=tree.umoja.id, until_on=date(2027, 1, 1)).tables["outside"].num_rows == 0
    assert len(outside_tables(user=tree.monitoring, node_id=tree.umoja.id)) == 3


def test_what_is_counted_already_is_not_counted_again(tree: Tree) -> None:
    entered(tree, handed(from_on=date(2026, 3, 1), until_on=date(2026, 4, 1)))

    for figures in ([handed()], [handed(country="KE"), handed(country="KE")]):
        with pytest.raises(NotAnOutsideTable, match="counted already") as caught:
            entered(tree, *figures)
        assert caught.value.row == len(figures) - 1
    assert OutsideTable.objects.count() == 1
    entered(tree, handed(from_on=date(2026, 4, 1)), handed(sex="male"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"indicator": "happiness"}, "no indicator"),
        ({"until_on": date(2025, 1, 1)}, "at least one day"),
        ({"of": 9}, "comes with its whole"),
        ({"indicator": "commitments_kept"}, "comes with its whole"),
        ({"indicator": "commitments_kept", "of": 6}, "larger than its whole"),
        ({"value": -1}, "below nought"),
        ({"value": 2**53}, "too large"),
        ({"indicator": "savings"}, "has a currency"),
        ({"currency": "KES"}, "has a currency"),
    ],
)
def test_a_figure_that_cannot_be_keeps_the_whole_table_out(tree: Tree, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(NotAnOutsideTable, match=words) as caught:
        entered(tree, handed(sex="male"), replace(handed(), **changes))
    assert (caught.value.row, OutsideTable.objects.count(), OutsideFigure.objects.count()) == (1, 0, 0)


def test_a_partner_of_somebody_else_a_table_without_source_and_an_empty_one_are_refused(tree: Tree) -> None:
    for figures, changes in (
        ((handed(partner=tree.far.id),), {}),
        ((handed(),), {"source": " "}),
        ((handed(),), {"title": ""}),
        ((), {}),
    ):
        with pytest.raises(NotAnOutsideTable):
            entered(tree, *figures, **changes)


def test_entering_a_table_twice_enters_it_once(tree: Tree) -> None:
    id = uuid7()
    entered(tree, handed(), id=id)
    entered(tree, handed(), id=id)

    assert (OutsideTable.objects.count(), Event.objects.filter(deed="outside.entered").count()) == (1, 1)
