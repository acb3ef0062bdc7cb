"""Every figure is equal to plain SQL, written apart and run by another program over the same CSV files."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import TABLES, Facts, Value, read_facts, write_facts
from egenmakt.core.evidence.facts.files import table_of
from egenmakt.core.evidence.measures.evaluation import figure, figures, rows_behind, series, table
from egenmakt.core.evidence.measures.figure import FigureSpec, cell_of
from egenmakt.core.evidence.measures.measure import AnyOf, Condition, Measure
from tests.support.facts import invented_facts


def sql_database(folder: Path) -> sqlite3.Connection:
    """The CSV files in SQLite: days as texts, yes and no as 1 and 0."""
    import csv  # the plain reader, not ours

    database = sqlite3.connect(":memory:")
    for name, known in TABLES.items():
        columns = ", ".join(
            f'"{column.name}" {"INTEGER" if column.type == "whole" else "TEXT"}' for column in known.columns
        )
        database.execute(f'CREATE TABLE "{name}" ({columns})')
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            _, *rows = csv.reader(file)
        places = ", ".join("?" for _ in known.columns)
        database.executemany(
            f'INSERT INTO "{name}" VALUES ({places})', [[cell or None for cell in row] for row in rows]
        )  # our own names
    return database


def said(value: Value) -> str:
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def condition_sql(condition: Condition | AnyOf) -> str:
    if isinstance(condition, AnyOf):
        return "(" + " OR ".join(condition_sql(one) for one in condition.conditions) + ")"
    column, values = f'"{condition.column}"', [said(value) for value in condition.values]
    return {
        "is": lambda: f"coalesce({column} = {values[0]}, 0)",
        "is_not": lambda: f"NOT coalesce({column} = {values[0]}, 0)",
        "in": lambda: f"coalesce({column} IN ({', '.join(values)}), 0)",
        "at_least": lambda: f"coalesce({column} >= {values[0]}, 0)",
        "at_most": lambda: f"coalesce({column} <= {values[0]}, 0)",
        "empty": lambda: f"{column} IS NULL",
        "filled": lambda: f"{column} IS NOT NULL",
    }[condition.operator]()


DAYS = {
    "groups": ("formed_on", "closed_on"),
    "members": ("joined_on", "left_on"),
    "meetings": ("held_on", ""),
    "money": ("on", ""),
    "loans": ("on", ""),
    "survival": ("known_on", ""),
    "stories": ("told_on", ""),
}
WHO = {"meetings": "group", "money": "group", "survival": "group", "groups": "group", "members": "member",
       "loans": "loan", "stories": "story", "outside": "source"}  # fmt: skip


def where_sql(measure: Measure, spec: FigureSpec, by: tuple[str, ...]) -> str:
    parts = [condition_sql(one) for one in measure.where]
    parts += [f'"{name}" IS {"NULL" if value is None else said(value)}' for name, value in spec.cell]
    start, end = spec.from_on.isoformat(), spec.until_on.isoformat()
    if measure.table == "outside":
        parts.append(
            f"from_on >= '{start}' AND until_on <= '{end}'" if measure.time == "periodic" else f"until_on = '{end}'"
        )
        if "sex" not in dict(spec.cell) and "sex" not in by:
            parts.append("sex IS NULL")
        return " AND ".join(parts)
    first, last = DAYS[measure.table]
    day = f'"{measure.day or first}"'
    if measure.table == "loans":
        parts.append(f"{day} = date('{end}', 'start of month', '-1 day')")
    elif measure.time == "state":
        parts.append(f"{day} < '{end}' AND (\"{last}\" IS NULL OR \"{last}\" >= '{end}')")
    elif measure.time == "cumulative":
        parts.append(f"{day} < '{end}'")
    else:
        parts.append(f"{day} >= '{start}' AND {day} < '{end}'")
    return " AND ".join(parts)


def by_sql(
    database: sqlite3.Connection, measure: Measure, spec: FigureSpec, by: tuple[str, ...] = ()
) -> dict[tuple[Value, ...], tuple[int | None, int, int]]:
    """Value, n and rows by plain SQL, for each combination of columns."""
    column = f'"{measure.column}"'
    take = {"rows": "count(*)", "distinct": f"count(DISTINCT {column})", "sum": f"coalesce(sum({column}), 0)",
            "lowest": f"min({column})", "highest": f"max({column})", "median": f"group_concat({column})"}  # fmt: skip
    keys = "".join(f'"{name}", ' for name in by)
    counted = f'{take[measure.take]}, count(DISTINCT "{WHO[measure.table]}"), count(*)'
    query = f'SELECT {keys}{counted} FROM "{measure.table}" WHERE {where_sql(measure, spec, by)}'
    if by:
        query += " GROUP BY " + keys.rstrip(", ")
    found = {}
    for row in database.execute(query):
        key = tuple(typed(measure.table, name, value) for name, value in zip(by, row, strict=False))
        value = row[len(by)]
        if measure.take == "median":
            numbers = sorted(int(one) for one in str(value).split(",")) if value is not None else []
            value = numbers[(len(numbers) - 1) // 2] if numbers else None
        found[key] = (value, row[-2], row[-1])
    return found


def typed(name: str, column: str, value: object) -> Value:
    kind = TABLES[name].column(column).type
    if value is None:
        return None
    if kind == "yes":
        return value == "true"
    return date.fromisoformat(str(value)) if kind == "day" else value  # type: ignore[return-value]  # whole or text


Both = tuple[Facts, sqlite3.Connection]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[Both]:
    """Three small programmes, each as our facts and as another program's database of the same files."""
    made = []
    for seed in range(3):
        folder = tmp_path_factory.mktemp("facts")
        write_facts(invented_facts(seed=seed, groups=8), folder)
        made.append((read_facts(folder), sql_database(folder)))
    return made


YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def test_each_indicator_that_ships_is_what_plain_sql_says(both: list[Both]) -> None:
    facts, database = both[0]
    known = list(shipped().indicators.values())
    cells = [{"currency": "KES"} if indicator.needs_currency else {} for indicator in known]
    specs = [
        shipped().spec(indicator.code, from_on=YEAR[0], until_on=YEAR[1], cell=cell)
        for indicator, cell in zip(known, cells, strict=True)
    ]

    for indicator, spec, answer in zip(known, specs, figures(facts, specs), strict=True):
        wanted = [by_sql(database, measure, spec)[()] for measure in spec.measures]
        assert answer.value == wanted[0][0], indicator.code
        assert (answer.of, answer.n, answer.rows) == (
            (wanted[1][0], *wanted[1][1:]) if spec.of is not None else (None, *wanted[0][1:])
        ), indicator.code


def random_measure(rng: Random) -> Measure:
    """Any measure that can be: table, take, conditions, time."""
    known = TABLES[rng.choice(sorted(TABLES))]
    wholes = [column.name for column in known.columns if column.type == "whole"]
    take = rng.choice(["rows", "distinct", *(["sum", "lowest", "highest", "median"] * 2 if wholes else [])])
    column = "" if take == "rows" else rng.choice(wholes if take != "distinct" else [one.name for one in known.columns])
    time = "state" if known.is_state else rng.choice(["periodic", "cumulative", *(["state"] if known.ends else [])])
    where: tuple[Condition | AnyOf, ...] = tuple(random_condition(rng, known.name) for _ in range(rng.randrange(3)))
    if rng.random() < 0.3:
        where += (AnyOf((random_condition(rng, known.name), random_condition(rng, known.name))),)
    return Measure(known.name, take, column, where, time)  # type: ignore[arg-type]  # one of those that are known


SAMPLES: dict[str, list[Value]] = {
    "text": ["KE", "MW", "female", "male", "partner-1", "savings", "better", "trained"],
    "whole": [0, 6, 10, 31, 5000],
    "day": [date(2024, 6, 1), date(2025, 1, 31), date(2025, 6, 30)],
    "yes": [True, False],
}


def random_condition(rng: Random, name: str) -> Condition:
    column = rng.choice(TABLES[name].columns)
    operators = ["is", "is_not", "in", "empty", "filled"]
    if column.type in ("whole", "day"):
        operators += ["at_least", "at_most"] * 2
    operator = rng.choice(operators)
    samples = SAMPLES[column.type]
    count = {"empty": 0, "filled": 0, "in": rng.randrange(1, len(samples))}.get(operator, 1)
    return Condition(column.name, operator, tuple(rng.sample(samples, count)))  # type: ignore[arg-type]  # see above


