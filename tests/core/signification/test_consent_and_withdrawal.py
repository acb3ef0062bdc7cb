"""Consent purpose by purpose, later consents, and the code with which a teller takes a story back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egenmakt.core.codes import ALPHABET, NotACode
from egenmakt.core.signification.consent import PURPOSES, Consent, MinorConsent, keeps, latest
from egenmakt.core.signification.story import StoryRefused, read_story
from egenmakt.core.signification.withdrawal import TooLittleChance, hash_of, read_withdrawal_code, withdrawal_code
from tests.support.signification import a_framework, a_story

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def consent(*purposes: str, visibility: str = "organisation", minor: MinorConsent | None = None) -> Consent:
    agreed: Mapping[str, bool] = {name: name in purposes for name in PURPOSES}
    return Consent("1", "sw", "spoken", "self", agreed, minor, visibility)


def test_a_purpose_is_allowed_only_with_all_that_it_needs() -> None:
    assert consent("keep", "learn", "public_text").allows("public_text")
    assert not consent("keep", "public_text").allows("public_text")
    assert not consent("learn").allows("learn")
    assert not consent("keep").allows("donor")
    assert not consent("keep", minor=MinorConsent("parent", assent=False)).allows("keep")


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("team", {"team"}),
        ("partner", {"team", "partner"}),
        ("organisation", {"team", "partner", "organisation"}),
        ("anyone", {"team", "partner", "organisation", "anyone"}),
    ],
)
def test_the_teller_sets_who_may_read(visibility: str, readers: set[str]) -> None:
    everything = consent(*PURPOSES, visibility=visibility)

    circles = ("team", "partner", "organisation", "anyone")
    assert {each for each in circles if everything.may_be_read_by(each)} == readers


def test_who_may_read_needs_the_purpose_too() -> None:
    wide = consent("keep", visibility="anyone")

    assert [each for each in ("team", "partner", "organisation", "anyone") if wide.may_be_read_by(each)] == ["team"]


def test_a_later_consent_replaces_the_earlier_one_whole() -> None:
    first, second = consent("keep", "learn", "donor"), consent("keep", visibility="team")

    assert latest([(AT + timedelta(days=1), second), (AT, first)]) == second
    assert latest([(AT, second), (AT + timedelta(days=1), first)]) == first


def test_of_consents_at_the_same_moment_only_what_all_allow_holds() -> None:
    one = consent("keep", "learn", "donor", visibility="anyone")
    other = consent("keep", "learn", "partner", visibility="partner", minor=MinorConsent("parent", assent=False))

    both = latest([(AT - timedelta(days=1), consent(*PURPOSES)), (AT, one), (AT, other)])

    assert [name for name, agreed in both.purposes.items() if agreed] == ["keep", "learn"]
    assert (both.visibility, both.minor) == ("partner", MinorConsent("parent", assent=False))
    assert latest([(AT, other), (AT, one)]) == replace(both, version=one.version)


def test_without_any_consent_there_is_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="no consent"):
        latest([])


@pytest.mark.parametrize(
    "document",
    [
        None,
        "keep",
        {},
        {"consent": None},
        {"consent": {"purposes": ["keep"]}},
        {"consent": {"purposes": {"keep": 1}}},
        {"consent": {"purposes": {"keep": "true"}}},
        {"consent": {"purposes": {"keep": True}, "minor": {"given_by": "parent"}}},
        {"consent": {"purposes": {"keep": True}, "minor": "parent"}},
    ],
)
def test_anything_unclear_is_no_consent_and_nothing_of_it_is_quoted(document: object) -> None:
    assert not keeps(document)

    with pytest.raises(StoryRefused) as refused:
        read_story(document, framework=a_framework())
    assert not refused.value.may_keep
    assert refused.value.problems
    assert {each.where.split("/")[1] for each in refused.value.problems} == {"consent"}


def test_a_refusal_without_consent_does_not_quote_the_story() -> None:
    framework = a_framework()
    story = a_story(framework, title=["Amina"], text="secret\x00", prompt="secret")
    story["consent"]["purposes"]["keep"] = False

    with pytest.raises(StoryRefused) as refused:
        read_story(story, framework=framework)

    assert str(refused.value) == (
        "/consent/purposes/keep: The teller has not agreed that the story is kept. Nothing is stored."
    )


CODE = withdrawal_code(bytes(range(16)))


def test_a_code_has_sixteen_characters_in_four_groups() -> None:
    assert [len(group) for group in CODE.split()] == [4, 4, 4, 4]
    assert set(CODE) <= set(ALPHABET) | {" "}
    assert len(ALPHABET) ** 15 > 2**60


def test_fewer_random_bytes_make_no_code() -> None:
    with pytest.raises(TooLittleChance, match="8 random bytes"):
        withdrawal_code(bytes(8))


@given(st.binary(min_size=16, max_size=32))
def test_every_code_is_read_however_it_is_typed(chance: bytes) -> None:
    code = withdrawal_code(chance)
    proper = code.replace(" ", "")
    cyrillic = code.translate(str.maketrans("ACEHKMPTXY", "АСЕНКМРТХУ"))
    arabic_digits = code.translate(str.maketrans("34679", "٣٤٦٧٩"))
    wide = "".join(chr(ord(each) + 0xFEE0) if each != " " else "\u3000" for each in code)

    typed = (code.lower(), f"  {proper} ", code.replace(" ", "-"), code.replace(" ", " – "), code.replace("Q", "0"))
    for each in (*typed, code.replace("Q", "o"), cyrillic, cyrillic.lower(), arabic_digits, wide):
        assert read_withdrawal_code(each) == proper
        assert hash_of(each) == hashlib.sha256(proper.encode()).hexdigest()


@given(st.integers(0, 15), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(position: int, character: str) -> None:
    proper = CODE.replace(" ", "")
    wrong = proper[:position] + character + proper[position + 1 :]

    if wrong == proper:
        assert read_withdrawal_code(wrong) == proper
    else:
        with pytest.raises(NotACode, match="one character is wrong"):
            hash_of(wrong)


@pytest.mark.parametrize("typed", ["", "ACDE", CODE + "A", CODE[:-1] + "$", "１２", "🧺" * 16])
def test_what_is_no_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotACode, match="withdrawal code"):
        hash_of(typed)
