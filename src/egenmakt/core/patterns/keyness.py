"""Keyness: which words the stories of one group have more often than those of another.

A story counts once for a word, however often the word stands in it: stories are told apart from each other, the words
inside one are not. The test is Dunning's log-likelihood ratio on the 2×2 table (group × has the word), corrected over
all words that were compared. No program that understands language is needed, and any language will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from egenmakt.core.patterns.table import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word, in how many stories of each group it stands, and how sure it is that the groups differ."""

    word: str
    here: int
    there: int
    log_likelihood: float
    """Dunning's G², without a sign; `log_ratio` says in which group it is more common."""
    log_ratio: float
    """The base-2 logarithm of the ratio of the shares, each with half a story added: 1 is twice as common here."""
    p_adjusted: float
    """After Benjamini and Hochberg over all words that were compared."""


def keyness(
    *, here: Sequence[Collection[str]], there: Sequence[Collection[str]], least: int = 5, alpha: float = 0.05
) -> list[KeyWord]:
    """The words by which two groups of stories differ, the surest first.

    Args: here and there, the words of each story; least, in how many stories a word must stand altogether to be
    compared, so that no word points at its teller; alpha, the false discovery rate among those that are listed.
    Source: Dunning (1993), "Accurate Methods for the Statistics of Surprise and Coincidence"; Benjamini and Hochberg
    (1995). Raises: ValueError when a group has no story.
    """
    # loaded here: it takes a third of a second at the start of every command
    from scipy.special import chdtrc  # noqa: PLC0415  see above

    if not here or not there:
        raise ValueError("Words are compared between two groups of stories; one of them is empty.")
    counts = [Counter(word for words in group for word in set(words)) for group in (here, there)]
    words = sorted(word for word in counts[0].keys() | counts[1].keys() if counts[0][word] + counts[1][word] >= least)
    if not words:
        return []
    with_word = np.array([[count[word] for count in counts] for word in words], dtype=float)
    sizes = np.array([len(here), len(there)], dtype=float)
    scores = log_likelihood(with_word, sizes)
    shares = (with_word + 0.5) / (sizes + 1.0)
    ratios = np.log2(shares[:, 0] / shares[:, 1])
    adjusted = _adjusted(chdtrc(1.0, scores))
    found = [
        KeyWord(word, int(a), int(b), float(score), float(ratio), float(p))
        for word, (a, b), score, ratio, p in zip(words, with_word, scores, ratios, adjusted, strict=True)
        if p <= alpha
    ]
    return sorted(found, key=lambda each: (-each.log_likelihood, each.word))


