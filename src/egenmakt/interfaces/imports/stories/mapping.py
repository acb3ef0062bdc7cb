"""Which column is what: the mapping that every format of stories is turned into, and that people can keep as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.story import LEVELS, ROLES

SCHEMA = "egenmakt.story-mapping.1"
FIELDS: Mapping[str, object] = {
    "source_id": gettext_lazy("the id that the story has where it comes from"),
    "title": gettext_lazy("title"),
    "text": gettext_lazy("the story itself"),
    "language": gettext_lazy("language of the story"),
    "when": gettext_lazy("when it happened: a day, a month or a year"),
    "where": gettext_lazy("where it happened, coarsely"),
    "collected_on": gettext_lazy("the day on which it was collected"),
    "started_at": gettext_lazy("when the telling began"),
    "finished_at": gettext_lazy("when the telling ended"),
    "teller": gettext_lazy("what tells one teller from another"),
    "role": gettext_lazy("whose voice: rights-holder, partner or staff"),
    "facilitator": gettext_lazy("who collected it"),
    "prompt": gettext_lazy("which prompt was answered"),
    "group": gettext_lazy("the teller's group, by its name"),
}
"""What a column may be beside the answer to a question."""
HOW = (
    "choice", "delimited", "columns", "scale", "triad_parts", "triad_xy", "dyad_parts", "dyad_x", "stones", "text",
    "number", "date", "place", "file",
)  # fmt: skip
T = TypeVar("T")


class InvalidMapping(ValueError):
    """A mapping cannot be used. It names every reason."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True, slots=True)
class OptionMap:
    """One option, corner, end or stone: its code, its words, the cells that mean it, and columns of its own."""

    code: str
    text: str = ""
    values: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    minor: bool = False
    """Whether who chose this is a child, so that a grown-up must have agreed too."""


