"""What was made of stories: a workshop with something of everything, outcomes, selections and what goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.learning.services.clustering import gather, have_idea
from egenmakt.apps.learning.services.deciding import decide, follow_up
from egenmakt.apps.learning.services.harvesting import harvest
from egenmakt.apps.learning.services.observing import interpret, observe, publish
from egenmakt.apps.learning.services.returning import make_return
from egenmakt.apps.learning.services.selecting import bring, bring_from_below, choose, open_selection, say_back
from egenmakt.apps.learning.services.workshops import lay_out
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.moderating import moderate
from tests.support.learning import Told
from tests.support.stories import Telling
from tests.support.tree import Tree

AT = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
ARABIC, NEPALI = "النساء يتكلمن في الاجتماعات", "महिलाहरू बैठकमा बोल्छन्।"
Visits = dict[str, list[tuple[User | None, str]]]


@dataclass(frozen=True)
class Learnt:
    """The pages about what was made of stories."""

    pages: Visits = field(default_factory=dict)


def _stories(tree: Tree, telling: Telling, tell: Callable[..., Story], **words: str) -> list[Story]:
    """Stories that are approved and covered, so that they can be laid on a table."""
    found = [tell(telling, answers={"kind": {"value": ["collective_action"]}}, **words) for _ in range(7)]
    for story in found:
        moderate(id=uuid7(), story=story, decision="approve", by=tree.amina, at=AT)
        accept_masks(id=uuid7(), story=story, language=story.language, masks=[], by=tree.amina, at=AT)
    return found


def learn(tree: Tree, telling: Telling, tell: Callable[..., Story], title: str, text: str) -> Learnt:
    """Make sense of some stories of the round, as Amina at North does it."""
    stories = _stories(tree, telling, tell, title=title, text=text)
    by: dict[str, Any] = {"by": tree.amina, "at": AT}
    workshop = Told(tree, telling).workshop(name="मंगल", place="Kisumu", plan=ARABIC)
    empty = Told(tree, telling).workshop(name="नयाँ")
    ids = [story.id for story in stories[:2]]
    lay_out(workshop=workshop, story_ids=ids, **by)
    seen = observe(
        id=uuid7(), workshop=workshop, words=ARABIC, strength=3, story_ids=ids,
        reference="/learning/", reference_words=NEPALI, **by,
    )  # fmt: skip
    said = [interpret(id=uuid7(), observation=seen, words=words, **by) for words in (ARABIC, NEPALI)]
    publish(observation=seen, **by)
    gather(id=uuid7(), workshop=workshop, kind="theme", name="صوت", item_ids=[seen.id], **by)
    idea = have_idea(id=uuid7(), workshop=workshop, words=NEPALI, interpretation=said[0], **by)
    decision = decide(
        id=uuid7(), workshop=workshop, words=NEPALI, responsible="أمينة", idea=idea, due_on=date(2026, 5, 10),
        story_ids=ids, **by,
    )  # fmt: skip
    follow_up(id=uuid7(), decision=decision, outcome="under_way", words=ARABIC, **by)
    outcome = harvest(
        id=uuid7(), node=tree.north, who="مجلس المدينة", what="يدفع ثمن البئر", when="2026-03", where="Kisumu",
        contribution=ARABIC, significance=NEPALI, story_ids=ids, **by,
    )  # fmt: skip
    below, above = (
        open_selection(id=uuid7(), node=node, name=name, by=tree.officer, at=AT)
        for node, name in ((tree.north, "मंगल"), (tree.umoja, "चैत"))
    )
    bring(selection=below, story_ids=ids, **by)
    below = choose(selection=below, id_hash=stories[0].id_hash, reason=ARABIC, **by)
    bring_from_below(selection=above, lower=below, by=tree.officer, at=AT)
    aside = open_selection(id=uuid7(), node=tree.tumaini, name="दशैं", by=tree.officer, at=AT)
    bring(selection=aside, story_ids=ids, by=tree.officer, at=AT)
    aside = choose(selection=aside, id_hash=stories[1].id_hash, reason=ARABIC, by=tree.officer, at=AT)
    bring_from_below(selection=above, lower=aside, by=tree.officer, at=AT)
    above = choose(selection=above, id_hash=stories[0].id_hash, reason=NEPALI, by=tree.officer, at=AT)
    told = say_back(id=uuid7(), selection=above, to=below, words=ARABIC, by=tree.officer, at=AT)
    round = telling.round
    common: dict[str, Any] = {"round": round, "node": tree.north, "story_ids": ids, **by}
    returned = make_return(id=uuid7(), language="ne", decision_ids=[decision.id], greeting=NEPALI, **common)
    arabic = make_return(id=uuid7(), language="ar", **common)

    def at(name: str, *arguments: object, query: str = "", who: User = tree.amina) -> list[tuple[User | None, str]]:
        return [(who, reverse(name, args=arguments) + query)]

    return Learnt(
        {
            "learning": [*at("learning"), *at("learning", who=tree.beatrice), *at("learning", who=tree.facilitator)],
            "learning_workshop_new": at("learning_workshop_new"),
            "learning_workshop": [
                *at("learning_workshop", workshop.id),
                *at("learning_workshop", empty.id),
                *at("learning_workshop", workshop.id, who=tree.facilitator),
            ],
            "learning_record": at("learning_record", workshop.id),
            "learning_stories": at("learning_stories", workshop.id),
            "learning_observe": at("learning_observe", workshop.id),
            "learning_observe_where": at("learning_observe_where"),
            "learning_interpret": at("learning_interpret", seen.id),
            "learning_gather": [*at("learning_gather", workshop.id, "theme")],
            "learning_idea": at("learning_idea", workshop.id),
            "learning_review": at("learning_review", "observation", seen.id),
            "learning_decide": at("learning_decide", workshop.id),
            "learning_decisions": [*at("learning_decisions"), *at("learning_decisions", who=tree.beatrice)],
            "learning_follow_up": at("learning_follow_up", decision.id),
            "learning_outcomes": [*at("learning_outcomes"), *at("learning_outcomes", who=tree.beatrice)],
            "learning_outcome": at("learning_outcome", outcome.id),
            "learning_outcome_new": at("learning_outcome_new"),
            "learning_substantiate": at("learning_substantiate", outcome.id, who=tree.monitoring),
            "learning_selections": [*at("learning_selections"), *at("learning_selections", who=tree.beatrice)],
            "learning_selection_new": at("learning_selection_new"),
            "learning_selection": [
                *at("learning_selection", below.id),
                *at("learning_selection", above.id, who=tree.officer),
            ],
            "learning_bring": at("learning_bring", below.id),
            "learning_choose": at("learning_choose", below.id),
            "learning_feedback": at("learning_feedback", above.id, aside.id, who=tree.officer),
            "learning_told": at("learning_told", told.id),
            "learning_returns": [*at("learning_returns"), *at("learning_returns", who=tree.beatrice)],
            "learning_return_round": at("learning_return_round", round.id),
            "learning_return_new": at("learning_return_new", round.id, tree.north.id),
            "learning_return": [*at("learning_return", returned.id), *at("learning_return", arabic.id)],
            "learning_deliver": at("learning_deliver", returned.id),
        }
    )
