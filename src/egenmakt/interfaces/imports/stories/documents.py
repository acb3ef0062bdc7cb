"""From a row to the document of a story (contract 2), with ids that are the same each time the file is brought in."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.ids import derived_id
from egenmakt.interfaces.imports.stories.framework import CONSENT_VERSION, PURPOSES
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.reading import StoryRow, prompt_code
from egenmakt.interfaces.imports.stories.statement import Statement, Target

SCHEMA = "egenmakt.story.1"


class Documents:
    """Makes the documents of a file. It remembers how often it met the same row, since those are told apart by it."""

    def __init__(self, *, mapping: StoryMapping, statement: Statement, target: Target) -> None:
        self.mapping, self.statement, self.target = mapping, statement, target
        self._met: Counter[bytes] = Counter()

    def id_of(self, row: StoryRow) -> UUID:
        """The id of the row's story: from the round, and the id that it came with or all its cells."""
        digest = hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).digest()
        self._met[digest] += 1
        return derived_id(self.target.round, f"import/story/{digest.hex()}/{self._met[digest]}")

    def document(self, row: StoryRow, id: UUID) -> dict[str, Any]:
        """The document of a row that has no errors."""
        statement, target = self.statement, self.target
        round = target.round
        teller = derived_id(round, f"import/teller/{row.teller}") if row.teller else derived_id(id, "import/teller")
        facilitator = (
            derived_id(round, f"import/facilitator/{row.facilitator}") if row.facilitator else statement.facilitator
        )
        purposes = {p: p in statement.purposes and p not in row.refused for p in PURPOSES}
        language = row.language or statement.language
        moment = f"{row.collected_on}T00:00:00Z" if row.collected_on and len(row.collected_on) == 10 else None
        return {
            "schema": SCHEMA,
            "id": str(id),
            "framework": str(target.framework),
            "framework_version": target.framework_version,
            "round": str(round),
            "mode": statement.mode,
            "teller": {"key": str(teller), "role": row.role or statement.role},
            "collected": {
                "by": statement.collected_by,
                "facilitator": str(facilitator) if facilitator and statement.collected_by != "self" else None,
                "started_at": row.started_at or moment,
                "finished_at": row.finished_at or row.started_at or moment,
            },
            "language": language,
            "prompt": prompt_code(row.prompt, self.mapping),
            "title": row.title,
            "text": row.text,
            "when": row.when,
            "where": {"level": self.mapping.place_level, "name": row.where} if row.where else None,
            "group": str(statement.group) if statement.group else None,
            "step": None,
            "answers": row.answers,
            "consent": {
                "version": CONSENT_VERSION,
                "language": language,
                "given": "documented",
                "documented": statement.documented,
                "asked_by": str(facilitator) if facilitator else "self",
                "purposes": purposes,
                "minor": None,
                "visibility": statement.visibility,
            },
            # nobody holds a slip for it: whoever withdraws turns to those who brought it in
            "withdrawal": hashlib.sha256(derived_id(id, "import/withdrawal").bytes).hexdigest(),
            "attachments": [],
        }
