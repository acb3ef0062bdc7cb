"""Typography of prose that people type, in Swedish and English: spaces that do not break, quotation marks, dashes.

Claims that are placed in the text (`{{members-ke:share}}`), addresses and everything already right stay as they are.
Nothing is lost but the kind of a space, a quotation mark or a dash, and a second time changes nothing more.
Sources: Svenska skrivregler (Språkrådet, 2017); New Hart's Rules (Oxford, 2014).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from egenmakt.core.evidence.blocks import Inline, Text
from egenmakt.core.money import DECIMALS

NO_BREAK: Final = "\u00a0"
LANGUAGES: Final = frozenset({"en", "sv"})

# What is no prose: claims, addresses on the web and of people, and code between grave accents.
_HELD: Final = re.compile(r"\{\{[^{}]*\}\}|`[^`\n]*`|\b(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_MONTHS: Final = {
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_UNITS: Final = {
    "sv": "kr|kronor|mnkr|tkr|mdkr|öre|euro|dollar|procent|procentenheter|promille|miljon|miljoner|miljard|miljarder|"
    "tusen|år|månader|veckor|dagar|timmar|timme|minuter|kg|g|mg|ton|km|m|cm|mm|mil|ha|m²|km²|l|dl|cl|st|sid",
    "en": "percent|million|millions|billion|thousand|euros|dollars|years|months|weeks|days|hours|hour|minutes|"
    "kg|g|mg|tonnes|km|m|cm|mm|ha|m²|km²|l|am|pm",
}
_CURRENCIES: Final = "|".join(sorted(DECIMALS))
# With spaces between, as Swedish writes them: "t ex", "bl a". With points: "t. ex.", "d. v. s."
_SHORT: Final = {
    "sv": "t ex|bl a|d v s|m m|m fl|o s v|s k|f n|e d|p g a|fr o m|t o m|i st f|f d|s a s",
    "en": "i e|e g|a m|p m",
}
_SPACES: Final = "[ \u00a0]"


def typographic(text: str, *, language: str) -> str:
    """The text with its spaces, quotation marks and dashes set; in a language without rules here, unchanged."""
    own = language.replace("_", "-").split("-")[0].lower()
    if own not in LANGUAGES:
        return text
    pieces = []
    before, last = "", 0
    for held in (*_HELD.finditer(text), None):
        piece = text[last : held.start() if held else len(text)]
        pieces.append(_set(piece, own, before=before, after=held.group()[0] if held else ""))
        if held:
            pieces.append(held.group())
            before, last = held.group()[-1], held.end()
    return "".join(pieces)


def typographic_inlines(inlines: tuple[Inline, ...], *, language: str) -> tuple[Inline, ...]:
    """The same for a paragraph in parts: claims stay, and words in another language go by its own rules."""
    return tuple(
        replace(inline, text=typographic(inline.text, language=inline.language or language))
        if isinstance(inline, Text)
        else inline
        for inline in inlines
    )


def _set(text: str, language: str, *, before: str, after: str) -> str:
    """One piece of prose. `before` and `after` are the signs that it stands between, which a mark may lean on."""
    if not text:
        return text
    for rule in (_quotation_marks(language, before, after), _dashes, _numbers, _with_units(language), _names(language)):
        text = rule(text)
    return text


def _quotation_marks(language: str, before: str, after: str) -> Callable[[str], str]:
    """Swedish has ” at both ends; English “ and ”. An apostrophe is ’ in both."""

    def rule(text: str) -> str:
        shown: list[str] = []
        for i, sign in enumerate(text):
            left = text[i - 1] if i else before
            right = text[i + 1] if i + 1 < len(text) else after
            if sign in '"„“”' and language == "sv":
                sign = "”"
            elif sign == '"':
                sign = "“" if _opens(left, right) else "”"
            elif sign == "'":
                is_quote = language == "en" and _opens(left, right) and right.isalpha()
                sign = "‘" if is_quote else "’"
            shown.append(sign)
        return "".join(shown)

    return rule


def _opens(left: str, right: str) -> bool:
    """Whether a mark opens: nothing, a space, a bracket, a dash or another mark before it, and something after it."""
    leans = not left or left.isspace() or left in "([{–—-/“‘\"'"
    return leans and bool(right) and not right.isspace()


_YEARS: Final = r"(?:1[89]|20)\d\d"
_RANGE: Final = re.compile(
    rf"(?<![\w./:–-])(?:({_YEARS})-({_YEARS}|\d\d)|(\d{{1,3}})-(\d{{1,3}})|(\d{{1,2}}[.:]\d\d)-(\d{{1,2}}[.:]\d\d))"
    r"(?![\w/–-]|[.:,]\d)"
)
_THOUGHT: Final = re.compile(rf"(?<=\S){_SPACES}(?:-|--|–){_SPACES}(?=[^\W\d_])")


def _dashes(text: str) -> str:
    """Ranges and thoughts have the short dash: 2024–2025, 5–7, and a thought – like this one."""
    text = _THOUGHT.sub(lambda found: f"{found.group()[0]}–{found.group()[-1]}", text)
    return _RANGE.sub(_range, text)


def _range(found: re.Match[str]) -> str:
    """Only what rises is a range: 08-12 is a telephone's or a month's, 7-5 a result."""
    first, last = (group for group in found.groups() if group is not None)
    if ":" in first or "." in first:
        rises = True
    elif len(first) == 4 and len(last) == 2:
        # 2024-25 is a range of years, 2024-12 a month
        rises = int(last) == int(first[2:]) + 1 and int(last) > 12
    else:
        rises = int(first) < int(last) and not (first.startswith("0") or last.startswith("0"))
    return f"{first}–{last}" if rises else found.group()


_GROUPS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")


def _numbers(text: str) -> str:
    """Thousands hold together: 1 200."""
    return _GROUPS.sub(lambda found: found.group().replace(" ", NO_BREAK), text)


def _with_units(language: str) -> Callable[[str], str]:
    """A number holds its unit, and a day its month and its year: 12 %, 3 km, 500 SEK, 3 mars 2025."""
    unit = re.compile(rf"(?<=\d) (?=(?:%|‰|°C|€|\$|£|(?:{_UNITS[language]}|{_CURRENCIES})(?!\w)))")
    money = re.compile(rf"(?<!\w)({_CURRENCIES}|§) (?=\d)")
    months = _MONTHS[language]
    day = re.compile(rf"(?<!\d)(\d{{1,2}}) (?=(?:{months})(?!\w))")
    year = re.compile(rf"(?<!\w)(\d{{1,2}}{NO_BREAK}(?:{months})) (?=\d{{4}}(?!\d))")
    american = re.compile(r"(?<!\w)(" + months + r") (?=\d{1,2},)")

    def rule(text: str) -> str:
        text = unit.sub(NO_BREAK, text)
        text = money.sub(rf"\1{NO_BREAK}", text)
        text = day.sub(rf"\1{NO_BREAK}", text)
        text = year.sub(rf"\1{NO_BREAK}", text)
        return american.sub(rf"\1{NO_BREAK}", text) if language == "en" else text

    return rule


# Two capitals with points, or one before a name: A. B. Svensson. One alone may as well end a sentence: "plan B. Sedan".
_INITIALS: Final = re.compile(r"(?<!\w)([^\W\d_]\.) (?=[^\W\d_]\. ?[^\W\d_])")
_LAST_INITIAL: Final = re.compile(rf"(?<![\w])([^\W\d_]\.{_SPACES}?[^\W\d_]\.) (?=[^\W\d_])")


def _names(language: str) -> Callable[[str], str]:
    """Initials hold to the name, and short words in parts hold together: A. B. Ek, t ex."""
    short = re.compile(rf"(?<!\w)(?:{_SHORT[language].replace(' ', _SPACES)})(?!\w)")
    pointed = re.compile(r"(?<!\w)(?:" + _SHORT[language].replace(" ", rf"\.{_SPACES}") + r")\.", re.IGNORECASE)

    def rule(text: str) -> str:
        text = short.sub(lambda found: found.group().replace(" ", NO_BREAK), text)
        text = pointed.sub(lambda found: found.group().replace(" ", NO_BREAK), text)
        text = _INITIALS.sub(lambda found: _capital(found, text), text)
        return _LAST_INITIAL.sub(lambda found: _capital(found, text), text)

    return rule


def _capital(found: re.Match[str], text: str) -> str:
    """Capitals alone are initials, before a capital: not "t. ex. i"."""
    first, name = found.group(1), text[found.end()]
    is_name = first.replace(".", "").replace(" ", "").replace(NO_BREAK, "").isupper() and name.isupper()
    return f"{first}{NO_BREAK}" if is_name else found.group()
