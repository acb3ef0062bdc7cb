"""Rounds and frameworks in the browser: happy path, outsider, and as many queries for three rows as for one."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from egenmakt.apps.stories.models import FrameworkVersion, Round, RoundLink, Story
from egenmakt.apps.stories.services.rounds import add_framework
from egenmakt.core.signification.framework import framework_json, read_framework, shipped
from tests.interfaces.web.stories.forms import fill
from tests.interfaces.web.stories.rounds import running_round
from tests.interfaces.web.stories.test_telling import ANSWERS
from tests.interfaces.web.test_recording import signed_in
from tests.support.reading import queries_of, words_of
from tests.support.stories import framework_document
from tests.support.tree import Tree


def test_a_round_is_opened_with_quotas_and_shows_who_is_missing(tree: Tree) -> None:
    version = add_framework(content=framework_json(shipped()), node=tree.umoja, by=None, at=timezone.now())
    client = signed_in(tree.amina)
    address = f"{reverse('story_round_new')}?node={tree.north.id}&version={version.id}"
    form = client.get(address).context["form"]
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    data |= {"name": "Spring", "languages": ["en", "sv"], "facilitators": [str(tree.facilitator.id)]}
    data |= {"quota-sex-woman": "40", "quota-sex-man": "20", "quota-disability-with_disability": "10"}

    answer = client.post(address, data)

    round = Round.objects.get()
    assert answer.status_code == 302, answer.context["form"].errors
    assert (round.target, round.node, round.languages) == (70, tree.north, ["en", "sv"])
    page = words_of(client.get(reverse("story_round", args=[round.id])))
    assert "Woman: 40 more" in page
    assert "With a disability: 10 more" in page
    assert "0 of 70 stories" in client.get(reverse("story_round", args=[round.id])).content.decode()
    assert "Faraja" in page
    version.refresh_from_db()
    assert version.frozen_at is not None


def test_quotas_of_one_kind_may_not_be_more_than_all(tree: Tree) -> None:
    version = add_framework(content=framework_json(shipped()), node=tree.umoja, by=None, at=timezone.now())
    address = f"{reverse('story_round_new')}?node={tree.north.id}&version={version.id}"
    client = signed_in(tree.amina)
    data = {
        bound.html_name: bound.value() for bound in client.get(address).context["form"] if bound.value() is not None
    }

    wrong = client.post(address, {**data, "name": "S", "quota-sex-woman": "50", "quota-sex-man": "30"})

    assert wrong.status_code == 422
    assert "sex" in str(wrong.context["form"].non_field_errors())
    assert not Round.objects.exists()


def test_a_told_story_counts_in_its_cell_and_a_trial_does_not(tree: Tree) -> None:
    running = running_round(tree, quotas=[{"by": "sex", "value": "woman", "target": 2}], target=3)
    about_her = {"q.sex": "woman", "q.age_band": "age_25_34"}
    fill(Client(), running.url, {**ANSWERS, **about_her})
    trial = reverse("story_trial", args=[running.round.id])
    fill(signed_in(tree.facilitator), trial, {**ANSWERS, **about_her, "s.text": "Only to try."})

    page = words_of(signed_in(tree.amina).get(reverse("story_round", args=[running.round.id])))

    assert sorted(Story.objects.values_list("mode", flat=True)) == ["real", "test"]
    assert "Woman: 1 more" in page
    assert "Still needed 2" in page
    assert "Told alone, by a link 1" in page


def test_a_round_is_changed_and_others_collect_in_it(tree: Tree) -> None:
    quotas = [{"by": "group", "value": str(tree.tumaini.id), "target": 5}, {"by": "sex", "value": "man", "target": 9}]
    running = running_round(tree, quotas=quotas)
    client = signed_in(tree.amina)
    address = reverse("story_round_change", args=[running.round.id])
    form = client.get(address).context["form"]
    data = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    assert (data["quota-sex-man"], data["facilitators"]) == (9, [str(tree.facilitator.id)])
    data |= {"name": "Late spring", "target": "40", "facilitators": [str(tree.amina.id)], "quota-sex-man": "10"}

    answer = client.post(address, data)

    assert answer.status_code == 302
    round = Round.objects.get()
    assert (round.name, round.target, round.starts_on) == ("Late spring", 40, running.round.starts_on)
    assert round.quotas == [quotas[0], {**quotas[1], "target": 10}]
    assert [each.user for each in round.facilitators.filter(ended_at=None)] == [tree.amina]
    assert signed_in(tree.facilitator).get(reverse("story_interview", args=[round.id])).status_code == 403
    assert signed_in(tree.facilitator).get(address).status_code == 403


def test_links_are_shown_once_and_stop(tree: Tree) -> None:
    running = running_round(tree)
    client = signed_in(tree.amina)

    made = client.post(reverse("story_round_links", args=[running.round.id]), {"kind": "personal", "count": "3"})

    addresses = [each["address"] for each in made.context["made"]]
    assert len(set(addresses)) == 3
    assert all(Client().get(address).status_code == 200 for address in addresses)
    link = RoundLink.objects.filter(kind="personal").first()
    assert link is not None
    client.post(reverse("story_link_stop", args=[link.id]))
    assert sorted(Client().get(address).status_code for address in addresses) == [200, 200, 404]
    client.post(reverse("story_round_close", args=[running.round.id]))
    assert Client().get(running.url).status_code == 404
    assert "This link is not open" in words_of(Client().get(running.url))


def test_outsiders_see_no_round_and_no_framework_and_change_none(tree: Tree) -> None:
    running = running_round(tree)
    id, version = running.round.id, running.round.framework_version
    pages = {
        "story_round": [id],
        "story_round_close": [id],
        "story_round_change": [id],
        "story_interview": [id],
        "story_trial": [id],
        "story_paper": [id],
        "story_paper_second": [id],
        "story_framework": [version.framework_id, version.number],
        "story_framework_json": [version.framework_id, version.number],
        "story_framework_preview": [version.framework_id, version.number],
        "story_framework_translations": [version.framework_id, version.number],
        "story_framework_texts": [version.framework_id, version.number],
    }
    for user in (tree.chipo, tree.beatrice, tree.member, tree.nobody):
        client = signed_in(user)
        assert "Spring" not in client.get(reverse("story_rounds")).content.decode()
        statuses = {name: client.get(reverse(name, args=args)).status_code for name, args in pages.items()}
        own = {name for name in pages if name.startswith("story_framework")} if user == tree.beatrice else set()
        assert {name for name, status in statuses.items() if status == 200} <= own - {"story_framework_texts"}, user
        assert client.post(reverse("story_round_links", args=[id]), {"kind": "open"}).status_code == 403
    assert all(Client().get(reverse(name, args=args)).status_code == 302 for name, args in pages.items())


def test_three_rounds_take_as_many_queries_as_one(tree: Tree) -> None:
    version = running_round(tree).round.framework_version
    client = signed_in(tree.amina)
    one = queries_of(client, reverse("story_rounds"))
    for name in ("Summer", "Autumn"):
        running_round(tree, framework_document(f"other_{name.lower()}"), name=name)
    assert queries_of(client, reverse("story_rounds")) == one
    del version

    running = running_round(tree, framework_document("third"), quotas=[{"by": "sex", "value": "woman", "target": 9}])
    page = reverse("story_round", args=[running.round.id])
    fill(Client(), running.url, {**ANSWERS, "q.sex": "woman"})
    alone = queries_of(client, page)
    for n in range(2):
        fill(Client(), running.url, {**ANSWERS, "s.text": f"Another {n}", "q.sex": "man"})
    assert queries_of(client, page) == alone
    listing = reverse("story_frameworks")
    assert queries_of(client, listing) <= 12


# ---- the framework editor ----


@pytest.fixture
def draft(tree: Tree) -> FrameworkVersion:
    return add_framework(content=framework_document("ours"), node=tree.umoja, by=None, at=timezone.now())


def url(version: FrameworkVersion, name: str, *more: str) -> str:
    return reverse(name, args=[version.framework_id, version.number, *more])


def content(version: FrameworkVersion) -> dict[str, Any]:
    version.refresh_from_db()
    return json.loads(version.content)  # type: ignore[no-any-return]  # JSON


def test_a_question_is_added_changed_moved_and_taken_away_without_a_script(draft: FrameworkVersion, tree: Tree) -> None:
    client = signed_in(tree.officer)
    new = {"code": "trust", "text.en": "Whom did you trust?", "about": "story", "may_not_apply": "1"}
    new |= {f"corners.{n}.code": code for n, code in enumerate(["me", "us", "them"], 1)}
    new |= {f"corners.{n}.text.en": text for n, text in enumerate(["Me", "<b>Us</b>", "=SUM(A1)"], 1)}

    added = client.post(url(draft, "story_question_new") + "?type=triad", new)

    assert added.status_code == 302
    assert content(draft)["questions"][-1]["corners"][2] == {"code": "them", "text": {"en": "=SUM(A1)"}}
    page = client.get(url(draft, "story_framework")).content.decode()
    assert "&lt;b&gt;Us&lt;/b&gt;" in page
    assert "<b>Us</b>" not in page
    client.post(url(draft, "story_question_arrange", "trust"), {"go": "up"})
    assert content(draft)["questions"][-2]["code"] == "trust"
    changed = {
        **new,
        "code": "trust",
        "text.en": "Who could be trusted?",
        "corners.1.place": "3",
        "corners.3.place": "1",
    }
    assert client.post(url(draft, "story_question", "trust"), changed).status_code == 302
    assert [corner["code"] for corner in content(draft)["questions"][-2]["corners"]] == ["them", "us", "me"]
    client.post(url(draft, "story_question_arrange", "trust"), {"go": "remove"})
    assert "trust" not in [question["code"] for question in content(draft)["questions"]]


def test_everything_that_is_wrong_is_named_and_nothing_typed_is_lost(draft: FrameworkVersion, tree: Tree) -> None:
    before = content(draft)
    client = signed_in(tree.officer)
    wrong = {"code": "Not a code", "text.sv": "Bara svenska", "options.1.code": "a", "options.1.text.en": "A"}

    answer = client.post(url(draft, "story_question_new") + "?type=single", wrong)

    assert answer.status_code == 422
    sentences = " ".join(line["sentence"] for line in answer.context["mistakes"])
    assert "/questions/19/code" in sentences
    assert "/questions/19/text" in sentences
    assert "At least 2" in sentences
    page = answer.content.decode()
    assert "Not a code" in page
    assert "Bara svenska" in page
    assert content(draft) == before


def test_a_question_cannot_stand_before_the_one_that_decides_about_it(draft: FrameworkVersion, tree: Tree) -> None:
    answer = signed_in(tree.officer).post(url(draft, "story_question_arrange", "needed"), {"go": "up"})

    assert answer.status_code == 422
    assert "Only an earlier question can decide" in words_of(answer)


def test_a_used_version_is_frozen_and_the_next_shows_what_differs(tree: Tree) -> None:
    version = running_round(tree).round.framework_version
    client = signed_in(tree.officer)
    page = words_of(client.get(url(version, "story_framework")))
    assert "Frozen" in page
    assert "Take away" not in page
    assert client.post(url(version, "story_question_arrange", "reach"), {"go": "remove"}).status_code == 403

    made = client.post(url(version, "story_framework_next"))
    following = FrameworkVersion.objects.get(number=2)
    client.post(url(following, "story_question_arrange", "reach"), {"go": "remove"})

    page = words_of(client.get(made.url))
    assert "What differs from version 1" in page
    assert "The question reach is gone" in page
    assert "Map it" in page or "map it" in page


def test_translations_go_out_and_in_and_stale_ones_are_listed(draft: FrameworkVersion, tree: Tree) -> None:
    client = signed_in(tree.officer)
    document = content(draft)
    document["questions"][2]["text"] = {"en": "=1+1 mattered?", "sv": "-2"}
    client.post(
        url(draft, "story_framework_file"), {"file": SimpleUploadedFile("f.json", json.dumps(document).encode())}
    )
    out = client.get(url(draft, "story_framework_translations")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(out)))
    cells = [cell for row in rows for cell in row.values() if cell]
    assert "'=1+1 mattered?" in cells
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r|%"]
    for row in rows:
        row["sw"] = f"sw {row['place']}"
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)

    taken = client.post(
        url(draft, "story_framework_translations_in"),
        {"file": SimpleUploadedFile("t.csv", text.getvalue().encode("utf-8-sig"))},
    )

    assert taken.status_code == 302
    after = content(draft)
    assert after["languages"][-1] == "sw"
    assert after["questions"][2]["text"]["en"] == "=1+1 mattered?"
    assert after["questions"][2]["text"]["sw"].startswith("sw questions/")
    draft.frozen_at = None
    running_round(tree, framework_document("used"))
    used = FrameworkVersion.objects.get(framework__code="used")
    client.post(url(used, "story_framework_next"))
    following = FrameworkVersion.objects.get(framework__code="used", number=2)
    document = content(following)
    document["questions"][2]["text"]["en"] = "How great was it?"
    client.post(
        url(following, "story_framework_file"), {"file": SimpleUploadedFile("f.json", json.dumps(document).encode())}
    )
    page = client.get(url(following, "story_framework"))
    assert {each["language"] for each in page.context["stale"]} >= {"Svenska", "العربية"}


def test_the_file_that_is_taken_out_is_the_framework(draft: FrameworkVersion, tree: Tree) -> None:
    taken = signed_in(tree.officer).get(url(draft, "story_framework_json"))

    assert read_framework(json.loads(taken.content)) == read_framework(content(draft))


def test_a_broken_file_is_refused_with_every_problem(tree: Tree) -> None:
    client = signed_in(tree.officer)
    broken = json.dumps({"schema": "egenmakt.framework.1", "questions": [{"type": "circle"}]}).encode()

    answer = client.post(
        reverse("story_framework_add"), {"node": tree.umoja.id, "file": SimpleUploadedFile("f.json", broken)}
    )

    assert answer.status_code == 422
    assert len(answer.context["mistakes"]) > 5
    assert "There is no question type circle" in words_of(answer)


def test_title_prompts_consent_and_languages_are_changed(draft: FrameworkVersion, tree: Tree) -> None:
    client = signed_in(tree.officer)
    address = url(draft, "story_framework_texts")
    page = client.get(address)
    data = {text.name: text.value for text in page.context["titles"] + page.context["intro"]}
    data |= {text.name: text.value for _words, texts in page.context["purposes"] for text in texts}
    for prompt in page.context["prompts"]:
        data |= {f"{prompt['prefix']}.code": prompt["code"], **{text.name: text.value for text in prompt["texts"]}}
    data |= {"consent_version": "2", "languages": "en sv ar ne sw", "title.en": "What changed"}

    assert client.post(address, data).status_code == 302

    after = content(draft)
    assert (after["title"]["en"], after["consent"]["version"]) == ("What changed", "2")
    assert after["languages"] == ["en", "sv", "ar", "ne", "sw"]
    assert len(after["prompts"]) == 3
    assert timezone.now() - draft.written_at < timedelta(minutes=5)
