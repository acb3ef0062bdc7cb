"""Take names out of values: words are covered, and what would point at somebody is left out whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from egenmakt.interfaces.exports.iati.activities import Contact, Location, Part, Related, Transaction
from egenmakt.interfaces.exports.iati.exclusions import Exclusions
from egenmakt.interfaces.exports.iati.names import Names
from egenmakt.interfaces.exports.iati.organisation import Line
from egenmakt.interfaces.exports.iati.results import Measured, Reference
from egenmakt.interfaces.exports.iati.values import Document, Party, Publisher, Words

T = TypeVar("T")
LEFT_OUT_WHOLE = (Contact, Document, Location, Related, Reference)
"""What is left out when a name stands anywhere in it: an address or a number beside the name points there too."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Names, and the words that stand for them."""

    names: Names
    exclusions: Exclusions
    language: str

    def points_at(self, value: Any) -> bool:
        """Whether a name stands anywhere in a value."""
        if isinstance(value, str):
            return self.names.found_in(value)
        if isinstance(value, (tuple, list, frozenset)):
            return any(self.points_at(one) for one in value)
        if is_dataclass(value):
            return any(self.points_at(getattr(value, each.name)) for each in fields(value))
        return False

    def cover(self, value: T) -> T:
        """A value of the same kind in which no text has a name. Codes and identifiers are left to the last gate."""
        found: Any = value
        if not self.points_at(found):
            return value
        if isinstance(found, Words):
            found = self._words(found)
        elif isinstance(found, Party):
            found = Party(name=self.exclusions.words_like(found.name, self.language), kind=found.kind)
        elif isinstance(found, tuple):
            found = tuple(self.cover(one) for one in found if not self._left_out(one))
        elif is_dataclass(found) and not isinstance(found, (type, Publisher)):
            found = self._fields(found)
        covered: T = found
        return covered

    def _fields(self, value: Any) -> Any:
        changed = {each.name: self.cover(getattr(value, each.name)) for each in fields(value)}
        if isinstance(value, (Transaction, Line)) and value.ref is not None and self.points_at(value.ref):
            changed["ref"] = None
        return replace(value, **changed)

    def _left_out(self, value: Any) -> bool:
        if isinstance(value, Measured):
            # a part by a name is left out, and the total stays
            return self.points_at(value.dimensions) or self.points_at(value.locations)
        if isinstance(value, Part):
            return False
        if isinstance(value, tuple) and all(isinstance(one, (str, int)) for one in value):
            return self.points_at(value)  # an identifier of another kind, a dimension, an administrative area
        return isinstance(value, LEFT_OUT_WHOLE) and self.points_at(value)

    def _words(self, words: Words) -> Words:
        # an address inside a text is covered as a whole: half of it would still point there
        parts = []
        for language, text in words.parts:
            neutral = self.exclusions.words_for(language)
            said = self.names.covered(text, f"[{neutral}]")  # in brackets: a sentence goes on around it
            nothing_else = not said.replace(f"[{neutral}]", "").strip()
            parts.append((language, neutral if nothing_else or self.names.found_in(said) else said))
        return Words(tuple(parts))


def merged(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Amounts of the same key added up, in the order of the keys."""
    found: dict[Any, Any] = {}
    for key, amount in pairs:
        found[key] = found[key] + amount if key in found else amount
    return dict(sorted(found.items()))
