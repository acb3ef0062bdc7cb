"""A report's blocks as JSON, so that a pack holds what its readers were shown, and renderers can draw it again."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import (
    Bullets,
    Chart,
    Heading,
    KeyFigures,
    NotABlock,
    Note,
    Picture,
    Placed,
    Prose,
    Quotation,
    Report,
    Table,
    Text,
)

KINDS: Final[Mapping[str, type]] = {
    "heading": Heading,
    "prose": Prose,
    "bullets": Bullets,
    "key_figures": KeyFigures,
    "table": Table,
    "chart": Chart,
    "picture": Picture,
    "quotation": Quotation,
    "note": Note,
    "text": Text,
    "placed": Placed,
}
"""What a block or a part of a sentence is called in JSON, wherever one of several may stand."""
_NAMES: Final = {kind: name for name, kind in KINDS.items()}


def report_to_json(report: Report) -> dict[str, JsonValue]:
    """A report as it is written in a pack."""
    written = _written(report)
    if not isinstance(written, dict):
        raise TypeError("A report is an object.")
    return {"schema": "egenmakt.report.1", **written}


def report_from_json(data: Any) -> Report:
    """A report from what `report_to_json` wrote. Raises: NotABlock."""
    if not isinstance(data, Mapping) or data.get("schema") != "egenmakt.report.1":
        raise NotABlock("This is no report of the form egenmakt.report.1.")
    plain = {name: value for name, value in data.items() if name != "schema"}
    report: Report = _made(Report, plain)
    return report


def _written(value: object) -> JsonValue:
    if is_dataclass(value) and not isinstance(value, type):
        made: dict[str, JsonValue] = {field.name: _written(getattr(value, field.name)) for field in fields(value)}
        return {"is": _NAMES[type(value)], **made} if type(value) in _NAMES else made
    if isinstance(value, tuple):
        return [_written(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"{value!r} is no part of a report.")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, value: Any) -> Any:
    """A value of a type from JSON. Raises: NotABlock."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value)
    if origin is tuple:
        parts = get_args(kind)
        if not isinstance(value, list):
            raise NotABlock(f"{value!r:.60} is no list.")
        inner = [parts[0]] * len(value) if parts[-1] is ... else parts
        if len(inner) != len(value):
            raise NotABlock(f"{value!r:.60} has not {len(inner)} parts.")
        return tuple(_made(one, each) for one, each in zip(inner, value, strict=True))
    if origin is Literal:
        if value not in get_args(kind):
            raise NotABlock(f"{value!r:.60} is none of {', '.join(map(str, get_args(kind)))}.")
        return value
    if kind is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise NotABlock(f"{value!r:.60} is no day.") from None
    if is_dataclass(kind):
        return _object(kind, value)
    if type(value) is not kind:
        raise NotABlock(f"{value!r:.60} is no {kind.__name__}.")
    return value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    if isinstance(value, Mapping):
        kind = KINDS.get(str(value.get("is")))
        if kind is None or kind not in kinds:
            raise NotABlock(f"{value.get('is')!r:.60} is no block that may stand there.")
        return _object(kind, value)
    rest = [kind for kind in kinds if kind is not type(None) and not is_dataclass(kind)]
    if len(rest) != 1:
        raise NotABlock(f"{value!r:.60} is no block.")
    return _made(rest[0], value)


def _object(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    if not isinstance(value, Mapping) or set(value) - {"is"} != set(hints):
        raise NotABlock(f"{value!r:.60} has not the fields of {kind.__name__}: {', '.join(hints)}.")
    return kind(**{name: _made(hint, value[name]) for name, hint in hints.items()})
