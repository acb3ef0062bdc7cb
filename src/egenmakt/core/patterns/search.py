"""The tests of every kind of pattern over one table: what a question brings, made once and used by all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from egenmakt.core.patterns.describe import midranks
from egenmakt.core.patterns.design import Design
from egenmakt.core.patterns.effects import corrected_v
from egenmakt.core.patterns.rare import rare, rare_probability
from egenmakt.core.patterns.scores import Feature, both, moments, score, with_units
from egenmakt.core.patterns.table import (
    ANSWERED,
    ChoiceColumn,
    Column,
    IntArray,
    ScaleColumn,
    SeveralColumn,
    StoryTable,
    TriadColumn,
)
from egenmakt.core.patterns.threes import (
    cell_keys,
    correlations,
    differing,
    differing_with_units,
    interaction,
    interaction_with_units,
)
from egenmakt.core.patterns.triads import in_plane

REFINE_TIMES = {2: 3.0, 3: 1.0}
"""A plain probability above so many times alpha is not worked out again for tellers of several stories: it could only
rise, and by its weight such a pattern of two or three questions is not found as it is."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A pattern's test, before it is seen beside the others."""

    n: int
    statistic: float
    degrees: int
    p: float
    effect_name: str
    effect: float


Found = Iterator[tuple[tuple[str, ...], Tested | str]]


def features_of(*, code: str, column: Column) -> list[Feature]:
    """What a question brings to the tests: a question of several answers brings each of its options as yes or no."""
    answered = np.asarray(column.states == ANSWERED)
    complete = bool(answered.all())
    if isinstance(column, ChoiceColumn):
        return [Feature(code, "choice", answered, complete, codes=column.chosen, options=column.options)]
    if isinstance(column, SeveralColumn):
        return [
            Feature(
                f"{code}.{option}",
                "choice",
                answered,
                complete,
                codes=np.where(answered, column.chosen[:, place], -1).astype(np.int64),
                options=("no", "yes"),
            )
            for place, option in enumerate(column.options)
        ]
    if isinstance(column, ScaleColumn):
        ranks = np.zeros((answered.size, 1))
        ranks[answered, 0] = midranks(values=column.values[answered]) / max(int(answered.sum()), 1) - 0.5
        return [Feature(code, "scale", answered, complete, values=ranks)]
    if isinstance(column, TriadColumn):
        plane = np.zeros((answered.size, 2))
        plane[answered] = in_plane(parts=column.parts[answered])
        return [Feature(code, "triad", answered, complete, values=plane, whiten=False)]
    return []


def own_values(*, code: str, column: ScaleColumn) -> Feature:
    """A scale by its own values, for tests of three questions."""
    answered = np.asarray(column.states == ANSWERED)
    middle = float(column.values[answered].mean()) if answered.any() else 0.0
    values = np.where(answered, (column.values - middle) / (column.high - column.low), 0.0)[:, None]
    return Feature(code, "scale", answered, bool(answered.all()), values=values)


