"""A framework, a round and consented stories to try things with, sent the way a facilitator's phone sends them."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion, Round, Story
from egenmakt.apps.stories.services.receiving import Receipt, receive_story
from egenmakt.apps.stories.services.rounds import add_framework, open_round
from egenmakt.core.signification.answers import NOT_ASKED, Answer, is_minor, is_shown
from egenmakt.core.signification.framework import Framework, framework_json, shipped
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.values import kept
from egenmakt.core.signification.withdrawal import hash_of, withdrawal_code
from tests.support.tree import Tree

STARTS = date(2026, 3, 1)
AT = datetime(2026, 3, 5, 10, tzinfo=UTC)
SPACE = UUID("6f1d9d0e-6f0a-4f7e-9a51-2f6f3f1b7c11")

WORDS = (
    "We went to the office together and asked for the water that was promised",
    "My daughter can stay in school because the group lent me the fees",
    "Nothing has changed since we began to meet under the tree",
    "I sell vegetables at the market and decide over the money myself",
    "The leader listened when thirty of us stood at his door",
)


@dataclass
class Telling:
    """A round that is open, with what is needed to tell stories in it."""

    round: Round
    version: FrameworkVersion
    framework: Framework
    by: User
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    told: int = 0

    def document(self, **changes: Any) -> dict[str, Any]:
        """A story's document that is accepted, with a random answer to each question; `changes` replace its fields.

        `consent` and `collected` may name some of their fields only; `purposes` too.
        """
        self.told += 1
        seed = f"{self.round.id} {self.told}"
        code = changes.pop("code", None) or slip(seed)
        purposes = {**dict.fromkeys(self.framework.consent.purposes, True), "photo": False, "voice": False}
        purposes |= changes.pop("purposes", {})
        consent = {
            "version": self.framework.consent.version,
            "language": "en",
            "given": "spoken",
            "asked_by": str(self.by.id),
            "purposes": purposes,
            "minor": None,
            "visibility": "anyone",
            **changes.pop("consent", {}),
        }
        started = AT + timedelta(minutes=30 * (self.told % 300))
        collected = {
            "by": "facilitator",
            "facilitator": str(self.by.id),
            "started_at": _instant(started),
            "finished_at": _instant(started + timedelta(minutes=20)),
            **changes.pop("collected", {}),
        }
        answers = changes.pop("answers", None)
        return {
            "schema": "egenmakt.story.1",
            "id": str(uuid7()),
            "framework": str(self.framework.id),
            "framework_version": self.framework.version,
            "round": str(self.round.id),
            "mode": "real",
            "teller": {"key": str(uuid5(SPACE, seed)), "role": "rights_holder"},
            "collected": collected,
            "language": "en",
            "prompt": self.framework.prompts[0].code,
            "title": f"Story {self.told}",
            "text": f"{self.chance.choice(WORDS)}. It was the {self.told}th thing that happened.",
            "when": "2026-02",
            "where": None,
            "group": None,
            "step": None,
            "answers": self.answers(answers or {}),
            "consent": consent,
            "withdrawal": hash_of(code),
            "attachments": [],
            **changes,
        }

    def answers(self, fixed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A random answer to each question that is shown, of a grown-up; now and then one is skipped.

        Args: fixed, answers that are given as they stand, where their question is shown.
        """
        while True:
            found, read = self._answers(fixed or {})
            if not is_minor(self.framework, read):
                return found

    def _answers(self, fixed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Answer]]:
        found: dict[str, Any] = {}
        read: dict[str, Answer] = {}
        for question in self.framework.questions:
            if not is_shown(question, read):
                read[question.code] = NOT_ASKED
                continue
            dice = self.chance.random()
            if given := fixed.get(question.code):
                found[question.code] = given
                value = given.get("value")
                read[question.code] = Answer("skipped") if value is None else Answer("answered", kept(value))
            elif question.type in ("audio", "photo") or (not question.required and dice < 0.05):
                found[question.code], read[question.code] = {"state": "skipped"}, Answer("skipped")
            elif question.may_not_apply and not question.required and dice < 0.1:
                found[question.code] = {"state": "does_not_apply"}
                read[question.code] = Answer("does_not_apply")
            else:
                value = random_value(question, self.chance)
                found[question.code] = {"value": value}
                read[question.code] = Answer("answered", kept(value))
        return found, read

    def send(self, document: Mapping[str, Any], at: datetime = AT) -> Receipt:
        """Send a document as the facilitator who collected it."""
        return receive_story(content=json.dumps(document, ensure_ascii=False).encode(), by=self.by, at=at)

    def tell(self, at: datetime = AT, **changes: Any) -> Story:
        """Tell a story that must be accepted."""
        document = self.document(**changes)
        receipt = self.send(document, at)
        assert receipt.status == "accepted", receipt
        return Story.objects.get(id=document["id"])


