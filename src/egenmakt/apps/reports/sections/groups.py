"""What the groups did: how many there are, how many were formed, how often they met and who came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, ask_table, empty, key_figures, table_with_chart
from egenmakt.apps.reports.sections.people import COUNTRY
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section

BY_COUNTRY: Final[Words] = {"en": "Active groups by country", "sv": "Verksamma grupper per land"}
BY_KIND: Final[Words] = {"en": "Active groups by kind", "sv": "Verksamma grupper efter slag"}
KIND: Final[Words] = {"en": "Kind of group", "sv": "Slag av grupp"}
NO_GROUPS: Final[Words] = {"en": "No groups are registered.", "sv": "Inga grupper är registrerade."}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """Groups, those that were formed, their meetings and attendance; tables by country and by kind."""
    if not setting.has("groups"):
        return ()
    asked = [
        ask(setting, "groups-active", "groups"),
        ask(setting, "groups-formed", "groups_formed"),
        ask_table(setting, "groups-by-country", "groups", "country"),
        ask_table(setting, "groups-by-kind", "groups", "group_kind"),
    ]
    if setting.counts("meetings"):
        asked += [
            ask(setting, "meetings-held", "meetings"),
            ask(setting, "attendance", "attendance", kind="share"),
        ]
    return asked


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """The numbers, and the groups by country and by kind."""
    if not drawn.has("groups-active"):
        return empty(drawn, NO_GROUPS)
    return (
        *key_figures(drawn, ("groups-active", "groups-formed", "meetings-held", "attendance")),
        *table_with_chart(drawn, "groups-by-country", caption=BY_COUNTRY, column="country", first=COUNTRY),
        *table_with_chart(drawn, "groups-by-kind", caption=BY_KIND, column="group_kind", first=KIND),
    )
