"""What people type becomes what a printer would set: and nothing else of it changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.evidence.blocks import Placed, Text
from egenmakt.core.evidence.typography import typographic, typographic_inlines

pytestmark = pytest.mark.once

EXAMPLES = {
    "sv": {
        "Över 1 200 personer sparade 2 310 400 kr.": "Över 1_200 personer sparade 2_310_400_kr.",
        "Det är 12 % av 500 SEK, 3 km bort.": "Det är 12_% av 500_SEK, 3_km bort.",
        "Den 3 mars 2025 möttes de": "Den 3_mars_2025 möttes de",
        'Hon sade: "Nu frågar de oss."': "Hon sade: ”Nu frågar de oss.”",
        "„Nej“ är “nej” och det är Lars' bok": "”Nej” är ”nej” och det är Lars’ bok",
        "Åren 2024-2025, sidorna 5-7, klockan 9.00-11.30": "Åren 2024–2025, sidorna 5–7, klockan 9.00–11.30",
        "Läsåret 2024-25, men 2024-12 är en månad": "Läsåret 2024–25, men 2024-12 är en månad",
        "Ring 08-123 456 den 2025-03-01, punkt 7-5": "Ring 08-123_456 den 2025-03-01, punkt 7-5",
        "De sparar - tillsammans - varje vecka": "De sparar – tillsammans – varje vecka",
        "A. B. Ek och t ex C. D. Berg, d. v. s. två": "A._B._Ek och t_ex C._D._Berg, d._v._s. två",
        "Det blev plan B. Sedan gick det bra.": "Det blev plan B. Sedan gick det bra.",
        "År 2025 300 personer": "År 2025 300 personer",
    },
    "en": {
        "On 3 March 2025, or March 3, 2025": "On 3_March_2025, or March_3, 2025",
        "She said: \"We aren't 'asked'.\"": "She said: “We aren’t ‘asked’.”",
        'A ("small") step': "A (“small”) step",
        "KES 500 and 20 percent of 3 million": "KES_500 and 20_percent of 3_million",
        "1,200 people, 3-5 each": "1,200 people, 3–5 each",
        "J. R. R. Tolkien": "J._R._R._Tolkien",
        "well-known since 1999-2004": "well-known since 1999–2004",
    },
}


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [(language, typed, meant) for language, pairs in EXAMPLES.items() for typed, meant in pairs.items()],
)
def test_what_is_typed_is_set_as_a_printer_would(language: str, typed: str, meant: str) -> None:
    assert typographic(typed, language=language).replace("\u00a0", "_") == meant


def test_claims_addresses_and_code_stay_as_they_are() -> None:
    text = "{{members-2024-2025:words}} och \"{{a 1 200}}\" på https://ex.org/1-2?q='x' och a'b@ex.org och `5-7`"

    shown = typographic(text, language="sv")

    assert shown == "{{members-2024-2025:words}} och ”{{a 1 200}}” på https://ex.org/1-2?q='x' och a'b@ex.org och `5-7`"


def test_a_number_beside_a_claim_and_a_quote_around_one_are_seen_whole() -> None:
    assert typographic('"{{members}} people"', language="en") == "“{{members}} people”"


def test_a_claim_that_is_already_written_and_another_language_are_not_touched() -> None:
    inlines = (
        Text('Han sade "ja" '),
        Placed("c", '1 200 "x"'),
        Text('a "b" 1 200', language="fr"),
        Text('"x"', language="en"),
    )

    shown = typographic_inlines(inlines, language="sv")

    assert shown == (Text("Han sade ”ja” "), inlines[1], inlines[2], Text("“x”", language="en"))


ALIKE = str.maketrans({"\u00a0": " ", "”": '"', "“": '"', "„": '"', "’": "'", "‘": "'", "–": "-"})
PIECES = st.sampled_from(
    [
        *"0123456789 \u00a0.,-–:'\"“”„‘’()%{}`AaÖö@/",
        "1 200",
        "2024-2025",
        " mars ",
        " kr",
        "KES ",
        "{{c}}",
        "t ex ",
        " - ",
        "--",
    ]
)


@settings(max_examples=150)
@given(text=st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60), language=st.sampled_from(["sv", "en"]))
def test_nothing_is_lost_but_the_kind_of_spaces_quotes_and_dashes(text: str, language: str) -> None:
    shown = typographic(text, language=language)

    assert shown.translate(ALIKE).replace("--", "-") == text.translate(ALIKE).replace("--", "-")


@settings(max_examples=150)
@given(text=st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60), language=st.sampled_from(["sv", "en"]))
def test_a_second_time_changes_nothing(text: str, language: str) -> None:
    once = typographic(text, language=language)

    assert typographic(once, language=language) == once


@given(text=st.text(max_size=60))
def test_a_language_without_rules_is_left_alone(text: str) -> None:
    assert typographic(text, language="ne") == text
