"""The table of translations of a framework: out, in, missing and stale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egenmakt.core.signification.framework import Unreadable, read_framework, shipped
from egenmakt.core.signification.translations import Row, missing, stale, translation_table, with_translations
from tests.support.signification import a_framework, frameworks, options, question

CHANGE = shipped()
SMALL = a_framework(question("kind", "single", options=options("good", "bad")), languages=["en", "sv", "ar"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_table_that_went_out_and_comes_in_again_changes_nothing(data: st.DataObject) -> None:
    framework = read_framework(data.draw(frameworks()))

    assert with_translations(framework, translation_table(framework)) == framework


def test_every_text_of_every_question_type_is_in_the_table() -> None:
    axis = {"low": {"en": "Low"}, "high": {"en": "High"}}
    framework = a_framework(
        question("a", "slider", left={"en": "Left"}, right={"en": "Right"}, help={"en": "Help"}),
        question("b", "stones", stones=options("me"), x=axis, y=axis),
        question("c", "triad", corners=options("one", "two", "three")),
    )

    assert [row.place for row in translation_table(framework) if "questions" in row.place] == [
        "questions/a/text",
        "questions/a/help",
        "questions/a/left",
        "questions/a/right",
        "questions/b/text",
        "questions/b/stones/me",
        "questions/b/x/low",
        "questions/b/x/high",
        "questions/b/y/low",
        "questions/b/y/high",
        "questions/c/text",
        "questions/c/corners/one",
        "questions/c/corners/two",
        "questions/c/corners/three",
    ]


def test_translations_come_in_at_their_places_and_a_new_language_is_added() -> None:
    rows = [
        Row("questions/kind/options/good", "Good", {"sv": "Bra", "ar": "جيد", "ne": "राम्रो"}),
        Row("consent/purposes/keep", "May we keep?", {"sv": "Får vi spara?", "ar": " "}),
    ]

    framework = with_translations(SMALL, rows)

    assert framework.languages == ("en", "sv", "ar", "ne")
    assert framework.question("kind").options[0].text == {"en": "Good", "sv": "Bra", "ar": "جيد", "ne": "राम्रो"}
    assert framework.consent.purposes["keep"] == {"en": "May we keep?", "sv": "Får vi spara?"}
    assert framework.question("kind").options[1] == SMALL.question("kind").options[1]


def test_rows_of_unknown_places_are_refused_by_name() -> None:
    rows = [
        Row("questions/kind/options/ugly", "Ugly", {"sv": "Ful"}),
        Row("questions/kind/text", "Another question?", {"sv": "Vad?"}),
        Row("title", "Change", {"sv": "Förändring", "Svenska": "Förändring", "en": "Change"}),
        Row("title", "Change", {"sv": "Ändring"}),
    ]

    with pytest.raises(Unreadable) as refused:
        with_translations(SMALL, rows)

    assert [(each.code, each.where) for each in refused.value.problems] == [
        ("unknown_place", "/questions/kind/options/ugly"),
        ("source_changed", "/questions/kind/text"),
        ("twice", "/title"),
        ("not_a_language", "/Svenska"),
        ("translation_of_source", "/en"),
    ]


def test_a_translation_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(Unreadable, match="U\\+0007 BELL"):
        with_translations(SMALL, [Row("title", "Change", {"sv": "Pling\x07"})])


def test_html_and_formulas_in_a_translation_are_kept_as_they_are() -> None:
    framework = with_translations(SMALL, [Row("title", "Change", {"sv": "=1+1<b>", "ar": "\u200fتغيير 🧺"})])

    assert framework.title == {"en": "Change", "sv": "=1+1<b>", "ar": "\u200fتغيير 🧺"}


def test_missing_translations_are_listed_by_place_and_language() -> None:
    framework = with_translations(SMALL, [Row("title", "Change", {"sv": "Förändring"})])

    assert [(each.place, each.language) for each in missing(framework)][:3] == [
        ("title", "ar"),
        ("prompts/change", "sv"),
        ("prompts/change", "ar"),
    ]
    assert len(missing(framework)) == 2 * len(translation_table(framework)) - 1


def test_a_translation_is_stale_when_its_source_changed_and_it_did_not() -> None:
    texts = CHANGE.question("kind").text
    changed = replace(CHANGE.question("kind"), text={**texts, "en": "What changed?", "ar": "ما الذي تغيّر؟"})
    new = replace(CHANGE, version=2, questions=(changed, *CHANGE.questions[1:]))

    found = stale(new, CHANGE)

    assert [(each.place, each.language) for each in found] == [
        ("questions/kind/text", "sv"),
        ("questions/kind/text", "ne"),
    ]
    assert (found[0].source, found[0].previous_source) == ("What changed?", texts["en"])
    assert found[0].translation == texts["sv"]


def test_a_renamed_question_is_followed_to_its_stale_translations() -> None:
    renamed = replace(
        CHANGE.question("kind"), code="sort", text={**CHANGE.question("kind").text, "en": "What changed?"}
    )
    mapping = {"kind": "sort"}
    new = replace(CHANGE, version=2, mapping=mapping, questions=(renamed, *CHANGE.questions[2:]))

    assert {each.place for each in stale(new, CHANGE)} == {"questions/sort/text"}
    assert stale(CHANGE, CHANGE) == ()
