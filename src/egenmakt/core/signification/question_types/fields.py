"""The kinds of field that a question type may have: how each is read, written, published and translated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

from egenmakt.core.signification.question import AREAS, DIRECTIONS, Axis, Option, Own, Texts
from egenmakt.core.signification.reading import CODE, LANGUAGE, Reading, has_form

JsonSchema = dict[str, Any]  # a JSON Schema nests without end

TEXT_MAX = 2000
PICTURE = "^[a-z0-9][a-z0-9_.-]{0,59}$"
DECIMAL = r"^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$"

TEXTS_SCHEMA: JsonSchema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": LANGUAGE},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": TEXT_MAX},
}
CODE_SCHEMA: JsonSchema = {"type": "string", "pattern": CODE}


def read_texts(reading: Reading, value: object, where: str, languages: Sequence[str], *, most: int = TEXT_MAX) -> Texts:
    """A text by language: the source language must be there, and no language that the framework does not list."""
    if not isinstance(value, Mapping):
        reading.note("not_an_object", where)
        return {}
    if languages and languages[0] not in value:
        reading.note("no_source_text", where, language=languages[0])
    for language in value:
        if language not in languages:
            reading.note("language_not_listed", where, language=language)
    return {
        str(language): reading.text(text, f"{where}/{language}", most=most)
        for language, text in value.items()
        if language in languages
    }


class FieldKind(Protocol):
    """How one kind of field is read, written, published and translated. `default` None means it must be given."""

    @property
    def default(self) -> Own | None: ...
    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own: ...
    def write(self, value: Own) -> object: ...
    def schema(self) -> JsonSchema: ...
    def texts(self, value: Own) -> Iterator[tuple[str, Texts]]: ...
    def with_texts(self, value: Own, place: str, texts: Texts) -> Own: ...


class _Plain:
    """A field without words to translate."""

    def write(self, value: Own) -> object:
        return value

    def texts(self, value: Own) -> Iterator[tuple[str, Texts]]:
        return iter(())

    def with_texts(self, value: Own, place: str, texts: Texts) -> Own:
        return value


@dataclass(frozen=True, slots=True)
class Flag(_Plain):
    """Yes or no."""

    default: bool = False

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        return reading.flag(value, where)

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Whole(_Plain):
    """A whole number within limits."""

    least: int
    most: int
    default: int | None = None

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        return reading.whole(value, where, least=self.least, most=self.most)

    def schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class OneOf(_Plain):
    """One of a few words."""

    known: tuple[str, ...]
    default: str | None = None

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        return reading.one_of(value, where, self.known)

    def schema(self) -> JsonSchema:
        return {"enum": list(self.known)}


@dataclass(frozen=True, slots=True)
class Formed(_Plain):
    """A word of a fixed form: a code, the name of a picture, a decimal number."""

    form: str
    refusal: str
    default: str | None = ""

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        return reading.formed(value, where, self.form, self.refusal)

    def schema(self) -> JsonSchema:
        return {"type": "string", "pattern": self.form}


OWN_WORDS = Formed(CODE, "not_a_code")
PICTURE_NAME = Formed(PICTURE, "not_a_code")
LIMIT = Formed(DECIMAL, "not_decimal")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in every language."""

    default: None = None

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        return read_texts(reading, value, where, languages)

    def write(self, value: Own) -> object:
        return dict(cast("Texts", value))

    def schema(self) -> JsonSchema:
        return TEXTS_SCHEMA

    def texts(self, value: Own) -> Iterator[tuple[str, Texts]]:
        yield "", cast("Texts", value)

    def with_texts(self, value: Own, place: str, texts: Texts) -> Own:
        return texts


