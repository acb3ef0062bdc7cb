"""What formats with a definition have in common: texts without tags, and what a person adds to a derived mapping."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.rows import StoryFile

DEFINITION_MAX = 20_000_000
_TAGS = re.compile(r"<[^>]*>")


def plain_text(text: object) -> str:
    """A text without tags: titles in definitions are written as HTML."""
    return " ".join(unescape(_TAGS.sub(" ", unescape(str(text or "")))).split())


def read_json(file: StoryFile) -> Any:
    """A JSON file, which may begin with a mark of UTF-8. Raises: Unreadable."""
    if file.path.stat().st_size > DEFINITION_MAX:
        raise Unreadable(
            file.name, _("The file is too large for a definition."), _("Look whether it is the right one.")
        )
    try:
        return json.loads(file.path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(file.name, _("This is not JSON in UTF-8."), str(error)) from None


def with_stated(derived: StoryMapping, stated: StoryMapping | None) -> StoryMapping:
    """A derived mapping with what only a person can add to it.

    A column that a person calls a field, a consent or left out is no longer the answer to a question.
    """
    if stated is None:
        return derived
    fields = {**derived.fields, **stated.fields}
    taken = {*stated.fields.values(), *stated.consent.values(), *stated.left_out}
    kept = {name: column for name, column in fields.items() if name in stated.fields or column not in taken}
    questions = tuple(question for question in derived.questions if not taken & set(question.all_columns))
    others = {column: why for column, why in derived.left_out.items() if column not in taken}
    return replace(
        derived,
        fields=kept,
        questions=questions,
        left_out={**stated.left_out, **others},
        roles=stated.roles,
        languages={**derived.languages, **stated.languages},
        consent=stated.consent,
        title=stated.title or derived.title,
        dates=stated.dates or derived.dates,
        decimals=stated.decimals or derived.decimals,
        place_level=stated.place_level,
        skip_texts=stated.skip_texts or derived.skip_texts,
    )
