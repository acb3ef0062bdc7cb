"""How the invented tellers answer, and the patterns that are planted among their answers.

Planted, so that whoever looks for patterns has something to find:

1. Women tell more often that they earn, save or decide over money (`kind`), in every round and with every facilitator.
2. From the first round to the third, less is done by the organisation and more by the tellers together (`who_acted`).
3. Staff of partners and of the organisation find changes more lasting than the tellers do (`lasting`).
4. One facilitator, of Rwanda, is in a hurry: her interviews are short, and nearly all triads lie in the middle.

Whoever tells of money also says that means made it possible, and whoever acted together that acting did: what belongs
together in life. Everything else is drawn by lot without regard to anything. Only whole numbers are drawn, so that the
answers are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

from egenmakt.core.signification.values import whole_parts
from egenmakt.interfaces.cli.demo_programme.told_words import LANGUAGES, NEEDED, OWN_WORDS

KINDS: Final = {
    "collective_action": 26,
    "economic_independence": 14,
    "participation": 20,
    "organisation": 18,
    "no_change": 10,
    "worse": 7,
    "other": 5,
}
WOMEN_TELL_OF_MONEY: Final = 4
"""How much likelier a woman tells of it than a man: the first planted pattern."""
WHO_ACTED: Final = ((3, 5, 2), (4, 4, 2), (7, 2, 1))
"""Weights of `we`, `organisation` and `outside`, round by round: the second one."""
LASTING: Final = {"rights_holder": 52, "partner": 74, "staff": 78}
"""Where the answers lie by voice: the third one."""

FEELINGS: Final = {
    "better": ("proud", "glad", "hopeful", "calm"),
    "same": ("worried", "sad", "angry", "calm"),
}
DOMAINS: Final = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")


@dataclass(frozen=True, slots=True)
class Teller:
    """Somebody who tells in one round or in several."""

    key: UUID
    voice: str
    sex: str
    age_band: str
    has_disability: bool
    group: UUID | None
    region: str
    place: str


def profile(teller: Teller, draw: Random) -> dict[str, Any]:
    """What is asked about the teller, once."""
    found: dict[str, Any] = {"age_band": {"value": teller.age_band}, "sex": {"value": teller.sex}}
    hard = draw.choice(DOMAINS) if teller.has_disability else ""
    for domain in DOMAINS:
        usual = "some_difficulty" if draw.random() < 0.08 else "no_difficulty"
        found[f"wg_{domain}"] = {"value": "a_lot_of_difficulty" if domain == hard else usual}
    return found


def chosen_kinds(teller: Teller, draw: Random) -> list[str]:
    """Which kind of change the story is about, in the order of the form; now and then two."""
    weights = dict(KINDS)
    if teller.sex == "woman":
        weights["economic_independence"] *= WOMEN_TELL_OF_MONEY
    (kind,) = draw.choices(list(weights), list(weights.values()))
    second = draw.choice(("participation", "organisation")) if draw.random() < 0.12 else kind
    is_better = kind not in ("no_change", "worse", "other")
    return [each for each in KINDS if each == kind or (each == second and is_better)]


def answers(
    teller: Teller, kinds: Sequence[str], *, round_number: int, language: str, is_hurried: bool, draw: Random
) -> dict[str, Any]:
    """An answer to each question of the shipped framework about the story. Args: round_number, from 0."""
    kind, is_same = kinds[0], bool({"no_change", "worse"} & set(kinds))
    words = LANGUAGES.index(language)
    found: dict[str, Any] = {"kind": {"value": list(kinds)}}
    if "other" in kinds:
        found["kind"]["own_words"] = OWN_WORDS[words]
    if is_same:
        found["needed"] = {"value": draw.choice(NEEDED)[words]} if draw.random() < 0.8 else {"state": "skipped"}
    found["significance"] = _slider(draw, 45 if is_same else 68)
    found["who_acted"] = _triad(
        draw, WHO_ACTED[round_number], is_hurried, applies=not (is_same and draw.random() < 0.5)
    )
    found["against"] = _against(draw)
    found["feeling"] = _feelings(draw, is_same)
    weights = {"economic_independence": (3, 2, 6), "collective_action": (2, 7, 1)}.get(kind, (4, 4, 3))
    found["made_possible"] = _triad(draw, weights, is_hurried, applies=not (is_same and draw.random() < 0.6))
    found["reach"] = _one(draw, {"me": 20, "household": 30, "group": 25, "place": 20, "beyond": 5})
    found["lasting"] = {"state": "does_not_apply"} if is_same else _slider(draw, LASTING[teller.voice])
    found["step"] = _one(draw, {"mobilise": 30, "train": 25, "credit": 25, "expand": 10, "no_step": 10})
    found["place"] = {"value": {"level": "district", "name": teller.region}}
    return found


def _slider(draw: Random, middle: int) -> dict[str, Any]:
    if draw.random() < 0.03:
        return {"state": "skipped"}
    return {"value": max(0, min(100, middle + draw.randint(-22, 22) + draw.randint(-18, 18)))}


def _triad(draw: Random, weights: Sequence[int], is_hurried: bool, *, applies: bool) -> dict[str, Any]:
    dice = draw.random()
    if not applies or dice < 0.04:
        return {"state": "does_not_apply"}
    if dice < 0.06:
        return {"state": "skipped"}
    if is_hurried and dice < 0.9:
        numbers = [1000 + draw.randint(0, 40) for _ in weights]
    else:
        numbers = [weight * draw.randint(1, 1000) for weight in weights]
    return {"value": list(whole_parts(numbers, of=sum(numbers)))}


def _against(draw: Random) -> dict[str, Any]:
    if draw.random() < 0.08:
        return {"state": "does_not_apply"}
    if draw.random() < 0.45:
        return {"value": ["nobody"]}
    options = ("family", "neighbours", "leaders", "authorities", "business", "ourselves")
    chosen = set(draw.sample(options, draw.choice((1, 1, 2))))
    return {"value": [option for option in options if option in chosen]}


def _feelings(draw: Random, is_same: bool) -> dict[str, Any]:
    order = ("proud", "glad", "hopeful", "calm", "worried", "sad", "angry", "afraid")
    likely = FEELINGS["same" if is_same else "better"]
    chosen = set(draw.sample(likely, draw.choice((1, 2, 2)))) | ({"worried"} if draw.random() < 0.1 else set())
    return {"value": [feeling for feeling in order if feeling in chosen]}


def _one(draw: Random, weights: Mapping[str, int]) -> dict[str, Any]:
    if draw.random() < 0.03:
        return {"state": "skipped"}
    return {"value": draw.choices(list(weights), list(weights.values()))[0]}