@dataclass(frozen=True, slots=True)
class QuestionMap:
    """One question: where its answers stand and how they are written."""

    code: str
    type: str
    how: str
    text: str = ""
    about: str = "story"
    columns: tuple[str, ...] = ()
    options: tuple[OptionMap, ...] = ()
    delimiter: str = ""
    low: str = ""
    high: str = ""
    whole: str = ""
    """What parts, x and y run to: 1, 100 or 10000; "" where each answer shows it."""
    height: str = ""
    """How high a triad is drawn in y: "full", or "0.866" where y was multiplied by it."""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    """Words that stand for no answer at all."""
    not_applicable: tuple[str, ...] = ()
    not_applicable_column: str = ""
    own_words: str = ""
    """The code of the option that takes words of the teller's own."""
    own_words_column: str = ""
    most: int = 0
    original_of: str = ""
    """The question whose lumped answers this one keeps as they were."""

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that the question reads."""
        extra = (self.not_applicable_column, self.own_words_column)
        own = (column for option in self.options for column in option.columns)
        return tuple(column for column in (*self.columns, *own, *extra) if column)


@dataclass(frozen=True, slots=True)
class PromptMap:
    """One prompt, and the cells that name it."""

    code: str
    text: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMapping:
    """The whole mapping of a file. It checks itself against a header by `problems`."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """Field -> column."""
    questions: tuple[QuestionMap, ...] = ()
    prompts: tuple[PromptMap, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    """A word in the column of the role -> rights_holder, partner or staff."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """A word in the column of the language -> its code, such as sw."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """A word in the column of the group -> the group's name or id here; "-" for a story that is to name none."""
    consent: Mapping[str, str] = field(default_factory=dict)
    """Purpose -> column in which the teller said yes or no to it."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column -> why it is not brought in."""
    title: str = ""
    code: str = "imported"
    language: str = "en"
    """The language of the questions."""
    place_level: str = "district"
    dates: str = ""
    decimals: str = ""
    triads: str = ""
    """How y of a triad is counted where a capture does not show it: "full" or "0.866"."""
    skip_texts: tuple[str, ...] = ()
    """Texts or titles of trial entries, which are passed over."""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    comment: str = ""

    def problems(self, header: tuple[str, ...]) -> list[str]:
        """Everything that keeps the mapping from being used on a file with this header."""
        found = _shape_problems(self)
        wanted = [*self.fields.values(), *self.consent.values()]
        wanted += [column for question in self.questions for column in question.all_columns]
        for column in dict.fromkeys(wanted):
            if column not in header:
                found.append(_("There is no column “%(column)s” in the file.") % {"column": column})
        taken = {*wanted, *self.left_out}
        unnamed = [column for column in header if column not in taken]
        if unnamed:
            text = _(
                "The mapping does not say what these columns are: %(columns)s. Name them under “left_out”, with why."
            )
            found.append(text % {"columns": ", ".join(f"“{column}”" for column in unnamed)})
        return found

    def to_text(self) -> str:
        """The mapping as a file that people can read and change."""
        content = {"schema": SCHEMA, **_without_empty(asdict(self))}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str | bytes) -> StoryMapping:
        """Read a mapping. Raises: InvalidMapping."""
        try:
            content = json.loads(text)
        except (ValueError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidMapping([_("The mapping is not JSON: %(error)s.") % {"error": error}]) from None
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            text = _('The mapping does not begin with "schema": "%(schema)s".')
            raise InvalidMapping([text % {"schema": SCHEMA}])
        del content["schema"]
        problems: list[str] = []
        questions = [
            _made(QuestionMap, {**item, "options": _several(OptionMap, item.get("options", []), problems)}, problems)
            for item in _dicts(content.pop("questions", []), problems)
        ]
        prompts = _several(PromptMap, content.pop("prompts", []), problems)
        mapping = _made(cls, {**content, "questions": questions, "prompts": prompts}, problems)
        if problems or mapping is None:
            raise InvalidMapping(problems)
        problems = _shape_problems(mapping)
        if problems:
            raise InvalidMapping(problems)
        return mapping


def _shape_problems(mapping: StoryMapping) -> list[str]:
    found = []
    if "text" not in mapping.fields:
        found.append(_('The mapping does not say which column holds the story: "fields": {"text": …}.'))
    for name in mapping.fields:
        if name not in FIELDS:
            found.append(_("“%(name)s” is none of the fields: %(names)s.") % {"name": name, "names": ", ".join(FIELDS)})
    codes = [question.code for question in mapping.questions]
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            found.append(_("Two questions have the code “%(code)s”.") % {"code": code})
    for question in mapping.questions:
        if question.how not in HOW:
            values = {"code": question.code, "how": question.how, "names": ", ".join(HOW)}
            found.append(_("“%(code)s”: “%(how)s” is none of: %(names)s.") % values)
        elif not question.all_columns:
            found.append(_("“%(code)s” names no column.") % {"code": question.code})
        elif question.how == "scale" and not (question.low and question.high):
            found.append(_("“%(code)s”: a scale needs “low” and “high”.") % {"code": question.code})
    if mapping.triads not in ("", "full", "0.866"):
        found.append(_("“triads” is “full” or “0.866”, not “%(given)s”.") % {"given": mapping.triads})
    if mapping.place_level not in LEVELS:
        text = _("“place_level” is one of %(names)s: nothing finer is kept with a story.")
        found.append(text % {"names": ", ".join(LEVELS)})
    for word, role in mapping.roles.items():
        if role not in ROLES:
            found.append(_("“%(word)s”: a voice is one of %(names)s.") % {"word": word, "names": ", ".join(ROLES)})
    return found


def _dicts(items: Any, problems: list[str]) -> list[dict[str, Any]]:
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    problems.append(_("A list of objects is needed, not %(found)s.") % {"found": str(items)[:80]})
    return []


def _several(kind: type[T], items: Any, problems: list[str]) -> tuple[T, ...]:
    made = (_made(kind, item, problems) for item in _dicts(items, problems))
    return tuple(item for item in made if item is not None)


def _made(kind: type[T], content: dict[str, Any], problems: list[str]) -> T | None:
    """An object of this kind; a name that it does not have, and a value of another kind, are named."""
    known = {item.name: item.type for item in fields(kind)}  # type: ignore[arg-type]  # the kinds are dataclasses
    values: dict[str, Any] = {}
    for name, value in content.items():
        expected = str(known.get(name, ""))
        is_right = (
            isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
            if expected.startswith("Mapping")
            else isinstance(value, list | tuple)
            if expected.startswith("tuple")
            else isinstance(value, bool) == (expected == "bool") and isinstance(value, int)
            if expected in ("int", "bool")
            else isinstance(value, str)
        )  # fmt: skip
        if not expected:
            problems.append(_("The mapping has no place for “%(name)s”.") % {"name": name})
        elif not is_right or (expected == "tuple[str, ...]" and not all(isinstance(v, str) for v in value)):
            problems.append(_("“%(name)s” cannot be %(value)s.") % {"name": name, "value": str(value)[:80]})
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    try:
        return kind(**values)
    except TypeError:
        problems.append(_("Something is missing in %(content)s.") % {"content": str(content)[:80]})
        return None


def _without_empty(value: Any) -> Any:
    """What says nothing is not written, so that the file stays short."""
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in ("", (), [], {}, 0)}
    if isinstance(value, list | tuple):
        return [_without_empty(item) for item in value]
    return value
