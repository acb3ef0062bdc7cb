"""Every claim is what plain SQL over the pack's CSV files says, made by hand from the claim's JSON."""

from __future__ import annotations

import pytest

from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.claims.claim import KINDS
from egenmakt.core.evidence.claims.freeze import CannotFreeze, make_claims
from egenmakt.core.evidence.claims.pack import pack_bytes
from tests.support.claims import content, draft, figure, many_facts, small_pack
from tests.support.second_route import SecondRoute


@pytest.mark.parametrize("seed", [1, 2])
def test_every_claim_of_a_pack_is_what_plain_sql_says(seed: int) -> None:
    route = SecondRoute(small_pack(seed))

    assert {claim["kind"] for claim in route.claims} == set(KINDS) - {"picture"}
    assert {claim["code"]: route.value(claim) for claim in route.claims} == {
        claim["code"]: claim["value"] for claim in route.claims
    }


def test_every_indicator_that_can_be_a_claim_is_what_plain_sql_says() -> None:
    facts = many_facts()
    drafts = []
    for indicator in shipped().indicators.values():
        measure = indicator.versions[-1].measure
        if measure is None or measure.take == "median":
            continue
        kind = "share" if indicator.kind == "share" else "money" if indicator.is_money else "number"
        cell = {"currency": "KES"} if indicator.needs_currency else {}
        drafts.append(draft(indicator.code.replace("_", "-"), kind, {"figure": figure(indicator.code, **cell)}))
    with pytest.raises(CannotFreeze) as refused:
        make_claims(drafts=drafts, facts=facts, catalogue=shipped())
    drafts = [one for one in drafts if one.code not in refused.value.reasons]
    claims = make_claims(drafts=drafts, facts=facts, catalogue=shipped())

    route = SecondRoute(pack_bytes(content(claims=claims, texts={}, reports={})))

    assert len(route.claims) > 30
    wrong = [claim["code"] for claim in route.claims if route.value(claim) != claim["value"]]
    assert wrong == []
