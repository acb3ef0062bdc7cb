"""A story told page by page, without a script: kept, forgotten, saved for later, taken back, told on paper twice."""

from __future__ import annotations

import copy
import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from egenmakt.apps.stories.models import Attachment, ConsentRecord, Draft, Erased, Story, StoryArrival
from egenmakt.interfaces import web
from egenmakt.interfaces.web.stories.start import read_start
from tests.interfaces.web.stories.forms import fields_of, fill, send
from tests.interfaces.web.stories.rounds import Running, running_round
from tests.interfaces.web.test_recording import signed_in
from tests.support.reading import words_of
from tests.support.stories import framework_document
from tests.support.tree import Tree

STATIC = Path(web.__file__).parent / "static"
HOSTILE = "<script>alert(1)</script> =2+5 \u202e'\"</textarea>"
ANSWERS: dict[str, Any] = {
    "s.role": "rights_holder",
    "s.prompt": "difference",
    "s.text": "We asked for the water together, and it came.",
    "s.title": "Water",
    "s.month": "2",
    "s.year": "2026",
    "q.kind": ["collective_action"],
    "q.significance": "80",
    "q.who_acted.0": "50",
    "q.who_acted.1": "30",
    "q.who_acted.2": "20",
    "q.against.state": "does_not_apply",
    "q.feeling": ["proud", "glad"],
    "q.lasting": "0",
    "c.keep": "yes",
    "c.learn": "yes",
    "c.visibility": "partner",
}


@pytest.fixture
def running(tree: Tree) -> Running:
    return running_round(tree)


def test_a_story_is_told_by_a_link_and_kept_word_for_word(running: Running) -> None:
    page = fill(Client(), running.url, ANSWERS)

    story = Story.objects.get()
    assert page.status_code == 200
    told = (story.text, story.title, story.voice, story.collected_by, story.told_of)
    assert told == (ANSWERS["s.text"], "Water", "rights_holder", "self", "2026-02")
    assert story.answers["kind"] == {"value": ["collective_action"]}
    assert story.answers["lasting"] == {"value": 0}
    assert story.answers["who_acted"] == {"value": [5000, 3000, 2000]}
    assert story.answers["against"] == {"state": "does_not_apply"}
    assert story.answers["reach"] == {"state": "skipped"}
    assert "needed" not in story.answers
    assert (story.may_learn, story.may_donor, story.visibility) == (True, False, "partner")
    assert story.started_at is not None
    assert story.finished_at is not None
    assert story.started_at <= story.finished_at <= timezone.now()


def test_a_no_to_keeping_leaves_nothing_behind(running: Running) -> None:
    page = fill(Client(), running.url, {**ANSWERS, "c.keep": "no"})

    assert "Nothing is kept" in words_of(page)
    assert not Story.objects.exists()
    assert not StoryArrival.objects.exists()
    assert not Draft.objects.exists()


def test_the_last_page_sent_twice_gives_one_story_and_the_same_slip(running: Running) -> None:
    client = Client()
    last = fill(client, running.url, ANSWERS, until="consent")
    data = {**fields_of(last).sent, **{n: v for n, v in ANSWERS.items() if n.startswith("c.")}, "go": "next"}

    first, second = client.post(running.url, data), client.post(running.url, data)

    assert Story.objects.count() == 1
    assert first.context["code"] == second.context["code"]
    assert first.status_code == second.status_code == 200


def test_what_is_wrong_is_named_with_its_remedy_and_nothing_typed_is_lost(running: Running) -> None:
    client = Client()
    wrong = {**ANSWERS, "q.who_acted.2": "10,5", "q.significance": "very"}

    first = fill(client, running.url, wrong)

    assert first.status_code == 422
    assert "“very” is not a number. Write digits alone, such as 40." in words_of(first)
    second = send(client, running.url, first, **{"q.significance": "80", "q.who_acted.0": "50", "q.who_acted.1": "30"})
    while "who_acted" not in second.content.decode():
        second = send(client, running.url, second)
    third = send(client, running.url, second, **{n: v for n, v in wrong.items() if n.startswith("q.who_acted")})
    assert third.status_code == 422
    assert "The numbers make 90.5 together, not 100. Give 9.5 more." in words_of(third)
    assert fields_of(third).sent["q.who_acted.2"] == ["10,5"]


def test_a_story_that_is_far_too_long_is_named_and_not_lost(running: Running) -> None:
    client = Client()
    long = "vatten ❤ " * 22_223  # 200,007 characters

    refused = fill(client, running.url, {**ANSWERS, "s.text": long})

    assert refused.status_code == 422
    assert "The story has 200006 letters; there is room for 50000. Make it shorter." in words_of(refused)
    assert fields_of(refused).sent["s.text"] == [long.strip()]
    back = send(client, running.url, send(client, running.url, refused, go="back"), go="next")
    assert fields_of(back).sent["s.text"] == [long.strip()]
    assert not StoryArrival.objects.exists()


