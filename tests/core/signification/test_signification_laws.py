"""Laws that hold for every framework and every story: what is written is read again, and as published."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from egenmakt.core.canonical import canonical
from egenmakt.core.signification.consent import DOCUMENTED
from egenmakt.core.signification.framework import Unreadable, fingerprint, framework_json, read_framework
from egenmakt.core.signification.problems import Problem
from egenmakt.core.signification.question_types import QUESTION_TYPES
from egenmakt.core.signification.schema import SCHEMAS, framework_schema, story_schema
from egenmakt.core.signification.story import StoryRefused, content_hash, read_story, story_json
from tests.support.signification import VALUES, frameworks, stories_of

SPEC = Path(__file__).resolve().parents[3] / "spec"
FRAMEWORKS = Draft202012Validator(framework_schema())
STORIES = Draft202012Validator(story_schema())

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_the_one_that_is_drawn(name: str) -> None:
    published = json.loads((SPEC / f"{name}.schema.json").read_text(encoding="utf-8"))

    command = f"python -m egenmakt.core.signification.schema {name} > spec/{name}.schema.json"
    assert published == SCHEMAS[name](), f"run: {command}"


def test_every_question_type_is_tried() -> None:
    assert set(VALUES) == set(QUESTION_TYPES) == {kind.name for kind in QUESTION_TYPES.values()}


@many
@given(frameworks())
def test_a_framework_is_written_as_it_was_read(document: dict[str, Any]) -> None:
    framework = read_framework(document)

    assert framework_json(framework) == document
    assert read_framework(json.loads(canonical(framework_json(framework)))) == framework
    assert list(FRAMEWORKS.iter_errors(document)) == []


@many
@given(frameworks())
def test_the_fingerprint_does_not_depend_on_how_the_json_is_written(document: dict[str, Any]) -> None:
    spelt_out = document | {
        "mapping": {},
        "questions": [{"help": {}, "required": False, **each} for each in document["questions"]],
    }
    backwards = dict(reversed(spelt_out.items()))

    assert fingerprint(read_framework(backwards)) == fingerprint(read_framework(document))


@many
@given(st.data())
def test_a_story_is_written_as_it_was_read(data: st.DataObject) -> None:
    framework = read_framework(data.draw(frameworks()))
    document = data.draw(stories_of(framework))
    asked = set(framework.consent.purposes)
    agreed = {name for name, said in document["consent"]["purposes"].items() if said}

    if agreed <= asked or document["consent"]["given"] == DOCUMENTED:
        story = read_story(document, framework=framework)

        assert story_json(story) == document
        assert read_story(json.loads(canonical(story_json(story))), framework=framework) == story
        assert content_hash(story) == content_hash(read_story(dict(reversed(document.items())), framework=framework))
        assert list(STORIES.iter_errors(document)) == []
        assert list(Draft202012Validator(story_schema(framework)).iter_errors(document)) == []
        assert list(story.answers) == [question.code for question in framework.questions]
    else:
        with pytest.raises(StoryRefused) as refused:
            read_story(document, framework=framework)
        assert {each.code for each in refused.value.problems} == {"purpose_not_asked"}


anything = st.text(st.characters(), max_size=8)  # half characters among them
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**40) | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)


def refused_with(reads: Callable[[], bool]) -> list[Problem]:
    """The problems of a document that is refused; nothing when it is read, and then it must be read well."""
    try:
        was_well = reads()
    except (StoryRefused, Unreadable) as refused:
        found = refused.problems
    else:
        assert was_well
        return []
    assert found, "refused without a reason"
    return found


@many
@given(st.data())
def test_junk_anywhere_is_refused_with_sentences_and_never_breaks(data: st.DataObject) -> None:
    framework = read_framework(data.draw(frameworks()))
    document = data.draw(stories_of(framework))
    for name in data.draw(st.lists(st.sampled_from(sorted(document)), min_size=1, max_size=3)):
        document[name] = data.draw(JUNK)

    problems = refused_with(lambda: story_json(read_story(document, framework=framework)) == document)

    assert all(str(each).encode() and each.where.startswith("/") for each in problems if each.where)


@many
@given(frameworks(), st.data())
def test_junk_in_a_framework_is_refused_with_sentences_and_never_breaks(
    document: dict[str, Any], data: st.DataObject
) -> None:
    places: list[Any] = [document, document["consent"], *document["questions"]]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JUNK)

    def as_published() -> bool:
        framework = read_framework(document)
        return FRAMEWORKS.is_valid(document) and read_framework(framework_json(framework)) == framework

    assert all(str(each).encode() for each in refused_with(as_published))
