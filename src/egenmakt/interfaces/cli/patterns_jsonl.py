"""Stories from a file of JSON Lines, one document on each line, as `egenmakt import stories --out` writes them."""

from __future__ import annotations

import json
from typing import IO, Any

from egenmakt.core.signification.framework import Framework
from egenmakt.interfaces.cli.errors import fail

NEEDED = ("mode", "teller", "collected", "answers")
"""What the table of stories is made of; the words of a story are not looked at."""


def read_documents(*, file: IO[str], name: str, framework: Framework) -> list[dict[str, Any]]:
    """The stories of a file as documents whose id is their line, so that a refusal can name it.

    Raises: CommandError, naming file, row, field and remedy.
    """
    stories = []
    try:
        for number, line in enumerate(file, start=1):
            if line.strip():
                stories.append(_document(line, name, number, framework))
    except UnicodeDecodeError:
        fail("is not text in UTF-8", file=name, remedy="save it as UTF-8")
    if not stories:
        fail("has no stories", file=name, remedy="write one story on each line")
    return stories


def _document(line: str, name: str, row: int, framework: Framework) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError as error:
        fail(f"is not JSON: {error}", file=name, row=row, remedy="write one story on each line")
    lacking = [field for field in NEEDED if not isinstance(document, dict) or field not in document]
    if lacking:
        fail("is not there", file=name, row=row, field=lacking[0], remedy="write it as in spec/story.schema.json")
    for field in NEEDED[1:]:
        if not isinstance(document[field], dict):
            fail("is no object", file=name, row=row, field=field, remedy="write it as in spec/story.schema.json")
    if (other := document.get("framework")) not in (None, str(framework.id)):
        fail(
            f"{other} is another framework", file=name, row=row, field="framework", remedy="give the one of the stories"
        )
    return {**{field: document[field] for field in NEEDED}, "round": document.get("round"), "id": str(row)}
