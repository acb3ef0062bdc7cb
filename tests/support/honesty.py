"""Labelled sentences of drafts, and how much of what is wrong in them the honesty checks find."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from egenmakt.core.evidence.claims.claim import Claim, ConsentProof, words_sha256
from egenmakt.core.evidence.claims.honesty.sentences import Reading, check_paragraph
from egenmakt.core.evidence.claims.honesty.words import LEXICONS
from egenmakt.core.evidence.claims.outline import Section
from egenmakt.core.evidence.claims.prose import paragraphs, sentences
from egenmakt.core.evidence.claims.queries import Asked, FigureQuery, FloorQuery, StoryQuery
from egenmakt.core.evidence.claims.values import FigureValue, FloorValue, WordsValue

FILE: Final = Path(__file__).parents[1] / "core" / "evidence" / "claims" / "honesty_sentences.json"
YEAR: Final = (date(2025, 1, 1), date(2026, 1, 1))
CODES: Final = (
    "causal", "causal_by_us", "outcome_without_evidence", "share_without_n", "bound_untrue", "outcome_among_outputs",
    "output_among_outcomes", "quotation_without_consent", "small_cell", "figure_without_date",
)  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """One sentence, the heading it stands under, and what an honest reader objects to."""

    lot: int
    language: str
    expects: str
    text: str
    found: tuple[str, ...]


def labelled() -> Iterator[Labelled]:
    """All labelled sentences."""
    for row in json.loads(FILE.read_text(encoding="utf-8"))["sentences"]:
        yield Labelled(**{**row, "found": tuple(row["found"])})


def asked(year: int = 2025, **cell: str) -> Asked:
    """A figure of a year, about members."""
    measure = {"table": "members", "take": "distinct", "column": "member", "time": "state"}
    document = {"measure": measure, "from_on": f"{year}-01-01", "until_on": f"{year + 1}-01-01", "cell": dict(cell)}
    return Asked(document)  # type: ignore[arg-type]  # JSON, all of it


def claim(code: str, kind: str, query: object, value: object, year: int = 2025, **more: object) -> Claim:
    """A claim with what does not matter here filled in."""
    return Claim(
        code=code,
        kind=kind,  # type: ignore[arg-type]  # one of the kinds
        statement={"en": code, "sv": code},
        query=query,  # type: ignore[arg-type]  # checked by the claim
        value=value,  # type: ignore[arg-type]  # likewise
        period=(date(year, 1, 1), date(year + 1, 1, 1)),
        method={"en": "Counted."},
        data_version="0" * 64,
        **more,  # type: ignore[arg-type]  # likewise
    )


WORDS: Final = "Nu vågar jag tala på mötet"
CONSENT: Final = ConsentProof("public_text", "1", "spoken", "2025-05-04T10:00:00Z", "a" * 64)
CLAIMS: Final = {
    one.code: one
    for one in (
        claim("members-ke", "number", FigureQuery(asked(country="KE")), FigureValue(412, None, None, None, 412)),
        claim("stories-floor", "at_least", FloorQuery(asked(), 100), FloorValue(1213, 1200, 1213)),
        claim("women-share", "share", FigureQuery(asked()), FigureValue(109, 263, None, None, 263)),
        claim("youth-share", "share", FigureQuery(asked()), FigureValue(31, 80, None, None, 80)),
        claim("old-members", "number", FigureQuery(asked(2024)), FigureValue(380, None, None, None, 380), 2024),
        claim(
            "q-amina",
            "quotation",
            StoryQuery("b" * 64, words_sha256(WORDS)),
            WordsValue(WORDS, "sv"),
            consent=CONSENT,
        ),
    )
}
"""The claims that the labelled sentences speak of."""


def found_in(one: Labelled) -> set[str]:
    """What the checks find in a labelled sentence."""
    section = Section(
        code="here",
        level=1,
        heading={},
        module="prose",
        expects=one.expects,  # type: ignore[arg-type]  # one of the words
        authored=True,
        people_tell=one.expects == "outcomes",
        balance="",
        hint={},
    )
    reading = Reading(
        section=section, lexicon=LEXICONS[one.language], claims=CLAIMS, period=YEAR,
        own="Hoppet" if one.language == "sv" else "Hope", k=5,
    )  # fmt: skip
    return {
        finding.code
        for paragraph in paragraphs(one.text)
        for finding in check_paragraph(reading, tuple(sentences(paragraph)))
    }


@dataclass(frozen=True)
class Score:
    """How often a check was right, and how much of what there is it found, in sentences."""

    right: int
    wrong: int
    missed: int

    @property
    def precision_percent(self) -> int:
        """Of what was found, how much is so."""
        return 100 * self.right // ((self.right + self.wrong) or 1)

    @property
    def recall_percent(self) -> int:
        """Of what is so, how much was found."""
        return 100 * self.right // ((self.right + self.missed) or 1)


def scores(lot: int | None = None, language: str = "") -> dict[str, Score]:
    """The score of each check, and of all together under `all`."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for one in labelled():
        if (lot is None or one.lot == lot) and language in ("", one.language):
            found, so = found_in(one), set(one.found)
            right.update(found & so)
            wrong.update(found - so)
            missed.update(so - found)
    table = {code: Score(right[code], wrong[code], missed[code]) for code in CODES}
    return {**table, "all": Score(right.total(), wrong.total(), missed.total())}


def pointed_at(lot: int) -> tuple[int, int, int, int]:
    """Of the sentences with something wrong, how many are put before a person; of the others, how many are left alone.

    Returns: pointed at, of so many with something wrong; left alone, of so many with nothing wrong.
    """
    wrong = [one for one in labelled() if one.lot == lot and one.found]
    right = [one for one in labelled() if one.lot == lot and not one.found]
    return sum(map(bool, map(found_in, wrong))), len(wrong), sum(not found_in(one) for one in right), len(right)