def test_back_language_and_skip_logic_keep_every_answer(running: Running) -> None:
    client = Client()
    begin = client.get(running.url)
    story = send(client, running.url, begin, **{"s.role": "partner"})
    kind = send(client, running.url, story, **{n: ANSWERS[n] for n in ANSWERS if n.startswith("s.") and n != "s.role"})
    asked = send(client, running.url, kind, **{"q.kind": ["worse"]})
    assert "q.needed" in fields_of(asked).names

    arabic = send(client, running.url, asked, go="language", language_to="ar", **{"q.needed": "ما زلنا ننتظر"})
    assert '<html lang="ar" dir="rtl"' in arabic.content.decode()
    assert fields_of(arabic).sent["q.needed"] == ["ما زلنا ننتظر"]
    before = send(client, running.url, arabic, go="back")
    assert fields_of(before).sent["q.kind"] == ["worse"]
    after = send(client, running.url, before, **{"q.kind": ["economic_independence"]})
    assert "q.needed" not in fields_of(after).names
    typed = fields_of(after).sent["kept"][0]
    assert ANSWERS["s.text"] in typed
    assert "ما زلنا ننتظر" in typed


def test_hostile_words_are_shown_as_they_are_and_do_nothing(running: Running) -> None:
    client = Client()
    page = fill(client, running.url, {**ANSWERS, "s.text": HOSTILE, "s.title": HOSTILE[:20]}, until="consent")
    back = page
    while "s.text" not in fields_of(back).names:
        back = send(client, running.url, back, go="back")
    html = back.content.decode()
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt; =2+5") == 1

    done = fill(client, running.url, {**ANSWERS, "s.text": HOSTILE})
    assert Story.objects.get().text == HOSTILE
    seen = client.post(reverse("story_withdraw"), {"code": done.context["code"], "go": "text"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen.content.decode()
    assert "<script>alert" not in seen.content.decode()


def test_a_teller_goes_on_with_the_code_and_nobody_else_can_read_it(running: Running) -> None:
    client = Client()
    half = fill(client, running.url, ANSWERS, until="q2")
    asked = send(client, running.url, half, go="save", **{"q.significance": "33"})
    assert not Draft.objects.exists()
    saved = send(client, running.url, asked, go="save_yes")

    draft = Draft.objects.get()
    assert "water" not in str(draft.typed)
    other = Client()
    resumed = other.post(reverse("story_resume"), {"code": saved.context["code"].lower()})
    assert fields_of(resumed).sent["page"] == ["q2"]
    assert fields_of(resumed).sent["q.significance"] == ["33"]
    assert ANSWERS["s.text"] in fields_of(resumed).sent["kept"][0]
    assert fields_of(resumed).action == running.url
    page = resumed
    for _turn in range(40):
        form = fields_of(page)
        if "page" not in form.sent:
            break
        page = other.post(
            running.url, {**form.sent, **{n: v for n, v in ANSWERS.items() if n in form.names}, "go": "next"}
        )
    assert Story.objects.get().id == draft.id
    assert not Draft.objects.exists()


def test_another_story_stands_under_the_same_teller_who_is_not_asked_again(running: Running) -> None:
    client = Client()
    first = fill(client, running.url, {**ANSWERS, "q.sex": "woman"})
    page = client.post(running.url, {"start": first.context["again"], "language": "en", "go": "again"})
    for _turn in range(40):
        form = fields_of(page)
        if "page" not in form.sent:
            break
        assert not {"q.sex", "q.age_band", "s.role"} & form.names
        typed = {**ANSWERS, "s.text": "And then another thing happened."}
        page = client.post(
            running.url, {**form.sent, **{n: v for n, v in typed.items() if n in form.names}, "go": "next"}
        )

    stories = list(Story.objects.order_by("received_at"))
    assert len(stories) == 2
    assert stories[0].teller_key == stories[1].teller_key
    assert "sex" not in stories[1].answers
    assert stories[0].withdrawal_hash != stories[1].withdrawal_hash


def test_a_child_needs_a_grown_up_and_its_own_yes(running: Running) -> None:
    client = Client()
    young = {**ANSWERS, "q.age_band": "under_18"}

    missing = fill(client, running.url, young)
    assert missing.status_code == 422
    assert "The teller is a child" in words_of(missing)
    refused = fill(client, running.url, {**young, "c.minor": "parent", "c.assent": "no"})
    assert "Nothing is kept" in words_of(refused)
    fill(client, running.url, {**young, "c.minor": "parent", "c.assent": "yes"})
    assert ConsentRecord.objects.get().minor == {"given_by": "parent", "assent": True}


def test_a_photo_is_cleaned_and_kept_only_with_a_yes(tree: Tree) -> None:
    import io

    from PIL import Image

    document = framework_document("with_photo")
    document["questions"].append({"code": "picture", "type": "photo", "text": {"en": "Is there a picture?"}})
    running = running_round(tree, document)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    for answer, kept in (("no", 0), ("yes", 1)):
        client = Client()
        last = fill(client, running.url, ANSWERS, until="consent")
        data = {**fields_of(last).sent, **{n: v for n, v in ANSWERS.items() if n.startswith("c.")}, "go": "next"}
        typed = {**data, "c.photo": answer, "q.picture": SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")}
        typed["kept"] = str(typed["kept"][0] if isinstance(typed["kept"], list) else typed["kept"]).replace(
            "together", f"together {answer}"
        )
        page = client.post(running.url, typed)
        assert page.status_code == 200
        assert Attachment.objects.filter(stored_at__isnull=False).count() == kept
        assert ("you did not say yes" in words_of(page)) is (answer == "no")


# ---- the slip ----


def test_with_the_slip_a_teller_sees_changes_and_takes_back(running: Running) -> None:
    code = fill(Client(), running.url, ANSWERS).context["code"]
    client, address = Client(), reverse("story_withdraw")

    seen = client.post(address, {"code": code.lower().replace(" ", "-")})
    assert "Spring" in words_of(seen)
    assert ANSWERS["s.text"] not in words_of(seen)
    assert ANSWERS["s.text"] in words_of(client.post(address, {"code": code, "go": "text"}))
    changed = client.post(address, {"code": code, "go": "change", "c.learn": "no", "c.visibility": "team"})
    assert "What you decided holds from now on." in words_of(changed)
    story = Story.objects.get()
    assert (story.may_learn, story.visibility) == (False, "team")
    assert "1 story is erased" in words_of(client.post(address, {"code": code, "go": "withdraw"}))
    assert Story.objects.exists()
    done = client.post(address, {"code": code, "go": "withdraw_yes"})
    assert "1 story was erased." in words_of(done)
    assert not Story.objects.exists()
    assert Erased.objects.count() == 1
    assert "Nothing is kept under this code" in words_of(client.post(address, {"code": code}))


def test_codes_cannot_be_tried_out(running: Running) -> None:
    from egenmakt.core.signification.withdrawal import withdrawal_code

    code = fill(Client(), running.url, ANSWERS).context["code"]
    client, address = Client(), reverse("story_withdraw")
    for n in range(20):
        client.post(address, {"code": "A" * n})  # misread, and no guess
    assert "Spring" in words_of(client.post(address, {"code": code}))
    for n in range(5):
        client.post(address, {"code": withdrawal_code(bytes([n]) * 16)})

    stopped = client.post(address, {"code": code})

    assert "Too many wrong codes" in words_of(stopped)
    assert "Spring" not in words_of(stopped)


# ---- interviews and paper ----


def test_an_interview_carries_its_facilitator_and_the_next_one_is_another_teller(running: Running, tree: Tree) -> None:
    client = signed_in(tree.facilitator)
    address = reverse("story_interview", args=[running.round.id])
    spoken = {**ANSWERS, "s.role": "staff", "c.given": "spoken", "s.group": ""}

    done = fill(client, address, spoken)
    fill(client, done.context["next_url"], {**spoken, "s.text": "Another person, another story."})

    one, two = Story.objects.order_by("received_at")
    assert (one.facilitator, one.collected_by, one.voice) == (tree.facilitator.id, "facilitator", "staff")
    assert one.teller_key != two.teller_key
    consent = ConsentRecord.objects.get(story=one)
    assert (consent.given, consent.asked_by) == ("spoken", str(tree.facilitator.id))


def _paper(client: Client, address: str, typed: dict[str, Any], page: Any = None) -> Any:
    form = fields_of(page or client.get(address))
    return client.post(address, {**form.sent, **{n: v for n, v in typed.items() if n in form.names}, "go": "next"})


def test_a_paper_form_is_entered_twice_and_the_differences_are_settled(running: Running, tree: Tree) -> None:
    one, two = signed_in(tree.facilitator), signed_in(tree.amina)
    first_url = reverse("story_paper", args=[running.round.id])
    second_url = reverse("story_paper_second", args=[running.round.id])
    entered = _paper(one, first_url, {**ANSWERS, "s.text": "We asked for the watre together."})
    assert not Story.objects.exists()
    code = entered.context["code"]
    own = one.post(second_url, {"code": code})
    assert "Somebody else must read it too" in words_of(own)

    blank = two.post(second_url, {"code": code})
    assert "watre" not in blank.content.decode()
    second = {**ANSWERS, "s.text": "We asked for the water together.", "q.significance": "8"}
    compared = _paper(two, second_url, second, blank)

    names = {each.name: (each.first, each.second) for each in compared.context["differences"]}
    assert names == {
        "s.text": ("We asked for the watre together.", "We asked for the water together."),
        "significance": ("80", "8"),
    }
    unsettled = send(two, second_url, compared, go="settle", **{"pick.s.text": "second"})
    assert unsettled.status_code == 422
    send(two, second_url, compared, go="settle", **{"pick.s.text": "second", "pick.significance": "first"})
    story = Story.objects.get()
    assert (story.text, story.answers["significance"]) == ("We asked for the water together.", {"value": 80})
    assert story.collected_by == "paper"
    assert not Draft.objects.exists()


def test_two_entries_that_agree_are_kept_at_once_and_one_can_be_enough(running: Running, tree: Tree) -> None:
    first_url = reverse("story_paper", args=[running.round.id])
    second_url = reverse("story_paper_second", args=[running.round.id])
    one, two = signed_in(tree.facilitator), signed_in(tree.amina)
    code = _paper(one, first_url, ANSWERS).context["code"]
    done = _paper(two, second_url, {**ANSWERS, "s.title": " Water "}, two.post(second_url, {"code": code}))
    assert done.status_code == 200
    assert Story.objects.count() == 1

    entered = _paper(one, first_url, {**ANSWERS, "s.text": "A second paper."})
    send(one, first_url, entered, go="once")
    assert Story.objects.count() == 2


# ---- what travels in the page ----


def test_a_page_that_was_changed_on_its_way_or_is_too_old_is_not_taken(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    last = fill(client, running.url, ANSWERS, until="consent")
    data = {**fields_of(last).sent, **{n: v for n, v in ANSWERS.items() if n.startswith("c.")}, "go": "next"}
    start = data["start"][0]
    forged = client.post(running.url, {**data, "start": start[:-2] + "xx"})
    assert forged.status_code == 410
    later = timezone.now() + timedelta(days=20)
    monkeypatch.setattr("time.time", lambda: later.timestamp())
    assert client.post(running.url, data).status_code == 410
    assert not Story.objects.exists()


@pytest.mark.parametrize("kept", ["", "{", "[]", "null", '{"q.kind": 5, "evil": ["x"]}', "[" * 100_000])
def test_nonsense_in_the_hidden_field_is_left_out(running: Running, kept: str) -> None:
    client = Client()
    page = client.get(running.url)

    answer = send(client, running.url, page, **{"s.role": "partner", "kept": kept})

    assert answer.status_code == 200
    assert fields_of(answer).sent["kept"] == ['{"s.role": ["partner"]}']


def test_a_personal_link_keeps_one_teller(running: Running, tree: Tree) -> None:
    made = signed_in(tree.amina).post(
        reverse("story_round_links", args=[running.round.id]), {"kind": "personal", "count": "1"}
    )
    address = made.context["made"][0]["address"].replace("http://testserver", "")

    starts = [read_start(fields_of(Client().get(address)).sent["start"][0]) for _visit in range(2)]

    assert starts[0].teller == starts[1].teller
    assert starts[0].story != starts[1].story


def test_the_form_is_small_enough_for_a_cheap_phone(running: Running) -> None:
    """HTML, styles and scripts of each page together, packed as they are sent: at most 60 kB."""
    client = Client()
    page = client.get(running.url)
    sizes = {}
    for _turn in range(40):
        html = page.content.decode()
        files = set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js|svg))"', html)) | {"web/stories/movable.js"}
        assert "http://" not in html.replace("http://www.w3.org/2000/svg", "").replace("http://testserver", "")
        contents = [page.content, *((STATIC / name).read_bytes() for name in files)]
        form = fields_of(page)
        if "page" not in form.sent:
            break
        sizes[form.sent["page"][0]] = sum(len(gzip.compress(content)) for content in contents)
        typed = {n: v for n, v in ANSWERS.items() if n in form.names}
        page = client.post(running.url, {**form.sent, **typed, "go": "next"})

    assert len(sizes) > 10
    assert max(sizes.values()) <= 60_000, sizes
    assert max(sizes.values()) <= 30_000, sizes


def test_a_language_without_a_text_falls_back_and_says_in_which_language_it_is(tree: Tree) -> None:
    document: dict[str, Any] = copy.deepcopy(framework_document("half"))
    for prompt in document["prompts"]:
        prompt["text"].pop("ar")
    running = running_round(tree, document)
    client = Client()

    page = send(client, running.url, client.get(f"{running.url}?lang=ar"), **{"s.role": "partner"})

    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert '<span lang="en" dir="ltr">' in page.content.decode()
