"""Making the whole programme: first the bodies, then one group after another, each whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from egenmakt.apps.audit.models import Event
from egenmakt.apps.audit.services import record
from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.interfaces.cli.demo_programme import meetings, monthly, troubles
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.forming import GroupAtWork, form, instant
from egenmakt.interfaces.cli.demo_programme.plans import GroupPlan, add_months, plan_groups
from egenmakt.interfaces.cli.demo_programme.told import ForVisitors, Telling, for_visitors
from egenmakt.interfaces.cli.demo_programme.told_rounds import RoundPlan, plan_rounds
from egenmakt.interfaces.cli.demo_programme.tree import Branch, add_group_users, grow

BEGUN, MADE = "demo.begun", "demo.made"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a programme is made from; the same again gives the same programme, to the last hash."""

    groups: int
    months: int
    seed: int
    until: date

    @property
    def namespace(self) -> str:
        """It as one word, in which every id is rooted."""
        return f"egenmakt/demo/1/{self.groups}/{self.months}/{self.seed}/{self.until.isoformat()}"

    def to_json(self) -> dict[str, object]:
        """It as the audit trail keeps it."""
        return {**asdict(self), "until": self.until.isoformat()}


class HasOtherData(ValueError):
    """The database holds data that this demo did not make; nothing is added to it."""


class Programme:
    """One demo programme in the database that is set up."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.chance = Chance(wanted.namespace)
        self.plans = plan_groups(chance=self.chance, groups=wanted.groups, months=wanted.months, until=wanted.until)
        countries = Counter(plan.country.code for plan in self.plans if "training" not in plan.stories)
        self.rounds = plan_rounds(groups=countries, months=wanted.months, until=wanted.until)
        self._branches: Mapping[str, Branch] = {}
        self._telling: Telling | None = None
        self._groups: dict[int, SavingsGroup] = {}

    def is_made(self) -> bool:
        """Whether it is here already, whole. Raises: HasOtherData."""
        begun = Event.objects.filter(deed=BEGUN).first()
        if begun is None:
            if Node.objects.exists() or SavingsGroup.objects.exists() or Event.objects.exists():
                raise HasOtherData("This database holds data that no demo has made.")
            return False
        if begun.data != self.wanted.to_json():
            given = ", ".join(f"{name} {value}" for name, value in begun.data.items())
            raise HasOtherData(f"This database holds another demo programme ({given}).")
        return Event.objects.filter(deed=MADE).exists()

    def begin(self) -> None:
        """Found the organisations, partners and users. Whoever was stopped in the middle goes on from there."""
        at = self._begins_at
        with transaction.atomic():
            if not Event.objects.filter(deed=BEGUN).exists():
                record(
                    by=None,
                    at=at,
                    deed=BEGUN,
                    subject_kind="demo",
                    subject_id=self.wanted.namespace,
                    node_id=None,
                    data=self.wanted.to_json(),
                )
            self._branches = grow(chance=self.chance, at=at)

    @property
    def _begins_at(self) -> datetime:
        first = add_months(self.wanted.until, -self.wanted.months - 3)
        return datetime(first.year, first.month, 1, 8, tzinfo=UTC)

    def make_group(self, plan: GroupPlan) -> int:
        """Form a group and let it meet, in one transaction. Returns: how many meetings it has held."""
        id = self.chance.id(instant(plan.formed_on), plan.index, "group")
        if known := SavingsGroup.objects.filter(id=id).first():
            self._groups[plan.index] = known
            return known.last_number
        with transaction.atomic():
            group = form(chance=self.chance, plan=plan, branch=self._branches[plan.country.code], groups=self._groups)
            if plan.index == 0:
                add_group_users(chance=self.chance, node=group.row.node, at=instant(plan.formed_on))
            _live(group)
            group.row.refresh_from_db()
        self._groups[plan.index] = group.row
        return group.row.last_number

    def make_round(self, plan: RoundPlan) -> None:
        """Collect a round of stories, after all groups are there, in one transaction."""
        if self._telling is None:
            self._telling = Telling(chance=self.chance, branches=self._branches, began_at=self._begins_at)
        self._telling.make_round(plan)

    def finish(self) -> None:
        """Report the months of two countries, and say in the trail that the programme is whole."""
        for code in monthly.COUNTRIES:
            reporting = monthly.MonthlyReporting(chance=self.chance, code=code, branch=self._branches[code])
            reporting.make(months=self.wanted.months, until=self.wanted.until)
        with transaction.atomic():
            record(
                by=None,
                at=instant(self.wanted.until, 23),
                deed=MADE,
                subject_kind="demo",
                subject_id=self.wanted.namespace,
                node_id=None,
                data={},
            )


def what_visitors_may_try() -> ForVisitors | None:
    """The open link and the slip of the programme that is here; None where there is none, or none with stories."""
    begun = Event.objects.filter(deed=BEGUN).first()
    if begun is None:
        return None
    data = begun.data
    until = date.fromisoformat(str(data["until"]))
    wanted = Wanted(groups=data["groups"], months=data["months"], seed=data["seed"], until=until)
    return for_visitors(chance=Chance(wanted.namespace))


def _live(group: GroupAtWork) -> None:
    """A group's whole time: its meetings, and what its stories say."""
    days = group.plan.meets_on
    last = len(days) - 1
    for place, on in enumerate(days):
        if group.tells("rules_change") and place == len(days) // 2:
            meetings.change_rules(group, on)
        if group.tells("held") and place == last - 1:
            troubles.meet_out_of_order(group, place)
            break
        if place == last - 3 and (group.tells("disputed") or group.tells("settled")):
            troubles.meet_with_two_phones(group, place, is_settled=group.tells("settled"))
        elif group.tells("refused") and place == last - 2:
            troubles.meet_after_a_refusal(group, place)
        else:
            meetings.meet(group, place)
        if place == group.plan.shares_out_at:
            meetings.share_out(group, on + timedelta(days=1))
    if group.tells("corrected"):
        troubles.correct_an_old_meeting(group, days[-1])
