"""The kinds of single values in a publisher's document: texts, days, amounts, shares, choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as say

from egenmakt.interfaces.exports.iati.names import Names, TooShortAName
from egenmakt.interfaces.exports.iati.publisher.form import Fault, JsonSchema
from egenmakt.interfaces.exports.iati.values import LANGUAGE, NotPublishable, Words

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What ends a line or steers it, and what XML cannot hold."""
_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,10})?$"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one form; without a pattern any that is not blank."""

    pattern: str = r"\S"
    example: str = ""
    most: int = 2000
    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"type": "string", "pattern": self.pattern, "maxLength": self.most}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The text."""
        fits = isinstance(value, str) and re.search(self.pattern, value) and len(value) <= self.most
        if fits and not _NOT_IN_A_LINE.search(value):
            return value
        sentence = say("%(value)s cannot stand here.") % {"value": _shown(value)}
        remedy = (
            say("Write it like “%(example)s”.") % {"example": self.example} if self.example else say("Write a text.")
        )
        faults.append(Fault(place, sentence, remedy))
        return None


WORDS_SCHEMA: JsonSchema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": f"^{LANGUAGE}$"},
    "additionalProperties": {"type": "string", "pattern": r"\S"},
}
"""What `InLanguages` refers to as `words`."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A name that must not be published: long enough to be looked for."""

    empty: None = None
    _text: Text = field(default_factory=lambda: Text(most=200))

    def schema(self) -> JsonSchema:
        """As JSON Schema; how many letters it has is seen when it is read."""
        return self._text.schema()

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The name."""
        text = self._text.read(value, place, faults)
        try:
            Names.of([text] if text is not None else [])
        except TooShortAName as error:
            faults.append(Fault(place, str(error), say("Write the whole name.")))
        return text


@dataclass(frozen=True, slots=True)
class InLanguages:
    """A text in one or more languages: {"sv": "Spargrupper", "en": "Savings groups"}."""

    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"$ref": "#/$defs/words"}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The words."""
        remedy = say('Write it by language: {"sv": "…", "en": "…"}.')
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            sentence = say("%(value)s is no text by language.") % {"value": _shown(value)}
            faults.append(Fault(place, sentence, remedy))
            return None
        try:
            return Words(tuple(value.items()))
        except NotPublishable as error:
            faults.append(Fault(place, str(error), remedy))
            return None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"type": "string", "pattern": _DAY}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The day."""
        try:
            if isinstance(value, str) and re.fullmatch(_DAY, value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # a day that no calendar has, such as 2026-02-30: it is refused below
        sentence = say("%(value)s is no day.") % {"value": _shown(value)}
        faults.append(Fault(place, sentence, say("Write it like “%(example)s”.") % {"example": "2026-01-31"}))
        return None


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a text, which every program reads alike: "1250.50". Money is one in major units."""

    low: int | None = None
    high: int | None = None
    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema; the bounds are held when it is read."""
        return {"type": "string", "pattern": _NUMBER}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The number, exactly."""
        if isinstance(value, str) and re.fullmatch(_NUMBER, value):
            number = Decimal(value)
            if (self.low is None or number >= self.low) and (self.high is None or number <= self.high):
                return number
            sentence = say("%(value)s is too small or too large.") % {"value": value}
            remedy = say("Write a number from %(low)s to %(high)s.") % {"low": self.low, "high": self.high}
            faults.append(Fault(place, sentence, remedy))
            return None
        sentence = say("%(value)s is no number in quotation marks.") % {"value": _shown(value)}
        faults.append(Fault(place, sentence, say("Write it like “%(example)s”.") % {"example": "1250.50"}))
        return None


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from one to another."""

    low: int
    high: int
    empty: None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The number."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return value
        sentence = say("%(value)s cannot stand here.") % {"value": _shown(value)}
        remedy = say("Write a whole number from %(low)s to %(high)s, without quotation marks.")
        faults.append(Fault(place, sentence, remedy % {"low": self.low, "high": self.high}))
        return None


@dataclass(frozen=True, slots=True)
class Yes:
    """True or false."""

    empty: bool | None = False

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"type": "boolean"}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """Which of them."""
        if isinstance(value, bool):
            return value
        sentence = say("%(value)s cannot stand here.") % {"value": _shown(value)}
        faults.append(Fault(place, sentence, say("Write true or false, without quotation marks.")))
        return self.empty


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, each of which means a code of the standard."""

    codes: Mapping[str, str] = field(hash=False)
    empty: str | None = None

    def schema(self) -> JsonSchema:
        """As JSON Schema."""
        return {"enum": list(self.codes)}

    def read(self, value: Any, place: str, faults: list[Fault]) -> Any:
        """The code that the word means."""
        if isinstance(value, str) and value in self.codes:
            return self.codes[value]
        sentence = say("%(value)s cannot stand here.") % {"value": _shown(value)}
        faults.append(Fault(place, sentence, say("Use one of: %(codes)s.") % {"codes": ", ".join(self.codes)}))
        return self.empty


def _shown(value: Any) -> str:
    return f"{value!r:.60}"
