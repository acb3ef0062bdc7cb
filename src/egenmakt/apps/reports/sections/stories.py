"""How many stories were told, by whom: three voices that are never pooled when it is said what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, ask_at_least, ask_table, empty, key_figures, table_with_chart
from egenmakt.apps.reports.sections.people import COUNTRY
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section

VOICES: Final[tuple[tuple[str, str, Words], ...]] = (
    (
        "stories-rights-holders",
        "rights_holder",
        {"en": "Stories of rights-holders", "sv": "Berättelser från rättighetsbärare"},
    ),
    ("stories-partners", "partner", {"en": "Stories of partners", "sv": "Berättelser från partners"}),
    ("stories-staff", "staff", {"en": "Stories of staff", "sv": "Berättelser från personal"}),
)
STEP: Final = 100
"""*Over 1,200*: the hundred below."""
BY_COUNTRY: Final[Words] = {
    "en": "Stories of rights-holders by country",
    "sv": "Rättighetsbärares berättelser per land",
}
NO_STORIES: Final[Words] = {
    "en": "No stories were collected in this period.",
    "sv": "Inga berättelser samlades in under perioden.",
}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """All stories as a round number that is true, each voice by itself, and where rights-holders told."""
    if not setting.has("stories") or not setting.counts("stories"):
        return ()
    return (
        ask_at_least(setting, "stories-at-least", "stories", step=STEP),
        *(
            ask(setting, code, "stories", statement=statement, voice=voice)
            for code, voice, statement in VOICES
            if setting.counts("stories", voice=voice)
        ),
        ask_table(setting, "stories-by-country", "stories_of_rights_holders", "country"),
    )


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """The three voices beside each other, and the countries."""
    if not drawn.has("stories-at-least"):
        return empty(drawn, NO_STORIES)
    return (
        *key_figures(drawn, [code for code, _voice, _statement in VOICES]),
        *table_with_chart(drawn, "stories-by-country", caption=BY_COUNTRY, column="country", first=COUNTRY, kind="map"),
    )
