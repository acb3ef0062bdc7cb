"""The lines of a monthly report, as data: `monthly_lines.json` has their codes, names and the words of other tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from egenmakt.core.numerals import word


class NotALine(ValueError):
    """The description of a line lacks what it needs."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One indicator that is reported each month."""

    code: str
    name: Mapping[str, str]
    part_of: str = ""
    also: tuple[str, ...] = ()
    """By which other words a table of somebody else's may call it."""
    counted_as: str = ""
    """The accumulated indicator of the catalogue that our own registers count it by; empty where none does yet."""
    counted_where: Mapping[str, str] = field(default_factory=dict)
    """The part of it that is meant, such as {"sex": "female"}."""

    def __post_init__(self) -> None:
        if not self.code.isidentifier() or not self.name.get("en") or self.part_of == self.code:
            raise NotALine(f"{self.code!r}: a line has a code, a name in English, and is no part of itself.")

    def named(self, language: str) -> str:
        """Its name in a language, or in English."""
        return self.name.get(language.split("-")[0], self.name["en"])


@cache
def report_lines() -> tuple[ReportLine, ...]:
    """The lines in their order. Raises: NotALine."""
    given = json.loads((Path(__file__).parent / "monthly_lines.json").read_text(encoding="utf-8"))
    lines = tuple(ReportLine(**{**one, "also": tuple(one.get("also", ()))}) for one in given)
    codes = [line.code for line in lines]
    if len(set(codes)) != len(codes) or any(line.part_of and line.part_of not in codes for line in lines):
        raise NotALine("The lines have different codes, and a part names a whole that is there.")
    return lines


def parts_of_lines() -> dict[str, str]:
    """Part -> whole."""
    return {line.code: line.part_of for line in report_lines() if line.part_of}


def line_called(name: str) -> str:
    """The code of the line that a table calls by this name; "" where no line is called so."""
    wanted = word(name)
    for line in report_lines():
        if wanted in {word(one) for one in (line.code, *line.name.values(), *line.also)}:
            return line.code
    return ""
