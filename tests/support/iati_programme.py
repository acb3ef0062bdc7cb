"""The bodies of the demo with a few groups of its first organisation, whose publisher's document is in the guide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from egenmakt.apps.groups.services.members import add_member
from egenmakt.apps.groups.services.setup import create_group
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import Edition
from egenmakt.apps.reports.services.effect_writing import start_report
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import NORTH
from egenmakt.interfaces.cli.demo_programme.tree import Branch, grow

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "iati-publisher.json"
BEGAN = datetime(2026, 1, 10, 9, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 2, 12, tzinfo=UTC)
WOMEN_AND_MEN: Mapping[str, tuple[int, int]] = {"KE": (12, 8), "RW": (11, 6), "JO": (9, 7)}
"""By the country of the partner."""


@dataclass(frozen=True)
class Programme:
    """The organisation that publishes, and the branch of each country."""

    north: Node
    branches: Mapping[str, Branch]

    def group(self, country: str, women: int, men: int, name: str = "Tumaini") -> UUID:
        """A group with so many women and men of one age."""
        branch = self.branches[country]
        row = create_group(
            id=uuid7(), name=f"{name} {country}", kind="savings_and_loan", parent=branch.partner,
            country=branch.country, formed_on=date(2026, 1, 10), language="en", by=branch.facilitator, at=BEGAN,
        )  # fmt: skip
        for number in range(women + men):
            add_member(
                id=uuid7(), group=row, name=f"Member {number}", sex="female" if number < women else "male",
                birth_year=1990, joined_on=date(2026, 1, 10), by=branch.facilitator, at=BEGAN,
            )  # fmt: skip
        return row.id

    def publish_report(self, year: int = 2026) -> Edition:
        """An edition of the effect report of a year, frozen by one and published by another."""
        writer, publisher = self.branches["KE"].officer, self.branches["KE"].facilitator
        report = start_report(
            id=uuid7(), node=self.north, outline="effect", from_on=date(year, 1, 1), until_on=date(year + 1, 1, 1),
            titles={"en": f"Effect report {year}", "sv": f"Effektrapport {year}"}, by=writer, at=BEGAN,
        )  # fmt: skip
        return Edition.objects.create(
            id=uuid7(), report=report, number=1, data_version="d", pack_sha256="0" * 64, pack_bytes=1, claims=0,
            written_by=writer.id, written_by_name=writer.name, written_at=PUBLISHED,
            published_by=publisher.id, published_by_name=publisher.name, published_at=PUBLISHED,
        )  # fmt: skip


def begin(groups: Mapping[str, tuple[int, int]] = WOMEN_AND_MEN) -> Programme:
    """Plant the bodies of the demo, with one group in each country."""
    branches = grow(chance=Chance("iati"), at=BEGAN)
    made = Programme(Node.objects.get(name=NORTH), branches)
    for country, (women, men) in groups.items():
        made.group(country, women, men)
    made.publish_report()
    return made


def document() -> dict[str, Any]:
    """The publisher's document of the guide."""
    found: dict[str, Any] = json.loads(GUIDE.read_text("utf-8"))
    return found
