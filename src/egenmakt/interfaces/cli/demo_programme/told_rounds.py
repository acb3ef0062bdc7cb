"""Rounds of stories in the programme: when, by whom, and every story sent the way it would be in real life."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from egenmakt.apps.access.models import User
from egenmakt.apps.access.roles import Role
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import FrameworkVersion, Round
from egenmakt.apps.stories.services.receiving import Receipt, receive_from_link
from egenmakt.apps.stories.services.receiving_many import receive_stories
from egenmakt.apps.stories.services.rounds import add_framework, make_link, open_round
from egenmakt.core.signification.framework import framework_json, shipped
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import COUNTRIES, CountrySetUp
from egenmakt.interfaces.cli.demo_programme.forming import instant
from egenmakt.interfaces.cli.demo_programme.told_documents import OneTold, document_of
from egenmakt.interfaces.cli.demo_programme.told_tellers import TellersGroup, tellers_of_round
from egenmakt.interfaces.cli.demo_programme.told_words import LANGUAGES
from egenmakt.interfaces.cli.demo_programme.tree import Branch, add_user

PER_GROUP: Final = 7
"""Stories for each group of a country in a round: seventy for ten groups."""
SO_FAR: Final = 0.8
"""How many of the last round's stories have been told yet: some are still missing."""
BEGINS: Final = (0.75, 0.42, 0.08)
"""When the rounds begin, as a part of the programme's time before its end."""
TWO_ROUNDS_ONLY: Final = "UA"
COLLECTORS: Final = 3
"""How many collect in a country beside its facilitator."""
STILL_OPEN_DAYS: Final = 60
"""How long the last round goes on after the programme, so that a visitor finds it open."""
KEPT_DAYS: Final = 3 * 365
TESTS: Final = 3
STAFF: Final = {"NP": "विष्णु राई", "RW": "Alphonse Iradukunda", "GT": "Diego Batz", "UA": "Марія Шевчук"}
"""Partner staff of the countries whose partner has none for its groups."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """One round, decided before anything happens in it."""

    setup: CountrySetUp
    number: int
    """From 0; the last one is still open."""
    stories: int
    target: int
    starts_on: date
    until_on: date

    @property
    def is_last(self) -> bool:
        return self.number == len(BEGINS) - 1

    @property
    def days_of_telling(self) -> int:
        """On how many days something was told."""
        days = (self.until_on - self.starts_on).days
        return max(2, days - STILL_OPEN_DAYS - 5) if self.is_last else days

    @property
    def language(self) -> str:
        """In which its stories are told; where nobody writes the country's own, an interpreter's English."""
        return self.setup.language if self.setup.language in LANGUAGES else "en"


@dataclass(frozen=True, slots=True)
class People:
    """Who is there for the rounds of a country."""

    collectors: Sequence[User]
    staff: User
    officer: User


def plan_rounds(*, groups: Mapping[str, int], months: int, until: date) -> list[RoundPlan]:
    """Every round of the programme. Args: groups, how many there are in each country."""
    days = 30 * months
    found = []
    for setup in COUNTRIES:
        for number, begins in enumerate(BEGINS):
            target = PER_GROUP * groups.get(setup.code, 0)
            if not target or (setup.code == TWO_ROUNDS_ONLY and number == 0):
                continue
            is_last = number == len(BEGINS) - 1
            starts_on = until - timedelta(days=int(days * begins))
            until_on = (
                until + timedelta(days=STILL_OPEN_DAYS) if is_last else starts_on + timedelta(days=max(7, days // 13))
            )
            stories = max(4, int(target * SO_FAR)) if is_last else target
            found.append(RoundPlan(setup, number, stories, target, starts_on, until_on))
    return found


def people_of(*, chance: Chance, setup: CountrySetUp, branch: Branch, at: datetime) -> People:
    """The facilitators who collect in a country, and the partner's staff, with those who are new."""
    code, partner = setup.code.lower(), branch.partner
    staff = (
        add_user(chance, f"staff.{code}", STAFF[setup.code], Role.PARTNER_STAFF, partner, at)
        if setup.code in STAFF
        else User.objects.get(email=f"staff.{code}@demo.example")
    )
    draw = chance.random("collectors", setup.code)
    names = [
        f"{first} {family}"
        for first, family in zip(
            draw.sample(setup.women, COLLECTORS), draw.sample(setup.families, COLLECTORS), strict=True
        )
    ]
    more = [
        add_user(chance, f"collector{number}.{code}", name, Role.FACILITATOR, partner, at)
        for number, name in enumerate(names, start=1)
    ]
    return People(collectors=[branch.facilitator, *more], staff=staff, officer=branch.officer)


