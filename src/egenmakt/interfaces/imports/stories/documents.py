"""From a row to the document of a story (contract 2), with ids that are the same each time the file is brought in."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.ids import derived_id
from egenmakt.core.signification.answers import Answer, is_shown
from egenmakt.core.signification.consent import DOCUMENTED, PURPOSES
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.values import kept
from egenmakt.interfaces.imports.stories.answers import SKIPPED
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.media import Attached
from egenmakt.interfaces.imports.stories.reading import StoryRow
from egenmakt.interfaces.imports.stories.statement import Statement, Target

SCHEMA = "egenmakt.story.1"


class Documents:
    """Makes the documents of a file. It remembers how often it met the same row, since those are told apart by it."""

    def __init__(self, *, mapping: StoryMapping, framework: Framework, statement: Statement, target: Target) -> None:
        self.mapping, self.framework, self.statement, self.target = mapping, framework, statement, target
        self._minors = {
            (question.code, option.code)
            for question in framework.questions
            for option in question.options
            if option.minor
        }
        # which of several prompts was answered must be said
        self._only_prompt = framework.prompts[0].code if len(framework.prompts) == 1 else ""
        self._met: Counter[bytes] = Counter()

    def id_of(self, row: StoryRow) -> UUID:
        """The id of the row's story: from the round, and the id that it came with or all its cells."""
        digest = hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).digest()
        self._met[digest] += 1
        return derived_id(self.target.round, f"import/story/{digest.hex()}/{self._met[digest]}")

    def document(self, row: StoryRow, id: UUID, files: Sequence[Attached] = ()) -> dict[str, Any]:
        """The document of a row that has no errors. Args: files, those that it names and that are to be kept."""
        statement, target = self.statement, self.target
        round = target.round
        teller = derived_id(round, f"import/teller/{row.teller}") if row.teller else derived_id(id, "import/teller")
        facilitator = (
            derived_id(round, f"import/facilitator/{row.facilitator}") if row.facilitator else statement.facilitator
        )
        kinds = {file.kind for file in files}
        # consent to a photo is consent to the one that is there
        purposes = {
            p: p in statement.purposes and p not in row.refused and purpose.attachment in ("", *kinds)
            for p, purpose in PURPOSES.items()
        }
        language = row.language or statement.language
        day = row.collected_on or (statement.collected_on.isoformat() if statement.collected_on else "")
        # a day without an hour is noon: that is the same day nearly everywhere
        moment = f"{day}T12:00:00Z" if day else None
        return {
            "schema": SCHEMA,
            "id": str(id),
            "framework": str(self.framework.id),
            "framework_version": self.framework.version,
            "round": str(round),
            "mode": statement.mode,
            "teller": {"key": str(teller), "role": row.role or statement.role},
            "collected": {
                "by": statement.collected_by,
                "facilitator": str(facilitator) if facilitator and statement.collected_by != "self" else None,
                "started_at": row.started_at or (None if row.finished_at else moment),
                "finished_at": row.finished_at or row.started_at or moment,
            },
            "language": language,
            "prompt": row.prompt or statement.prompt or self._only_prompt,
            "title": row.title,
            "text": row.text,
            "when": row.when,
            "where": {"level": self.mapping.place_level, "name": row.where} if row.where else None,
            "group": row.group or (str(statement.group) if statement.group else None),
            "step": None,
            "answers": self._answers(row, {file.question: str(attachment_id(id, file)) for file in files}),
            "consent": {
                "version": DOCUMENTED,
                "language": language,
                "given": DOCUMENTED,
                "documented": statement.documented,
                "asked_by": str(facilitator) if facilitator else "self",
                "purposes": purposes,
                "minor": {"given_by": statement.guardian, "assent": True} if self._is_minor(row) else None,
                "visibility": statement.visibility,
            },
            # nobody holds a slip for it: whoever withdraws turns to those who brought it in
            "withdrawal": None,
            "attachments": [
                {
                    "id": str(attachment_id(id, file)),
                    "kind": file.kind,
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                    "media_type": file.media_type,
                }
                for file in files
            ],
        }

    def _is_minor(self, row: StoryRow) -> bool:
        """Whether the teller is a child for whom a grown-up agreed; without that the story is refused by the core."""
        if not self.statement.guardian:
            return False
        chosen = ((code, option) for code, answer in row.answers.items() for option in _chosen(answer.get("value")))
        return any(each in self._minors for each in chosen)

    def _answers(self, row: StoryRow, files: Mapping[str, str]) -> dict[str, Any]:
        """The answers in the order of the framework; a question that the file does not know was skipped."""
        found: dict[str, Any] = {}
        read: dict[str, Answer] = {}
        for question in self.framework.questions:
            answer = row.answers.get(question.code)
            if question.type in ("photo", "audio") and answer is not None and "value" in answer:
                answer = {"value": files[question.code]} if question.code in files else SKIPPED
            if answer is None:
                if not is_shown(question, read):
                    continue
                answer = SKIPPED
            found[question.code] = answer
            value = answer.get("value")
            read[question.code] = Answer("answered", kept(value)) if value is not None else Answer("skipped")
        return found


def attachment_id(story: UUID, file: Attached) -> UUID:
    """The id of a file of a story: the same each time the file is brought in."""
    return derived_id(story, f"import/{file.question}")


def _chosen(value: Any) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else [each for each in value if isinstance(each, str)]
        if isinstance(value, list)
        else []
    )
