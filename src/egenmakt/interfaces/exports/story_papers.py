"""Papers about stories to fetch: the form of a round, the cards of a workshop, the page for the tellers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils import timezone

from egenmakt.apps.access.models import User
from egenmakt.apps.learning.queries.returns import ToldBack, return_of, told_back
from egenmakt.apps.learning.queries.workshops import open_workshop_of
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.reach import stories_reached, with_purpose
from egenmakt.apps.stories.queries.rounds import open_round_of
from egenmakt.apps.stories.services.exporting import record_export
from egenmakt.apps.stories.services.reading import masked_wordings
from egenmakt.interfaces.exports.pdf.documents import return_page, story_cards, story_form
from egenmakt.interfaces.exports.pdf.documents.return_page import ReturnPage
from egenmakt.interfaces.exports.pdf.documents.story_cards import LAYOUTS, StoryCard, StoryCards
from egenmakt.interfaces.exports.pdf.documents.story_form import StoryForm
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.story_words import answers_in_words
from egenmakt.interfaces.exports.views import file_name, paper

PRINTED: Final = UUID("0d3f7f0e-6f53-4b40-9f4d-5a2b9d0f7c31")
"""For ids of printings: the same cards printed again by the same person are one entry in the list of exports."""
QUESTIONS_ON_A_CARD: Final = ("change_type", "triad", "single")
"""Types of question that a card shows unless others are asked for; the first three of them."""


@paper
def paper_story_form(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """The form of a round, to fill in by hand: `?size=large` is large print."""
    round = open_round_of(user=request.user, round_id=id)
    data = StoryForm(framework=framework_of(version=round.framework_version), body=round.node.name, round=round.name)
    size: story_form.Print = "large" if request.GET.get("size") == "large" else "a4"
    content = story_form.render(data, language=language, printed_at=timezone.now(), size=size)
    return content, file_name("story-form", round.name, language, size)


@paper
def paper_story_cards(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """The stories on the table of a workshop as cards: `?per_page=1|2|4`, `?question=CODE` for each question."""
    workshop = open_workshop_of(user=request.user, workshop_id=id)
    hashes = set(workshop.stories.values_list("id_hash", flat=True))
    reached = with_purpose(stories_reached(user=request.user, deed="story.export"), "learn")
    stories = list(reached.filter(id_hash__in=hashes).select_related("framework_version").order_by("received_at", "id"))
    asked, now = request.GET.getlist("question"), timezone.now()
    covered = masked_wordings(stories=stories)
    printed = [story for story in stories if covered[story.id]]
    per_page = request.GET.get("per_page", "")
    data = StoryCards(
        name=workshop.name,
        cards=tuple(_card(story, covered[story.id], asked, language) for story in printed),
        left_out=len(hashes) - len(printed),
        per_page=int(per_page) if per_page.isdecimal() and int(per_page) in LAYOUTS else 2,
    )
    content = story_cards.render(data, language=language, printed_at=now)
    name = file_name("story-cards", workshop.name, now.date())
    assert isinstance(request.user, User)
    _note(workshop, printed, f"{name}.pdf", request.user, now)
    return content, name


def _note(workshop: Any, stories: Sequence[Story], name: str, by: User, at: datetime) -> None:
    """Write down that the cards left, so that a withdrawal names them."""
    ids = sorted(str(story.id) for story in stories)
    record_export(
        id=uuid5(PRINTED, " ".join([str(workshop.id), str(by.id), at.date().isoformat(), *ids])),
        node=workshop.node,
        story_ids=[story.id for story in stories],
        purpose="learn",
        format="cards",
        file_name=name,
        recipient=workshop.name,
        by=by,
        at=at,
    )


def _card(story: Story, wordings: Sequence[Any], asked: Sequence[str], language: str) -> StoryCard:
    framework = framework_of(version=story.framework_version)
    wording = next((each for each in wordings if each.language == language), wordings[0])
    usual = [
        question.code for kind in QUESTIONS_ON_A_CARD for question in framework.about("story") if question.type == kind
    ]
    return StoryCard(
        title=wording.title,
        text=wording.text,
        answers=answers_in_words(
            framework=framework,
            answers=story.answers,
            # what is said of the teller stays away: on a card it could point at her
            codes={question.code for question in framework.about("story")} & set(asked or usual[:3]),
            words=Words.of(language),
            language=language,
        ),
    )


@paper
def paper_return(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """The page that goes back to the tellers, in its own language whatever the reader's is."""
    page = return_of(user=request.user, return_id=id)
    content = return_page.render(return_paper(told_back(page=page)), language=page.language, printed_at=timezone.now())
    return content, file_name("back", page.node.name, page.round.name, page.language, page.version)


def return_paper(told: ToldBack) -> ReturnPage:
    """What stands on the page on paper."""
    page = told.page
    return ReturnPage(
        body=page.node.name,
        round=page.round.name,
        people=told.people,
        least=page.figures["k"],
        greeting=page.greeting,
        question=told.question,
        options=told.options,
        is_hidden=told.is_hidden,
        stories=tuple((each.title, each.text) for each in told.stories),
        decisions=tuple((each.words, each.responsible, each.due_on) for each in told.decisions),
    )
