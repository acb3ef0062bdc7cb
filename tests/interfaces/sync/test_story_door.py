"""The phone's door of stories: what is fetched, what may be sent, and what is answered."""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from uuid6 import uuid7

from egenmakt.apps.access.devices import enrol_device, revoke_device
from egenmakt.apps.access.models import User
from egenmakt.apps.audit.models import Event
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Attachment, Erased, Story, StoryArrival
from egenmakt.apps.stories.services.rounds import close_round
from egenmakt.core.signification.framework import fingerprint, read_framework
from tests.support.stories import AT, Telling, begin_round, slip
from tests.support.tree import Tree

pytestmark = pytest.mark.django_db

OPEN_LONG = {"until_on": date(2099, 1, 1), "keep_until_on": date(2099, 1, 1)}
QUOTAS = [{"by": "sex", "value": "woman", "target": 40}]


@pytest.fixture
def telling(tree: Tree) -> Telling:
    return begin_round(tree, quotas=QUOTAS, **OPEN_LONG)


def phone(user: User, node: Node, **headers: str) -> Client:
    enrolled = enrol_device(user=user, node=node, name="Nokia", by=None, at=AT)
    return Client(headers={"authorization": f"Bearer {enrolled.secret}", **headers})


@pytest.fixture
def client_of_facilitator(tree: Tree) -> Client:
    return phone(tree.facilitator, tree.north)


def send(client: Client, document: dict[str, Any] | bytes) -> Any:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post("/api/v1/stories", content, content_type="application/json")


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "MAKERqxz"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (10, 120, 200)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def with_photo(telling: Telling, content: bytes) -> tuple[dict[str, Any], str]:
    """A story that names a photo, and the address for its file."""
    attachment = {
        "id": str(uuid7()),
        "kind": "photo",
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "media_type": "image/jpeg",
    }
    document = telling.document(attachments=[attachment], purposes={"photo": True}, code=slip("Amina"))
    return document, f"/api/v1/stories/{document['id']}/attachments/{attachment['id']}"


def put(client: Client, address: str, content: bytes) -> Any:
    return client.put(address, content, content_type="application/octet-stream")


def test_a_phone_fetches_its_rounds_and_a_framework_once(telling: Telling, client_of_facilitator: Client) -> None:
    client = client_of_facilitator

    first = client.get("/api/v1/stories/rounds")
    again = client.get("/api/v1/stories/rounds", headers={"if-none-match": first["ETag"]})
    (named,) = first.json()["rounds"]
    framework = client.get(named["framework"]["address"])
    known = client.get(named["framework"]["address"], headers={"if-none-match": f"W/{framework['ETag']}"})

    assert (named["id"], named["target"], named["partner"]) == (str(telling.round.id), 70, "North")
    assert (again.status_code, again.content) == (304, b"")
    assert fingerprint(read_framework(framework.json())) == named["framework"]["fingerprint"]
    assert framework["ETag"] == f'"{named["framework"]["fingerprint"]}"'
    assert (known.status_code, known.content) == (304, b"")


def test_a_change_of_the_round_has_another_tag(telling: Telling, client_of_facilitator: Client) -> None:
    before = client_of_facilitator.get("/api/v1/stories/rounds")["ETag"]

    close_round(round=telling.round, by=None, at=AT)
    after = client_of_facilitator.get("/api/v1/stories/rounds", headers={"if-none-match": before})

    assert (after.status_code, after.json()) == (200, {"rounds": []})


def test_each_fate_of_a_story_has_its_own_status(telling: Telling, client_of_facilitator: Client) -> None:
    client, document = client_of_facilitator, telling.document(code=slip("Amina"))

    accepted, again = send(client, document), send(client, document)
    other = send(client, {**document, "title": "Changed afterwards"})
    twin = send(client, {**document, "id": str(uuid7())})
    refused = send(client, {**telling.document(), "prompt": "no_such"})
    unreadable = send(client, b'{"id": ')
    taken_back = client.post("/api/v1/stories/withdrawals", {"code": slip("Amina")}, content_type="application/json")
    erased = send(client, document)

    fates = [(each.status_code, each.json()["status"]) for each in (accepted, again, other, twin, refused, unreadable)]
    assert fates == [
        (201, "accepted"),
        (200, "already_recorded"),
        (409, "quarantined"),
        (409, "quarantined"),
        (422, "refused"),
        (422, "refused"),
    ]
    assert (taken_back.status_code, taken_back.json()) == (200, {"stories": 2})
    assert (erased.status_code, erased.json()["is_kept"], erased.json()["findings"]) == (410, False, [])


