"""Stories from files in the database: whole, once, in the right round, and as if each had been sent by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.stories.models import ConsentRecord, Framework, Round, SearchText, Story, StoryArrival
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.receiving import receive_story
from egenmakt.apps.stories.services.receiving_many import receive_stories
from egenmakt.interfaces.imports.stories.mapping import OptionMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.statement import Statement
from egenmakt.interfaces.imports.stories.trial import Trial
from egenmakt.interfaces.imports.stories.writing import (
    Into,
    NewRound,
    NotBroughtIn,
    Outcome,
    bring_in,
    note_import,
    rehearse,
)
from tests.interfaces.imports.stories.help import stated, table
from tests.support.stories import Telling, begin_round
from tests.support.tree import Tree

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
KIND = QuestionMap(
    "kind",
    "single",
    "choice",
    columns=("kind",),
    options=(OptionMap("a", values=("A",)), OptionMap("b", values=("B",))),
)
MAPPING = StoryMapping(fields={"text": "text"}, questions=(KIND,), title="Water", code="water")


@pytest.fixture
def telling(tree: Tree) -> Telling:
    return begin_round(tree)


@pytest.fixture
def new(tree: Tree) -> NewRound:
    return NewRound(tree.umoja, "From paper", date(2026, 3, 1), date(2026, 4, 1), date(2028, 1, 1), ("en",))


def go(
    plan: Plan, into: Into, by: Any, partly: bool = False, statement: Statement | None = None
) -> tuple[Trial, Outcome]:
    statement = statement or stated(missing=plan.to_be_stated)
    trial = rehearse(plan=plan, statement=statement, into=into, by=by)
    outcome = Outcome()
    for so_far in bring_in(trial=trial, statement=statement, into=into, by=by, at=AT, partly=partly):
        outcome = so_far
    return trial, outcome


def test_a_file_becomes_a_framework_a_round_and_stories_with_their_consent(
    tmp_path: Path, tree: Tree, new: NewRound
) -> None:
    plan = table(tmp_path, "text,kind", "We walked to the well,A", "=2+5 <b>,B", mapping=MAPPING)

    trial, outcome = go(plan, new, tree.officer)

    assert (trial.new, outcome.accepted) == (2, 2)
    stories = {story.text: story for story in Story.objects.all()}
    assert set(stories) == {"We walked to the well", "=2+5 <b>"}
    story = stories["=2+5 <b>"]
    assert (story.answers, story.voice, story.collected_by) == ({"kind": {"value": "b"}}, "rights_holder", "self")
    assert (story.may_learn, story.may_donor, story.visibility) == (True, False, "organisation")
    consent = ConsentRecord.objects.get(story=story)
    assert (consent.given, consent.documented) == ("documented", "Register of consents, folder 3")
    assert Framework.objects.get().code == "water"
    assert Round.objects.get().name == "From paper"


def test_bringing_the_same_file_in_again_changes_nothing(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    plan = table(tmp_path, "text,kind", "One,A", "Two,B", mapping=MAPPING)
    go(plan, new, tree.officer)
    before = list(Story.objects.order_by("id").values())

    trial, outcome = go(plan, new, tree.officer)

    assert (trial.new, trial.here) == (0, 2)
    assert (outcome.counts["already_recorded"], outcome.accepted, outcome.is_empty) == (2, 0, True)
    assert list(Story.objects.order_by("id").values()) == before
    assert (Round.objects.count(), Framework.objects.count()) == (1, 1)


def test_a_longer_file_adds_only_what_is_new(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    go(table(tmp_path, "text,kind", "One,A", "Two,B", mapping=MAPPING), new, tree.officer)

    trial, outcome = go(table(tmp_path, "text,kind", "Zero,A", "One,A", "Two,B", mapping=MAPPING), new, tree.officer)

    assert (trial.new, trial.here, outcome.accepted) == (1, 2, 1)
    assert Story.objects.count() == 3


def test_an_erased_story_does_not_come_back_by_the_same_file(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    plan = table(tmp_path, "text,kind", "One,A", "Two,B", mapping=MAPPING)
    go(plan, new, tree.officer)
    story = Story.objects.get(text="One")
    withdraw_for_teller(story=story, by=tree.officer, at=AT)

    _trial, outcome = go(plan, new, tree.officer)

    assert outcome.counts["erased"] == 1
    assert [story.text for story in Story.objects.all()] == ["Two"]


def test_errors_stop_the_whole_file_unless_it_is_brought_in_partly(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    plan = table(tmp_path, "text,kind", "One,A", "Two,C", mapping=MAPPING)

    with pytest.raises(NotBroughtIn, match="1 values have no place"):
        go(plan, new, tree.officer)
    assert (Story.objects.count(), Round.objects.count()) == (0, 0)
    _trial, outcome = go(plan, new, tree.officer, partly=True)

    assert (outcome.accepted, outcome.counts["left_out"], Story.objects.count()) == (1, 1, 1)


def test_stories_come_into_a_round_that_is_open_by_its_own_framework(
    tmp_path: Path, telling: Telling, tree: Tree
) -> None:
    question = next(q for q in telling.framework.questions if q.type == "single" and q.show_if is None)
    option = question.options[0]
    mapping = StoryMapping(
        fields={"text": "text"}, questions=(QuestionMap(question.code, "single", "choice", columns=("x",)),)
    )
    plan = table(tmp_path, "text,x", f"One,{option.text['en']}", f"Two,{option.code}", mapping=mapping)
    statement = stated(missing=plan.to_be_stated, prompt=telling.framework.prompts[0].code)

    trial = rehearse(plan=plan, statement=statement, into=telling.round, by=tree.amina)

    required = [q.code for q in telling.framework.questions if q.required]
    if required:
        assert all("must be answered" in str(finding) for finding in trial.errors)
    answered = next(tally for tally in trial.questions if tally.name == question.code)
    assert (answered.answered, answered.unplaced) == (2, 0)


def test_nobody_without_the_right_brings_stories_in(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    plan = table(tmp_path, "text,kind", "One,A", mapping=MAPPING)

    for user in (tree.monitoring, tree.facilitator, tree.chipo, tree.nobody):
        with pytest.raises(NotAllowed):
            rehearse(plan=plan, statement=stated(missing=plan.to_be_stated), into=new, by=user)
    assert Story.objects.count() == 0


def test_a_mapping_that_asks_what_the_round_does_not_is_refused(tmp_path: Path, telling: Telling, tree: Tree) -> None:
    plan = table(
        tmp_path, "text,kind", "One,A", mapping=replace(MAPPING, questions=(replace(KIND, code="unheard_of"),))
    )

    with pytest.raises(NotBroughtIn, match="no such questions: unheard_of"):
        rehearse(plan=plan, statement=stated(missing=plan.to_be_stated), into=telling.round, by=tree.amina)


def test_many_at_once_are_written_just_as_one_by_one(telling: Telling) -> None:
    documents = [telling.document() for _number in range(12)]
    one_by_one, at_once = documents[:6], documents[6:]
    for document in one_by_one:
        receive_story(content=json.dumps(document).encode(), by=telling.by, at=AT)

    receipts = receive_stories(documents=at_once, round=telling.round, by=telling.by, at=AT)

    assert [receipt.status for receipt in receipts] == ["accepted"] * 6
    for kind, link in (
        (StoryArrival, "story_id"),
        (ConsentRecord, "story_id"),
        (SearchText, "story_id"),
        (Story, "id"),
    ):
        rows = {str(row[link]): row for row in kind.objects.values()}
        first, later = rows[one_by_one[0]["id"]], rows[at_once[0]["id"]]
        assert {name: type(value) for name, value in first.items()} == {n: type(v) for n, v in later.items()}
    story = Story.objects.get(id=at_once[0]["id"])
    arrival = StoryArrival.objects.get(story_id=story.id)
    assert json.loads(bytes(arrival.content)) == at_once[0]
    events = Event.objects.filter(deed="story.received").order_by("id")
    assert events.count() == 12
    assert set(events[0].data) == set(events[11].data)


def test_many_at_once_with_repeats_conflicts_and_faults_are_told_apart(telling: Telling) -> None:
    first, second, other = telling.document(), telling.document(), telling.document()
    telling.send(first)
    changed = {**first, "title": "Another title"}
    same_interview = {**second, "id": telling.document()["id"]}
    faulty = {**other, "text": "x" * 60_000}
    unconsented = telling.document(purposes={"keep": False})

    receipts = receive_stories(
        documents=[first, changed, second, same_interview, faulty, unconsented],
        round=telling.round,
        by=telling.by,
        at=AT,
    )

    assert [receipt.status for receipt in receipts] == [
        "already_recorded", "quarantined", "accepted", "quarantined", "refused", "refused",
    ]  # fmt: skip
    assert Story.objects.count() == 2
    assert not StoryArrival.objects.filter(story_id=unconsented["id"]).exists()


def test_the_import_itself_is_in_the_trail_without_a_name(tmp_path: Path, tree: Tree, new: NewRound) -> None:
    plan = table(tmp_path, "text,kind", "One,A", mapping=MAPPING)
    trial, outcome = go(plan, new, tree.officer)

    note_import(trial=trial, outcome=outcome, statement=stated(), into=new, by=tree.officer, at=AT)

    event = Event.objects.get(deed="stories.imported")
    assert event.data["counts"]["accepted"] == 1
    assert len(event.data["sha256"]) == 64
    assert "stories.csv" not in json.dumps(event.data)
