"""What a file tells of results: nobody can have a small number from all of it, and parts add up to the whole."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest

from egenmakt.core.disclosure import ProtectedTable, Suppressed
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.facts import Facts
from egenmakt.interfaces.exports.iati.publisher.figures import Asked, K, Told, tell
from tests.support.attack import Attacker, Conditions

pytestmark = pytest.mark.once  # no database is asked

FROM, UNTIL = date(2026, 1, 1), date(2027, 1, 1)
PARTNERS, SEXES, BANDS = ("a", "b", "c"), ("female", "male", "unknown"), ("15_24", "25_35", "36_59")
WAYS = {"sex": SEXES, "age_band": BANDS, "disability": (True, False)}


def member(number: int, partner: str, sex: str, band: str, disability: bool) -> tuple[Any, ...]:
    joined = date(2026, 2, 1)
    head = (f"group-{partner}", "KE", partner, "savings")
    return (*head, f"m-{number}", sex, band, disability, joined, None, "active")


def facts_of(people: list[tuple[str, str, str, bool]], **other: Any) -> Facts:
    return Facts.of({"members": [member(number, *one) for number, one in enumerate(people)], **other})


def asked(indicator: str, partner: str | None = None, *by: str, **cell: Any) -> Asked:
    whose = {**({"partner": partner} if partner else {}), **cell}
    spec = shipped().spec(indicator, from_on=FROM, until_on=UNTIL, cell=whose)
    return Asked(f"{indicator}/{partner}", indicator, spec, by)


def told_of(facts: Facts, *several: Asked) -> dict[str, Told]:
    return tell(asked=several, facts=facts, catalogue=shipped())


def value(told: Told) -> int | None:
    return told.figure.value if told.figure is not None else None


def everybody(**counts: tuple[int, int]) -> list[tuple[str, str, str, bool]]:
    """So many women and men for each partner, all of one age and without a disability."""
    return [
        (partner, sex, "25_35", False)
        for partner, (women, men) in counts.items()
        for sex, size in (("female", women), ("male", men))
        for _ in range(size)
    ]


def test_parts_add_up_to_the_whole_and_are_what_was_counted() -> None:
    people = everybody(a=(12, 8), b=(9, 7), c=(11, 6))

    told = told_of(facts_of(people), asked("members", None, "sex", "age_band", "country"), asked("members", "a", "sex"))

    whole = told["members/None"]
    assert value(whole) == len(people)
    assert whole.parts == {
        "sex": dict(Counter(sex for _, sex, _, _ in people)),
        "age_band": {"25_35": 53},
        "country": {"KE": 53},
    }
    assert told["members/a"].parts == {"sex": {"female": 12, "male": 8}}


def test_a_way_of_telling_apart_with_a_small_part_is_left_out_whole() -> None:
    told = told_of(facts_of(everybody(a=(20, 3))), asked("members", None, "sex", "age_band"))

    (found,) = told.values()
    assert (value(found), found.parts, found.left_out) == (23, {"age_band": {"25_35": 23}}, {"sex": "few"})


def test_a_partner_with_few_people_is_not_told_and_cannot_be_had_from_the_others() -> None:
    facts = facts_of(everybody(a=(20, 10), b=(15, 10), c=(2, 1)))

    told = told_of(facts, asked("members"), *(asked("members", partner) for partner in PARTNERS))

    assert value(told["members/None"]) == 58
    assert told["members/c"].is_small
    # 58 less 30 less 25 would leave the three
    assert [told[f"members/{partner}"].figure is None for partner in ("a", "b")].count(True) >= 1


def test_a_partner_without_anybody_has_none_and_the_others_are_told() -> None:
    several = [
        asked("members"),
        asked("members", "a", "sex"),
        asked("members", "nobody", "sex"),
        asked("women", "nobody"),
    ]

    told = told_of(facts_of(everybody(a=(20, 10))), *several)

    assert {key: value(one) for key, one in told.items()} == {
        "members/None": 30, "members/a": 30, "members/nobody": 0, "women/nobody": 0,
    }  # fmt: skip
    assert (told["members/nobody"].parts, told["members/nobody"].left_out) == ({}, {})


def test_a_percentage_that_leaves_few_people_over_is_not_told() -> None:
    told = told_of(facts_of(everybody(a=(20, 3))), asked("women_share"), asked("members"))

    assert told["women_share/None"].is_small
    assert value(told["members/None"]) == 23


def test_figures_from_outside_about_few_people_leave_only_the_whole() -> None:
    def row(partner: str, sex: str | None, number: int) -> tuple[Any, ...]:
        return ("jobs", "KE", partner, sex, None, FROM, UNTIL, number, None, "Letter")

    rows = [row("a", None, 30), row("a", "female", 28), row("a", "male", 2), row("b", None, 20)]
    told = told_of(
        facts_of([], outside=rows), asked("jobs", None, "sex"), asked("jobs", "a", "sex"), asked("jobs", "b")
    )
    few = told_of(
        facts_of([], outside=[*rows, row("c", None, 3)]), asked("jobs"), asked("jobs", "a"), asked("jobs", "b")
    )

    assert {key: value(one) for key, one in told.items()} == {"jobs/None": 50, "jobs/a": 30, "jobs/b": 20}
    assert told["jobs/a"].left_out == {"sex": "few"}
    assert told["jobs/None"].left_out == {"sex": "unequal"}  # b did not say
    assert {key: value(one) for key, one in few.items()} == {"jobs/None": 53, "jobs/a": None, "jobs/b": None}


def test_a_part_that_leaves_few_of_its_whole_over_is_not_told_of_anybody_alone() -> None:
    def row(indicator: str, partner: str, number: int) -> tuple[Any, ...]:
        return (indicator, "KE", partner, None, None, FROM, UNTIL, number, None, "Letter")

    rows = [row("enterprises", "a", 30), row("enterprises", "b", 20)]
    rows += [row("enterprises_created", "a", 28), row("enterprises_created", "b", 10)]
    several = [asked(name, whose) for name in ("enterprises", "enterprises_created") for whose in (None, "a", "b")]

    told = told_of(facts_of([], outside=rows), *several)

    assert {key: value(one) for key, one in told.items()} == {
        "enterprises/None": 50, "enterprises/a": 30, "enterprises/b": 20,
        "enterprises_created/None": 38, "enterprises_created/a": None, "enterprises_created/b": None,
    }  # fmt: skip


def test_groups_and_money_are_not_about_people_and_are_told_as_they_are() -> None:
    group = ("group-a", "KE", "a", "savings", date(2026, 1, 5), None, None)
    paid = ("group-a", "KE", "a", "savings", date(2026, 3, 5), "savings", "KES", 12345)

    told = told_of(
        facts_of([], groups=[group], money=[paid]),
        asked("groups", None, "country"),
        asked("savings", "a", currency="KES"),
    )

    assert value(told["groups/None"]) == 1
    assert told["groups/None"].parts == {"country": {"KE": 1}}
    assert value(told["savings/a"]) == 12345


def published(told: dict[str, Told]) -> dict[Conditions, int]:
    """All numbers that a file would hold, by the conditions that they are about."""
    found: dict[Conditions, int] = {}
    for key, one in told.items():
        indicator, partner = key.split("/")
        own = [("sex", ("female",))] if indicator == "women" else []
        own += [("partner", (partner,))] if partner != "None" else []
        if one.figure is not None:
            found[tuple(sorted(own))] = one.figure.value or 0
        for by, parts in one.parts.items():
            for category in WAYS[by]:
                found[tuple(sorted([*own, (by, (str(category),))]))] = parts.get(category, 0)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_somebody_with_all_the_arithmetic_there_is_finds_out_no_small_number(seed: int) -> None:
    rng = Random(seed)  # invented people, no secret
    people = [
        (partner, rng.choices(SEXES, (70, 25, 5))[0], rng.choice(BANDS), rng.random() < 0.15)
        for partner, size in zip(
            PARTNERS, (rng.randrange(15, 40), rng.randrange(8, 20), rng.randrange(2, 9)), strict=True
        )
        for _ in range(size)
    ]
    several = [asked("members", None, "sex", "age_band", "disability"), asked("women")]
    several += [asked("members", partner, "sex", "age_band", "disability") for partner in PARTNERS]
    several += [asked("women", partner) for partner in PARTNERS]

    known = published(told_of(facts_of(people), *several))

    dimensions = (("partner", PARTNERS), *((by, tuple(map(str, values))) for by, values in WAYS.items()))
    hidden = dict.fromkeys(product(*((*names, None) for _, names in dimensions)), Suppressed.PRIMARY)
    attacker = Attacker([ProtectedTable(name="file", dimensions=dimensions, where=(), values=hidden)], known)
    small = 0
    for by, partner in product((None, *WAYS), (None, *PARTNERS)):
        for category in map(str, WAYS[by]) if by else (None,):
            conditions = [("partner", (partner,))] if partner else []
            conditions += [(by, (category,))] if by and category else []
            count = sum(
                1
                for one in people
                if (partner is None or one[0] == partner)
                and (by is None or str(one[{"sex": 1, "age_band": 2, "disability": 3}[by]]) == category)
            )
            if 0 < count < K:
                small += 1
                assert attacker.most(attacker.row(tuple(sorted(conditions)))) >= K, (partner, by, category)
    assert small > 3
    assert len(known) > 3
