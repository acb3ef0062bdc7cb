"""Make the table of stories from a framework and its stories, as they are in JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from egenmakt.core.patterns.table import (
    ANSWERED,
    DOES_NOT_APPLY,
    NOT_ASKED,
    SKIPPED,
    ChoiceColumn,
    Column,
    Labels,
    NotATable,
    ScaleColumn,
    SeveralColumn,
    StateArray,
    StonesColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.signification.framework import Framework, framework_json
from egenmakt.core.signification.story_document import StoryDocument, story_json

WHOLE = 10_000
"""What the parts of a triad or a dyad add to, and the side of a canvas."""

Question = Mapping[str, Any]
Answers = Sequence[Any]


class NotAnAnswer(NotATable):
    """One answer of one story cannot be read; it names both, and why."""

    def __init__(self, story: str, question: str, why: str) -> None:
        super().__init__(f"Story {story}, question {question}: {why}")
        self.story, self.question, self.why = story, question, why


def table_of(
    framework: Framework | Mapping[str, Any], stories: Sequence[StoryDocument | Mapping[str, Any]]
) -> StoryTable:
    """The table of the stories of a framework, all versions together.

    Args: documents, read or as in spec/framework.schema.json and spec/story.schema.json. Stories in test mode are never
    counted. A question renamed between versions is one column by the framework's `mapping`; an option that only
    an older version had keeps its own place behind the others.
    Raises: NotATable, naming story and question.
    """
    written = framework_json(framework) if isinstance(framework, Framework) else framework
    documents = [story_json(story) if isinstance(story, StoryDocument) else story for story in stories]
    told = [story for story in documents if story.get("mode", "real") != "test"]
    names = dict(written.get("mapping") or {})
    questions = {question["code"]: question for question in written["questions"]}
    answers = [
        dict(_renamed(code, answer, names) for code, answer in story.get("answers", {}).items()) for story in told
    ]
    columns: dict[str, Column] = {}
    left_out: dict[str, str] = {}
    for code, question in questions.items():
        read = COLUMNS.get(_kind(question))
        if read is None:
            left_out[code] = question["type"]
            continue
        states, values = _column(told, answers, code)
        columns[code] = read(question, states, values, _Place(code, tuple(str(story["id"]) for story in told)))
    for code in {code for row in answers for code in row} - set(questions):
        left_out[code] = "not_in_framework"
    return StoryTable(
        ids=tuple(str(story["id"]) for story in told),
        tellers=Labels.of([story.get("teller", {}).get("key") for story in told]),
        facilitators=Labels.of([story.get("collected", {}).get("facilitator") for story in told]),
        voices=Labels.of([story.get("teller", {}).get("role") for story in told]),
        rounds=Labels.of([story.get("round") for story in told]),
        columns=columns,
        left_out=dict(sorted(left_out.items())),
    )


def _newest(code: str, names: Mapping[str, str]) -> str:
    """The newest name of a question, through as many versions as there were."""
    seen = {code}
    while code in names and names[code] not in seen:
        code = names[code]
        seen.add(code)
    return code


def _renamed(code: str, answer: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
    """An answer under the newest names of its question and of its options (`question/option` in the mapping)."""
    question, value = _newest(code, names), answer.get("value")
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return question, {**answer, "value": [_option(code, one, names) for one in value]}
    if isinstance(value, str) and f"{code}/{value}" in names:
        return question, {**answer, "value": _option(code, value, names)}
    return question, answer


def _option(question: str, option: str, names: Mapping[str, str]) -> str:
    return _newest(f"{question}/{option}", names).rsplit("/", 1)[-1]


class _Place:
    """Where a value stands, to be named when it is wrong."""

    def __init__(self, question: str, ids: tuple[str, ...]) -> None:
        self.question, self.ids = question, ids

    def refuse(self, row: int, why: str) -> NotAnAnswer:
        return NotAnAnswer(self.ids[row], self.question, why)


def _kind(question: Question) -> str:
    kind = str(question["type"])
    return "several" if kind == "change_type" and question.get("several") else kind


def _column(
    stories: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]], code: str
) -> tuple[StateArray, list[Any]]:
    states = np.full(len(stories), NOT_ASKED, dtype=np.int8)
    values: list[Any] = [None] * len(stories)
    words = {"does_not_apply": DOES_NOT_APPLY, "skipped": SKIPPED, "not_asked": NOT_ASKED}
    for row, given in enumerate(answers):
        answer = given.get(code)
        if answer is None:
            continue
        if "value" in answer:
            states[row], values[row] = ANSWERED, answer["value"]
        elif answer.get("state") in words:
            states[row] = words[answer["state"]]
        else:
            raise NotAnAnswer(str(stories[row]["id"]), code, "neither a value nor a known state.")
    return states, values


def _answered(states: StateArray) -> list[int]:
    rows: list[int] = np.flatnonzero(states == ANSWERED).tolist()
    return rows


def _codes(question: Question, values: Answers) -> dict[str, int]:
    """The framework's options in their order, then those that only older versions had."""
    own = [str(option["code"]) for option in question["options"]]
    seen = {
        str(code) for value in values if value is not None for code in (value if isinstance(value, list) else [value])
    }
    return {code: place for place, code in enumerate([*own, *sorted(seen - set(own))])}


