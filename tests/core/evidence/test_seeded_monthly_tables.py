"""A light run of what benchmarks/monthly_check.py measures: mistakes put into invented tables, and none into others."""

from __future__ import annotations

from random import Random

import pytest
from benchmarks.monthly_check import checked, judged

from tests.support.monthly import BESIDE_SUMS, KINDS, consistent, seed

EACH = 3


def test_tables_that_agree_raise_no_alarm() -> None:
    found = [finding for number in range(10) for finding in checked(consistent(Random(f"light {number}")))]

    assert found == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_mistake_in_a_sum_is_found_and_nearly_every_one_rightly_named(kind: str) -> None:
    verdicts = []
    for number in range(EACH):
        rng = Random(f"light {kind} {number}")
        tables = consistent(rng)
        mistake = seed(rng, tables, kind)
        if mistake is not None:
            verdicts.append(judged(checked(tables), mistake))

    assert len(verdicts) == EACH
    assert all("found" in verdict for verdict in verdicts)
    assert sum("named" in verdict for verdict in verdicts) >= EACH - 1
    assert sum("wrong" in verdict for verdict in verdicts) <= 1
    assert sum("beyond" in verdict for verdict in verdicts) <= 1


@pytest.mark.parametrize("kind", BESIDE_SUMS)
def test_mistakes_that_leave_the_sums_right_are_seen(kind: str) -> None:
    seen = []
    for number in range(EACH):
        rng = Random(f"light {kind} {number}")
        tables = consistent(rng)
        mistake = seed(rng, tables, kind)
        assert mistake is not None
        seen.append(any(finding.code in mistake.codes for finding in checked(tables)))

    assert sum(seen) >= EACH - 1
