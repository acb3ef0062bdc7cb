"""Discover: all patterns of a framework at once, ranked, with false discoveries held over the whole family."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from egenmakt.core.patterns.describe import midranks
from egenmakt.core.patterns.design import Design, design_of
from egenmakt.core.patterns.rare import rare, rare_probability
from egenmakt.core.patterns.scores import Feature, both, moments, score, with_units
from egenmakt.core.patterns.table import (
    ANSWERED,
    ChoiceColumn,
    Column,
    FloatArray,
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
from egenmakt.core.patterns.voices import TOGETHER, heard

Kind = Literal[
    "choice_choice",
    "scale_choice",
    "scale_scale",
    "triad_choice",
    "triad_scale",
    "triad_triad",
    "choice_scale_scale",
    "choice_choice_scale",
]
TWO: tuple[Kind, ...] = ("choice_choice", "scale_choice", "scale_scale", "triad_choice", "triad_scale", "triad_triad")
THREE: tuple[Kind, ...] = ("choice_scale_scale", "choice_choice_scale")
KINDS = TWO + THREE

LEFT_OUT: Mapping[str, str] = {
    "too_few_stories": "Too few stories answered all its questions.",
    "too_few_options": "Fewer than two options have enough stories.",
    "does_not_vary": "One of the answers never varies, or only from facilitator to facilitator.",
    "parts_of_one": "Two options of one question are no pattern: they are chosen from one list.",
}
"""Why a pattern was not tested: code -> words, to be translated where they are shown."""

REFINE_TIMES = {2: 3.0, 3: 1.0}
"""A plain probability above so many times alpha is not worked out again for tellers of several stories: it could only
rise, and by its weight such a pattern of two or three questions is not found as it is."""


class NotAFamily(ValueError):
    """The family of patterns asked for does not exist; the sentence names those that do."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, tested. `effect_name` says what `effect` is; `degrees` of the test; `n` stories compared."""

    kind: Kind
    questions: tuple[str, ...]
    n: int
    statistic: float
    degrees: int
    p: float
    q: float
    effect_name: str
    effect: float
    found: bool


@dataclass(frozen=True, slots=True)
class NotTested:
    """One pattern that was not tested, and why: a code of LEFT_OUT."""

    kind: Kind
    questions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """All patterns of a family, best first, and everything needed to make the same page again."""

    patterns: tuple[Pattern, ...]
    not_tested: tuple[NotTested, ...]
    tested: Mapping[str, int]
    stories: int
    tellers: int
    facilitators: int
    voice: str
    alpha: float
    rule: str
    least: int
    seed: int
    by_facilitator: bool
    by_teller: bool

    @property
    def discoveries(self) -> tuple[Pattern, ...]:
        """Those that are found, best first."""
        return tuple(pattern for pattern in self.patterns if pattern.found)


def discover(
    *,
    table: StoryTable,
    seed: int,
    family: Sequence[str] = KINDS,
    voice: str | None = None,
    alpha: float = 0.05,
    rule: Literal["bh", "by"] = "bh",
    least: int = 20,
    by_facilitator: bool = True,
    by_teller: bool = True,
) -> Discovery:
    """Test every pattern of the family, rank them, and hold the share of false discoveries at alpha over all of them.

    Args: kinds of pattern (KINDS); a voice or TOGETHER; `bh` (Benjamini & Hochberg 1995) or `by` (Benjamini &
    Yekutieli 2001, true under any dependence, stricter); the least stories an option must have to be compared.
    Weights (Genovese, Roeder & Wasserman 2006): patterns of two questions share one half of alpha and those of three
    the other, so that the many of three do not drown the few of two. The same seed gives the same page.
    Raises: VoicesPooled, NotAFamily.
    """
    unknown = sorted(set(family) - set(KINDS))
    if unknown or not family:
        raise NotAFamily(
            f"There is no pattern {', '.join(unknown) or 'in an empty family'}; there are {', '.join(KINDS)}."
        )
    some = heard(table=table, voice=voice)
    design = design_of(table=some, by_facilitator=by_facilitator, by_teller=by_teller)
    search = _Search(some, design, least, seed, alpha)
    tested: list[tuple[Kind, tuple[str, ...], _Tested]] = []
    not_tested: list[NotTested] = []
    for kind in KINDS:
        if kind in family:
            for questions, found in SEARCHES[kind](search):
                if isinstance(found, str):
                    not_tested.append(NotTested(kind, questions, found))
                else:
                    tested.append((kind, questions, found))
    q = adjusted(
        p=np.array([found.p for *_, found in tested]), weights=_weights([kind for kind, *_ in tested]), rule=rule
    )
    patterns = [
        Pattern(
            kind,
            questions,
            t.n,
            t.statistic,
            t.degrees,
            t.p,
            float(value),
            t.effect_name,
            t.effect,
            bool(value <= alpha),
        )
        for (kind, questions, t), value in zip(tested, q, strict=True)
    ]
    return Discovery(
        patterns=tuple(sorted(patterns, key=lambda one: (one.q, one.p, -abs(one.effect), one.questions))),
        not_tested=tuple(not_tested),
        tested={kind: sum(1 for one in tested if one[0] == kind) for kind in KINDS if kind in family},
        stories=some.size,
        tellers=int(np.unique(design.units).size),
        facilitators=len(some.facilitators.present()),
        voice=voice or next(iter(some.voices.present()), "not_known"),
        alpha=alpha,
        rule=rule,
        least=least,
        seed=seed,
        by_facilitator=by_facilitator,
        by_teller=by_teller,
    )