def log_likelihood(with_word: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Dunning's G² of each row: how many of each group have the word (n×2), of how many in each group (2)."""
    observed = np.stack([with_word, sizes - with_word], axis=2)
    total = sizes.sum()
    expected = observed.sum(axis=1, keepdims=True) * sizes[None, :, None] / total
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(observed > 0, observed * np.log(observed / expected), 0.0)
    scores: np.ndarray = np.maximum(2.0 * terms.sum(axis=(1, 2)), 0.0)  # rounding may leave a hair below zero
    return scores


def _adjusted(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    lowest = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    back = np.empty_like(lowest)
    back[order] = lowest
    return back


@dataclass(frozen=True, slots=True)
class GroupWord:
    """A word that tellers of one group use oftener, or more rarely, than all others; counted in tellers."""

    part: str
    """Of which part of the stories: a voice."""
    group: str
    word: str
    here: int
    there: int
    log_ratio: float
    """The base-2 logarithm of the ratio of the shares, each with half a teller added."""
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True, eq=False)
class TellerWords:
    """Who uses which word in one part of the stories: each teller once, in the group of most of her stories."""

    groups: tuple[str, ...]
    group: IntArray
    """The group of each teller, as a place in `groups`."""
    words: tuple[str, ...]
    used: BoolArray
    """Tellers x words."""


def teller_words(
    *, words: Sequence[Collection[str]], tellers: IntArray, groups: tuple[str, ...], group: IntArray, least: int
) -> TellerWords:
    """Put the words of stories together by teller.

    Args: the words of each story; who told it (-1: not known, and so a teller of its own); the group of each story, -1
    for none; in how many tellers' stories a word must stand. A story outside the teller's own group is left out.
    """
    known = np.flatnonzero(group >= 0)
    own = tellers[known].copy()
    own[own < 0] = int(tellers.max(initial=-1)) + 1 + np.arange(int((own < 0).sum()))
    _, unit = np.unique(own, return_inverse=True)
    many = int(unit.max(initial=-1)) + 1
    counts = np.zeros((many, len(groups)), dtype=np.int64)
    np.add.at(counts, (unit, group[known]), 1)
    home = counts.argmax(axis=1) if many else np.zeros(0, dtype=np.int64)
    said: list[set[str]] = [set() for _ in range(many)]
    for story, teller in zip(known.tolist(), unit.tolist(), strict=True):
        if group[story] == home[teller]:
            said[teller].update(words[story])
    used = Counter(word for each in said for word in each)
    listed = tuple(sorted(word for word, times in used.items() if times >= least))
    place = {word: number for number, word in enumerate(listed)}
    table = np.zeros((many, len(listed)), dtype=np.bool_)
    for teller, each in enumerate(said):
        table[teller, [place[word] for word in each if word in place]] = True
    return TellerWords(groups, home.astype(np.int64), listed, table)


def words_of_groups(*, parts: Mapping[str, TellerWords], alpha: float = 0.05) -> tuple[list[GroupWord], int]:
    """The words by which each group differs from all others, the surest first, and how many comparisons were made.

    Fisher's exact test, two-sided, of each word in each group of each part; false discoveries are held at alpha over
    all of them (Benjamini and Hochberg 1995). A group of whom nobody tells anything, or everybody, is not compared.
    """
    rows: list[GroupWord] = []
    for part, one in parts.items():
        present = [place for place in range(len(one.groups)) if (one.group == place).any()]
        # of two groups the second says the same the other way round
        for place in present[: 1 if len(present) == 2 else len(present)]:
            inside = one.group == place
            m, n = int(inside.sum()), int((~inside).sum())
            if n:
                other = one.groups[present[1]] if len(present) == 2 else ""
                here, there = one.used[inside].sum(axis=0), one.used[~inside].sum(axis=0)
                rows += [
                    _compared(part, (one.groups[place], other), word, (int(x), int(y)), (m, n))
                    for word, x, y in zip(one.words, here, there, strict=True)
                ]
    if not rows:
        return [], 0
    adjusted = _adjusted(np.array([each.p for each in rows]))
    found = [replace(each, p_adjusted=float(q)) for each, q in zip(rows, adjusted, strict=True) if q <= alpha]
    return sorted(found, key=lambda each: (each.p, -each.log_ratio, each.group, each.word)), len(rows)


def _compared(
    part: str, groups: tuple[str, str], word: str, counts: tuple[int, int], sizes: tuple[int, int]
) -> GroupWord:
    """A word in one group and elsewhere; where there is only one other group, in the one that uses it more."""
    (here, there), (m, n) = counts, sizes
    p = fisher_exact(here=here, there=there, m=m, n=n)
    ratio = float(np.log2(((here + 0.5) / (m + 1)) / ((there + 0.5) / (n + 1))))
    if groups[1] and ratio < 0:
        return GroupWord(part, groups[1], word, there, here, -ratio, p, p)
    return GroupWord(part, groups[0], word, here, there, ratio, p, p)


def fisher_exact(*, here: int, there: int, m: int, n: int) -> float:
    """How likely a table at most as likely as this is: `here` of m and `there` of n. Source: Fisher (1935).

    Counts are small and exact, so no law for large numbers is leant on.
    """
    # loaded here: it takes a third of a second at the start of every command
    from scipy.special import gammaln  # noqa: PLC0415  see above

    k = here + there
    x = np.arange(max(0, k - n), min(k, m) + 1)
    log_p = -(gammaln(x + 1) + gammaln(m - x + 1) + gammaln(k - x + 1) + gammaln(n - k + x + 1))
    likely = np.exp(log_p - log_p.max())
    return min(1.0, float(likely[likely <= likely[here - x[0]] * (1 + 1e-7)].sum() / likely.sum()))
