"""Who sees which story: by role and place, by what its teller chose, and never one in which somebody may be harmed."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import create_user, give_grant
from egenmakt.apps.stories.models import Annotation, ReadingLog, Story
from egenmakt.apps.stories.queries.reach import READERS, stories_reached
from egenmakt.apps.stories.queries.rounds import (
    frameworks_for,
    links_of,
    open_round_of,
    progress_of,
    rounds_of,
    rounds_to_collect_in,
)
from egenmakt.apps.stories.queries.stories import (
    duplicates,
    moderation_queue,
    readings,
    safeguarding_queue,
    story_quarantine,
    visible_stories,
)
from egenmakt.apps.stories.queries.table import newest_framework, pattern_stories, story_rows
from egenmakt.apps.stories.services.beside import NoConsent, NotAMask, accept_masks, add_translation, annotate
from egenmakt.apps.stories.services.consenting import change_consent, change_consent_for_teller
from egenmakt.apps.stories.services.exporting import NotForThisPurpose, record_export
from egenmakt.apps.stories.services.moderating import (
    NotFlagged,
    ReasonMissing,
    flag_safeguarding,
    lift_flag,
    moderate,
)
from egenmakt.apps.stories.services.reading import (
    masked_wording,
    note_readings,
    read_flagged_story,
    read_story_page,
)
from egenmakt.core.signification.consent import PURPOSES, VISIBILITIES, Consent
from tests.support.stories import AT, begin_round, slip
from tests.support.tree import Tree

ALL_PURPOSES = {name: True for name in PURPOSES if name not in ("photo", "voice")}


def _everybody(tree: Tree) -> dict[str, User | AnonymousUser]:
    names = (
        "administrator", "officer", "monitoring", "auditor", "safeguarding", "amina", "facilitator", "treasurer",
        "member", "beatrice", "chipo", "nobody",
    )  # fmt: skip
    return {**{name: getattr(tree, name) for name in names}, "anonymous": AnonymousUser()}


def _readers(tree: Tree) -> set[str]:
    return {name for name, user in _everybody(tree).items() if visible_stories(user=user).exists()}


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        ("anyone", {"administrator", "officer", "monitoring", "amina", "facilitator"}),
        ("organisation", {"administrator", "officer", "monitoring", "amina", "facilitator"}),
        ("partner", {"amina", "facilitator"}),
        ("team", {"amina", "facilitator"}),
    ],
)
def test_the_teller_chooses_who_reads(tree: Tree, visibility: str, readers: set[str]) -> None:
    begin_round(tree).tell(consent={"visibility": visibility})

    assert _readers(tree) == readers


def test_a_partner_colleague_who_does_not_decide_about_stories_is_no_part_of_the_team(tree: Tree) -> None:
    learner = create_user(email="dalila@example.org", name="Dalila", by=None, at=AT)
    give_grant(user=learner, role=Role.MONITORING, node=tree.north, by=None, at=AT)
    telling = begin_round(tree)
    telling.tell(consent={"visibility": "team"})
    shared = telling.tell(consent={"visibility": "partner"})

    assert list(visible_stories(user=learner)) == [shared]


def test_circles_of_readers_are_those_of_the_consent(tree: Tree) -> None:
    """Every choice of visibility and purposes, against `Consent.may_be_read_by`."""
    telling = begin_round(tree)
    network = create_user(email="esther@example.org", name="Esther", by=None, at=AT)
    give_grant(user=network, role=Role.MONITORING, node=tree.network, by=None, at=AT)
    partner = create_user(email="fatuma@example.org", name="Fatuma", by=None, at=AT)
    give_grant(user=partner, role=Role.MONITORING, node=tree.north, by=None, at=AT)
    story = telling.tell()
    circles = {"team": tree.amina, "partner": partner, "organisation": tree.monitoring, "anyone": network}

    for visibility, learn, shared, public in product(VISIBILITIES, (True, False), (True, False), (True, False)):
        purposes = {**dict.fromkeys(PURPOSES, False), "keep": True, "learn": learn, "partner": shared}
        purposes["public_text"] = public
        consent = Consent("1", "en", "spoken", "self", purposes, None, visibility)
        Story.objects.filter(id=story.id).update(
            visibility=visibility, **{f"may_{name}": consent.allows(name) for name in PURPOSES if name != "keep"}
        )
        seen = {circle for circle, user in circles.items() if stories_reached(user=user).exists()}
        assert seen == {circle for circle in circles if consent.may_be_read_by(circle)}, (visibility, purposes)
    assert set(READERS) == set(VISIBILITIES)


def test_a_facilitator_sees_her_own_stories_only_and_only_in_rounds_of_hers(tree: Tree) -> None:
    colleague = create_user(email="grace@example.org", name="Grace", by=None, at=AT)
    give_grant(user=colleague, role=Role.FACILITATOR, node=tree.north, by=None, at=AT)
    telling = begin_round(tree, facilitators=[tree.facilitator, colleague])
    own = telling.tell()
    telling.by = colleague
    telling.tell()
    elsewhere = begin_round(tree, version=telling.version, by=colleague)

    assert list(visible_stories(user=tree.facilitator)) == [own]
    assert list(rounds_of(user=tree.facilitator)) == [telling.round]
    assert list(rounds_to_collect_in(user=tree.facilitator, at=AT)) == [telling.round]
    with pytest.raises(NotAllowed):
        open_round_of(user=tree.facilitator, round_id=elsewhere.round.id)


def test_the_outsider_and_the_colleague_next_door_can_do_nothing_with_a_story(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell()
    for user in (tree.beatrice, tree.chipo, tree.nobody, tree.member, tree.treasurer):
        for query in (visible_stories, moderation_queue, safeguarding_queue, story_quarantine, rounds_of):
            assert list(query(user=user)) == []
        deeds: list[Any] = [
            lambda user=user: read_story_page(story_id=story.id, by=user, at=AT),
            lambda user=user: read_flagged_story(story_id=story.id, by=user, at=AT),
            lambda user=user: annotate(id=uuid7(), story=story, words="x", by=user, at=AT),
            lambda user=user: add_translation(id=uuid7(), story=story, language="sw", text="x", by=user, at=AT),
            lambda user=user: moderate(id=uuid7(), story=story, decision="approve", by=user, at=AT),
            lambda user=user: accept_masks(id=uuid7(), story=story, language="en", masks=[], by=user, at=AT),
            lambda user=user: flag_safeguarding(story=story, concern="x", by=user, at=AT),
            lambda user=user: lift_flag(story=story, outcome="x", by=user, at=AT),
            lambda user=user: change_consent_for_teller(story=story, consent={}, by=user, at=AT),
            lambda user=user: progress_of(user=user, round=telling.round),
            lambda user=user: links_of(user=user, round=telling.round),
            lambda user=user: frameworks_for(user=user, node_id=tree.north.id),
        ]
        for deed in deeds:
            with pytest.raises(NotAllowed):
                deed()
    for user in (tree.beatrice, tree.chipo):
        found = pattern_stories(user=user, framework_id=telling.version.framework_id)
        assert list(found) == []
    with pytest.raises(NotAllowed):
        pattern_stories(user=tree.nobody, framework_id=telling.version.framework_id)


def test_each_reading_with_names_is_written_down_and_without_them_nothing_is_shown_uncovered(tree: Tree) -> None:
    story = begin_round(tree).tell(title="", text="Wanjiru spoke to the chief.")

    page = read_story_page(story_id=story.id, by=tree.amina, at=AT)
    covered = read_story_page(story_id=story.id, by=tree.administrator, at=AT)

    assert (page.wordings[0].text, page.is_personal) == (story.text, True)
    assert (covered.wordings, covered.is_personal, covered.attachments) == ((), False, ())
    assert not any("own_words" in answer for answer in covered.answers.values())
    assert list(ReadingLog.objects.values_list("read_by_name", "what")) == [("Amina", "page")]
    accept_masks(
        id=uuid7(),
        story=story,
        language="en",
        masks=[{"field": "text", "start": 0, "end": 7, "replacement": "[a woman]"}],
        by=tree.amina,
        at=AT,
    )
    covered = read_story_page(story_id=story.id, by=tree.administrator, at=AT)
    assert [(each.text, each.is_masked) for each in covered.wordings] == [("[a woman] spoke to the chief.", True)]
    assert masked_wording(story=story, language="sw") is None
    note_readings(stories=[story], by=tree.monitoring, at=AT, what="cards")
    assert [log.read_by_name for log in readings(user=tree.amina, story=story)] == ["Muthoni", "Amina"]
    assert list(readings(user=tree.administrator, story=story)) == []


def test_masks_of_an_older_translation_do_not_cover_a_newer_one(tree: Tree) -> None:
    story = begin_round(tree).tell()
    add_translation(id=uuid7(), story=story, language="sw", text="Wanjiru alisema", by=tree.amina, at=AT)
    accept_masks(id=uuid7(), story=story, language="sw", masks=[], by=tree.amina, at=AT)
    assert masked_wording(story=story, language="sw") is not None
    add_translation(id=uuid7(), story=story, language="sw", text="Njeri na Wanjiru", by=tree.amina, at=AT)

    assert masked_wording(story=story, language="sw") is None


@pytest.mark.parametrize("mask", [(-1, 2), (0, 0), (3, 2), (0, 10_000)])
def test_a_mask_outside_the_text_is_refused(tree: Tree, mask: tuple[int, int]) -> None:
    story = begin_round(tree).tell()
    masks = [{"field": "text", "start": mask[0], "end": mask[1], "replacement": ""}]

    with pytest.raises(NotAMask):
        accept_masks(id=uuid7(), story=story, language="en", masks=masks, by=tree.amina, at=AT)


def test_a_flagged_story_leaves_every_view_at_once_and_the_named_person_alone_sees_it(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    story = telling.tell(consent={"visibility": "team"})
    flag_safeguarding(story=story, concern="The chief threatened her.", by=tree.facilitator, at=AT)

    assert _readers(tree) == set()
    assert list(moderation_queue(user=tree.amina)) == []
    assert list(pattern_stories(user=tree.monitoring, framework_id=telling.version.framework_id)) == []
    with pytest.raises(NotAllowed):
        read_story_page(story_id=story.id, by=tree.amina, at=AT)
    with pytest.raises(NotAllowed):
        annotate(id=uuid7(), story=story, words="x", by=tree.amina, at=AT)
    assert [flag.concern for flag in safeguarding_queue(user=tree.safeguarding)] == ["The chief threatened her."]
    for name, user in _everybody(tree).items():
        assert name == "safeguarding" or not safeguarding_queue(user=user).exists()
    assert read_flagged_story(story_id=story.id, by=tree.safeguarding, at=AT).is_personal
    with pytest.raises(ReasonMissing):
        lift_flag(story=story, outcome=" ", by=tree.safeguarding, at=AT)
    with pytest.raises(NotAllowed):
        lift_flag(story=story, outcome="spoke to her", by=tree.administrator, at=AT)
    lift_flag(story=story, outcome="Spoke to her; she is safe.", by=tree.safeguarding, at=AT)
    assert _readers(tree) == {"amina", "facilitator"}
    with pytest.raises(NotFlagged):
        lift_flag(story=story, outcome="again", by=tree.safeguarding, at=AT)


def test_stories_wait_until_somebody_has_approved_them(tree: Tree) -> None:
    story = begin_round(tree, is_moderated=True).tell()

    assert _readers(tree) == {"officer", "amina", "facilitator"}
    assert list(moderation_queue(user=tree.amina)) == [story]
    with pytest.raises(ReasonMissing):
        moderate(id=uuid7(), story=story, decision="set_aside", by=tree.amina, at=AT)
    with pytest.raises(NotAllowed):
        moderate(id=uuid7(), story=story, decision="approve", by=tree.monitoring, at=AT)
    moderate(id=uuid7(), story=story, decision="approve", by=tree.amina, at=AT)
    assert "monitoring" in _readers(tree)
    moderate(id=uuid7(), story=story, decision="set_aside", reason="told twice", by=tree.amina, at=AT)
    assert "monitoring" not in _readers(tree)
    assert list(moderation_queue(user=tree.amina)) == []


def test_an_annotation_stands_beside_the_tellers_answer_signed_and_dated(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell()
    kind = telling.framework.questions[0].code

    note = annotate(
        id=uuid7(),
        story=story,
        question=kind,
        answer={"value": ["none"]},
        by=tree.monitoring,
        at=AT,
        words="I doubt it",
    )

    assert (note.written_by_name, note.written_at) == ("Muthoni", AT)
    before = story.answers
    story.refresh_from_db()
    assert story.answers == before
    assert annotate(id=note.id, story=story, words="other", by=tree.monitoring, at=AT) == note
    assert Annotation.objects.count() == 1


def test_a_machine_translates_only_with_consent(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell(purposes={"machine_translation": False})
    options: dict[str, Any] = {"story": story, "language": "sv", "text": "Hej", "by": tree.amina, "at": AT}

    with pytest.raises(NoConsent):
        add_translation(id=uuid7(), made_with="Model 1", **options)
    assert add_translation(id=uuid7(), **options).made == "human"
    assert add_translation(id=uuid7(), made_with="Model 1", **{**options, "story": telling.tell()}).made == "machine"


def test_a_change_of_mind_holds_at_once_and_the_earlier_consent_stays_on_record(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(code=slip("Amina"))
    telling.send(document)
    consent = document["consent"]
    story = Story.objects.get()
    none = {**dict.fromkeys(PURPOSES, False), "keep": True}

    assert change_consent(code=slip("Amina"), consent={**consent, "purposes": none, "visibility": "team"}, at=AT) == 1

    story.refresh_from_db()
    assert (story.may_learn, story.visibility, story.consents.count()) == (False, "team", 2)
    assert list(pattern_stories(user=tree.monitoring, framework_id=telling.version.framework_id)) == []
    assert _readers(tree) == {"amina", "facilitator"}
    change_consent_for_teller(story=story, consent=consent, by=tree.amina, at=AT)
    assert "monitoring" in _readers(tree)
    assert change_consent(code=slip("Amina"), consent={**consent, "purposes": {"keep": False}}, at=AT) == 1
    assert Story.objects.count() == 0


@pytest.mark.parametrize("purpose", sorted(ALL_PURPOSES.keys() - {"keep", "machine_translation"}))
def test_nothing_leaves_for_a_purpose_that_its_teller_did_not_allow(tree: Tree, purpose: str) -> None:
    telling = begin_round(tree)
    needs = {"public_text": False} if purpose == "learn" else {}
    refused = telling.tell(purposes={purpose: False, **needs})
    allowed = telling.tell()
    options: dict[str, Any] = {
        "node": tree.north,
        "purpose": purpose,
        "format": "csv",
        "file_name": "x.csv",
        "recipient": "R",
        "by": tree.amina,
        "at": AT,
    }

    assert record_export(id=uuid7(), story_ids=[allowed.id], **options).stories == 1
    with pytest.raises(NotForThisPurpose):
        record_export(id=uuid7(), story_ids=[allowed.id, refused.id], **options)
    with pytest.raises(NotAllowed):
        record_export(id=uuid7(), story_ids=[allowed.id], **{**options, "by": tree.facilitator})


def test_progress_names_who_is_missing_and_counts_neither_trials_nor_what_was_set_aside(tree: Tree) -> None:
    quotas = [{"by": "role", "value": "rights_holder", "target": 6}]
    telling = begin_round(tree, target=8, quotas=quotas)
    stories = [telling.tell() for _ in range(4)]
    telling.tell(mode="test")
    moderate(id=uuid7(), story=stories[0], decision="set_aside", reason="a trial", by=tree.amina, at=AT)

    progress = progress_of(user=tree.amina, round=telling.round)

    assert (progress.collected, progress.missing) == (3, 5)
    assert [(gap.quota.value, gap.missing) for gap in progress.gaps] == [("rights_holder", 3)]
    assert rounds_of(user=tree.amina).get().told == 3


def test_rows_for_patterns_make_a_table_that_adds_up(tree: Tree) -> None:
    telling = begin_round(tree)
    for _ in range(12):
        telling.tell()
    telling.tell(mode="test")
    telling.tell(purposes={"learn": False, "public_text": False})

    stories = pattern_stories(user=tree.monitoring, framework_id=telling.version.framework_id)
    rows = story_rows(stories)

    assert len(rows) == 12
    by_id = {str(story.id): story for story in Story.objects.all()}
    for row in rows:
        story = by_id[row["id"]]
        assert row["answers"] == story.answers
        assert (row["teller"]["key"], row["teller"]["role"]) == (str(story.teller_key), story.voice)
        assert (row["round"], row["collected"]["facilitator"]) == (str(story.round_id), str(story.facilitator))
        assert not {"text", "title", "where"} & row.keys()
    assert newest_framework(framework_id=telling.version.framework_id)["id"] == str(telling.framework.id)


def test_rows_for_patterns_cost_one_query_however_many(tree: Tree, django_assert_num_queries: Any) -> None:
    telling = begin_round(tree)
    for _ in range(5):
        telling.tell()
    stories = pattern_stories(user=tree.monitoring, framework_id=telling.version.framework_id)

    with django_assert_num_queries(1):
        assert len(story_rows(stories)) == 5


def test_a_list_costs_the_same_for_one_story_and_for_many(tree: Tree, django_assert_num_queries: Any) -> None:
    telling = begin_round(tree)
    for count in (1, 4):
        while Story.objects.count() < count:
            telling.tell()
        with django_assert_num_queries(2):
            assert [story.round.name for story in visible_stories(user=tree.amina)] == ["Spring 2026"] * count


def test_the_same_interview_under_two_ids_is_shown_as_one(tree: Tree) -> None:
    from egenmakt.apps.stories.models import StoryArrival
    from egenmakt.apps.stories.services.quarantine import accept_quarantined

    telling = begin_round(tree)
    telling.tell()
    document = telling.document()
    other = {**document, "id": str(uuid7())}
    telling.send(document)
    telling.send(other)
    accept_quarantined(arrival=StoryArrival.objects.get(state="quarantined"), by=tree.amina, at=AT)

    found = duplicates(user=tree.amina, round_id=telling.round.id)

    assert [[str(id) for id in ids] for ids in found] == [[document["id"], other["id"]]]
