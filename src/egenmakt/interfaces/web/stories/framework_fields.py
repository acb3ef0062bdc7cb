"""The fields of a question in the editor, made from its type; and the question's document, made from the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.question import AREAS, DIRECTIONS
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.question_types.fields import AxisWords, FieldKind, Flag, Marks, OneOf, Whole, Words
from egenmakt.interfaces.web.pictures import picture_names, picture_word
from egenmakt.interfaces.web.templatetags.parts import own_name

SPARE_ROWS: Final = 3
"""So many empty rows stand below the options, to be filled in; what stays empty is left out."""

NAMES: Final[dict[str, Any]] = {
    "options": gettext_lazy("Answers to choose from"),
    "corners": gettext_lazy("The three corners"),
    "stones": gettext_lazy("The stones"),
    "levels": gettext_lazy("Kinds of place, the largest first"),
    "left": gettext_lazy("The end where the reading begins (left in English)"),
    "right": gettext_lazy("The other end"),
    "x": gettext_lazy("Across"),
    "y": gettext_lazy("Upwards"),
    "low": gettext_lazy("the low end"),
    "high": gettext_lazy("the high end"),
    "picture": gettext_lazy("Picture"),
    "own_words": gettext_lazy("The code of the answer that takes own words"),
    "several": gettext_lazy("More than one may be chosen"),
    "most": gettext_lazy("At most"),
    "least": gettext_lazy("At least"),
    "decimals": gettext_lazy("Decimals"),
    "long": gettext_lazy("A large field for many lines"),
    "precision": gettext_lazy("How precisely"),
    "seconds_max": gettext_lazy("Seconds at most"),
    "pixels_max": gettext_lazy("Pixels of the longer side at most"),
    "area": gettext_lazy("Outcome area"),
    "direction": gettext_lazy("Direction"),
    "minor": gettext_lazy("A child"),
}
WORDS: Final[dict[str, Any]] = {
    "day": gettext_lazy("day"),
    "month": gettext_lazy("month"),
    "year": gettext_lazy("year"),
    "collective_action": gettext_lazy("collective action"),
    "economic_independence": gettext_lazy("economic independence"),
    "participation": gettext_lazy("participation in decisions"),
    "organisation": gettext_lazy("a stronger organisation"),
    "better": gettext_lazy("for the better"),
    "none": gettext_lazy("no change"),
    "worse": gettext_lazy("for the worse"),
    "other": gettext_lazy("other"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one language."""

    name: str
    language: str
    language_name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of options, corners, stones or levels."""

    place: int
    code: str
    texts: tuple[Text, ...]
    extras: Mapping[str, Any]
    prefix: str
    has_minor: bool = False
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type, as it is drawn."""

    name: str
    label: Any
    kind: str
    value: Any = ""
    texts: tuple[Text, ...] = ()
    marks: tuple[Mark, ...] = ()
    choices: tuple[tuple[str, Any], ...] = ()
    extra: tuple[str, ...] = ()


def texts_of(prefix: str, value: Any, languages: Sequence[str]) -> tuple[Text, ...]:
    """A text in every language of the framework, the source first."""
    given = value if isinstance(value, Mapping) else {}
    return tuple(Text(f"{prefix}.{code}", code, own_name(code), str(given.get(code, ""))) for code in languages)


def fields_of(question: Mapping[str, Any], languages: Sequence[str]) -> list[Field]:
    """The fields that a question's type has of its own."""
    made = []
    for name, kind in QUESTION_TYPES[question["type"]].fields.items():
        value = question.get(name, kind.default)
        made.extend(_field(name, kind, value, languages))
    return made


def _field(name: str, kind: FieldKind, value: Any, languages: Sequence[str]) -> list[Field]:
    label = NAMES.get(name, name)
    match kind:
        case Words():
            return [Field(name, label, "texts", texts=texts_of(name, value, languages))]
        case AxisWords():
            given = value if isinstance(value, Mapping) else {}
            return [
                Field(
                    f"{name}.{end}",
                    f"{label}: {NAMES[end]}",
                    "texts",
                    texts=texts_of(f"{name}.{end}", given.get(end), languages),
                )
                for end in ("low", "high")
            ]
        case Marks():
            return [Field(name, label, "marks", marks=_marks(name, kind, value, languages), extra=kind.extra)]
        case Flag():
            return [Field(name, label, "flag", value=bool(value))]
        case Whole():
            return [Field(name, label, "whole", value="" if value is None else value)]
        case OneOf():
            return [Field(name, label, "choice", value=value, choices=_choices(kind.known))]
    if name == "picture":
        names = tuple((each, picture_word(each)) for each in picture_names())
        return [Field(name, label, "choice", value=value or "", choices=(("", _("None")), *names))]
    return [Field(name, label, "word", value=value or "")]