class Search:
    """The features of a table, made once, and the tests of each kind over them."""

    def __init__(self, table: StoryTable, design: Design, least: int, seed: int, alpha: float) -> None:
        self.refine = {questions: times * alpha for questions, times in REFINE_TIMES.items()}
        self.design, self.least, self.seed = design, least, seed
        self.blocks: IntArray = design.blocks
        self.many = int(design.blocks.max(initial=-1)) + 1
        self.clustered = design.clustered
        every = [one for code, column in table.columns.items() for one in features_of(code=code, column=column)]
        self.by_kind = {kind: [one for one in every if one.kind == kind] for kind in ("choice", "scale", "triad")}
        self.values = {
            code: own_values(code=code, column=column)
            for code, column in table.columns.items()
            if isinstance(column, ScaleColumn)
        }

    def _pair(self, x: Feature, y: Feature, number: int) -> Tested | str:
        mask = both(x, y)
        if (x.answered.size if mask is None else int(mask.sum())) < 2 * self.least:
            return "too_few_stories"
        sums = moments(x=x, y=y, blocks=self.blocks, many=self.many, least=self.least)
        for one, width in ((x, sums.x.shape[1]), (y, sums.y.shape[1])):
            if one.codes is not None and width < 2:
                return "too_few_options"
        found = score(sums=sums, whiten_y=y.whiten)
        if found is None:
            return "does_not_vary"
        p = found.p
        if x.codes is not None and y.codes is not None and rare(sums=sums):
            p = rare_probability(sums=sums, found=found, rng=np.random.default_rng((self.seed, number)))
        if self.clustered and p <= self.refine[2]:
            p = max(p, with_units(found=found, x=x, y=y, design=self.design, least=self.least))
        name, effect = _effect(x, y, found.explained, found.n, sums.x.shape[1], sums.y.shape[1], float(sums.xy.sum()))
        if name == "spearman":
            white = found.white_x[0, 0] * found.white_y[0, 0]
            centre = sums.xy - sums.x[:, :, None] * sums.y[:, None, :] / np.maximum(sums.n, 1)[:, None, None]
            effect = float(np.sign(white * centre.sum())) * effect
        return Tested(found.n, found.length * max(found.n - 1, 1), found.degrees, p, name, effect)

    def pairs(self, first: str, second: str) -> Found:
        """Every pair of a kind of question with another, or with its own kind."""
        left, right = self.by_kind[first], self.by_kind[second]
        couples = combinations(left, 2) if first == second else ((x, y) for x in left for y in right)
        for number, (x, y) in enumerate(couples):
            if first == "choice" == second and _one_list(x, y):
                yield (x.question, y.question), "parts_of_one"
                continue
            yield (x.question, y.question), self._pair(x, y, number)

    def choice_scale_scale(self) -> Found:
        """Whether two scales go together alike in every group."""
        for group in self.by_kind["choice"]:
            for x, y in combinations(self.by_kind["scale"], 2):
                found, n = correlations(group=group, x=x, y=y, blocks=self.blocks, many=self.many, least=self.least)
                plain = differing(found=found, n=n)
                questions = (group.question, x.question, y.question)
                if plain is None:
                    yield questions, "too_few_options"
                    continue
                p = plain.p
                if self.clustered and p <= self.refine[3]:
                    p = differing_with_units(plain=plain, found=found, group=group, x=x, y=y, design=self.design)
                yield questions, Tested(n, plain.statistic, plain.degrees, p, "rho_difference", plain.effect)

    def choice_choice_scale(self) -> Found:
        """Whether two choices do something to a scale together that neither does alone."""
        for a, b in combinations(self.by_kind["choice"], 2):
            one_list = _one_list(a, b)
            keys = cell_keys(a=a, b=b, blocks=self.blocks)
            for scale, y in self.values.items():
                questions = (a.question, b.question, scale)
                plain = None if one_list else interaction(a=a, b=b, y=y, keys=keys, many=self.many, least=self.least)
                if plain is None:
                    yield questions, "parts_of_one" if one_list else "too_few_options"
                    continue
                p = plain.p
                if self.clustered and p <= self.refine[3]:
                    p = interaction_with_units(found=plain, a=a, b=b, y=y, design=self.design, least=self.least)
                yield (
                    questions,
                    Tested(plain.n, plain.statistic, plain.degrees, p, "partial_epsilon_squared", plain.effect),
                )


def _one_list(x: Feature, y: Feature) -> bool:
    return "." in x.question and "." in y.question and x.question.split(".")[0] == y.question.split(".")[0]


def _effect(
    x: Feature, y: Feature, explained: float, n: int, rows: int, columns: int, total: float
) -> tuple[str, float]:
    """A size beside the probability, corrected for what noise alone would show."""
    if x.codes is not None and y.codes is not None:
        return "cramers_v", corrected_v(phi2=explained * min(rows - 1, columns - 1), n=n, rows=rows, columns=columns)
    if x.kind == "scale" == y.kind:
        return "spearman", float(np.sqrt(explained))
    degrees = rows - 1 if x.codes is not None else rows
    return ("epsilon_squared" if y.kind == "scale" else "r_squared_adjusted"), max(
        0.0, 1 - (1 - explained) * (n - 1) / max(n - degrees - 1, 1)
    )
