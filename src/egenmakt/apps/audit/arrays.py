"""Lists of values as PostgreSQL sends and receives its arrays: in binary form, which neither side has to read as text.

Source of the form: PostgreSQL's `array_recv`, and the `…_recv` function of each type.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_TIME_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_HEAD: Final = struct.Struct("!iiIii")
_LENGTH: Final = struct.Struct("!i")
NOTHING: Final = _LENGTH.pack(-1)
"""A value that is not there, of any type."""
_SIXTEEN: Final = _LENGTH.pack(16)
_FOUR: Final = struct.Struct("!ii")
_EIGHT: Final = struct.Struct("!iq")
_ONE: Final = struct.Struct("!i?")


def _microseconds(at: datetime) -> int:
    since = at - _TIME_ZERO
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _text(value: str) -> bytes:
    return _bytes(value.encode())


def _bytes(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


_ELEMENTS: Final[Mapping[str, tuple[int, Callable[[Any], bytes]]]] = {
    "boolean": (16, lambda value: _ONE.pack(1, value)),
    "bytea": (17, _bytes),
    "bigint": (20, lambda number: _EIGHT.pack(8, number)),
    "integer": (23, lambda number: _FOUR.pack(4, number)),
    "text": (25, _text),
    "date": (1082, lambda day: _FOUR.pack(4, day.toordinal() - _DAY_ZERO)),
    "timestamptz": (1184, lambda at: _EIGHT.pack(8, _microseconds(at))),
    "uuid": (2950, lambda id: _SIXTEEN + id.int.to_bytes(16, "big")),
    "jsonb": (3802, lambda text: _bytes(b"\x01" + text.encode())),
}
"""Of each type its number in PostgreSQL, which never changes, and how one value is written, its length first."""


def array(kind: str, values: Sequence[Any]) -> bytes:
    """A list of values of one type, of which any may be nothing.

    Args: kind, the type in PostgreSQL's words; values, UUIDs, numbers, days, instants with a time zone, texts (also of
    JSON), bytes, yes or no. Raises: KeyError for another type; struct.error for a number that does not fit.
    """
    return array_of(kind, elements(kind, values))


def elements(kind: str, values: Iterable[Any]) -> list[bytes]:
    """The values of a list one by one, for `array_of`; what comes again and again is kept in this form."""
    _, written = _ELEMENTS[kind]
    return [NOTHING if value is None else written(value) for value in values]


def array_of(kind: str, parts: Sequence[bytes]) -> bytes:
    """A list of values that are written already. Args: parts, as `elements` made them, all of this type."""
    number, _ = _ELEMENTS[kind]
    if not parts:
        return struct.pack("!iiI", 0, 0, number)
    return _HEAD.pack(1, NOTHING in parts, number, len(parts), 1) + b"".join(parts)