@pytest.mark.parametrize("seed", range(40))
def test_any_measure_is_what_plain_sql_says(seed: int, both: list[Both]) -> None:
    facts, database = both[seed % len(both)]
    rng = Random(seed)  # no secret
    measure = random_measure(rng)
    start = date(2024, 1, 1) + timedelta(days=rng.randrange(500))
    names = [column.name for column in measure.of_table.columns if column.type == "text"]
    cell = {name: rng.choice(["KE", "MW", None]) for name in rng.sample(["country"], rng.randrange(2))}
    if "currency" in names:
        cell["currency"] = "KES"
    spec = FigureSpec(measure, start, start + timedelta(days=rng.randrange(1, 400)), cell_of(cell))
    by = tuple(rng.sample([name for name in names if name not in cell], 2 if rng.random() < 0.5 else 1))

    one = figure(facts, spec)
    many = table(facts, spec, by)

    assert (one.value, one.n, one.rows) == by_sql(database, measure, spec)[()]
    assert {key: (each.value, each.n, each.rows) for key, each in many.items()} == by_sql(database, measure, spec, by)
    behind = rows_behind(facts, spec)
    assert behind.num_rows == one.rows
    assert set(map(str, behind.to_pylist())) <= set(map(str, facts.tables[measure.table].to_pylist()))


@pytest.mark.parametrize("code", ["members", "savings", "attendance", "portfolio_at_risk", "trained"])
def test_a_series_is_each_of_its_periods(code: str, both: list[Both]) -> None:
    facts, _ = both[1]
    cell = {"currency": "MWK"} if shipped().indicator(code).needs_currency else {}
    spec = shipped().spec(code, from_on=YEAR[0], until_on=YEAR[1], cell=cell)
    months = [(date(2025, month, 1), date(2025 + month // 12, month % 12 + 1, 1)) for month in range(1, 13)]
    whole_year = [*months, YEAR]

    assert series(facts, spec, whole_year) == [{(): figure(facts, spec.during(*period))} for period in whole_year]
    assert series(facts, spec, months[:3], "country") == [
        table(facts, spec.during(*one), ["country"]) for one in months[:3]
    ]


def test_many_figures_in_one_pass_are_each_of_them_alone(both: list[Both]) -> None:
    facts, _ = both[2]
    rng = Random(99)  # no secret
    specs = []
    for _number in range(25):
        measure, start = random_measure(rng), date(2024, 6, 1) + timedelta(days=rng.randrange(300))
        cell = {"currency": "MWK"} if measure.is_money else {"country": rng.choice(["KE", None])}
        of = replace(measure, where=()) if rng.random() < 0.3 else None
        specs.append(FigureSpec(measure, start, start + timedelta(days=rng.randrange(1, 400)), cell_of(cell), of))

    assert figures(facts, specs) == [figure(facts, spec) for spec in specs]
    assert figures(facts, []) == []


def test_by_hand_the_members_of_a_small_place_are_counted_right() -> None:
    csv_text = (
        "group,country,partner,group_kind,member,sex,age_band,disability,joined_on,left_on,status\n"
        "g,KE,,savings,amina,female,15_24,true,2025-01-01,,active\n"
        "g,KE,,savings,beatrice,female,,,2025-03-31,2025-06-30,left\n"
        "g,KE,,savings,chipo,male,25_35,false,2025-07-01,,active\n"
        "h,KE,,youth,amina,female,15_24,true,2025-05-01,,active\n"
    )
    facts = Facts.of_tables({"members": table_of(csv_text.encode(), "members")})

    def asked(code: str, start: date, end: date) -> tuple[int | None, int | None, int, int]:
        answer = figure(facts, shipped().spec(code, from_on=start, until_on=end))
        return answer.value, answer.of, answer.n, answer.rows

    first, second = (date(2025, 1, 1), date(2025, 7, 1)), (date(2025, 7, 1), date(2026, 1, 1))
    # who left on the last day of June is no member at its end; Amina is in two groups and one person
    assert asked("members", *first) == (1, None, 1, 2)
    assert asked("members", date(2025, 1, 1), date(2025, 6, 30)) == (2, None, 2, 3)
    assert asked("members_left", *first) == (1, None, 1, 1)
    assert asked("members_left", *second) == (0, None, 0, 0)
    assert asked("members_joined", *second) == (1, None, 1, 1)
    assert asked("members_ever", *second) == (3, None, 3, 4)
    assert asked("women_share", *second) == (1, 2, 2, 3)
