"""Which characters a text may not hold, against Unicode's own table."""

from __future__ import annotations

import sys
import unicodedata

from egenmakt.core.signification.reading import text_problems


def test_just_control_characters_and_half_characters_are_refused() -> None:
    refused = {c for c in map(chr, range(0x3000)) if text_problems(f"a{c}b", 10)}
    refused |= {c for c in map(chr, range(0xD700, 0xE100)) if text_problems(f"a{c}b", 10)}

    in_the_table = {
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(c) == "Cc" and c not in "\n\r\t") or unicodedata.category(c) == "Cs"
    }
    assert refused == in_the_table


def test_the_first_of_them_is_named_with_its_place() -> None:
    problems = text_problems("ab\x07c\x00", 10)

    assert [(each.code, each.values) for each in problems] == [
        ("control_character", {"name": "U+0007 BELL", "position": 3})
    ]
