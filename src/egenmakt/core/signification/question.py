"""One question of a framework: its texts in every language, its options, and when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

Texts = Mapping[str, str]
"""A text by language. Only the source language is sure to be there."""

About = Literal["story", "teller"]
ABOUT: tuple[str, ...] = ("story", "teller")

AREAS: tuple[str, ...] = ("collective_action", "economic_independence", "participation", "organisation")
"""The four outcome areas of the effect report; an option may belong to one of them."""
DIRECTIONS: tuple[str, ...] = ("better", "none", "worse", "other")


def words(texts: Texts, language: str, source: str) -> str:
    """A text in a language, else in its base language (pt for pt-BR), else in the source language."""
    for each in (language, language.partition("-")[0]):
        if texts.get(each):
            return texts[each]
    return texts.get(source, "")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, a corner of a triad, a stone, or a level of place: a code and its texts."""

    code: str
    text: Texts
    picture: str = ""
    """The name of a picture that is shown beside the text."""
    area: str = ""
    """For a type of change: the outcome area it belongs to."""
    direction: str = ""
    """For a type of change: better, none, worse or other."""
    minor: bool = False
    """Whether who chooses this is a child, so that a parent or guardian must agree too."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a canvas, with a text at either end."""

    low: Texts
    high: Texts


@dataclass(frozen=True, slots=True)
class ShowIf:
    """The question is shown only when an earlier one was answered with any of these options."""

    question: str
    any_of: tuple[str, ...]


Own = str | int | bool | Texts | Axis | tuple[Option, ...]
"""What a field of one question type may hold."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `own` holds what its type needs beside what every question has."""

    code: str
    type: str
    text: Texts
    about: About = "story"
    help: Texts = field(default_factory=dict)
    required: bool = False
    may_not_apply: bool = False
    show_if: ShowIf | None = None
    own: Mapping[str, Own] = field(default_factory=dict)

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be chosen; nothing for a question that is not a choice."""
        return self.marks("options")

    @property
    def own_words(self) -> str:
        """The code of the option that takes the teller's own words, or nothing."""
        return self.word("own_words")

    @property
    def option_codes(self) -> tuple[str, ...]:
        """The codes of the options, in their order."""
        return tuple(option.code for option in self.options)

    def marks(self, name: str) -> tuple[Option, ...]:
        """A list of options, corners, stones or levels of this type's own fields."""
        return cast("tuple[Option, ...]", self.own.get(name, ()))

    def texts(self, name: str) -> Texts:
        """A text by language of this type's own fields, such as `left`."""
        return cast("Texts", self.own.get(name, {}))

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of this type's own fields, such as `most`."""
        return cast("int", self.own.get(name, default))

    def word(self, name: str, default: str = "") -> str:
        """A plain word of this type's own fields, such as `precision`."""
        return cast("str", self.own.get(name, default))

    def flag(self, name: str) -> bool:
        """A yes or no of this type's own fields, such as `several`."""
        return cast("bool", self.own.get(name, False))

    def axis(self, name: str) -> Axis:
        """An axis of a canvas: `x` or `y`."""
        return cast("Axis", self.own[name])
