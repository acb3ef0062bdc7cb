"""What becomes of the invented stories: decisions and reasons, a worry, what was not accepted, changes of mind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import Round, Story
from egenmakt.apps.stories.services.consenting import change_consent
from egenmakt.apps.stories.services.erasing import withdraw, withdraw_for_teller
from egenmakt.apps.stories.services.moderating import flag_safeguarding, lift_flag, moderate
from egenmakt.apps.stories.services.receiving import receive_story
from egenmakt.apps.stories.services.rounds import close_round
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import NORTH
from egenmakt.interfaces.cli.demo_programme.forming import instant
from egenmakt.interfaces.cli.demo_programme.told_beside import cover, note, translate
from egenmakt.interfaces.cli.demo_programme.told_documents import WORRIED, OneTold
from egenmakt.interfaces.cli.demo_programme.told_rounds import People, RoundPlan

WITHDRAWN: Final = (5, 11)
"""Places in a closed round of the stories that their tellers took back with the code on the slip."""
WITHDRAWN_BY_STAFF: Final = 9
CHANGED: Final = 7
"""Of the story whose teller no longer lets donors and the public read it."""
FLAGGED_ONCE: Final = 4
"""Of a story that was flagged, looked into and seen again."""
SET_ASIDE: Final = "It tells of another person's illness by name. Ask the teller before it is kept."
WAITS: Final = "The text speaks of two villages. Ask the facilitator in which of them it was."
CONCERN: Final = "A lender threatens a neighbour, who is afraid at home. The teller asks that somebody acts."


def look_after(
    *, chance: Chance, plan: RoundPlan, round: Round, told: Sequence[OneTold], people: People, safeguarding: User
) -> None:
    """Everything that follows the stories of a round. Args: safeguarding, the person named for it in the North."""
    rows = Story.objects.in_bulk([each.id for each in told])
    if plan.is_last:
        _decide(chance, told, rows, people.staff)
        if plan.setup.code == WORRIED[0]:
            worried = told[WORRIED[2]]
            at = worried.finished_at + timedelta(days=3)
            flag_safeguarding(story=rows[worried.id], concern=CONCERN, by=people.staff, at=at)
            _not_accepted(chance, round, told, people)
        return
    at = instant(plan.until_on + timedelta(days=3))
    translate(chance=chance, told=told, rows=rows, by=people.staff)
    cover(chance=chance, told=told, rows=rows, by=people.staff)
    note(chance=chance, told=told, rows=rows, people=people)
    if plan.setup.organisation == NORTH and plan.number == 1 and len(told) > FLAGGED_ONCE:
        _flag_and_lift(rows[told[FLAGGED_ONCE].id], people.staff, safeguarding, at)
    _change_minds(told, rows, people.staff, at + timedelta(days=4))
    close_round(round=round, by=people.officer, at=at + timedelta(days=5))


def _decide(chance: Chance, told: Sequence[OneTold], rows: Mapping[UUID, Story], by: User) -> None:
    """Most stories of the open round are approved; some are set aside or wait, with a reason; the last ones wait."""
    for place, each in enumerate(told[: len(told) * 7 // 10]):
        decision, reason = "approve", ""
        if place % 17 == 1:
            decision, reason = "set_aside", SET_ASIDE
        elif place % 13 == 0:
            decision, reason = "wait", WAITS
        at = each.finished_at + timedelta(days=2)
        id = chance.id(at, "decision", each.id)
        moderate(id=id, story=rows[each.id], decision=decision, reason=reason, by=by, at=at)


def _flag_and_lift(story: Story, by: User, safeguarding: User, at: datetime) -> None:
    flag_safeguarding(story=story, concern="Somebody is named in it, in an angry sentence.", by=by, at=at)
    outcome = "The facilitator asked the teller: it is the name of a shop, and nobody is in danger."
    lift_flag(story=story, outcome=outcome, by=safeguarding, at=at + timedelta(days=1))


def _not_accepted(chance: Chance, round: Round, told: Sequence[OneTold], people: People) -> None:
    """A story that came again with another title, an interview from a second phone, and one from before the round."""
    by, at = people.collectors[0], max(each.finished_at for each in told) + timedelta(hours=5)
    sent = next(each for each in told if each.by == "facilitator" and each.collector == by.id).document
    early = {**sent["collected"], "started_at": None, "finished_at": "2020-02-03T09:00:00Z"}
    for fate, changes in (
        ("quarantined", {"title": "Changed on the way home"}),
        ("quarantined", {"id": str(chance.id(at, round.id, "second phone"))}),
        ("refused", {"id": str(chance.id(at, round.id, "early")), "collected": early}),
    ):
        document: dict[str, Any] = {**sent, **changes}
        receipt = receive_story(content=json.dumps(document, ensure_ascii=False).encode(), by=by, at=at)
        if receipt.status != fate:
            raise ValueError(f"A story that should be {fate} was {receipt.status}: {receipt.findings}")


def _change_minds(told: Sequence[OneTold], rows: Mapping[UUID, Story], by: User, at: datetime) -> None:
    """Some tellers take their story back, one lets fewer people read hers, one asks the staff to erase it."""
    for place in WITHDRAWN:
        if place < len(told):
            withdraw(code=told[place].slip, at=at)
    if len(told) > WITHDRAWN_BY_STAFF:
        withdraw_for_teller(story=rows[told[WITHDRAWN_BY_STAFF].id], by=by, at=at)
    if len(told) > CHANGED:
        consent = told[CHANGED].document["consent"]
        purposes = {**consent["purposes"], "donor": False, "public_text": False}
        narrower = {**consent, "given": "tapped", "asked_by": "self", "purposes": purposes, "visibility": "partner"}
        change_consent(code=told[CHANGED].slip, consent=narrower, at=at)
