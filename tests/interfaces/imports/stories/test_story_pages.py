"""The pages of an import of stories: from files into a round without JavaScript, and closed to everybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from egenmakt.apps.stories.models import Round, Story
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from tests.interfaces.imports.stories import captures
from tests.support.browser import Live
from tests.support.tree import Tree, grow

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [f"T{n},Vi gick tillsammans {n} <b>gånger</b>,{'A' if n % 2 else 'B'}" for n in range(12)]
TABLE = "\n".join(["title,story,kind", *ROWS, ""])
STATED = {
    "round": "", "name": "From paper", "starts_on": "2026-03-01", "until_on": "2026-04-01",
    "keep_until_on": "2028-01-01", "documented": "Folder 3", "purposes": ["keep", "learn"],
    "visibility": "organisation", "guardian": "",
    "role": "rights_holder", "language": "sv", "collected_by": "self", "collected_on": "2026-03-04", "prompt": "",
    "facilitator": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _send(client: Client, tree: Tree, *files: tuple[str, str | bytes], **more: Any) -> Any:
    sent = [SimpleUploadedFile(name, c.encode() if isinstance(c, str) else c) for name, c in files]
    return client.post("/import/stories/", {"below": str(tree.umoja.id), "tables": sent, **more})


def _mapping(client: Client, address: str) -> str:
    return client.get(address.replace("settings/", "mapping.json")).content.decode()


def test_from_files_into_a_new_round(tree: Tree, tmp_path: Path) -> None:
    client = _client(tree.officer)

    sent = _send(client, tree, ("stories.csv", TABLE))
    assert sent.status_code == 302
    preview = client.get(sent.url).content.decode()
    assert "&lt;b&gt;gånger&lt;/b&gt;" in preview
    stated = client.post(sent.url, {**STATED, "mapping": _mapping(client, sent.url)})
    report = client.get(stated.url).content.decode()
    assert "Bring in 12 stories" in report
    assert (Story.objects.count(), Round.objects.count()) == (0, 0)
    written = client.post(stated.url + "run/")
    result = client.get(written.url).content.decode()

    assert "Everything is written." in result
    assert Story.objects.count() == 12
    assert Round.objects.get().name == "From paper"
    kept = [path for path in (tmp_path / "imports").rglob("*") if path.is_file()]
    assert not any("tillsammans" in path.read_text() for path in kept)
    # the files are gone, so their pages show what became of them
    for path in (sent.url, stated.url, stated.url + "findings.csv", stated.url + "framework.json"):
        assert (path, client.get(path).headers.get("Location")) == (path, written.url)
    assert client.post(stated.url + "run/").headers["Location"] == written.url


def test_what_is_not_stated_is_asked_for_at_its_field(tree: Tree) -> None:
    client = _client(tree.officer)
    address = _send(client, tree, ("stories.csv", TABLE)).url
    mapping = _mapping(client, address)

    for name, sentence in (
        ("documented", "This field is required"),
        ("name", "A new round needs this"),
        ("role", "whose voices these are"),
        ("language", "in which language"),
        ("collected_on", "on which day"),
    ):
        answer = client.post(address, {**STATED, "mapping": mapping, name: ""})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    without_keep = client.post(address, {**STATED, "mapping": mapping, "purposes": ["learn"]})
    assert "Without consent to keep" in without_keep.content.decode()
    by_somebody = {**STATED, "mapping": mapping, "collected_by": "facilitator"}
    assert "nothing says who" in client.post(address, by_somebody).content.decode()
    unknown = client.post(address, {**by_somebody, "facilitator": "x@example.org"})
    assert "Nobody signs in by this address" in unknown.content.decode()
    assert client.post(address, {**by_somebody, "facilitator": tree.facilitator.email}).status_code == 302
    order = client.post(address, {**STATED, "mapping": mapping, "until_on": "2026-02-01"})
    assert "after the first day" in order.content.decode()


def test_values_without_a_place_are_listed_and_the_others_can_be_brought_in(tree: Tree) -> None:
    client = _client(tree.officer)
    address = _send(client, tree, ("stories.csv", TABLE)).url
    mapping = json.loads(_mapping(client, address))
    mapping["questions"][0]["options"] = [mapping["questions"][0]["options"][0], {"code": "other"}]

    stated = client.post(address, {**STATED, "mapping": json.dumps(mapping)})
    report = client.get(stated.url).content.decode()
    assert "6 values have no place" in report
    assert "Bring in the 6 stories without errors" in report
    findings = client.get(stated.url + "findings.csv").content.decode("utf-8-sig")
    assert findings.count("stories.csv,") == 6
    assert client.post(stated.url + "run/").status_code == 302
    assert Story.objects.count() == 0
    client.post(stated.url + "run/", {"partly": "1"})

    assert Story.objects.count() == 6


def test_a_capture_keeps_its_mapping_and_shows_why_it_is_read_so(tree: Tree) -> None:
    client = _client(tree.officer)
    table = captures.table(*(captures.triad(("0.5", "0.3", "0.2")) for _row in range(3)))

    sent = _send(client, tree, ("data.csv", table), ("definition.json", captures.definition()))
    preview = client.get(sent.url).content.decode()

    assert "the newer export" in preview
    assert StoryMapping.from_text(_mapping(client, sent.url)).questions[2].type == "triad"
    framework = json.loads(client.get(sent.url.replace("settings/", "framework.json")).content)
    assert framework["schema"] == "egenmakt.framework.1"


def test_nobody_else_sees_the_files_or_may_send_any(tree: Tree) -> None:
    address = _send(_client(tree.officer), tree, ("stories.csv", TABLE)).url

    for user in (tree.amina, tree.chipo, tree.monitoring, tree.nobody):
        for page in ("settings/", "mapping.json", "framework.json", "", "findings.csv", "result/"):
            assert _client(user).get(address.replace("settings/", page)).status_code == 404
    assert _client(tree.monitoring).get("/import/stories/").status_code == 403
    assert _client(tree.facilitator).get("/import/stories/").status_code == 403
    assert Client().get("/import/stories/").status_code == 302
    token = address.split("/")[-3]
    assert _client(tree.officer).get(f"/import/{token}/mapping/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("a.csv", "", "empty"), ("a.json", "{}", "no definition"), ("a.xlsx", b"PK\x03\x04x", "damaged"),
     ("a.csv", "only,a,header\n", "no rows")],
)  # fmt: skip
def test_files_that_cannot_be_read_say_why(tree: Tree, name: str, content: str | bytes, sentence: str) -> None:
    client = _client(tree.officer)

    answer = _send(client, tree, (name, content))

    shown = client.get(answer.url).content.decode() if answer.status_code == 302 else answer.content.decode()
    assert sentence in shown


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_import_of_stories_in_a_browser(live: Live, axe: Callable[..., list[str]], tmp_path: Path) -> None:
    tree = grow()
    live.sign_in(tree.officer)
    file = tmp_path / "stories.csv"
    file.write_text(TABLE + "T,,A\n", encoding="utf-8")
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        wide = ["scrolls sideways"] if live.is_scrolled_sideways() else []
        faults[name] = [*axe(live.page), *wide]
        live.pictures(f"stories-{name}")

    page = live.open("/import/stories/")
    look("start")
    page.select_option("#id_below", label="Umoja")
    page.set_input_files("#id_tables", str(file))
    page.get_by_role("button", name="Read the files").click()
    look("settings")
    page.get_by_label("Where the consent is documented").fill("Folder 3")
    page.get_by_label("The story is kept.").check()
    page.get_by_role("button", name="Try it out").click()
    look("settings-with-mistakes")
    for name in ("name", "starts_on", "until_on", "keep_until_on", "collected_on", "language"):
        page.fill(f"#id_{name}", str(STATED[name]))
    page.get_by_label("The story is kept.").check()
    page.select_option("#id_role", "rights_holder")
    page.get_by_role("button", name="Try it out").click()
    look("report")
    page.get_by_role("button", name="Bring in the 12 stories without errors").click()
    look("result")

    assert Story.objects.count() == 12
    assert {name: found for name, found in faults.items() if found} == {}
    assert [error for error in live.errors if "422" not in error] == []