def framework_for(*, chance: Chance, organisation: Node, at: datetime) -> FrameworkVersion:
    """The framework that ships, as a copy of the organisation's own."""
    content = {**framework_json(shipped()), "id": str(chance.id(at, "framework", organisation.name))}
    return add_framework(content=content, node=organisation, by=None, at=at)


def link_token(*, chance: Chance, name: str) -> str:
    """The open part of a link of the programme. Anybody can know it: what is told by it is told for trying."""
    return chance.id(instant(date(2000, 1, 1)), "link", name).hex


def collect(
    *,
    chance: Chance,
    plan: RoundPlan,
    branch: Branch,
    people: People,
    version: FrameworkVersion,
    groups: Sequence[TellersGroup],
    began_at: datetime,
) -> tuple[Round, list[OneTold]]:
    """Open a round and tell its stories. Args: began_at, when the programme began, for the ids of tellers."""
    code, at = plan.setup.code, instant(plan.starts_on, 7)
    round = open_round(
        id=chance.id(at, "round", code, plan.number),
        framework_version=version,
        node=branch.partner,
        name=f"Round {plan.number + 1} in {code}, {plan.starts_on:%Y-%m} (invented)",
        starts_on=plan.starts_on,
        until_on=plan.until_on,
        keep_until_on=plan.until_on + timedelta(days=KEPT_DAYS),
        languages=sorted({plan.language, "en"}),
        target=plan.target,
        quotas=quotas_of(plan.target),
        facilitators=people.collectors,
        is_moderated=plan.is_last,
        by=people.officer,
        at=at,
    )
    token = link_token(chance=chance, name=str(round.id))
    make_link(round=round, kind="open", expires_at=instant(plan.until_on), by=people.officer, at=at, token=token)
    tellers = tellers_of_round(
        chance=chance, setup=plan.setup, groups=groups, number=plan.number, stories=plan.stories, at=began_at
    )
    told = [
        document_of(
            chance=chance,
            round=round,
            place=place,
            of=len(tellers),
            teller=teller,
            is_again=place > 0 and tellers[place - 1] is teller,
            number=plan.number,
            code=code,
            language=plan.language if teller.voice == "rights_holder" else "en",
            collectors=[user.id for user in people.collectors],
            days=plan.days_of_telling,
        )
        for place, teller in enumerate(tellers)
    ]
    _send(round, told, people, token)
    if plan.is_last:
        _try_out(chance, round, told[:TESTS], people.collectors[0])
    return round, told


def quotas_of(target: int) -> list[dict[str, Any]]:
    """From whom the stories of a round should come, at the least."""
    parts = (
        ("sex", "woman", 0.5),
        ("sex", "man", 0.35),
        ("age_band", "age_18_24", 0.25),
        ("disability", "with_disability", 0.15),
    )
    return [{"by": by, "value": value, "target": max(1, int(target * part))} for by, value, part in parts]


def _send(round: Round, told: Sequence[OneTold], people: People, token: str) -> None:
    """Interviews from each collector's phone, paper by the partner's officer, the others by link."""
    for user in people.collectors:
        _accepted(round, [each for each in told if each.by == "facilitator" and each.collector == user.id], user)
    _accepted(round, [each for each in told if each.by == "paper"], people.officer)
    for each in told:
        if each.by == "self":
            content = json.dumps(each.document, ensure_ascii=False).encode()
            require_accepted([receive_from_link(content=content, token=token, at=each.finished_at)])


def _accepted(round: Round, told: Sequence[OneTold], by: User) -> None:
    """Send in two halves, as somebody does who has a network once a week."""
    for some in (told[: len(told) // 2], told[len(told) // 2 :]):
        if some:
            at = max(each.finished_at for each in some) + timedelta(hours=3)
            require_accepted(receive_stories(documents=[each.document for each in some], round=round, by=by, at=at))


def _try_out(chance: Chance, round: Round, told: Sequence[OneTold], by: User) -> None:
    """The form tried before the round began in earnest: kept apart, and never counted."""
    for place, each in enumerate(told):
        teller = {"key": str(chance.id(each.finished_at, round.id, "test teller", place)), "role": "rights_holder"}
        id = str(chance.id(each.finished_at, round.id, "test", place))
        collected = {**each.document["collected"], "by": "facilitator", "facilitator": str(by.id)}
        document = {**each.document, "id": id, "mode": "test", "teller": teller, "collected": collected}
        require_accepted([*receive_stories(documents=[document], round=round, by=by, at=each.finished_at)])


def require_accepted(receipts: Sequence[Receipt]) -> None:
    """Go on only if every story was taken in: one that is not is a mistake in this program."""
    for receipt in receipts:
        if receipt.status != "accepted":
            raise ValueError(f"A story of the programme was {receipt.status}: {receipt.findings}")
