"""The outline of a report, as data: its headings, what belongs under each, and which module fills it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal, get_args

SCHEMA: Final = "egenmakt.outline.1"
OUTLINES: Final = ("effect", "questions")
"""The outlines that ship, each a file of its name in `outlines/`."""

Expects = Literal["aims", "outputs", "outcomes", "method", "contribution", "learning"]
"""What belongs under a heading: aims, what was done, what changed, how it is known, our part, what was learnt."""
Balance = Literal["", "worked", "better"]
"""Which side of what was learnt a heading takes. An outline needs both."""
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
ORGANISATION: Final = "{organisation's}"
"""Stands in a heading for the name of the organisation, as an owner."""


class OutlineRefused(ValueError):
    """An outline has a hole, a repeated code or a wrong level. It names the outline, the section and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading of an outline and what is expected under it."""

    code: str
    level: int
    heading: Mapping[str, str]
    module: str
    expects: Expects
    authored: bool
    """Whether somebody must write here before the report can be published."""
    people_tell: bool
    """Whether those who lived through a change report it here themselves, and may say what caused it."""
    balance: Balance
    hint: Mapping[str, str]

    def heading_in(self, language: str, *, organisation: str = "") -> str:
        """The heading, with the organisation's name where the outline asks for it. Raises: KeyError for a language."""
        text = self.heading[language]
        if ORGANISATION not in text:
            return text
        owner = owned(organisation, language) if organisation else ("vårt" if language == "sv" else "our")
        return text.replace(ORGANISATION, owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The headings of a report in their order, in each of its languages."""

    code: str
    version: int
    name: Mapping[str, str]
    languages: tuple[str, ...]
    sections: tuple[Section, ...]

    def section(self, code: str) -> Section:
        """The section of a code. Raises: KeyError."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)


def owned(name: str, language: str) -> str:
    """A name as an owner: IM:s, Hoppets, Egenmakts; IM's, Hope's."""
    if language != "sv":
        return f"{name}'s"
    if name.endswith(("s", "x", "z")):
        return name
    return f"{name}:s" if name[-1].isupper() or name[-1].isdigit() else f"{name}s"


def load_outline(code: str) -> Outline:
    """An outline that ships. Raises: KeyError for one that does not."""
    if code not in OUTLINES:
        raise KeyError(f"{code} is none of the outlines {', '.join(OUTLINES)}.")
    file = resources.files("egenmakt.core.evidence.claims") / "outlines" / f"{code}.json"
    return read_outline(json.loads(file.read_text("utf-8")))


def read_outline(document: object) -> Outline:
    """An outline from its JSON (spec/outline.schema.json). Raises: OutlineRefused with the name of what is wrong."""
    if not isinstance(document, Mapping):
        raise OutlineRefused("An outline is a JSON object.")
    code = document.get("code")
    name = code if isinstance(code, str) and code else "an outline without a code"

    def refuse(sentence: str) -> OutlineRefused:
        return OutlineRefused(f"Outline {name}: {sentence}")

    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise refuse("its code is not made of small letters, digits and underscores.")
    if document.get("schema") != SCHEMA:
        raise refuse(f"its schema is {document.get('schema')!r}, not {SCHEMA!r}.")
    version, languages, rows = (document.get(key) for key in ("version", "languages", "sections"))
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise refuse("its version is not 1 or more.")
    if not isinstance(languages, list) or not languages or not all(isinstance(one, str) and one for one in languages):
        raise refuse("it has no languages.")
    if not isinstance(rows, list) or not rows:
        raise refuse("it has no sections.")
    try:
        sections = tuple(_section(row, languages) for row in rows)
        titles = _texts(document.get("name"), languages, "name")
        for fault in _faults(sections, languages):
            raise refuse(fault)
    except _Hole as error:
        raise refuse(str(error)) from None
    return Outline(code=code, version=version, name=titles, languages=tuple(languages), sections=sections)


class _Hole(ValueError):
    pass


_FIELDS: Final = {
    "code", "level", "heading", "module", "expects", "authored", "people_tell", "balance", "hint",
}  # fmt: skip


def _section(row: object, languages: list[str]) -> Section:
    if not isinstance(row, Mapping) or not isinstance(row.get("code"), str) or not CODE.fullmatch(row["code"]):
        raise _Hole(f"a section has no code: {row!r:.60}.")
    code = row["code"]
    if unknown := sorted(set(row) - _FIELDS):
        raise _Hole(f"section {code} has the unknown field {unknown[0]}.")
    level, module = row.get("level"), row.get("module")
    if isinstance(level, bool) or level not in (1, 2, 3):
        raise _Hole(f"section {code} has the level {level!r}, which is none of 1, 2, 3.")
    if not isinstance(module, str) or not CODE.fullmatch(module):
        raise _Hole(f"section {code} names no module that fills it.")
    for field, known in (("expects", get_args(Expects)), ("balance", get_args(Balance))):
        if row.get(field, "") not in known:
            raise _Hole(f"section {code}: {field} is {row.get(field)!r}, none of {', '.join(filter(None, known))}.")
    for field in ("authored", "people_tell"):
        if not isinstance(row.get(field, False), bool):
            raise _Hole(f"section {code}: {field} is neither true nor false.")
    return Section(
        code=code,
        level=level,
        heading=_texts(row.get("heading"), languages, f"heading of {code}"),
        module=module,
        expects=row["expects"],
        authored=row.get("authored", False),
        people_tell=row.get("people_tell", False),
        balance=row.get("balance", ""),
        hint=_texts(row.get("hint"), languages, f"hint of {code}"),
    )


def _texts(value: object, languages: list[str], what: str) -> dict[str, str]:
    texts = dict(value) if isinstance(value, Mapping) else {}
    for language in languages:
        if not isinstance(texts.get(language), str) or not texts[language].strip():
            raise _Hole(f"the {what} is missing in {language}.")
    return texts


def _faults(sections: tuple[Section, ...], languages: list[str]) -> Iterator[str]:
    level, seen = 0, set[str]()
    headings: dict[tuple[str, str], str] = {}
    for section in sections:
        if section.code in seen:
            yield f"the code {section.code} stands twice."
        seen.add(section.code)
        if section.level > level + 1:
            yield f"section {section.code} has the level {section.level} after {level}: a level is left out."
        level = section.level
        for language in languages:
            other = headings.setdefault((language, section.heading[language]), section.code)
            if other != section.code:
                yield f"sections {other} and {section.code} have the same heading in {language}."
    for balance, words in (("worked", "what has worked"), ("better", "what can be better")):
        if sum(section.balance == balance for section in sections) != 1:
            yield f"exactly one section says {words}."
