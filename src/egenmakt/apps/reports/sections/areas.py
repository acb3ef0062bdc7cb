"""One outcome area: how many rights-holders told of it, and what some of them said, country by country."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from egenmakt.apps.reports.queries.quoting import Quotable
from egenmakt.apps.reports.sections.parts import ask, empty, key_figures
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words, said
from egenmakt.core.evidence.blocks import Block, Quotation
from egenmakt.core.evidence.claims.outline import Section

QUOTATIONS_MOST: Final = 6
OF_A_COUNTRY: Final = 2
"""So that one country with many stories does not silence the others."""
LETTERS_MOST: Final = 900
"""A longer story is told better on a page of its own than in a report."""
STATEMENT: Final[Words] = {
    "en": "What a rights-holder told, in her own words",
    "sv": "Vad en rättighetsbärare berättade, med egna ord",
}
METHOD: Final[Words] = {
    "en": "The newest stories of the area whose tellers opened them to everybody, at most two of each country. "
    "What could tell who told is covered.",
    "sv": "De nyaste berättelserna inom området som berättarna har öppnat för alla, högst två från varje land. "
    "Det som kan visa vem som berättar är täckt.",
}
ATTRIBUTION: Final[Words] = {"en": "A {voice}, {country}, {when}", "sv": "En {voice}, {country}, {when}"}
VOICE: Final = {
    "rights_holder": {"en": "rights-holder", "sv": "rättighetsbärare"},
    "partner": {"en": "person at a partner", "sv": "person hos en partner"},
    "staff": {"en": "member of staff", "sv": "medarbetare"},
}
MACHINE: Final[Words] = {"en": "Translated by a machine", "sv": "Översatt av en maskin"}
PERSON: Final[Words] = {"en": "Translated by a person", "sv": "Översatt av en människa"}
NOBODY_TOLD: Final[Words] = {
    "en": "Nobody has told of such a change in this period.",
    "sv": "Ingen har berättat om en sådan förändring under perioden.",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A section about one outcome area; `voice` is whose stories are counted."""

    code: str
    """Of the claim that counts."""
    area: str
    indicator: str
    voice: str = "rights_holder"

    def claims(self, setting: Setting, section: Section) -> Sequence[Ask]:
        """The number of stories, and the quotations, each with its consent."""
        if not setting.has("stories") or not setting.counts(self.indicator, voice=self.voice):
            return ()
        chosen = choose([one for one in setting.quotables if self.area in one.areas and one.voice == self.voice])
        return (ask(setting, self.code, self.indicator, voice=self.voice), *map(quote, chosen))

    def blocks(self, drawn: Drawn, section: Section) -> Sequence[Block]:
        """How many, and what they said."""
        if not drawn.has(self.code):
            return empty(drawn, NOBODY_TOLD)
        return (*key_figures(drawn, (self.code,)), *quotations(drawn, self._codes(drawn)))

    def _codes(self, drawn: Drawn) -> list[str]:
        return [code for code, one in drawn.quotables.items() if self.area in one.areas and one.voice == self.voice]


def choose(quotables: Sequence[Quotable]) -> list[Quotable]:
    """The stories to quote, the newest first: short enough, and not all from one country."""
    taken: dict[str, int] = {}
    chosen = []
    for one in quotables:
        if len(one.wordings[0].text) > LETTERS_MOST or taken.get(one.country, 0) >= OF_A_COUNTRY:
            continue
        taken[one.country] = taken.get(one.country, 0) + 1
        chosen.append(one)
    return chosen[:QUOTATIONS_MOST]


def quote(one: Quotable) -> Ask:
    """The claim that somebody said something, with the proof that she lets it be published."""
    words = one.wordings[0]
    sha256 = hashlib.sha256(words.text.encode()).hexdigest()
    return Ask(
        code=f"quote-{one.id_hash[:12]}",
        kind="quotation",
        statement=STATEMENT,
        query={"story": one.id_hash, "sha256": sha256},
        method=METHOD,
        consent=one.proof("public_text"),
        given={"words": words.text, "language": words.language},
    )


def quotations(drawn: Drawn, codes: Sequence[str]) -> list[Block]:
    """What people said, each in her own language with a translation where somebody made one, by country."""
    found = [(drawn.label("country", drawn.quotables[code].country), code) for code in codes if drawn.has(code)]
    return [_quotation(drawn, code) for _country, code in sorted(found)]


def _quotation(drawn: Drawn, code: str) -> Quotation:
    one = drawn.quotables[code]
    translation = one.wording(drawn.language)
    made = (MACHINE if translation.made == "machine" else PERSON) if translation else None
    voice = said(VOICE[one.voice], drawn.language)
    return Quotation(
        text=one.wordings[0].text,
        language=one.language,
        translation=translation.text if translation else "",
        translated_by=said(made, drawn.language) if made else "",
        attribution=said(ATTRIBUTION, drawn.language).format(
            voice=voice, country=drawn.label("country", one.country), when=one.told_of or drawn.label("", None)
        ),
        claim=code,
    )
