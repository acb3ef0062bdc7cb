"""From a draft to a published edition: nothing unproved, two people, a pack that proves it, and withdrawal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.reports.composing import compose, draw_up, findings_of
from egenmakt.apps.reports.models import Edition, EditionStory, EffectReport
from egenmakt.apps.reports.queries.effect import notices_of
from egenmakt.apps.reports.services.effect_freezing import (
    Blocked,
    NotReady,
    SamePerson,
    freeze,
    pack_of,
    publish,
    say_told,
)
from egenmakt.apps.reports.services.effect_writing import NotAReport, discard, put_claim
from egenmakt.apps.stories.models import StoryArrival
from egenmakt.apps.stories.services.consenting import change_consent_for_teller
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.core.evidence.blocks import Heading, Note, Quotation
from egenmakt.core.evidence.claims.compare import compare_with_facts
from egenmakt.core.evidence.claims.outline import load_outline
from egenmakt.core.evidence.claims.verify import read_pack, verify_pack
from tests.support.effect import AT, WORDS, answer_everything, begin, fill, told_stories, write
from tests.support.learning import Told, do_jobs
from tests.support.tree import Tree


@pytest.fixture
def told(tree: Tree) -> Told:
    return told_stories(tree)


@pytest.fixture
def report(told: Told, tree: Tree) -> EffectReport:
    made = begin(tree)
    fill(made, tree)
    return made


def frozen(report: EffectReport, tree: Tree, **other: Any) -> Edition:
    answer_everything(report, tree)
    given: dict[str, Any] = {"id": uuid7(), "report": report, "by": tree.officer, "at": AT, **other}
    return freeze(**given)


def test_a_report_has_the_headings_of_its_outline_and_the_numbers_of_the_registers(report: EffectReport) -> None:
    drawn = draw_up(report=report)
    made = compose(drawn, "en", edition=1, is_draft=True)
    headings = [block.text for block in made.blocks if isinstance(block, Heading)]
    outline = load_outline("effect")
    assert headings == [section.heading_in("en", organisation="Umoja") for section in outline.sections]
    assert drawn.claims["changes-better"].to_json()["value"] == {
        "value": 8, "of": None, "low": None, "high": None, "n": 8,
    }  # fmt: skip
    assert drawn.claims["changes-worse"].n == 6
    assert {line.code for line in made.claims} >= {"changes-better", "changes-worse", "area-collective-action"}
    assert [block for block in made.blocks if isinstance(block, Quotation)]


def test_what_is_typed_by_hand_or_untrue_is_found_before_anything_is_frozen(report: EffectReport, tree: Tree) -> None:
    write(report, "organising", "We held 340 meetings, and {{unheard-of}} people came.", tree)
    answer_everything(report, tree)
    with pytest.raises(NotReady) as refused:
        freeze(id=uuid7(), report=report, by=tree.officer, at=AT)
    assert [one.finding.code for one in refused.value.found] == ["unknown_claim"]
    assert "number_by_hand" in {one.code for one in findings_of(draw_up(report=report), "en")}
    assert not Edition.objects.exists()


def test_a_frozen_edition_has_a_pack_that_proves_it_and_the_same_id_freezes_once(
    report: EffectReport, tree: Tree
) -> None:
    edition = frozen(report, tree)
    again = freeze(id=edition.id, report=report, by=tree.officer, at=AT)
    assert again == edition
    found = verify_pack(pack_of(edition=edition))
    assert found.agrees, [str(one) for one in found.findings]
    assert found.claims == edition.claims
    pack = read_pack(pack_of(edition=edition))
    assert compare_with_facts(pack, draw_up(report=report).facts) == ()
    path = Path(settings.HOME) / "files" / "reports" / str(edition.id) / "report.pack.zip"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ValueError, match="not the one that was frozen"):
        pack_of(edition=edition)


def test_later_data_is_told_against_a_frozen_report(report: EffectReport, told: Told, tree: Tree) -> None:
    pack = read_pack(pack_of(edition=frozen(report, tree)))
    told.tell(kind="collective_action")
    changes = {one.claim: one for one in compare_with_facts(pack, draw_up(report=report).facts)}
    assert changes["changes-better"].was != changes["changes-better"].now
    assert "changes-worse" not in changes


def test_whoever_froze_an_edition_does_not_publish_it(report: EffectReport, tree: Tree) -> None:
    edition = frozen(report, tree)
    with pytest.raises(SamePerson):
        publish(edition=edition, by=tree.officer, at=AT)
    with pytest.raises(NotAllowed):
        publish(edition=edition, by=tree.monitoring, at=AT)
    published = publish(edition=edition, by=tree.administrator, at=AT)
    assert (published.published_at, published.published_by_name) == (AT, tree.administrator.name)
    assert publish(edition=published, by=tree.administrator, at=AT) == published


def test_a_report_that_was_laid_aside_is_not_frozen(report: EffectReport, tree: Tree) -> None:
    answer_everything(report, tree)
    aside = discard(report=report, by=tree.officer, at=AT)
    with pytest.raises(NotAReport, match="Take it up again"):
        freeze(id=uuid7(), report=aside, by=tree.officer, at=AT)


def bytes_of_the_store() -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(settings.HOME).rglob("*")) if path.is_file())


def test_an_erased_story_leaves_every_edition_and_whom_to_tell_is_listed(
    report: EffectReport, told: Told, tree: Tree
) -> None:
    story = told.tell(kind="collective_action", text="Zanzibarmarker was the first who spoke.")
    quote(report, story, tree)
    edition = frozen(report, tree)
    entry = EditionStory.objects.get(edition=edition, id_hash=story.id_hash)
    assert b"Zanzibarmarker" in bytes_of_the_store()
    withdraw_for_teller(story=story, by=tree.amina, at=AT)
    do_jobs()
    assert b"Zanzibarmarker" not in bytes_of_the_store()
    edition.refresh_from_db()
    assert edition.redacted_sha256
    found = verify_pack(pack_of(edition=edition))
    assert found.agrees, [str(one) for one in found.findings]
    pack = read_pack(pack_of(edition=edition))
    assert pack.manifest["edition"]["withdrawn"][0]["claim"] == entry.claim
    assert [block for block in pack.reports["en"].blocks if isinstance(block, Note) and block.kind == "caution"]
    with pytest.raises(Blocked):
        publish(edition=edition, by=tree.administrator, at=AT)
    (waiting,) = notices_of(user=tree.officer)
    with pytest.raises(NotAReport):
        say_told(entry=waiting, words=" ", by=tree.officer, at=AT)
    say_told(entry=waiting, words="The board, by letter", by=tree.officer, at=AT)
    assert not notices_of(user=tree.officer).exists()
    # the next edition is frozen without it, and can be published
    put_claim(report=report, section="participation", code="her-words", document=None, by=tree.officer, at=AT)
    write(report, "participation", WORDS["outcomes"], tree)
    later = frozen(report, tree)
    assert not EditionStory.objects.filter(edition=later, id_hash=story.id_hash).exists()
    publish(edition=later, by=tree.administrator, at=AT)


def test_a_withdrawn_consent_blocks_the_next_edition_where_an_author_chose_the_story(
    report: EffectReport, told: Told, tree: Tree
) -> None:
    story = told.tell(kind="participation")
    quote(report, story, tree)
    edition = frozen(report, tree)
    assert EditionStory.objects.filter(edition=edition, claim="her-words").exists()
    close(story, tree)
    do_jobs()
    assert EditionStory.objects.get(edition=edition, claim="her-words").withdrawn_at
    with pytest.raises(NotReady) as refused:
        freeze(id=uuid7(), report=report, by=tree.officer, at=AT)
    assert "may not be quoted any more" in refused.value.refused["her-words"]


def close(story: Any, tree: Tree) -> None:
    """Her words may be read by others no more, as she told Amina."""
    consent = story_document(story)["consent"]
    consent["purposes"]["public_text"] = False
    change_consent_for_teller(story=story, consent=consent, by=tree.amina, at=AT)


def story_document(story: Any) -> Any:
    return json.loads(StoryArrival.objects.get(story_id=story.id).content)


def quote(report: EffectReport, story: Any, tree: Tree) -> None:
    """An author places somebody's words."""
    query = {"story": story.id_hash}
    document = {"kind": "quotation", "statement": {"en": "What she said"}, "query": query, "method": {}}
    put_claim(report=report, section="participation", code="her-words", document=document, by=tree.officer, at=AT)
    write(report, "participation", "{{her-words}}", tree)