def _choices(known: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((each, WORDS.get(each, each)) for each in known)


def _marks(name: str, kind: Marks, value: Any, languages: Sequence[str]) -> tuple[Mark, ...]:
    given = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    spare = max(kind.least - len(given), 0 if kind.most == kind.least else SPARE_ROWS)
    rows = [*given, *({} for _row in range(min(spare, max(kind.most - len(given), 0))))]
    choices = {
        "picture": (("", _("None")), *((each, picture_word(each)) for each in picture_names())),
        "area": (("", _("None")), *_choices(AREAS)),
        "direction": _choices(DIRECTIONS),
    }
    return tuple(
        Mark(
            place=number,
            code=str(row.get("code", "")),
            texts=texts_of(f"{name}.{number}.text", row.get("text"), languages),
            extras={
                each: {"label": NAMES[each], "value": row.get(each, ""), "choices": choices[each]}
                for each in kind.extra
                if each in choices
            },
            prefix=f"{name}.{number}",
            has_minor="minor" in kind.extra,
            is_minor=bool(row.get("minor")),
        )
        for number, row in enumerate(rows, start=1)
    )


def question_from(data: QueryDict, *, type: str, languages: Sequence[str]) -> dict[str, Any]:
    """The question's document as the fields say it, also where that is wrong: core names every problem."""
    question: dict[str, Any] = {"code": _typed(data, "code"), "type": type}
    if data.get("about") == "teller":
        question["about"] = "teller"
    question["text"] = _texts(data, "text", languages)
    if help := _texts(data, "help", languages):
        question["help"] = help
    question |= {name: True for name in ("required", "may_not_apply") if data.get(name)}
    if shown_after := data.getlist("show_if"):
        decider = shown_after[0].split("/", 1)[0]
        question["show_if"] = {
            "question": decider,
            "any_of": [
                each.split("/", 1)[1] for each in shown_after if "/" in each and each.split("/", 1)[0] == decider
            ],
        }
    for name, kind in QUESTION_TYPES[type].fields.items():
        value = _value(data, name, kind, languages)
        if value is not None:
            question[name] = value
    return question


def _typed(data: QueryDict, name: str) -> str:
    values = data.getlist(name)
    return str(values[-1]).strip() if values else ""


def _texts(data: QueryDict, prefix: str, languages: Sequence[str]) -> dict[str, str]:
    given = {code: _typed(data, f"{prefix}.{code}").replace("\r\n", "\n") for code in languages}
    return {code: text for code, text in given.items() if text}


def _value(data: QueryDict, name: str, kind: FieldKind, languages: Sequence[str]) -> Any:
    """The value of one field, or None where it is left at what its type says by itself."""
    match kind:
        case Words():
            return _texts(data, name, languages)
        case AxisWords():
            return {end: _texts(data, f"{name}.{end}", languages) for end in ("low", "high")}
        case Marks():
            return _rows(data, name, kind, languages)
        case Flag():
            return True if data.get(name) else None
    text = _typed(data, name)
    if isinstance(kind, Whole):
        return None if not text else int(text) if text.isdecimal() else text
    return text or None


def _rows(data: QueryDict, name: str, kind: Marks, languages: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for number in range(1, kind.most + SPARE_ROWS + 1):
        prefix = f"{name}.{number}"
        if f"{prefix}.code" not in data:
            break
        code, text = _typed(data, f"{prefix}.code"), _texts(data, f"{prefix}.text", languages)
        if not code and not text:
            continue
        row: dict[str, Any] = {"code": code, "text": text}
        row |= {each: data[f"{prefix}.{each}"] for each in kind.extra if data.get(f"{prefix}.{each}")}
        if "minor" in row:
            row["minor"] = True
        place = _typed(data, f"{prefix}.place")
        rows.append((int(place) if place.isdecimal() else number, number, row))
    return [row for _place, _number, row in sorted(rows, key=lambda each: each[:2])]
