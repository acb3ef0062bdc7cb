"""What may stand in a meeting document: the kinds of field, how each is read, and its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from egenmakt.core.ledger.ids import id_of
from egenmakt.core.money import MINOR_MAX

TEXT_MAX = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Everything below the space but tab and new line, and what deletes."""

_RATE = re.compile(r"[0-9]{1,7}(\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a document that cannot be read: where, and what would be right."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where or 'the document'}: {self.message}"


class Unreadable(ValueError):
    """The document cannot be read; every problem is listed with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How one kind of value is read from JSON, and how the published schema describes it."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str) or len(value) != 36:
        raise ValueError("must be an id such as 0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f")
    try:
        return id_of(value)
    except ValueError:
        raise ValueError("must be an id such as 0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f") from None


def _whole(value: Any, least: int, most: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be {what}, without decimals or quotation marks")
    if not least <= value <= most:
        raise ValueError(f"must be {what} from {least} to {most}, not {value}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    if len(value) > TEXT_MAX:
        raise ValueError(f"has {len(value)} characters; at most {TEXT_MAX} fit")
    if _CONTROL.search(value):
        raise ValueError("holds a control character; write it again without")
    return value


def _day(value: Any) -> date:
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date such as 2026-03-02") from None


def _rate(value: Any) -> Decimal:
    if not isinstance(value, str) or not _RATE.fullmatch(value):
        raise ValueError("must be a percentage as text, such as 1.5")
    return Decimal(value)


def _hash(value: Any) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError("must be the 64 hexadecimal digits of the meeting before, or empty for the first meeting")
    return value


def _one_of(*names: str) -> FieldKind:
    def read(value: Any) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return str(value)

    return FieldKind(read, {"enum": list(names)})


def _ids(value: Any) -> tuple[UUID, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of ids")
    return tuple(_uuid(item) for item in value)


@dataclass(frozen=True, slots=True)
class Vote:
    """How the members voted: hands counted for, against and abstaining."""

    votes_for: int
    against: int
    abstained: int

    @property
    def cast(self) -> int:
        """All hands that were counted."""
        return self.votes_for + self.against + self.abstained


_VOTES = ("for", "against", "abstained")


def _vote(value: Any) -> Vote:
    if not isinstance(value, dict) or set(value) != set(_VOTES):
        raise ValueError("must count the votes: for, against and abstained")
    numbers = [_whole(value[key], 0, 100_000, f"the number of votes {key}") for key in _VOTES]
    return Vote(*numbers)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    return value


def _uuid_map(value: Any, read: Callable[[Any], Any]) -> dict[UUID, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be an object with one line for each id")
    return {_uuid(key): read(item) for key, item in value.items()}


BOXES = ("loan_fund_box", "social_fund_box", "bank")
_UUID_SCHEMA = {"type": "string", "format": "uuid", "pattern": "^[0-9a-fA-F-]{36}$"}
_AMOUNT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MINOR_MAX}
_DECISIONS = ("repay", "carry_over", "write_off")

KINDS: dict[str, FieldKind] = {
    "uuid": FieldKind(_uuid, _UUID_SCHEMA),
    "uuids": FieldKind(_ids, {"type": "array", "items": _UUID_SCHEMA}),
    "amount": FieldKind(lambda v: _whole(v, 1, MINOR_MAX, "a whole number of minor units"), _AMOUNT_SCHEMA),
    "balance": FieldKind(
        lambda v: _whole(v, 0, MINOR_MAX, "a whole number of minor units"),
        {"type": "integer", "minimum": 0, "maximum": MINOR_MAX},
    ),
    "count": FieldKind(
        lambda v: _whole(v, 1, 100_000, "a whole number"), {"type": "integer", "minimum": 1, "maximum": 100_000}
    ),
    "text": FieldKind(_text, {"type": "string", "maxLength": TEXT_MAX}),
    "date": FieldKind(_day, {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    "hash": FieldKind(_hash, {"type": "string", "pattern": "^([0-9a-f]{64})?$"}),
    "box": _one_of(*BOXES),
    "loan_box": _one_of("loan_fund_box", "social_fund_box"),
    "cash_box": _one_of("loan_fund_box", "bank"),
    "effect": _one_of("shorten", "lower"),
    "rate": FieldKind(_rate, {"type": "string", "pattern": f"^{_RATE.pattern}$"}),
    "exit_reason": _one_of("left", "died"),
    "vote": FieldKind(
        _vote,
        {
            "type": "object",
            "required": list(_VOTES),
            "additionalProperties": False,
            "properties": {word: {"type": "integer", "minimum": 0} for word in _VOTES},
        },
    ),
    "terms": FieldKind(_object, {"$ref": "loan-calculation.schema.json#/$defs/input"}),
    "decisions": FieldKind(
        lambda v: _uuid_map(v, _one_of(*_DECISIONS).read),
        {"type": "object", "propertyNames": _UUID_SCHEMA, "additionalProperties": {"enum": list(_DECISIONS)}},
    ),
    "lots": FieldKind(
        lambda v: _uuid_map(v, KINDS["count"].read),
        {"type": "object", "propertyNames": _UUID_SCHEMA, "additionalProperties": {"type": "integer", "minimum": 1}},
    ),
    "payouts": FieldKind(
        lambda v: _uuid_map(v, KINDS["balance"].read),
        {"type": "object", "propertyNames": _UUID_SCHEMA, "additionalProperties": {"type": "integer", "minimum": 0}},
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document: its kind, and its value when it is left out (or that it may not be)."""

    kind: str
    required: bool = True
    default: Any = None


def read_fields(
    value: Any, fields: Mapping[str, Field], where: str, problems: list[Problem], ignore: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """Read an object by its fields. Every problem is added to the list; None when there was one."""
    if not isinstance(value, dict):
        problems.append(Problem(where, "must be an object"))
        return None
    found: dict[str, Any] = {}
    before = len(problems)
    known = 0
    for name, read, field in _readers(fields):
        if name not in value:
            if field.required:
                problems.append(Problem(f"{where}/{name}", "is missing"))
            found[name] = field.default
            continue
        known += 1
        try:
            found[name] = read(value[name])
        except ValueError as error:
            problems.append(Problem(f"{where}/{name}", str(error)))
    # counted first, because hardly any object has a stranger in it
    if len(value) - known != sum([name in value for name in ignore]):
        problems.extend(
            Problem(f"{where}/{name}", "is not known here")
            for name in value
            if name not in fields and name not in ignore
        )
    return found if len(problems) == before else None


_Reader = tuple[str, Callable[[Any], Any], Field]
_READERS: dict[int, tuple[Mapping[str, Field], list[_Reader]]] = {}
"""How each table of fields is read, by where the table lies in memory, with the table itself so that it stays there."""


def _readers(fields: Mapping[str, Field]) -> list[_Reader]:
    known = _READERS.get(id(fields))
    if known is None:
        readers = [(name, KINDS[field.kind].read, field) for name, field in fields.items()]
        known = _READERS[id(fields)] = (fields, readers)
    return known[1]


def object_schema(fields: Mapping[str, Field], **constants: str) -> dict[str, Any]:
    """The JSON Schema of an object with these fields and some fixed words."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*constants, *(name for name, field in fields.items() if field.required)],
        "properties": {
            **{name: {"const": value} for name, value in constants.items()},
            **{name: dict(KINDS[field.kind].schema) for name, field in fields.items()},
        },
    }
