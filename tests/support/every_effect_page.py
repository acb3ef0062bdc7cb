"""Every address of effect reports: with one being written, one frozen twice and published once, and an empty one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.audit.queue import work_off
from egenmakt.apps.reports.composing import draw_up
from egenmakt.apps.reports.models import Edition, EffectReport
from egenmakt.apps.reports.services.effect_freezing import freeze, open_findings, publish
from egenmakt.apps.reports.services.effect_writing import answer_finding, discard, put_claim
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.core.evidence.claims.outline import load_outline
from tests.support.effect import AT, answer_everything, begin, told_stories, write
from tests.support.learning import Told
from tests.support.reading import group_with_history
from tests.support.tree import Tree

NO_EFFECT_PAGE = {
    "effect_file": "a file to keep; as a page it is looked at as effect_public",
    "effect_pack": "a file to keep",
    "effect_draft": "a file to keep; the page of an edition is looked at as effect_public",
    "effect_freeze": "only a deed: goes on to the edition",
    "effect_publish": "only a deed: goes back to the edition",
    "effect_told": "only a deed: goes back to the edition",
    "effect_take_up": "only a deed: goes back to the section",
    "effect_claim_remove": "only a deed: goes back to the claims",
    "effect_aside": "only a deed: goes back to the report",
}
"""Addresses of effect reports without a page of their own, each with what it is instead."""

TITLE, TEXT = "الطريق", "طلبنا الطريق من المكتب معًا، وجاء بعد شهر."
PLACED = "{{changes-better}} تغييرات رُويت.\n\n{{her-words}}"


@dataclass
class EffectWorld:
    """Reports at each of their steps, and who looks at them."""

    tree: Tree
    told: Told
    pages: dict[str, list[tuple[User | None, str]]] = field(default_factory=dict)
    """The name of an address -> who looks, and where."""


def make_effect_world(tree: Tree) -> EffectWorld:
    """Everything that people write is Arabic: what stays English is ours."""
    group_with_history(tree)
    told = told_stories(tree, title=TITLE, text=TEXT, language="ar")
    world = EffectWorld(tree, told)
    blocked, published = _editions(world)
    writing = _being_written(world)
    empty = begin(tree, node=tree.elsewhere, outline="questions", by=tree.chipo, titles={"sv": "سنة"})
    discard(report=begin(tree, node=tree.south, titles={"sv": "قديم"}), by=tree.officer, at=AT)
    world.pages = _pages(world, writing=writing, empty=empty, blocked=blocked, published=published)
    return world


def _editions(world: EffectWorld) -> tuple[Edition, Edition]:
    """One that was blocked when a story was withdrawn, and the next, which was published. Both in Arabic."""
    tree, report = world.tree, begin(world.tree, titles={"ar": "تقرير الأثر"})
    for section in load_outline(report.outline).sections:
        if section.authored:
            write(report, section.code, TEXT, tree, "ar")
    story = world.told.tell(kind="participation", title=TITLE, text=TEXT, language="ar")
    quote(report, story, tree)
    write(report, "participation", PLACED, tree, "ar")
    answer_everything(report, tree)
    blocked = freeze(id=uuid7(), report=report, by=tree.officer, at=AT)
    withdraw_for_teller(story=story, by=tree.amina, at=AT)
    work_off(limit=1000, now=lambda: AT)
    put_claim(report=report, section="participation", code="her-words", document=None, by=tree.officer, at=AT)
    write(report, "participation", TEXT, tree, "ar")
    answer_everything(report, tree)
    edition = freeze(id=uuid7(), report=report, by=tree.officer, at=AT)
    return blocked, publish(edition=edition, by=tree.administrator, at=AT)


def quote(report: EffectReport, story: Story, tree: Tree) -> None:
    """An author chooses somebody's words."""
    statement = {"en": "كلماتها", "sv": "كلماتها"}
    document: dict[str, Any] = {
        "kind": "quotation", "statement": statement, "query": {"story": story.id_hash}, "method": {},
    }  # fmt: skip
    put_claim(report=report, section="participation", code="her-words", document=document, by=tree.officer, at=AT)


def _being_written(world: EffectWorld) -> EffectReport:
    """In Swedish and English: with texts, findings of many kinds, an answer, and claims that cannot be made."""
    tree = world.tree
    report = begin(tree, titles={"sv": "تقرير", "en": "تقرير"})
    for language in ("sv", "en"):
        write(report, "participation", TEXT, tree, language)
        write(report, "participation", f"{TEXT}\n\n340 {{{{unheard-of}}}} {{{{changes-better:what}}}}", tree, language)
    asked = {"indicator": "members", "from_on": "2026-01-01", "until_on": "2027-01-01"}
    few = {"figure": {**asked, "cell": {"country": "KE", "sex": "male"}}}
    by_sex, nothing = {"figure": asked, "by": ["sex"]}, {"figure": {**asked, "cell": {"voice": "staff"}}}
    for code, kind, query in (("few", "number", few), ("by-sex", "table", by_sex), ("nothing", "number", nothing)):
        document = {"kind": kind, "statement": {"en": "أعضاء", "sv": "أعضاء"}, "query": query}
        put_claim(report=report, section="organising", code=code, document=document, by=tree.officer, at=AT)
    quote(report, Story.objects.filter(state="withdrawn").first() or Story(), tree)
    found = open_findings(drawn_up=draw_up(report=report))
    answered = next(one for one in found if one.finding.severity == "look")
    answer_finding(
        report=report, finding=answered.fingerprint, sentence="جملة", reason="نعرف.", by=tree.monitoring, at=AT
    )
    return report


def _pages(
    world: EffectWorld, *, writing: EffectReport, empty: EffectReport, blocked: Edition, published: Edition
) -> dict[str, list[tuple[User | None, str]]]:
    tree = world.tree

    def of(name: str, *arguments: object, who: User | None = tree.officer) -> list[tuple[User | None, str]]:
        return [(who, reverse(name, args=arguments))]

    frozen = blocked.report
    return {
        "effect_reports": [
            *of("effect_reports"),
            *of("effect_reports", who=tree.auditor),
            *of("effect_reports", who=tree.nobody),
        ],
        "effect_new": of("effect_new"),
        "effect_report": [
            *of("effect_report", writing.id),
            *of("effect_report", frozen.id, who=tree.auditor),
            *of("effect_report", empty.id, who=tree.chipo),
        ],
        "effect_section": [
            *of("effect_section", writing.id, "participation"),
            *of("effect_section", writing.id, "participation", who=tree.auditor),
            *of("effect_section", writing.id, "organising"),
        ],
        "effect_claims": [*of("effect_claims", writing.id), *of("effect_claims", empty.id, who=tree.chipo)],
        "effect_claim": [
            *of("effect_claim", writing.id, "changes-better", who=tree.monitoring),
            *of("effect_claim", writing.id, "by-sex"),
        ],
        "effect_claim_new": of("effect_claim_new", writing.id),
        "effect_picture_new": [*of("effect_picture_new", writing.id)],
        "effect_quote_new": [*of("effect_quote_new", writing.id), *of("effect_quote_new", empty.id, who=tree.chipo)],
        "effect_findings": [
            *of("effect_findings", writing.id, who=tree.monitoring),
            *of("effect_findings", frozen.id),
        ],
        "effect_edition": [
            *of("effect_edition", blocked.id),
            *of("effect_edition", published.id, who=tree.administrator),
        ],
        "effect_changes": [*of("effect_changes", blocked.id), *of("effect_changes", published.id)],
        "effect_public": of("effect_public", published.id, "ar", who=None),
    }
