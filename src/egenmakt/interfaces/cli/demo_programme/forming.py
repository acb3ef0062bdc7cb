"""Forming a group of the programme: members and their ways, offices, PINs, rules, the first cycle and goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.groups.services.cut_off import set_up_in_mid_cycle
from egenmakt.apps.groups.services.goals import NewGoal, set_goals
from egenmakt.apps.groups.services.members import NewMember, add_members
from egenmakt.apps.groups.services.setup import (
    adopt_constitution,
    create_group,
    give_office,
    set_pin,
    start_cycle,
)
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.cut_off import SCHEMA as CUT_OFF
from egenmakt.core.meetings.fields import Vote
from egenmakt.core.money import decimals
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.plans import GroupPlan, add_months
from egenmakt.interfaces.cli.demo_programme.tree import Branch

SYMBOLS: Final = ("fish", "drum", "star", "hoe", "lamp", "bird", "pot", "tree", "sun", "goat", "hut", "moon")
OFFICES: Final = ("chair", "record_keeper", "box_keeper", "key_holder", "key_holder", "money_counter", "money_counter")
"""Offices of the members in the order of their numbers."""
LOCKING: Final = 5
"""How many members have a PIN: the committee and the keepers of the keys."""
CUT_OFF_MONTHS: Final = 4
"""For how long a group had saved on paper before it was set up by a cut-off sheet."""

Pays = Literal["promptly", "late", "stops"]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a member usually behaves."""

    attends: float
    saves: float
    """From 0, as little as may be, to 1, as much as may be."""
    pays: Pays


@dataclass
class GroupAtWork:
    """A group of the programme with what is needed to hold its meetings."""

    row: SavingsGroup
    plan: GroupPlan
    branch: Branch
    chance: Chance
    members: list[UUID] = field(default_factory=list)
    ways: dict[UUID, Ways] = field(default_factory=dict)
    keys: dict[UUID, bytes] = field(default_factory=dict)
    counters: list[UUID] = field(default_factory=list)

    @property
    def by(self) -> User:
        """The facilitator, whose phone is used."""
        return self.branch.facilitator

    @property
    def unit_minor(self) -> int:
        """One small saving, in minor units."""
        country = self.plan.country
        return country.saving * int(10 ** decimals(country.currency))

    def tells(self, story: str) -> bool:
        """Whether a story is told by this group."""
        return story in self.plan.stories

    def random(self, *words: object) -> Random:
        """Random numbers for what the words name in this group."""
        return self.chance.random(self.plan.index, *words)

    def id(self, on: date, *words: object) -> UUID:
        """An id for what the words name in this group."""
        return self.chance.id(instant(on), self.plan.index, *words)


def instant(on: date, hour: int = 12) -> datetime:
    """A moment of a day."""
    return datetime.combine(on, time(hour), tzinfo=UTC)


def form(*, chance: Chance, plan: GroupPlan, branch: Branch, groups: Mapping[int, SavingsGroup]) -> GroupAtWork:
    """Form a group through the services. Args: groups, those that exist already, by their index."""
    on = plan.formed_on
    row = create_group(
        id=chance.id(instant(on), plan.index, "group"),
        name=plan.name,
        kind=plan.rules.kind,
        parent=branch.partner,
        country=branch.country,
        currency=plan.country.currency,
        formed_on=on,
        language=plan.country.language,
        place=branch.places[plan.index % len(branch.places)],
        is_training="training" in plan.stories,
        by=branch.facilitator,
        at=instant(on, 9),
    )
    group = GroupAtWork(row=row, plan=plan, branch=branch, chance=chance)
    join(group, on=on, count=plan.members, member_groups=[groups[index] for index in plan.member_groups])
    _give_offices(group, on)
    adopt_constitution(
        id=group.id(on, "rules", 1),
        group=row,
        rules=plan.rules.to_json(),
        adopted_on=on,
        vote=Vote(plan.members - 1, 0, 1),
        by=group.by,
        at=instant(on, 11),
    )
    begins = add_months(plan.meets_on[0], -CUT_OFF_MONTHS) if group.tells("cut_off") else plan.meets_on[0]
    start_cycle(
        id=group.id(on, "cycle", 1),
        group=row,
        starts_on=begins,
        end_planned_on=max(plan.cycle_ends_on, begins + timedelta(days=30)),
        by=group.by,
        at=instant(on, 11),
    )
    _set_goals(group, on)
    if group.tells("cut_off"):
        _set_up(group, plan.meets_on[0] - timedelta(days=2))
    return group


def join(group: GroupAtWork, *, on: date, count: int = 1, member_groups: Sequence[SavingsGroup] = ()) -> list[UUID]:
    """Take the next members into the group, each with the ways that chance gives her.

    Args: member_groups, the groups that a network takes in, as many as the count.
    """
    first = len(group.members) + 1
    draws = {number: group.random("member", number) for number in range(first, first + count)}
    if member_groups:
        new = [_other(group, number, on, other) for number, other in zip(draws, member_groups, strict=True)]
    else:
        new = [_somebody(group, number, on, draw) for number, draw in draws.items()]
    ids = [member.id for member in add_members(group=group.row, members=new, by=group.by, at=instant(on, 10))]
    for id, (number, draw) in zip(ids, draws.items(), strict=True):
        group.members.append(id)
        group.ways[id] = _ways(group, number, draw)
    return ids


