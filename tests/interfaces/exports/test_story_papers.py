"""Papers about stories: the form in every language, cards with covered words, and the page for the tellers."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pdfua
import pytest
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.learning.services.returning import make_return
from egenmakt.apps.learning.services.workshops import lay_out
from egenmakt.apps.stories.models import ExportedStory, ExportMade
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.core.signification.framework import read_framework, shipped
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.interfaces.exports.pdf.documents import return_page, story_cards, story_form
from egenmakt.interfaces.exports.pdf.documents.story_form import KINDS, StoryForm
from egenmakt.interfaces.exports.pdf.labels import Words, read_labels
from egenmakt.interfaces.exports.pdf.parts import NotPrintable
from egenmakt.interfaces.exports.story_words import answers_in_words
from tests.interfaces.exports.pdf_examples import PRINTED_AT, RETURN_PAGE
from tests.interfaces.exports.pdf_examples import story_cards as cards_of
from tests.interfaces.exports.test_pdf_documents import HOSTILE, page_count, read_plain_text, read_text
from tests.support.learning import AT, Told, tell_round
from tests.support.stories import framework_document
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.once
def test_every_type_of_question_has_a_way_to_be_drawn() -> None:
    assert set(KINDS) == set(QUESTION_TYPES)


def every_type() -> dict[str, Any]:
    """A framework with a question of each type that the shipped one lacks."""
    texts = {"en": "North", "sv": "Nord"}
    ends = {"low": {"en": "Little"}, "high": {"en": "Much"}}
    option = [{"code": "a", "text": {"en": "A house"}}, {"code": "b", "text": {"en": "A field"}}]
    more = [
        {"code": "dyad", "type": "dyad", "text": {"en": "Between"}, "left": texts, "right": {"en": "South"}},
        {"code": "stones", "type": "stones", "text": {"en": "Lay them"}, "stones": option, "x": ends, "y": ends},
        {"code": "count", "type": "number", "text": {"en": "How many"}},
        {"code": "day", "type": "date", "text": {"en": "Which day"}, "precision": "day"},
        {"code": "voice", "type": "audio", "text": {"en": "Your voice"}},
    ]
    document = framework_document()
    return {**document, "questions": [*document["questions"], *more]}


@pytest.mark.once
@pytest.mark.parametrize("size", ["a4", "large"])
@pytest.mark.parametrize("language", ["en", "sv", "ar", "ne"])
def test_the_form_is_printed_in_every_language_and_passes_pdf_ua(
    language: str, size: story_form.Print, tmp_path: Path
) -> None:
    framework = read_framework(every_type())
    path = tmp_path / "form.pdf"

    pdf = story_form.render(StoryForm(framework=framework), language=language, printed_at=PRINTED_AT, size=size)

    path.write_bytes(pdf)
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []
    text = "".join(read_plain_text(pdf, tmp_path).split())
    english = {"".join(label.split()) for label in read_labels("en").values() if len(label) > 12}
    assert language == "en" or {label for label in english if label in text} == set()
    if language in ("en", "sv"):
        for question in framework.questions:
            wanted = question.text.get(language, question.text["en"])
            assert "".join(unicodedata.normalize("NFKC", wanted).split()) in text, wanted


@pytest.mark.once
def test_a_triad_on_paper_has_its_corners_and_three_boxes_that_make_a_hundred(tmp_path: Path) -> None:
    pdf = story_form.render(StoryForm(framework=shipped()), language="en", printed_at=PRINTED_AT)

    text = read_text(pdf, tmp_path)

    assert text.count("The three numbers make 100 together.") == 2
    for words in ("A. We together", "C. Somebody from outside", "Does not apply", "The teller’s slip"):
        assert words in text


@pytest.mark.once
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_printed_as_words(name: str, tmp_path: Path) -> None:
    cards = story_cards.render(
        cards_of(title=f"{name} well", text=f"{name} came"), language="en", printed_at=PRINTED_AT
    )

    text = read_text(cards, tmp_path)

    letters = "".join(sign for sign in name if sign.isascii() and sign.isprintable()).split()
    assert all(word in text for word in letters)


@pytest.mark.once
@pytest.mark.parametrize(("per_page", "pages"), [(1, 5), (2, 3), (4, 2)])
def test_cards_lie_one_two_or_four_to_a_page(per_page: int, pages: int, tmp_path: Path) -> None:
    pdf = story_cards.render(cards_of(per_page), language="en", printed_at=PRINTED_AT)

    assert page_count(pdf, tmp_path) == pages
    text = read_text(pdf, tmp_path)
    assert "5 stories. The answers are the tellers’ own. 2 more have no card" in text
    assert "5 of 5" in text


@pytest.mark.once
def test_a_card_that_cannot_hold_its_story_says_so_and_loses_no_answer(tmp_path: Path) -> None:
    pdf = story_cards.render(cards_of(4, text="Water came to us. " * 200), language="en", printed_at=PRINTED_AT)

    text = read_plain_text(pdf, tmp_path)

    assert text.count("The story goes on; the card has no more room.") == 5
    assert text.count("Somebody from outside") == 5
    with pytest.raises(NotPrintable):
        cards_of(4, answers=(("A question?", "x" * 500),))


@pytest.mark.once
def test_a_page_for_too_few_or_with_a_small_number_is_not_printed() -> None:
    from dataclasses import replace

    with pytest.raises(NotPrintable):
        replace(RETURN_PAGE, people=4)
    with pytest.raises(NotPrintable):
        replace(RETURN_PAGE, options=(("Worse", 3),))
    assert return_page.render(RETURN_PAGE, language="sv", printed_at=PRINTED_AT).startswith(b"%PDF-")


@pytest.mark.once
def test_answers_are_put_into_words_with_the_three_states_apart() -> None:
    framework = shipped()
    answers = {
        "kind": {"value": ["collective_action", "other"], "own_words": "Amina Secret"},
        "significance": {"value": 0},
        "who_acted": {"value": [5000, 3000, 2000]},
        "made_possible": {"state": "does_not_apply"},
        "against": {"state": "skipped"},
        "needed": {"value": "Amina Secret"},
    }

    found = answers_in_words(
        framework=framework, answers=answers, codes=[*answers, "lasting"], words=Words.of("en"), language="en"
    )

    assert [answer for _question, answer in found] == [
        "We acted together and something concrete became better, Something else, in my own words",
        "0 of 100, from “Hardly anything” to “More than almost anything else”",
        "We together 50\u00a0%, Our organisation or its partner 30\u00a0%, Somebody from outside 20\u00a0%",
        "skipped",
        "does not apply",
    ]


def test_cards_hold_covered_words_only_and_a_withdrawal_names_them(told: Told, tree: Tree, tmp_path: Path) -> None:
    workshop = told.workshop()
    story = told.tell(title="The well", text="Amina Marker asked, and water came.", is_covered=False)
    bare = told.tell(text="Bare Marker words", is_covered=False)
    cover = [{"field": "text", "start": 0, "end": 12, "replacement": "[name]"}]
    accept_masks(id=uuid7(), story=story, language="en", masks=cover, by=tree.amina, at=AT)
    lay_out(workshop=workshop, story_ids=[story.id, bare.id], by=tree.amina, at=AT)
    address = reverse("story_cards", args=[workshop.id])

    answers = [as_user(tree.amina).get(address) for _ in range(2)]

    text = read_text(answers[0].content, tmp_path)
    assert "[name] asked, and water came." in text
    assert "Marker" not in text
    assert ExportMade.objects.get().format == "cards"
    forgotten = withdraw_for_teller(story=story, by=tree.amina, at=AT)
    assert [each.recipient for each in forgotten.exports] == [workshop.name]
    assert ExportedStory.objects.get().recalled_at == AT
    assert as_user(tree.amina).get(address).status_code == 409
    assert as_user(tree.beatrice).get(address).status_code == 403


def test_the_form_and_the_page_are_fetched_by_who_may(told: Told, tree: Tree, tmp_path: Path) -> None:
    for _ in range(6):
        told.tell(kind="collective_action", is_covered=False)
    round = told.telling.round
    page = make_return(id=uuid7(), round=round, node=tree.north, language="sv", by=tree.amina, at=AT)
    form, back = reverse("paper_story_form", args=[round.id]), reverse("paper_return", args=[page.id])

    answers = [as_user(tree.facilitator).get(each) for each in (f"{form}?language=ar&size=large", back)]

    assert [answer["Content-Type"] for answer in answers] == ["application/pdf"] * 2
    assert "6 personer berättade." in read_text(answers[1].content, tmp_path)
    for outsider in (tree.beatrice, tree.chipo, tree.nobody):
        assert [as_user(outsider).get(each).status_code for each in (form, back)] == [403, 403]
