"""An effect report to work with: stories that were told, words in every section, answers to what is found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from uuid6 import uuid7

from egenmakt.apps.reports.composing import draw_up
from egenmakt.apps.reports.models import EffectReport
from egenmakt.apps.reports.queries.effect import latest_texts
from egenmakt.apps.reports.services.effect_freezing import open_findings
from egenmakt.apps.reports.services.effect_writing import answer_finding, start_report, write_text
from egenmakt.core.evidence.claims.outline import load_outline
from tests.support.learning import Told, tell_round
from tests.support.tree import Tree

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
FROM, UNTIL = date(2026, 1, 1), date(2027, 1, 1)
WORDS = {
    "aims": "We want people in poverty to decide over their own lives.",
    "outputs": "Our partners accompanied groups that meet every week.",
    "outcomes": "{{changes-better}} rights-holders tell of a change for the better.",
    "method": "Every story is classified by the one who told it.",
    "contribution": "We contributed with time and with methods. The groups did the work.",
    "learning": "We read the stories of change for the worse too late. Next year they are read first.",
}
"""By what is expected under a heading."""
LABELS = dict.fromkeys(("en", "sv"), (("contents", "Contents"), ("claims", "Claims")))


def told_stories(tree: Tree, *, better: int = 8, worse: int = 6, **words: str) -> Told:
    """A round at North in which so many told of something better through acting together, and so many of worse."""
    told = tell_round(tree)
    for _ in range(better):
        told.tell(kind="collective_action", **words)
    for _ in range(worse):
        told.tell(kind="worse", **words)
    return told


def begin(tree: Tree, **other: Any) -> EffectReport:
    """A report of Umoja for 2026, in English unless said otherwise."""
    given: dict[str, Any] = {
        "id": uuid7(),
        "node": tree.umoja,
        "outline": "effect",
        "from_on": FROM,
        "until_on": UNTIL,
        "titles": {"en": "Effect report 2026"},
        "by": tree.officer,
        "at": AT,
        **other,
    }
    return start_report(**given)


def write(report: EffectReport, section: str, text: str, tree: Tree, language: str = "en") -> None:
    """Save a text in a section, over what is there."""
    last = latest_texts(report=report).get((section, language))
    write_text(
        report=report, section=section, language=language, text=text, after=last.number if last else 0,
        by=tree.officer, at=AT,
    )  # fmt: skip


def fill(report: EffectReport, tree: Tree) -> None:
    """Words in every section that needs some."""
    for section in load_outline(report.outline).sections:
        if section.authored:
            write(report, section.code, WORDS[section.expects], tree)


def answer_everything(report: EffectReport, tree: Tree) -> None:
    """A reason for everything that may stay with one."""
    for one in open_findings(drawn_up=draw_up(report=report)):
        if one.finding.severity == "look":
            answer_finding(
                report=report, finding=one.fingerprint, sentence=str(one.finding), reason="Looked at.",
                by=tree.monitoring, at=AT,
            )  # fmt: skip
