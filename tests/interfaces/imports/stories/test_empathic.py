"""A second real file: 1,860 short essays with their writers' own answers on scales from 1 to 7.

Buechel et al. (2018), CC BY 4.0. The means are counted here from the file itself.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal

import pytest

from egenmakt.interfaces.imports.stories.formats import plan_of
from egenmakt.interfaces.imports.stories.mapping import OptionMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.rows import StoryFile
from tests.interfaces.imports.stories.help import DATA, documents, tried

FILE = DATA / "empathic_reactions" / "messages.csv"
pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the essays are not at ../shared/data/stories/empathic_reactions"
)
ENDS = (OptionMap("low", "Not at all"), OptionMap("high", "Very much"))
MAPPING = StoryMapping(
    fields={"source_id": "message_id", "text": "essay", "teller": "response_id"},
    questions=tuple(
        QuestionMap(name, "slider", "scale", name.title(), columns=(name,), options=ENDS, low="1", high="7")
        for name in ("empathy", "distress")
    ),
    left_out={
        "article_id": "About the article, not the essay.",
        "empathy_bin": "Worked out from the answer.",
        "distress_bin": "Worked out from the answer.",
    },
)


def test_scales_from_1_to_7_are_taken_to_0_to_100_row_by_row() -> None:
    plan = plan_of(files=[StoryFile(FILE.name, FILE)], mapping=MAPPING)

    found = documents(plan)

    with FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(found) == len(rows) == 1860
    for name in ("empathy", "distress"):
        expected = [
            int(((Decimal(row[name]) - 1) * 100 / 6).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for row in rows
        ]
        assert [document["answers"][name]["value"] for document in found] == expected
        mean = sum(expected) / len(expected)
        assert mean == pytest.approx(float(sum(Decimal(row[name]) - 1 for row in rows)) / len(rows) * 100 / 6, abs=0.05)
    assert len({document["teller"]["key"] for document in found}) == len({row["response_id"] for row in rows}) == 372


def test_the_one_essay_that_stands_twice_is_noted() -> None:
    trial = tried(plan_of(files=[StoryFile(FILE.name, FILE)], mapping=MAPPING))

    assert (trial.new, trial.errors_count, trial.notes_count) == (1860, 0, 1)
