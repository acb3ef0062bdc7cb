"""Claims are made together: what the facts do not answer, what is about too few and what gives few away is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.evidence.catalogue.catalogue import Catalogue, shipped
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.compare import compare_with_facts
from egenmakt.core.evidence.claims.evaluate import CannotEvaluate, evaluate
from egenmakt.core.evidence.claims.freeze import CannotFreeze, ClaimDraft, facts_needed, make_claims
from egenmakt.core.evidence.claims.pack import pack_bytes
from egenmakt.core.evidence.claims.values import FloorValue, PictureValue, RangeValue, TableValue, WordsValue
from egenmakt.core.evidence.claims.verify import read_pack, verify_pack
from egenmakt.core.evidence.facts import Facts
from tests.support.claims import (
    CONSENT,
    WORDS,
    YEAR,
    content,
    draft,
    edition,
    figure,
    many_facts,
    members,
    money,
    stories,
)

NONE = Catalogue({})


def people(*counts: tuple[str, str, int]) -> Facts:
    """Members: so many of a sex in a country, all there in 2025."""
    rows: list[tuple[Any, ...]] = []
    for country, sex, count in counts:
        for _ in range(count):
            head = ("group", country, None, "savings", f"member-{len(rows)}")
            rows.append((*head, sex, None, None, date(2024, 5, 1), None, "active"))
    return Facts.of({"members": rows})


def told(*chosen: tuple[str, list[str]]) -> Facts:
    """Stories of a voice with the kinds of change that were chosen for each."""
    rows: list[tuple[Any, ...]] = []
    for number, (voice, kinds) in enumerate(chosen):
        head = (f"story-{number}", "KE", "partner", voice, "round")
        rows += [(*head, kind, "better", None, date(2025, 5, 1), True) for kind in kinds]
    return Facts.of({"stories": rows})


def made(facts: Facts, *drafts: ClaimDraft) -> dict[str, Claim]:
    return {claim.code: claim for claim in make_claims(drafts=drafts, facts=facts, catalogue=NONE)}


def refused(facts: Facts, *drafts: ClaimDraft) -> dict[str, str]:
    with pytest.raises(CannotFreeze) as error:
        make_claims(drafts=drafts, facts=facts, catalogue=NONE)
    return error.value.reasons


def count(code: str, *where: list[Any], **cell: Any) -> ClaimDraft:
    return draft(code, "number", {"figure": figure(members(*where), **cell)})


def table(code: str, *by: str, **cell: Any) -> ClaimDraft:
    return draft(code, "table", {"figure": figure(members(), **cell), "by": list(by)})


def test_a_number_about_fewer_than_five_people_is_refused() -> None:
    facts = people(("KE", "female", 9), ("KE", "male", 4))

    assert refused(facts, count("men", sex="male"), count("women", sex="female")) == {
        "men": "men is about 4 people, fewer than 5. Ask for a larger group."
    }
    assert made(facts, count("nobody", sex="unknown"))["nobody"].n == 0


def test_a_number_of_a_category_that_nobody_is_in_takes_no_table_away() -> None:
    facts = people(("KE", "female", 9), ("MW", "female", 7))

    shown = made(facts, table("by-sex", "sex"), table("both", "country", "sex"), count("men", sex="male"))

    assert shown["men"].n == 0
    assert [[(cell.key, cell.value) for cell in shown[code].value.cells] for code in ("by-sex", "both")] == [  # type: ignore[union-attr]  # tables
        [(("female",), 16)],
        [(("KE", "female"), 9), (("MW", "female"), 7)],
    ]
    alone = made(facts, table("by-sex", "sex"))["by-sex"]
    assert alone.value == shown["by-sex"].value


def test_two_numbers_that_leave_fewer_than_five_people_between_them_are_refused() -> None:
    facts = people(("KE", "female", 9), ("KE", "male", 4))

    assert refused(facts, count("all"), count("women", ["sex", "is", "female"])) == {
        "women": "all less women leaves 4 people, fewer than 5. Leave one of them out."
    }
    assert set(made(facts, count("women", sex="female"))) == {"women"}


def test_a_share_speaks_of_those_who_are_left_over_too() -> None:
    facts = people(("KE", "female", 9), ("KE", "male", 4))
    share = draft("women", "share", {"figure": figure(members(["sex", "is", "female"]), of=members())})

    assert refused(facts, share) == {"women": "women leaves 4 people over, fewer than 5. Ask for a larger group."}


def test_small_cells_are_hidden_and_so_is_what_would_give_them_away() -> None:
    facts = people(("KE", "female", 30), ("KE", "male", 3), ("MW", "female", 20), ("MW", "male", 25))

    claim = made(facts, table("by-both", "country", "sex"))["by-both"]

    assert isinstance(claim.value, TableValue)
    reasons = {cell.key: cell.hidden for cell in claim.value.cells}
    assert reasons[("KE", "male")] == "primary"
    assert sum(reason is not None for reason in reasons.values()) >= 2
    shown = {cell.key: cell.value for cell in claim.value.cells if cell.hidden is None}
    assert all(value is not None and value >= 5 for value in shown.values())


def test_tables_of_one_edition_are_protected_together() -> None:
    facts = people(("KE", "female", 30), ("KE", "male", 3), ("MW", "female", 20), ("MW", "male", 25))

    alone = made(facts, table("by-sex", "sex"))["by-sex"].value
    both = made(facts, table("by-sex", "sex"), table("by-both", "country", "sex"), count("all"))

    assert isinstance(alone, TableValue)
    assert all(cell.hidden is None for cell in alone.cells)
    inner = both["by-both"].value
    margin = both["by-sex"].value
    assert isinstance(inner, TableValue)
    assert isinstance(margin, TableValue)
    # men are 28 in the margin, and 25 in Malawi would leave 3: one of the two is hidden
    by_key = {cell.key: cell.value for cell in (*inner.cells, *margin.cells)}
    assert by_key[("male",)] is None or by_key[("MW", "male")] is None
    assert Suppressed.PRIMARY.name.lower() in {cell.hidden for cell in inner.cells}


def test_a_number_beside_a_table_is_known_to_the_reader() -> None:
    facts = people(("KE", "female", 30), ("KE", "male", 3), ("MW", "female", 20), ("MW", "male", 25))

    both = made(facts, table("by-both", "country", "sex"), count("malawi-men", country="MW", sex="male"))
    inner = both["by-both"].value

    assert isinstance(inner, TableValue)
    by_key = {cell.key: cell.hidden for cell in inner.cells}
    assert by_key[("KE", "male")] == "primary"
    # men in Malawi are said by the other claim: something else stands in for them
    assert by_key[("KE", "female")] == "complementary"


def test_stories_with_several_kinds_are_counted_once_for_each() -> None:
    facts = told(*[("staff", ["income", "voice"])] * 6, *[("staff", ["income"])] * 7, *[("staff", ["voice"])] * 2)

    claim = made(facts, draft("by-kind", "table", {"figure": figure(stories()), "by": ["kind"]}))["by-kind"]

    assert isinstance(claim.value, TableValue)
    assert claim.n == 15
    # 13 of 15 tell of income: that 2 do not is hidden with it
    assert {cell.key: cell.hidden for cell in claim.value.cells} == {("income",): "complementary", ("voice",): None}


@given(
    counts=st.lists(
        st.tuples(st.sampled_from(["KE", "MW", "UG"]), st.sampled_from(["female", "male"]), st.integers(0, 12)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[:2],
    )
)
@settings(max_examples=4, deadline=None)
def test_no_table_shows_a_small_number(counts: list[tuple[str, str, int]]) -> None:
    facts = people(*counts)
    tables = table("a", "country"), table("b", "country", "sex")
    everybody = sum(count for _, _, count in counts)
    if 0 < everybody < 5:
        sentence = f"is about {everybody} people, fewer than 5. Ask for a larger group."
        assert refused(facts, *tables) == {"a": f"a {sentence}", "b": f"b {sentence}"}
        return

    for claim in made(facts, *tables).values():
        assert isinstance(claim.value, TableValue)
        assert all(cell.value is None or not 0 < cell.value < 5 for cell in claim.value.cells)
        assert evaluate(claim, facts=facts, catalogue=NONE) == claim.value


def test_all_reasons_are_said_at_once() -> None:
    facts = people(("KE", "female", 9))
    same = count("same")

    reasons = refused(
        facts,
        same,
        same,
        draft("unknown", "number", {"figure": figure("unknown")}),
        draft("no-column", "number", {"figure": figure({"table": "members", "take": "sum", "column": "sex"})}),
    )

    assert reasons == {
        "same": "The code same stands twice.",
        "unknown": "unknown: There is no indicator 'unknown'.",
        "no-column": "no-column: sex is not a whole number: there is no sum of it.",
    }


@pytest.mark.parametrize(
    ("kind", "query", "sentence"),
    [
        ("share", {"figure": figure(members())}, "A share is a part of something, and nothing else is."),
        (
            "number",
            {"figure": figure(members(["sex", "is", "female"]), of=members())},
            "A share is a part of something, and nothing else is.",
        ),
        (
            "number",
            {"figure": figure(money("sum"), currency="KES")},
            "An amount is a claim of money, and nothing else is.",
        ),
        ("money", {"figure": figure(members())}, "An amount is a claim of money, and nothing else is."),
        (
            "money",
            {"figure": figure(money("sum"))},
            "Amounts of several currencies are never added: name the currency in the cell.",
        ),
        (
            "at_least",
            {"figure": figure(members()), "step": 100},
            "9 is less than one step of 100: there is nothing that it is at least.",
        ),
        (
            "range",
            {"figure": figure(members()), "percentiles": [10, 90]},
            "Percentiles are taken of a column of whole numbers.",
        ),
        (
            "range",
            {"lowest": figure(money("lowest"), currency="KES"), "highest": figure(money("highest"), currency="KES")},
            "There is nothing of which a lowest, highest or median could be taken.",
        ),
    ],
)
def test_what_the_facts_do_not_answer_is_refused(kind: str, query: dict[str, Any], sentence: str) -> None:
    assert refused(people(("KE", "female", 9)), draft("it", kind, query)) == {"it": f"it: {sentence}"}


@given(st.integers(5, 400), st.integers(1, 50))
@settings(max_examples=6, deadline=None)
def test_at_least_is_the_greatest_step_that_is_true(size: int, step: int) -> None:
    facts = people(("KE", "female", size))
    if size < step:
        step = size

    claim = made(facts, draft("over", "at_least", {"figure": figure(members()), "step": step}))["over"]

    assert claim.value == FloorValue(size, max(one for one in range(0, size + 1, step)), size)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40), st.integers(1, 49), st.integers(51, 99))
@settings(max_examples=6, deadline=None)
def test_percentiles_are_those_of_numpy(amounts: list[int], low: int, high: int) -> None:
    head = ("group", "KE", None, "savings", date(2025, 3, 1), "savings", "KES")
    facts = Facts.of({"money": [(*head, amount) for amount in amounts]})
    query = {"figure": figure(money("median"), currency="KES"), "percentiles": [low, high]}

    claim = made(facts, draft("saved", "range", query))["saved"]

    ends = np.percentile(amounts, [low, high], method="inverted_cdf")
    assert claim.value == RangeValue(int(ends[0]), int(ends[1]), 1)


def test_a_quotation_without_a_proved_consent_is_refused() -> None:
    query = {"story": "b" * 64, "sha256": edition()[-2].query.sha256}  # type: ignore[union-attr]  # the quotation
    said = draft("q", "quotation", query, period=YEAR, given=WordsValue(WORDS, "sv"))
    photo = draft("p", "picture", query, period=YEAR, given=PictureValue("image/jpeg", "A shop"), consent=CONSENT)

    assert refused(people(), said, photo) == {
        "q": "q: no consent to publish it is proved.",
        "p": "p: no consent to publish it is proved.",
    }


def test_words_that_are_not_those_of_the_query_are_refused() -> None:
    query = {"story": "b" * 64, "sha256": edition()[-2].query.sha256}  # type: ignore[union-attr]  # the quotation
    other = draft("q", "quotation", query, period=YEAR, given=WordsValue("Något annat", "sv"), consent=CONSENT)

    assert refused(people(), other) == {"q": "q: the words are not those that the query names."}


def test_only_the_tables_that_are_counted_go_into_a_pack() -> None:
    drafts = [draft("members", "number", {"figure": figure("members")})]

    needed = facts_needed(drafts=drafts, facts=many_facts(), catalogue=shipped())
    claims = make_claims(drafts=drafts, facts=needed, catalogue=shipped())
    pack = pack_bytes(content(facts=needed, claims=claims, texts={}, reports={}))

    assert verify_pack(pack).agrees
    assert {name for name, kept in read_pack(pack).facts.tables.items() if kept.num_rows} == {"members"}
    assert claims[0].value == edition()[0].value


def test_a_claim_of_a_missing_definition_cannot_be_worked_out() -> None:
    with pytest.raises(CannotEvaluate, match="There is no indicator 'members'"):
        evaluate(edition()[0], facts=many_facts(), catalogue=NONE)


def test_a_frozen_pack_is_compared_with_the_facts_of_another_day() -> None:
    facts = people(("KE", "female", 9), ("MW", "female", 12))
    claims = make_claims(drafts=[count("ke", country="KE"), count("mw", country="MW")], facts=facts, catalogue=NONE)
    frozen = content(facts=facts, catalogue=NONE, claims=claims, texts={}, reports={})
    later = people(("KE", "female", 11), ("MW", "female", 12))

    changes = compare_with_facts(read_pack(pack_bytes(frozen)), later)

    assert [(one.claim, one.what, one.was, one.now) for one in changes] == [
        ("ke", "changed", claims[0].value, evaluate(claims[0], facts=later, catalogue=NONE))
    ]
