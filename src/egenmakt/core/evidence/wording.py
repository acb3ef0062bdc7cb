"""What a self-check found, in sentences: whoever shows it brings the language, the way of numbers, and the names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from egenmakt.core.evidence.findings import (
    CAUSES,
    EVIDENCE,
    FIGURE_WORDS,
    SENTENCES,
    Cause,
    Finding,
    Place,
    Said,
    Value,
)
from egenmakt.core.words import _

VERDICTS: Final[Mapping[str, str]] = {
    "named": _("Likely:"),
    "several": _("One of these, equally likely:"),
    "unexplained": _("Unexplained:"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    "error": _("contradicts other figures"),
    "look": _("look once more"),
    "note": _("note"),
}
ROW: Final = _("row %(row)s")
NAMED: Final = frozenset({"region", "indicator", "other", "part", "whole"})
"""Values that are the name of a region or an indicator, or both with a comma between."""
MONTHS: Final = frozenset({"later"})
PLAIN: Final = frozenset({"row", "used"})
"""Numbers that count no people: they are written without separators."""


@dataclass(frozen=True)
class Wording:
    """One reader's language.

    Args: say, a sentence of ours in the language; number, a number as it is written there; names, what is shown for
    the codes of regions and indicators, where the table that was checked has codes; month, a month such as 2026-03 as
    it is read there.
    """

    say: Callable[[str], str]
    number: Callable[[int], str]
    names: Mapping[str, str] = field(default_factory=dict)
    month: Callable[[str], str] = str

    def sentence(self, said: Finding | Cause | Said) -> str:
        """The sentence with its arithmetic."""
        table = SENTENCES if isinstance(said, Finding) else CAUSES if isinstance(said, Cause) else EVIDENCE
        return self.say(table[said.code]) % self.shown(said.values)

    def shown(self, values: Mapping[str, Value]) -> dict[str, str]:
        """The values of a sentence: numbers with the separators of the language, but rows and months as they are."""
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: Value) -> str:
        if isinstance(value, int):
            return str(value) if name in PLAIN else self.number(value)
        if name in MONTHS:
            return self.month(value)
        return self.named(value) if name in NAMED else value

    def named(self, code: str) -> str:
        """The name of a region or an indicator; of both, where both are meant."""
        if code in self.names:
            return self.names[code]
        region, comma, indicator = code.rpartition(", ")
        return f"{self.named(region)}, {self.named(indicator)}" if comma and self.names else code

    def where(self, place: Place, *, with_row: bool = True) -> str:
        """women, 2024-03, accumulated figure (row 57)."""
        figure = self.say(FIGURE_WORDS[place.figure]) if place.figure else ""
        indicator = self.named(place.indicator) if place.indicator else ""
        month = self.month(place.month) if place.month else ""
        named = ", ".join(part for part in (indicator, month, figure) if part)
        if not with_row:
            return named
        row = self.say(ROW) % {"row": place.row}
        return f"{named} ({row})" if named else row
