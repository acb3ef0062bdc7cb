"""Writing an effect report: nothing is overwritten, nothing is lost, and the database keeps it so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import Error, transaction
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event
from egenmakt.apps.reports.models import Edition, EffectReport, SectionText
from egenmakt.apps.reports.queries.effect import (
    answers_of,
    effect_reports_of,
    latest_claims,
    latest_texts,
    open_edition,
    open_effect_report,
    text_versions,
)
from egenmakt.apps.reports.services.effect_writing import (
    ChangedMeanwhile,
    NotAReport,
    ReasonMissing,
    answer_finding,
    discard,
    put_claim,
    start_report,
    take_up_text,
    write_text,
)
from tests.support.tree import Tree

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def begin(tree: Tree, **other: Any) -> EffectReport:
    given: dict[str, Any] = {
        "id": uuid7(),
        "node": tree.umoja,
        "outline": "effect",
        "from_on": date(2025, 1, 1),
        "until_on": date(2026, 1, 1),
        "titles": {"sv": "Effektrapport 2025", "en": "Effect report 2025"},
        "by": tree.officer,
        "at": AT,
        **other,
    }
    return start_report(**given)


@pytest.fixture
def report(tree: Tree) -> EffectReport:
    return begin(tree)


def test_a_report_is_begun_once_and_seen_by_those_who_may(report: EffectReport, tree: Tree) -> None:
    assert begin(tree, id=report.id, titles={"sv": "En annan"}).titles["sv"] == "Effektrapport 2025"
    assert report.languages == ["sv", "en"]
    assert list(effect_reports_of(user=tree.auditor)) == [report]
    assert not effect_reports_of(user=tree.member).exists()
    with pytest.raises(NotAllowed):
        open_effect_report(user=tree.member, report_id=report.id)
    assert Event.objects.filter(deed="effect.started", subject_id=str(report.id)).count() == 1


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"until_on": date(2025, 1, 1)}, "put the period right"),
        ({"titles": {"sv": " "}}, "a title in each of its languages"),
        ({"titles": {}}, "a title in each of its languages"),
    ],
)
def test_a_report_that_cannot_be_is_refused_with_the_remedy(tree: Tree, wrong: dict[str, Any], remedy: str) -> None:
    with pytest.raises(NotAReport, match=remedy):
        begin(tree, **wrong)
    with pytest.raises(NotAReport, match="choose one of them"):
        begin(tree, node=tree.tumaini)
    with pytest.raises(NotAllowed):
        begin(tree, by=tree.auditor)
    assert not EffectReport.objects.exists()


def test_texts_are_kept_version_by_version_and_none_is_overwritten(report: EffectReport, tree: Tree) -> None:
    def write(text: str, after: int) -> SectionText:
        return write_text(
            report=report, section="people", language="sv", text=text, after=after, by=tree.officer, at=AT
        )

    first = write("Vi är många.", 0)
    assert write("  Vi är många.\r\n", 0) == first  # the same words, from a form that was sent twice
    second = write("Vi är fler.", 1)
    with pytest.raises(ChangedMeanwhile, match="Your words are still in the form"):
        write("Vi är färre.", 1)
    assert latest_texts(report=report)["people", "sv"] == second
    back = take_up_text(report=report, version=first, by=tree.officer, at=AT)
    assert (back.number, back.text) == (3, "Vi är många.")
    assert [each.number for each in text_versions(report=report, section="people", language="sv")] == [3, 2, 1]
    with pytest.raises(NotAReport, match="a section holds"):
        write("x" * 50_001, 3)


def test_claims_are_kept_version_by_version_and_can_be_taken_away_and_put_back(
    report: EffectReport, tree: Tree
) -> None:
    def put(document: dict[str, Any] | None) -> None:
        put_claim(report=report, section="people", code="members-ke", document=document, by=tree.officer, at=AT)

    put({"kind": "number"})
    put({"kind": "number"})
    assert latest_claims(report=report)["members-ke"].number == 1
    put(None)
    assert latest_claims(report=report) == {}
    put({"kind": "share"})
    assert latest_claims(report=report)["members-ke"].number == 3


def test_a_finding_may_stay_only_with_a_reason(report: EffectReport, tree: Tree) -> None:
    def answer(reason: str, by: Any = tree.monitoring) -> None:
        answer_finding(report=report, finding="f" * 64, sentence="It says so.", reason=reason, by=by, at=AT)

    with pytest.raises(ReasonMissing):
        answer("  ")
    with pytest.raises(NotAllowed):
        answer("Because", by=tree.facilitator)
    answer("Because it is quoted.")
    answer("Because it is quoted twice.")
    assert answers_of(report=report)["f" * 64].reason == "Because it is quoted twice."


def test_a_report_can_be_laid_aside_and_taken_up(report: EffectReport, tree: Tree) -> None:
    assert discard(report=report, by=tree.officer, at=AT).discarded_at == AT
    assert discard(report=report, by=tree.officer, at=AT, is_back=True).discarded_at is None


def edition(report: EffectReport, tree: Tree) -> Edition:
    return Edition.objects.create(
        id=uuid7(), report=report, number=1, data_version="d" * 64, pack_sha256="p" * 64, pack_bytes=1, claims=0,
        written_by=tree.officer.id, written_by_name=tree.officer.name, written_at=AT,
    )  # fmt: skip


def test_the_database_refuses_to_rewrite_a_text_or_a_frozen_edition(report: EffectReport, tree: Tree) -> None:
    text = write_text(report=report, section="people", language="sv", text="Ord", after=0, by=tree.officer, at=AT)
    frozen = edition(report, tree)
    attempts = [
        lambda: SectionText.objects.filter(id=text.id).update(text="Andra ord"),
        lambda: SectionText.objects.filter(id=text.id).delete(),
        lambda: Edition.objects.filter(id=frozen.id).update(pack_sha256="q" * 64),
        lambda: Edition.objects.filter(id=frozen.id).delete(),
        # who froze an edition does not publish it
        lambda: Edition.objects.filter(id=frozen.id).update(published_at=AT, published_by=tree.officer.id),
    ]
    for attempt in attempts:
        with pytest.raises(Error), transaction.atomic():
            attempt()
    Edition.objects.filter(id=frozen.id).update(published_at=AT, published_by=tree.administrator.id)
    with pytest.raises(Error), transaction.atomic():
        Edition.objects.filter(id=frozen.id).update(published_at=None)


def test_an_edition_is_open_to_everybody_only_when_it_is_published(report: EffectReport, tree: Tree) -> None:
    frozen = edition(report, tree)
    with pytest.raises(NotAllowed):
        open_edition(user=tree.member, edition_id=frozen.id)
    with pytest.raises(NotAllowed):
        open_edition(user=tree.member, edition_id=uuid7())
    assert open_edition(user=tree.auditor, edition_id=frozen.id) == frozen
    Edition.objects.filter(id=frozen.id).update(published_at=AT, published_by=tree.administrator.id)
    assert open_edition(user=tree.member, edition_id=frozen.id) == frozen
