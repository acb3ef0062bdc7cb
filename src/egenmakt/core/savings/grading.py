"""Grade a group by a mark card: cards are data, two of them ship with the program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files

from egenmakt.core.savings.grading_card import (
    Band,
    Criterion,
    GradeBand,
    GradingCard,
    InvalidGradingCard,
    Measure,
)
from egenmakt.core.savings.intervals import Interval

CARDS: tuple[str, ...] = ("ten_criteria", "panchsutra")
"""The cards that ship, by the name of their file."""


class OutsideMeasure(ValueError):
    """A value that the measure cannot have, such as an attendance of 140 percent."""


@dataclass(frozen=True, slots=True)
class CriterionMarks:
    """What a group got on one line of the card; None where its measure is missing."""

    criterion: str
    measure: str
    marks: Fraction | None
    most: Fraction


@dataclass(frozen=True, slots=True)
class Grading:
    """A group's marks, line by line, and its grade: None as long as a measure is missing."""

    card: str
    marks: tuple[CriterionMarks, ...]
    total: Fraction
    highest_total: Fraction
    grade: str | None
    words: str
    missing: tuple[str, ...]
    failed_gates: tuple[str, ...]


MeasureValue = int | Fraction | str


def grade(*, card: GradingCard, measures: Mapping[str, MeasureValue]) -> Grading:
    """Grade a group.

    Args: a card; the values of its measures: whole numbers, fractions (also as text, "92.5"), or words.
    Measures that are missing are listed, and there is no grade until they are there.
    Raises: OutsideMeasure for a value that the measure cannot have.
    """
    lines = tuple(_marks(card, criterion, measures) for criterion in card.criteria)
    missing = tuple(dict.fromkeys(line.measure for line in lines if line.marks is None))
    earned = sum((_worth(card, x, y) for x, y in zip(card.criteria, lines, strict=True)), Fraction(0))
    total = earned * 100 / card.marks_possible if card.is_percent else earned
    failed = tuple(x.name for x, y in zip(card.criteria, lines, strict=True) if x.is_gate and y.marks == 0)
    band = None if missing else _grade_band(card, total, failed)
    return Grading(
        card=card.id,
        marks=lines,
        total=total,
        highest_total=card.highest_total,
        grade=None if band is None else band.grade,
        words="" if band is None else band.words,
        missing=missing,
        failed_gates=failed,
    )


def _grade_band(card: GradingCard, total: Fraction, failed: tuple[str, ...]) -> GradeBand:
    if failed:
        return card.grades[-1]
    return next(band for band in card.grades if total in band.interval)


def _worth(card: GradingCard, criterion: Criterion, line: CriterionMarks) -> Fraction:
    if line.marks is None:
        return Fraction(0)
    return line.marks if criterion.weight is None else criterion.weight * line.marks / line.most


def _marks(card: GradingCard, criterion: Criterion, measures: Mapping[str, MeasureValue]) -> CriterionMarks:
    measure = card.measures[criterion.measure]
    most = card.most_marks(criterion)
    if criterion.measure not in measures:
        return CriterionMarks(criterion.name, criterion.measure, None, most)
    value = measures[criterion.measure]
    if measure.domain is None:
        if value not in measure.choices:
            raise OutsideMeasure(f"{measure.words} is {value!r}; choose one of: {', '.join(measure.choices)}.")
        marks = next(band.marks for band in criterion.bands if value in band.choices)
        return CriterionMarks(criterion.name, criterion.measure, marks, most)
    number = _number(measure, measure.domain, value)
    if not criterion.bands:
        return CriterionMarks(criterion.name, criterion.measure, number, most)
    marks = next(band.marks for band in criterion.bands if band.interval is not None and number in band.interval)
    return CriterionMarks(criterion.name, criterion.measure, marks, most)


def _number(measure: Measure, domain: Interval, value: MeasureValue) -> Fraction:
    if isinstance(value, (bool, float)):
        raise OutsideMeasure(f"{measure.words} is {value!r}; write an exact number, as a fraction or as text.")
    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise OutsideMeasure(f"{measure.words} is {value!r}; write a number.") from None
    if number not in domain or (measure.is_whole and number.denominator != 1):
        kind = "a whole number" if measure.is_whole else "a number"
        raise OutsideMeasure(f"{measure.words} is {value}; write {kind} {domain}.")
    return number


