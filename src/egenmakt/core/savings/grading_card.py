"""A mark card as data: measures, criteria with bands, and the grades; one with holes or overlaps is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from egenmakt.core.savings.intervals import Interval, coverage, number_words


class InvalidGradingCard(ValueError):
    """The card cannot grade every group, or grades one twice; `problems` names each hole, overlap and error."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: a number with its limits, or one of some words."""

    name: str
    words: str
    domain: Interval | None = None
    is_whole: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """Some values of a measure and the marks they get: a range of numbers, or a set of words."""

    marks: Fraction
    interval: Interval | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a card: a measure and its bands. Without bands the measure itself is the marks, as judged."""

    name: str
    measure: str
    bands: tuple[Band, ...]
    weight: Fraction | None = None
    """How much the best mark is worth in the total; None adds the marks as they are."""
    is_gate: bool = False
    """Whether a mark of zero gives the card's lowest grade, whatever the total is."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A range of totals and the grade that it earns."""

    grade: str
    words: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class GradingCard:
    """A whole mark card that grades every group exactly once. Grades stand from best to lowest."""

    id: str
    name: str
    source: str
    measures: Mapping[str, Measure]
    criteria: tuple[Criterion, ...]
    grades: tuple[GradeBand, ...]
    note: str = ""
    is_percent: bool = False
    """Whether the total is counted as a percentage of the highest total."""

    def __post_init__(self) -> None:
        problems = [problem for criterion in self.criteria for problem in self._criterion_problems(criterion)]
        names = [criterion.name for criterion in self.criteria]
        problems += [f"The criterion {name} is there twice." for name in dict.fromkeys(names) if names.count(name) > 1]
        if not self.criteria:
            problems.append("The card has no criterion.")
        if not self.grades:
            problems.append("The card has no grade.")
        if not problems:
            problems = self._grade_problems()
        if problems:
            raise InvalidGradingCard(tuple(problems))

    def most_marks(self, criterion: Criterion) -> Fraction:
        """The best mark of a criterion."""
        domain = self.measures[criterion.measure].domain
        if criterion.bands or domain is None:
            return max(band.marks for band in criterion.bands)
        return domain.end or Fraction(0)

    def worth(self, criterion: Criterion) -> Fraction:
        """What the best mark of a criterion adds to the total."""
        return self.most_marks(criterion) if criterion.weight is None else criterion.weight

    @property
    def highest_total(self) -> Fraction:
        """The total of a group with the best mark everywhere; 100 where totals are percentages."""
        return Fraction(100) if self.is_percent else self.marks_possible

    @property
    def marks_possible(self) -> Fraction:
        """The sum of the best marks, weighted."""
        return sum((self.worth(criterion) for criterion in self.criteria), Fraction(0))

    def _criterion_problems(self, criterion: Criterion) -> list[str]:
        measure = self.measures.get(criterion.measure)
        if measure is None:
            return [f"{criterion.name}: the measure {criterion.measure} is not on the card; describe it there."]
        if not criterion.bands:
            if measure.domain is None or measure.domain.end is None or measure.domain.start != 0:
                return [f"{criterion.name}: without bands its measure must be marks from 0 up to the most there are."]
            return []
        if any(band.marks < 0 for band in criterion.bands):
            return [f"{criterion.name}: a band has marks below zero."]
        if not any(band.marks > 0 for band in criterion.bands):
            return [f"{criterion.name}: no band has any marks."]
        if measure.domain is None:
            return _word_problems(criterion, measure)
        intervals = [band.interval for band in criterion.bands if band.interval is not None]
        if len(intervals) < len(criterion.bands):
            return [f"{criterion.name}: its measure is a number; each band needs a from or a to."]
        marks = [f"{number_words(band.marks)} marks" for band in criterion.bands]
        return _range_problems(criterion.name, intervals, marks, measure.domain, is_whole=measure.is_whole)

    def _grade_problems(self) -> list[str]:
        domain = Interval(Fraction(0), self.highest_total, end_included=True)
        return _range_problems(
            "The grades",
            [grade.interval for grade in self.grades],
            [f"grade {grade.grade}" for grade in self.grades],
            domain,
            is_whole=self._has_whole_totals,
        )

    @property
    def _has_whole_totals(self) -> bool:
        def is_whole(criterion: Criterion) -> bool:
            if criterion.weight is not None:
                return False
            if not criterion.bands:
                return self.measures[criterion.measure].is_whole
            return all(band.marks.denominator == 1 for band in criterion.bands)

        return not self.is_percent and all(is_whole(criterion) for criterion in self.criteria)


def _range_problems(
    name: str, intervals: list[Interval], results: list[str], domain: Interval, *, is_whole: bool
) -> list[str]:
    found = coverage(intervals=intervals, domain=domain, is_whole=is_whole)
    holes = [f"{name}: nothing is said for {hole}." for hole in found.holes]
    overlaps = [
        f"{name}: {overlap.interval} has two results, {results[overlap.first]} and {results[overlap.second]}."
        for overlap in found.overlaps
    ]
    return holes + overlaps


def _word_problems(criterion: Criterion, measure: Measure) -> list[str]:
    problems = []
    said = [choice for band in criterion.bands for choice in band.choices]
    if any(not band.choices for band in criterion.bands):
        problems.append(f"{criterion.name}: its measure is a word; each band needs the words it is for.")
    for choice in measure.choices:
        if said.count(choice) == 0:
            problems.append(f"{criterion.name}: nothing is said for {choice}.")
        if said.count(choice) > 1:
            results = " and ".join(f"{number_words(x.marks)} marks" for x in criterion.bands if choice in x.choices)
            problems.append(f"{criterion.name}: {choice} has two results, {results}.")
    strange = sorted(set(said) - set(measure.choices))
    problems += [f"{criterion.name}: {choice} is not a word of its measure." for choice in strange]
    return problems
