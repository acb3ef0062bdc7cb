"""Of what nobody was asked a report says nothing: a nought would be a statement about people."""

from __future__ import annotations

from datetime import date

import pytest

from egenmakt.apps.people.models import Person
from egenmakt.apps.reports.composing import compose, draw_up
from egenmakt.core.evidence.blocks import KeyFigures
from tests.support.effect import begin, told_stories
from tests.support.groups import NAMES, form_group
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db
ABOUT_PEOPLE = {"women", "women-share", "youth", "members-with-disability", "members-by-age-and-sex"}


def test_where_no_sex_age_or_disability_is_known_there_is_no_share_of_women_and_no_youth(tree: Tree) -> None:
    form_group(tree, names=NAMES[:6])
    report = begin(tree)
    known = draw_up(report=report)
    assert {"women", "women-share"} <= set(known.claims)

    Person.objects.update(sex="unknown", birth_year=None, has_disability=None)
    unknown = draw_up(report=report)

    assert not ABOUT_PEOPLE & {*unknown.claims, *unknown.left_out}
    assert unknown.claims["members"].number == 6
    figures = [
        figure.claim
        for block in compose(unknown, "en", edition=1, is_draft=True).blocks
        if isinstance(block, KeyFigures)
        for figure in block.figures
    ]
    assert "members" in figures
    assert not ABOUT_PEOPLE & set(figures)


def test_where_no_teller_was_asked_for_the_kind_of_change_no_change_is_counted(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_stories(tree)
    report = begin(tree)
    assert draw_up(report=report).claims["changes-better"].number == 8
    # a framework that asks for goals has no question about the kind of change
    monkeypatch.setattr("egenmakt.apps.reports.queries.facts_stories.kinds_of", lambda _version: {})

    drawn = draw_up(report=report)

    assert not {code for code in drawn.claims if code.startswith("changes-")}
    assert drawn.claims["stories-rights-holders"].number == 14


def test_figures_of_others_do_not_say_that_nobody_stands_behind_them(tree: Tree) -> None:
    from egenmakt.apps.reports.services.effect_writing import put_claim, write_text
    from tests.support.effect import AT

    form_group(tree, names=NAMES[:6])
    report = begin(tree, from_on=date(2026, 1, 1))
    query = {"source": "A letter", "rows": [{"label": "Ideas", "value": 70, "of": 100}]}
    document = {"kind": "outside", "statement": {"en": "Ideas"}, "query": query}
    put_claim(report=report, section="tracker", code="ideas", document=document, by=tree.officer, at=AT)
    write_text(
        report=report, section="tracker", language="en", text="They had {{ideas:value}} of {{ideas:n}}.", after=0,
        by=tree.officer, at=AT,
    )  # fmt: skip

    made = compose(draw_up(report=report), "en", edition=1, is_draft=True)

    assert [(line.code, line.n, line.source) for line in made.claims if line.code == "ideas"] == [
        ("ideas", "", "A letter")
    ]
    assert [line.n for line in made.claims if line.code == "members"] == ["6"]
