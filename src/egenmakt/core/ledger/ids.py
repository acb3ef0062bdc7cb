"""Ids that follow from other ids: the same on every device, and in the order of time."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID

_VERSION = 8 << 76
_VARIANT = 2 << 62


@lru_cache(maxsize=65_536)
def id_of(text: str) -> UUID:
    """An id from its text. The members and loans of a group are read at each meeting, each several times.

    Raises: ValueError for what is no id, which is not remembered.
    """
    return UUID(text)


def derived_id(parent: UUID, key: str) -> UUID:
    """The id of something that belongs to something else, such as a transfer to its meeting.

    The first 48 bits are the parent's, which in a version 7 id are its time, so that what is born together is stored
    together; the rest is the SHA-256 of the parent and the key. Source: RFC 9562, version 8.
    """
    digest = int.from_bytes(hashlib.sha256(parent.bytes + key.encode()).digest()[:10], "big")
    time = parent.int >> 80 << 80
    return UUID(int=time | (digest & ~(0xF << 76) & ~(0x3 << 62)) | _VERSION | _VARIANT)
