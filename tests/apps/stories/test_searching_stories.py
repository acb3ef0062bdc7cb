"""Words are found in every language, and forgotten with their story."""

from __future__ import annotations

import pytest
from uuid6 import uuid7

from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.search import searched
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.apps.stories.services.beside import add_translation
from egenmakt.apps.stories.services.erasing import withdraw
from egenmakt.apps.stories.words import fold
from tests.support.stories import AT, begin_round, slip
from tests.support.tree import Tree


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("महिलाओं ने पंचायत में पानी की मांग रखी।", "पंचायत"),
        ("महिलाओं ने पंचायत में पानी की मांग रखी।", "पानी मांग"),
        ("हामीले समूहमा बचत गर्‍यौं र बाख्रा किन्यौं", "बाख्रा"),
        ("ذَهَبَتِ النِّساءُ إلى البلدية", "ذهبت البلدية"),
        ("Жінки звернулися до п’ятьох депутатів", "п'ятьох"),
        ("K’iche’ ixoqib’ xkichap ri chak", "k'iche'"),
        ("Vi köpte en kyl åt affären", "KÖPTE affaren"),
        ("Ellas pidieron más educación", "educacion"),
        ("Akina mama walikutana sokoni", "sokon"),
        ("Cumpărăm împreună semințe", "seminte"),
    ],
)
def test_a_word_is_found_in_its_language_with_or_without_its_accents(tree: Tree, text: str, words: str) -> None:
    telling = begin_round(tree)
    story = telling.tell(text=text)
    telling.tell()

    assert list(visible_stories(user=tree.amina, words=words)) == [story]
    assert list(visible_stories(user=tree.amina, words=f"{words} notthere")) == []


def test_vowel_signs_are_letters_and_tell_words_apart(tree: Tree) -> None:
    begin_round(tree).tell(text="किताब")

    assert list(visible_stories(user=tree.amina, words="कताब")) == []


def test_translations_are_searched_too_and_go_with_their_story(tree: Tree) -> None:
    story = begin_round(tree).tell(code=slip("Amina"), language="sw", text="Tulipata maji")
    add_translation(id=uuid7(), story=story, language="en", text="We received water", by=tree.amina, at=AT)
    assert list(searched(Story.objects.all(), "received")) == [story]

    withdraw(code=slip("Amina"), at=AT)

    assert list(searched(Story.objects.all(), "received")) == []


@pytest.mark.parametrize("words", ['"', "' OR 1=1", "a* b", "NEAR(", "&|!:*", "\x00", "maji -maji", "col:maji", "()"])
def test_signs_of_search_languages_are_words_or_nothing(tree: Tree, words: str) -> None:
    begin_round(tree).tell(text="Tulipata maji")

    assert len(list(searched(Story.objects.all(), words))) <= 1


def test_folding_is_the_same_the_second_time() -> None:
    for text in ("Ångström Straße ﬁ", "हिन्दी क़लम", "ﷺ", "İstanbul", "a\u0301\u0301b", "e" * 500):
        assert fold(fold(text)) == fold(text)
