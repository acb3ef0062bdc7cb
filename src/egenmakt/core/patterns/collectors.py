"""What differs between those who collect stories, shown so that they can learn from it; never a charge.

Each check compares one facilitator with all the others. Its p-value is adjusted over all facilitators and checks by
Benjamini and Hochberg (1995): where nobody differs, a page shows a finding in at most `level` of the cases (at 5 %:
3.7 % of 300 clean rounds, standard error 1.1). A finding is a reason to ask how the work went: a shared prompt, a
village where everybody lived through the same, or a form that invites the same answer explains it as well as an
invention does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from egenmakt.core.words import _

STORIES_LEAST = 10
"""A facilitator with fewer stories is not compared; the report says so."""
ANSWERS_LEAST = 5
"""A row with fewer answers is alike by chance too often to say anything."""
SCALES_LEAST = 3
ALIKE = 0.7
"""Two texts are nearly the same if they share this much of their pieces of five characters (Jaccard)."""
CHARACTERS_A_SECOND = 15
"""The pace of fast speech. Nobody tells and writes down a story faster."""
SECONDS_AN_ANSWER = 2
BREAK_LEAST = 60
"""Seconds between one interview and the next."""
PIECE, BINS, BAND = 5, 128, 4
PERMUTATIONS = 9_999
ENOUGH = 20
"""Shuffling ends when everybody's count was reached so often: nobody's is rare then (Besag and Clifford 1991)."""

SENTENCES = {
    "same_text": _("{count} of {facilitator}'s {stories} stories are nearly the same text as another of theirs."),
    "same_answers": _("{count} of {facilitator}'s {stories} stories have exactly the answers of another of theirs."),
    "straight_lines": _("{count} of {facilitator}'s {stories} stories have the same position on every scale."),
    "too_fast": _("{count} of {facilitator}'s {stories} interviews took less time than telling the story takes."),
    "overlapping": _("{count} of {facilitator}'s {stories} interviews began before the one before had ended."),
    "no_break": _("{count} of {facilitator}'s {stories} interviews began within a minute of the one before."),
    "round_numbers": _("{facilitator}'s stories have round numbers on the scales more often than others'."),
    "preferred_option": _("{facilitator}'s stories differ from others' in the answers to one question."),
}
"""What a page says of each kind of finding, with the finding's `values`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CollectorInput:
    """Stories of one round as arrays, one row for each story.

    `started` and `finished` are seconds, −1 where unknown. `answers` are options by number, −1 where there is none.
    `scales` run from 0 to 1, NaN where there is no answer.
    """

    ids: Sequence[str]
    facilitators: Sequence[str]
    started: np.ndarray
    finished: np.ndarray
    texts: Sequence[str]
    answers: np.ndarray
    scales: np.ndarray

    def __post_init__(self) -> None:
        size = len(self.ids)
        for name in ("facilitators", "started", "finished", "texts", "answers", "scales"):
            if len(getattr(self, name)) != size:
                raise ValueError(f"{name} has {len(getattr(self, name))} rows for {size} stories")
        if self.answers.ndim != 2 or self.scales.ndim != 2:
            raise ValueError("answers and scales have one row for each story and one column for each question")


@dataclass(frozen=True, kw_only=True)
class CollectorFinding:
    """One difference: what, with whom, in which stories, how strong, and the values for its sentence."""

    kind: str
    facilitator: str
    stories: tuple[str, ...]
    statistic: float
    p: float
    adjusted: float
    values: Mapping[str, str | int | float]


@dataclass(frozen=True, kw_only=True)
class CollectorReport:
    """The findings, and what was looked at: how many comparisons, and who had too few stories to be compared."""

    findings: tuple[CollectorFinding, ...]
    compared: int
    too_few: tuple[str, ...]
    level: float


@dataclass(frozen=True)
class _Result:
    kind: str
    facilitator: int
    concerned: np.ndarray  # numbers of stories
    statistic: float
    p: float
    values: Mapping[str, str | int | float]


