"""How a document is read field by field: every fault with its place and remedy, and the JSON Schema out of the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Protocol

from django.utils.translation import gettext as say

JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a document: where, what, and what to do about it."""

    place: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence} — {self.remedy}" if self.place else f"{self.sentence} — {self.remedy}"


class DocumentRefused(ValueError):
    """A document cannot be used; every fault is listed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults[:5])))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Row:
    """An object of a document as it was read: its fields by name, what is left out empty, and its place."""

    place: str
    said: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.said[name]

    def at(self, name: str) -> str:
        """The place of one of its fields."""
        return inside(self.place, name)


class Kind(Protocol):
    """A kind of field. `empty` is what stands for one that is left out."""

    @property
    def empty(self) -> Any: ...
    def schema(self) -> JsonSchema: ...
    def read(self, value: Any, place: str, faults: list[Fault]) -> Any: ...


def inside(place: str, name: str) -> str:
    """The place of a field in a place: 'activities 2 (KE-1), budgets 1, value'."""
    return f"{place}, {name}" if place else name


@dataclass(frozen=True, slots=True)
class Listed:
    """Several of a kind, in their order. Rows with a `code` are named by it too."""

    item: Kind
    least: int = 0
    empty: tuple[Any, ...] = ()

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", **least, "items": self.item.schema()}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The list, as far as it can be read."""
        if not isinstance(value, list):
            faults.append(Fault(place, say("This is no list."), say("Write it in square brackets: [ … ].")))
            return ()
        if len(value) < self.least:
            faults.append(Fault(place, say("The list is empty."), say("Write one at least.")))
        return tuple(
            self.item.read(one, f"{place} {number}{_code(one)}", faults) for number, one in enumerate(value, start=1)
        )


def _code(one: Any) -> str:
    code = one.get("code") if isinstance(one, dict) else None
    return f" ({code})" if isinstance(code, str) and len(code) <= 60 else ""


@dataclass(frozen=True, slots=True)
class Named:
    """Several of a kind, each under a name of its own."""

    item: Kind
    empty: Mapping[str, Any] = field(default_factory=dict)

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"type": "object", "additionalProperties": self.item.schema()}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The rows by their names, as far as they can be read."""
        if not isinstance(value, dict):
            faults.append(_no_object(place))
            return {}
        return {name: self.item.read(one, inside(place, name), faults) for name, one in value.items()}


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with fields that it must have and fields that it may have; no others."""

    required: Mapping[str, Kind]
    optional: Mapping[str, Kind] = field(default_factory=dict)
    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        known = {**self.required, **self.optional}
        needed = {"required": list(self.required)} if self.required else {}
        properties = {name: kind.schema() for name, kind in known.items()}
        return {"type": "object", "additionalProperties": False, **needed, "properties": properties}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The row, as far as it can be read."""
        if not isinstance(value, dict):
            faults.append(_no_object(place))
            return None
        known = {**self.required, **self.optional}
        faults += self._names(value, known, place)
        return Row(
            place,
            {
                name: kind.read(value[name], inside(place, name), faults) if name in value else kind.empty
                for name, kind in known.items()
            },
        )

    def _names(self, value: Mapping[str, Any], known: Mapping[str, Kind], place: str) -> Iterator[Fault]:
        for name in (one for one in value if one not in known):
            near = get_close_matches(name, known, n=1)
            remedy = (
                say("Did you mean “%(near)s”?") % {"near": near[0]}
                if near
                else say("Leave it out, or use one of: %(names)s.") % {"names": ", ".join(known)}
            )
            yield Fault(inside(place, name), say("There is no field of this name."), remedy)
        for name in (one for one in self.required if one not in value):
            yield Fault(inside(place, name), say("This is missing."), say("Write it."))


def _no_object(place: str) -> Fault:
    return Fault(place, say("This is no object."), say("Write it in braces: { … }."))
