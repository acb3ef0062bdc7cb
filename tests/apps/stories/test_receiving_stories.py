"""A story arrives: whole or not at all, once, and only with its teller's consent."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from uuid6 import uuid7

from egenmakt.apps.access.devices import device_of, enrol_device
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.stories.models import (
    ConsentRecord,
    Draft,
    Erased,
    FrameworkVersion,
    RoundFacilitator,
    Story,
    StoryArrival,
)
from egenmakt.apps.stories.services.drafts import DraftGone, NotKept, resume_draft, save_draft
from egenmakt.apps.stories.services.erasing import withdraw
from egenmakt.apps.stories.services.quarantine import accept_quarantined, settle_arrival
from egenmakt.apps.stories.services.receiving import (
    receive_from_device,
    receive_from_link,
    receive_story,
)
from egenmakt.apps.stories.services.rounds import (
    ConflictingFramework,
    FrameworkInUse,
    NotOurFramework,
    RoundClosed,
    add_framework,
    change_round,
    close_round,
    end_facilitator,
    make_link,
    open_round,
    revise_framework,
    stop_link,
)
from tests.support.stories import AT, STARTS, begin_round, framework_document, keep_framework, slip
from tests.support.tree import Tree


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _rows() -> int:
    """How many rows there are in all tables of stories and in the trail."""
    from django.apps import apps

    models = [*apps.get_app_config("stories").get_models(), Event]
    return sum(model._base_manager.count() for model in models)


def test_a_story_is_accepted_whole_and_sending_it_twice_changes_nothing(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(title="Water", text="We asked for water, and it came.")

    first = telling.send(document)
    rows = _rows()
    second = telling.send(document)

    assert (first.status, second.status, _rows()) == ("accepted", "already_recorded", rows)
    story = Story.objects.get()
    assert (str(story.id), story.title, story.text) == (document["id"], "Water", "We asked for water, and it came.")
    assert (story.node, story.round, story.state, story.mode) == (tree.north, telling.round, "approved", "real")
    assert {code: answer for code, answer in story.answers.items() if "value" in answer or "state" in answer} == (
        document["answers"]
    )
    assert bytes(StoryArrival.objects.get().content) == _bytes(document)
    assert ConsentRecord.objects.get().purposes == document["consent"]["purposes"]


def test_without_consent_to_keep_nothing_at_all_is_stored(tree: Tree, caplog: pytest.LogCaptureFixture) -> None:
    telling = begin_round(tree)
    before = _rows()

    for change in (
        {"purposes": dict.fromkeys(telling.framework.consent.purposes, False)},
        {"consent": {"purposes": {}}},
    ):
        receipt = telling.send(telling.document(text="Zanzibar secret", **change))
        assert (receipt.status, receipt.is_kept) == ("refused", False)
        assert [each["code"] for each in receipt.findings] == ["no_consent_to_keep"]
    child = telling.document(consent={"minor": {"given_by": "parent", "assent": False}})
    assert telling.send(child).is_kept is False

    assert _rows() == before
    assert "Zanzibar" not in caplog.text


def test_the_same_id_with_other_content_goes_to_quarantine_and_changes_nothing(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(text="As it was told.")
    telling.send(document)

    receipt = telling.send({**document, "text": "As somebody would like it."})

    assert (receipt.status, [each["code"] for each in receipt.findings]) == ("quarantined", ["other_content"])
    assert Story.objects.get().text == "As it was told."
    assert StoryArrival.objects.filter(state="quarantined").count() == 1
    assert telling.send({**document, "text": "As somebody would like it."}).status == "quarantined"
    assert StoryArrival.objects.count() == 2


def test_two_facilitators_who_sync_the_same_interview_make_one_story_and_one_question(tree: Tree) -> None:
    telling = begin_round(tree, facilitators=[tree.facilitator, tree.amina])
    document = telling.document()
    other = {**document, "id": str(uuid7()), "collected": {**document["collected"], "facilitator": str(tree.amina.id)}}

    first = telling.send(document)
    second = receive_story(content=_bytes(other), by=tree.amina, at=AT)

    assert (first.status, second.status) == ("accepted", "quarantined")
    assert [each["code"] for each in second.findings] == ["same_interview"]
    arrival = StoryArrival.objects.get(state="quarantined")
    assert accept_quarantined(arrival=arrival, by=tree.amina, at=AT).status == "accepted"
    assert Story.objects.count() == 2


def test_a_refused_story_is_kept_with_every_reason_and_can_be_settled(tree: Tree) -> None:
    telling = begin_round(tree)
    triad = next(question.code for question in telling.framework.questions if question.type == "triad")

    receipt = telling.send(telling.document(answers={triad: {"value": [0, 0, 0]}}, language="not a language"))

    assert receipt.status == "refused"
    assert {each["code"] for each in receipt.findings} == {"sum_wrong", "not_a_language"}
    assert Story.objects.count() == 0
    arrival = StoryArrival.objects.get()
    with pytest.raises(NotAllowed):
        settle_arrival(arrival=arrival, words="told again", by=tree.facilitator, at=AT)
    assert settle_arrival(arrival=arrival, words="told again", by=tree.amina, at=AT).state == "settled"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"collected": {"started_at": "2026-04-01T08:00:00Z", "finished_at": "2026-04-01T08:20:00Z"}}, "outside_round"),
        ({"collected": {"facilitator": "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"}}, "not_a_facilitator"),
        ({"group": "0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f"}, "unknown_group"),
        ({"text": "x" * 200_000}, "too_long"),
    ],
)
def test_a_story_that_does_not_belong_here_is_refused_with_its_reason(
    tree: Tree, change: dict[str, Any], code: str
) -> None:
    telling = begin_round(tree)

    receipt = telling.send(telling.document(**change))

    assert (receipt.status, [each["code"] for each in receipt.findings]) == ("refused", [code])
    assert Story.objects.count() == 0


def test_what_is_no_document_or_belongs_to_no_round_is_not_kept(tree: Tree) -> None:
    telling = begin_round(tree)
    before = _rows()

    for content in (b"", b"[]", b"{", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 100_000, b"{" + b" " * 3_000_000 + b"}"):
        assert receive_story(content=content, by=tree.facilitator, at=AT).findings[0]["code"] in (
            "unreadable",
            "no_consent_to_keep",
        )
    assert telling.send(telling.document(round=str(uuid7()))).findings[0]["code"] == "unknown_round"
    assert telling.send(telling.document(id="42")).findings[0]["code"] == "not_an_id"
    assert _rows() == before


def test_formulas_and_html_stay_letter_by_letter_what_they_are(tree: Tree) -> None:
    text = "=2+5 <script>alert('1')</script> \"quoted\" 'and' \\ नमस्ते"

    assert begin_round(tree).tell(title="<b>=1", text=text).text == text


def test_test_mode_is_kept_apart(tree: Tree) -> None:
    assert begin_round(tree).tell(mode="test").mode == "test"


def test_a_text_in_another_of_the_rounds_languages_only_warns(tree: Tree) -> None:
    telling = begin_round(tree, languages=["en", "es"])
    spanish = "Nos reunimos todas las semanas y ahora el alcalde escucha a las mujeres de nuestra comunidad."

    story = telling.tell(language="en", text=spanish)

    assert [(each["code"], each["values"]["guess"]) for each in story.warnings] == [("looks_like", "es")]
    assert story.language == "en"


def test_only_those_who_collect_in_the_round_may_send(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document()

    for user in (tree.member, tree.treasurer, tree.monitoring, tree.auditor, tree.beatrice, tree.chipo, tree.nobody):
        with pytest.raises(NotAllowed):
            receive_story(content=_bytes(document), by=user, at=AT)
    end_facilitator(round=telling.round, user=tree.facilitator, by=tree.amina, at=AT)
    with pytest.raises(NotAllowed):
        telling.send(document)
    assert StoryArrival.objects.count() == 0
    # partner staff enter paper for a facilitator
    assert receive_story(content=_bytes(document), by=tree.amina, at=AT).status == "accepted"


def test_a_phone_sends_what_its_user_may_and_only_as_far_as_it_reaches(tree: Tree) -> None:
    telling = begin_round(tree)
    near = enrol_device(user=tree.facilitator, node=tree.north, name="Phone", by=None, at=AT)
    far = enrol_device(user=tree.facilitator, node=tree.tumaini, name="Group's phone", by=None, at=AT)
    document = _bytes(telling.document())

    with pytest.raises(NotAllowed):
        receive_from_device(content=document, device=device_of(secret=far.secret), at=AT)
    receipt = receive_from_device(content=document, device=device_of(secret=near.secret), at=AT)

    assert receipt.status == "accepted"
    assert Story.objects.get().received_by == tree.facilitator.id


def test_a_teller_alone_uses_an_open_or_a_personal_link(tree: Tree) -> None:
    telling = begin_round(tree)
    until = AT + timedelta(days=10)
    open_link = make_link(round=telling.round, kind="open", expires_at=until, by=tree.amina, at=AT)
    personal = make_link(round=telling.round, kind="personal", expires_at=until, by=tree.amina, at=AT)
    alone = {"collected": {"by": "self", "facilitator": None}, "consent": {"asked_by": "self"}}

    told = telling.document(**alone)
    assert receive_from_link(content=_bytes(told), token=open_link.token, at=AT).status == "accepted"
    other = receive_from_link(content=_bytes(telling.document(**alone)), token=personal.token, at=AT)
    assert [each["code"] for each in other.findings] == ["other_teller"]
    teller = {"key": str(personal.link.teller_key), "role": "rights_holder"}
    mine = telling.document(**alone, teller=teller)
    assert receive_from_link(content=_bytes(mine), token=personal.token, at=AT).status == "accepted"
    spoken = receive_from_link(content=_bytes(telling.document()), token=open_link.token, at=AT)
    assert [each["code"] for each in spoken.findings] == ["not_told_alone"]

    assert Story.objects.get(id=told["id"]).received_by is None
    assert open_link.token not in str(list(type(open_link.link).objects.values()))
    stop_link(link=open_link.link, by=tree.amina, at=AT)
    for token, at in ((open_link.token, AT), (personal.token, until), ("guess", AT)):
        with pytest.raises(NotAllowed):
            receive_from_link(content=_bytes(telling.document(**alone)), token=token, at=at)


def test_what_was_erased_is_never_stored_again(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(code=slip("Amina"))
    telling.send(document)
    withdraw(code=slip("Amina"), at=AT)
    before = _rows()

    receipt = telling.send(document)

    assert (receipt.status, receipt.is_kept, _rows()) == ("erased", False, before)
    assert (Story.objects.count(), StoryArrival.objects.count(), Erased.objects.count()) == (0, 0, 1)


def test_a_draft_is_gone_on_with_by_its_code_and_goes_when_the_story_comes(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document()
    typed = {"consent": document["consent"], "text": "We went to"}

    with pytest.raises(NotKept):
        save_draft(id=uuid7(), round=telling.round, typed={"text": "We went to"}, at=AT)
    from uuid import UUID

    saved = save_draft(id=UUID(document["id"]), round=telling.round, typed=typed, at=AT)
    again = save_draft(
        id=UUID(document["id"]), round=telling.round, typed={**typed, "text": "We went"}, at=AT, code=saved.code
    )

    assert resume_draft(code=again.code, at=AT).typed["text"] == "We went"
    with pytest.raises(DraftGone):
        save_draft(id=UUID(document["id"]), round=telling.round, typed=typed, at=AT)
    with pytest.raises(DraftGone):
        resume_draft(code=saved.code, at=AT + timedelta(days=8))
    telling.send(document)
    assert Draft.objects.count() == 0


def test_a_framework_is_changed_until_it_is_used_and_then_never(tree: Tree) -> None:
    version = keep_framework(tree.umoja)
    content = json.loads(version.content)
    revised = {**content, "title": {**content["title"], "en": "Better"}}
    assert (
        json.loads(revise_framework(version=version, content=revised, by=tree.officer, at=AT).content)["title"]["en"]
        == "Better"
    )
    begin_round(tree, version=version)

    with pytest.raises(FrameworkInUse):
        revise_framework(version=version, content=content, by=tree.officer, at=AT)
    shorter = {**revised, "questions": revised["questions"][:-1]}
    with pytest.raises(ConflictingFramework):
        add_framework(content=shorter, node=tree.umoja, by=tree.officer, at=AT)
    with pytest.raises(NotAllowed):
        add_framework(content={**shorter, "version": 2}, node=tree.umoja, by=tree.amina, at=AT)
    second = add_framework(content={**shorter, "version": 2}, node=tree.umoja, by=tree.officer, at=AT)
    assert (second.number, second.state) == (2, FrameworkVersion.State.DRAFT)


def test_a_round_is_opened_changed_and_closed_by_the_partner(tree: Tree) -> None:
    telling = begin_round(tree)
    round = telling.round

    assert change_round(round=round, target=100, by=tree.amina, at=AT).target == 100
    for user in (tree.facilitator, tree.beatrice, tree.chipo, tree.monitoring):
        with pytest.raises(NotAllowed):
            close_round(round=round, by=user, at=AT)
    close_round(round=round, by=tree.amina, at=AT)
    with pytest.raises(RoundClosed):
        change_round(round=round, target=1, by=tree.amina, at=AT)
    with pytest.raises(RoundClosed):
        make_link(round=round, kind="open", expires_at=AT, by=tree.amina, at=AT)
    late = telling.send(telling.document())
    assert [each["code"] for each in late.findings] == ["round_closed"]
    # what was told before it was closed may come later from a phone that had no network
    started = {"started_at": "2026-03-05T08:00:00Z", "finished_at": "2026-03-05T08:30:00Z"}
    assert telling.send(telling.document(collected=started)).status == "accepted"


def test_a_framework_of_somebody_else_is_not_used(tree: Tree) -> None:
    version = keep_framework(tree.elsewhere, framework_document("theirs"))

    with pytest.raises(NotOurFramework):
        open_round(
            id=uuid7(),
            framework_version=version,
            node=tree.north,
            name="Ours",
            starts_on=STARTS,
            until_on=date(2026, 4, 1),
            keep_until_on=date(2027, 4, 1),
            languages=["en"],
            by=tree.amina,
            at=AT,
        )


def test_receiving_asks_the_database_a_fixed_number_of_times(tree: Tree, django_assert_max_num_queries: Any) -> None:
    telling = begin_round(tree)
    telling.tell()
    documents = [telling.document() for _ in range(5)]

    with django_assert_max_num_queries(30):
        telling.send(documents[0])
    assert connection.in_atomic_block
    assert RoundFacilitator.objects.count() == 1