def compare_collectors(data: CollectorInput, *, rng: np.random.Generator, level: float = 0.05) -> CollectorReport:
    """Compare each facilitator with the others; keep what holds after adjustment over all comparisons.

    Checks: nearly the same text, the same answers, straight lines, too fast, overlapping interviews, no break, round
    numbers, preferred options. `rng` shuffles for the check of same answers.
    """
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - SciPy takes a second to start

    names, codes = np.unique(np.asarray(data.facilitators, dtype=str), return_inverse=True)
    sizes = np.bincount(codes, minlength=len(names))
    compared = [int(one) for one in np.flatnonzero(sizes >= STORIES_LEAST)] if len(names) > 1 else []
    results = [result for check in CHECKS for result in check(data, codes, compared, rng)]
    adjusted = false_discovery_control([result.p for result in results]) if results else []
    findings = [
        CollectorFinding(
            kind=result.kind,
            facilitator=str(names[result.facilitator]),
            stories=tuple(data.ids[number] for number in result.concerned),
            statistic=float(result.statistic),
            p=float(result.p),
            adjusted=float(value),
            values={
                "facilitator": str(names[result.facilitator]),
                "count": len(result.concerned),
                "stories": int(sizes[result.facilitator]),
                **result.values,
            },
        )
        for result, value in zip(results, adjusted, strict=True)
        if value <= level
    ]
    return CollectorReport(
        findings=tuple(sorted(findings, key=lambda one: (one.adjusted, one.facilitator, one.kind))),
        compared=len(results),
        too_few=tuple(str(name) for number, name in enumerate(names) if number not in compared),
        level=level,
    )


def _more_often(
    kind: str, flagged: np.ndarray, possible: np.ndarray, codes: np.ndarray, compared: Sequence[int]
) -> Iterator[_Result]:
    """Whether a facilitator's stories are flagged more often than the others': Fisher's exact test, one-sided."""
    from scipy.stats import hypergeom  # noqa: PLC0415 - SciPy takes a second to start

    whole, marked = int(possible.sum()), int((flagged & possible).sum())
    for one in compared:
        mine = possible & (codes == one)
        stories = np.flatnonzero(flagged & mine)
        size = int(mine.sum())
        if 0 < size < whole:
            p = float(hypergeom.sf(len(stories) - 1, whole, marked, size))
            others = (marked - len(stories)) / (whole - size)
            yield _Result(kind, one, stories, len(stories) / size, min(p, 1.0), {"others": others})


