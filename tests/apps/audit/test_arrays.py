"""Lists in PostgreSQL's binary form, held against what psycopg writes of the same values."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import psycopg.types.numeric
import pytest
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Jsonb

from egenmakt.apps.audit.arrays import array

LISTS: dict[str, tuple[list[Any], list[Any]]] = {
    "uuid": (ids := [UUID(int=0), UUID(int=2**128 - 1), UUID("01a216d8-23ed-7003-b2ad-ac7c8ba53258")], ids),
    "integer": (small := [0, 1, -1, 2**31 - 1, -(2**31)], list(map(psycopg.types.numeric.Int4, small))),
    "bigint": (large := [0, -1, 2**53 - 1, -(2**63), 2**63 - 1], list(map(psycopg.types.numeric.Int8, large))),
    "boolean": ([True, False], [True, False]),
    "text": (words := ["", "plain", "nådd åäö 🌾", 'a "mark", {a} \\ and NULL'], words),
    "bytea": (blobs := [b"", b"\x00\xff", b'{"a":1}'], blobs),
    "date": (days := [date(2000, 1, 1), date(1999, 12, 31), date(2026, 11, 26), date(1, 1, 1)], days),
    "timestamptz": (
        times := [
            datetime(2000, 1, 1, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
            datetime(2026, 11, 26, 8, 30, 1, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        ],
        times,
    ),
    "jsonb": (['{"a": [1]}', "null"], [Jsonb({"a": [1]}), Jsonb(None)]),
}


def _by_psycopg(values: Sequence[Any]) -> bytes | None:
    dumped = Transformer().get_dumper(list(values), PyFormat.BINARY).dump(list(values))
    return None if dumped is None else bytes(dumped)


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_written_as_psycopg_writes_it(kind: str) -> None:
    ours, theirs = LISTS[kind]

    assert array(kind, ours) == _by_psycopg(theirs)
    assert array(kind, [ours[0], None, ours[1]]) == _by_psycopg([theirs[0], None, theirs[1]])


def test_an_empty_list_is_one_without_dimensions() -> None:
    assert struct.unpack("!iiI", array("uuid", [])) == (0, 0, 2950)


def test_a_number_that_does_not_fit_is_an_error_and_never_another_number() -> None:
    with pytest.raises(struct.error):
        array("integer", [2**31])