def test_a_refusal_says_what_would_be_right_in_the_readers_language(telling: Telling, tree: Tree) -> None:
    document = {**telling.document(), "prompt": "no_such"}

    english = send(phone(tree.facilitator, tree.north), document).json()["findings"]
    swedish = send(phone(tree.facilitator, tree.north, **{"accept-language": "sv"}), document).json()["findings"]

    assert [(each["code"], each["where"]) for each in english] == [("unknown_prompt", "/prompt")]
    assert english[0]["sentence"].startswith("/prompt: There is no prompt no_such. Choose one of: ")
    assert swedish[0]["sentence"] != english[0]["sentence"]


def test_nothing_of_a_story_without_consent_is_kept(telling: Telling, client_of_facilitator: Client) -> None:
    events = Event.objects.count()

    answer = send(client_of_facilitator, telling.document(purposes={"keep": False}))

    assert (answer.status_code, answer.json()["is_kept"]) == (422, False)
    assert (Story.objects.count(), StoryArrival.objects.count(), Event.objects.count()) == (0, 0, events)


def test_who_does_not_collect_here_sends_and_sees_nothing(telling: Telling, tree: Tree) -> None:
    outsiders = [
        phone(tree.beatrice, tree.south),
        phone(tree.facilitator, tree.tumaini),  # enrolled for one group alone
        phone(tree.treasurer, tree.tumaini),
    ]
    round_address = f"/api/v1/stories/rounds/{telling.round.id}/progress"
    framework_address = f"/api/v1/stories/frameworks/{telling.framework.id}/1"

    for client in outsiders:
        assert send(client, telling.document()).status_code == 403
        assert client.get("/api/v1/stories/rounds").json() == {"rounds": []}
        assert client.get(round_address).status_code == 403
        assert client.get(framework_address).status_code == 403
    assert not StoryArrival.objects.exists()


def test_a_stopped_phone_and_one_without_a_token_are_turned_away(telling: Telling, tree: Tree) -> None:
    enrolled = enrol_device(user=tree.facilitator, node=tree.north, name="x", by=None, at=AT)
    client = Client(headers={"authorization": f"Bearer {enrolled.secret}"})
    revoke_device(token=enrolled.token, by=None, at=AT)

    for asked in (client, Client()):
        answers = [
            send(asked, telling.document()),
            asked.post("/api/v1/stories/batch", b"", content_type="application/x-ndjson"),
            asked.get("/api/v1/stories/rounds"),
            asked.post("/api/v1/stories/withdrawals", {"code": slip("Amina")}, content_type="application/json"),
            put(asked, f"/api/v1/stories/{uuid7()}/attachments/{uuid7()}", b"x"),
        ]
        assert [answer.status_code for answer in answers] == [401] * 5


def test_a_batch_answers_each_story_in_its_place(telling: Telling, tree: Tree, client_of_facilitator: Client) -> None:
    elsewhere = begin_round(tree, node=tree.south, by=tree.beatrice, version=telling.version, **OPEN_LONG)
    documents = [telling.document(), elsewhere.document(), telling.document(purposes={"keep": False})]
    lines = b"\n".join(json.dumps(each).encode() for each in [*documents, documents[0]])

    answer = client_of_facilitator.post("/api/v1/stories/batch", lines, content_type="application/x-ndjson").json()

    receipts = [(each["status"], each["http_status"], each["is_kept"]) for each in answer["receipts"]]
    assert receipts == [
        ("accepted", 201, True),
        ("not_allowed", 403, False),
        ("refused", 422, False),
        ("already_recorded", 200, True),
    ]
    assert "may not collect" in answer["receipts"][1]["findings"][0]["sentence"]


