"""Collectors are compared calmly: hardly ever an alarm where nobody differs, nearly always one where somebody does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact
from statsmodels.stats.multitest import multipletests

from egenmakt.core.patterns.collectors import (
    SENTENCES,
    CollectorInput,
    CollectorReport,
    compare_collectors,
    similar_texts,
)

SYLLABLES = (
    "ka",
    "lu",
    "mbe",
    "zi",
    "no",
    "shi",
    "ta",
    "wi",
    "पा",
    "नी",
    "गा",
    "मू",
    "ما",
    "قر",
    "ya",
    "grå",
    "sed",
    "on",
)
WORDS = np.array([a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES])
"""An array: NumPy would make one of a list at every draw."""


def clean(rng: np.random.Generator, *, size=400, collectors=8, questions=8, scales=5) -> CollectorInput:
    """A round in which all collect alike; the answers of a story hang together, as real ones do."""
    started = rng.integers(0, 60, size).cumsum() * 60
    mood = rng.random(size)
    lengths = rng.integers(40, 120, size)
    texts = [" ".join(rng.choice(WORDS, length)) for length in lengths]
    answers = (np.clip(mood[:, None] + rng.normal(0, 0.35, (size, questions)), 0, 0.999) * 4).astype(np.int64)
    answers[rng.random(answers.shape) < 0.05] = -1
    values = np.round(np.clip(mood[:, None] + rng.normal(0, 0.2, (size, scales)), 0, 1), 2)
    values[rng.random(values.shape) < 0.05] = np.nan
    facilitators = [f"f{number}" for number in rng.integers(0, collectors, size)]
    seconds = np.array([len(text) for text in texts]) // 15 + 2 * (questions + scales) + rng.integers(60, 1200, size)
    # each facilitator goes from one interview to the next, with a break
    free: dict[str, int] = {}
    for number, who in enumerate(facilitators):
        started[number] = max(started[number], free.get(who, 0) + int(rng.integers(70, 900)))
        free[who] = int(started[number] + seconds[number])
    return CollectorInput(
        ids=[f"s{number}" for number in range(size)],
        facilitators=facilitators,
        started=started,
        finished=started + seconds,
        texts=texts,
        answers=answers,
        scales=values,
    )


def changed(data: CollectorInput, **fields) -> CollectorInput:
    return CollectorInput(**{name: fields.get(name, getattr(data, name)) for name in data.__dataclass_fields__})


def found(report: CollectorReport) -> set[tuple[str, str]]:
    return {(finding.kind, finding.facilitator) for finding in report.findings}


def some_of_f3(data: CollectorInput, rng: np.random.Generator, share: float) -> np.ndarray:
    mine = np.flatnonzero(np.array(data.facilitators) == "f3")
    return rng.choice(mine, max(3, round(share * len(mine))), replace=False)


def copied_texts(data, rng):
    chosen = some_of_f3(data, rng, 0.12)
    texts = list(data.texts)
    for one in chosen[1:]:
        words = texts[chosen[0]].split()
        words[len(words) // 2] = "kesho"
        texts[one] = " ".join(words)
    return changed(data, texts=texts)


def copied_answers(data, rng):
    answers = data.answers.copy()
    chosen = some_of_f3(data, rng, 0.3)
    answers[chosen] = np.where(answers[chosen[0]] < 0, 0, answers[chosen[0]])
    return changed(data, answers=answers)


def straight(data, rng):
    scales = data.scales.copy()
    scales[some_of_f3(data, rng, 0.2)] = 0.5
    return changed(data, scales=scales)


def hurried(data, rng):
    finished = data.finished.copy()
    chosen = some_of_f3(data, rng, 0.2)
    finished[chosen] = data.started[chosen] + 20
    return changed(data, finished=finished)


def followed(data, gap):
    """A quarter of f3's interviews begin so many seconds after the one before."""
    started, finished = data.started.copy(), data.finished.copy()
    mine = np.flatnonzero(np.array(data.facilitators) == "f3")
    for before, one in pairwise(mine[: len(mine) // 4 + 1]):
        length = finished[one] - started[one]
        started[one] = finished[before] + gap
        finished[one] = started[one] + length
    return changed(data, started=started, finished=finished)


def overlapped(data, rng):
    return followed(data, -30)


def without_break(data, rng):
    return followed(data, 20)


def rounded(data, rng):
    scales = data.scales.copy()
    mine = some_of_f3(data, rng, 1.0)
    scales[mine] = np.round(scales[mine], 1)
    return changed(data, scales=scales)


def one_option(data, rng):
    answers = data.answers.copy()
    answers[some_of_f3(data, rng, 0.75), 2] = 3
    return changed(data, answers=answers)


def alarms(rounds: int) -> float:
    """The share of clean rounds that show any finding."""
    shown = 0
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        shown += bool(compare_collectors(clean(rng, size=120, collectors=5), rng=rng).findings)
    return shown / rounds


def at_most(rounds: int) -> float:
    """5 %, and what chance adds to it in so many rounds: three standard errors."""
    return float(0.05 + 3 * np.sqrt(0.05 * 0.95 / rounds))


def test_where_nobody_differs_a_page_hardly_ever_shows_a_finding() -> None:
    assert alarms(40) <= at_most(40)


@pytest.mark.nightly
def test_where_nobody_differs_many_pages_hardly_ever_show_a_finding() -> None:
    assert alarms(400) <= at_most(400)


SEEDED = {
    "same_text": copied_texts,
    "same_answers": copied_answers,
    "straight_lines": straight,
    "too_fast": hurried,
    "overlapping": overlapped,
    "no_break": without_break,
    "round_numbers": rounded,
    "preferred_option": one_option,
}


def hits(kind: str, rounds: int) -> float:
    """In what share of rounds with something seeded it is found with the right facilitator."""
    right = 0
    for seed in range(1000, 1000 + rounds):
        rng = np.random.default_rng(seed)
        data = SEEDED[kind](clean(rng, size=240, collectors=6), rng)
        right += (kind, "f3") in found(compare_collectors(data, rng=rng))
    return right / rounds


@pytest.mark.parametrize("kind", SEEDED)
def test_what_was_seeded_is_found_with_the_right_facilitator(kind) -> None:
    assert hits(kind, 5) == 1


@pytest.mark.nightly
@pytest.mark.parametrize("kind", SEEDED)
def test_what_was_seeded_is_found_in_at_least_95_of_100_rounds(kind) -> None:
    assert hits(kind, 100) >= 0.95


def test_a_finding_names_its_stories_and_fills_its_sentence() -> None:
    rng = np.random.default_rng(7)
    data = straight(clean(rng), rng)

    report = compare_collectors(data, rng=rng)

    (finding,) = [one for one in report.findings if one.kind == "straight_lines"]
    level = {data.ids[n] for n in np.flatnonzero(np.nanmax(data.scales, axis=1) == np.nanmin(data.scales, axis=1))}
    assert set(finding.stories) == level & {i for i, f in zip(data.ids, data.facilitators, strict=True) if f == "f3"}
    assert f"{len(finding.stories)} of f3's" in SENTENCES[finding.kind].format(**finding.values)
    assert finding.p <= finding.adjusted <= 0.05
    assert set(SENTENCES) >= {one.kind for one in report.findings}


def test_the_straight_lines_are_judged_by_fishers_exact_test() -> None:
    rng = np.random.default_rng(8)
    data = straight(clean(rng), rng)

    report = compare_collectors(data, rng=rng, level=1.0)

    enough = (~np.isnan(data.scales)).sum(axis=1) >= 3
    line = enough & (np.nanmax(data.scales, axis=1) - np.nanmin(data.scales, axis=1) <= 0.01)
    mine = np.array(data.facilitators) == "f3"
    table = [
        [(line & mine).sum(), (enough & ~line & mine).sum()],
        [(line & ~mine).sum(), (enough & ~line & ~mine).sum()],
    ]
    (finding,) = [one for one in report.findings if (one.kind, one.facilitator) == ("straight_lines", "f3")]
    assert finding.p == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def test_options_are_judged_by_pearsons_test_and_all_is_adjusted_together() -> None:
    rng = np.random.default_rng(9)
    data = clean(rng, size=800, collectors=4, questions=6)

    report = compare_collectors(data, rng=rng, level=1.0)

    column, mine = data.answers[:, 2], np.array(data.facilitators) == "f1"
    table = [
        [(mine & (column == option)).sum() for option in range(4)],
        [(~mine & (column == o)).sum() for o in range(4)],
    ]
    (finding,) = [
        one
        for one in report.findings
        if (one.kind, one.facilitator, one.values.get("question")) == ("preferred_option", "f1", 2)
    ]
    assert finding.p == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    assert len(report.findings) == report.compared
    again = multipletests([one.p for one in report.findings], method="fdr_bh")[1]
    assert [one.adjusted for one in report.findings] == pytest.approx(list(again))


def pieces(text: str) -> set[str]:
    plain = " ".join(text.casefold().split())
    return {plain[start : start + 5] for start in range(len(plain) - 4)}


def test_similar_texts_are_the_pairs_that_comparing_all_with_all_finds() -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(WORDS, rng.integers(15, 80))) for _ in range(120)]
    for number in range(60):
        words = texts[number].split()
        for _ in range(number // 8):
            words[rng.integers(len(words))] = str(rng.choice(WORDS))
        texts.append(" ".join(words).upper())

    ours = similar_texts(texts)

    sets = [pieces(text) for text in texts]
    shares = {(a, b): len(sets[a] & sets[b]) / len(sets[a] | sets[b]) for b in range(len(texts)) for a in range(b)}
    theirs = {pair: share for pair, share in shares.items() if share >= 0.7}
    assert len(theirs) > 30
    assert {(a, b): share for a, b, share in ours} == pytest.approx(theirs)


def test_short_texts_that_share_seven_tenths_are_hardly_ever_missed() -> None:
    """50 characters with the last 8 written anew share 38 of 54 pieces; at most two of 1,800 such pairs are missed."""
    rng = np.random.default_rng(5)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    found_pairs = 0
    for _ in range(12):
        first = ["".join(rng.choice(letters, 50)) for _ in range(150)]
        again = [text[:42] + "".join(rng.choice(letters, 8)) for text in first]
        found_pairs += len({(a, b) for a, b, _ in similar_texts(first + again)} & {(n, n + 150) for n in range(150)})

    assert found_pairs >= 1_798


@pytest.mark.parametrize("text", ["हाम्रो समूहले पानीको धारा बनायो र सबैले मिलेर काम गरे। ", "بنت مجموعتنا بئرا وعملنا معا. "])
def test_copies_are_found_in_every_script(text) -> None:
    assert [(a, b) for a, b, _ in similar_texts([text * 2, "en helt annan berättelse om något annat", text * 2])] == [
        (0, 2)
    ]


def test_who_has_too_few_stories_is_named_and_not_compared() -> None:
    rng = np.random.default_rng(4)
    data = clean(rng)
    who = ["newcomer" if n < 4 else f for n, f in enumerate(data.facilitators)]

    report = compare_collectors(changed(data, facilitators=who), rng=rng)

    assert report.too_few == ("newcomer",)
    assert compare_collectors(changed(data, facilitators=["f1"] * 400), rng=rng).compared == 0


def test_nothing_known_is_no_finding_and_no_error() -> None:
    data = CollectorInput(
        ids=[str(n) for n in range(40)],
        facilitators=["a", "b"] * 20,
        started=np.full(40, -1),
        finished=np.full(40, -1),
        texts=[""] * 40,
        answers=np.full((40, 6), -1),
        scales=np.full((40, 4), np.nan),
    )

    assert compare_collectors(data, rng=np.random.default_rng(0)).findings == ()
    with pytest.raises(ValueError, match="texts has 39 rows for 40 stories"):
        changed(data, texts=[""] * 39)
