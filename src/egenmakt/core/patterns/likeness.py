"""Stories like this one: ranked by the letters that stand together in them, in every script, without a language model.

Whoever has a better way to turn texts into vectors hands it in as an `Embedder`; nothing else changes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

LENGTHS: Final = (3, 4, 5)
"""Letters in a row that are counted: long enough for stems, short enough for endings and spellings."""
_PRIME: Final = np.uint64(1_000_003)


class Embedder(Protocol):
    """Turns texts into vectors of one length, a row each. It sees the texts: it must run where they may be."""

    def embed(self, texts: Sequence[str]) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Alike:
    """A text by its place among those that were ranked, and how alike it is: 1 is the same, 0 has nothing in common."""

    place: int
    likeness: float


def most_alike(*, query: str, texts: Sequence[str], most: int = 10, embedder: Embedder | None = None) -> list[Alike]:
    """The texts most like a query, the likest first; those with nothing in common are left out.

    By the cosine between vectors: of the embedder, or of TF-IDF over runs of letters. Source of the weights: Salton and
    Buckley (1988), 1 + log of the count, times the log of how rare a run is, smoothed as scikit-learn does it.
    """
    if not texts:
        return []
    if embedder is not None:
        vectors = np.asarray(embedder.embed([query, *texts]), dtype=float)
        norms = np.linalg.norm(vectors, axis=1)
        norms[norms == 0] = 1.0
        scores = (vectors[1:] @ vectors[0]) / (norms[1:] * norms[0])
    else:
        scores = _by_letters(query, texts)
    order = np.argsort(-scores, kind="stable")[:most]
    return [Alike(int(place), min(float(scores[place]), 1.0)) for place in order if scores[place] > 1e-9]


def runs_of_letters(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The runs of 3 to 5 letters of a text as numbers, each once, and how often each stands in it.

    Capitals and punctuation make no difference; a space stands at the ends of words.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    letters = f" {' '.join(plain.split())} "
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    found = []
    for length in LENGTHS:
        if len(codes) < length:
            continue
        # a number for each run: what overflows stays the same for the same run
        run = np.full(len(codes) - length + 1, np.uint64(length))
        for place in range(length):
            run = run * _PRIME + codes[place : place + len(run)]
        found.append(run)
    return np.unique(np.concatenate(found) if found else np.empty(0, dtype=np.uint64), return_counts=True)


def _by_letters(query: str, texts: Sequence[str]) -> np.ndarray:
    asked, asked_counts = runs_of_letters(query)
    parts = [runs_of_letters(text) for text in texts]
    runs = np.concatenate([run for run, _count in parts])
    counts = np.concatenate([count for _run, count in parts]).astype(float)
    owners = np.repeat(np.arange(len(texts)), [len(run) for run, _count in parts])
    known, where, in_texts = np.unique(runs, return_inverse=True, return_counts=True)
    rarity = np.log((1.0 + len(texts)) / (1.0 + in_texts)) + 1.0
    weights = (1.0 + np.log(counts)) * rarity[where]
    norms = np.sqrt(np.bincount(owners, weights**2, minlength=len(texts)))
    norms[norms == 0] = 1.0
    place = np.searchsorted(known, asked)
    place[place == len(known)] = 0
    is_known = known[place] == asked if len(known) else np.zeros(len(asked), dtype=bool)
    asked_weights = 1.0 + np.log(asked_counts.astype(float))
    # what stands in no text is as rare as can be, and makes the query longer
    asked_weights *= np.where(is_known, rarity[place], np.log(1.0 + len(texts)) + 1.0)
    by_run = np.zeros(len(known))
    by_run[place[is_known]] = asked_weights[is_known]
    dots = np.bincount(owners, weights * by_run[where], minlength=len(texts))
    length = float(np.linalg.norm(asked_weights)) or 1.0
    return dots / (norms * length)
