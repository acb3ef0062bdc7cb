"""What every question type is: a name, its own fields, how a value is checked and published, and its control."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from egenmakt.core.signification.problems import Problem, problem
from egenmakt.core.signification.question import Question
from egenmakt.core.signification.question_types.fields import OWN_WORDS, FieldKind, JsonSchema, Marks
from egenmakt.core.signification.values import WHOLE

CONTROLS = (
    "choices",
    "pictures",
    "slider",
    "dyad",
    "triad",
    "stones",
    "text",
    "number",
    "date",
    "place",
    "photo",
    "audio",
)
"""The controls that every interface draws: web, phone and paper."""


def nothing_wrong(question: Question) -> list[Problem]:
    """A type whose own fields cannot disagree with each other."""
    return []


@dataclass(frozen=True, slots=True)
class QuestionType:
    """One way to answer."""

    name: str
    words: str
    """The type in one plain sentence, for the editor."""
    control: str
    check: Callable[[Question, object], list[Problem]]
    """What is wrong with a value; nothing when it may be stored."""
    schema: Callable[[Question | None], JsonSchema]
    """The JSON Schema of a value of this question, or of any question of the type."""
    fields: Mapping[str, FieldKind] = field(default_factory=dict)
    check_question: Callable[[Question], list[Problem]] = nothing_wrong
    """What is wrong with the type's own fields taken together."""
    attachment: str = ""
    """The kind of attachment that the value names: photo or audio."""

    def __post_init__(self) -> None:
        if self.control not in CONTROLS:
            raise ValueError(f"{self.control!r} is not a control; known are {', '.join(CONTROLS)}.")

    @property
    def is_choice(self) -> bool:
        """Whether it has options, so that a later question may depend on them."""
        return "options" in self.fields


def choice_fields(*extra: str, needs: tuple[str, ...] = ()) -> dict[str, FieldKind]:
    """The fields of every choice: options, and the one of them that takes own words."""
    return {"options": Marks(least=2, extra=("picture", *extra, "minor"), needs=needs), "own_words": OWN_WORDS}


def own_words_is_an_option(question: Question) -> list[Problem]:
    """The option that takes own words must be one of the options."""
    known = question.option_codes
    if question.own_words and question.own_words not in known:
        return [_unknown(question, question.own_words, "/own_words")]
    return []


def _unknown(question: Question, given: object, where: str) -> Problem:
    known = ", ".join(question.option_codes)
    return problem("unknown_option", where, given=given, question=question.code, known=known)


def check_option(question: Question, value: object, where: str = "") -> list[Problem]:
    """One option code."""
    if not isinstance(value, str):
        return [problem("not_text", where, given=value)]
    return [] if value in question.option_codes else [_unknown(question, value, where)]


def check_options(question: Question, value: object, most: int) -> list[Problem]:
    """A list of different option codes, at least one and at most so many."""
    if not isinstance(value, list):
        return [problem("not_a_list")]
    if not value:
        return [problem("nothing_chosen")]
    found = [fault for index, item in enumerate(value) for fault in check_option(question, item, f"/{index}")]
    if not found:
        repeated = [index for index, item in enumerate(value) if item in value[:index]]
        found += [problem("twice", f"/{index}", given=value[index]) for index in repeated]
    if most and len(value) > most:
        found.append(problem("too_many_chosen", length=len(value), most=most))
    return found


def option_schema(question: Question | None) -> JsonSchema:
    """One option code, as JSON Schema."""
    return {"enum": list(question.option_codes)} if question else {"type": "string"}


def options_schema(question: Question | None, most: int) -> JsonSchema:
    """A list of option codes, as JSON Schema."""
    schema: JsonSchema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": option_schema(question)}
    return schema | ({"maxItems": most} if most else {})


def check_whole(value: object, least: int, most: int, where: str = "") -> list[Problem]:
    """A whole number within limits. True and false are no numbers, and 5.0 is not whole."""
    if isinstance(value, bool) or not isinstance(value, int):
        return [problem("not_whole", where, given=value)]
    if not least <= value <= most:
        return [problem("out_of_range", where, given=value, least=least, most=most)]
    return []


def check_parts(count: int) -> Callable[[Question, object], list[Problem]]:
    """The check of a value that is so many whole parts, which add up to exactly 10,000."""

    def check(question: Question, value: object) -> list[Problem]:
        if not isinstance(value, list):
            return [problem("not_a_list")]
        if len(value) != count:
            return [problem("wrong_number_of_parts", length=len(value), needed=count)]
        found = [fault for index, part in enumerate(value) for fault in check_whole(part, 0, WHOLE, f"/{index}")]
        if not found and sum(value) != WHOLE:
            found.append(problem("sum_wrong", sum=sum(value), whole=WHOLE))
        return found

    return check


def parts_schema(count: int) -> Callable[[Question | None], JsonSchema]:
    """So many whole parts, as JSON Schema. That they add up cannot be said in it."""
    part = {"type": "integer", "minimum": 0, "maximum": WHOLE}
    return lambda question: {"type": "array", "minItems": count, "maxItems": count, "items": part}