@dataclass(frozen=True, slots=True)
class AxisWords:
    """The two ends of an axis."""

    default: None = None

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        given = reading.fields(value, where, required=("low", "high"))
        ends = {
            end: read_texts(reading, given[end], f"{where}/{end}", languages) if end in given else {}
            for end in ("low", "high")
        }
        return Axis(**ends)

    def write(self, value: Own) -> object:
        axis = cast("Axis", value)
        return {"low": dict(axis.low), "high": dict(axis.high)}

    def schema(self) -> JsonSchema:
        ends = {"low": TEXTS_SCHEMA, "high": TEXTS_SCHEMA}
        return {"type": "object", "required": ["low", "high"], "additionalProperties": False, "properties": ends}

    def texts(self, value: Own) -> Iterator[tuple[str, Texts]]:
        axis = cast("Axis", value)
        yield "/low", axis.low
        yield "/high", axis.high

    def with_texts(self, value: Own, place: str, texts: Texts) -> Own:
        axis = cast("Axis", value)
        return replace(axis, low=texts) if place == "/low" else replace(axis, high=texts)


_EXTRA_SCHEMAS: dict[str, JsonSchema] = {
    "picture": {"type": "string", "pattern": PICTURE},
    "area": {"enum": list(AREAS)},
    "direction": {"enum": list(DIRECTIONS)},
    "minor": {"type": "boolean"},
}


@dataclass(frozen=True, slots=True)
class Marks:
    """A list of options, corners, stones or levels, each with a code and a text in every language."""

    least: int = 1
    most: int = 60
    extra: tuple[str, ...] = ()
    """Which of picture, area, direction and minor each may have."""
    needs: tuple[str, ...] = ()
    """Which of those each must have."""
    default: None = None

    def read(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Own:
        items = reading.items(value, where, least=self.least, most=self.most)
        made = tuple(self._mark(reading, item, f"{where}/{index}", languages) for index, item in enumerate(items))
        reading.no_repeats([mark.code for mark in made], [f"{where}/{index}/code" for index in range(len(made))])
        return made

    def _mark(self, reading: Reading, value: object, where: str, languages: Sequence[str]) -> Option:
        given = reading.fields(value, where, required=("code", "text", *self.needs), optional=self.extra)
        picture, area, direction, minor = "", "", "", False
        if "picture" in given and "picture" in self.extra:
            picture = reading.formed(given["picture"], f"{where}/picture", PICTURE, "not_a_code")
        if "area" in given and "area" in self.extra:
            area = reading.one_of(given["area"], f"{where}/area", AREAS)
        if "direction" in given and "direction" in self.extra:
            direction = reading.one_of(given["direction"], f"{where}/direction", DIRECTIONS)
        if "minor" in given and "minor" in self.extra:
            minor = reading.flag(given["minor"], f"{where}/minor")
        return Option(
            code=reading.code(given["code"], f"{where}/code") if "code" in given else "",
            text=read_texts(reading, given["text"], f"{where}/text", languages) if "text" in given else {},
            picture=picture,
            area=area,
            direction=direction,
            minor=minor,
        )

    def write(self, value: Own) -> object:
        return [
            {"code": mark.code, "text": dict(mark.text)}
            | {name: getattr(mark, name) for name in self.extra if getattr(mark, name)}
            for mark in cast("tuple[Option, ...]", value)
        ]

    def schema(self) -> JsonSchema:
        item: JsonSchema = {
            "type": "object",
            "required": ["code", "text", *self.needs],
            "additionalProperties": False,
            "properties": {
                "code": CODE_SCHEMA,
                "text": TEXTS_SCHEMA,
                **{name: _EXTRA_SCHEMAS[name] for name in self.extra},
            },
        }
        return {"type": "array", "minItems": self.least, "maxItems": self.most, "items": item}

    def texts(self, value: Own) -> Iterator[tuple[str, Texts]]:
        for mark in cast("tuple[Option, ...]", value):
            yield f"/{mark.code}", mark.text

    def with_texts(self, value: Own, place: str, texts: Texts) -> Own:
        marks = cast("tuple[Option, ...]", value)
        return tuple(replace(mark, text=texts) if f"/{mark.code}" == place else mark for mark in marks)


def is_decimal(text: str) -> bool:
    """Whether a text is a decimal number in the one form that is written: 12.5, not 012.50 with spaces or +."""
    return has_form(DECIMAL, text)


def is_negative_zero(text: str) -> bool:
    """Whether a decimal number is a zero with a sign."""
    return re.fullmatch(r"-0(\.0+)?", text) is not None
