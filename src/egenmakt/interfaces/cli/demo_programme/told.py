"""Telling in the programme: its rounds one after another, and what a visitor is given to try."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from django.db import transaction

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Round, RoundLink, Story
from egenmakt.apps.stories.services.rounds import make_link, open_round
from egenmakt.core.signification.withdrawal import hash_of
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.told_after import look_after
from egenmakt.interfaces.cli.demo_programme.told_documents import slip_of
from egenmakt.interfaces.cli.demo_programme.told_rounds import (
    People,
    RoundPlan,
    collect,
    framework_for,
    link_token,
    people_of,
)
from egenmakt.interfaces.cli.demo_programme.told_tellers import TellersGroup
from egenmakt.interfaces.cli.demo_programme.tree import Branch

ALWAYS_OPEN: Final = "Try it yourself: always open (invented)"
OPEN_FROM, OPEN_UNTIL = date(2020, 1, 1), date(2050, 1, 1)
SLIP: Final = ("KE", 1, 6)
"""Country, round and place of the story whose code every visitor may try."""


class Telling:
    """The stories of one programme in the database that is set up."""

    def __init__(self, *, chance: Chance, branches: Mapping[str, Branch], began_at: datetime) -> None:
        self._chance, self._branches, self._began_at = chance, branches, began_at
        self._groups: dict[str, list[TellersGroup]] = defaultdict(list)
        # ids are made from the day of forming, so this is the same order each time
        for group in SavingsGroup.objects.filter(is_training=False).select_related("node").order_by("id"):
            self._groups[str(group.node.country_id)].append(TellersGroup(group.id, group.kind))

    def make_round(self, plan: RoundPlan) -> None:
        """Open a round, tell its stories and look after them, in one transaction; one that is here stays."""
        code = plan.setup.code
        branch = self._branches[code]
        with transaction.atomic():
            people = people_of(chance=self._chance, setup=plan.setup, branch=branch, at=self._began_at)
            organisation = Node.objects.get(name=plan.setup.organisation)
            version = framework_for(chance=self._chance, organisation=organisation, at=self._began_at)
            if Round.objects.filter(node=branch.partner, starts_on=plan.starts_on).exists():
                return
            round, told = collect(
                chance=self._chance,
                plan=plan,
                branch=branch,
                people=people,
                version=version,
                groups=self._groups[code],
                began_at=self._began_at,
            )
            safeguarding = User.objects.get(email="safeguarding@demo.example")
            look_after(chance=self._chance, plan=plan, round=round, told=told, people=people, safeguarding=safeguarding)
            if plan.is_last and code == SLIP[0]:
                self._open_for_visitors(round, people)

    def _open_for_visitors(self, like: Round, people: People) -> None:
        """A round in which whoever tries the demo may tell, on any day."""
        at = self._began_at
        round = open_round(
            id=self._chance.id(at, "round for visitors"),
            framework_version=like.framework_version,
            node=like.node,
            name=ALWAYS_OPEN,
            starts_on=OPEN_FROM,
            until_on=OPEN_UNTIL,
            keep_until_on=OPEN_UNTIL,
            languages=["en", "sv", "ar", "ne"],
            facilitators=people.collectors,
            by=people.officer,
            at=at,
        )
        token = link_token(chance=self._chance, name="visitors")
        expires_at = datetime.combine(OPEN_UNTIL, datetime.min.time(), tzinfo=UTC)
        make_link(round=round, kind="open", expires_at=expires_at, by=people.officer, at=at, token=token)


@dataclass(frozen=True, slots=True)
class ForVisitors:
    """What anybody may try in the demo: none of it is worth anything anywhere else."""

    token: str
    """Of the link by which a story can be told."""
    slip: str
    """The code of an invented story, to see what is kept and to take it back; empty once it was."""


def for_visitors(*, chance: Chance) -> ForVisitors | None:
    """What is printed at the end; None in a programme without stories."""
    if not RoundLink.objects.filter(round__name=ALWAYS_OPEN, stopped_at__isnull=True).exists():
        return None
    code, number, place = SLIP
    slip = slip_of(chance=chance, code=code, number=number, place=place)
    is_there = Story.objects.filter(withdrawal_hash=hash_of(slip)).exists()
    return ForVisitors(link_token(chance=chance, name="visitors"), slip if is_there else "")
