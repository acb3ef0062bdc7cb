"""Stories that were told in groups, with their names covered, and a workshop about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from egenmakt.apps.audit.queue import work_off
from egenmakt.apps.learning.models import Workshop
from egenmakt.apps.learning.services.workshops import open_workshop
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
