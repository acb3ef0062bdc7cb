"""Signs of lasting change: groups that meet again after their partner has stopped visiting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egenmakt.apps.reports.sections.parts import ask, empty, key_figures
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, Words
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section

NOT_YET: Final[Words] = {
    "en": "No group has been without support for six months yet, so nothing can be said of what lasts.",
    "sv": "Ingen grupp har ännu varit utan stöd i sex månader, och därför kan inget sägas om vad som varar.",
}


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """The share of groups that met again six and twelve months after the support ended."""
    return [
        ask(setting, code, indicator, kind="share")
        for code, indicator in (("alive-after-6", "groups_alive_6"), ("alive-after-12", "groups_alive_12"))
        if setting.counts(indicator)
    ]


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """Both shares, or why there is none."""
    return key_figures(drawn, ("alive-after-6", "alive-after-12")) or empty(drawn, NOT_YET)
