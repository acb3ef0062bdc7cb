"""The columns of stories in a file: which there are, what each holds, and the code book that explains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.reading import Wording
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import Question, words
from egenmakt.interfaces.exports.cells import Cell, Table

HEAD: Final[dict[str, str]] = {
    "story": "The story's id inside; outside a mark that stands for it in this file alone.",
    "round": "The round in which it was told.",
    "teller": "The teller within this file. It names nobody, and is another in another file.",
    "voice": "rights_holder, partner or staff.",
    "collected_by": "self, facilitator or paper.",
    "language": "The language in which it was told.",
    "told_of": "When it happened, as precisely as the teller said.",
    "title": "The title, as `words` says.",
    "text": "The text, as `words` says.",
    "words": "told: as it was told. covered: names are covered. none: the words stay inside; the answers are here.",
    "words_language": "The language of title and text.",
}
"""Columns before the answers."""

OPEN: Final = ("text", "place")
"""Types whose answers hold the teller's own words: only for who may read everything."""
FILES: Final = ("audio", "photo")


def parts_of(question: Question) -> list[tuple[str, str, str]]:
    """The columns of a question beside its state: name, what it holds, and unit; for each option, corner or mark."""
    code = question.code
    match question.type:
        case "change_type" | "several":
            return [(f"{code}/{option.code}", "1 chosen, 0 not chosen", "") for option in question.options]
        case "single" | "picture":
            return [(code, "the code of the option", "")]
        case "slider":
            return [(code, "a whole number", "0 to 100")]
        case "dyad":
            return [(f"{code}/{end}", "a part of the whole", "of 10,000") for end in ("left", "right")]
        case "triad":
            return [(f"{code}/{each.code}", "a part of the whole", "of 10,000") for each in question.marks("corners")]
        case "stones":
            return [
                (f"{code}/{each.code}/{axis}", "a place on the square", "of 10,000")
                for each in question.marks("stones")
                for axis in ("x", "y")
            ]
        case "place":
            return [(f"{code}/level", "the level", ""), (f"{code}/name", "the name", "")]
    return [(code, {"number": "a decimal number", "date": "a date"}.get(question.type, "text"), "")]


def questions_of(framework: Framework, is_inside: bool) -> list[Question]:
    """The questions that have columns: outside, none about the teller and none that takes free words."""
    return [
        question
        for question in framework.questions
        if question.type not in FILES and (is_inside or (question.about == "story" and question.type not in OPEN))
    ]


NUMBERS: Final = ("change_type", "several", "slider", "dyad", "triad", "stones")


def stories_table(framework: Framework, stem: str, is_inside: bool) -> Table:
    """The table of a framework's stories."""
    columns, numbers = list(HEAD), set()
    for question in questions_of(framework, is_inside):
        columns.append(f"{question.code}/state")
        names = [name for name, _holds, _unit in parts_of(question)]
        columns += names
        if question.type in NUMBERS:
            numbers |= set(names)
        if is_inside and question.own_words:
            columns.append(f"{question.code}/own_words")
    return Table(f"stories-{stem}.csv", tuple(columns), frozenset(numbers))


def row_of(
    story: Story,
    framework: Framework,
    wording: Wording | None,
    *,
    name: str,
    teller: str,
    is_inside: bool,
    is_personal: bool,
) -> dict[str, Cell]:
    """One story as a row. Args: is_personal, whether free words may be shown to the one who takes it out."""
    row: dict[str, Cell] = {
        "story": name,
        "round": story.round.name,
        "teller": teller,
        "voice": story.voice,
        "collected_by": story.collected_by,
        "language": story.language,
        # outside, the month is enough
        "told_of": story.told_of if is_inside else story.told_of[:7],
        "title": wording.title if wording else None,
        "text": wording.text if wording else None,
        "words": "none" if wording is None else "covered" if wording.is_masked else "told",
        "words_language": wording.language if wording else None,
    }
    for question in questions_of(framework, is_inside):
        answer = story.answers.get(question.code)
        row[f"{question.code}/state"] = "not_asked" if answer is None else str(answer.get("state", "answered"))
        values = _values(question, (answer or {}).get("value"))
        is_hidden = question.type in OPEN and not is_personal
        row.update({name: None if is_hidden else values.get(name) for name, _holds, _unit in parts_of(question)})
        if is_inside and question.own_words:
            row[f"{question.code}/own_words"] = (answer or {}).get("own_words") if is_personal else None
    return row


def _values(question: Question, value: Any) -> Mapping[str, Cell]:
    """An answer's value by column; nothing for a question without one."""
    code = question.code
    if value is None:
        return {}
    match question.type:
        case "change_type" | "several":
            return {f"{code}/{option.code}": int(option.code in value) for option in question.options}
        case "dyad":
            return dict(zip((f"{code}/left", f"{code}/right"), value, strict=True))
        case "triad":
            corners = [f"{code}/{each.code}" for each in question.marks("corners")]
            return dict(zip(corners, value, strict=True))
        case "stones":
            return {
                f"{code}/{mark}/{axis}": at for mark, xy in value.items() for axis, at in zip("xy", xy, strict=True)
            }
        case "place":
            return {f"{code}/level": value["level"], f"{code}/name": value["name"]}
        case "slider":
            return {code: int(value)}
    return {code: str(value)}


CODEBOOK: Final = ("column", "question", "type", "about", "holds", "unit", "code", "label", "state_column")


def codebook_table(stem: str) -> Table:
    """The table of the code book."""
    return Table(f"codebook-{stem}.csv", CODEBOOK, frozenset())


def codebook(framework: Framework, is_inside: bool) -> Iterator[dict[str, Cell]]:
    """A line for each column, and for each option that can stand in it."""
    empty: dict[str, Cell] = dict.fromkeys(CODEBOOK)
    for column, holds in HEAD.items():
        yield {**empty, "column": column, "holds": holds}
    source = framework.source
    for question in questions_of(framework, is_inside):
        asked = {**empty, "question": words(question.text, source, source), "type": question.type}
        asked["about"] = question.about
        state = f"{question.code}/state"
        yield {**asked, "column": state, "holds": "answered, does_not_apply, skipped or not_asked"}
        labels = _labels(question, source)
        for name, holds, unit in parts_of(question):
            part = name.split("/")[1] if "/" in name else ""
            line = {**asked, "column": name, "holds": holds, "unit": unit, "state_column": state}
            yield {**line, "code": part or None, "label": labels.get(part)}
            if not part:
                for code, label in labels.items():
                    yield {**line, "code": code, "label": label}
        if is_inside and question.own_words:
            column = f"{question.code}/own_words"
            yield {**asked, "column": column, "holds": "the teller's own words", "state_column": state}


def _labels(question: Question, source: str) -> dict[str, str]:
    marks = (*question.options, *question.marks("corners"), *question.marks("stones"))
    found = {each.code: words(each.text, source, source) for each in marks}
    for end in ("left", "right"):
        if question.texts(end):
            found[end] = words(question.texts(end), source, source)
    return found
