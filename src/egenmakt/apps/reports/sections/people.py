"""Who the members are: how many, by sex, age and disability; small numbers are hidden together with all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, ask_table, cross_table, empty, key_figures, table_with_chart
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section

BY_COUNTRY: Final[Words] = {"en": "Members by country", "sv": "Medlemmar per land"}
BY_SEX_AND_AGE: Final[Words] = {"en": "Members by age and sex", "sv": "Medlemmar efter ålder och kön"}
COUNTRY: Final[Words] = {"en": "Country", "sv": "Land"}
AGE: Final[Words] = {"en": "Age", "sv": "Ålder"}
NOBODY: Final[Words] = {"en": "No members are registered.", "sv": "Inga medlemmar är registrerade."}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """Members, of whom women, youth and people with a disability; tables by country and by age and sex."""
    if not setting.has("members"):
        return ()
    asked = [ask(setting, "members", "members")]
    # of what nobody was asked nothing is said: no women, where no sex is known, would be untrue
    knows_sex = any(value != "unknown" for value in setting.values("members", "sex"))
    knows_age = bool(setting.values("members", "age_band"))
    if knows_sex:
        asked.append(ask(setting, "women", "women"))
        asked.append(ask(setting, "women-share", "women_share", kind="share"))
    if knows_age:
        asked.append(ask(setting, "youth", "youth"))
    if setting.values("members", "disability"):
        asked.append(ask(setting, "members-with-disability", "members_with_disability"))
    asked.append(ask_table(setting, "members-by-country", "members", "country"))
    if knows_sex or knows_age:
        asked.append(ask_table(setting, "members-by-age-and-sex", "members", "age_band", "sex"))
    return asked


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """The numbers, a map of the countries, and the table by age and sex."""
    if not drawn.has("members"):
        return empty(drawn, NOBODY)
    return (
        *key_figures(drawn, ("members", "women-share", "youth", "members-with-disability")),
        *table_with_chart(drawn, "members-by-country", caption=BY_COUNTRY, column="country", first=COUNTRY, kind="map"),
        *cross_table(drawn, "members-by-age-and-sex", caption=BY_SEX_AND_AGE, columns=("age_band", "sex"), first=AGE),
    )
