"""Every address about stories: which pages it shows in a small world of stories, or why it shows none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import FrameworkVersion, RoundLink, Story, StoryArrival
from egenmakt.apps.stories.services.beside import accept_masks, add_translation, annotate
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.apps.stories.services.exporting import record_export
from egenmakt.apps.stories.services.goals import set_goal
from egenmakt.apps.stories.services.moderating import flag_safeguarding, moderate
from egenmakt.apps.stories.services.rounds import freeze_framework, make_link
from egenmakt.core.patterns.regions import Goal, Region
from tests.interfaces.imports.stories.test_story_pages import STATED
from tests.interfaces.web.patterns.scene import tell_many
from tests.support.learning import savings_groups
from tests.support.reading import TODAY
from tests.support.stories import AT, Telling, begin_round, framework_document, keep_framework
from tests.support.story_learning import Learnt, learn
from tests.support.tree import Tree

Visits = dict[str, list[tuple[User | None, str]]]

NO_STORY_PAGE = {
    "story_note": "only a deed: goes back to the story",
    "story_recipient_told": "only a deed: goes back to the list",
    "story_file": "a photo or a voice",
    "story_round_links": "only a deed: shows the links once",
    "story_link_stop": "only a deed: goes back to the round",
    "story_framework_add": "only a deed: goes on to the draft",
    "story_framework_next": "only a deed: goes on to the new version",
    "story_framework_file": "only a deed: goes back to the draft",
    "story_framework_json": "a file to keep",
    "story_framework_translations": "a table for a spreadsheet",
    "story_framework_translations_in": "only a deed: goes back to the draft",
    "story_question_arrange": "only a deed: goes back to the draft",
    "story_import_findings": "a table for a spreadsheet",
    "story_import_framework_file": "a file to keep",
    "story_import_mapping_file": "a file to keep",
    "story_import_run": "only a deed: goes on to the result",
    "story_framework_for_phone": "for programs",
    "send_story": "for programs",
    "send_stories": "for programs",
    "send_attachment": "for programs",
    "rounds": "for programs",
    "round_progress": "for programs",
    "take_back": "for programs",
    "pattern_goal_set": "only a deed: goes back to the question",
    "pattern_goal_end": "only a deed: goes back to the goals",
    "learning_publish": "only a deed: goes back to the workshop",
    "learning_take_back": "only a deed: goes back to the workshop",
    "learning_story_away": "only a deed: goes back to the workshop",
    "learning_send_up": "only a deed: goes back to the selection",
    "learning_put_back": "only a deed: goes back to what was put back",
    "learning_remove": "only a deed: its page offers to put it back",
    "learning_return_text": "a text to read aloud",
    "paper_return": "a PDF",
    "paper_story_form": "a PDF",
    "story_cards": "a PDF",
    "story_file_zip": "a file to keep",
}
"""Addresses about stories without a page of their own, each with what it is instead."""

TYPES = ("change_type", "triad", "stones", "slider", "place")
LANGUAGES = ["en", "sv", "ar", "ne"]
TITLE, TEXT = "الماء", "ذهبنا مع ليلى إلى المكتب وطلبنا الماء الذي وُعدنا به، ورقمها ٠١٢ ٣٤٥."
NEPALI_TITLE, NEPALI = "सरिताको कथा", "हामी सरितासँग कार्यालय गयौं र पानी माग्यौं। अहिले पानी आउँछ।"
NEEDED = {"value": "طريق"}
FILE = "\n".join(["title,story,kind", *(f"كلمة {n},ذهبنا معًا {n},{'A' if n % 2 else 'B'}" for n in range(12)), ""])


@dataclass
class StoryWorld:
    """Stories that are read, wait, are in conflict and in danger; many more for patterns; and what was made of them."""

    tree: Tree
    telling: Telling
    """A round that runs, whose stories somebody decides about."""
    before: Telling
    """The round before, which is over, with stories of three voices."""
    draft: FrameworkVersion
    read: Story
    waiting: Story
    flagged: Story
    conflict: StoryArrival
    token: str
    learnt: Learnt
    pages: Visits = field(default_factory=dict)
    """The name of an address -> who looks, and where."""


def make_story_world(tree: Tree) -> StoryWorld:
    """Tell the stories and do with them what people do, in Arabic and Nepali: what stays English is ours."""
    groups = savings_groups(tree, ["مجموعة الأمل", "आशा समूह"])
    version = keep_framework(tree.umoja)
    freeze_framework(version=version, by=None, at=AT)
    before = _told_before(tree, version)
    telling = begin_round(
        tree, version=version, name="मंगल 2026", languages=LANGUAGES, until_on=date(2026, 6, 30), is_moderated=True,
        quotas=[
            {"by": "sex", "value": "woman", "target": 30}, {"by": "group", "value": str(groups[1]), "target": 1},
            {"by": "age_band", "value": "age_18_24", "target": 9},
        ],
    )  # fmt: skip
    read = _read(tree, telling, groups[0])
    flagged, waiting, gone = (_tell(telling, text=f"{NEPALI} {n}", title=NEPALI_TITLE, language="ne") for n in "२३४")
    flag_safeguarding(story=flagged, concern="ليلى", by=tree.amina, at=AT)
    _take_back(tree, gone)
    document = telling.document(title=TITLE, text=TEXT, language="ar", answers={"needed": NEEDED})
    telling.send(document)
    telling.send({**document, "text": NEPALI})
    link = make_link(round=telling.round, kind=RoundLink.Kind.OPEN, expires_at=AT + timedelta(days=90), by=None, at=AT)
    draft = keep_framework(tree.umoja, framework_document("draft", title={"en": "मसौदा"}, languages=[*LANGUAGES, "sw"]))
    learnt = learn(tree, telling, _tell, TITLE, TEXT)
    conflict = StoryArrival.objects.get(state="quarantined")
    world = StoryWorld(tree, telling, before, draft, read, waiting, flagged, conflict, link.token, learnt)
    world.pages = {**_story_pages(world), **_round_pages(world), **_pattern_pages(world), **learnt.pages}
    world.pages |= _import_pages(world)
    return world


def _tell(telling: Telling, **changes: Any) -> Story:
    answers = {"needed": NEEDED, **changes.pop("answers", {})}
    return telling.tell(answers=answers, **{"title": TITLE, "text": TEXT, "language": "ar", **changes})


def _told_before(tree: Tree, version: FrameworkVersion) -> Telling:
    telling = begin_round(
        tree, version=version, name="माघ 2026", languages=LANGUAGES, starts_on=date(2026, 1, 1),
        until_on=date(2026, 2, 1), keep_until_on=TODAY + timedelta(days=9),
    )  # fmt: skip
    words: dict[str, Any] = {"text": TEXT, "title": TITLE, "language": "ar", "prompt": "difference"}

    def plan(_chance: object, _number: int) -> dict[str, Any]:
        return telling.answers({"needed": NEEDED})

    tell_many(telling, 60, plan=plan, **words)
    set_goal(
        id=uuid7(), framework=version.framework, node=tree.north, voice="rights_holder", by=tree.amina, at=AT,
        goal=Goal(Region("kind", options=("collective_action",)), "more"), words="नदी",
    )  # fmt: skip
    return telling


def _read(tree: Tree, telling: Telling, group: UUID) -> Story:
    story = _tell(
        telling,
        group=str(group),
        where={"level": "district", "name": "Kisumu"},
        answers={
            "kind": {"value": ["collective_action"]},
            "who_acted": {"value": [6000, 3000, 1000]},
            "made_possible": {"state": "does_not_apply"},
            "significance": {"value": 70},
            "against": {"state": "skipped"},
        },
    )
    deed: dict[str, Any] = {"story": story, "by": tree.amina, "at": AT}
    moderate(id=uuid7(), decision="approve", **deed)
    add_translation(id=uuid7(), language="ne", title=NEPALI_TITLE, text=NEPALI, **deed)
    annotate(id=uuid7(), words="ليلى", question="kind", answer={"value": ["collective_action"]}, **deed)
    start = TEXT.index("ليلى")
    masks = [{"field": "text", "start": start, "end": start + 4, "replacement": "[اسم]"}]
    accept_masks(id=uuid7(), language="ar", masks=masks, **deed)
    return story


def _take_back(tree: Tree, gone: Story) -> None:
    """A story that left in a file before its teller took it back: whoever has the file is to be told."""
    moderate(id=uuid7(), story=gone, decision="approve", by=tree.amina, at=AT)
    record_export(
        id=uuid7(), node=tree.north, story_ids=[gone.id], purpose="donor", format="csv", file_name="maji.csv",
        recipient="Otieno", by=tree.amina, at=AT,
    )  # fmt: skip
    withdraw_for_teller(story=gone, by=tree.amina, at=AT, asked="by_phone")


def of(name: str, *arguments: object, who: User | None, query: str = "") -> list[tuple[User | None, str]]:
    """One visit of a page."""
    return [(who, reverse(name, args=arguments) + query)]


def _story_pages(world: StoryWorld) -> Visits:
    tree, story = world.tree, world.read.id
    at = partial(of, who=tree.amina)
    return {
        "stories": [
            *at("stories"),
            *at("stories", query="?q=tembo"),
            *at("stories", who=tree.administrator, query="?q=ماء"),
            *at("stories", who=tree.nobody),
        ],
        "story": [*at("story", story), *at("story", story, who=tree.administrator), *at("story", world.waiting.id)],
        "story_translate": at("story_translate", story),
        "story_masks": [*at("story_masks", story, "ar"), *at("story_masks", world.waiting.id, "ne")],
        "story_consent": at("story_consent", story),
        "story_flag": at("story_flag", story),
        "story_take_back": at("story_take_back", story),
        "story_moderation": [*at("story_moderation"), *at("story_moderation", who=tree.beatrice)],
        "story_decide": at("story_decide", world.waiting.id),
        "story_safeguarding": at("story_safeguarding", who=tree.safeguarding),
        "story_flagged": at("story_flagged", world.flagged.id, who=tree.safeguarding),
        "story_arrivals": [*at("story_arrivals"), *at("story_arrivals", who=tree.beatrice)],
        "story_arrival": at("story_arrival", world.conflict.id),
        "story_recipients": [*at("story_recipients"), *at("story_recipients", who=tree.beatrice)],
        "story_retention": [*at("story_retention"), *at("story_retention", who=tree.beatrice)],
        "story_duplicates": at("story_duplicates", world.telling.round.id),
        "story_alike": [*at("story_alike", story), *at("story_alike", world.waiting.id)],
        "story_take_out": at("story_take_out"),
        "home": [*at("home"), *at("home", who=tree.safeguarding), *at("home", who=tree.facilitator)],
        "group": at("group", world.read.group_id),
    }


def _round_pages(world: StoryWorld) -> Visits:
    tree, round, version, draft = world.tree, world.telling.round.id, world.telling.version, world.draft
    used, begun = (version.framework_id, version.number), (draft.framework_id, draft.number)
    at = partial(of, who=tree.officer)
    return {
        "story_rounds": [
            *at("story_rounds"),
            *at("story_rounds", who=tree.facilitator),
            *at("story_rounds", who=tree.beatrice),
        ],
        "story_round": [
            *at("story_round", round),
            *at("story_round", round, who=tree.facilitator),
            *at("story_round", world.before.round.id),
        ],
        "story_round_new": [*at("story_round_new"), *at("story_round_new", who=tree.amina)],
        "story_round_change": at("story_round_change", round),
        "story_round_close": at("story_round_close", round),
        "story_interview": at("story_interview", round, who=tree.facilitator),
        "story_trial": at("story_trial", round, who=tree.facilitator),
        "story_paper": at("story_paper", round),
        "story_paper_second": at("story_paper_second", round),
        "story_by_link": [*at("story_by_link", world.token, who=None)],
        "story_resume": at("story_resume", who=None),
        "story_withdraw": at("story_withdraw", who=None),
        "story_frameworks": [*at("story_frameworks"), *at("story_frameworks", who=tree.chipo)],
        "story_framework": [*at("story_framework", *used), *at("story_framework", *begun)],
        "story_framework_preview": at("story_framework_preview", *used),
        "story_framework_texts": at("story_framework_texts", *begun),
        "story_question_new": [
            page for type in TYPES for page in at("story_question_new", *begun, query=f"?type={type}")
        ],
        "story_question": [
            page
            for code in ("kind", "who_acted", "significance", "place")
            for page in at("story_question", *begun, code)
        ],
    }


def _pattern_pages(world: StoryWorld) -> Visits:
    tree = world.tree
    framework = world.telling.framework.id

    def at(name: str, *more: object, query: str = "", who: User | None = tree.amina) -> list[tuple[User | None, str]]:
        return of(name, framework, *more, who=who, query=query)

    return {
        "patterns": [*of("patterns", who=tree.amina), *of("patterns", who=tree.beatrice)],
        "pattern_overview": [*at("pattern_overview"), *at("pattern_overview", who=tree.auditor)],
        "pattern_question": [
            page for code in ("kind", "against", "significance", "who_acted") for page in at("pattern_question", code)
        ],
        "pattern_triad": at("pattern_triad", "who_acted"),
        "pattern_compare": [
            *at("pattern_compare", "kind", "sex"),
            *at("pattern_compare", "sex", "significance"),
            *at("pattern_compare", "significance", "lasting"),
            *at("pattern_compare", "significance", "who_acted"),
            *at("pattern_compare", "who_acted", "made_possible"),
        ],
        "pattern_three": [
            page
            for third in ("significance", "against", "age_band")
            for page in at("pattern_three", "reach", "sex", third)
        ],
        "pattern_words": [page for name in ("kind", "reach", "significance") for page in at("pattern_words", name)],
        "pattern_discover": at("pattern_discover"),
        "pattern_change": at("pattern_change", "kind"),
        "pattern_goals": at("pattern_goals"),
        "pattern_scales": at("pattern_scales"),
        "pattern_voices": at("pattern_voices"),
        "pattern_collectors": at("pattern_collectors", world.before.round.id),
        "pattern_stories": [*at("pattern_stories"), *at("pattern_stories", query="?mark=kind:collective_action")],
        "pattern_story": at("pattern_story", world.read.id),
        "pattern_limits": of("pattern_limits", who=tree.administrator),
    }


def _import_pages(world: StoryWorld) -> Visits:
    officer = world.tree.officer
    client = Client()
    client.force_login(officer)
    found = {}
    for name in ("open", "done"):
        file = SimpleUploadedFile("stories.csv", FILE.encode())
        found[name] = client.post("/import/stories/", {"below": str(world.tree.umoja.id), "tables": file}).url
        mapping = client.get(found[name].replace("settings/", "mapping.json")).content.decode()
        stated = {**STATED, "mapping": mapping, "name": f"घर {name}", "language": "ar"}
        found[f"{name} report"] = client.post(found[name], stated).url
    client.post(found["done report"] + "run/")
    return {
        "story_imports": of("story_imports", who=officer),
        "story_import_settings": [(officer, found["open"])],
        "story_import_report": [(officer, found["open report"])],
        "story_import_result": [(officer, found["done report"] + "result/")],
    }


def mirrored_pages(world: StoryWorld) -> list[tuple[User | None, str]]:
    """What those who tell in Arabic are shown: the form, and what comes back to them."""
    tree, round = world.tree, world.telling.round.id
    used = (world.telling.version.framework_id, world.telling.version.number)
    return [
        *of("story_by_link", world.token, who=None, query="?lang=ar"),
        *of("story_interview", round, who=tree.facilitator, query="?lang=ar"),
        *of("story_trial", round, who=tree.facilitator, query="?lang=ar"),
        *of("story_framework_preview", *used, who=tree.officer, query="?lang=ar"),
    ]