def _weights(kinds: Sequence[Kind]) -> FloatArray:
    """One half of the family's weight to patterns of two questions, one half to those of three; mean 1."""
    three = np.array([kind in THREE for kind in kinds], dtype=np.bool_)
    many = three.size
    if not three.any() or three.all():
        return np.ones(many)
    return np.asarray(np.where(three, many / (2 * three.sum()), many / (2 * (~three).sum())))


def adjusted(*, p: FloatArray, weights: FloatArray, rule: Literal["bh", "by"] = "bh") -> FloatArray:
    """Each pattern's q: the least share of false discoveries at which it would be found.

    With weights 1 the values of Benjamini & Hochberg (or Yekutieli). Weights are fixed beforehand, mean 1.
    """
    if not p.size:
        return p
    many = p.size
    penalty = float((1 / np.arange(1, many + 1)).sum()) if rule == "by" else 1.0
    weighted = p / weights
    order = np.argsort(weighted, kind="stable")
    steps = weighted[order] * many * penalty / np.arange(1, many + 1)
    q = np.empty(many)
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return q


@dataclass(frozen=True, slots=True)
class _Tested:
    n: int
    statistic: float
    degrees: int
    p: float
    effect_name: str
    effect: float


Found = Iterator[tuple[tuple[str, ...], _Tested | str]]


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


def _own_values(code: str, column: ScaleColumn) -> Feature:
    answered = np.asarray(column.states == ANSWERED)
    middle = float(column.values[answered].mean()) if answered.any() else 0.0
    values = np.where(answered, (column.values - middle) / (column.high - column.low), 0.0)[:, None]
    return Feature(code, "scale", answered, bool(answered.all()), values=values)


class _Search:
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
            code: _own_values(code, column) for code, column in table.columns.items() if isinstance(column, ScaleColumn)
        }

    def _pair(self, x: Feature, y: Feature, number: int) -> _Tested | str:
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
        return _Tested(found.n, found.length * max(found.n - 1, 1), found.degrees, p, name, effect)

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
                yield questions, _Tested(n, plain.statistic, plain.degrees, p, "rho_difference", plain.effect)

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
                    _Tested(plain.n, plain.statistic, plain.degrees, p, "partial_eta_squared", plain.effect),
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


def corrected_v(*, phi2: float, n: int, rows: int, columns: int) -> float:
    """Cramér's V without its upward bias. Source: Bergsma (2013)."""
    if n < 2:
        return 0.0
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    rows_c = rows - (rows - 1) ** 2 / (n - 1)
    columns_c = columns - (columns - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / max(min(rows_c - 1, columns_c - 1), 1e-12)))


SEARCHES: Mapping[Kind, Callable[[_Search], Found]] = {
    "choice_choice": lambda search: search.pairs("choice", "choice"),
    "scale_choice": lambda search: search.pairs("choice", "scale"),
    "scale_scale": lambda search: search.pairs("scale", "scale"),
    "triad_choice": lambda search: search.pairs("choice", "triad"),
    "triad_scale": lambda search: search.pairs("scale", "triad"),
    "triad_triad": lambda search: search.pairs("triad", "triad"),
    "choice_scale_scale": lambda search: search.choice_scale_scale(),
    "choice_choice_scale": lambda search: search.choice_choice_scale(),
}
"""Kind of pattern -> how all of its patterns are tested."""

__all__ = ["KINDS", "LEFT_OUT", "TOGETHER", "Discovery", "NotAFamily", "NotTested", "Pattern", "adjusted", "discover"]
