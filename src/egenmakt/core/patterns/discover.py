"""Discover: all patterns of a framework at once, ranked, with false discoveries held over the whole family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from egenmakt.core.patterns.design import design_of
from egenmakt.core.patterns.search import Found, Search, Tested
from egenmakt.core.patterns.table import FloatArray, StoryTable
from egenmakt.core.patterns.voices import heard
from egenmakt.core.words import _

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
    "too_few_stories": _("Too few stories answered all its questions."),
    "too_few_options": _("Fewer than two options have enough stories."),
    "does_not_vary": _("One of the answers never varies, or only from facilitator to facilitator."),
    "parts_of_one": _("Two options of one question are no pattern: they are chosen from one list."),
}
"""Why a pattern was not tested: code -> words, to be translated where they are shown."""


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
    search = Search(some, design, least, seed, alpha)
    tested: list[tuple[Kind, tuple[str, ...], Tested]] = []
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


SEARCHES: Mapping[Kind, Callable[[Search], Found]] = {
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