def test_a_photo_follows_its_story_and_is_cleaned(
    telling: Telling, client_of_facilitator: Client, settings: Any, tmp_path: Path
) -> None:
    settings.HOME, client, content = tmp_path, client_of_facilitator, photo()
    document, address = with_photo(telling, content)

    too_early = put(client, address, content)
    wanted = send(client, document).json()["wanted"]
    other = put(client, address, content + b"x")
    stored, again = put(client, address, content), put(client, address, content)
    still_wanted = send(client, document).json()["wanted"]

    assert [each.status_code for each in (too_early, other, stored, again)] == [404, 422, 201, 200]
    assert (wanted, still_wanted) == ([document["attachments"][0]["id"]], [])
    assert Attachment.objects.get().stored_at is not None
    assert all(b"MAKERqxz" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_photo_of_another_ones_story_or_of_an_erased_one_is_not_taken(
    telling: Telling, client_of_facilitator: Client, tree: Tree, settings: Any, tmp_path: Path
) -> None:
    settings.HOME, content = tmp_path, photo()
    document, address = with_photo(telling, content)
    send(client_of_facilitator, document)

    by_another = put(phone(tree.amina, tree.north), address, content)
    too_large = put(client_of_facilitator, address, bytes(15_000_001))
    client_of_facilitator.post("/api/v1/stories/withdrawals", {"code": slip("Amina")}, content_type="application/json")
    gone = put(client_of_facilitator, address, content)

    assert [each.status_code for each in (by_another, too_large, gone)] == [403, 413, 410]
    assert not any(path.is_file() for path in (tmp_path / "files").rglob("*"))


def test_a_code_that_is_misread_and_one_under_which_nothing_stands_are_told_apart(
    telling: Telling, client_of_facilitator: Client
) -> None:
    answers = [
        client_of_facilitator.post("/api/v1/stories/withdrawals", {"code": code}, content_type="application/json")
        for code in ("ABC", slip("nobody"))
    ]

    assert [answer.status_code for answer in answers] == [422, 404]
    assert not Erased.objects.exists()


def test_the_progress_of_a_round_says_who_is_missing(telling: Telling, client_of_facilitator: Client) -> None:
    for sex in ("woman", "woman", "man"):
        send(client_of_facilitator, telling.document(answers={"sex": {"value": sex}}))
    send(client_of_facilitator, telling.document(mode="test"))

    answer = client_of_facilitator.get(f"/api/v1/stories/rounds/{telling.round.id}/progress").json()

    assert (answer["collected"], answer["missing"], answer["still_needed"]) == (3, 67, 67)
    cell = {"by": "sex", "value": "woman", "target": 40, "collected": 2, "missing": 38}
    assert (answer["cells"], answer["is_complete"]) == ([cell], False)


def test_any_order_and_number_of_times_gives_the_same_stories(telling: Telling, tree: Tree) -> None:
    """Two phones send what they hold, alone and in batches, twice; one interview is on both under two ids."""
    documents = [telling.document() for _ in range(12)]
    twin = {**documents[0], "id": str(uuid7())}
    phones = [phone(tree.facilitator, tree.north), phone(tree.facilitator, tree.north)]
    chance, fates = random.Random(3), Counter[str]()
    sent = [json.dumps(each).encode() for each in documents] * 2
    chance.shuffle(sent)

    while sent:
        portion = [sent.pop() for _ in range(min(len(sent), chance.choice((1, 1, 3))))]
        client = chance.choice(phones)
        if len(portion) == 1:
            fates[send(client, portion[0]).json()["status"]] += 1
        else:
            answer = client.post("/api/v1/stories/batch", b"\n".join(portion), content_type="application/x-ndjson")
            fates.update(receipt["status"] for receipt in answer.json()["receipts"])
    fates[send(phones[1], twin).json()["status"]] += 1

    assert fates == {"accepted": 12, "already_recorded": 12, "quarantined": 1}
    assert {str(id) for id in Story.objects.values_list("id", flat=True)} == {each["id"] for each in documents}
    assert StoryArrival.objects.filter(state="quarantined").count() == 1
