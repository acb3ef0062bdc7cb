"""The values that every IATI file is made of: texts in languages, identifiers, organisations, documents, periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
_LANGUAGE = re.compile(LANGUAGE)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IDENTIFIER = re.compile(r"[^/&|?\s]+")


class NotPublishable(ValueError):
    """What is to be published contradicts itself or the standard."""


def refuse(wrong: bool, sentence: str) -> None:
    """Raises: NotPublishable, where something is wrong."""
    if wrong:
        raise NotPublishable(sentence)


def check_identifier(identifier: str) -> None:
    """Raises: NotPublishable, for an identifier with spaces or one of the signs / & | ?."""
    refuse(
        _IDENTIFIER.fullmatch(identifier) is None,
        f"{identifier!r} is no identifier: it is empty, or has a space or one of the signs / & | ?.",
    )


@dataclass(frozen=True, slots=True)
class Words:
    """A text in one or more languages: pairs of a language and the text, each language once."""

    parts: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(sorted(self.parts)))  # the order is nobody's, and the bytes are stable
        refuse(not self.parts, "A text has no words in any language.")
        languages = [language for language, _ in self.parts]
        refuse(len(set(languages)) != len(languages), f"A text says something twice in one language: {languages}.")
        for language, text in self.parts:
            refuse(_LANGUAGE.fullmatch(language) is None, f"{language!r} is no code of a language, such as sv.")
            refuse(not text.strip(), f"The text in {language} is empty.")
            refuse(_FORBIDDEN.search(text) is not None, f"The text in {language} has a sign that XML cannot hold.")


def words(**parts: str) -> Words:
    """Words by language: words(sv="Spargrupper", en="Savings groups")."""
    return Words(tuple(parts.items()))


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who reports. `pattern` says how an activity's identifier is made; it must begin with the organisation's own."""

    ref: str
    name: Words
    kind: str
    pattern: str = "{ref}-{code}"
    secondary: bool = False

    def __post_init__(self) -> None:
        check_identifier(self.ref)
        refuse(not self.pattern.startswith("{ref}-") or "{code}" not in self.pattern,
                f"The pattern {self.pattern!r} does not begin with {{ref}}- or has no {{code}}.")  # fmt: skip

    def identifier(self, code: str) -> str:
        """The identifier of an activity. Raises: NotPublishable."""
        found = self.pattern.replace("{ref}", self.ref).replace("{code}", code)
        check_identifier(found)
        return found


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as others name it: by identifier, by name, or both; perhaps with its own activity."""

    name: Words | None = None
    ref: str | None = None
    kind: str | None = None
    activity: str | None = None

    def __post_init__(self) -> None:
        refuse(self.name is None and self.ref is None, "An organisation has neither an identifier nor a name.")
        for identifier in (self.ref, self.activity):
            if identifier is not None:
                check_identifier(identifier)


@dataclass(frozen=True, slots=True)
class Document:
    """A document on the web. `format` is a media type; `countries` is for organisation files only."""

    url: str
    format: str
    title: Words
    categories: tuple[str, ...]
    description: Words | None = None
    languages: tuple[str, ...] = ()
    on: date | None = None
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse(not self.categories, f"The document {self.url} has no category.")
        for name in ("categories", "languages", "countries"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))


def year_later(day: date) -> date:
    """The same day of the next year; of 29 February, 1 March."""
    if day.year == date.max.year:
        return date.max
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def check_period(start_on: date, end_on: date, *, a_year_at_most: bool) -> None:
    """Raises: NotPublishable, for a period that starts after its end, or is longer than a year where it must not be."""
    refuse(start_on > end_on, f"The period from {start_on} ends before it starts, on {end_on}.")
    long = a_year_at_most and end_on > year_later(start_on)
    refuse(long, f"The budget from {start_on} to {end_on} is longer than a year: divide it.")
