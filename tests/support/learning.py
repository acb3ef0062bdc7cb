"""Stories that were told in groups, with their names covered, and a workshop about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.audit.queue import work_off
from egenmakt.apps.learning.models import Workshop
from egenmakt.apps.learning.services.clustering import gather, have_idea
from egenmakt.apps.learning.services.deciding import decide, follow_up
from egenmakt.apps.learning.services.harvesting import harvest
from egenmakt.apps.learning.services.observing import interpret, observe, publish
from egenmakt.apps.learning.services.returning import make_return
from egenmakt.apps.learning.services.selecting import bring, bring_from_below, choose, open_selection, say_back
from egenmakt.apps.learning.services.workshops import lay_out, open_workshop
from egenmakt.apps.people.models import Country
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.beside import accept_masks
from egenmakt.apps.stories.services.moderating import moderate
from tests.support.stories import Telling, begin_round
from tests.support.tree import Tree

AT = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
DAY = date(2026, 4, 10)
BETTER = {"kind": {"value": ["collective_action"]}}


@dataclass
class Told:
    """A round at North, and who looks at it."""

    tree: Tree
    telling: Telling

    def tell(self, *, kind: str = "", group: UUID | None = None, is_covered: bool = True, **changes: Any) -> Story:
        """A story that is approved and, unless said otherwise, with its names covered."""
        answers = {"kind": {"value": [kind]}} if kind else None
        story = self.telling.tell(answers=answers, group=str(group) if group else None, **changes)
        moderate(id=uuid7(), story=story, decision="approve", by=self.tree.amina, at=AT)
        if is_covered:
            accept_masks(id=uuid7(), story=story, language=story.language, masks=[], by=self.tree.amina, at=AT)
        return story

    def workshop(self, **changes: Any) -> Workshop:
        """A workshop of North about the round."""
        options: dict[str, Any] = {
            "node": self.tree.north,
            "name": "What spring told us",
            "starts_on": DAY,
            "until_on": date(2026, 4, 11),
            "kinds": ["rights_holders", "partner"],
            "languages": ["en", "sw"],
            "rounds": [self.telling.round],
            **changes,
        }
        return open_workshop(id=uuid7(), by=self.tree.amina, at=AT, **options)


def tell_round(tree: Tree, **changes: Any) -> Told:
    """An open round at North."""
    return Told(tree, begin_round(tree, **changes))


def savings_groups(tree: Tree, names: Iterable[str]) -> list[UUID]:
    """Savings groups below North, by name."""
    from egenmakt.apps.groups.services.setup import create_group

    made = []
    for name in names:
        group = create_group(
            id=uuid7(),
            name=name,
            kind="self_help",
            parent=tree.north,
            country=Country.objects.get(code="KE"),
            currency="KES",
            formed_on=date(2025, 1, 1),
            language="en",
            by=tree.facilitator,
            at=AT,
        )
        made.append(group.id)
    return made


def do_jobs() -> None:
    """Work off what the events of the test have put in the queue."""
    done = work_off(limit=1000, now=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    assert done.failed == 0


def furnish(tree: Tree) -> dict[str, str]:
    """A workshop with something of everything; the addresses of its pages, as Amina sees them."""
    told, by = tell_round(tree), {"by": tree.amina, "at": AT}
    for _ in range(6):
        told.tell(kind="collective_action", is_covered=False)
    one = told.tell(kind="collective_action", title="The well", text="We asked at the office, and the water came.")
    two = told.tell(kind="collective_action", title="الطريق", text="طلبنا الطريق وجاء.", language="ar")
    workshop = told.workshop(place="Kisumu", plan="Read six cards each.")
    ids = [one.id, two.id]
    lay_out(workshop=workshop, story_ids=ids, **by)
    seen = observe(
        id=uuid7(), workshop=workshop, words="Women speak at meetings", strength=3, story_ids=ids,
        reference="/learning/", reference_words="Who acted, by age", **by,
    )  # fmt: skip
    said = [
        interpret(id=uuid7(), observation=seen, words=words, **by)
        for words in ("They were trained", "Only those who speak were asked")
    ]
    publish(observation=seen, **by)
    gather(id=uuid7(), workshop=workshop, kind="theme", name="Voice", item_ids=[seen.id], **by)
    idea = have_idea(id=uuid7(), workshop=workshop, words="Train two more", interpretation=said[0], **by)
    decision = decide(
        id=uuid7(), workshop=workshop, words="Two are trained in May", responsible="Amina", idea=idea,
        due_on=date(2026, 5, 31), story_ids=ids, **by,
    )  # fmt: skip
    follow_up(id=uuid7(), decision=decision, outcome="under_way", words="One has begun", **by)
    outcome = harvest(
        id=uuid7(), node=tree.north, who="The council", what="pays for the well", when="2026-03", where="Kisumu",
        contribution="Thirty women asked", significance="It had refused", story_ids=ids, **by,
    )  # fmt: skip
    low, selection, other = (
        open_selection(id=uuid7(), node=node, name=name, **by)
        for node, name in ((tree.tumaini, "At home"), (tree.north, "Spring"), (tree.north, "Summer"))
    )
    bring(selection=low, story_ids=ids, **by)
    low = choose(selection=low, id_hash=one.id_hash, reason="It is ours", **by)
    for each in (selection, other):
        bring_from_below(selection=each, lower=low, **by)
    selection, other = (
        choose(selection=each, id_hash=one.id_hash, reason="It lasts", **by) for each in (selection, other)
    )
    feedback = say_back(id=uuid7(), selection=other, to=low, words="Yours was chosen", **by)
    round, common = told.telling.round, {"round": told.telling.round, "node": tree.north, "story_ids": ids}
    page = make_return(id=uuid7(), language="en", decision_ids=[decision.id], greeting="Thank you all.", **common, **by)
    arabic = make_return(id=uuid7(), language="ar", **common, **by)
    addresses: dict[str, tuple[Any, ...]] = {
        "learning": (), "learning_workshop_new": (), "learning_workshop": (workshop.id,),
        "learning_stories": (workshop.id,), "learning_observe": (workshop.id,), "learning_decide": (workshop.id,),
        "learning_decisions": (), "learning_outcomes": (), "learning_outcome": (outcome.id,),
        "learning_selections": (), "learning_selection": (selection.id,), "learning_choose": (selection.id,),
        "learning_returns": (), "learning_return_round": (round.id,), "learning_return_new": (round.id, tree.north.id),
        "learning_return": (page.id,), "learning_deliver": (page.id,), "learning_observe_where": (),
        "learning_record": (workshop.id,), "learning_interpret": (seen.id,), "learning_publish": (seen.id,),
        "learning_gather": (workshop.id, "theme"), "learning_idea": (workshop.id,),
        "learning_follow_up": (decision.id,), "learning_review": ("observation", seen.id),
        "learning_outcome_new": (), "learning_selection_new": (), "learning_bring": (other.id,),
        "learning_feedback": (selection.id, low.id), "learning_told": (feedback.id,), "story_take_out": (),
        "story_alike": (one.id,),
    }  # fmt: skip
    found = {name: reverse(name, args=arguments) for name, arguments in addresses.items()}
    return {**found, "arabic": reverse("learning_return", args=[arabic.id])}