def _choice(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    options = _codes(question, values)
    chosen = np.full(states.shape, -1, dtype=np.int64)
    for row in _answered(states):
        one = values[row] if isinstance(values[row], list) else [values[row]]
        if len(one) != 1:
            raise place.refuse(row, f"{len(one)} options where there must be one.")
        chosen[row] = options[str(one[0])]
    return ChoiceColumn(states, tuple(options), chosen)


def _several(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    options = _codes(question, values)
    chosen = np.zeros((states.shape[0], len(options)), dtype=np.bool_)
    for row in _answered(states):
        if not isinstance(values[row], list):
            raise place.refuse(row, "must be a list of options.")
        chosen[row, [options[str(code)] for code in values[row]]] = True
    return SeveralColumn(states, tuple(options), chosen)


def _numbers(states: StateArray, values: Answers, place: _Place, read: Callable[[Any], Any]) -> Any:
    found = []
    for row in _answered(states):
        try:
            found.append(read(values[row]))
        except (TypeError, ValueError, KeyError, IndexError):
            raise place.refuse(row, f"{values[row]!r} cannot be read.") from None
    return found


def _scale(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    array = np.full(states.shape, np.nan)
    array[states == ANSWERED] = _numbers(states, values, place, float)
    ends = (question.get("least"), question.get("most")) if question["type"] == "number" else (0, 100)
    answered = array[states == ANSWERED]
    low = float(ends[0]) if ends[0] is not None else float(answered.min(initial=0.0))
    high = float(ends[1]) if ends[1] is not None else float(answered.max(initial=low + 1))
    outside = np.flatnonzero((array < low) | (array > high))
    if outside.size:
        raise place.refuse(int(outside[0]), f"{array[outside[0]]:g} lies outside {low:g} to {high:g}.")
    return ScaleColumn(states, array, low, high)


def _dyad(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    array = np.full(states.shape, np.nan)
    array[states == ANSWERED] = [right for _, right in _shares(states, values, place, 2)]
    return ScaleColumn(states, array, 0.0, 1.0)


def _triad(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    parts = np.full((states.shape[0], 3), np.nan)
    found = _shares(states, values, place, 3)
    if found:
        parts[states == ANSWERED] = found
    first, second, third = (str(corner["code"]) for corner in question["corners"])
    return TriadColumn(states, (first, second, third), parts)


def _shares(states: StateArray, values: Answers, place: _Place, parts: int) -> list[list[float]]:
    """Parts that add to 10,000, as shares of 1."""
    for row in _answered(states):
        value = values[row]
        if not isinstance(value, list) or len(value) != parts or sum(value) != WHOLE or min(value) < 0:
            raise place.refuse(row, f"{value!r} must be {parts} parts, not negative, that add to {WHOLE}.")
    return [[part / WHOLE for part in values[row]] for row in _answered(states)]


def _stones(question: Question, states: StateArray, values: Answers, place: _Place) -> Column:
    stones = tuple(str(stone["code"] if isinstance(stone, Mapping) else stone) for stone in question["stones"])
    points = np.full((states.shape[0], len(stones), 2), np.nan)
    for row in _answered(states):
        for stone, point in values[row].items():
            if stone not in stones or len(point) != 2 or not all(0 <= part <= WHOLE for part in point):
                raise place.refuse(row, f"stone {stone} at {point!r} is not on the canvas.")
            points[row, stones.index(stone)] = [part / WHOLE for part in point]
    return StonesColumn(states, stones, points)


COLUMNS: Mapping[str, Callable[[Question, StateArray, Answers, _Place], Column]] = {
    "change_type": _choice,
    "single": _choice,
    "picture": _choice,
    "several": _several,
    "slider": _scale,
    "number": _scale,
    "dyad": _dyad,
    "triad": _triad,
    "stones": _stones,
}
"""Type of question -> how its answers become a column; a type that is not here is told in `left_out`."""
