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
from egenmakt.apps.reports.models.monthly import MonthlyAnswer, MonthlyLine, MonthlyReport, MonthlyReturn

__all__ = [
    "Aim",
    "ClaimVersion",
    "Edition",
    "EditionStory",
    "EffectReport",
    "FindingAnswer",
    "MonthlyAnswer",
    "MonthlyLine",
    "MonthlyReport",
    "MonthlyReturn",
    "OutsideFigure",
    "OutsideTable",
    "SectionText",
]
