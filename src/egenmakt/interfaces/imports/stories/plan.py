"""What a format makes of its files: rows, a mapping, the framework that follows from it, and why it was read so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from egenmakt.interfaces.imports.findings import Finding
from egenmakt.interfaces.imports.stories.framework import framework_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.rows import Rows


@dataclass(frozen=True, slots=True)
class Plan:
    """How the files of one import are read."""

    rows: Rows
    mapping: StoryMapping
    reasons: tuple[str, ...] = ()
    """What was found out about the files, and by what."""
    findings: tuple[Finding, ...] = ()
    given_framework: dict[str, Any] | None = field(default=None)
    """A framework that was there before; without one it follows from the mapping."""

    @property
    def framework(self) -> dict[str, Any]:
        """The framework (contract 1) of the stories."""
        return self.given_framework or framework_of(self.mapping)

    @property
    def problems(self) -> list[str]:
        """What keeps the mapping from being used on the file."""
        return self.mapping.problems(self.rows.header)

    @property
    def to_be_stated(self) -> tuple[str, ...]:
        """What no column says, so that a person must."""
        return tuple(name for name in ("role", "language") if name not in self.mapping.fields)
