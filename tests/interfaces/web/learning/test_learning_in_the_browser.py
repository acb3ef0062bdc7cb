"""The pages of learning as a browser shows them: nothing for axe to find, narrow and wide, and mirrored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page
from uuid6 import uuid7

from egenmakt.apps.learning.services.clustering import gather, have_idea
from egenmakt.apps.learning.services.deciding import decide, follow_up
from egenmakt.apps.learning.services.harvesting import harvest
from egenmakt.apps.learning.services.observing import interpret, observe, publish
from egenmakt.apps.learning.services.returning import make_return
from egenmakt.apps.learning.services.selecting import bring, choose, open_selection
from egenmakt.apps.learning.services.workshops import lay_out
from tests.support.browser import WIDTHS, Live
from tests.support.learning import AT, tell_round
from tests.support.tree import grow


def furnish() -> dict[str, str]:
    """A workshop with something of everything; the addresses of its pages."""
    tree = grow()
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
    selection = open_selection(id=uuid7(), node=tree.north, name="Spring", **by)
    bring(selection=selection, story_ids=ids, **by)
    choose(selection=selection, id_hash=one.id_hash, reason="It lasts", **by)
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
    }  # fmt: skip
    found = {name: reverse(name, args=arguments) for name, arguments in addresses.items()}
    return {**found, "arabic": reverse("learning_return", args=[arabic.id]), "user": tree.amina.email}


def test_every_page_of_learning_is_clean_on_a_phone_and_on_a_desk(live: Live, axe: Callable[[Page], list[str]]) -> None:
    from egenmakt.apps.access.models import User

    pages = furnish()
    live.sign_in(User.objects.get(email=pages.pop("user")))
    faults: dict[str, list[str]] = {}
    for width in WIDTHS.values():
        live.page.set_viewport_size({"width": width[0], "height": width[1]})
        for name, address in pages.items():
            page = live.open(address)
            # colours, names and order are the same on both widths but for the tables, which become cards
            found = axe(page) if width == WIDTHS["phone"] or name in ("learning", "learning_workshop") else []
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
                found.append(f"wider than {width[0]} px")
            faults[f"{name} {width[0]}"] = found

    assert {name: found for name, found in faults.items() if found} == {}
    assert live.errors == []
