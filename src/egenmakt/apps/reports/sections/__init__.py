"""The table of sections: an outline names a module, and this says which it is. A new section is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from egenmakt.apps.reports.sections import changes, groups, lasting, money, people, plain, stories
from egenmakt.apps.reports.sections.areas import Area
from egenmakt.apps.reports.sections.outside import Outside
from egenmakt.apps.reports.sections.setting import SectionModule

TABLE: Final[Mapping[str, SectionModule]] = {
    "prose": plain,
    "people": people,
    "groups": groups,
    "money": money,
    "advocacy": Outside("advocacy", ("actions", "trainings")),
    "partners": Outside("partners", ("commitments_kept",)),
    "stories": stories,
    "changes": changes,
    "collective_action": Area("area-collective-action", "collective_action", "stories_of_collective_action"),
    "economic_change": Area("area-economic", "economic_independence", "stories_of_economic_independence"),
    "participation": Area("area-participation", "participation", "stories_of_participation"),
    "partner_change": Area("area-organisation", "organisation", "stories_of_stronger_organisations", voice="partner"),
    "relevance": plain,
    "contribution": Outside("contribution", ("instalments_on_time",)),
    "lasting": lasting,
    "follow_up": plain,
    "learning": plain,
}
"""Module of an outline -> what fills it."""
