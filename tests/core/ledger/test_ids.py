"""Ids that follow from other ids."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from egenmakt.core.ledger.ids import derived_id


@given(st.uuids(), st.text())
def test_a_derived_id_is_the_same_each_time_and_a_proper_uuid(parent: UUID, key: str) -> None:
    id = derived_id(parent, key)

    assert id == derived_id(parent, key)
    assert (id.version, id.variant) == (8, RFC_4122)
    assert id != derived_id(parent, key + "x")


def test_what_is_born_later_has_a_later_id() -> None:
    first = UUID(int=uuid7().int)
    second = UUID(int=first.int + (1 << 80))

    assert derived_id(first, "9") < derived_id(second, "0")
