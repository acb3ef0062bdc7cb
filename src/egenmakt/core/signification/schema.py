"""The published JSON Schemas of frameworks and stories, drawn from the same tables that read them.

`python -m egenmakt.core.signification.schema framework > spec/framework.schema.json`, and the same for `story`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from egenmakt.core.signification.answers import OWN_WORDS_MAX, STATES
from egenmakt.core.signification.consent import DOCUMENTED_MAX, GIVEN, GUARDIANS, PURPOSES, VISIBILITIES
from egenmakt.core.signification.framework import QUESTIONS_MAX, TRANSLATION_STATES, Framework
from egenmakt.core.signification.framework import SCHEMA as FRAMEWORK_SCHEMA
from egenmakt.core.signification.question import ABOUT, Question
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import CODE_SCHEMA, TEXTS_SCHEMA, JsonSchema
from egenmakt.core.signification.question_types.place import place_schema
from egenmakt.core.signification.reading import CODE, HASH, INSTANT, LANGUAGE, UUID_FORM, WHOLE_MAX
from egenmakt.core.signification.story import (
    ATTACHMENT_KINDS,
    ATTACHMENTS_MAX,
    BYTES_MAX,
    COLLECTED_BY,
    LEVELS,
    MEDIA_TYPE,
    MODES,
    ROLES,
    STEPS,
    TEXT_MAX,
    TITLE_MAX,
)
from egenmakt.core.signification.story_document import SCHEMA as STORY_SCHEMA

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ADDRESS = "https://egenmakt.example/spec/"
_ID: JsonSchema = {"type": "string", "format": "uuid", "pattern": UUID_FORM}
_LANGUAGE: JsonSchema = {"type": "string", "pattern": LANGUAGE}
_HASH: JsonSchema = {"type": "string", "pattern": HASH}
_INSTANT: JsonSchema = {"type": "string", "format": "date-time", "pattern": INSTANT}
_OWN_WORDS: JsonSchema = {"type": "string", "minLength": 1, "maxLength": OWN_WORDS_MAX}
_STEP_NAME = "(/[a-z][a-z0-9_]{0,39})?$"


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> JsonSchema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _or_null(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def framework_schema() -> JsonSchema:
    """A framework as JSON Schema (draft 2020-12), with each question type as one of its definitions."""
    texts = {"$ref": "#/$defs/texts"}
    mark = "^[a-z][a-z0-9_]{0,39}" + _STEP_NAME
    return {
        "$schema": _DRAFT,
        "$id": f"{_ADDRESS}framework.schema.json",
        "title": "Egenmakt framework, version 1",
        "description": "What tellers are asked. The first language is the source; codes are unique where they stand; "
        "`show_if` names an earlier question with options; the fingerprint is SHA-256 of the canonical JSON.",
        **_object(
            {
                "schema": {"const": FRAMEWORK_SCHEMA},
                "id": _ID,
                "code": CODE_SCHEMA,
                "version": {"type": "integer", "minimum": 1, "maximum": WHOLE_MAX},
                "title": texts,
                "languages": {"type": "array", "minItems": 1, "maxItems": 60, "uniqueItems": True, "items": _LANGUAGE},
                "prompts": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 20,
                    "items": _object({"code": CODE_SCHEMA, "text": texts}),
                },
                "questions": {
                    "type": "array",
                    "maxItems": QUESTIONS_MAX,
                    "items": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in QUESTION_TYPES]},
                },
                "consent": _object(
                    {
                        "version": {"type": "string", "minLength": 1, "maxLength": 40},
                        "intro": texts,
                        "purposes": _object({"keep": texts}, dict.fromkeys(list(PURPOSES)[1:], texts)),
                    }
                ),
            },
            {
                "mapping": {
                    "type": "object",
                    "propertyNames": {"pattern": mark},
                    "additionalProperties": {"type": "string", "pattern": mark},
                },
                "translation_state": {
                    "type": "object",
                    "propertyNames": {"pattern": LANGUAGE},
                    "additionalProperties": {"enum": list(TRANSLATION_STATES)},
                },
            },
        ),
        "$defs": {"texts": TEXTS_SCHEMA, **{name: _question_schema(each) for name, each in QUESTION_TYPES.items()}},
    }


def _question_schema(kind: QuestionType) -> JsonSchema:
    required: JsonSchema = {"code": CODE_SCHEMA, "type": {"const": kind.name}, "text": {"$ref": "#/$defs/texts"}}
    any_of = {"type": "array", "minItems": 1, "maxItems": 60, "items": CODE_SCHEMA}
    optional: JsonSchema = {
        "about": {"enum": list(ABOUT)},
        "help": {"anyOf": [{"$ref": "#/$defs/texts"}, {"type": "object", "maxProperties": 0}]},
        "required": {"type": "boolean"},
        "may_not_apply": {"type": "boolean"},
        "show_if": _or_null(_object({"question": CODE_SCHEMA, "any_of": any_of})),
    }
    for name, field in kind.fields.items():
        (required if field.default is None else optional)[name] = field.schema()
    return {"description": kind.words, **_object(required, optional)}


def story_schema(framework: Framework | None = None) -> JsonSchema:
    """A story as JSON Schema: of any framework, or of one, with its own questions and options."""
    if framework is None:
        answers: JsonSchema = {
            "type": "object",
            "propertyNames": {"pattern": CODE},
            "additionalProperties": {"$ref": "#/$defs/answer"},
        }
        prompt: JsonSchema = CODE_SCHEMA
    else:
        each = {question.code: _answer_schema(question) for question in framework.questions}
        answers = {"type": "object", "additionalProperties": False, "properties": each}
        prompt = {"enum": [prompt.code for prompt in framework.prompts]}
    return {
        "$schema": _DRAFT,
        "$id": f"{_ADDRESS}story.schema.json",
        "title": "Egenmakt story, version 1",
        "description": "One story with its teller's own answers. Accepted whole or refused whole. Without consent to "
        "`keep` nothing is stored. A question that was not shown has no answer; one that was shown has a value, "
        "`does_not_apply` or `skipped`. The parts of a triad and a dyad add up to 10,000.",
        **_object(_story_properties(prompt, answers)),
        "$defs": {"answer": _any_answer_schema()},
    }


def _story_properties(prompt: JsonSchema, answers: JsonSchema) -> JsonSchema:
    return {
        "schema": {"const": STORY_SCHEMA},
        "id": _ID,
        "framework": _ID,
        "framework_version": {"type": "integer", "minimum": 1, "maximum": WHOLE_MAX},
        "round": _or_null(_ID),
        "mode": {"enum": list(MODES)},
        "teller": _object({"key": _ID, "role": {"enum": list(ROLES)}}),
        "collected": _object(
            {
                "by": {"enum": list(COLLECTED_BY)},
                "facilitator": _or_null(_ID),
                "started_at": _or_null(_INSTANT),
                "finished_at": _or_null(_INSTANT),
            }
        ),
        "language": _LANGUAGE,
        "prompt": prompt,
        "title": {"type": "string", "maxLength": TITLE_MAX},
        "text": {"type": "string", "maxLength": TEXT_MAX},
        "when": _or_null({"type": "string", "pattern": r"^\d{4}(-\d{2})?$"}),
        "where": _or_null(place_schema({"enum": list(LEVELS)})),
        "group": _or_null(_ID),
        "step": _or_null({"enum": list(STEPS)}),
        "answers": answers,
        "consent": _consent_schema(),
        "withdrawal": _or_null(_HASH),
        "attachments": {
            "type": "array",
            "maxItems": ATTACHMENTS_MAX,
            "items": _object(
                {
                    "id": _ID,
                    "kind": {"enum": list(ATTACHMENT_KINDS)},
                    "sha256": _HASH,
                    "bytes": {"type": "integer", "minimum": 1, "maximum": BYTES_MAX},
                    "media_type": {"type": "string", "pattern": MEDIA_TYPE},
                }
            ),
        },
    }


def _consent_schema() -> JsonSchema:
    purposes = {name: {"const": True} if name == "keep" else {"type": "boolean"} for name in PURPOSES}
    minor = _object({"given_by": {"enum": list(GUARDIANS)}, "assent": {"const": True}})
    return _object(
        {
            "version": {"type": "string", "minLength": 1, "maxLength": 40},
            "language": _LANGUAGE,
            "given": {"enum": list(GIVEN)},
            "asked_by": {"anyOf": [{"const": "self"}, _ID]},
            "purposes": _object(purposes),
            "minor": _or_null(minor),
            "visibility": {"enum": list(VISIBILITIES)},
        },
        {"documented": {"type": "string", "minLength": 1, "maxLength": DOCUMENTED_MAX}},
    )


def _any_answer_schema() -> JsonSchema:
    different: list[JsonSchema] = []
    for kind in QUESTION_TYPES.values():
        if kind.schema(None) not in different:
            different.append(kind.schema(None))
    state = _object({"state": {"enum": list(STATES)}})
    return {"oneOf": [_object({"value": {"anyOf": different}}, {"own_words": _OWN_WORDS}), state]}


def _answer_schema(question: Question) -> JsonSchema:
    own_words = {"own_words": _OWN_WORDS} if question.own_words else None
    allowed = [_object({"value": QUESTION_TYPES[question.type].schema(question)}, own_words)]
    states = [
        *(["does_not_apply"] if question.may_not_apply else []),
        *([] if question.required else ["skipped"]),
    ]
    return {"oneOf": [*allowed, *([_object({"state": {"enum": states}})] if states else [])]}


SCHEMAS = {"framework": framework_schema, "story": story_schema}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(SCHEMAS[sys.argv[1]](), indent=2, ensure_ascii=False) + "\n")
