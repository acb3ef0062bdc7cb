"""The chain of meetings: one way to write a document, one hash, one code to write into the passbooks."""

import hashlib
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from egenmakt.core.ledger.chain import (
    ALPHABET,
    CODE_LENGTH,
    NotAMeetingCode,
    NotCanonical,
    canonical,
    meeting_code,
    meeting_hash,
    read_code,
)

LAW = settings(max_examples=60, deadline=None)
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)
documents = st.dictionaries(keys, values, max_size=6)
codes = st.binary(min_size=32, max_size=32).map(lambda data: meeting_code(data.hex()))


@LAW
@given(values)
def test_what_is_written_is_read_back(value):
    assert json.loads(canonical(value)) == value


@LAW
@given(documents, st.randoms())
def test_the_order_of_keys_does_not_matter(document, random):
    names = list(document)
    random.shuffle(names)

    assert canonical({name: document[name] for name in names}) == canonical(document)


def test_a_document_is_written_as_the_standard_says():
    """RFC 8785, section 3.2.2 and 3.2.3: the strings of its example, with its escapes, keys sorted, no spaces."""
    document = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False], "": 1}

    expected = '{"":1,"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical(document) == expected.encode()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"a": [1, 0.5]}, "value at /a/1 is not a whole number"),
        ({"a": float("nan")}, "not a whole number"),
        ({"a": 2**53}, "too large"),
        ({"a": -(2**53)}, "too large"),
        ({"\u00e5": 1}, "not plain ASCII"),
        ({1: 1}, "not plain ASCII"),
        ({"a": "\ud800"}, "half a character"),
        ({"a": (1, 2)}, "not a whole number"),
        ({"a": b"x"}, "not a whole number"),
    ],
)
def test_what_has_no_single_way_to_be_written_is_refused(value, sentence):
    with pytest.raises(NotCanonical, match=sentence):
        canonical(value)


def test_the_hash_is_sha_256_of_all_but_the_keys():
    document = {"previous": "00", "lines": [1, 2], "keys": ["Amina", "Beatrice", "Chipo"]}

    assert meeting_hash(document) == hashlib.sha256(b'{"lines":[1,2],"previous":"00"}').hexdigest()


@LAW
@given(documents, documents)
def test_another_document_has_another_hash_and_the_same_one_the_same(one, other):
    one.pop("keys", None)
    other.pop("keys", None)
    assume(canonical(one) != canonical(other))

    assert meeting_hash(one) != meeting_hash(other)
    assert meeting_hash(one) == meeting_hash(json.loads(canonical(one)))


@LAW
@given(documents, st.lists(keys))
def test_locking_the_box_does_not_change_the_hash_but_the_meeting_before_does(document, who):
    assume("keys" not in document)

    assert meeting_hash({**document, "keys": who}) == meeting_hash(document)
    assert meeting_hash({**document, "previous": "1"}) != meeting_hash({**document, "previous": "2"})


def test_a_changed_meeting_breaks_every_meeting_after_it():
    def chain(first_amount):
        hashes = [""]
        for amount in (first_amount, 20, 30):
            hashes.append(meeting_hash({"previous": hashes[-1], "amount_minor": amount}))
        return hashes[1:]

    assert all(one != other for one, other in zip(chain(10), chain(11), strict=True))


@LAW
@given(codes)
def test_a_code_can_be_read_aloud_in_every_usual_way(code):
    spoken = [
        code,
        code.lower(),
        " ".join(code),
        f"{code[:4]}-{code[4:]}",
        f"  {code[:4]} {code[4:].lower()}\n",
        "\u2013".join([code[:4], code[4:]]),
        "\u2011".join(code),
    ]

    assert [read_code(text) for text in spoken] == [code] * len(spoken)


@LAW
@given(codes)
def test_every_single_wrong_character_is_found(code):
    for place in range(CODE_LENGTH):
        for wrong in ALPHABET.replace(code[place], ""):
            with pytest.raises(NotAMeetingCode, match="one character is wrong"):
                read_code(code[:place] + wrong + code[place + 1 :])


@LAW
@given(codes)
def test_every_swap_of_two_characters_is_found(code):
    for one in range(CODE_LENGTH):
        for other in range(one + 1, CODE_LENGTH):
            swapped = list(code)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if code[one] != code[other]:
                with pytest.raises(NotAMeetingCode, match="two are swapped"):
                    read_code("".join(swapped))


def test_no_two_characters_of_a_code_look_alike():
    for look_alikes in ("0OQ", "1IL", "2Z", "5S", "8B", "UV"):
        assert len([character for character in look_alikes if character in ALPHABET]) <= 1
    assert len(ALPHABET) == len(set(ALPHABET)) == 23


def test_a_code_of_the_wrong_length_or_with_a_strange_character_is_refused():
    with pytest.raises(NotAMeetingCode, match="has 8 characters; '347' has 3"):
        read_code("347")
    with pytest.raises(NotAMeetingCode, match="'0' is never used"):
        read_code("3467ACD0")


@LAW
@given(st.sets(st.binary(min_size=32, max_size=32), min_size=2, max_size=2))
def test_two_meetings_do_not_share_a_code_by_their_first_seven_characters(pair):
    one, other = (int.from_bytes(data) for data in pair)

    assert (meeting_code(f"{one:064x}") == meeting_code(f"{other:064x}")) == (one % 23**7 == other % 23**7)
