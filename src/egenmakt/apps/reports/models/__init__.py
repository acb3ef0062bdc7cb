"""What is kept about reports."""

from egenmakt.apps.reports.models.effect import (
    ClaimVersion,
    Edition,
    EditionStory,
    EffectReport,
    FindingAnswer,
    SectionText,
)
from egenmakt.apps.reports.models.monthly import MonthlyAnswer, MonthlyLine, MonthlyReport, MonthlyReturn

__all__ = [
    "ClaimVersion",
    "Edition",
    "EditionStory",
    "EffectReport",
    "FindingAnswer",
    "MonthlyAnswer",
    "MonthlyLine",
    "MonthlyReport",
    "MonthlyReturn",
    "SectionText",
]
