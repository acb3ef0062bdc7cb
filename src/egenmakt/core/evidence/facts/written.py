"""A table of facts as the bytes of a CSV file, the same on every machine, and their fingerprint."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE: Final = 50_000


def csv_of(kept: pa.Table) -> Iterator[bytes]:
    """A table as CSV, piece by piece: UTF-8, commas, line feeds, an empty cell where nothing is known."""
    import pyarrow as pa  # noqa: PLC0415  # a large library that a page without facts does not need

    yield _written([kept.schema.names])
    for start in range(0, kept.num_rows, ROWS_AT_ONCE):
        portion = kept.slice(start, ROWS_AT_ONCE)
        texts = [values.cast(pa.string()).to_pylist() for values in portion.columns]
        yield _written(zip(*texts, strict=True))


def _written(rows: Iterable[Iterable[str | None]]) -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\n").writerows(rows)
    return kept.getvalue().encode()


def sha256_of(kept: pa.Table) -> str:
    """The fingerprint of a table's CSV."""
    made = hashlib.sha256()
    for piece in csv_of(kept):
        made.update(piece)
    return made.hexdigest()
