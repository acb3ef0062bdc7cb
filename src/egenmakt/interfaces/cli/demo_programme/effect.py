"""The effect report of the programme: written, frozen by one person, published by another, and proved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from egenmakt.apps.access.models import User
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.composing import draw_up
from egenmakt.apps.reports.models import Edition, EffectReport
from egenmakt.apps.reports.queries.effect import editions_of
from egenmakt.apps.reports.services.effect_file import answer_all, bring_in, read_texts
from egenmakt.apps.reports.services.effect_freezing import NotReady, freeze, open_findings, pack_of, publish
from egenmakt.apps.reports.services.effect_writing import start_report
from egenmakt.core.evidence.claims.outline import load_outline
from egenmakt.core.evidence.claims.pack_findings import Verification
from egenmakt.core.evidence.claims.verify import verify_pack
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import NORTH
from egenmakt.interfaces.cli.demo_programme.forming import instant
from egenmakt.interfaces.cli.demo_programme.plans import add_months
from egenmakt.interfaces.exports.report.editions import FORMATS, file_of

TEXTS: Final = Path(__file__).with_name("effect_texts.json")
OUTLINE: Final = "effect"
WRITES, ANSWERS, PUBLISHES = "officer@demo.example", "monitoring@demo.example", "administrator@demo.example"


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of the report."""

    report: EffectReport
    edition: Edition | None
    """None where the programme is too small: what its texts say could not be proved, and it stays a draft."""
    verification: Verification | None
    files: int


def report_effect(*, chance: Chance, months: int, until: date) -> Reported:
    """Make the report of the programme's last year. What is there already stays as it is."""
    node = Node.objects.get(name=NORTH, kind=Node.Kind.ORGANISATION)
    users = User.objects.in_bulk([WRITES, ANSWERS, PUBLISHES], field_name="email")
    texts = read_texts(json.loads(TEXTS.read_text("utf-8")), outline=load_outline(OUTLINE))
    at = instant(until, 22)
    report = start_report(
        id=chance.id(at, "effect"),
        node=node,
        outline=OUTLINE,
        from_on=add_months(until.replace(day=1), 1 - min(months, 12)),
        until_on=until + timedelta(days=1),
        titles=texts.titles,
        by=users[WRITES],
        at=at,
    )
    editions = editions_of(report=report)
    if not editions:
        bring_in(report=report, texts=texts, by=users[WRITES], at=at)
        drawn = draw_up(report=report)
        found = open_findings(drawn_up=drawn)
        answer_all(report=report, found=found, answers=texts.answers, by=users[ANSWERS], at=at)
        try:
            id = chance.id(at, "edition")
            editions = [freeze(id=id, report=report, by=users[WRITES], at=at, drawn_up=drawn)]
        except NotReady:
            return Reported(report, None, None, 0)
    edition = publish(edition=editions[0], by=users[PUBLISHES], at=at)
    edition.report = report
    wanted = [(language, ending) for language in report.languages for ending in FORMATS]
    for language, ending in wanted:
        file_of(edition=edition, language=language, ending=ending)
    return Reported(report, edition, verify_pack(pack_of(edition=edition)), len(wanted))
