"""A claim checks itself: it is written and read the same, and one that contradicts itself is refused with its code."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.canonical import fingerprint
from egenmakt.core.evidence.claims.claim import Claim, ConsentProof, NotAClaim, read_claim
from egenmakt.core.evidence.claims.ids import is_code, nearest
from egenmakt.core.evidence.claims.queries import FigureQuery
from egenmakt.core.evidence.claims.values import FigureValue, NotAValue, PictureValue
from tests.support.claims import edition

SCHEMA = Draft202012Validator(json.loads((Path(__file__).parents[4] / "spec/claim.schema.json").read_text()))
CODES = [
    "members", "members-ke", "over-members", "women", "attendance", "income-told", "saved", "saved-range",
    "saved-middle", "groups-moved", "income-voices", "by-country-sex", "by-kind", "women-by-country",
    "saved-by-country", "q-amina", "bureau",
]  # fmt: skip


def claim(code: str) -> Claim:
    return next(one for one in edition() if one.code == code)


def document(code: str) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(claim(code).to_json()))
    return written


@pytest.mark.parametrize("code", CODES)
def test_a_claim_is_read_as_it_was_written_and_fits_its_schema(code: str) -> None:
    written = document(code)

    assert read_claim(written) == claim(code)
    assert list(SCHEMA.iter_errors(written)) == []


def test_a_picture_is_read_as_it_was_written_and_fits_its_schema() -> None:
    consent = ConsentProof("photo", "1", "tapped", "2025-05-04T10:00:00Z", "a" * 64)
    shown = PictureValue("image/jpeg", "A woman opens her shop")
    photo = replace(claim("q-amina"), code="photo", kind="picture", value=shown, consent=consent)

    assert read_claim(photo.to_json()) == photo
    assert list(SCHEMA.iter_errors(photo.to_json())) == []
    assert photo.may_be_published
    assert not replace(photo, consent=replace(consent, purpose="public_text")).may_be_published


def test_the_fingerprint_is_of_question_answer_n_facts_and_consent_and_of_nothing_else() -> None:
    one = claim("q-amina")
    written = document("q-amina")

    assert one.fingerprint == fingerprint(
        {name: written[name] for name in ("query", "value", "data_version", "consent")} | {"n": 1}
    )
    assert replace(one, statement={"sv": "Med andra ord"}, method={}).fingerprint == one.fingerprint


def _value(data: dict[str, Any]) -> None:
    data["value"]["value"] += 1


def _query(data: dict[str, Any]) -> None:
    data["query"]["figure"]["from_on"] = "2024-01-01"
    data["period"][0] = "2024-01-01"


def _period(data: dict[str, Any]) -> None:
    data["period"][0] = "2025-02-01"


def _kind(data: dict[str, Any]) -> None:
    data["kind"] = "guess"


def _other_kind(data: dict[str, Any]) -> None:
    data["kind"] = "table"


def _fraction(data: dict[str, Any]) -> None:
    data["value"]["value"] = 1.5


def _yes(data: dict[str, Any]) -> None:
    data["value"]["value"] = True


def _unknown(data: dict[str, Any]) -> None:
    data["note"] = "more"


def _code(data: dict[str, Any]) -> None:
    data["code"] = "Members KE"


def _version(data: dict[str, Any]) -> None:
    data["data_version"] = "newest"


def _consent(data: dict[str, Any]) -> None:
    data["consent"] = document("q-amina")["consent"]


def _statement(data: dict[str, Any]) -> None:
    data["statement"] = {}


def _step(data: dict[str, Any]) -> None:
    data["query"]["step"] = 100


def _backwards(data: dict[str, Any]) -> None:
    data["query"]["figure"]["until_on"] = "2025-01-01"


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (_value, "members: its fingerprint is that of another claim; query, value or consent was changed."),
        (_query, "members: its fingerprint is that of another claim; query, value or consent was changed."),
        (_period, "members: its period is not the one that its query asks for."),
        (_kind, "members: 'guess' is no kind of claim."),
        (_other_kind, "members: The query lacks by."),
        (_fraction, "members: value is 1.5; it should be int."),
        (_yes, "members: value is True; it should be int."),
        (
            _unknown,
            "members: a claim of egenmakt.claim.1 has exactly schema, code, kind, statement, query, value, period, "
            "method, data_version, fingerprint, consent.",
        ),
        (_code, "Members KE: 'Members KE' is no code of a claim: small letters and digits, joined by hyphens."),
        (_version, "members: its data version is no SHA-256."),
        (_consent, "members: a number has no proof of consent."),
        (_statement, "members: it states something, in words."),
        (_step, "members: The query has step, which is not known there."),
        (_backwards, "members: A period has at least one day, and its last day is exclusive."),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused_with_its_code(
    break_it: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    data = copy.deepcopy(document("members"))
    break_it(data)

    with pytest.raises(NotAClaim) as refused:
        read_claim(data)

    assert str(refused.value) == sentence


@pytest.mark.parametrize("data", [None, 5, [], {}, {"code": 5}, {"code": "x"}, "claim"])
def test_what_is_no_claim_is_refused(data: object) -> None:
    with pytest.raises(NotAClaim):
        read_claim(data)


def test_a_part_is_never_above_its_whole() -> None:
    with pytest.raises(NotAValue, match="6 is no part of 5"):
        FigureValue(6, 5, None, None, 5)
    with pytest.raises(NotAValue, match="An interval has two ends"):
        FigureValue(1, 5, 3, None, 5)


def test_a_share_claim_holds_a_share() -> None:
    women = claim("women")
    assert isinstance(women.query, FigureQuery)

    with pytest.raises(NotAClaim, match="women: a share is a part of something"):
        replace(women, value=FigureValue(31, None, None, None, 100))


def test_codes_are_short_and_can_be_typed() -> None:
    assert [is_code(text) for text in ("members-ke", "a1", "-a", "a--b", "Å", "a_b", "x" * 61, "")] == [
        True, True, False, False, False, False, False, False,
    ]  # fmt: skip
    assert [nearest("member-ke", ["members-ke", "saved"]), nearest("zzz", ["members-ke"])] == ["members-ke", ""]