def _other(group: GroupAtWork, number: int, on: date, other: SavingsGroup) -> NewMember:
    return NewMember(
        id=group.id(on, "membership", number),
        joined_on=on,
        number=number,
        symbol=_symbol(number),
        member_group=other,
    )


def _symbol(number: int) -> str:
    return SYMBOLS[(number - 1) % len(SYMBOLS)]


def _somebody(group: GroupAtWork, number: int, on: date, draw: Random) -> NewMember:
    plan, country = group.plan, group.plan.country
    is_man = draw.random() < (0.35 if plan.rules.kind in ("farmers", "youth", "cooperative") else 0.08)
    first = draw.choice(country.men if is_man else country.women)
    family = draw.choice(country.families)
    age = draw.randint(17, 25) if plan.rules.kind == "youth" else draw.randint(20, 66)
    disabled = draw.random() < (0.85 if plan.rules.kind == "disability" else 0.06)
    return NewMember(
        id=group.id(on, "membership", number),
        joined_on=on,
        number=number,
        symbol=_symbol(number),
        name=f"{first} {family}",
        sex="male" if is_man else "female",
        birth_year=on.year - age,
        has_disability=disabled if draw.random() < 0.9 else None,
        person_id=group.id(on, "person", number),
    )


def _ways(group: GroupAtWork, number: int, draw: Random) -> Ways:
    pays: Pays = "promptly"
    if group.tells("stops_paying") and number == LOCKING + 2:
        pays = "stops"
    elif draw.random() < (0.45 if group.tells("pays_late") else 0.06):
        pays = "late"
    return Ways(attends=draw.uniform(0.82, 0.99), saves=draw.random(), pays=pays)


def _give_offices(group: GroupAtWork, on: date) -> None:
    rows = Membership.objects.in_bulk(group.members)
    for id, office in zip(group.members, OFFICES, strict=False):
        give_office(membership=rows[id], office=office, from_on=on, by=group.by, at=instant(on, 10))
    for number, id in enumerate(group.members[:LOCKING], start=1):
        pin = f"{4731 + 97 * number}"
        set_pin(membership=rows[id], pin=pin, by=group.by, at=instant(on, 10))
        group.keys[id] = bytes(rows[id].pin_key or b"")
    group.counters = [*group.members[LOCKING : LOCKING + 2], group.members[2], group.members[0]]


def _set_goals(group: GroupAtWork, on: date) -> None:
    """One goal of the whole group, and one of a member."""
    each = (group.plan.rules.share_price_minor or group.unit_minor) * len(group.plan.meets_on)
    due_on = max(group.plan.cycle_ends_on, on + timedelta(days=30))
    words = group.plan.country.goal
    goals = [
        NewGoal(
            id=group.id(on, "goal", key),
            words=words,
            measure="savings",
            target_minor=target,
            set_on=on,
            due_on=due_on,
            membership=Membership.objects.get(id=owner) if owner else None,
        )
        for key, owner, target in (
            ("all", None, 2 * each * group.plan.members),
            ("one", group.members[-1], 2 * each),
        )
    ]
    set_goals(group=group.row, goals=goals, by=group.by, at=instant(on, 11))


def _set_up(group: GroupAtWork, on: date) -> None:
    """The group comes with its paper book: what it had, owed and owned on one day."""
    rules, unit = group.plan.rules, group.unit_minor
    kind, saved = "compulsory_savings", 12 * unit
    if rules.savings_form == "shares":
        kind, saved = "shares", 3 * rules.share_price_minor
    lent = dict.fromkeys(group.members[LOCKING : LOCKING + 3], 2 * saved)
    terms = {
        "currency": group.row.currency,
        "disbursed_on": add_months(on, -1).isoformat(),
        **rules.loan_terms_default,
        "instalments": min(6, rules.loan_instalments_max),
    }
    has = saved * len(group.members) - sum(lent.values())
    sheet: dict[str, Any] = {
        "schema": CUT_OFF,
        "id": str(group.id(on, "cut-off")),
        "group": str(group.row.id),
        "cut_off_on": on.isoformat(),
        "balances": {
            "loan_fund_box": has // 3,
            "bank": has - has // 3 + 5 * unit,
            "other_income": 5 * unit,
            "social_fund_box": 8 * unit,
            "social_fund": 8 * unit,
        },
        "members": [{"member": str(id), kind: saved} for id in group.members],
        "loans": [
            {
                "id": str(group.id(on, "old loan", place)),
                "member": str(id),
                "terms": {**terms, "principal_minor": amount},
            }
            for place, (id, amount) in enumerate(lent.items())
        ],
        "external": [],
    }
    set_up_in_mid_cycle(group=group.row, content=canonical(sheet), by=group.by, at=instant(on))
