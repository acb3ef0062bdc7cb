"""Stories with everything that a page about them can show, and which pages show it to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import FrameworkVersion, RoundLink, Story, StoryArrival
from egenmakt.apps.stories.services.beside import accept_masks, add_translation, annotate
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.exporting import record_export
from egenmakt.apps.stories.services.moderating import flag_safeguarding, moderate
from egenmakt.apps.stories.services.rounds import make_link
from tests.interfaces.imports.stories.test_story_pages import STATED, TABLE, _mapping, _send
from tests.support.stories import AT, Telling, begin_round, framework_document, keep_framework
from tests.support.tree import Tree

WORDS = "Tulienda ofisini pamoja na Otieno, tukaomba maji. Namba yake ni 0712 345 678."
ARABIC = "ذهبنا معًا إلى المكتب وطلبنا الماء."

Pages = dict[str, list[tuple[User | None, str]]]


@dataclass(frozen=True)
class StoryWorld:
    """A round in which stories wait, are read, covered, in conflict and in danger."""

    telling: Telling
    read: Story
    waiting: Story
    flagged: Story
    conflict: StoryArrival
    token: str
    draft: FrameworkVersion
    """Of a framework that no round has used."""


def make_story_world(tree: Tree, **changes: Any) -> StoryWorld:
    """Tell the stories and do with them what people do."""
    telling = begin_round(tree, languages=["en", "sw", "ar"], is_moderated=True, **changes)
    by = tree.amina

    def tell(**fields: Any) -> Story:
        return telling.tell(**{"title": "Maji", "text": WORDS, "language": "sw", **fields})

    read = tell(
        where={"level": "district", "name": "Kisumu"},
        answers={
            "kind": {"value": ["collective_action"]},
            "who_acted": {"value": [6000, 3000, 1000]},
            "made_possible": {"state": "does_not_apply"},
            "significance": {"value": 70},
            "against": {"state": "skipped"},
        },
    )
    waiting, flagged, gone = (tell(text=f"{WORDS} {n}") for n in ("Pili.", "Tatu.", "Nne."))
    for story in (read, gone):
        moderate(id=uuid7(), story=story, decision="approve", by=by, at=AT)
    add_translation(id=uuid7(), story=read, language="ar", title="الماء", text=ARABIC, by=by, at=AT)
    annotate(id=uuid7(), story=read, words="Otieno.", question="kind", answer={"value": ["worse"]}, by=by, at=AT)
    start = WORDS.index("Otieno")
    masks = [{"field": "text", "start": start, "end": start + 6, "replacement": "[jina]"}]
    accept_masks(id=uuid7(), story=read, language="sw", masks=masks, by=by, at=AT)
    flag_safeguarding(story=flagged, concern="Otieno.", by=by, at=AT)
    record_export(
        id=uuid7(), node=tree.north, story_ids=[gone.id], purpose="donor", format="csv", file_name="maji.csv",
        recipient="Otieno", by=by, at=AT,
    )  # fmt: skip
    withdraw_for_teller(story=gone, by=by, at=AT, asked="by_phone")
    document = telling.document(title="Maji", text=f"{WORDS} Tano.", language="sw")
    telling.send(document)
    telling.send({**document, "text": "Tulienda sokoni peke yetu."})
    draft = keep_framework(tree.umoja, framework_document("draft"))
    over = AT + timedelta(days=300)
    link = make_link(round=telling.round, kind=RoundLink.Kind.OPEN, expires_at=over, by=None, at=AT)
    return StoryWorld(telling, read, waiting, flagged, StoryArrival.objects.get(state="quarantined"), link.token, draft)


def pages_of(world: StoryWorld, tree: Tree) -> Pages:
    """Each page about stories, for those who see most and least of it."""
    by, outside = tree.amina, tree.administrator
    round, version = world.telling.round, world.telling.version
    story = world.read.id
    framework = (version.framework_id, version.number)
    draft = (world.draft.framework_id, world.draft.number)
    imported = _imported(tree)

    def of(name: str, *arguments: object, who: User | None = by, query: str = "") -> list[tuple[User | None, str]]:
        return [(who, reverse(name, args=arguments) + query)]

    return {
        "stories": [
            *of("stories"),
            *of("stories", who=outside, query="?q=maji"),
            *of("stories", who=tree.nobody),
            *of("stories", query=f"?q=tembo&ids={story}"),
        ],
        "story": [*of("story", story), *of("story", story, who=outside), *of("story", story, who=tree.facilitator)],
        "story_translate": of("story_translate", story),
        "story_masks": of("story_masks", story, "sw"),
        "story_consent": of("story_consent", story),
        "story_flag": of("story_flag", story),
        "story_take_back": of("story_take_back", story),
        "story_moderation": [*of("story_moderation"), *of("story_moderation", who=tree.nobody)],
        "story_decide": of("story_decide", world.waiting.id),
        "story_safeguarding": of("story_safeguarding", who=tree.safeguarding),
        "story_flagged": of("story_flagged", world.flagged.id, who=tree.safeguarding),
        "story_arrivals": [*of("story_arrivals"), *of("story_arrivals", who=tree.beatrice)],
        "story_arrival": of("story_arrival", world.conflict.id),
        "story_recipients": [*of("story_recipients"), *of("story_recipients", who=tree.beatrice)],
        "story_retention": of("story_retention"),
        "story_duplicates": of("story_duplicates", round.id),
        "story_rounds": [*of("story_rounds"), *of("story_rounds", who=tree.nobody)],
        "story_round": of("story_round", round.id),
        "story_round_new": of("story_round_new", who=tree.officer),
        "story_round_close": of("story_round_close", round.id),
        "story_interview": of("story_interview", round.id),
        "story_trial": of("story_trial", round.id),
        "story_paper": of("story_paper", round.id),
        "story_paper_second": of("story_paper_second", round.id),
        "story_by_link": of("story_by_link", world.token, who=None),
        "story_resume": of("story_resume", who=None),
        "story_withdraw": of("story_withdraw", who=None),
        "story_frameworks": of("story_frameworks", who=tree.officer),
        "story_framework": of("story_framework", *framework, who=tree.officer),
        "story_framework_preview": of("story_framework_preview", *framework, who=tree.officer),
        "story_framework_texts": of("story_framework_texts", *draft, who=tree.officer),
        "story_question": of("story_question", *draft, "kind", who=tree.officer),
        "story_question_new": of("story_question_new", *draft, who=tree.officer, query="?type=triad"),
        "story_round_change": of("story_round_change", round.id),
        "story_imports": of("story_imports", who=tree.officer),
        "story_import_settings": [(tree.officer, imported["settings"])],
        "story_import_report": [(tree.officer, imported["report"])],
        "story_import_result": [(tree.officer, imported["result"])],
    }


def _imported(tree: Tree) -> dict[str, str]:
    """The pages of an import of stories that was brought in."""
    client = Client()
    client.force_login(tree.officer)
    pages: dict[str, str] = {}
    for file in ("maji.csv", "maji-2.csv"):  # the second is not brought in yet
        pages["settings"] = _send(client, tree, (file, TABLE)).url
        stated = {**STATED, "mapping": _mapping(client, pages["settings"])}
        pages["report"] = client.post(pages["settings"], stated).url
        if "result" not in pages:
            pages["result"] = client.post(pages["report"] + "run/").url
    return pages


NO_STORY_PAGE = {
    "story_note": "only a deed: goes back to the story",
    "story_recipient_told": "only a deed: goes back to the list",
    "story_file": "a photo or a voice",
    "story_round_links": "only a deed: shows links once",
    "story_link_stop": "only a deed: goes back to the round",
    "story_framework_add": "only a deed: goes on to the draft",
    "story_framework_next": "only a deed: goes on to the new version",
    "story_framework_file": "only a deed: goes back to the draft",
    "story_framework_json": "a file to keep",
    "story_framework_translations": "a table for a spreadsheet",
    "story_framework_translations_in": "only a deed: goes back to the draft",
    "story_question_arrange": "only a deed: goes back to the draft",
    "story_import_mapping_file": "a file to keep",
    "story_import_framework_file": "a file to keep",
    "story_import_findings": "a table for a spreadsheet",
    "story_import_run": "only a deed: goes on to the result",
    "rounds": "for programs",
    "round_progress": "for programs",
    "story_framework_for_phone": "for programs",
    "send_story": "for programs",
    "send_stories": "for programs",
    "send_attachment": "for programs",
    "take_back": "for programs",
}
"""Addresses about stories without a page of their own."""
