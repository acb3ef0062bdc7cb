"""Sections that are the authors' own words: their registers come later, or there is nothing to count there."""

from __future__ import annotations

from collections.abc import Sequence

from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting
from egenmakt.core.evidence.blocks import Block
from egenmakt.core.evidence.claims.outline import Section


def claims(setting: Setting, section: Section) -> Sequence[Ask]:
    """None of its own."""
    return ()


def blocks(drawn: Drawn, section: Section) -> Sequence[Block]:
    """None of its own."""
    return ()
