"""The tables of reports."""

from egenmakt.apps.reports.models.effect import (
    ClaimVersion,
    Edition,
    EditionStory,
    EffectReport,
    FindingAnswer,
    SectionText,
)
from egenmakt.apps.reports.models.indicators import Aim, OutsideFigure, OutsideTable

__all__ = [
    "Aim",
    "ClaimVersion",
    "Edition",
    "EditionStory",
    "EffectReport",
    "FindingAnswer",
    "OutsideFigure",
    "OutsideTable",
    "SectionText",
]
