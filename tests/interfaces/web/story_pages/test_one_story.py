"""One story: what is read on its page by whom, that it is written down, and what is put beside it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.groups.models import Membership
from egenmakt.apps.stories.models import (
    Annotation,
    ConsentRecord,
    Masking,
    ReadingLog,
    Story,
    StoryArrival,
    Translation,
)
from egenmakt.apps.stories.services.moderating import flag_safeguarding
from egenmakt.interfaces.web.story_pages.answers import read_out
from tests.interfaces.web.story_pages.told import (
    MARKERS,
    NAMED,
    cover,
    get,
    named_story,
    pages_of,
    post,
    read_by,
)
from tests.interfaces.web.test_recording import signed_in
from tests.support.groups import form_group
from tests.support.reading import queries_of, words_of
from tests.support.stories import AT, begin_round
from tests.support.tree import Tree

HTML = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'


def test_a_story_is_read_with_all_that_belongs_to_it_and_the_reading_is_written_down(tree: Tree) -> None:
    telling = begin_round(tree)
    story = named_story(
        telling,
        where={"level": "district", "name": "Kisumu"},
        answers={"kind": {"value": ["collective_action"]}, "who_acted": {"value": [5000, 2500, 2500]}},
    )

    answer = get(tree.amina, "story", story.id)

    page = words_of(answer)
    assert NAMED in page
    assert "What Otieno did" in page
    assert "We acted together and something concrete became better" in page
    assert "Kisumu (district)" in page
    assert "Feb 2026" in page
    assert "Spring 2026" in page
    assert "it cannot be changed" in page
    assert '<div lang="en" dir="ltr">' in answer.content.decode()
    assert read_by(story) == [("Amina", "page")]
    assert "Amina" in page.split("Who has read it")[1]


def test_a_point_in_a_triangle_is_drawn_where_the_teller_put_it(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell(answers={"who_acted": {"value": [10_000, 0, 0]}, "significance": {"value": 25}})

    body = get(tree.amina, "story", story.id).content.decode()

    assert '<circle class="mark" cx="200.0" cy="8.0" r="14"/>' in body  # the upper corner of the form's triangle
    assert '<circle class="mark" cx="100.0" cy="20" r="14"/>' in body
    assert "25 of 100" in body


def test_states_without_a_value_are_told_apart(tree: Tree) -> None:
    telling = begin_round(tree)
    answers = {
        "kind": {"value": ["collective_action"]},
        "who_acted": {"state": "does_not_apply"},
        "significance": {"state": "skipped"},
    }
    story = telling.tell(answers=answers)

    reads = {read.code: read for read in get(tree.amina, "story", story.id).context["answers"]}
    masked = {read.code: read for read in get(tree.administrator, "story", story.id).context["answers"]}

    states = [reads[code].state for code in ("kind", "who_acted", "significance", "needed")]
    assert states == ["answered", "does_not_apply", "skipped", "not_asked"]
    assert masked["place"].state == "covered"
    assert len({reads[code].state_words for code in ("who_acted", "significance", "needed")}) == 3


def test_whoever_may_not_see_names_sees_covered_words_only_and_no_reading_is_written_down(tree: Tree) -> None:
    telling = begin_round(tree)
    answers = {
        "kind": {"value": ["other"], "own_words": "Otieno's plan"},
        "place": {"value": {"level": "district", "name": "Otieno"}},
    }
    story = named_story(telling, answers=answers, where={"level": "district", "name": "Otieno"})
    before = get(tree.administrator, "story", story.id)
    assert not [marker for marker in MARKERS if marker in before.content.decode()]
    assert "Nobody has covered" in words_of(before)

    cover(story, tree)
    after = get(tree.administrator, "story", story.id)

    assert "[name] met the chief with us" in words_of(after)
    assert not [marker for marker in MARKERS if marker in after.content.decode()]
    assert read_by(story) == []


def test_outsiders_and_the_colleague_next_door_see_nothing_of_it(tree: Tree) -> None:
    story = named_story(begin_round(tree))
    for user in (tree.beatrice, tree.chipo, tree.nobody, tree.member, tree.treasurer, tree.auditor):
        for name, arguments in pages_of(story):
            answer = get(user, name, *arguments)
            assert answer.status_code in (403, 404), (user, name)
            assert not [marker for marker in MARKERS if marker in answer.content.decode()], (user, name)
    note = post(tree.beatrice, "story_note", story.id, id=str(uuid7()), words="Mine")
    assert note.status_code == 403
    assert not Annotation.objects.exists()
    assert not ReadingLog.objects.exists()
    assert get(tree.nobody, "story", uuid7()).status_code == 403


def test_a_flagged_story_is_gone_from_every_page_at_once(tree: Tree) -> None:
    telling = begin_round(tree, is_moderated=True)
    story, twin = named_story(telling), telling.tell(text="Another text altogether, of the same round.")
    document = telling.document(title=story.title, text="Changed by a second phone. Otieno.")
    telling.send({**document, "id": str(story.id)})
    lists = ["home", "stories", "story_moderation", "story_arrivals", "story_recipients", "story_retention"]
    assert str(story.id) in get(tree.amina, "story_moderation").content.decode()

    answer = post(tree.amina, "story_flag", story.id, concern="He has threatened her.")

    assert answer.status_code == 302
    for user in (tree.amina, tree.officer, tree.monitoring, tree.facilitator, tree.administrator):
        for name, arguments in pages_of(story):
            assert get(user, name, *arguments).status_code in (403, 404), (user, name)
        for name in lists:
            assert str(story.id) not in get(user, name).content.decode(), (user, name)
    assert str(story.id) not in get(tree.amina, "story_duplicates", telling.round.id).content.decode()
    assert get(tree.amina, "stories", query=f"?ids={story.id}").context["page"].rows == []
    assert str(twin.id) in get(tree.amina, "stories").content.decode()
    waiting = StoryArrival.objects.get(state="quarantined")
    assert get(tree.amina, "story_arrival", waiting.id).status_code == 403
    assert "Stories in conflict (1)" not in words_of(get(tree.amina, "stories"))


def test_a_note_is_signed_and_dated_and_the_tellers_class_stays(tree: Tree) -> None:
    story = begin_round(tree).tell(answers={"kind": {"value": ["collective_action"]}})
    id = str(uuid7())

    for _again in range(2):
        post(tree.amina, "story_note", story.id, id=id, words=HTML + FORMULA, option="worse", question="")
    empty = post(tree.amina, "story_note", story.id, id=str(uuid7()), words=" ")

    note = Annotation.objects.get()
    assert (note.written_by_name, note.question, note.answer) == ("Amina", "kind", {"value": ["worse"]})
    assert empty.status_code == 422
    page = get(tree.monitoring, "story", story.id)
    assert HTML not in page.content.decode()
    assert HTML in words_of(page) or "alert(1)" in words_of(page)
    assert "Would have classed it:" in words_of(page)
    story.refresh_from_db()
    assert story.answers["kind"] == {"value": ["collective_action"]}


def test_html_and_formulas_in_a_story_do_nothing(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell(
        title=HTML,
        text=f"{HTML}\n{FORMULA}",
        answers={"kind": {"value": ["other"], "own_words": HTML}},
        where={"level": "district", "name": HTML},
    )
    pages: list[tuple[str, list[Any]]] = [*pages_of(story), ("stories", [])]
    for name, arguments in pages:
        assert "<script>alert" not in get(tree.amina, name, *arguments).content.decode(), name


def test_a_translation_stands_beside_the_tellers_own_with_who_made_it(tree: Tree) -> None:
    story = begin_round(tree).tell(
        language="sw", text="Tulienda ofisini pamoja.", purposes={"machine_translation": False}
    )
    data = {"id": str(uuid7()), "language": "ar", "title": "معًا", "text": "ذهبنا معًا", "made_with": ""}

    by_machine = post(tree.amina, "story_translate", story.id, **{**data, "made_with": "Engine 3"})
    post(tree.amina, "story_translate", story.id, **data)

    assert by_machine.status_code == 422
    assert "did not allow that a machine" in words_of(by_machine)
    assert Translation.objects.get().made == "human"
    page = get(tree.monitoring, "story", story.id)
    body = page.content.decode()
    assert body.index("Tulienda ofisini pamoja.") < body.index("ذهبنا معًا")
    assert '<div lang="ar" dir="rtl">' in body
    assert "Translated by Amina" in words_of(page)


def test_a_language_that_does_not_look_right_only_warns(tree: Tree) -> None:
    text = "We went to the office together and asked for the water that was promised to all of us last year."
    story = begin_round(tree).tell(language="sw", text=text)

    page = words_of(get(tree.amina, "story", story.id))

    assert "The teller says that this is Kiswahili; to a machine it looks like English" in page
    assert text in page


def test_names_of_the_group_and_numbers_are_proposed_previewed_and_covered(tree: Tree) -> None:
    group = form_group(tree)
    member = Membership.objects.select_related("person").filter(group=group.row).order_by("number")[0]
    assert member.person is not None
    name = member.person.name
    telling = begin_round(tree)
    story = telling.tell(title="Ours", text=f"{name} called 0712 345 678 from Kwetu.", group=str(group.row.id))
    shown = get(tree.amina, "story_masks", story.id, "en")
    values = [line.mask.value for line in shown.context["lines"]]
    covered = {line.covered for line in shown.context["lines"]}
    assert {"0712 345 678"} < covered
    assert name in " ".join(covered)

    data = {"id": str(uuid7()), "sha256": shown.context["sha256"], "mask": values, "words": "kwetu"}
    preview = post(tree.amina, "story_masks", story.id, "en", go="preview", **data)
    assert "Kwetu" not in preview.context["preview_text"]
    assert not Masking.objects.exists()
    for _again in range(2):
        assert post(tree.amina, "story_masks", story.id, "en", go="accept", **data).status_code == 302

    assert Masking.objects.count() == 1
    text = words_of(get(tree.administrator, "story", story.id))
    assert not [word for word in (name, "0712", "Kwetu") if word in text.replace("Amina, ", "")]
    again = get(tree.amina, "story_masks", story.id, "en")
    assert again.context["words"] == "Kwetu"
    assert read_by(story)[0] == ("Amina", "masks")


def test_masks_for_another_text_than_the_one_that_was_shown_are_not_kept(tree: Tree) -> None:
    story = named_story(begin_round(tree))
    answer = post(
        tree.amina, "story_masks", story.id, "en", go="accept", id=str(uuid7()), sha256="old", mask=["text:0:5"]
    )

    assert answer.status_code == 409
    assert not Masking.objects.exists()
    assert get(tree.amina, "story_masks", story.id, "sv").status_code == 404
    assert get(tree.facilitator, "story_masks", story.id, "en").status_code == 403


def test_a_changed_consent_holds_from_now_on_and_the_old_one_stays_on_record(tree: Tree) -> None:
    story = begin_round(tree).tell()
    data = {"c.learn": "yes", "c.partner": "yes", "c.donor": "no", "c.public_text": "no", "c.visibility": "partner"}

    answer = post(tree.amina, "story_consent", story.id, **data, **{"c.given": "written"})
    refused = post(tree.amina, "story_consent", story.id, **{**data, "c.learn": "no", "c.public_text": "yes"})

    assert answer.status_code == 302
    assert refused.status_code == 422
    story.refresh_from_db()
    assert (story.may_donor, story.may_learn, story.visibility) == (False, True, "partner")
    assert list(ConsentRecord.objects.order_by("recorded_at").values_list("channel", "given")) == [
        ("story", "spoken"),
        ("staff", "written"),
    ]
    assert get(tree.officer, "story", story.id).status_code == 403


def test_three_notes_and_readings_take_as_many_queries_as_one(tree: Tree) -> None:
    story = begin_round(tree).tell()
    page, client = reverse("story", args=[story.id]), signed_in(tree.amina)
    post(tree.amina, "story_note", story.id, id=str(uuid7()), words="One")
    one = queries_of(client, page)
    for words in ("Two", "Three"):
        post(tree.amina, "story_note", story.id, id=str(uuid7()), words=words)

    assert queries_of(client, page) == one


def test_who_has_read_it_is_shown_to_those_who_see_names_alone(tree: Tree) -> None:
    story = begin_round(tree).tell()
    get(tree.amina, "story", story.id)

    assert "Who has read it" in words_of(get(tree.monitoring, "story", story.id))
    assert "Who has read it" not in words_of(get(tree.facilitator, "story", story.id))
    assert "Who has read it" not in words_of(get(tree.administrator, "story", story.id))


def test_from_right_to_left_the_pictures_are_mirrored(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell(answers={"who_acted": {"value": [0, 10_000, 0]}})
    plain = {r.code: r for r in read_out(telling.framework, story.answers, is_personal=True)}
    mirrored = {r.code: r for r in read_out(telling.framework, story.answers, is_personal=True, is_mirrored=True)}

    assert (plain["who_acted"].points[0].x, mirrored["who_acted"].points[0].x) == ("8.0", "392.0")


def test_flagging_needs_words_and_names_nobody_in_the_trail(tree: Tree) -> None:
    story = named_story(begin_round(tree))

    assert post(tree.amina, "story_flag", story.id, concern=" ").status_code == 422
    assert not Story.objects.get(id=story.id).is_flagged
    flag_safeguarding(story=story, concern="x", by=tree.amina, at=AT)
    assert Story.objects.get(id=story.id).is_flagged