def _hashes(text: str) -> np.ndarray:
    """The different pieces of five characters of a text, as numbers, whatever the case and the spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    points = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(points) < PIECE:
        return np.zeros(0, dtype=np.uint64)
    value = np.zeros(len(points) - PIECE + 1, dtype=np.uint64)
    for offset in range(PIECE):
        value = (value ^ points[offset : len(points) - PIECE + 1 + offset]) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    return np.unique(value)


def similar_texts(texts: Sequence[str], *, least: float = ALIKE) -> list[tuple[int, int, float]]:
    """Pairs of texts that share at least `least` of their pieces (Jaccard), in any script.

    Candidates by one-permutation MinHash in bands (Li, Owen and Zhang 2012; empty bins filled by rotation, Shrivastava
    and Li 2014); each is then compared exactly. At 0.7 a pair is missed about once in 5,000. Texts of under 40
    characters are left out: short answers are alike by chance.
    """
    pieces = [_hashes(text) if len(text) >= 40 else np.zeros(0, dtype=np.uint64) for text in texts]
    used = [number for number, piece in enumerate(pieces) if len(piece)]
    if not used:
        return []
    signatures = np.array([_signature(pieces[number]) for number in used])
    candidates: list[np.ndarray] = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, BINS, BAND):
        band = signatures[:, start : start + BAND]
        keys = np.bitwise_xor.reduce(band * np.array([1, 3, 5, 7], dtype=np.uint64), axis=1)
        order = np.argsort(keys, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
            if len(group) > 1:
                one, other = np.triu_indices(len(group), 1)
                candidates.append(np.column_stack([group[one], group[other]]))  # a stable order: one < other
    pairs = np.unique(np.concatenate(candidates), axis=0)
    # the signatures agree in about the share that the texts have in common, to four standard errors; a short text
    # fills few bins, and its share is known less well
    sizes = np.array([len(pieces[number]) for number in used])
    filled = np.minimum(BINS, np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]]))
    bound = least - 4 * np.sqrt(least * (1 - least) / filled)
    agreeing = np.zeros(len(pairs), dtype=np.int64)
    for column in range(BINS):
        agreeing += signatures[pairs[:, 0], column] == signatures[pairs[:, 1], column]
    found = []
    for one, other in pairs[agreeing >= bound * BINS]:
        a, b = used[one], used[other]
        shared = len(np.intersect1d(pieces[a], pieces[b], assume_unique=True))
        jaccard = shared / (len(pieces[a]) + len(pieces[b]) - shared)
        if jaccard >= least:
            found.append((a, b, jaccard))
    return found


def _signature(pieces: np.ndarray) -> np.ndarray:
    """The least piece in each bin; an empty bin takes that of the next one that is not."""
    bins = (pieces >> np.uint64(57)).astype(np.int64)  # the pieces are sorted, so the bins are too
    filled, first = np.unique(bins, return_index=True)
    following = np.searchsorted(filled, np.arange(BINS)) % len(filled)
    return np.asarray(pieces[first[following]])


def _groups(pairs: Sequence[tuple[int, int]], size: int) -> np.ndarray:
    """The number of the group that each story belongs to when pairs are joined."""
    group = np.arange(size)
    for a, b in pairs:
        one, other = group[a], group[b]
        if one != other:
            group[group == max(one, other)] = min(one, other)
    return group


def _links_within(group: np.ndarray, codes: np.ndarray, one: int) -> np.ndarray:
    """Stories of one facilitator that share a group with another of theirs."""
    mine = np.flatnonzero(codes == one)
    _values, inverse, counts = np.unique(group[mine], return_inverse=True, return_counts=True)
    return mine[counts[inverse] > 1]


def _same_text(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], _rng: np.random.Generator
) -> Iterator[_Result]:
    """Repeats within a facilitator's stories, given all repeats: a share of them as large as the share of pairs."""
    from scipy.stats import binom  # noqa: PLC0415 - SciPy takes a second to start

    size = len(data.ids)
    group = _groups([(a, b) for a, b, _ in similar_texts(data.texts)], size)
    repeats = size - len(np.unique(group))
    for one in compared:
        mine = np.flatnonzero(codes == one)
        within = len(mine) - len(np.unique(group[mine]))
        chance = len(mine) * (len(mine) - 1) / (size * (size - 1))
        p = float(binom.sf(within - 1, max(repeats, within), chance))
        yield _Result("same_text", one, _links_within(group, codes, one), within, min(p, 1.0), {"repeats": repeats})


def _same_answers(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], rng: np.random.Generator
) -> Iterator[_Result]:
    """Pairs of equal rows within a facilitator, against the same rows dealt out anew."""
    rows = np.flatnonzero((data.answers >= 0).sum(axis=1) >= ANSWERS_LEAST)
    if not len(rows):
        return
    _values, kinds, counts = np.unique(data.answers[rows], axis=0, return_inverse=True, return_counts=True)
    kinds = np.where(counts[kinds.ravel()] > 1, kinds.ravel(), -1)
    _values, kinds = np.unique(kinds, return_inverse=True)
    single = int(_values[0] == -1)
    width, people = int(kinds.max()) + 1, codes[rows]
    number = int(codes.max()) + 1

    def pairs(deal: np.ndarray) -> np.ndarray:
        table = np.bincount(people * width + deal, minlength=number * width).reshape(number, width)[:, single:]
        return np.asarray((table * (table - 1)).sum(axis=1) // 2)

    seen = pairs(kinds)
    above = np.zeros(number, dtype=np.int64)
    rounds = 0
    if seen.any():
        for rounds in range(1, PERMUTATIONS + 1):  # noqa: B007 - how many there were is needed below
            above += pairs(rng.permutation(kinds)) >= seen
            if (above >= ENOUGH)[seen > 0].all():
                break
    group = np.arange(len(data.ids)) + width
    group[rows[kinds >= single]] = kinds[kinds >= single]
    for one in compared:
        p = (above[one] + 1) / (rounds + 1) if seen[one] else 1.0
        yield _Result("same_answers", one, _links_within(group, codes, one), float(seen[one]), float(p), {})


def _straight_lines(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], _rng: np.random.Generator
) -> Iterator[_Result]:
    known = ~np.isnan(data.scales)
    possible = known.sum(axis=1) >= SCALES_LEAST
    high = np.where(known, data.scales, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(known, data.scales, np.inf).min(axis=1, initial=np.inf)
    flagged = possible & (high - low <= 0.01)
    yield from _more_often("straight_lines", flagged, possible, codes, compared)


def _pace(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], _rng: np.random.Generator
) -> Iterator[_Result]:
    timed = (data.started >= 0) & (data.finished >= 0)
    letters = np.array([len(text) for text in data.texts], dtype=np.int64)
    answered = (data.answers >= 0).sum(axis=1) + (~np.isnan(data.scales)).sum(axis=1)
    least = letters / CHARACTERS_A_SECOND + SECONDS_AN_ANSWER * answered
    yield from _more_often("too_fast", timed & (data.finished - data.started < least), timed, codes, compared)
    gap = np.full(len(codes), np.iinfo(np.int64).max)
    for one in compared:
        mine = np.flatnonzero(timed & (codes == one))
        mine = mine[np.argsort(data.started[mine], kind="stable")]
        ended = np.maximum.accumulate(data.finished[mine])
        gap[mine[1:]] = data.started[mine[1:]] - ended[:-1]
    overlapping = gap < 0
    yield from _more_often("overlapping", overlapping, timed, codes, compared)
    yield from _more_often("no_break", (gap >= 0) & (gap < BREAK_LEAST), timed & ~overlapping, codes, compared)


