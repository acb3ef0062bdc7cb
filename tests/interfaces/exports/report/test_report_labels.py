"""The renderers' own words: whole in English and Swedish, and never absent in any language."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest

from egenmakt.interfaces.exports.report.labels import REVIEWED, _read, label_languages, labels_of, words_of
from tests.support.a_report import a_report

pytestmark = pytest.mark.once


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_swedish_has_every_word_that_english_has_and_the_others_none_beside() -> None:
    english = _read("en")

    assert set(_read("sv")) == set(english)
    assert {"en", "sv"} == REVIEWED
    for language in label_languages():
        assert set(_read(language)) <= set(english)


@pytest.mark.parametrize("language", ["ar", "ne", "sv"])
def test_every_word_has_the_places_of_the_english_one(language: str) -> None:
    english = _read("en")

    for code, text in _read(language).items():
        assert places(text) == places(english[code]), code
        assert text.strip()


def test_a_language_without_words_gets_english_ones_and_a_region_those_of_its_language() -> None:
    assert labels_of("fi") == labels_of("en")
    assert dict(labels_of("sv-FI"))["contents"] == "Innehåll"
    assert dict(labels_of("ar"))["code_book"] == "دليل الرموز"
    assert dict(labels_of("ar"))["kind_text"] == "text"


def test_a_report_may_have_words_of_its_own() -> None:
    report = replace(a_report("sv"), labels=(("contents", "Här finns"),))

    assert words_of(report)["contents"] == "Här finns"
    assert words_of(report)["claims_title"] == "Påståenden och deras belägg"
