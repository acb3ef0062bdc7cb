"""Deciding, safeguarding, conflicts, duplicates, and taking back: the pages on which stories are protected."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import give_grant
from egenmakt.apps.audit.models import Event
from egenmakt.apps.stories.models import Erased, ExportedStory, SafeguardingFlag, Story, StoryArrival
from egenmakt.apps.stories.services.exporting import record_export
from egenmakt.apps.stories.services.quarantine import accept_quarantined
from tests.interfaces.web.story_pages.told import MARKERS, NAMED, flag, get, named_story, post, read_by
from tests.interfaces.web.test_recording import signed_in
from tests.support.reading import queries_of, words_of
from tests.support.stories import AT, Telling, begin_round
from tests.support.tree import Tree

QUEUES = ("story_moderation", "story_arrivals", "story_safeguarding", "story_recipients", "story_retention")


def decision(choice: str, reason: str = "") -> dict[str, str]:
    return {"id": str(uuid7()), "decision": choice, "reason": reason}


def test_one_story_after_the_other_is_decided_about(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    first, second, third = (telling.tell(at=AT + timedelta(hours=n)) for n in range(3))
    assert get(tree.amina, "story_moderation").context["first_url"] == reverse("story_decide", args=[first.id])
    assert get(tree.monitoring, "story", first.id).status_code == 403

    after_first = post(tree.amina, "story_decide", first.id, **decision("approve"))
    no_reason = post(tree.amina, "story_decide", second.id, **decision("set_aside"))
    after_second = post(tree.amina, "story_decide", second.id, **decision("set_aside", "It tells of no event."))
    after_third = post(tree.amina, "story_decide", third.id, **decision("wait", "Ask Faraja."))

    assert after_first.headers["Location"] == reverse("story_decide", args=[second.id])
    assert no_reason.status_code == 422
    assert "Say why" in words_of(no_reason)
    assert after_second.headers["Location"] == reverse("story_decide", args=[third.id])
    assert after_third.headers["Location"] == reverse("story_moderation")
    assert [each.state for each in Story.objects.order_by("received_at")] == ["approved", "set_aside", "waiting"]
    assert get(tree.monitoring, "story", first.id).status_code == 200
    assert "It tells of no event." in words_of(get(tree.amina, "story", second.id))
    assert ("Amina", "moderation") in read_by(second)


def test_a_story_can_be_left_for_later(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    first, second = telling.tell(), telling.tell()  # received at one moment: their ids keep them in order

    assert get(tree.amina, "story_decide", first.id).context["skip_url"] == reverse("story_decide", args=[second.id])
    assert get(tree.amina, "story_decide", second.id).context["skip_url"] == ""


def test_three_waiting_stories_take_as_many_queries_as_one(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    client = signed_in(tree.amina)
    telling.tell()
    one = queries_of(client, reverse("story_moderation"))
    telling.tell()
    telling.tell()

    assert queries_of(client, reverse("story_moderation")) == one


def test_only_the_person_named_for_it_sees_a_flagged_story_and_lifts_the_flag(tree: Tree) -> None:
    story = named_story(begin_round(tree), consent={"visibility": "team"})
    flag(story, tree.amina)

    queue = get(tree.safeguarding, "story_safeguarding")
    page = get(tree.safeguarding, "story_flagged", story.id)

    assert "He has threatened her." in words_of(queue)
    assert NAMED in words_of(page)
    assert read_by(story) == [("Nafula", "safeguarding")]
    for user in (tree.amina, tree.officer, tree.administrator, tree.facilitator, tree.beatrice, tree.nobody):
        assert get(user, "story_safeguarding").status_code == 403, user
        assert get(user, "story_flagged", story.id).status_code == 403, user
        assert post(user, "story_flagged", story.id, outcome="All well").status_code == 403, user
    assert post(tree.safeguarding, "story_flagged", story.id, outcome=" ").status_code == 422
    assert SafeguardingFlag.objects.get().lifted_at is None

    assert post(tree.safeguarding, "story_flagged", story.id, outcome="She is safe with her sister.").status_code == 302

    assert get(tree.amina, "story", story.id).status_code == 200
    assert get(tree.safeguarding, "story", story.id).status_code == 403
    assert get(tree.safeguarding, "story_flagged", story.id).status_code == 403


def _sent_by_two(tree: Tree, **changes: Any) -> tuple[Telling, Story, StoryArrival]:
    """One interview that two phones have sent under two ids."""
    telling = begin_round(tree)
    document = telling.document(text=NAMED, **changes)
    assert telling.send(document).status == "accepted"
    again = {**document, "id": str(uuid7()), "language": "sw"}
    assert telling.send(again).status == "quarantined"
    return telling, Story.objects.get(id=document["id"]), StoryArrival.objects.get(state="quarantined")


def test_one_interview_from_two_phones_is_shown_side_by_side_and_may_be_two(tree: Tree) -> None:
    _telling, story, arrival = _sent_by_two(tree)

    assert "The same interview is here already" in words_of(get(tree.amina, "story_arrivals"))
    page = get(tree.amina, "story_arrival", arrival.id)
    lines = {line.name: line for line in page.context["lines"]}
    assert (lines["Text"].differs, lines["Language"].differs) == (False, True)
    assert "The recorded interview was collected by Faraja" in words_of(page)
    assert ("Amina", "quarantine") in read_by(story)

    assert post(tree.amina, "story_arrival", arrival.id, go="accept").status_code == 302
    assert Story.objects.count() == 2
    assert get(tree.amina, "story_arrival", arrival.id).status_code == 403
    twice = get(tree.amina, "story_duplicates", story.round_id)
    assert [len(table.rows) for table in twice.context["groups"]] == [2]
    assert not [marker for marker in MARKERS if marker in twice.content.decode()]


def test_what_differs_in_two_versions_is_marked_and_the_recorded_one_can_count(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(text="We asked for water and got it.")
    telling.send(document)
    telling.send({**document, "text": "We asked for <b>roads</b> and got it."})
    arrival = StoryArrival.objects.get(state="quarantined")

    body = get(tree.amina, "story_arrival", arrival.id).content.decode()

    assert "We asked for <mark>water</mark> and got it." in body
    assert "We asked for <mark>&lt;b&gt;roads&lt;/b&gt;</mark> and got it." in body
    assert post(tree.amina, "story_arrival", arrival.id, go="settle", words="").status_code == 422
    refused = post(tree.amina, "story_arrival", arrival.id, go="erase")  # would take the recorded story along
    assert (refused.status_code, Story.objects.count()) == (200, 1)
    assert post(tree.amina, "story_arrival", arrival.id, go="settle", words="An earlier draft.").status_code == 302
    arrival.refresh_from_db()
    assert (arrival.state, arrival.settled_words) == ("settled", "An earlier draft.")
    assert Story.objects.get().text == "We asked for water and got it."


def test_a_document_that_its_teller_keeps_to_the_team_is_not_shown_from_above(tree: Tree) -> None:
    _telling, story, arrival = _sent_by_two(tree, consent={"visibility": "team"})

    for user in (tree.officer, tree.administrator):
        page = get(user, "story_arrival", arrival.id)
        assert page.status_code == 200
        assert not [marker for marker in MARKERS if marker in page.content.decode()], user
        assert "lets others alone read this" in words_of(page)
        post(user, "story_arrival", arrival.id, go="accept")
    assert Story.objects.count() == 1
    assert NAMED in words_of(get(tree.amina, "story_arrival", arrival.id))
    assert {name for name, _what in read_by(story)} == {"Amina"}
    for user in (tree.beatrice, tree.facilitator, tree.chipo, tree.nobody):
        assert get(user, "story_arrival", arrival.id).status_code == 403, user


def test_the_same_interview_as_a_flagged_story_does_not_bring_it_back(tree: Tree) -> None:
    _telling, story, arrival = _sent_by_two(tree)
    flag(story, tree.amina)

    assert get(tree.amina, "story_arrival", arrival.id).status_code == 403
    assert post(tree.amina, "story_arrival", arrival.id, go="accept").status_code == 403
    with pytest.raises(NotAllowed):
        accept_quarantined(arrival=arrival, by=tree.amina, at=AT)  # nor by any way past the page
    assert Story.objects.count() == 1


def test_a_refused_document_without_a_story_is_erased_for_good(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(collected={"started_at": "2025-01-01T10:00:00Z", "finished_at": "2025-01-01T10:20:00Z"})
    assert telling.send(document).status == "refused"
    arrival = StoryArrival.objects.get()

    page = get(tree.amina, "story_arrival", arrival.id)
    assert "The round runs from" in words_of(page)
    assert Event.objects.filter(deed="story.arrival_read").count() == 1
    assert post(tree.amina, "story_arrival", arrival.id, go="erase").status_code == 302
    assert not StoryArrival.objects.exists()
    assert Erased.objects.count() == 1


def test_documents_that_hold_anything_are_shown_without_falling_over(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document()
    broken = {**document, "teller": 7, "where": "here", "title": ["x"], "text": {"a": "<script>"}}
    broken["answers"] = {"kind": {"value": 3}, "who_acted": {"value": [1, 2]}, "significance": "x", "other": []}
    assert telling.send(broken).status == "refused"
    arrival = StoryArrival.objects.get()

    page = get(tree.amina, "story_arrival", arrival.id)

    assert page.status_code == 200
    assert "<script>" not in page.content.decode().split("</head>")[1]


def test_nearly_the_same_texts_are_shown_without_their_words(tree: Tree) -> None:
    telling = begin_round(tree)
    long = "We went to the office of the chief together and asked for the water that was promised to us last year. "
    one, other = (
        telling.tell(text=f"{long}Otieno came along with her sister."),
        telling.tell(text=f"{long}Otieno came along."),
    )
    telling.tell(text="My daughter can stay in school because the group lent me what the fees cost this term.")

    page = get(tree.amina, "story_duplicates", telling.round.id)

    assert [{pair.one_url, pair.other_url} for pair in page.context["alike"]] == [
        {reverse("story", args=[each.id]) for each in (one, other)}
    ]
    assert page.context["alike"][0].is_same_collector
    assert "Otieno" not in page.content.decode()
    for user in (tree.monitoring, tree.facilitator, tree.beatrice, tree.nobody):
        assert get(user, "story_duplicates", telling.round.id).status_code == 403, user


def test_a_story_is_taken_back_for_its_teller_and_its_recipients_are_told(tree: Tree) -> None:
    telling = begin_round(tree)
    story, other = named_story(telling), telling.tell()
    record_export(
        id=uuid7(), node=tree.north, story_ids=[story.id, other.id], purpose="donor", format="csv",
        file_name="stories.csv", recipient="The embassy", by=tree.amina, at=AT,
    )  # fmt: skip
    assert "Nobody is to be told" in words_of(get(tree.amina, "story_recipients"))
    unsaid = post(tree.amina, "story_take_back", story.id)
    forbidden = post(tree.monitoring, "story_take_back", story.id, asked="by_phone")
    assert (unsaid.status_code, forbidden.status_code, Story.objects.count()) == (422, 403, 2)

    answer = post(tree.amina, "story_take_back", story.id, asked="by_phone")

    assert answer.headers["Location"] == reverse("story_recipients")
    assert list(Story.objects.all()) == [other]
    assert Event.objects.get(deed="story.erased").data["asked"] == "by_phone"
    page = get(tree.amina, "story_recipients")
    assert "The embassy" in words_of(page)
    assert not [marker for marker in (*MARKERS, str(story.id)) if marker in page.content.decode()]
    entry = ExportedStory.objects.get(recalled_at__isnull=False)
    assert post(tree.beatrice, "story_recipient_told", entry.id).status_code == 403
    assert post(tree.amina, "story_recipient_told", entry.id).status_code == 302
    entry.refresh_from_db()
    assert entry.told_by == tree.amina.id
    assert "Nobody is to be told" in words_of(get(tree.amina, "story_recipients"))
    untouched = ExportedStory.objects.get(recalled_at__isnull=True)
    assert post(tree.amina, "story_recipient_told", untouched.id).status_code == 404


def test_what_is_erased_when_stands_in_the_order_of_the_days(tree: Tree) -> None:
    telling = begin_round(tree)
    begin_round(
        tree, version=telling.version, name="Sooner", keep_until_on=telling.round.keep_until_on - timedelta(days=300)
    )
    begin_round(tree, tree.south, by=tree.beatrice, version=telling.version, name="Next door")
    telling.tell()

    table = get(tree.amina, "story_retention").context["table"]

    assert [(row.cells[0], row.cells[2]) for row in table.rows] == [("Sooner", "0"), ("Spring 2026", "1")]


def test_queues_are_closed_to_those_who_do_not_act_on_them(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    story = telling.tell()
    for user in (tree.beatrice, tree.monitoring, tree.member, tree.nobody, tree.chipo):
        for name in QUEUES:
            answer = get(user, name)
            assert answer.status_code in (200, 403), (user, name)
            assert str(story.id) not in answer.content.decode(), (user, name)
            assert "Spring 2026" not in answer.content.decode(), (user, name)
    assert all(signed_in(tree.nobody).get(reverse(name)).status_code in (200, 403) for name in QUEUES)


def test_a_second_safeguarding_person_elsewhere_sees_nothing(tree: Tree) -> None:
    give_grant(user=tree.nobody, role=Role.SAFEGUARDING, node=tree.elsewhere, by=None, at=AT)
    story = named_story(begin_round(tree))
    flag(story, tree.amina)

    assert "Nothing is flagged" in words_of(get(tree.nobody, "story_safeguarding"))
    assert get(tree.nobody, "story_flagged", story.id).status_code == 403


def test_the_document_of_a_story_is_the_one_that_was_accepted(tree: Tree) -> None:
    from egenmakt.interfaces.web.story_pages.arrivals import document_of

    telling = begin_round(tree)
    document = telling.document()
    telling.send(document)

    assert document_of(Story.objects.get()) == json.loads(json.dumps(document))