def _round_numbers(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], _rng: np.random.Generator
) -> Iterator[_Result]:
    """The share of a story's scale values on a tenth, facilitator against others: Mann and Whitney's test."""
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - SciPy takes a second to start

    known = ~np.isnan(data.scales)
    tenths = data.scales * 10
    on_tenth = known & (np.abs(tenths - np.rint(np.where(known, tenths, 0))) < 1e-9)
    possible = known.sum(axis=1) >= SCALES_LEAST
    share = on_tenth.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    for one in compared:
        mine, others = share[possible & (codes == one)], share[possible & (codes != one)]
        if len(mine) and len(others):
            test = mannwhitneyu(mine, others, alternative="greater", method="asymptotic")
            p = 1.0 if np.isnan(test.pvalue) else float(test.pvalue)
            stories = np.flatnonzero(possible & (codes == one) & (share > np.median(others)))
            values = {"share": float(mine.mean()), "others": float(others.mean())}
            yield _Result("round_numbers", one, stories, float(test.statistic), p, values)


def _preferred_option(
    data: CollectorInput, codes: np.ndarray, compared: Sequence[int], _rng: np.random.Generator
) -> Iterator[_Result]:
    """Each question's options, facilitator against others: Pearson's test, rare options taken together."""
    from scipy.stats import chi2  # noqa: PLC0415 - SciPy takes a second to start

    for question in range(data.answers.shape[1]):
        column = data.answers[:, question]
        known = column >= 0
        totals = np.bincount(column[known]) if known.any() else np.zeros(0, dtype=np.int64)
        for one in compared:
            mine = np.bincount(column[known & (codes == one)], minlength=len(totals))
            labels, table = _common(mine, totals)
            if len(labels) < 2:
                continue
            expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
            statistic = float(((table - expected) ** 2 / expected).sum())
            option = labels[int(np.argmax(table[0] - expected[0]))]
            stories = np.flatnonzero((codes == one) & (column == option))
            values = {"question": question, "option": option}
            yield _Result(
                "preferred_option", one, stories, statistic, float(chi2.sf(statistic, len(labels) - 1)), values
            )


def _common(mine: np.ndarray, totals: np.ndarray) -> tuple[list[int], np.ndarray]:
    """A table of two rows whose columns all expect five or more; rare options together are column −1, or left out."""
    whole = max(int(totals.sum()), 1)
    smaller = min(int(mine.sum()), whole - int(mine.sum()))
    rare = totals * smaller < 5 * whole
    columns = [(int(option), mine[option], totals[option] - mine[option]) for option in np.flatnonzero(~rare)]
    if totals[rare].sum() * smaller >= 5 * whole:
        columns.append((-1, mine[rare].sum(), (totals - mine)[rare].sum()))
    return [label for label, _mine, _others in columns], np.array([column[1:] for column in columns], dtype=np.int64).T


CHECKS: tuple[Callable[[CollectorInput, np.ndarray, Sequence[int], np.random.Generator], Iterator[_Result]], ...] = (
    _same_text,
    _same_answers,
    _straight_lines,
    _pace,
    _round_numbers,
    _preferred_option,
)