def shipped_card(name: str) -> GradingCard:
    """A card that ships with the program. Raises ValueError for a name that is not in CARDS."""
    return read_card(shipped_document(name))


def shipped_document(name: str) -> dict[str, object]:
    """The same card as JSON, as it is kept with a grading. Raises ValueError for a name that is not in CARDS."""
    if name not in CARDS:
        raise ValueError(f"There is no card called {name!r}; choose one of: {', '.join(CARDS)}.")
    text = files("egenmakt.core.savings").joinpath("cards", f"{name}.json").read_text("utf-8")
    document: dict[str, object] = json.loads(text)
    return document


def read_card(document: object) -> GradingCard:
    """Read a card from JSON (see spec/grading-card.schema.json).

    Ranges run from `from` (in it) to `to` (not in it); `from_excluded` and `to_included` turn that round. Numbers are
    whole or text, never binary fractions.
    Raises: InvalidGradingCard, naming every field that is wrong, every hole and every overlap.
    """
    try:
        return _read_card(_object(document, "The card"))
    except KeyError as missing:
        raise InvalidGradingCard((f"The card lacks the field {missing}; add it.",)) from None
    except (TypeError, ValueError, ZeroDivisionError) as problem:
        if isinstance(problem, InvalidGradingCard):
            raise
        raise InvalidGradingCard((str(problem),)) from None


Fields = Mapping[str, object]


def _read_card(card: Fields) -> GradingCard:
    measures = _object(card["measures"], "measures")
    return GradingCard(
        id=_text(card["id"], "id"),
        name=_text(card["name"], "name"),
        source=_text(card["source"], "source"),
        note=_text(card.get("note", ""), "note"),
        is_percent=card.get("total") == "percent",
        measures={name: _read_measure(name, _object(value, name)) for name, value in measures.items()},
        criteria=tuple(_read_criterion(_object(item, "criterion")) for item in _list(card["criteria"], "criteria")),
        grades=tuple(_read_grade(_object(item, "grade")) for item in _list(card["grades"], "grades")),
    )


def _read_measure(name: str, measure: Fields) -> Measure:
    words = _text(measure["words"], f"words of {name}")
    if "choices" in measure:
        choices = tuple(_text(choice, f"choices of {name}") for choice in _list(measure["choices"], name))
        return Measure(name, words, choices=choices)
    return Measure(name, words, domain=_interval(measure, name), is_whole=measure.get("whole") is True)


def _read_criterion(criterion: Fields) -> Criterion:
    name = _text(criterion["name"], "name of a criterion")
    weight = criterion.get("weight")
    return Criterion(
        name=name,
        measure=_text(criterion["measure"], f"measure of {name}"),
        bands=tuple(_read_band(_object(band, name), name) for band in _list(criterion.get("bands", []), name)),
        weight=None if weight is None else _fraction(weight, f"weight of {name}"),
        is_gate=criterion.get("gate") is True,
        source=_text(criterion.get("source", ""), f"source of {name}"),
    )


def _read_band(band: Fields, name: str) -> Band:
    marks = _fraction(band["marks"], f"marks of {name}")
    if "choices" in band:
        return Band(marks, choices=tuple(_text(x, f"choices of {name}") for x in _list(band["choices"], name)))
    return Band(marks, interval=_interval(band, name))


def _read_grade(band: Fields) -> GradeBand:
    name = _text(band["grade"], "grade")
    return GradeBand(name, _text(band.get("words", name), f"words of grade {name}"), _interval(band, f"grade {name}"))


def _interval(fields: Fields, name: str) -> Interval:
    start, end = fields.get("from"), fields.get("to")
    return Interval(
        None if start is None else _fraction(start, f"from of {name}"),
        None if end is None else _fraction(end, f"to of {name}"),
        start_excluded=fields.get("from_excluded") is True,
        end_included=fields.get("to_included") is True,
    )


def _fraction(value: object, field: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f'The {field} is {value!r}; write a whole number, or text such as "33.5".')
    return Fraction(value)


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"The {field} is {value!r}; write text.")
    return value


def _list(value: object, field: str) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"The {field} is {value!r}; write a list.")
    return value


def _object(value: object, field: str) -> Fields:
    if not isinstance(value, dict):
        raise ValueError(f"The {field} is {value!r}; write an object with named fields.")
    return value
