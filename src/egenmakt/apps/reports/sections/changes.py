"""Which changes rights-holders told of, as they classified them themselves: also none, and for the worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, ask_table, empty, key_figures, table_with_chart
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section

BY_KIND: Final[Words] = {
    "en": "Kinds of change that rights-holders chose for their own stories",
    "sv": "Slag av förändring som rättighetsbärare valde för sina egna berättelser",
}
CHANGE: Final[Words] = {"en": "Kind of change", "sv": "Slag av förändring"}
NOTHING: Final[Words] = {
    "en": "No rights-holder has told of a change in this period.",
    "sv": "Ingen rättighetsbärare har berättat om en förändring under perioden.",
}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """By kind, and those for the better, without change and for the worse: one voice, that of rights-holders."""
    if not setting.has("stories") or not setting.counts("stories", voice="rights_holder"):
        return ()
    if not setting.values("stories", "kind"):
        # nobody was asked for the kind of change: noughts would say that nothing changed
        return ()
    return (
        ask_table(setting, "changes-by-kind", "stories_of_rights_holders", "kind"),
        ask(setting, "changes-better", "stories_of_change_for_the_better", voice="rights_holder"),
        ask(setting, "changes-none", "stories_without_change", voice="rights_holder"),
        ask(setting, "changes-worse", "stories_of_change_for_the_worse", voice="rights_holder"),
    )


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """The kinds as bars; better, none and worse beside each other."""
    if not drawn.has("changes-by-kind"):
        return empty(drawn, NOTHING)
    return (
        *key_figures(drawn, ("changes-better", "changes-none", "changes-worse")),
        *table_with_chart(drawn, "changes-by-kind", caption=BY_KIND, column="kind", first=CHANGE),
    )
