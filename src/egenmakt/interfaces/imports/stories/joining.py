"""What formats with a definition have in common: texts without tags, and what a person adds to a derived mapping."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories.mapping import OptionMap, PromptMap, StoryMapping
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

    A mapping that has questions of its own was derived before and looked at: it is taken whole. Otherwise a column that
    a person calls a field, a consent or left out is no longer the answer to a question.
    """
    if stated is None:
        return derived
    if stated.questions:
        return stated
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
        groups={**derived.groups, **stated.groups},
        consent=stated.consent,
        title=stated.title or derived.title,
        dates=stated.dates or derived.dates,
        decimals=stated.decimals or derived.decimals,
        place_level=stated.place_level,
        skip_texts=stated.skip_texts or derived.skip_texts,
    )


def completed(mapping: StoryMapping, framework: dict[str, Any]) -> StoryMapping:
    """A mapping whose questions take the options, corners or stones that they leave out from a framework.

    Every word of an option in any language, and its code, stands for it.
    """
    asked = {question["code"]: question for question in framework.get("questions", [])}
    questions = []
    for question in mapping.questions:
        known = asked.get(question.code, {})
        options = known.get("options") or known.get("corners") or known.get("stones") or []
        if options and not question.options:
            made = (OptionMap(o["code"], next(iter(o["text"].values())), tuple(o["text"].values())) for o in options)
            question = replace(question, options=tuple(made))
        questions.append(replace(question, own_words=question.own_words or known.get("own_words", "")))
    prompts = mapping.prompts or tuple(
        PromptMap(p["code"], next(iter(p["text"].values())), tuple(p["text"].values()))
        for p in framework.get("prompts", [])
    )
    return replace(mapping, questions=tuple(questions), prompts=prompts)
