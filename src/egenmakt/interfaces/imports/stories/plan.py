"""What a format makes of its files: rows, a mapping, the framework that follows from it, and why it was read so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.core.signification.framework import Unreadable, read_framework
from egenmakt.core.signification.problems import SENTENCES
from egenmakt.interfaces.imports.findings import Finding
from egenmakt.interfaces.imports.stories.framework import framework_of
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.media import MediaFiles
from egenmakt.interfaces.imports.stories.rows import Rows
from egenmakt.interfaces.imports.stories.statement import TO_BE_STATED


@dataclass(frozen=True, slots=True)
class Plan:
    """How the files of one import are read."""

    rows: Rows
    mapping: StoryMapping
    reasons: tuple[str, ...] = ()
    """What was found out about the files, and by what."""
    findings: tuple[Finding, ...] = ()
    media: MediaFiles | None = None
    """The photos and voices that came with the table."""
    given_framework: dict[str, Any] | None = field(default=None)
    """A framework that was there before; without one it follows from the mapping."""

    @property
    def framework(self) -> dict[str, Any]:
        """The framework (contract 1) of the stories."""
        return self.given_framework or framework_of(self.mapping)

    @property
    def problems(self) -> list[str]:
        """What keeps the mapping from being used on the file, or its questions from being a framework."""
        found = self.mapping.problems(self.rows.header)
        try:
            known = read_framework(self.framework)
        except Unreadable as error:
            return found + [f"{each.where}: {_(SENTENCES[each.code]) % each.values}" for each in error.problems[:20]]
        codes = {question.code for question in known.questions}
        unknown = [question.code for question in self.mapping.questions if question.code not in codes]
        if unknown:
            text = _("The framework of the round has no such questions: %(codes)s.")
            found.append(text % {"codes": ", ".join(unknown)})
        return found

    @property
    def to_be_stated(self) -> tuple[str, ...]:
        """What no column says, so that a person must."""
        days = {"collected_on", "started_at", "finished_at"}
        known = set(self.mapping.fields) | (days if days & set(self.mapping.fields) else set())
        return tuple(name for name in TO_BE_STATED if name not in known)
