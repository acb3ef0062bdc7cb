"""What can be known about a story's document before it is read: bytes into JSON, its id, and whether it was allowed."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

BYTES_MAX: Final = 2_000_000


class NotADocument(ValueError):
    """The bytes are not one JSON object; the sentence says why. Nothing of them is kept."""


def parse(content: bytes) -> dict[str, Any]:
    """One JSON object from bytes, without a field that stands there twice. Raises: NotADocument."""
    if len(content) > BYTES_MAX:
        raise NotADocument(f"The document has {len(content)} bytes; at most {BYTES_MAX} are read.")
    try:
        document = json.loads(content, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotADocument(f"The document is not JSON: {error}.") from None
    if not isinstance(document, dict):
        raise NotADocument("The document is not an object.")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(fields := dict(pairs)) != len(pairs):
        raise ValueError("a field stands there twice")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def id_in(document: dict[str, Any], field: str) -> UUID | None:
    """An id that stands in a field, if it is one in its proper form."""
    value = document.get(field)
    if not isinstance(value, str):
        return None
    try:
        id = UUID(value)
    except ValueError:
        return None
    return id if str(id) == value else None
