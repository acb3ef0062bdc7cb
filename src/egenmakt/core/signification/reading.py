"""Read a document that came in as JSON, and collect every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from egenmakt.core.signification.problems import Problem, problem

CODE: Final = "^[a-z][a-z0-9_]{0,39}$"
LANGUAGE: Final = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
UUID_FORM: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
INSTANT: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"
HASH: Final = "^[0-9a-f]{64}$"

NO_ID: Final = UUID(int=0)
WHOLE_MAX: Final = 2**53 - 1
"""What a phone's numbers hold exactly."""

# the names of U+0000 to U+001F, which Python's table of characters leaves out
_CONTROL_NAMES: Final = re.findall(
    r"[A-Z0-9-]+",
    "NULL START-OF-HEADING START-OF-TEXT END-OF-TEXT END-OF-TRANSMISSION ENQUIRY ACKNOWLEDGE BELL BACKSPACE TAB "
    "LINE-FEED VERTICAL-TAB FORM-FEED CARRIAGE-RETURN SHIFT-OUT SHIFT-IN DATA-LINK-ESCAPE DEVICE-CONTROL-1 "
    "DEVICE-CONTROL-2 DEVICE-CONTROL-3 DEVICE-CONTROL-4 NEGATIVE-ACKNOWLEDGE SYNCHRONOUS-IDLE "
    "END-OF-TRANSMISSION-BLOCK CANCEL END-OF-MEDIUM SUBSTITUTE ESCAPE FILE-SEPARATOR GROUP-SEPARATOR "
    "RECORD-SEPARATOR UNIT-SEPARATOR",
)


def has_form(pattern: str, text: str) -> bool:
    """Whether the whole text has the form. `$` alone would let a line end through."""
    return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text, re.ASCII) is not None


# all of category Cc but tab and line ends, and all of category Cs
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def text_problems(text: str, most: int) -> list[Problem]:
    """What keeps a text from being stored: too long, a control character, half a character.

    Marks of direction, emoji, HTML and formulas are text like any other and are kept as they are.
    """
    found = [problem("too_long", length=len(text), most=most)] if len(text) > most else []
    strange = _UNSTORABLE.search(text, 0, most)
    if strange:
        number, position = ord(strange[0]), strange.start() + 1
        if number > 0x9F:
            found.append(problem("half_character", name=f"U+{number:04X}", position=position))
        else:
            name = _CONTROL_NAMES[number].replace("-", " ") if number < 32 else "DELETE" if number == 127 else "C1"
            found.append(problem("control_character", name=f"U+{number:04X} {name}", position=position))
    return found


class Reading:
    """The problems found so far; each method reads one value at a place and returns it, or a harmless stand-in."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, code: str, where: str, **values: object) -> None:
        """Remember a problem."""
        self.problems.append(problem(code, where, **values))

    def add(self, problems: Sequence[Problem], where: str) -> None:
        """Remember the problems of a part."""
        self.problems.extend(each.within(where) for each in problems)

    def fields(
        self, value: object, where: str, *, required: Collection[str], optional: Collection[str] = ()
    ) -> Mapping[str, object]:
        """An object with these fields. Missing and unknown ones are noted; what is missing stays missing."""
        if not isinstance(value, Mapping):
            self.note("not_an_object", where)
            return {}
        for name in required:
            if name not in value:
                self.note("missing", where, field=name)
        for name in value:
            if name not in required and name not in optional:
                self.note("unknown_field", where, field=name)
        return value

    def items(self, value: object, where: str, *, least: int = 0, most: int = 1000) -> Sequence[object]:
        """A list with at least and at most so many items."""
        if not isinstance(value, list):
            self.note("not_a_list", where)
            return ()
        if len(value) < least:
            self.note("too_few", where, length=len(value), least=least)
        if len(value) > most:
            self.note("too_many", where, length=len(value), most=most)
            return value[:most]
        return value

    def text(self, value: object, where: str, *, most: int, may_be_empty: bool = False) -> str:
        """A text that can be stored."""
        if not isinstance(value, str):
            self.note("not_text", where, given=value)
            return ""
        if not may_be_empty and not value.strip():
            self.note("empty_text", where)
        self.add(text_problems(value, most), where)
        return value

    def whole(self, value: object, where: str, *, least: int = 0, most: int = WHOLE_MAX) -> int:
        """A whole number within limits. True and false are no numbers."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.note("not_whole", where, given=value)
            return least
        if not least <= value <= most:
            self.note("out_of_range", where, given=value, least=least, most=most)
            return least
        return value

    def flag(self, value: object, where: str) -> bool:
        """Yes or no."""
        if not isinstance(value, bool):
            self.note("not_yes_or_no", where, given=value)
            return False
        return value

    def formed(self, value: object, where: str, form: str, refusal: str) -> str:
        """A text of a fixed form: a code, a language, a hash."""
        if not isinstance(value, str) or not has_form(form, value):
            self.note(refusal, where, given=value)
            return ""
        return value

    def code(self, value: object, where: str) -> str:
        """A code, such as age_band."""
        return self.formed(value, where, CODE, "not_a_code")

    def language(self, value: object, where: str) -> str:
        """The code of a language, such as sw."""
        return self.formed(value, where, LANGUAGE, "not_a_language")

    def id(self, value: object, where: str) -> UUID:
        """An id, in the one form that is written: small letters and hyphens."""
        text = self.formed(value, where, UUID_FORM, "not_an_id")
        return UUID(text) if text else NO_ID

    def one_of(self, value: object, where: str, known: Sequence[str]) -> str:
        """One of a few words."""
        if not isinstance(value, str) or value not in known:
            self.note("not_one_of", where, given=value, known=", ".join(known))
            return known[0]
        return value

    def instant(self, value: object, where: str) -> datetime | None:
        """A time in UTC; None when there is none or it was noted."""
        if value is None:
            return None
        text = self.formed(value, where, INSTANT, "not_an_instant")
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            self.note("not_an_instant", where, given=value)
            return None

    def no_repeats(self, codes: Sequence[str], wheres: Sequence[str]) -> None:
        """Note each code that was there before."""
        seen: set[str] = set()
        for code, where in zip(codes, wheres, strict=True):
            if code and code in seen:
                self.note("twice", where, given=code)
            seen.add(code)
