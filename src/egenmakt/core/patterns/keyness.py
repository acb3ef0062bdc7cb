"""Keyness: which words the stories of one group have more often than those of another.

A story counts once for a word, however often the word stands in it: stories are told apart from each other, the words
inside one are not. The test is Dunning's log-likelihood ratio on the 2×2 table (group × has the word), corrected over
all words that were compared. No program that understands language is needed, and any language will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np


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
