"""One invented story as the document that a phone sends, with its slip and what its teller allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final
from uuid import UUID

from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Round
from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.withdrawal import hash_of, withdrawal_code
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.forming import instant
from egenmakt.interfaces.cli.demo_programme.told_answers import Teller, answers, chosen_kinds, profile
from egenmakt.interfaces.cli.demo_programme.told_words import CONCERN, Told

CHILD: Final = ("KE", 0, 1)
"""Country, round and place of the one child who tells, with the consent of a parent and her own."""
WORRIED: Final = ("KE", 2, 2)
"""Whose story speaks of somebody who may come to harm."""
HURRIED: Final = ("RW", 2)
"""Country and place among the collectors of the one whose tellers are in a hurry."""
BY: Final = (("paper", 0.10), ("self", 0.17))
"""How many are written on paper or told by a link; others in an interview. The second number counts both."""
ALLOWED: Final = {"learn": 0.95, "partner": 0.88, "donor": 0.6, "public_text": 0.5, "machine_translation": 0.55}
VISIBLE: Final = {"anyone": 45, "organisation": 30, "partner": 17, "team": 8}


@dataclass(frozen=True, slots=True)
class OneTold:
    """A story of the programme: its document, and what stands behind it."""

    document: dict[str, Any]
    words: Told
    by: str
    collector: UUID
    finished_at: datetime
    slip: str
    """The code by which its teller can take it back."""

    @property
    def id(self) -> UUID:
        return UUID(self.document["id"])


def slip_of(*, chance: Chance, code: str, number: int, place: int) -> str:
    """The code on the slip of one story of the programme, by country, round and place."""
    return withdrawal_code(sha256(f"{chance.namespace}/slip/{code}/{number}/{place}".encode()).digest()[:16])


def document_of(
    *,
    chance: Chance,
    round: Round,
    place: int,
    of: int,
    teller: Teller,
    is_again: bool,
    number: int,
    code: str,
    language: str,
    collectors: Sequence[UUID],
    days: int,
) -> OneTold:
    """A story. Args: place, of the story among the `of` of its round; is_again, whether its teller has just told."""
    draw = chance.random("story", code, number, place)
    framework = framework_of(version=round.framework_version)
    kinds = chosen_kinds(teller, draw)
    words = Told(draw, kind=kinds[0], voice=teller.voice, place=teller.place)
    dice = draw.random()
    by = next((name for name, most in BY if dice < most), "facilitator")
    collector = place % len(collectors)
    started = instant(round.starts_on, 8) + timedelta(days=place * days // of, minutes=25 * (place % 16))
    is_hurried = (code, collector) == HURRIED and by == "facilitator"
    finished = started + timedelta(minutes=draw.randint(4, 7) if is_hurried else draw.randint(14, 27))
    given = answers(
        teller,
        kinds,
        round_number=number,
        language=language,
        is_hurried=is_hurried,
        draw=draw,
    )
    about = {} if is_again else profile(teller, draw)
    is_child = (code, number, place) == CHILD and not is_again
    if is_child:
        about["age_band"] = {"value": "under_18"}
    asked_by = "self" if by == "self" else str(collectors[collector])
    slip = slip_of(chance=chance, code=code, number=number, place=place)
    is_worried = (code, number, place) == WORRIED
    document = {
        "schema": "egenmakt.story.1",
        "id": str(chance.id(finished, "story", code, number, place)),
        "framework": str(framework.id),
        "framework_version": framework.version,
        "round": str(round.id),
        "mode": "real",
        "teller": {"key": str(teller.key), "role": teller.voice},
        "collected": {
            "by": by,
            "facilitator": None if by == "self" else str(collectors[collector]),
            "started_at": _instant(started),
            "finished_at": _instant(finished),
        },
        "language": "en" if is_worried else language,
        "prompt": draw.choice([prompt.code for prompt in framework.prompts]),
        "title": "" if is_worried else words.title(language),
        "text": CONCERN if is_worried else words.text(language),
        "when": (started - timedelta(days=draw.randint(10, 150))).strftime("%Y-%m"),
        "where": {"level": "district", "name": teller.region},
        # an open link belongs to no group, and nobody can say there that she is of one
        "group": str(teller.group) if teller.group and by != "self" else None,
        "step": None,
        "answers": {**given, **about},
        "consent": _consent(draw, framework.consent.version, language, by, asked_by, is_child),
        "withdrawal": hash_of(slip),
        "attachments": [],
    }
    return OneTold(document, words, by, collectors[collector], finished, slip)


def _consent(draw: Random, version: str, language: str, by: str, asked_by: str, is_child: bool) -> dict[str, Any]:
    allowed = {name: draw.random() < often for name, often in ALLOWED.items()}
    allowed["public_text"] = allowed["public_text"] and allowed["learn"] and not is_child
    return {
        "version": version,
        "language": language,
        "given": {"self": "tapped", "paper": "written"}.get(by, "spoken"),
        "asked_by": asked_by,
        "purposes": {name: allowed.get(name, name == "keep") for name in PURPOSES},
        "minor": {"given_by": "parent", "assent": True} if is_child else None,
        "visibility": "team" if is_child else draw.choices(list(VISIBLE), list(VISIBLE.values()))[0],
    }


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
