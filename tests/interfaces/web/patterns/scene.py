"""Rounds with invented stories of three voices, told by a plan, so that each test can count by hand."""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import uuid6
from django.urls import reverse

from egenmakt.apps.stories.models import Story
from egenmakt.core.signification.framework import framework_json, shipped
from tests.support.stories import AT, SPACE, Telling, begin_round, keep_framework
from tests.support.tree import Tree

VOICES = ("rights_holder", "partner", "staff")


def _text(english: str) -> dict[str, str]:
    return {"en": english, "ar": f"ع {english}"}


def _marks(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": _text(code.title())} for code in codes]


def _asked(code: str, type: str, english: str, **own: Any) -> dict[str, Any]:
    return {"code": code, "type": type, "text": _text(english), **own}


def framework_of_every_kind(code: str = "every") -> dict[str, Any]:
    """A framework with one question of each kind that a pattern is made of, in English and Arabic."""
    document = copy.deepcopy(framework_json(shipped()))
    ends = {"low": _text("Low end"), "high": _text("High end")}
    document |= {"id": str(uuid6.uuid7()), "code": code, "languages": ["en", "ar"], "title": _text("Every kind")}
    document["translation_state"] = {}
    document["prompts"] = [{"code": "what", "text": _text("What happened?")}]
    purposes = {name: _text(f"May we {name}?") for name in ("keep", "learn", "partner", "public_text")}
    document["consent"] = {"version": "1", "intro": _text("You decide."), "purposes": purposes}
    ends_of_scales = (("matters", "How much does it matter?"), ("lasts", "How long will it last?"))
    scales = [
        _asked(code, "slider", words, left=_text("Nothing"), right=_text("Very much"), may_not_apply=True)
        for code, words in ends_of_scales
    ]
    document["questions"] = [
        _asked("kind", "single", "What kind of change?", options=_marks("better", "same", "worse")),
        _asked("who", "single", "Who made it happen?", options=_marks("women", "men", "both", "others")),
        _asked("feel", "several", "How does it feel?", options=_marks("glad", "sad", "angry")),
        *scales,
        _asked("acted", "triad", "Who acted?", corners=_marks("we", "they", "chance"), may_not_apply=True),
        _asked("helped", "triad", "What helped?", corners=_marks("money", "courage", "law"), may_not_apply=True),
        _asked("place", "stones", "Where do you stand?", stones=_marks("women", "men"), x=ends, y=ends),
        _asked("why", "text", "Why?"),
    ]
    return document


@dataclass
class Scene:
    """A framework's rounds at North, one after the other, with their stories."""

    tree: Tree
    rounds: list[Telling]

    @property
    def framework_id(self) -> UUID:
        return self.rounds[0].framework.id

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.framework_id, *args])


def answer_at_random(chance: random.Random, number: int) -> dict[str, Any]:
    """Answers in which nothing goes together; some are missing, for each of the reasons."""
    low, high = sorted(chance.randint(0, 10_000) for _ in range(2))
    if number % 7 == 0:
        low, high = (0, 10_000) if number % 2 else (10_000, 10_000)
    point = {"women": [chance.randint(0, 10_000), chance.randint(0, 10_000)]}
    if number % 3:
        point["men"] = [chance.randint(0, 10_000), chance.randint(0, 10_000)]
    own = random.Random(number)
    a, b = sorted(own.randint(0, 10_000) for _ in range(2))
    answers: dict[str, Any] = {
        "kind": {"value": chance.choices(("better", "same", "worse"), (6, 3, 1))[0]},
        "who": {"value": chance.choice(("women", "men", "both", "others"))},
        "feel": {"value": chance.sample(("glad", "sad", "angry"), chance.randint(1, 2))},
        "matters": {"value": chance.randint(0, 100)},
        "lasts": {"value": chance.randint(0, 100)},
        "acted": {"value": [low, high - low, 10_000 - high]},
        "helped": {"value": [a, b - a, 10_000 - b]} if number % 23 else {"state": "does_not_apply"},
        "place": {"value": point},
        "why": {"state": "skipped"},
    }
    if number % 11 == 0:
        answers["matters"] = {"state": "does_not_apply"}
    if number % 13 == 0:
        answers["acted"] = {"state": "does_not_apply"}
    if number % 17 == 0:
        answers["who"] = {"state": "skipped"}
    if number % 19 == 0:
        del answers["lasts"]
    return answers


Plan = Callable[[random.Random, int], Mapping[str, Any]]


def tell_many(telling: Telling, stories: int, *, plan: Plan = answer_at_random, seed: int = 1, **changes: Any) -> None:
    """Put stories into a round at once, as they stand after they were received; every fifth by staff or partner."""
    chance = random.Random(seed)
    round, rows = telling.round, []
    for number in range(stories):
        id = uuid6.uuid7()
        voice = "rights_holder" if number % 5 else ("partner" if number % 10 else "staff")
        fields: dict[str, Any] = {
            "voice": voice,
            "visibility": "anyone",
            "language": "sw" if number % 4 else "en",
            "text": f"Something happened, the {number}th time.",
            "title": f"Story {number}",
            "facilitator": telling.by.id,
            "prompt": "what",
            **changes,
        }
        rows.append(
            Story(
                id=id,
                id_hash=hashlib.sha256(str(id).encode()).hexdigest(),
                round=round,
                framework_version=telling.version,
                node_id=round.node_id,
                organisation_id=round.organisation_id,
                mode="real",
                state="approved",
                teller_key=uuid5(SPACE, f"{round.id} {seed} {number - number % 2 if number % 6 == 1 else number}"),
                collected_by="facilitator",
                received_at=AT + timedelta(minutes=number),
                may_learn=True,
                may_partner=True,
                may_donor=False,
                may_public_text=True,
                may_photo=False,
                may_voice=False,
                may_machine_translation=False,
                content_hash=id.hex * 2,
                interview_hash=id.hex * 2,
                answers=dict(plan(chance, number)),
                **fields,
            )
        )
    Story.objects.bulk_create(rows, batch_size=500)


def set_scene(
    tree: Tree, *sizes: int, plan: Plan = answer_at_random, document: dict[str, Any] | None = None, **changes: Any
) -> Scene:
    """Rounds at North, a month apart, with so many stories each."""
    version = keep_framework(tree.umoja, document or framework_of_every_kind())
    rounds = []
    for number, size in enumerate(sizes):
        starts = date(2026, 1 + number, 1)
        telling = begin_round(
            tree,
            version=version,
            name=f"Round {number + 1}",
            starts_on=starts,
            until_on=starts + timedelta(days=28),
            languages=["en"],
        )
        tell_many(telling, size, plan=plan, seed=number + 1, **changes)
        rounds.append(telling)
    return Scene(tree, rounds)
