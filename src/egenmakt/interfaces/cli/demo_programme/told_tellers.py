"""Who tells in one country: members of its groups, some in several rounds, and staff with a view of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import CountrySetUp
from egenmakt.interfaces.cli.demo_programme.told_answers import Teller

AGES: Final = {"age_18_24": 16, "age_25_34": 27, "age_35_49": 33, "age_50_64": 17, "age_65_up": 7}
WOMEN: Final = {"farmers": 0.5, "youth": 0.5, "cooperative": 0.5}
"""How many of a group's tellers are women; in groups of other kinds more."""
IN_OTHER_GROUPS: Final = 0.78
RETURNING: Final = 0.3
"""How many of a later round's tellers had told before."""
OTHERS: Final = {"partner": 0.08, "staff": 0.07}
"""How many of a round's stories are told by staff of the partner and of the organisation."""


@dataclass(frozen=True, slots=True)
class TellersGroup:
    """A group as far as telling is concerned."""

    id: UUID
    kind: str


def tellers_of_round(
    *,
    chance: Chance,
    setup: CountrySetUp,
    groups: Sequence[TellersGroup],
    number: int,
    stories: int,
    at: datetime,
) -> list[Teller]:
    """Who tells in a round, in the order of telling; the same teller twice has two stories.

    Args: number of the round, from 0; stories, how many; at, when the first round began, for the ids.
    """
    draw = chance.random("tellers", setup.code, number)
    found: list[Teller] = []
    for place in range(stories):
        dice = draw.random()
        if found and found[-1].voice == "rights_holder" and dice < 0.06:
            found.append(found[-1])
            continue
        voice = _voice(draw.random())
        first = number - 1 if number and draw.random() < RETURNING else number
        found.append(_teller(chance, setup, groups, voice, f"{first}/{place}", at))
    return found


def _voice(dice: float) -> str:
    if dice < OTHERS["partner"]:
        return "partner"
    return "staff" if dice < OTHERS["partner"] + OTHERS["staff"] else "rights_holder"


def _teller(
    chance: Chance, setup: CountrySetUp, groups: Sequence[TellersGroup], voice: str, name: str, at: datetime
) -> Teller:
    """The same teller for the same name: who comes again is who she was."""
    draw = chance.random("teller", setup.code, voice, name)
    group = draw.choice(groups)
    region = draw.choice(list(setup.places))
    women = WOMEN.get(group.kind, IN_OTHER_GROUPS)
    return Teller(
        key=chance.id(at, "teller", setup.code, voice, name),
        voice=voice,
        sex="woman" if draw.random() < (women if voice == "rights_holder" else 0.5) else "man",
        age_band=draw.choices(list(AGES), list(AGES.values()))[0],
        has_disability=draw.random() < (0.7 if group.kind == "disability" else 0.08),
        group=group.id if voice == "rights_holder" else None,
        region=region,
        place=draw.choice(setup.places[region]),
    )
