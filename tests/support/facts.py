"""Invented facts of a small programme, the same for the same seed, with everything in them that is easily got wrong."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from random import Random

from egenmakt.core.evidence.facts import Facts, Value

Rows = dict[str, list[tuple[Value, ...]]]
FIRST = date(2024, 1, 1)
COUNTRIES: dict[str, tuple[str, list[str | None]]] = {
    "KE": ("KES", ["partner-1", "partner-2"]),
    "MW": ("MWK", ["partner-3", None]),
}


def invented_facts(*, seed: int, groups: int = 6) -> Facts:
    """Facts of two years in two countries: people who leave, groups that close, amounts in two currencies."""
    return Facts.of(invented_rows(seed=seed, groups=groups))


def invented_rows(*, seed: int, groups: int = 6) -> Rows:
    """The same as plain rows."""
    rng = Random(seed)  # invented facts, no secret
    rows: Rows = {
        name: [] for name in ("groups", "members", "meetings", "money", "loans", "survival", "stories", "outside")
    }
    for number in range(groups):
        _group(rng, rows, number)
    _stories(rng, rows)
    _outside(rng, rows)
    return rows


def _day(rng: Random, start: date = FIRST, days: int = 700) -> date:
    return start + timedelta(days=rng.randrange(days))


def _group(rng: Random, rows: Rows, number: int) -> None:
    country = rng.choice(sorted(COUNTRIES))
    currency, partners = COUNTRIES[country]
    head = (f"group-{number}", country, rng.choice(partners), rng.choice(["savings", "self_help", "youth"]))
    formed = _day(rng, days=400)
    ended = _day(rng, formed, 300) if rng.random() < 0.6 else None
    closed = _day(rng, formed, 500) if rng.random() < 0.3 else None
    rows["groups"].append((*head, formed, ended, closed))
    for place in range(rng.randrange(1, 8)):
        joined = _day(rng, formed, 200)
        left = _day(rng, joined, 400) if rng.random() < 0.3 else None
        status = "active" if left is None else rng.choice(["left", "died"])
        sex, band = rng.choice(["female", "male", "unknown"]), rng.choice(["under_15", "15_24", "25_35", None])
        rows["members"].append(
            (*head, f"member-{number}-{place}", sex, band, rng.choice([True, False, None]), joined, left, status)
        )
    for place in range(rng.randrange(10)):
        held, active = _day(rng, formed, 400), rng.randrange(1, 30)
        late = ended is not None and held >= ended
        rows["meetings"].append((*head, f"meeting-{number}-{place}", held, rng.randrange(active + 1), active, late))
        what = rng.choice(["savings", "social_fund", "loan_out", "principal_back", "share_out"])
        rows["money"].append((*head, held, what, currency, rng.randrange(1, 90_000)))
    for place in range(rng.randrange(4)):
        for month in range(6):
            day = date(2025, month + 1, calendar.monthrange(2025, month + 1)[1])
            owed, late_days = rng.randrange(1, 50_000), rng.choice([0, 0, 30, 31, 90])
            loan = (f"loan-{number}-{place}", rng.choice(["female", "male"]), currency, day, owed, late_days)
            rows["loans"].append((*head, *loan, rng.random() < 0.1))
    if ended is not None:
        for months in (6, 12):
            rows["survival"].append((*head, months, ended + timedelta(days=30 * months + 91), rng.random() < 0.6))


def _stories(rng: Random, rows: Rows) -> None:
    areas = ["economic_independence", "collective_action", "participation", "organisation"]
    for number in range(rng.randrange(12)):
        told = _day(rng)
        head = (f"story-{number}", rng.choice(["KE", "MW", None]), "partner-1", rng.choice(["rights_holder", "staff"]))
        alone = rng.random() < 0.5
        for kind in rng.sample(["income", "voice", "nothing"], rng.randrange(1, 3)):
            direction = "none" if kind == "nothing" else rng.choice(["better", "worse"])
            area = None if kind == "nothing" else rng.choice(areas)
            rows["stories"].append((*head, "round-1", kind, direction, area, told, alone))


def _outside(rng: Random, rows: Rows) -> None:
    for month in range(1, 7):
        starts, ends = date(2025, month, 1), date(2025, month + 1, 1)
        women, men = rng.randrange(20), rng.randrange(20)
        head = ("trained", "KE", "partner-1")
        for sex, value in ((None, women + men), ("female", women), ("male", men)):
            rows["outside"].append((*head, sex, None, starts, ends, value, None, "Letter of the partner"))
        due = rng.randrange(1, 9)
        rows["outside"].append(
            ("commitments_kept", "MW", None, None, None, starts, ends, rng.randrange(due + 1), due, "Minutes")
        )