def slip(word: str) -> str:
    """The withdrawal code on a slip, the same for the same word."""
    return withdrawal_code(hashlib.sha256(word.encode()).digest()[:16])


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def random_value(question: Question, chance: random.Random) -> Any:
    """A value that the question takes, as it stands in a story's document."""
    options = question.option_codes
    match question.type:
        case "single" | "picture":
            return chance.choice(options)
        case "change_type":
            return [chance.choice(options)]
        case "several":
            most = min(question.number("most", len(options)) or len(options), len(options))
            chosen = set(chance.sample(options, chance.randint(1, most)))
            return [option for option in options if option in chosen]
        case "slider":
            return chance.randint(0, 100)
        case "dyad":
            left = chance.randint(0, 10_000)
            return [left, 10_000 - left]
        case "triad":
            low, high = sorted(chance.randint(0, 10_000) for _ in range(2))
            return [low, high - low, 10_000 - high]
        case "stones":
            marks = [mark.code for mark in question.marks("stones")]
            return {mark: [chance.randint(0, 10_000), chance.randint(0, 10_000)] for mark in marks}
        case "text":
            return chance.choice(WORDS)[: question.number("most", 200) or 200]
        case "number":
            return str(Decimal(chance.randint(0, 9)))
        case "date":
            return {"day": "2026-02-14", "month": "2026-02", "year": "2026"}[question.word("precision", "month")]
        case "place":
            return {"level": "district", "name": "Kisumu"}
    raise AssertionError(f"no random value for a question of type {question.type}")


def framework_document(code: str = "change", **changes: Any) -> dict[str, Any]:
    """The framework that ships, as a copy with an id of its own."""
    document = copy.deepcopy(framework_json(shipped()))
    return {**document, "id": str(uuid7()), "code": code, **changes}


def keep_framework(node: Node, document: Mapping[str, Any] | None = None) -> FrameworkVersion:
    """A framework of a body, as a draft."""
    return add_framework(
        content=document or framework_document(f"change_{node.id.hex[-6:]}"), node=node, by=None, at=AT
    )


def begin_round(
    tree: Tree,
    node: Node | None = None,
    by: User | None = None,
    version: FrameworkVersion | None = None,
    **changes: Any,
) -> Telling:
    """A round at North of 70 stories through March 2026, with Faraja as its facilitator, kept for two years."""
    facilitator = by or tree.facilitator
    version = version or keep_framework(tree.umoja if node is None or node in (tree.north, tree.south) else node)
    options: dict[str, Any] = {
        "name": "Spring 2026",
        "starts_on": STARTS,
        "until_on": date(2026, 4, 1),
        "keep_until_on": date(2028, 4, 1),
        "languages": ["en", "sw"],
        "is_moderated": False,
        "facilitators": [facilitator],
        **changes,
    }
    round = open_round(id=uuid7(), framework_version=version, node=node or tree.north, by=None, at=AT, **options)
    version.refresh_from_db()
    return Telling(round, version, framework_of(version=version), facilitator)
