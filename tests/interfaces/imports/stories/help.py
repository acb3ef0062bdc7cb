"""Files of stories in a folder, how they are read, and what is stated about them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile
from egenmakt.interfaces.imports.stories.statement import Statement, Target
from egenmakt.interfaces.imports.stories.trial import Placed, Placing, Trial, try_out

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("EGENMAKT_TEST_DATA") or ROOT.parent / "shared" / "data") / "stories"
"""Real stories, which are never copied; tests that read them skip where they are absent."""
ROUND = UUID("0195e0a0-0000-7000-8000-000000000001")
STATED: dict[str, Any] = {
    "documented": "Register of consents, folder 3",
    "purposes": frozenset({"keep", "learn"}),
    "visibility": "organisation",
    "role": "rights_holder",
    "collected_by": "self",
    "collected_on": date(2026, 3, 4),
    "language": "en",
}


def write(folder: Path, name: str, content: str | bytes) -> StoryFile:
    """A file in a folder."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return StoryFile(name, path)


def table(folder: Path, *rows: str, name: str = "stories.csv", mapping: StoryMapping | None = None) -> Plan:
    """How a table is read."""
    return plan_of(files=[write(folder, name, "\n".join([*rows, ""]))], format="table", mapping=mapping)


def stated(**changes: Any) -> Statement:
    """What is stated about a file."""
    return Statement(**{**STATED, **changes})


def tried(plan: Plan, *, target: Target | None = None, **changes: Any) -> Trial:
    """A dry run without a database."""
    assert plan.problems == []
    changes = {"missing": plan.to_be_stated, **changes}
    return try_out(plan=plan, statement=stated(**changes), target=target or Target(ROUND))


def placed(plan: Plan, *, target: Target | None = None, **changes: Any) -> list[Placed]:
    """Every row with its document or with what keeps it out."""
    changes = {"missing": plan.to_be_stated, **changes}
    return list(Placing(plan=plan, statement=stated(**changes), target=target or Target(ROUND)))


def documents(plan: Plan, **changes: Any) -> list[dict[str, Any]]:
    """The documents of a plan; every row must have one."""
    rows = placed(plan, **changes)
    assert [str(finding) for row in rows for finding in row.findings if finding.severity == "error"] == []
    return [row.document for row in rows if row.document is not None]


def answers(plan: Plan, code: str) -> list[Any]:
    """The answers to one question, row by row."""
    return [document["answers"].get(code) for document in documents(plan)]


def errors(trial: Trial) -> Sequence[str]:
    """What has no place, as it is shown."""
    return [str(finding) for finding in trial.errors]
