"""A framework made of a mapping: what the tellers were asked, as far as the files tell."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from egenmakt.core.signification.consent import DOCUMENTED, PURPOSES
from egenmakt.interfaces.imports.stories.mapping import QuestionMap, StoryMapping

SCHEMA = "egenmakt.framework.1"
CODE_MAX = 40
TEXT_MAX = 10_000


def code_of(text: str, taken: Iterable[str] = (), default: str = "x") -> str:
    """A code from words: small letters, digits and _, a letter first, and none that is taken already."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not base:
        base = default
    if not base[0].isalpha():
        base = f"{default}_{base}"
    base = base[:CODE_MAX].rstrip("_")
    used = set(taken)
    code, number = base, 2
    while code in used:
        tail = f"_{number}"
        code, number = base[: CODE_MAX - len(tail)] + tail, number + 1
    return code


def content_id(kind: str, content: object) -> UUID:
    """An id that follows from a content: the same file gives the same framework. Source: RFC 9562, version 8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = int.from_bytes(hashlib.sha256(f"{kind}/{text}".encode()).digest()[:16], "big")
    return UUID(int=digest & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62)


def framework_of(mapping: StoryMapping) -> dict[str, Any]:
    """The framework (contract 1) that a mapping describes. Its id follows from its content."""
    language = mapping.language
    prompts = [{"code": p.code, "text": {language: p.text or p.code}} for p in mapping.prompts]
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "code": mapping.code,
        "version": 1,
        "title": {language: mapping.title or mapping.code},
        "languages": [language],
        "prompts": prompts or [{"code": "story", "text": {language: mapping.title or mapping.code}}],
        "questions": [_question(question, mapping) for question in mapping.questions],
        "consent": {
            "version": DOCUMENTED,
            "intro": {language: "The consent was asked for outside this system; where it is documented is kept."},
            "purposes": {name: {language: purpose.words} for name, purpose in PURPOSES.items()},
        },
    }
    return {**content, "id": str(content_id("framework", content))}


def _question(question: QuestionMap, mapping: StoryMapping) -> dict[str, Any]:
    language = mapping.language
    content: dict[str, Any] = {
        "code": question.code,
        "type": question.type,
        "about": question.about,
        "text": {language: question.text or question.code},
        "required": False,
        "may_not_apply": True,
    }
    options: list[dict[str, Any]] = [
        {"code": o.code, "text": {language: o.text or o.code}, **({"minor": True} if o.minor else {})}
        for o in question.options
    ]
    if len(options) == 1:
        # a single box to tick: not ticking it is the other answer
        options.append({"code": "not_chosen", "text": {language: "–"}})
    match question.type:
        case "change_type":
            content["options"] = [{**option, "direction": "other"} for option in options]
            content["several"] = True
        case "single" | "several" | "picture":
            content["options"] = options
        case "slider" | "dyad":
            content["left"], content["right"] = options[0]["text"], options[1]["text"]
        case "triad":
            content["corners"] = options
        case "stones":
            content["stones"] = options
            content["x"] = content["y"] = {"low": {language: "0"}, "high": {language: "100"}}
        case "text":
            content["long"], content["most"] = True, TEXT_MAX
        case "number":
            content["decimals"] = 6
        case "date":
            content["precision"] = "day"
        case "place":
            content["levels"] = [{"code": mapping.place_level, "text": {language: mapping.place_level}}]
    if question.type == "several":
        content["most"] = question.most or len(options)
    if question.own_words:
        content["own_words"] = question.own_words
    return content
