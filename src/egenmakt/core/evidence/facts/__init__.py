"""The tables of facts: one row for each thing that is counted, without names, the same on every machine."""

from egenmakt.core.evidence.facts.facts import Facts, Written, empty_table
from egenmakt.core.evidence.facts.files import read_facts, table_of, write_facts, write_parquet
from egenmakt.core.evidence.facts.tables import (
    EXACT,
    TABLES,
    Column,
    NotFacts,
    TableOfFacts,
    Value,
    is_of,
    known_table,
    schema_of,
)
from egenmakt.core.evidence.facts.written import csv_of, sha256_of

__all__ = [
    "EXACT",
    "TABLES",
    "Column",
    "Facts",
    "NotFacts",
    "TableOfFacts",
    "Value",
    "Written",
    "csv_of",
    "empty_table",
    "is_of",
    "known_table",
    "read_facts",
    "schema_of",
    "sha256_of",
    "table_of",
    "write_facts",
    "write_parquet",
]
