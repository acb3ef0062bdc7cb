"""Ids and chances that are the same each time the programme is made with the same words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Chance:
    """Everything that is drawn by lot in one demo programme; another seed gives another programme."""

    namespace: str
    """What the programme was made from: two different ones share no id."""

    def id(self, at: datetime, *words: object) -> UUID:
        """An id of version 7 (RFC 9562) for what the words name: its time is `at`, its random part is their hash."""
        digest = hashlib.sha256("/".join((self.namespace, *map(str, words))).encode()).digest()
        milliseconds = int(at.timestamp() * 1000)
        bits = int.from_bytes(milliseconds.to_bytes(6, "big") + digest[:10], "big")
        bits = bits & ~(0xF << 76) | 7 << 76
        bits = bits & ~(0x3 << 62) | 2 << 62
        return UUID(int=bits)

    def random(self, *words: object) -> Random:
        """A stream of random numbers of its own for what the words name, so that one group never disturbs another."""
        return Random("/".join((self.namespace, *map(str, words))))
