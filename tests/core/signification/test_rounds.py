"""Rounds: targets, quotas and who is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.signification.answers import Answer
from egenmakt.core.signification.rounds import InvalidTarget, Quota, RoundTarget, Told, facts_of, progress
from egenmakt.core.signification.washington_group import DOMAINS, PREFIX

WOMEN, MEN, YOUNG = Quota("sex", "woman", 40), Quota("sex", "man", 20), Quota("age_band", "age_18_24", 25)


def told(count: int, **facts: str | None) -> list[Told]:
    return [Told(facts)] * count


def test_a_round_wants_seventy_stories_unless_told_otherwise() -> None:
    assert RoundTarget().total == 70
    assert progress(RoundTarget(), []).missing == 70


def test_the_gap_list_is_target_less_collected() -> None:
    target = RoundTarget(70, (WOMEN, MEN, YOUNG))
    stories = (
        told(10, sex="woman", age_band="age_18_24") + told(25, sex="man", age_band="age_65_up") + told(3, sex=None)
    )

    now = progress(target, stories)

    assert (now.collected, now.missing) == (38, 32)
    assert [(cell.quota, cell.collected, cell.missing) for cell in now.cells] == [
        (WOMEN, 10, 30),
        (MEN, 25, 0),
        (YOUNG, 10, 15),
    ]
    assert [cell.quota for cell in now.gaps] == [WOMEN, YOUNG]
    assert now.unknown == {"sex": 3, "age_band": 3}


def test_quotas_that_overlap_are_never_added() -> None:
    target = RoundTarget(70, (WOMEN, MEN, YOUNG))

    # 60 by sex and 25 by age, of 70 in all: not 85, and not 155
    assert progress(target, []).still_needed == 70
    # all 70 are there, but none is a woman: 40 women, some of them young, are still needed
    assert progress(target, told(70, sex="man", age_band="age_65_up")).still_needed == 40


def test_stories_told_to_try_the_form_out_do_not_count() -> None:
    assert progress(RoundTarget(5), [Told({}, is_counted=False)] * 9).collected == 0


def test_a_round_is_complete_when_the_target_and_every_quota_are_met() -> None:
    target = RoundTarget(3, (Quota("sex", "woman", 2),))

    assert not progress(target, told(3, sex="man")).is_complete
    assert progress(target, told(2, sex="woman") + told(1, sex="man")).is_complete
    assert progress(target, told(9, sex="woman")).missing == 0


def test_quotas_that_cannot_be_met_are_refused_together() -> None:
    with pytest.raises(InvalidTarget) as refused:
        RoundTarget(30, (WOMEN, MEN, MEN, Quota("shoe_size", "39", 1), Quota("role", "staff", 0)))

    assert sorted((each.code, each.where) for each in refused.value.problems) == [
        ("out_of_range", "/quotas/0"),
        ("out_of_range", "/quotas/4"),
        ("quota_above_total", "/quotas"),
        ("twice", "/quotas/2"),
        ("unknown_quota", "/quotas/3"),
    ]


def test_disability_is_known_when_the_six_questions_say_so() -> None:
    profile = {f"{PREFIX}{domain}": Answer("answered", "no_difficulty") for domain in DOMAINS}
    profile |= {"sex": Answer("answered", "woman"), "age_band": Answer("skipped")}

    facts = facts_of(profile, role="rights_holder", group=None)
    assert facts == {
        "sex": "woman",
        "age_band": None,
        "disability": "without_disability",
        "role": "rights_holder",
        "group": None,
    }
    severe = profile | {"wg_seeing": Answer("answered", "cannot_do_at_all")}
    assert facts_of(severe, role="staff", group="tumaini")["disability"] == "with_disability"
    assert facts_of({}, role="staff", group=None)["disability"] is None


people = st.fixed_dictionaries(
    {"sex": st.sampled_from(("woman", "man", None)), "age_band": st.sampled_from(("age_18_24", "age_65_up", None))}
)


@given(st.lists(people, max_size=30), st.integers(1, 20), st.integers(0, 10), st.integers(0, 10))
def test_collecting_exactly_who_is_missing_completes_a_round(
    facts: list[dict[str, str | None]], extra: int, women: int, young: int
) -> None:
    quotas = [
        Quota(by, value, wanted) for by, value, wanted in (("sex", "woman", women), ("age_band", "age_18_24", young))
    ]
    target = RoundTarget(10 + extra, tuple(quota for quota in quotas if quota.target))
    stories = [Told(each) for each in facts]
    now = progress(target, stories)
    gap = {cell.quota.by: cell.missing for cell in now.cells}

    more = [
        Told(
            {
                "sex": "woman" if number < gap.get("sex", 0) else "man",
                "age_band": "age_18_24" if number < gap.get("age_band", 0) else "age_65_up",
            }
        )
        for number in range(now.still_needed)
    ]

    assert progress(target, stories + more).is_complete
    assert now.still_needed == 0 or not progress(target, stories + more[:-1]).is_complete
