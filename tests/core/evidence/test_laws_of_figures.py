"""What must be true of every figure: periods and parts add up where they may, and what may not be asked is refused."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.evidence.catalogue.catalogue import Catalogue, shipped
from egenmakt.core.evidence.facts import Facts, NotFacts
from egenmakt.core.evidence.indicators import COLUMNS, Indicator, NotAnIndicator, Version
from egenmakt.core.evidence.measures.evaluation import figure, figures, table
from egenmakt.core.evidence.measures.figure import Figure, FigureSpec, cell_of
from egenmakt.core.evidence.measures.measure import AnyOf, Condition, Measure, NotAMeasure
from tests.support.facts import invented_facts, invented_rows

SCHEMA = json.loads((Path(__file__).parents[3] / "spec" / "measure.schema.json").read_text(encoding="utf-8"))
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
DAYS = st.dates(date(2024, 1, 1), date(2026, 1, 1))
SAVINGS = Measure("money", "sum", "amount_minor", (Condition("what", "is", ("savings",)),))
KENYA = cell_of({"currency": "KES"})


@cache
def facts_of(seed: int) -> Facts:
    return invented_facts(seed=seed, groups=8)


@settings(max_examples=12, deadline=None)
@given(st.lists(DAYS, min_size=2, max_size=5, unique=True), st.integers(0, 2))
def test_the_periods_of_what_comes_in_add_up_to_their_whole(days: list[date], seed: int) -> None:
    days = sorted(days)
    whole = FigureSpec(SAVINGS, days[0], days[-1], KENYA)

    parts = figures(facts_of(seed), [whole.during(a, b) for a, b in pairwise(days)])

    answer = figure(facts_of(seed), whole)
    assert (answer.value, answer.rows) == (sum(one.value or 0 for one in parts), sum(one.rows for one in parts))


@settings(max_examples=8, deadline=None)
@given(DAYS, st.integers(1, 300), st.integers(0, 2))
def test_what_is_accumulated_never_falls_and_grows_by_what_came_in(day: date, days: int, seed: int) -> None:
    later = day + timedelta(days=days)
    ever = FigureSpec(Measure("groups", "rows", time="cumulative"), day - timedelta(days=1), day)

    before, after, new = figures(
        facts_of(seed),
        [ever, ever.during(day, later), FigureSpec(Measure("groups", "rows"), day, later)],
    )

    assert (before.value or 0) + (new.value or 0) == after.value


@pytest.mark.parametrize("by", ["country", "partner", "sex", "age_band", "disability", "group_kind"])
def test_the_parts_of_a_table_add_to_the_whole_with_what_is_not_known(by: str) -> None:
    spec = FigureSpec(Measure("members", "rows", time="state"), *YEAR)

    parts = table(facts_of(1), spec, [by])

    assert sum(one.value or 0 for one in parts.values()) == figure(facts_of(1), spec).value
    assert parts == {key: figure(facts_of(1), spec.about(**{by: key[0]})) for key in parts}


@pytest.mark.parametrize("column", ["sex", "age_band", "disability", "status", "left_on"])
def test_what_is_and_what_is_not_are_everything(column: str) -> None:
    value: Any = {"disability": True, "left_on": date(2025, 3, 1)}.get(column, "female")
    whole = Measure("members", "rows", time="cumulative")

    def counted(*where: Condition | AnyOf) -> int:
        return (
            figure(facts_of(2), FigureSpec(Measure("members", "rows", where=where, time="cumulative"), *YEAR)).value
            or 0
        )

    there, gone = Condition(column, "is", (value,)), Condition(column, "is_not", (value,))
    empty, filled = Condition(column, "empty"), Condition(column, "filled")
    assert counted(there) + counted(gone) == figure(facts_of(2), FigureSpec(whole, *YEAR)).value
    assert counted(empty) + counted(filled) == counted(AnyOf((there, gone)))


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_rows_changes_no_figure(seed: int) -> None:
    rows = invented_rows(seed=seed)
    mixed = Facts.of({name: Random(7).sample(each, len(each)) for name, each in rows.items()})  # no secret
    specs = [
        shipped().spec(code, from_on=YEAR[0], until_on=YEAR[1], cell={"currency": "KES"})
        for code in ("savings", "portfolio_at_risk", "loans_outstanding")
    ]

    assert figures(mixed, specs) == figures(Facts.of(rows), specs)


def test_every_part_of_an_indicator_is_never_more_than_its_whole() -> None:
    for seed in range(2):
        for indicator in shipped().indicators.values():
            if indicator.subset_of:
                part, whole = (
                    figure(facts_of(seed), shipped().spec(code, from_on=YEAR[0], until_on=YEAR[1]))
                    for code in (indicator.code, indicator.subset_of)
                )
                assert (part.value or 0) <= (whole.value or 0)


def test_nothing_is_nothing_and_a_lowest_of_nothing_is_not_there() -> None:
    nobody = Facts.of({})

    assert figure(nobody, FigureSpec(SAVINGS, *YEAR, KENYA)) == Figure(0, None, 0, 0)
    for take in ("lowest", "highest", "median"):
        spec = FigureSpec(Measure("money", take, "amount_minor"), *YEAR, KENYA)
        assert figure(nobody, spec) == Figure(None, None, 0, 0)
        assert table(nobody, spec, ["what"]) == {}
    share = figure(nobody, shipped().spec("attendance", from_on=YEAR[0], until_on=YEAR[1]))
    assert (share, share.share) == (Figure(0, 0, 0, 0), None)


def test_amounts_of_several_currencies_are_never_added() -> None:
    spec = FigureSpec(SAVINGS, *YEAR)

    with pytest.raises(NotAMeasure, match="name the currency"):
        figure(facts_of(0), spec)
    with pytest.raises(NotAMeasure, match="name the currency"):
        table(facts_of(0), spec, ["country"])
    by_currency = table(facts_of(0), spec, ["currency"])
    assert {key[0] for key in by_currency} <= {"KES", "MWK"}
    with pytest.raises(NotAMeasure, match="name the currency"):
        figure(facts_of(0), shipped().spec("portfolio_at_risk", from_on=YEAR[0], until_on=YEAR[1]))


def test_a_sum_that_would_not_be_exact_is_refused() -> None:
    loans = [
        ("g", "KE", None, "savings", f"l{number}", "female", "KES", date(2025, 12, 31), 2**53 - 1, 0, False)
        for number in range(2000)
    ]
    spec = FigureSpec(Measure("loans", "sum", "outstanding_minor", time="state"), *YEAR, KENYA)

    for some in (loans[:2], loans):
        with pytest.raises((NotAMeasure, NotFacts), match="too large to be exact"):
            figure(Facts.of({"loans": some}), spec)
    assert figure(Facts.of({"loans": loans[:1]}), spec).value == 2**53 - 1


WRONG = [
    ({"table": "persons", "take": "rows"}, "no table of facts"),
    ({"table": "members", "take": "mean", "column": "member"}, "none of rows"),
    ({"table": "members", "take": "rows", "column": "member"}, "without a column"),
    ({"table": "members", "take": "distinct"}, "without a column"),
    ({"table": "members", "take": "sum", "column": "sex"}, "not a whole number"),
    ({"table": "members", "take": "distinct", "column": "name"}, "has no column 'name'"),
    ({"table": "meetings", "take": "rows", "time": "state"}, "no states"),
    ({"table": "loans", "take": "rows"}, "never put together over time"),
    ({"table": "members", "take": "rows", "day": "sex"}, "cannot place a row in time"),
    ({"table": "members", "take": "rows", "where": [["sex", "like", "f"]]}, "none of is"),
    ({"table": "members", "take": "rows", "where": [["sex", "is"]]}, "give 1 value"),
    ({"table": "members", "take": "rows", "where": [["sex", "is", 1]]}, "cannot stand in"),
    ({"table": "members", "take": "rows", "where": [["sex", "is", None]]}, "cannot stand in"),
    ({"table": "members", "take": "rows", "where": [["sex", "in", []]]}, "at least one value"),
    ({"table": "members", "take": "rows", "where": [["sex", "at_least", "f"]]}, "neither a number nor a day"),
    ({"table": "members", "take": "rows", "where": [["joined_on", "is", "soon"]]}, "no day"),
    ({"table": "members", "take": "rows", "where": [["sex", "empty", "f"]]}, "give no value"),
    ({"table": "members", "take": "rows", "where": [{"any": [["sex", "empty"]]}]}, "at least two"),
    ({"table": "members", "take": "rows", "where": ["sex"]}, "no condition"),
    ({"table": "members", "take": "rows", "wher": []}, "wher is not known"),
    ({"table": "members"}, "take"),
    ([], "no JSON object"),
]


@pytest.mark.parametrize(("data", "words"), WRONG)
def test_a_measure_that_cannot_be_counted_is_refused_with_the_reason(data: Any, words: str) -> None:
    with pytest.raises(NotAMeasure, match=words):
        Measure.from_json(data)


def test_the_published_schema_knows_every_measure_and_figure_that_ships() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for indicator in shipped().indicators.values():
        cell = {"currency": "KES", "country": "KE"} if indicator.needs_currency else {"country": None}
        spec = shipped().spec(indicator.code, from_on=YEAR[0], until_on=YEAR[1], cell=cell)

        validator.validate(spec.to_json())

        assert FigureSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_the_published_schema_refuses_what_has_no_such_form() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    good = FigureSpec(SAVINGS, *YEAR, KENYA).to_json()

    changes: list[dict[str, Any]] = [
        {"measure": {"table": "persons", "take": "rows"}},
        {"until_on": "soon"},
        {"unknown": 1},
        {"cell": []},
    ]
    for changed in changes:
        assert not validator.is_valid({**good, **changed})


def test_a_figure_can_be_asked_for_by_the_code_of_its_indicator() -> None:
    data = {"indicator": "members", "cell": {"sex": "female"}, "from_on": "2025-01-01", "until_on": "2026-01-01"}

    spec = shipped().read_spec(data)

    assert spec == shipped().spec("members", from_on=YEAR[0], until_on=YEAR[1], cell={"sex": "female"})
    assert (
        figure(facts_of(0), spec).value
        == figure(facts_of(0), shipped().spec("women", from_on=YEAR[0], until_on=YEAR[1])).value
    )
    for wrong in ({"indicator": "nobody"}, {"cell": {"voice": "staff"}}, {"from_on": "x"}, {"by": 1}):
        with pytest.raises((NotAMeasure, NotAnIndicator)):
            shipped().read_spec({**data, **wrong})


def test_the_catalogue_is_written_and_read_back_whole() -> None:
    written = json.loads(json.dumps(shipped().to_json()))

    assert Catalogue.from_json(written) == shipped()
    assert Catalogue.from_json(written).to_json() == shipped().to_json()


def test_every_indicator_says_everything_in_english_and_in_swedish() -> None:
    for indicator in shipped().indicators.values():
        said: list[tuple[str, Indicator | Version]] = [("name", indicator), ("unit", indicator)]
        said += [(name, version) for version in indicator.versions for name in ("definition", "method")]
        if indicator.kind == "share":
            said += [("numerator", indicator), ("denominator", indicator)]
        for name, one in said:
            assert one.words["sv"][name].strip(), (indicator.code, name)
            assert one.words["sv"][name] != getattr(one, name), (indicator.code, name)


def test_every_disaggregation_is_a_column_of_what_is_counted() -> None:
    for indicator in shipped().indicators.values():
        for name in indicator.disaggregations:
            for version in indicator.versions:
                assert version.measure is not None
                assert version.measure.of_table.column(COLUMNS[name])


def test_a_definition_that_changed_within_the_period_gives_no_figure() -> None:
    data = json.loads(json.dumps(shipped().to_json()))
    joined = next(one for one in data["indicators"] if one["code"] == "members_joined")
    joined["versions"].append({**joined["versions"][0], "from_on": "2025-07-01"})
    changed = Catalogue.from_json(data)

    with pytest.raises(NotAnIndicator, match=r"changed on 2025-07-01\. Ask for each side"):
        changed.spec("members_joined", from_on=YEAR[0], until_on=YEAR[1])
    assert changed.spec("members_joined", from_on=date(2025, 7, 1), until_on=YEAR[1])
    with pytest.raises(NotAnIndicator, match="not defined before 2000-01-01"):
        changed.spec("members_joined", from_on=date(1999, 1, 1), until_on=date(1999, 2, 1))


def test_an_indicator_whose_measure_is_of_another_kind_is_refused() -> None:
    women = shipped().indicator("women")
    for change in ({"kind": "periodic"}, {"unit": "money"}, {"disaggregations": frozenset({"voice"})}):
        values = {name: getattr(women, name) for name in Indicator.__dataclass_fields__} | change
        with pytest.raises(NotAnIndicator):
            Indicator(**values)
