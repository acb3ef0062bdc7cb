"""The pages of learning: the whole way by forms alone, an outsider, the number of queries, and hostile words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.learning.models import (
    Decision,
    Delivery,
    Feedback,
    Interpretation,
    Observation,
    Outcome,
    Return,
    Selection,
    Workshop,
)
from egenmakt.apps.learning.services.observing import interpret, observe
from egenmakt.apps.people.models import Node
from egenmakt.interfaces.web.learning.words import REFUSALS
from tests.support.learning import AT, Told, savings_groups, tell_round
from tests.support.tree import Tree

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}"


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fill(client: Client, address: str, status: int = 302, **typed: Any) -> Any:
    """Open a form, keep what stands in it, type into it and send it."""
    form = client.get(address).context["form"]
    kept = {bound.name: bound.value() for bound in form if bound.value() not in (None, "", [])}
    answer = client.post(address, {**kept, **typed})
    assert answer.status_code == status, (address, getattr(answer, "context", None) and answer.context["form"].errors)
    return answer


@pytest.fixture
def told(tree: Tree) -> Told:
    return tell_round(tree)


def plan(client: Client, told: Told, **typed: Any) -> Workshop:
    fill(
        client, reverse("learning_workshop_new"), node=str(told.tree.north.id), name="What spring told us",
        starts_on="2026-04-10", ends_on="2026-04-10", kinds=["rights_holders"], rounds=[str(told.telling.round.id)],
        languages="en, sw", **typed,
    )  # fmt: skip
    return Workshop.objects.get()


def test_from_stories_on_the_table_to_a_decision_that_is_followed_up(told: Told, tree: Tree) -> None:
    story = told.tell(title="The well", text="We asked, and water came.")
    client = as_user(tree.amina)
    workshop = plan(client, told)
    fill(client, reverse("learning_stories", args=[workshop.id]), stories=[str(story.id)])
    observe_at = (
        reverse("learning_observe", args=[workshop.id]) + f"?from=/patterns/%3Fq%3D1&words=Voice&story={story.id}"
    )
    fill(client, observe_at, words="Women speak at meetings")
    seen = Observation.objects.get()
    assert (seen.reference, seen.reference_words, seen.stories.get().id_hash) == (
        "/patterns/?q=1", "Voice", story.id_hash,
    )  # fmt: skip
    fill(client, reverse("learning_publish", args=[seen.id]), status=422)
    for words in ("They were trained", "Only those who speak were asked"):
        fill(client, reverse("learning_interpret", args=[seen.id]), words=words)
    fill(client, reverse("learning_publish", args=[seen.id]))
    fill(client, reverse("learning_gather", args=[workshop.id, "theme"]), name="Voice", items=[str(seen.id)])
    understood = Interpretation.objects.get(words="They were trained")
    fill(
        client, reverse("learning_gather", args=[workshop.id, "perspective"]), name="Skill", items=[str(understood.id)]
    )
    fill(client, reverse("learning_idea", args=[workshop.id]), words="Train two more", because=str(understood.id))
    fill(
        client, reverse("learning_decide", args=[workshop.id]), words="Two are trained in May", responsible="Amina",
        due_on="2026-05-31", observations=[str(seen.id)], stories=[str(story.id)],
    )  # fmt: skip
    assert "Two are trained in May" in client.get(reverse("learning_decisions")).content.decode()
    follow = reverse("learning_follow_up", args=[Decision.objects.get().id])
    fill(client, follow, outcome="done", words="Both lead a meeting now")
    assert "Two are trained in May" not in client.get(reverse("learning_decisions")).content.decode()
    fill(client, reverse("learning_record", args=[workshop.id]), record="It rained.")

    text = client.get(reverse("learning_workshop", args=[workshop.id])).content.decode()

    for words in (
        "The well", "Women speak at meetings", "They were trained", "Theme: <bdi>Voice", "Perspective: <bdi>Skill",
        "Train two more", "Two are trained in May", "Both lead a meeting now", "It rained.",
    ):  # fmt: skip
        assert words in text, words


def test_what_is_taken_away_can_be_put_back(told: Told, tree: Tree) -> None:
    client, workshop = as_user(tree.amina), told.workshop()
    seen = observe(id=uuid7(), workshop=workshop, words="Seen here", strength=1, by=tree.amina, at=AT)

    answer = client.post(reverse("learning_remove", args=["observation", seen.id]))

    page = reverse("learning_workshop", args=[workshop.id])
    assert reverse("learning_put_back", args=["observation", seen.id]) in answer.content.decode()
    assert [each[1] for each in client.get(page).context["removed"]] == [seen]
    client.post(reverse("learning_put_back", args=["observation", seen.id]))
    assert [each["row"] for each in client.get(page).context["observations"]] == [seen]
    assert client.get(reverse("learning_remove", args=["observation", seen.id])).status_code == 405


def test_an_outcome_is_written_by_one_and_substantiated_by_another(tree: Tree) -> None:
    amina, other = as_user(tree.amina), as_user(tree.monitoring)
    words = {name: f"Words on {name}" for name in ("who", "what", "where", "contribution", "significance")}
    fill(amina, reverse("learning_outcome_new"), node=str(tree.north.id), when="2026-02-30", status=422, **words)
    fill(amina, reverse("learning_outcome_new"), node=str(tree.north.id), when="2026-02", **words)
    address = reverse("learning_substantiate", args=[Outcome.objects.get().id])
    fill(amina, address, verdict="confirmed", source="The minutes", status=422)
    fill(other, address, verdict="partly", source="The minutes", status=422)

    fill(other, address, verdict="partly", source="The minutes", words="The amount is not in them")

    assert "Confirmed in part" in amina.get(reverse("learning_outcomes")).content.decode()


def test_a_selection_goes_up_and_its_reason_comes_back(told: Told, tree: Tree) -> None:
    (group,) = savings_groups(tree, ["Imani"])
    story = told.tell(group=group, title="The road")
    client = as_user(tree.officer)
    for node in (Node.objects.get(id=group), tree.north):
        fill(client, reverse("learning_selection_new"), node=str(node.id), name=f"Choice of {node.name}")
    low, high = (Selection.objects.get(name=f"Choice of {name}") for name in ("Imani", "North"))
    fill(client, reverse("learning_bring", args=[low.id]), stories=[str(story.id)])
    fill(client, reverse("learning_choose", args=[low.id]), story=story.id_hash, reason="", status=422)
    fill(client, reverse("learning_choose", args=[low.id]), story=story.id_hash, reason="All use it")
    assert client.post(reverse("learning_send_up", args=[high.id, low.id])).status_code == 302
    fill(client, reverse("learning_choose", args=[high.id]), story=story.id_hash, reason="It lasts")
    fill(client, reverse("learning_feedback", args=[high.id, low.id]), words="Yours it is")
    field = as_user(tree.facilitator)
    fill(field, reverse("learning_told", args=[Feedback.objects.get().id]), given_on="2026-05-01", given_how="Aloud")

    text = client.get(reverse("learning_selection", args=[high.id])).content.decode()

    assert re.findall(r"<li><strong><bdi>(\w+)</bdi></strong>: <bdi>([\w ]+)", text) == [
        ("North", "It lasts"), ("Imani", "All use it"),
    ]  # fmt: skip
    assert "Aloud" in text


def _imani(told: Told, **changes: Any) -> Node:
    (group,) = savings_groups(told.tree, ["Imani"])
    for _ in range(7):
        told.tell(kind="collective_action", group=group, is_covered=False)
    told.tell(kind="collective_action", group=group, **changes)
    return Node.objects.get(id=group)


def test_a_group_gets_its_page_in_its_language_and_the_delivery_is_written_down(told: Told, tree: Tree) -> None:
    node = _imani(told, title="The well", text="We asked, and water came.")
    client, round = as_user(tree.amina), told.telling.round
    listed = client.get(reverse("learning_return_round", args=[round.id])).content.decode()
    new = reverse("learning_return_new", args=[round.id, node.id])
    assert new in listed
    story = client.get(new).context["form"].fields["stories"].choices[0][0]
    fill(client, new, language="sv", greeting="Tack", stories=[story])
    page = Return.objects.get()
    deliver_at = reverse("learning_deliver", args=[page.id])
    fill(
        as_user(tree.facilitator), deliver_at, delivered_on="2026-05-02", how="read_aloud", people="9",
        questions="When is the next?",
    )  # fmt: skip

    text = client.get(reverse("learning_return", args=[page.id])).content.decode()
    aloud = client.get(reverse("learning_return_text", args=[page.id]))

    assert Delivery.objects.get().people == 9
    for words in ("<strong>8</strong>", "The well", "When is the next?", '<article lang="sv"', "Tack"):
        assert words in text, words
    lines = aloud.content.decode().split("\n")
    acted = told.telling.framework.question("kind").options[0].text["sv"]
    assert f"8: {acted}" in lines
    assert "We asked, and water came." in lines
    assert aloud["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("language", "direction", "headline", "closing"),
    [
        ("ne", "ltr", "तपाईंहरूले के भन्नुभयो, र त्यसबाट के भयो", "यहाँ के गलत छ?"),
        ("ar", "rtl", "ما قلتموه لنا، وما نتج عنه", "ما الخطأ هنا؟"),
    ],
)
def test_the_words_around_a_page_are_in_its_own_language(
    told: Told, tree: Tree, language: str, direction: str, headline: str, closing: str
) -> None:
    node = _imani(told, title="The well", text="We asked, and water came.")
    client, round = as_user(tree.amina), told.telling.round
    fill(client, reverse("learning_return_new", args=[round.id, node.id]), language=language, greeting="", stories=[])
    page = Return.objects.get()

    shown = client.get(reverse("learning_return", args=[page.id])).content.decode()
    aloud = client.get(reverse("learning_return_text", args=[page.id])).content.decode()

    assert f'<article lang="{language}" dir="{direction}"' in shown
    for words in (headline, closing):
        assert words in shown
        assert words in aloud
    assert "What you told us" not in shown + aloud
    assert "Nothing has been decided" not in shown + aloud


def test_nothing_below_the_least_number_reaches_a_page_or_its_source(told: Told, tree: Tree) -> None:
    (group,) = savings_groups(tree, ["Baraka"])
    for _ in range(4):
        told.tell(kind="worse", group=group, text="Marker words", is_covered=True)
    client = as_user(tree.amina)

    listed = client.get(reverse("learning_return_round", args=[told.telling.round.id]))
    form = client.get(reverse("learning_return_new", args=[told.telling.round.id, group]))
    sent = client.post(
        reverse("learning_return_new", args=[told.telling.round.id, group]), {"id": str(uuid7()), "language": "en"}
    )

    assert listed.context["has_rows"] is False
    for answer in (listed, form, sent):
        assert "Baraka" not in answer.content.decode()
        assert "Marker" not in answer.content.decode()
    assert sent.status_code == 422
    assert Return.objects.count() == 0


def test_an_outsider_sees_nothing(told: Told, tree: Tree) -> None:
    workshop = told.workshop(name="Marker workshop")
    seen = observe(id=uuid7(), workshop=workshop, words="Marker seen", strength=1, by=tree.amina, at=AT)
    round = told.telling.round.id
    pages = [
        reverse("learning_workshop", args=[workshop.id]), reverse("learning_observe", args=[workshop.id]),
        reverse("learning_interpret", args=[seen.id]), reverse("learning_return_round", args=[round]),
        reverse("learning_review", args=["observation", seen.id]),
    ]  # fmt: skip
    lists = ["learning", "learning_decisions", "learning_outcomes", "learning_selections", "learning_returns"]
    for outsider in (tree.beatrice, tree.chipo, tree.nobody, tree.treasurer):
        client = as_user(outsider)
        assert [client.get(page).status_code for page in pages] == [403] * len(pages)
        assert client.post(reverse("learning_remove", args=["observation", seen.id])).status_code == 403
        for name in lists:
            answer = client.get(reverse(name))
            assert answer.status_code == 200
            assert "Marker" not in answer.content.decode()
    assert Client().get(pages[0]).status_code == 302
    assert Observation.objects.get().removed_at is None
    # who only reads is offered nothing to write, and refused when she tries
    auditor = as_user(tree.auditor)
    assert "/observe/" not in auditor.get(pages[0]).content.decode()
    assert auditor.post(pages[1], {"id": str(uuid7()), "words": "x", "strength": "1"}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_what_is_shown(told: Told, tree: Tree) -> None:
    client, workshop = as_user(tree.amina), told.workshop()

    def add() -> None:
        story = told.tell()
        seen = observe(
            id=uuid7(), workshop=workshop, words="Seen", strength=1, story_ids=[story.id], by=tree.amina, at=AT
        )
        for words in ("One", "Other"):
            interpret(id=uuid7(), observation=seen, words=words, by=tree.amina, at=AT)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    addresses = [reverse("learning"), reverse("learning_workshop", args=[workshop.id])]
    add()
    before = [queries(each) for each in addresses]
    for _ in range(3):
        add()
    told.workshop(name="Another")

    assert [queries(each) for each in addresses] == before


def test_hostile_words_are_shown_as_words(told: Told, tree: Tree) -> None:
    client, workshop = as_user(tree.amina), told.workshop(name=HOSTILE[:200], plan=HOSTILE)
    story = told.tell(title=HOSTILE, text=HOSTILE)
    fill(client, reverse("learning_stories", args=[workshop.id]), stories=[str(story.id)])
    fill(
        client, reverse("learning_observe", args=[workshop.id]) + "?from=//evil.example/&words=" + HOSTILE,
        words=HOSTILE,
    )  # fmt: skip
    fill(client, reverse("learning_interpret", args=[Observation.objects.get().id]), words=HOSTILE)

    assert Observation.objects.get().reference == ""
    for page in (reverse("learning"), reverse("learning_workshop", args=[workshop.id])):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


def test_every_refusal_of_the_services_has_its_sentence() -> None:
    import importlib
    import inspect
    import pkgutil

    import egenmakt.apps.learning.services as services

    raised = set()
    for each in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{each.name}")
        raised |= {
            kind
            for _name, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Exception) and kind.__module__ == module.__name__
        }
    assert {kind.__name__ for kind in raised - set(REFUSALS)} == {"UnknownKind"}  # only by a program's mistake


def test_stories_like_one_are_those_that_the_reader_may_read_in_covered_words(told: Told, tree: Tree) -> None:
    one = told.tell(title="Water", text="We asked for the water that was promised, and the pipe came.")
    like = told.tell(title="Pipe", text="They promised us a water pipe; we asked, and it came.")
    bare = told.tell(title="Marker", text="Water came by the pipe that they promised.", is_covered=False)
    told.tell(title="Hidden", text="Water came by the promised pipe.", consent={"visibility": "team"})
    address = reverse("story_alike", args=[one.id])

    page = as_user(tree.monitoring).get(address)

    shown = [url for _words, url in page.context["found"]]
    assert set(shown) == {reverse("story", args=[each.id]) for each in (like, bare)}
    text = page.content.decode()
    assert "They promised us a water pipe" in text
    assert "Marker" not in text
    assert "Hidden" not in text
    for outsider in (tree.beatrice, tree.chipo, tree.nobody):
        assert as_user(outsider).get(address).status_code == 403
