"""Read a document that came in as JSON, and collect every problem instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from egenmakt.core.lending.parts import InvalidTerms, Problem

Made = TypeVar("Made")


class Reader:
    """One JSON object: each method takes a field by name, and notes what is wrong with it."""

    def __init__(self, document: object, path: str = "") -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.seen: set[str] = set()
        self.document: Mapping[str, object] = {}
        if isinstance(document, Mapping):
            self.document = document
        else:
            self.problems.append((path or "terms", f"{document!r} is not an object with named fields."))

    def note(self, name: str, message: str) -> None:
        """Remember a problem of a field."""
        self.problems.append((f"{self.path}{name}", message))

    def has(self, name: str) -> bool:
        """Whether the field is given with a value that is not null; the field counts as known from now on."""
        self.seen.add(name)
        return self.document.get(name) is not None

    def raw(self, name: str, default: object = None) -> object:
        """The field as it stands, or the default when it is missing or null."""
        return self.document[name] if self.has(name) else default

    def required(self, name: str) -> None:
        """Note a problem when the field is missing."""
        if not self.has(name):
            self.note(name, "This is missing; it has no default.")

    def text(self, name: str, default: str = "") -> str:
        """A word."""
        value = self.raw(name, default)
        if isinstance(value, str):
            return value
        self.note(name, f"{value!r} is not text; write it in quotes.")
        return default

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number."""
        return self.as_whole(name, self.raw(name, default), default)

    def as_whole(self, name: str, value: object, default: int = 0) -> int:
        """A value as a whole number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.note(name, f"{value!r} is not a whole number; write one without quotes or decimals.")
        return default

    def day(self, name: str, default: date = date.min) -> date:
        """A day such as 2026-01-31."""
        return self.as_day(name, self.raw(name, default.isoformat()), default)

    def as_day(self, name: str, value: object, default: date = date.min) -> date:
        """A value as a day."""
        try:
            # fromisoformat also reads 20260131 and week dates, which people do not
            if isinstance(value, str) and len(value) == 10 and value[4] == "-" == value[7]:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.note(name, f"{value!r} is not a date; write it like 2026-01-31.")
        return default

    def decimal(self, name: str, default: Decimal = Decimal(0)) -> Decimal:
        """A percentage."""
        return self.as_decimal(name, self.raw(name, default), default)

    def as_decimal(self, name: str, value: object, default: Decimal = Decimal(0)) -> Decimal:
        """A value as an exact decimal. A JSON number that arrives as a float is read by its shortest text."""
        if isinstance(value, (int, str, Decimal, float)) and not isinstance(value, bool):
            try:
                number = Decimal(repr(value) if isinstance(value, float) else value)
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite():
                return number
        self.note(name, f"{value!r} is not a number; write it like 1.5, in quotes or without.")
        return default

    def items(self, name: str) -> Sequence[object]:
        """A list."""
        value = self.raw(name, [])
        if isinstance(value, (list, tuple)):
            return value
        self.note(name, f"{value!r} is not a list; write it in square brackets.")
        return []

    def part(self, name: str, make: Callable[[Reader], Made], default: Made) -> Made:
        """An object within this one, made by a function that reads it."""
        return self._make(f"{name}.", self.document[name], make, default) if self.has(name) else default

    def parts(self, name: str, make: Callable[[Reader], Made]) -> tuple[Made, ...]:
        """A list of objects, each made by a function that reads it; those with a problem are left out."""
        made = [self._make(f"{name}[{index}].", item, make, None) for index, item in enumerate(self.items(name))]
        return tuple(item for item in made if item is not None)

    def _make(self, path: str, item: object, make: Callable[[Reader], Made], default: Made) -> Made:
        reader = Reader(item, f"{self.path}{path}")
        result = default
        try:
            result = make(reader)
            reader.nothing_else()
        except InvalidTerms as invalid:
            if not reader.problems:
                own = [(f"{reader.path}{field.rpartition('.')[2]}", message) for field, message in invalid.problems]
                reader.problems += own
        self.problems += reader.problems
        return result

    def nothing_else(self) -> None:
        """Note every field that nobody asked for: a misspelt option must not be ignored in silence."""
        for name in self.document:
            if name not in self.seen:
                self.note(str(name), f"This field is not known; known are {', '.join(sorted(self.seen))}.")

    def finish(self) -> None:
        """Raise InvalidTerms when anything was noted."""
        if self.problems:
            raise InvalidTerms(self.problems)
