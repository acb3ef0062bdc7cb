"""The guide "add a question type" is followed to the letter, and what comes of it works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from egenmakt.core.signification.framework import framework_json, read_framework
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.schema import framework_schema, story_schema
from egenmakt.core.signification.story import StoryRefused, read_story
from tests.support.signification import a_story, framework_document, options, question

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "add-a-question-type.md"


def test_the_type_of_the_guide_is_read_checked_and_published(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    module: dict[str, Any] = {"__name__": "egenmakt.core.signification.question_types.ranking"}
    exec(code, module)  # the guide's own code is what is tested
    monkeypatch.setitem(QUESTION_TYPES, "ranking", module["TYPE"])

    document = framework_document(question("order", "ranking", options=options("school", "food", "seed")))
    framework = read_framework(document)
    accepted = a_story(framework, answers={"order": {"value": ["seed", "school", "food"]}})
    with pytest.raises(StoryRefused) as refused:
        read_story(a_story(framework, answers={"order": {"value": ["seed"]}}), framework=framework)

    assert framework_json(framework) == document
    assert read_story(accepted, framework=framework).answers["order"].chosen == ("seed", "school", "food")
    assert [(each.code, each.where) for each in refused.value.problems] == [("too_few", "/answers/order/value")]
    assert Draft202012Validator(framework_schema()).is_valid(document)
    assert Draft202012Validator(story_schema(framework)).is_valid(accepted)
