"""Making the page that goes back to those who told, and writing down that it came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import require
from egenmakt.apps.learning.models import Decision, Delivery, Return, ReturnDecision
from egenmakt.apps.learning.queries.figures import Counted, RoundFigures, differs_by_few, figures_of
from egenmakt.apps.learning.queries.stories import for_all_to_hear
from egenmakt.apps.learning.services.common import NotTogether, known, note, organisation_of, readable, signed, use
from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.stories.models import Round
from egenmakt.apps.stories.services.reading import masked_wordings


class TooFew(ValueError):
    """Fewer people told than may be spoken of together: a page would point at them."""


class NotForAll(PermissionError):
    """A story was chosen that its teller did not open to anyone, or whose names nobody has covered yet."""


def make_return(
    *,
    id: UUID,
    round: Round,
    node: Node,
    language: str,
    by: User,
    at: datetime,
    story_ids: Iterable[UUID] = (),
    decision_ids: Iterable[UUID] = (),
    greeting: str = "",
) -> Return:
    """Make a new version of the page for a group, or for all who told in a round. The same id returns what is there.

    Raises: TooFew, NotForAll, NotTogether, NotAllowed.
    """
    require(user=by, deed="learning.write", node_id=round.node_id)
    if found := known(Return, id):
        return found
    if node.id != round.node_id and node.kind != Node.Kind.GROUP:
        raise NotTogether("A page is for a group, or for all who told in the round.")
    with transaction.atomic():
        # one after the other: each looks at what the pages before it showed
        Round.objects.select_for_update(of=("self",)).get(id=round.id)
        earlier = list(Return.objects.filter(round=round))
        shown = figures_for(round=round, node=node, earlier=earlier)
        stories = readable(by=by, story_ids=story_ids, node_id=round.node_id)
        heard = set(for_all_to_hear(id_hashes=[each.id_hash for each in stories]).values_list("id", flat=True))
        covered = masked_wordings(stories=stories)
        if any(each.id not in heard or not covered[each.id] for each in stories):
            raise NotForAll("A story goes back only when its teller opened it to anyone and its names are covered.")
        versions = [each.version for each in earlier if (each.node_id, each.language) == (node.id, language)]
        made = Return.objects.create(
            id=id,
            round=round,
            node=node,
            organisation_id=organisation_of(round.node),
            language=language,
            version=max(versions, default=0) + 1,
            figures=shown,
            greeting=greeting.strip(),
            **signed(by, at),
        )
        use(stories=stories, at=at, page=made)
        ReturnDecision.objects.bulk_create(
            ReturnDecision(page=made, decision_id=each) for each in _decisions(round, decision_ids)
        )
        note("return.made", made, round.node_id, by, at, version=made.version, language=language)
    return made


def _decisions(round: Round, ids: Iterable[UUID]) -> list[UUID]:
    wanted = set(ids)
    above = NodeAncestor.objects.filter(node_id=round.node_id).values("ancestor_id")
    found = Decision.objects.filter(id__in=wanted, node_id__in=above).values_list("id", flat=True)
    if set(found) != wanted:
        raise NotTogether("A decision was taken by a body that does not stand above this round.")
    return sorted(found)


def figures_for(*, round: Round, node: Node, earlier: Iterable[Return]) -> dict[str, Any]:
    """What a page may show now, beside what earlier pages of the round showed. Raises: TooFew.

    Where fewer than k people came or went since, only the number of people is shown: the two pages laid side by side
    would otherwise say what those few told.
    """
    figures = figures_of(round=round)
    shown = figures.shown(node.id, round)
    if shown.people is None:
        raise TooFew(f"Fewer than {figures.k} people told here, or they could be found out; make a page for the round.")
    now = {"round": figures.true_whole, "node": figures.true(node.id, round)}
    options = dict(shown.options)
    for page in earlier:
        before = page.figures.get("true", {})
        same = {"round", "node"} if page.node_id == node.id else {"round"}
        if any(differs_by_few(now[each], _counted(before[each]), figures.k) for each in same if each in before):
            options = dict.fromkeys(options)
    return {
        "k": figures.k,
        "question": figures.question,
        "people": shown.people,
        "options": options,
        "true": {each: counted.as_json() for each, counted in now.items()},
    }


def _counted(kept: dict[str, Any]) -> Counted:
    return Counted(kept["people"], kept["options"])


def has_changed(*, page: Return, figures: RoundFigures) -> bool:
    """Whether what is counted for a page is another number than when it was made."""
    before = page.figures.get("true", {}).get("node")
    now = figures.true(page.node_id, page.round)
    return before is None or _counted(before) != Counted(now.people, dict(now.options))


def deliver(
    *,
    id: UUID,
    page: Return,
    delivered_on: date,
    how: str,
    by: User,
    at: datetime,
    people: int | None = None,
    questions: str = "",
) -> Delivery:
    """Write down that a page came back: when, how, by whom, and what was asked. The same id returns what is there.

    Raises: NotAllowed.
    """
    require(user=by, deed="return.deliver", node_id=page.round.node_id)
    if found := known(Delivery, id):
        return found
    with transaction.atomic():
        made = Delivery.objects.create(
            id=id,
            page=page,
            delivered_on=delivered_on,
            how=Delivery.How(how),
            people=people,
            questions=questions.strip(),
            **signed(by, at),
        )
        note("return.delivered", made, page.round.node_id, by, at, how=str(how))
    return made
