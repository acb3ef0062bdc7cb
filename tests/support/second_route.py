"""A claim's value by another way: its JSON made into plain SQL by hand, run by SQLite over the pack's CSV files.

Nothing of the program is used: not its reading of CSV, its measures, its expressions or its intervals. What a measure
means is written here once more, from docs/contracts.md (5 to 7).
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from fractions import Fraction
from math import ceil, floor
from typing import Any

from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

WHO = {"groups": "group", "members": "member", "meetings": "group", "money": "group", "loans": "loan",
       "survival": "group", "stories": "story", "outside": "source"}  # fmt: skip
FIRST_DAY = {"groups": "formed_on", "members": "joined_on", "meetings": "held_on", "money": "on",
             "survival": "known_on", "stories": "told_on"}  # fmt: skip
LAST_DAY = {"groups": "closed_on", "members": "left_on"}
NUMBERS = {"present", "active", "amount_minor", "outstanding_minor", "days_late", "months", "value", "of"}
Json = dict[str, Any]


class SecondRoute:
    """A pack, opened by the standard library alone."""

    def __init__(self, pack: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(pack)) as archive:
            self.claims: list[Json] = json.loads(archive.read("claims.json"))["claims"]
            listed = json.loads(archive.read("indicators.json"))["indicators"]
            self.indicators: dict[str, Json] = {one["code"]: one for one in listed}
            self.db = sqlite3.connect(":memory:")
            for name in archive.namelist():
                if name.startswith("facts/"):
                    self._load(name[6:-4], archive.read(name).decode())

    def _load(self, table: str, text: str) -> None:
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        columns = ", ".join(f'"{name}" {"INTEGER" if name in NUMBERS else "TEXT"}' for name in header)
        self.db.execute(f'CREATE TABLE "{table}" ({columns})')
        places = ", ".join("?" for _ in header)
        self.db.executemany(f'INSERT INTO "{table}" VALUES ({places})', [[x or None for x in row] for row in rows])

    def value(self, claim: Json) -> Json:
        """What a claim's value is, in the form that claims.json has."""
        query, kind = claim["query"], claim["kind"]
        if kind in ("number", "money", "share"):
            value, of, n = self.figure(query["figure"])
            low, high = _wilson(value, of) if query.get("sample") and of is not None else (None, None)
            return {"value": value, "of": of, "low": low, "high": high, "n": n}
        if kind == "at_least":
            value, _, n = self.figure(query["figure"])
            return {"value": value, "at_least": value // query["step"] * query["step"], "n": n}
        if kind == "range" and "percentiles" in query:
            return self._percentiles(query)
        if kind == "range":
            (low, _, n), (high, _, m) = self.figure(query["lowest"]), self.figure(query["highest"])
            return {"low": low, "high": high, "n": min(n, m)}
        if kind == "comparison":
            return self._comparison(query)
        if kind == "table":
            return self._table(claim)
        if kind == "outside":
            return {"rows": query["rows"]}
        return dict(claim["value"])  # words are what was said

    def figure(self, asked: Json) -> tuple[int, int | None, int]:
        """Value, whole and how many stand behind."""
        part, whole = self.measures(asked)
        value, n = self.db.execute(self._sql(part, asked)).fetchone()
        if whole is None:
            return value, None, n
        of, n = self.db.execute(self._sql(whole, asked)).fetchone()
        return value, of, n

    def measures(self, asked: Json) -> tuple[Json, Json | None]:
        """The measure, and for a share the one of its whole; of an indicator those in force on the last day."""
        if "measure" in asked:
            return asked["measure"], asked.get("of")
        versions = self.indicators[asked["indicator"]]["versions"]
        version = [one for one in versions if one["from_on"] < asked["until_on"]][-1]
        return version["measure"], version.get("of")

    def _sql(self, measure: Json, asked: Json, by: tuple[str, ...] = (), raw: bool = False) -> str:
        column = f'"{measure.get("column", "")}"'
        where = self._where(measure, asked, by)
        if raw:
            return f'SELECT {column} FROM "{measure["table"]}" WHERE {where} AND {column} IS NOT NULL ORDER BY 1'
        take = {
            "rows": "count(*)", "distinct": f"count(DISTINCT {column})", "sum": f"coalesce(sum({column}), 0)",
            "lowest": f"min({column})", "highest": f"max({column})",
        }[measure["take"]]  # fmt: skip
        keys = "".join(f'"{name}", ' for name in by)
        group = f" GROUP BY {', '.join(map(str, range(1, len(by) + 1)))}" if by else ""
        who = WHO[measure["table"]]
        return f'SELECT {keys}{take}, count(DISTINCT "{who}") FROM "{measure["table"]}" WHERE {where}{group}'

    def _where(self, measure: Json, asked: Json, by: tuple[str, ...]) -> str:
        parts = [_condition(one) for one in measure.get("where", [])]
        parts += [f'"{name}" IS {_literal(value)}' for name, value in asked.get("cell", {}).items()]
        start, end, table = asked["from_on"], asked["until_on"], measure["table"]
        time = measure.get("time", "periodic")
        if table == "outside":
            if "sex" not in asked.get("cell", {}) and "sex" not in by:
                parts.append("sex IS NULL")
            inside = f"from_on >= '{start}' AND until_on <= '{end}'"
            return " AND ".join([*parts, inside if time == "periodic" else f"until_on = '{end}'"])
        day = f'"{measure.get("day") or FIRST_DAY.get(table, "on")}"'
        if table == "loans":
            parts.append(f"{day} = date('{end}', 'start of month', '-1 day')")
        elif time == "state":
            last = LAST_DAY[table]
            parts.append(f"{day} < '{end}' AND ({last} IS NULL OR {last} >= '{end}')")
        else:
            parts.append(f"{day} < '{end}'")
            if time == "periodic":
                parts.append(f"{day} >= '{start}'")
        return " AND ".join(parts)

    def _percentiles(self, query: Json) -> Json:
        measure, _ = self.measures(query["figure"])
        values = [one for (one,) in self.db.execute(self._sql(measure, query["figure"], raw=True))]
        counted = {**measure, "take": "rows", "column": ""}
        _, n = self.db.execute(self._sql(counted, query["figure"])).fetchone()
        # the smallest value that at least so many in a hundred do not exceed
        low, high = (
            min(one for one in values if 100 * sum(other <= one for other in values) >= share * len(values))
            for share in query["percentiles"]
        )
        return {"low": low, "high": high, "n": n}

    def _comparison(self, query: Json) -> Json:
        (value, of, n), (against, against_of, m) = self.figure(query["figure"]), self.figure(query["against"])
        low = high = None
        if of is None or against_of is None:
            difference = value - against
        else:
            difference = round((Fraction(value, of) - Fraction(against, against_of)) * 10_000)
            if query.get("sample"):
                ends = confint_proportions_2indep(value, of, against, against_of, method="newcomb", compare="diff")
                low, high = _outwards(*ends)
        return {
            "value": value, "of": of, "n": n, "against": against, "against_of": against_of, "against_n": m,
            "difference": difference, "low": low, "high": high,
        }  # fmt: skip

    def _table(self, claim: Json) -> Json:
        query, cells = claim["query"], []
        by, (part, whole) = tuple(query["by"]), self.measures(query["figure"])
        found = {tuple(row[:-2]): row[-2] for row in self.db.execute(self._sql(part, query["figure"], by))}
        wholes = {}
        if whole is not None:
            wholes = {tuple(row[:-2]): row[-2] for row in self.db.execute(self._sql(whole, query["figure"], by))}
        for cell in claim["value"]["cells"]:
            key = tuple(str(one).lower() if isinstance(one, bool) else one for one in cell["key"])
            value, of = found.pop(key, 0), (wholes.pop(key, 0) if whole is not None else None)
            if cell["hidden"] is not None:
                value = of = None
            cells.append({"key": cell["key"], "value": value, "of": of, "hidden": cell["hidden"]})
        assert not found, f"cells are missing: {found}"
        assert not wholes, f"cells are missing: {wholes}"
        counted = {**(whole or part), "take": "rows", "column": ""}
        return {"cells": cells, "n": self.db.execute(self._sql(counted, query["figure"])).fetchone()[-1]}


def _condition(condition: Any) -> str:
    if isinstance(condition, dict):
        return "(" + " OR ".join(_condition(one) for one in condition["any"]) + ")"
    column, operator, *rest = condition
    many = rest[0] if rest and isinstance(rest[0], list) else rest
    said = [_literal(one) for one in many]
    return {
        "is": f'"{column}" IS {said[0] if said else ""}',
        "is_not": f'"{column}" IS NOT {said[0] if said else ""}',
        "at_least": f'("{column}" IS NOT NULL AND "{column}" >= {said[0] if said else ""})',
        "at_most": f'("{column}" IS NOT NULL AND "{column}" <= {said[0] if said else ""})',
        "empty": f'"{column}" IS NULL',
        "filled": f'"{column}" IS NOT NULL',
        "in": f'("{column}" IS NOT NULL AND "{column}" IN ({", ".join(said)}))',
    }[operator]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _wilson(value: int, of: int) -> tuple[int, int]:
    low, high = proportion_confint(value, of, method="wilson")
    return _outwards(max(low, 0), min(high, 1))


def _outwards(low: float, high: float) -> tuple[int, int]:
    """In parts of ten thousand, rounded outwards; a breath of floating point is not a part."""
    return floor(low * 10_000 + 1e-7), ceil(high * 10_000 - 1e-7)
